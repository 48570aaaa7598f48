"""The `#+` lines of a saved query: summary, parameters and columns."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import yaml
from msgspec import Meta, Struct, ValidationError, convert, field

from mla_graph.model.errors import UnreadableInput

DEFINITIONS: Final = "definitions.yaml"
"""The file, among the lists of values, of the parameters that several queries take."""

_ParameterType = Literal["iri", "date", "integer", "text", "lang", "code"]
_ColumnType = Literal[
    "iri", "text", "date", "integer", "boolean", "duration", "code", "value", "decimal"
]
_Name = Annotated[str, Meta(pattern="^[a-z][a-z0-9_]*$")]
_ColumnName = Annotated[str, Meta(pattern="^[A-Za-z][A-Za-z0-9]*$")]
_ListName = Annotated[str, Meta(pattern="^[a-z][a-z0-9-]*$")]
_Years = Annotated[str, Meta(pattern="^P[1-9]Y$")]

# BaseLoader leaves every scalar a string: the code NO is Norway, and a date is what was written.
_LOADER: Final = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_SEVERAL: Final = ("tags", "default", "example")


class Parameter(Struct, frozen=True, forbid_unknown_fields=True):
    """A parameter; `default` and `example` are the texts that a person would write.

    ``unset`` is the resource that the query gets where no value is given, which is none of the
    values that a person may write: the whole catalogue where no measure is named. A date is not
    before ``earliest``, and not later than ``latest_years`` from the current day. The value is
    not that of the parameter ``differs``.
    """

    name: _Name
    type: _ParameterType
    description: str
    enumeration: _ListName | None = None
    required: bool = False
    list: bool = False
    default: tuple[str, ...] = ()
    example: tuple[str, ...] = ()
    unset: str | None = None
    earliest: str | None = None
    latest: _Years | None = None
    differs: _Name | None = None

    @property
    def always_bound(self) -> bool:
        """Whether every bound query has a value for it."""
        return self.required or bool(self.default) or self.unset is not None

    @property
    def latest_years(self) -> int | None:
        """How many years from the current day a date may lie."""
        return int(self.latest[1:-1]) if self.latest else None


class Column(Struct, frozen=True, forbid_unknown_fields=True):
    """A column of the answer; `optional` columns may be empty in a row."""

    name: _ColumnName
    type: _ColumnType
    description: str
    optional: bool = False


class Given(Struct, frozen=True, forbid_unknown_fields=True):
    """The query whose rows are given to another, which passes its parameters on.

    Where ``only_with`` names a parameter of the other query, this happens only if it has a value.
    ``names`` has the parameters with another name there: {theirs: the other's}.
    """

    query: str
    only_with: str | None = field(name="only-with", default=None)
    names: Mapping[str, str] = {}


class Header(Struct, frozen=True, forbid_unknown_fields=True):
    """The header of a query; ``given`` names the query whose rows go into it."""

    summary: str
    description: str = ""
    tags: tuple[str, ...] = ()
    given: Given | None = None
    asks: Literal["graph", "rows"] = "graph"
    parameters: tuple[Parameter, ...] = ()
    columns: tuple[Column, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a name that is declared twice.

        Raises:
            ValueError: two parameters or two columns have one name.
        """
        for what, names in (
            ("parameter", [parameter.name for parameter in self.parameters]),
            ("column", [column.name for column in self.columns]),
        ):
            for twice in {name for name in names if names.count(name) > 1}:
                raise ValueError(f"the {what} {twice} is declared twice")


def split(text: str) -> tuple[str, str]:
    """Return the header as YAML without its `#+` marks, and the query below it."""
    header, lines = [], text.splitlines(keepends=True)
    while lines and lines[0].startswith("#+"):
        header.append(lines.pop(0)[2:].removeprefix(" "))
    return "".join(header), "".join(lines)


def parse(yaml_text: str, name: str, lists: Path) -> Header:
    """Read the header of the query `name`.

    `lists` is the folder of the lists of values, which has the definitions too.
    A parameter is a block of its own, the name of one in `DEFINITIONS`, or a block with this name
    as `use` and the entries that differ.

    Raises:
        UnreadableInput: the header is missing, is not YAML, or has a wrong entry; names its path.
    """
    data = _loaded(yaml_text, f"The header of the query {name}")
    try:
        return convert(_plain(_with_definitions(data, lists)), Header, strict=False)
    except (ValidationError, ValueError) as error:
        raise UnreadableInput(f"In the header of the query {name}: {error}.") from None


def definitions(lists: Path) -> Mapping[str, Mapping[str, Any]]:
    """Return the parameters that are defined once for several queries; none without the file.

    Raises:
        UnreadableInput: the file is not YAML, or is no block of blocks.
    """
    path = lists / DEFINITIONS
    return _read(path, path.stat().st_mtime_ns) if path.is_file() else {}


@cache
def _read(path: Path, _changed: int) -> Mapping[str, Mapping[str, Any]]:
    found = _loaded(path.read_text("utf-8"), f"The file {path.name}")
    if not isinstance(found, dict) or not all(isinstance(one, dict) for one in found.values()):
        raise UnreadableInput(f"The file {path.name} should be a block for each parameter.")
    return {key: {"name": key} | one for key, one in found.items()}


def used(text: str) -> set[str]:
    """Return the names of the definitions that the header of a query's file uses.

    Raises:
        UnreadableInput: the header is not YAML.
    """
    data = _loaded(split(text)[0], "The header")
    found = data.get("parameters") if isinstance(data, dict) else None
    return {own["use"] for one in found or () if "use" in (own := _own(one))}


def _loaded(text: str, what: str) -> Any:
    try:
        return yaml.load(text, Loader=_LOADER)
    except yaml.YAMLError as error:
        raise UnreadableInput(f"{what} is not YAML: {error}") from None


def _with_definitions(data: Any, lists: Path) -> Any:
    """Put the definitions of parameters in the place of their names."""
    if not isinstance(data, dict) or not isinstance(data.get("parameters"), list):
        return data
    return data | {"parameters": [_defined(one, lists) for one in data["parameters"]]}


def _defined(one: Any, lists: Path) -> Any:
    own = _own(one)
    if "use" not in own:
        return one
    found = definitions(lists).get(own["use"])
    if found is None:
        raise ValueError(f"there is no parameter {own['use']} in {lists.name}/{DEFINITIONS}")
    return {**found, **{key: value for key, value in own.items() if key != "use"}}


def _own(one: Any) -> dict[str, Any]:
    """Return what the header itself has of a parameter, as a block."""
    if isinstance(one, str):
        return {"use": one}
    return one if isinstance(one, dict) else {}


def _plain(value: Any) -> Any:
    """Strip every text, and make a list of one text where several are allowed."""
    if isinstance(value, dict):
        return {
            key: [_plain(item)] if key in _SEVERAL and isinstance(item, str) else _plain(item)
            for key, item in value.items()
        }
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value.strip() if isinstance(value, str) else value
