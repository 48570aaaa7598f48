"""A server process does not outlive the one that started it, however that one ends."""

import os
import signal
import threading
import time
from typing import Final

_EVERY: Final = 1.0


def end_with_parent(parent: int) -> None:
    """End this process in good order once its parent, a process id, is gone.

    The parent has to say who it is: by the time that this process asks, it may be gone already.
    """
    threading.Thread(target=_watch, args=[parent], name="parent", daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_EVERY)
    os.kill(os.getpid(), signal.SIGTERM)
