"""The parts of the API description that all operations share."""

from typing import Any, Final

from mla_graph.service.wire import problems
from mla_graph.service.wire.negotiation import HTML, Representation

Schema = dict[str, Any]

PROBLEM: Final[Schema] = {
    "title": "Problem",
    "description": "RFC 9457. Further members depend on the type: parameter, value, nearest, …",
    "type": "object",
    "required": ["type", "title", "status", "detail", "instance"],
    "properties": {
        "type": {
            "type": "string",
            "format": "uri",
            "examples": [f"{problems.TYPE_BASE}unknown-value"],
        },
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string", "format": "uri-reference"},
        "requestId": {
            "description": "What X-Request-ID says, and the log of the service.",
            "type": "string",
        },
        "parameter": {"type": "string"},
        "value": {"type": "string"},
        "nearest": {"type": "array", "items": {"type": "string"}},
        "valid": {"type": "array", "items": {"type": "string"}},
        "line": {"type": "integer"},
        "column": {"type": "integer"},
    },
}  # fmt: skip

_TERM: Final[Schema] = {
    "type": "object",
    "required": ["type", "value"],
    "properties": {
        "type": {"enum": ["uri", "literal", "bnode"]},
        "value": {"type": "string"},
        "xml:lang": {"type": "string"},
        "datatype": {"type": "string", "format": "iri"},
    },
}
SPARQL_RESULTS: Final[Schema] = {
    "title": "SPARQL 1.1 Query Results JSON",
    "type": "object",
    "required": ["head"],
    "properties": {
        "head": {
            "type": "object",
            "properties": {"vars": {"type": "array", "items": {"type": "string"}}},
        },
        "results": {
            "type": "object",
            "required": ["bindings"],
            "properties": {
                "bindings": {
                    "type": "array",
                    "items": {"type": "object", "additionalProperties": _TERM},
                }
            },
        },
        "boolean": {"type": "boolean"},
    },
}
META: Final[Schema] = {
    "type": "object",
    "required": [
        "query", "parameters", "release", "limit", "offset", "count", "truncated",
        "disclaimer",
    ],
    "properties": {
        "query": {"type": "string"},
        "parameters": {
            "description": "The values as they were understood: full IRIs and literals.",
            "type": "object",
            "additionalProperties": {"type": "array", "items": {"type": "string"}},
        },
        "release": {
            "description": "The release that answered; null for a store without releases.",
            "type": ["string", "null"],
        },
        "limit": {"type": "integer"},
        "offset": {"type": "integer"},
        "count": {"type": "integer"},
        "truncated": {
            "description": "Whether there are more rows after these.",
            "type": "boolean",
        },
        "disclaimer": {"type": "string"},
    },
}  # fmt: skip

_PROBLEMS: Final[dict[int, tuple[str, str]]] = {
    400: ("BadRequest", "The request cannot be read, or a parameter is unknown, missing, or has "
          "a value that is malformed or not in the graph (see `nearest`)."),
    403: ("Refused", "An update was sent; the service answers queries only."),
    404: ("NotFound", "There is no such query, resource or file (see `nearest`)."),
    406: ("NotAcceptable", "No representation fits the Accept header."),
    413: ("TooLarge", "The request body is larger than the service reads."),
    415: ("UnsupportedMediaType", "The request body has a media type that is not read here."),
    429: ("TooManyRequests", "The client has too many ad-hoc queries at a time; see Retry-After."),
    503: ("Unavailable", "A limit was reached or the store does not answer; see Retry-After."),
}  # fmt: skip

HEADERS: Final[Schema] = {
    "ETag": {"description": "Changes with release, query and parameters.",
             "schema": {"type": "string"}},
    "Cache-Control": {"schema": {"type": "string"}},
}  # fmt: skip

TEXT: Final[Schema] = {"type": "string"}


def components() -> dict[str, Any]:
    """Shared schemas and the problem responses."""
    return {
        "schemas": {"Problem": PROBLEM, "SparqlResults": SPARQL_RESULTS, "Meta": META},
        "responses": {
            name: {
                "description": description,
                "content": {
                    problems.MEDIA_TYPE: {"schema": ref("schemas", "Problem")},
                    HTML.media_type: {"schema": TEXT},
                },
            }
            | (
                {"headers": {"Retry-After": {"schema": {"type": "string"}}}}
                if status in (429, 503)
                else {}
            )
            for status, (name, description) in _PROBLEMS.items()
        },
    }


def ref(kind: str, name: str) -> Schema:
    """A reference to a component."""
    return {"$ref": f"#/components/{kind}/{name}"}


def problem_responses(*statuses: int) -> dict[str, Schema]:
    """The problem responses with these statuses."""
    return {str(status): ref("responses", _PROBLEMS[status][0]) for status in statuses}


def not_modified() -> dict[str, Schema]:
    """The answer to a conditional request whose copy is still good."""
    return {"304": {"description": "The caller's copy is still good.", "headers": HEADERS}}


def format_parameter(offered: tuple[Representation, ...]) -> Schema:
    """``?format=`` for an operation that offers these representations."""
    return {
        "name": "format",
        "in": "query",
        "description": "Format of the answer; wins over the Accept header.",
        "schema": {"type": "string", "enum": [one.name for one in offered]},
    }
