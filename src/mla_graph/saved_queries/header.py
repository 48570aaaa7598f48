"""The `#+` lines of a saved query: what it answers, its parameters and its columns."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import yaml

from mla_graph.model.errors import UnreadableInput

PARAMETER_TYPES: Final = ("iri", "date", "integer", "text", "lang", "code")
COLUMN_TYPES: Final = (
    "iri", "text", "date", "integer", "boolean", "duration", "code", "value", "decimal",
)  # fmt: skip

# BaseLoader leaves every scalar a string: the code NO is Norway, and a date is what was written.
_LOADER: Final = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_NAME = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)
_COLUMN_NAME = re.compile(r"[A-Za-z][A-Za-z0-9]*", re.ASCII)
_YEARS = re.compile(r"P[1-9]Y", re.ASCII)
_LIST_NAME = re.compile(r"[a-z][a-z0-9-]*", re.ASCII)


@dataclass(frozen=True)
class Parameter:
    """A parameter; `default` and `example` are the texts that a person would write.

    ``unset`` is the resource that the query gets where no value is given, which is none of the
    values that a person may write: the whole catalogue where no measure is named. A date is not
    before ``earliest``, and not later than ``latest_years`` from the current day. The value is
    not that of the parameter ``differs``.
    """

    name: str
    type: str
    description: str
    enumeration: str | None = None
    required: bool = False
    list: bool = False
    default: tuple[str, ...] = ()
    example: tuple[str, ...] = ()
    unset: str | None = None
    earliest: str | None = None
    latest_years: int | None = None
    differs: str | None = None

    @property
    def always_bound(self) -> bool:
        """Whether every bound query has a value for it."""
        return self.required or bool(self.default) or self.unset is not None


@dataclass(frozen=True)
class Column:
    """A column of the answer; `optional` columns may be empty in a row."""

    name: str
    type: str
    description: str
    optional: bool = False


@dataclass(frozen=True)
class Given:
    """The query of which the rows are given to another, which passes its parameters on.

    Where ``only_with`` names a parameter of the other query, this happens only if it has a value.
    ``names`` has the parameters that are called otherwise there: {theirs: the other's}.
    """

    query: str
    only_with: str | None
    names: Mapping[str, str]


@dataclass(frozen=True)
class Header:
    """What the header says of its query; ``given`` names the query whose rows it is given.

    ``rows_only`` is set where it asks nothing but those rows.
    """

    summary: str
    description: str
    tags: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    columns: tuple[Column, ...]
    given: Given | None = None
    rows_only: bool = False


def split(text: str) -> tuple[str, str]:
    """The header as YAML without its `#+` marks, and the query below it."""
    header, lines = [], text.splitlines(keepends=True)
    while lines and lines[0].startswith("#+"):
        header.append(lines.pop(0)[2:].removeprefix(" "))
    return "".join(header), "".join(lines)


def parse(yaml_text: str, name: str) -> Header:
    """Read a header; `name` is the query's, for messages.

    Raises:
        UnreadableInput: the header is missing, not YAML, or says something that has no meaning.
    """
    try:
        data = yaml.load(yaml_text, Loader=_LOADER)
    except yaml.YAMLError as error:
        raise UnreadableInput(f"The header of the query {name} is not YAML: {error}") from None
    try:
        return _header(data)
    except ValueError as error:
        raise UnreadableInput(f"In the header of the query {name}, {error}.") from None


def _header(data: Any) -> Header:
    further = ("description", "tags", "given", "asks", "parameters", "columns")
    fields = _fields(data, "the header", ("summary",), further)
    parameters = tuple(_parameter(item) for item in _items(fields, "parameters"))
    columns = tuple(_column(item) for item in _items(fields, "columns"))
    for what, names in (
        ("parameter", [parameter.name for parameter in parameters]),
        ("column", [column.name for column in columns]),
    ):
        for twice in {name for name in names if names.count(name) > 1}:
            raise ValueError(f"the {what} {twice} is declared twice")
    return Header(
        summary=_text(fields, "summary"),
        description=_text(fields, "description"),
        tags=_texts(fields, "tags"),
        parameters=parameters,
        columns=columns,
        given=_given(fields["given"]) if "given" in fields else None,
        rows_only=_one_of(fields, "asks", ("graph", "rows"), "graph") == "rows",
    )


def _given(data: Any) -> Given:
    fields = data if isinstance(data, dict) else {"query": data}
    if not all(isinstance(value, str) for value in fields.values()) or "query" not in fields:
        raise ValueError("given should be the name of a query, or a block with its name as query")
    names = {key: value for key, value in fields.items() if key not in ("query", "only-with")}
    return Given(fields["query"], fields.get("only-with"), names)


def _parameter(data: Any) -> Parameter:
    fields = _fields(
        data,
        "a parameter",
        ("name", "type", "description"),
        (
            "enumeration",
            "required",
            "list",
            "default",
            "example",
            "unset",
            "earliest",
            "latest",
            "differs",
        ),
    )
    name = _named(fields, "name", _NAME)
    enumeration = _named(fields, "enumeration", _LIST_NAME) if "enumeration" in fields else None
    return Parameter(
        name=name,
        type=_one_of(fields, "type", PARAMETER_TYPES),
        description=_text(fields, "description"),
        enumeration=enumeration,
        required=_flag(fields, "required"),
        list=_flag(fields, "list"),
        default=_texts(fields, "default"),
        example=_texts(fields, "example"),
        unset=_text(fields, "unset") if "unset" in fields else None,
        earliest=_text(fields, "earliest") if "earliest" in fields else None,
        latest_years=int(_named(fields, "latest", _YEARS)[1:-1]) if "latest" in fields else None,
        differs=_named(fields, "differs", _NAME) if "differs" in fields else None,
    )


def _column(data: Any) -> Column:
    fields = _fields(data, "a column", ("name", "type", "description"), ("optional",))
    return Column(
        name=_named(fields, "name", _COLUMN_NAME),
        type=_one_of(fields, "type", COLUMN_TYPES),
        description=_text(fields, "description"),
        optional=_flag(fields, "optional"),
    )


def _fields(
    data: Any, what: str, needed: tuple[str, ...], further: tuple[str, ...]
) -> Mapping[str, Any]:
    if not isinstance(data, dict):
        raise ValueError(f"{what} should be a block of names with values")
    name = f"{what} {data['name']}" if "name" in data else what
    for key in needed:
        if key not in data:
            raise ValueError(f"{name} has no {key}")
    for key in data:
        if key not in needed + further:
            raise ValueError(f"{name} has an unknown entry {key}")
    return data


def _items(fields: Mapping[str, Any], key: str) -> list[Any]:
    items = fields.get(key) or []
    if not isinstance(items, list):
        raise ValueError(f"{key} should be a list")
    return items


def _text(fields: Mapping[str, Any], key: str) -> str:
    value = fields.get(key, "")
    if not isinstance(value, str):
        raise ValueError(f"{key} should be text")
    return value.strip()


def _texts(fields: Mapping[str, Any], key: str) -> tuple[str, ...]:
    value = fields.get(key, [])
    values = value if isinstance(value, list) else [value]
    if not all(isinstance(item, str) for item in values):
        raise ValueError(f"{key} should be text or a list of texts")
    return tuple(values)


def _flag(fields: Mapping[str, Any], key: str) -> bool:
    return _one_of(fields, key, ("true", "false"), "false") == "true"


def _named(fields: Mapping[str, Any], key: str, pattern: re.Pattern[str]) -> str:
    return _checked(fields, key, lambda value: bool(pattern.fullmatch(value)), pattern.pattern)


def _one_of(
    fields: Mapping[str, Any], key: str, values: tuple[str, ...], default: str | None = None
) -> str:
    return _checked(fields, key, values.__contains__, ", ".join(values), default)


def _checked(
    fields: Mapping[str, Any],
    key: str,
    accepts: Callable[[str], bool],
    expected: str,
    default: str | None = None,
) -> str:
    value = fields.get(key, default)
    if not isinstance(value, str) or not accepts(value):
        raise ValueError(f"{key} is {value!r}; it should be one of {expected}")
    return value
