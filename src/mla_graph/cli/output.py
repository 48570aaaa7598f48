"""Writing results to stdout as bytes."""

import sys
from collections.abc import Iterable


def to_stdout(pieces: Iterable[bytes]) -> None:
    """Write the pieces to stdout as they come."""
    stream = sys.stdout.buffer
    for piece in pieces:
        stream.write(piece)
    stream.flush()
