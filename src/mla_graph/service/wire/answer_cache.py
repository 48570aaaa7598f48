"""Finished answers of saved queries, kept for as long as the graph stays the same."""

from collections.abc import Mapping
from typing import Final, NamedTuple

from mla_graph.service.wire.bounded_cache import BoundedCache

MOST_BYTES: Final = 32 << 20
LARGEST: Final = 1 << 20


class Answered(NamedTuple):
    """Body and headers; ``body`` None means that the caller's copy is still good.

    ``truncated`` None: it cannot be known (the triples of a CONSTRUCT). ``lasting``: it was
    kept, and stays the same for as long as the graph does.
    """

    body: bytes | None
    headers: Mapping[str, str]
    truncated: bool | None = None
    lasting: bool = False


class AnswerCache:
    """Answers by their ETag, up to a number of bytes."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._kept: BoundedCache[str, Answered] = BoundedCache(most_bytes, LARGEST)

    def get(self, tag: str) -> Answered | None:
        """The answer with this tag, if it is kept."""
        return self._kept.get(tag)

    def put(self, tag: str, answered: Answered) -> None:
        """Keep the answer, unless it is too large."""
        self._kept.put(tag, answered, len(answered.body or b""))
