"""``/api/queries/{name}/explain`` in the API description."""

from typing import Any

from mla_graph.saved_queries.catalogue import Catalogue
from mla_graph.service.openapi.parts import (
    HEADERS,
    TEXT,
    Schema,
    format_parameter,
    not_modified,
    problem_responses,
    ref,
)
from mla_graph.service.routes.explain import JSON, OFFERED


def paths(catalogue: Catalogue) -> dict[str, Any]:
    """The path item, for all queries together."""
    content: dict[str, Schema] = {one.media_type: {"schema": TEXT} for one in OFFERED}
    content[JSON.media_type] = {"schema": ref("schemas", "Explained")}
    operation = {
        "operationId": "explain",
        "summary": "A saved query as it runs",
        "description": "Takes the parameters of the query itself. For a required one that is "
        "missing, its example stands in.",
        "tags": ["queries"],
        "parameters": [
            {
                "name": "name",
                "in": "path",
                "required": True,
                "schema": {"type": "string", "enum": list(catalogue.names)},
                "example": catalogue.names[0],
            },
            format_parameter(OFFERED),
        ],
        "responses": {"200": {"description": "The text.", "headers": HEADERS, "content": content}}
        | not_modified()
        | problem_responses(400, 404, 406, 503),
    }
    return {"/api/queries/{name}/explain": {"get": operation}}


def schemas() -> dict[str, Schema]:
    """The explanation as JSON."""
    term: Schema = {
        "type": "object",
        "required": ["type", "value"],
        "properties": {
            "type": {"enum": ["uri", "literal"]},
            "value": {"type": "string"},
            "xml:lang": {"type": "string"},
            "datatype": {"type": "string", "format": "iri"},
        },
    }
    names: Schema = {"type": "array", "items": {"type": "string"}}
    members: dict[str, Schema] = {
        "query": {"type": "string"},
        "text": {"type": "string", "description": "SPARQL, with every parameter in its place."},
        "terms": {"type": "object", "additionalProperties": {"type": "array", "items": term}},
        "assumed": names | {"description": "Parameters for which the example stands in."},
        "dependsOnToday": {"type": "boolean"},
        "defaultGraph": {"type": "string"},
        "release": {"type": ["string", "null"]},
    }
    return {
        "Explained": {"type": "object", "required": list(members), "properties": members},
    }
