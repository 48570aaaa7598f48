"""Folders that appear whole or not at all, even if their maker is killed."""

import ctypes
import errno
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

_AT_FDCWD: Final = -100
_RENAME_EXCHANGE: Final = 2
_NOT_POSSIBLE: Final = (errno.ENOSYS, errno.EINVAL, errno.ENOTSUP)


@contextmanager
def workspace(result: Path) -> Iterator[Path]:
    """Make a folder beside the result, on the same file system, gone afterwards.

    What a killed process left of an earlier one is removed; that of a running one is locked.

    Raises:
        OSError: the folder cannot be made.
    """
    prefix = f".{result.name}.mla-graph-"
    for left in result.parent.glob(f"{prefix}*"):
        with suppress(OSError), _locked(left):
            shutil.rmtree(left, ignore_errors=True)
    folder, lock = _made(prefix, result.parent)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


def replace(new: Path, result: Path) -> None:
    """Put the new folder in the place of the result, in one step; the old one is then ``new``.

    A file system that cannot exchange two folders is without the result for a moment.

    Raises:
        OSError: it cannot be done; all is as before.
    """
    if not result.exists():
        new.rename(result)
    elif not _exchanged(new, result):
        old = new.with_name(f"{new.name}.old")
        result.rename(old)
        try:
            new.rename(result)
        except OSError:
            old.rename(result)
            raise


def _exchanged(first: Path, second: Path) -> bool:
    """Exchange the names of two folders; False if that is not possible here."""
    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if rename is None:
        return False
    names = os.fsencode(first), os.fsencode(second)
    if rename(_AT_FDCWD, names[0], _AT_FDCWD, names[1], _RENAME_EXCHANGE) == 0:
        return True
    number = ctypes.get_errno()
    if number in _NOT_POSSIBLE:
        return False
    raise OSError(number, os.strerror(number), str(second))


def _made(prefix: str, parent: Path) -> tuple[Path, int]:
    """Make a folder and lock it, once more if another removed it before it was locked."""
    while True:
        folder = Path(tempfile.mkdtemp(prefix=prefix, dir=parent))
        with suppress(BlockingIOError, FileNotFoundError):
            return folder, _lock(folder)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    descriptor = _lock(folder)
    try:
        yield
    finally:
        os.close(descriptor)


def _lock(folder: Path) -> int:
    """Open a descriptor that holds the lock of the folder until the process ends.

    Raises:
        OSError: it is gone, no folder, or locked by another.
    """
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        folder.stat()
    except OSError:
        os.close(descriptor)
        raise
    return descriptor
