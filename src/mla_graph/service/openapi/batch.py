"""``POST /api/batch`` in the API description."""

from typing import Any

from mla_graph.saved_queries.catalogue import Catalogue
from mla_graph.service.answers import MOST_OFFSET
from mla_graph.service.openapi.parts import Schema, problem_responses, ref
from mla_graph.service.routes.batch import FORMATS, MEMBERS, MOST_BYTES, PATH
from mla_graph.service.wire.parameters import JSON


def paths(catalogue: Catalogue, most: int) -> dict[str, Any]:
    """The path item; the examples are those of the first saved query."""
    calls = {"type": "array", "maxItems": most, "items": ref("schemas", "BatchCall")}
    body = {
        "oneOf": [
            calls,
            {
                "type": "object",
                "required": ["requests"],
                "properties": {"requests": calls},
                "additionalProperties": False,
            },
        ]
    }
    answers = {"type": "array", "items": ref("schemas", "BatchAnswer")}
    operation = {
        "operationId": "batch",
        "summary": "Many calls of saved queries in one request",
        "description": f"Up to {most} calls, answered in their order. What is wrong with one call "
        "is told in its place, as a problem, and spoils no other. When the answers have reached "
        f"{MOST_BYTES >> 20} MiB, each further call gets a problem. The default format is `rows`.",
        "tags": ["queries"],
        "requestBody": {
            "required": True,
            "content": {JSON: {"schema": body, "example": _calls(catalogue)}},
        },
        "responses": {
            "200": {
                "description": "One answer for each call.",
                "content": {JSON: {"schema": answers}},
            }
        }
        | problem_responses(400, 413, 415, 503),
    }
    return {PATH: {"post": operation}}


def schemas() -> dict[str, Schema]:
    """A call, and its answer; each kind of answer by name, which generators of clients need."""
    value: Schema = {"type": ["string", "integer"]}
    call: Schema = {
        "type": "object",
        "required": ["query"],
        "properties": {
            "query": {"type": "string", "description": "Name of a saved query."},
            "parameters": {
                "type": "object",
                "description": "As in the JSON body of the query itself.",
                "additionalProperties": {"anyOf": [value, {"type": "array", "items": value}]},
            },
            "limit": {"type": "integer", "minimum": 0},
            "offset": {"type": "integer", "minimum": 0, "maximum": MOST_OFFSET},
            "format": {"type": "string",
                       "enum": sorted({one.name for many in FORMATS.values() for one in many})},
        },
        "additionalProperties": False,
    }  # fmt: skip
    assert set(call["properties"]) == set(MEMBERS)
    objects: Schema = {"type": "array", "items": {"type": "object"}}
    return {
        "BatchCall": call,
        "BatchRows": {
            "type": "object",
            "required": ["data", "meta"],
            "properties": {"data": objects, "meta": ref("schemas", "Meta")},
        },
        "BatchNodes": objects | {"description": "JSON-LD."},
        "BatchAnswer": {
            "description": "The rows, SPARQL results JSON (with `truncated` when rows were cut), "
            "JSON-LD, or a problem with its own status.",
            "anyOf": [
                ref("schemas", "BatchRows"),
                ref("schemas", "SparqlResults"),
                ref("schemas", "BatchNodes"),
                ref("schemas", "Problem"),
            ],
        },
    }


def _calls(catalogue: Catalogue) -> list[dict[str, Any]]:
    query = next(iter(catalogue))
    parameters = {
        parameter.name: list(parameter.example) if parameter.list else parameter.example[0]
        for parameter in query.parameters
        if parameter.required
    }
    call = {"query": query.name, "parameters": parameters}
    return [call, call | {"format": "json", "limit": 10}]
