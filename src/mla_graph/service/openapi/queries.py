"""One operation of the API description for each saved query, made from its header."""

from typing import Any, Final

from mla_graph.saved_queries.catalogue import SavedQuery
from mla_graph.saved_queries.header import Column, Parameter
from mla_graph.saved_queries.parameters import MAX_IRI, MAX_TEXT, MAX_VALUES, TODAY
from mla_graph.service.answers import MOST_OFFSET
from mla_graph.service.context import Served
from mla_graph.service.display.enumerations import choices
from mla_graph.service.openapi.parts import (
    HEADERS,
    TEXT,
    Schema,
    format_parameter,
    not_modified,
    problem_responses,
    ref,
)
from mla_graph.service.wire.parameters import FORM, JSON
from mla_graph.service.wire.representations import ROWS, SPARQL_JSON, of_saved_query

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


def rows_schema_name(query: SavedQuery) -> str:
    """The name of the schema of a query's rows: legal-bases has LegalBasesRows."""
    return "".join(part.capitalize() for part in query.name.split("-")) + "Rows"


def rows_schema(query: SavedQuery) -> Schema:
    """``{"data": […], "meta": {…}}`` with the query's own columns."""
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


def operations(query: SavedQuery, served: Served, max_rows: int) -> dict[str, Any]:
    """The path item of a query: GET, and POST with the parameters of the query in the body."""
    common = {
        "summary": query.summary,
        "description": query.description,
        "tags": list(query.tags) or ["queries"],
    }
    parts = query.name.split("-")
    identifier = parts[0] + "".join(part.capitalize() for part in parts[1:])
    offered = of_saved_query(query.form)
    format = format_parameter(offered)
    paging: list[Schema] = [
        {
            "name": "limit",
            "in": "query",
            "description": "Most rows to give; whether there are more is told.",
            "schema": {"type": "integer", "minimum": 0, "maximum": max_rows, "default": max_rows},
        },
        {
            "name": "offset",
            "in": "query",
            "description": "Rows to leave out at the start.",
            "schema": {"type": "integer", "minimum": 0, "maximum": MOST_OFFSET, "default": 0},
        },
    ]
    own = [parameter_schema(query, served, parameter) for parameter in query.parameters]
    answers = _answers(query)
    body = _body(query, [*own, *paging])
    return {
        "get": common
        | {
            "operationId": identifier,
            "parameters": [*own, *paging, format],
            "responses": answers | not_modified() | problem_responses(400, 406, 503),
        },
        "post": common
        | {
            "operationId": f"{identifier}Post",
            "parameters": [format],
            "requestBody": {
                "required": bool(body["required"]),
                "content": {JSON: {"schema": body}, FORM: {"schema": body}},
            },
            "responses": answers | problem_responses(400, 406, 413, 415, 503),
        },
    }


def parameter_schema(query: SavedQuery, served: Served, parameter: Parameter) -> Schema:
    """A parameter of a GET request."""
    listed = choices(served, query, parameter)
    schema: Schema
    if listed:
        schema = {"type": "string", "enum": [choice.code for choice in listed]}
    else:
        schema = dict(_PARAMETER_TYPES.get(parameter.type, _PARAMETER_TYPES["text"]))
    if parameter.list:
        schema = {"type": "array", "items": schema, "minItems": 1, "maxItems": MAX_VALUES}
    if parameter.default and TODAY not in parameter.default:
        default: Any = list(parameter.default) if parameter.list else parameter.default[0]
        schema |= {"default": int(default) if parameter.type == "integer" else default}
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


def _answers(query: SavedQuery) -> dict[str, Any]:
    schemas = {
        ROWS.media_type: ref("schemas", rows_schema_name(query)),
        SPARQL_JSON.media_type: ref("schemas", "SparqlResults"),
    }
    # Plain rows first: from the first type that they read generators make the type of the answer.
    offered = sorted(of_saved_query(query.form), key=lambda one: one is not ROWS)
    content = {one.media_type: {"schema": schemas.get(one.media_type, TEXT)} for one in offered}
    if query.form == "construct":
        content["application/ld+json"] = {"schema": {}}
    headers = HEADERS | {
        "X-Truncated": {
            "description": "Whether there are more rows after these; absent where unknown.",
            "schema": {"type": "string", "enum": ["true", "false"]},
        },
        "Link": {
            "description": 'The next rows, rel="next", when there are any.',
            "schema": {"type": "string"},
        },
    }
    description = "The answer; an empty one when nothing fits."
    return {"200": {"description": description, "headers": headers, "content": content}}


def column_schema(column: Column) -> Schema:
    """A cell of the column."""
    schema = dict(_COLUMN_TYPES[column.type])
    if column.optional:
        kinds = schema["type"]
        schema["type"] = [*(kinds if isinstance(kinds, list) else [kinds]), "null"]
    return schema | {"description": column.description}
