"""Records of facts from JSON Lines and CSV files, one a line.

The name of a file gives the kind of its records: ``parties.jsonl``, ``fiches-g1.csv``.
"""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from mla_graph.ingest.facts.spreadsheets import csv_rows, decoded
from mla_graph.model import rdf_files
from mla_graph.model.errors import InvalidValue, UnreadableInput
from mla_graph.model.terms import date_term

_SUFFIXES: Final = (".jsonl", ".csv")
_TEXT_SUFFIXES: Final = (".md", ".txt")


class Rejected(Exception):
    """A reason to reject a record, in one plain clause."""


@dataclass(eq=False)
class Record:
    """One record: its fields, its place, the changes that the import made.

    The methods read fields and check their form; the report names the fields that none read.
    A record with ``merged_into`` or ``superseded_by`` gives no nodes of its own; one that is
    ``refused``, for this reason, is not converted.
    """

    kind: str
    file: str
    line: int
    fields: Mapping[str, Any]
    changes: list[str] = field(default_factory=list)
    superseded_by: str | None = None
    merged_into: str | None = None
    refused: str | None = None
    _read: set[str] = field(default_factory=set)

    @property
    def where(self) -> str:
        """Return file and line as the report prints them."""
        return f"{self.file}:{self.line}"

    @property
    def content(self) -> str:
        """Return the fields in one canonical form that orders records."""
        return json.dumps(self.fields, sort_keys=True, ensure_ascii=False)

    def changed(self, what: str) -> None:
        """Note for the report that a value was changed or left out."""
        if what not in self.changes:
            self.changes.append(what)

    def raw(self, name: str) -> Any:
        """Return a field unchecked; None if it is missing or empty."""
        self._read.add(name)
        value = self.fields.get(name)
        return None if value in ("", [], {}) else value

    def text(self, name: str) -> str | None:
        """Return a field as text without outer blanks.

        Raises:
            Rejected: it is something else.
        """
        value = self.raw(name)
        if value is None:
            return None
        if not isinstance(value, str):
            raise Rejected(f"{name} is {value!r}; it should be text")
        return value.strip() or None

    def required(self, name: str) -> str:
        """Return a field as text.

        Raises:
            Rejected: it is missing or something else.
        """
        value = self.text(name)
        if value is None:
            raise Rejected(f"{name} is missing")
        return value

    def day(self, name: str) -> str | None:
        """Return a field that is a day, however written, as 2024-05-01.

        Raises:
            Rejected: not a day of the calendar, or one that may be two.
        """
        value = self.text(name)
        if value is None:
            return None
        try:
            return date_term(value, name).value
        except InvalidValue as error:
            raise Rejected(error.detail.rstrip(".")) from None

    def flag(self, name: str) -> bool | None:
        """Return a field as true or false.

        Raises:
            Rejected: it is something else.
        """
        value = self.raw(name)
        if value is None or isinstance(value, bool):
            return value
        raise Rejected(f"{name} is {value!r}; it should be true or false")

    def items(self, name: str) -> list[Any]:
        """Return a field as a list; a missing one is empty.

        Raises:
            Rejected: it is something else.
        """
        value = self.raw(name)
        if value is None:
            return []
        if not isinstance(value, list):
            raise Rejected(f"{name} is {value!r}; it should be a list")
        return value

    def objects(self, name: str) -> list[dict[str, Any]]:
        """Return a field as a list of objects; a missing one is empty.

        Raises:
            Rejected: the field is no list, or an item is no object.
        """
        found = self.items(name)
        if bad := next((item for item in found if not isinstance(item, dict)), None):
            raise Rejected(f"{name} holds {bad!r}; it should be an object")
        return found

    def put(self, name: str, value: Any) -> None:
        """Set a field before any converter reads it."""
        self.fields = {**self.fields, name: value}

    def skip(self, *names: str) -> None:
        """Count fields as read that add nothing to the node."""
        self._read.update(names)

    def unread(self) -> list[str]:
        """Return the names of fields with a value that no converter read."""
        return sorted(
            name
            for name, value in self.fields.items()
            if name not in self._read and value not in (None, "", [], {})
        )

    def with_fields(self, **values: Any) -> "Record":
        """Return a copy with some fields replaced."""
        return Record(
            self.kind, self.file, self.line, {**self.fields, **values}, list(self.changes)
        )


@dataclass(frozen=True)
class Unreadable:
    """A line or file without a record, and the reason."""

    file: str
    line: int | None
    reason: str


@dataclass
class Facts:
    """All records of a folder, and the lines that hold none."""

    records: list[Record] = field(default_factory=list)
    unreadable: list[Unreadable] = field(default_factory=list)
    kinds: Collection[str] = ()
    _index: dict[tuple[str, str], dict[Any, Record]] = field(default_factory=dict)
    _sorted: dict[str, list[Record]] = field(default_factory=dict)

    def of(self, kind: str) -> Sequence[Record]:
        """Return the records of one kind, ordered by their content alone."""
        if kind not in self._sorted:
            found = [record for record in self.records if record.kind == kind]
            found.sort(key=lambda record: (record.content, record.where))
            self._sorted[kind] = found
        return self._sorted[kind]

    def one(self, kind: str, name: str, value: str) -> Record | None:
        """Return the first record of a kind whose field has this value."""
        index = self._index.get((kind, name))
        if index is None:
            index = {}
            for record in self.of(kind):
                index.setdefault(str(record.fields.get(name)), record)
            self._index[kind, name] = index
        return index.get(value)

    def replace(self, old: Record, new: Record) -> None:
        """Put a corrected record in the place of another."""
        self.records[self.records.index(old)] = new
        self._index.clear()
        self._sorted.clear()


def read(folder: Path, kinds: Collection[str]) -> Facts:
    """Read every record file of a folder and note the lines that hold no record.

    Raises:
        UnreadableInput: no such folder, or nothing in it that could hold records.
    """
    if not folder.is_dir():
        raise UnreadableInput(f"{folder} is not a folder; name the one with the record files.")
    facts = Facts(kinds=kinds)
    files = [path for path in sorted(folder.iterdir()) if path.is_file()]
    if not any(path.suffix in _SUFFIXES for path in files):
        raise UnreadableInput(f"{folder} holds no record file: neither .jsonl nor .csv.")
    for path in files:
        if path.name.startswith(".") or path.suffix in _TEXT_SUFFIXES:
            continue
        if path.suffix not in _SUFFIXES:
            facts.unreadable.append(Unreadable(path.name, None, "neither .jsonl nor .csv"))
        elif (kind := _kind_of(path.stem, kinds)) is None:
            reason = f"the name says no kind of records; kinds are {', '.join(kinds)}"
            facts.unreadable.append(Unreadable(path.name, None, reason))
        else:
            _read_file(path, kind, facts)
    return facts


def _kind_of(stem: str, kinds: Collection[str]) -> str | None:
    """Find the kind in a file name: the whole name, or with an ending such as ``-g1``."""
    return next((kind for kind in kinds if stem == kind or stem.startswith(f"{kind}-")), None)


def _read_file(path: Path, kind: str, facts: Facts) -> None:
    try:
        text = decoded(rdf_files.raw(path))
    except ValueError as error:
        facts.unreadable.append(Unreadable(path.name, None, str(error)))
        return
    rows = _json_rows(text) if path.suffix == ".jsonl" else csv_rows(text)
    for line, row in rows:
        if isinstance(row, str):
            facts.unreadable.append(Unreadable(path.name, line, row))
        else:
            facts.records.append(Record(kind, path.name, line, row))


def _json_rows(text: str) -> Iterator[tuple[int, Mapping[str, Any] | str]]:
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            json.dumps(row, ensure_ascii=False).encode()  # half a character cannot be written
        except (ValueError, RecursionError) as error:
            yield number, f"not JSON: {error}"
            continue
        yield number, row if isinstance(row, dict) else "not a JSON object"
