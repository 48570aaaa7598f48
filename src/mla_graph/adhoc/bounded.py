"""Answers cut at a number of rows or bytes, counted in the engine's output.

To count rows in Python as the engine gives them would take longer than to write them. The marks
that begin a row are the same in every answer of the engine, and cannot stand inside a value.
"""

import re
from collections.abc import Callable
from typing import Final

from mla_graph.store.formats import check_xml

CHUNK: Final = 1 << 16
"""So many bytes are gathered before they are looked at and passed on."""

_STRING: Final = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)', re.DOTALL)
_ROW_IN_JSON: Final = b',{"'
_EMPTY_ROW_IN_JSON: Final = b",{}"
_ROW_IN_XML: Final = b"<result>"
_ENDINGS: Final = {
    "json": b']},"truncated":true}',
    "xml": b"<!-- truncated: there are more results --></results></sparql>",
}
_IN_XML: Final = ("xml", "rdfxml")
MARKED: Final = frozenset(_ENDINGS)
"""Formats of a table in which a cut is marked; in the others the answer ends without its end."""


class Bounded:
    """A file for the engine to write to; what is within the bounds is passed on in chunks.

    ``cut`` is ``rows`` or ``bytes`` once more was written; all that follows is thrown away.
    """

    def __init__(
        self, pass_on: Callable[[bytes], None], format: str, rows: int | None, size: int | None
    ) -> None:
        """Count rows of the formats json, xml, csv and tsv, and bytes of any format."""
        self.cut: str | None = None
        self._pass_on = pass_on
        self._format = format
        self._most_rows = rows
        self._most_bytes = size
        self._held = bytearray()
        self._enough = CHUNK
        self._passed = 0
        self._rows = {"json": 1, "csv": -1, "tsv": -1}.get(format, 0)  # the first, or the header
        self._quoted = False

    def write(self, data: bytes) -> int:
        """Take what the engine writes.

        Raises:
            BufferError: the bounds are reached, and the engine can stop.
            ValueError: the format is one of XML, which cannot hold this.
        """
        if self._format in _IN_XML:
            check_xml(data)
        if self.cut is None:
            self._held += data
            if len(self._held) >= self._enough:
                self._look()
                if self.cut is not None:
                    raise BufferError(self.cut)
        return len(data)

    def flush(self) -> None:
        """Nothing: the engine flushes at its end, and ``finish`` does what is to do."""

    def finish(self) -> None:
        """Pass on what is left of a complete answer."""
        if self.cut is None:
            self._look()
        if self.cut is None and self._held:
            self._pass_on(bytes(self._held))

    def _look(self) -> None:
        held = bytes(self._held)
        end, rows = self._rows_begun(held)
        if self._most_rows is not None and self._rows + rows > self._most_rows:
            self._end(held, self._before_row(held, self._most_rows - self._rows + 1), "rows")
        elif self._most_bytes is not None and self._passed + len(held) > self._most_bytes:
            room = held[: self._most_bytes - self._passed]
            self._end(held, self._rows_begun(room)[0], "bytes")
        else:
            self._rows += rows
            self._passed += end
            if end:
                self._pass_on(held[:end])
                del self._held[:end]
            self._enough = CHUNK + 2 * len(self._held)  # a very long row is not searched over again

    def _end(self, held: bytes, at: int, reason: str) -> None:
        self.cut = reason
        if self._format in _ENDINGS and (at or self._passed):
            self._pass_on(held[:at] + _ENDINGS[self._format])

    def _rows_begun(self, held: bytes) -> tuple[int, int]:
        """Up to where whole rows go, and the number of rows that begin after the first byte."""
        if self._format in _ENDINGS:
            held, mark = self._searchable(held)
            return max(held.rfind(mark, 1), 0), held.count(mark, 1)
        if self._format == "tsv":
            return len(held), held.count(b"\n")
        if self._format == "csv":
            return len(held), self._lines(held)
        return len(held), 0

    def _before_row(self, held: bytes, number: int) -> int:
        """Find the start of a row; they are numbered from the first that begins after byte 0."""
        if self._format not in _ENDINGS:
            return 0
        held, mark = self._searchable(held)
        at = 0
        for _ in range(number):
            at = held.find(mark, at + 1)
        return at

    def _searchable(self, held: bytes) -> tuple[bytes, bytes]:
        """Give the bytes and the mark of a row; blank strings that could hold the mark."""
        if self._format == "xml":
            return held, _ROW_IN_XML
        if _EMPTY_ROW_IN_JSON not in held:
            return held, _ROW_IN_JSON
        return _STRING.sub(lambda found: b"_" * len(found[0]), held), b",{"

    def _lines(self, held: bytes) -> int:
        """Count the ends of line outside quotes, which may span two looks."""
        parts = held.split(b'"')
        lines = sum(part.count(b"\n") for part in parts[self._quoted :: 2])
        self._quoted ^= len(parts) % 2 == 0
        return lines
