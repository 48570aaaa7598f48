"""Answers as typed values: rows of a saved query, and dossiers."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from functools import cache
from importlib.util import find_spec
from types import UnionType
from typing import TYPE_CHECKING, Any, Final, NamedTuple, get_args, get_origin, get_type_hints

import msgspec

from mla_graph.dossier.model import Dossier, Statement, Value, row_class
from mla_graph.model.errors import UnsupportedFormat
from mla_graph.saved_queries.header import Column

if TYPE_CHECKING:
    from pandas import DataFrame

_TYPES: Final[dict[str, Any]] = {
    "date": date,
    "integer": int,
    "boolean": bool,
    "decimal": float,
    "value": Value,
}
"""What a cell holds, by the type of its column; text for all others."""


class Row(msgspec.Struct, frozen=True):
    """One row of a saved query; its fields are the columns in the header of the query."""

    if TYPE_CHECKING:

        def __getattr__(self, column: str) -> Any:
            """Return the value of a column; ``row_type`` adds the columns."""


class Meta(msgspec.Struct, frozen=True):
    """What an answer says of itself; ``parameters`` has the values as they were understood."""

    query: str
    parameters: dict[str, list[str]]
    release: str | None
    count: int
    offset: int
    truncated: bool
    disclaimer: str
    missing: list[str] = []


class Page(msgspec.Struct, frozen=True):
    """Rows that came in one answer, not yet typed."""

    data: msgspec.Raw
    meta: Meta


class Source(NamedTuple):
    """A source document; ``address`` is its page, else its IRI in the graph."""

    iri: str
    title: str
    publisher: str
    address: str


@dataclass(frozen=True)
class Table:
    """The answer to a saved query."""

    columns: tuple[Column, ...]
    rows: list[Row]
    meta: Meta

    def __iter__(self) -> Iterator[Row]:
        """Iterate over the rows."""
        return iter(self.rows)

    def __len__(self) -> int:
        """Count the rows."""
        return len(self.rows)

    def plain(self) -> list[dict[str, Any]]:
        """Return the rows as plain JSON values."""
        found: list[dict[str, Any]] = msgspec.to_builtins(self.rows)
        return found

    def frame(self) -> "DataFrame":
        """Return the rows as a pandas frame, whose columns have the types of the header.

        Raises:
            UnsupportedFormat: pandas is not installed.
        """
        if not find_spec("pandas"):
            raise UnsupportedFormat("Frames need pandas: install mla-graph[pandas].")
        from pandas import DataFrame

        found = DataFrame(
            map(msgspec.structs.asdict, self.rows), columns=[one.name for one in self.columns]
        )
        dates = {one.name: "datetime64[s]" for one in self.columns if one.type == "date"}
        return found.astype(dates).convert_dtypes()


def table(columns: tuple[Column, ...], pages: Sequence[Page]) -> Table:
    """Put the pages of one answer together.

    Raises:
        msgspec.ValidationError: a cell is not of the type of its column.
    """
    rows = [row for page in pages for row in msgspec.json.decode(page.data, type=_rows(columns))]
    meta = msgspec.structs.replace(pages[-1].meta, offset=pages[0].meta.offset, count=len(rows))
    return Table(columns, rows, meta)


@cache
def _rows(columns: tuple[Column, ...]) -> Any:
    """Return the type of a list of rows with these columns."""
    cells = [
        (one.name, kind | None if one.optional else kind)
        for one in columns
        for kind in [_TYPES.get(one.type, str)]
    ]
    return list[msgspec.defstruct("Row", cells, bases=(Row,), frozen=True)]  # type: ignore[misc]


def dossier(document: Mapping[str, Any]) -> Dossier:
    """Read a dossier from its JSON document.

    Raises:
        KeyError: it has not the members of a dossier.
    """
    read: Dossier = _read(Dossier, document)
    return read


def _read(kind: Any, value: Any) -> Any:
    """Read a value of the model of a dossier."""
    if isinstance(kind, UnionType):
        return None if value is None else _read(get_args(kind)[0], value)
    if get_origin(kind) is list:
        return [_read(get_args(kind)[0], one) for one in value]
    if not is_dataclass(kind):
        return value
    assert isinstance(kind, type)
    if issubclass(kind, Statement):
        own = ("path", "references")
        return row_class(kind, tuple(name for name in value if name not in own))(**value)
    types = _types(kind)
    return kind(**{one.name: _read(types[one.name], value[one.name]) for one in fields(kind)})


_types = cache(get_type_hints)
