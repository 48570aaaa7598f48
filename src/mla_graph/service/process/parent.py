"""Parent watch: a server process ends when the one that started it is gone."""

import os
import signal
import threading
import time
from typing import Final

_EVERY: Final = 1.0
"""Seconds."""


def end_with_parent(parent: int) -> None:
    """Stop this process once the process with the id ``parent`` is gone.

    The id comes from the parent: it may be gone before this process asks for it.
    """
    threading.Thread(target=_watch, args=[parent], name="parent", daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_EVERY)
    os.kill(os.getpid(), signal.SIGTERM)
