"""Finished answers of saved queries, kept for as long as the graph stays the same."""

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

MOST_BYTES: Final = 32 << 20
LARGEST: Final = 1 << 20
"""A larger answer is not kept: it would drive out too many others."""


@dataclass(frozen=True)
class Answered:
    """Body and headers; ``body`` None means that the caller's copy is still good.

    ``truncated`` None: it cannot be known (the triples of a CONSTRUCT).
    """

    body: bytes | None
    headers: Mapping[str, str]
    truncated: bool | None = None


class AnswerCache:
    """Answers by their ETag, up to a number of bytes; the one unused for longest goes first."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most = most_bytes
        self._bytes = 0
        self._kept: OrderedDict[str, Answered] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, tag: str) -> Answered | None:
        """The answer with this tag, if it is kept."""
        with self._lock:
            if tag in self._kept:
                self._kept.move_to_end(tag)
            return self._kept.get(tag)

    def put(self, tag: str, answered: Answered) -> None:
        """Keep the answer, unless it is too large."""
        size = len(answered.body or b"")
        if size > LARGEST:
            return
        with self._lock:
            if tag not in self._kept:
                self._bytes += size
            self._kept[tag] = answered
            while self._bytes > self._most:
                _, oldest = self._kept.popitem(last=False)
                self._bytes -= len(oldest.body or b"")
