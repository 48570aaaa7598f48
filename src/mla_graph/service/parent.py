"""A server process does not outlive the one that started it, however that one ends."""

import os
import signal
import threading
import time
from typing import Final

_EVERY: Final = 1.0


def end_with_parent() -> None:
    """End this process in good order once its parent is gone."""
    threading.Thread(target=_watch, args=[os.getppid()], name="parent", daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_EVERY)
    os.kill(os.getpid(), signal.SIGTERM)
