"""The folder in which server processes keep the numbers that they add up."""

import logging
import os
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from mla_graph.release.workspace import workspace

FOLDER: Final = "PROMETHEUS_MULTIPROC_DIR"
"""The variable by which prometheus_client finds the folder, when it is imported."""

_KINDS: Final = ("counter", "histogram", "gauge_livesum", "gauge_livemax", "gauge_liveall")
_SIZE: Final = 1 << 20
"""Bytes of the file of one kind, as prometheus_client makes it."""

_log = logging.getLogger(__name__)


def make_folder(home: Path, until: ExitStack) -> Path | None:
    """Make the folder below ``home``, or else among temporary files; None if neither lets us."""
    try:
        (home / "metrics").mkdir(parents=True, exist_ok=True)
        return until.enter_context(workspace(home / "metrics" / "numbers"))
    except OSError:
        pass
    try:
        return Path(until.enter_context(tempfile.TemporaryDirectory(prefix="mla-graph-")))
    except OSError:
        return None


def reserve() -> None:
    """Take the room for the numbers of this process; without room it tells its own alone.

    The numbers are written into mapped files. To write into one for which the disk has no room
    left ends the process (SIGBUS).
    """
    folder = os.environ.get(FOLDER)
    if folder is None or not hasattr(os, "posix_fallocate"):
        return
    try:
        for kind in _KINDS:
            path = Path(folder, f"{kind}_{os.getpid()}.db")
            with path.open("ab") as file:
                os.posix_fallocate(file.fileno(), 0, _SIZE)
    except OSError as error:
        _log.warning("/metrics tells the numbers of one process alone: %s", error)
        del os.environ[FOLDER]
