"""Saved queries in the API description, made from their headers."""

from collections.abc import Sequence
from typing import Any, Final

from mla_graph.saved_queries.catalogue import SavedQuery
from mla_graph.saved_queries.header import Column, Parameter
from mla_graph.saved_queries.parameters import MAX_IRI, MAX_TEXT, MAX_VALUES, TODAY
from mla_graph.service.answers import MOST_OFFSET
from mla_graph.service.context import Served, ServiceContext
from mla_graph.service.display import choices
from mla_graph.service.wire.formats import ROWS
from mla_graph.service.wire.operations import Described, Schema, ref
from mla_graph.service.wire.parameters import FORM, JSON

_NO_CONTROLS: Final = r"[^\u0000-\u0008\u000b-\u001f\u007f-\u009f]*"
_PARAMETER_TYPES: Final[dict[str, Schema]] = {
    "iri": {"type": "string", "format": "iri", "maxLength": MAX_IRI},
    "date": {"type": "string", "format": "date"},
    "integer": {"type": "integer", "minimum": -(10**17), "maximum": 10**17},
    "lang": {"type": "string", "pattern": "^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$"},
    "text": {
        "type": "string",
        "minLength": 1,
        "maxLength": MAX_TEXT,
        "pattern": rf"^{_NO_CONTROLS}[^\s\u0000-\u001f\u007f-\u009f]{_NO_CONTROLS}$",
    },
}
_COLUMN_TYPES: Final[dict[str, Schema]] = {
    "iri": {"type": "string", "format": "iri"},
    "text": {"type": "string"},
    "code": {"type": "string"},
    "date": {"type": "string", "format": "date"},
    "duration": {"type": "string", "format": "duration"},
    "integer": {"type": "integer"},
    "decimal": {"type": "number"},
    "boolean": {"type": "boolean"},
    "value": {"type": ["string", "number", "boolean"]},
}


_HEADERS: Final[dict[str, Schema]] = {
    "X-Truncated": {
        "description": "Whether there are more rows after these; absent where unknown.",
        "schema": {"type": "string", "enum": ["true", "false"]},
    },
    "Link": {
        "description": 'The next rows, rel="next", when there are any.',
        "schema": {"type": "string"},
    },
}


def rows_schema_name(query: SavedQuery) -> str:
    """Give the name of the schema of a query's rows: legal-bases has LegalBasesRows."""
    return "".join(part.capitalize() for part in query.name.split("-")) + "Rows"


def rows_schema(query: SavedQuery) -> Schema:
    """Describe ``{"data": […], "meta": {…}}`` with the query's own columns."""
    return {
        "type": "object",
        "required": ["data", "meta"],
        "properties": {
            "data": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": [column.name for column in query.columns],
                    "properties": {column.name: column_schema(column) for column in query.columns},
                    "additionalProperties": False,
                },
            },
            "meta": ref("schemas", "Meta"),
        },
    }


def identifier(query: SavedQuery) -> str:
    """Give the name of a query's operation: legal-bases has legalBases."""
    first, *others = query.name.split("-")
    return first + "".join(part.capitalize() for part in others)


def by_get(query: SavedQuery, context: ServiceContext) -> Described:
    """Describe the GET operation of a query."""
    return Described(
        identifier(query),
        query.summary,
        query.tags or ("queries",),
        (400, 406, 503),
        description=query.description,
        answer="The answer; an empty one when nothing fits.",
        schemas={ROWS.media_type: ref("schemas", rows_schema_name(query))}
        if query.form == "select"
        else {},
        parameters=lambda: _parameters(query, context),
        headers=_HEADERS,
        components=lambda: {rows_schema_name(query): rows_schema(query)},
        cached=True,
    )


def by_post(query: SavedQuery, context: ServiceContext) -> Described:
    """Describe the POST operation of a query, with the parameters of the query in the body."""

    def body() -> Schema:
        schema = _body(query, _parameters(query, context))
        return {
            "required": bool(schema["required"]),
            "content": {JSON: {"schema": schema}, FORM: {"schema": schema}},
        }

    return by_get(query, context)._replace(
        identifier=f"{identifier(query)}Post",
        statuses=(400, 406, 413, 415, 503),
        parameters=list,
        body=body,
    )


def _parameters(query: SavedQuery, context: ServiceContext) -> list[Schema]:
    most = context.settings.max_rows
    own = [parameter_schema(query, context.served, parameter) for parameter in query.parameters]
    limit = {"type": "integer", "minimum": 0, "maximum": most, "default": most}
    offset = {"type": "integer", "minimum": 0, "maximum": MOST_OFFSET, "default": 0}
    return [
        *own,
        {
            "name": "limit",
            "in": "query",
            "description": "Most rows to give; whether there are more is told.",
            "schema": limit,
        },
        {
            "name": "offset",
            "in": "query",
            "description": "Rows to leave out at the start.",
            "schema": offset,
        },
    ]


def parameter_schema(query: SavedQuery, served: Served, parameter: Parameter) -> Schema:
    """Describe a parameter of a GET request."""
    listed = choices(served, query, parameter)
    schema = value_schema(parameter, [choice.code for choice in listed])
    described: Schema = {
        "name": parameter.name,
        "in": "query",
        "required": parameter.required,
        "description": parameter.description
        + (" Any case and the full IRI are accepted too." if listed else "")
        + (" `kind/key` is accepted too." if parameter.type == "iri" and not listed else "")
        + (" `today` is accepted too." if parameter.type == "date" else ""),
        "schema": schema,
    }
    if parameter.example:
        described["example"] = (
            list(parameter.example)
            if parameter.list
            else int(parameter.example[0])
            if parameter.type == "integer"
            else parameter.example[0]
        )
    return described


def value_schema(parameter: Parameter, codes: Sequence[str] = ()) -> Schema:
    """Describe the value of a parameter; ``codes`` are all that it may be, if they are known."""
    schema: Schema
    if codes:
        schema = {"type": "string", "enum": codes}
    else:
        schema = dict(_PARAMETER_TYPES.get(parameter.type, _PARAMETER_TYPES["text"]))
    if parameter.list:
        schema = {"type": "array", "items": schema, "minItems": 1, "maxItems": MAX_VALUES}
    if parameter.default and TODAY not in parameter.default:
        default: Any = list(parameter.default) if parameter.list else parameter.default[0]
        schema |= {"default": int(default) if parameter.type == "integer" else default}
    return schema


def _body(query: SavedQuery, parameters: list[Schema]) -> Schema:
    return {
        "type": "object",
        "properties": {
            parameter["name"]: parameter["schema"]
            | {"description": parameter["description"]}
            | ({"examples": [parameter["example"]]} if "example" in parameter else {})
            for parameter in parameters
        },
        "required": [parameter.name for parameter in query.parameters if parameter.required],
        "additionalProperties": False,
    }


def column_schema(column: Column) -> Schema:
    """Describe a cell of the column."""
    schema = dict(_COLUMN_TYPES[column.type])
    if column.optional:
        kinds = schema["type"]
        schema["type"] = [*(kinds if isinstance(kinds, list) else [kinds]), "null"]
    return schema | {"description": column.description}
