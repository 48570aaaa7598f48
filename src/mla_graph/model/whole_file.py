"""Files that appear whole or stay as they were."""

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from mla_graph.model.errors import UnreadableInput


def to_file(path: Path, pieces: Iterable[bytes]) -> None:
    """Write the pieces into the file, which appears whole or stays as it was.

    Raises:
        UnreadableInput: the file cannot be written, or is a link, a pipe or a device.
    """
    if path.is_symlink() or (path.exists() and not path.is_file()):
        raise UnreadableInput(f"{path} is no file of its own (a link, a pipe or a device).")
    try:
        descriptor, partial = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    except OSError as error:
        raise UnreadableInput(f"{path} cannot be written: {error.strerror}.") from error
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.writelines(pieces)
            file.flush()
            os.fsync(file.fileno())
            os.fchmod(file.fileno(), 0o666 & ~_umask())
        Path(partial).replace(path)
    except OSError as error:
        raise UnreadableInput(f"{path} cannot be written: {error.strerror}.") from error
    finally:
        Path(partial).unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
