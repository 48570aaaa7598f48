"""The dossier in the API description, and its JSON Schema."""

from functools import cache
from typing import Any, Final

from pydantic import TypeAdapter

from mla_graph.dossier.compose import STATEMENTS, parameters
from mla_graph.dossier.model import Answer, Dossier
from mla_graph.saved_queries.catalogue import Catalogue
from mla_graph.service.context import Served
from mla_graph.service.openapi.parts import (
    HEADERS,
    TEXT,
    Schema,
    format_parameter,
    not_modified,
    problem_responses,
    ref,
)
from mla_graph.service.openapi.queries import column_schema, parameter_schema
from mla_graph.service.wire.negotiation import HTML, Representation
from mla_graph.service.wire.representations import JSON_LD, N_TRIPLES, TURTLE

JSON: Final = Representation("json", "application/json")
PLAIN: Final = Representation("text", "text/plain")
OFFERED: Final = (JSON, HTML, PLAIN, TURTLE, JSON_LD, N_TRIPLES)
SCHEMA_PATH: Final = "/api/dossier/schema"
SCHEMA: Final = Representation("json", "application/schema+json", ("application/json",))

_DATES: Final = ("on", "reviewedDate", "retrievedDate")


@cache
def schema(catalogue: Catalogue) -> Schema:
    """The JSON Schema of a dossier; columns are described as in the headers of their queries."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **_described(TypeAdapter(Dossier).json_schema(), catalogue),
    }


def schemas(catalogue: Catalogue) -> dict[str, Schema]:
    """The same as components of the API description."""
    own = TypeAdapter(Dossier).json_schema(ref_template="#/components/schemas/Dossier{model}")
    whole = _described(own, catalogue)
    parts = whole.pop("$defs")
    return {"Dossier": whole} | {f"Dossier{name}": part for name, part in parts.items()}


def paths(catalogue: Catalogue, served: Served) -> dict[str, Any]:
    """The path items of the dossier and of its schema."""
    query = catalogue.get(STATEMENTS[Answer][0])
    content = {one.media_type: {"schema": TEXT} for one in OFFERED}
    content[JSON.media_type] = {"schema": ref("schemas", "Dossier")}
    content[JSON_LD.media_type] = {"schema": {}}
    link = {"description": 'The JSON Schema, rel="describedby".', "schema": TEXT}
    dossier = {
        "operationId": "dossier",
        "summary": "The whole answer to a request for assistance",
        "description": "The answers to the questions of a request on each basis, what to beware "
        "of, which instruments apply between two states and in which order, what the executing "
        "state says of the measure, what both declared; each fact with the numbers of its "
        "references. Every part holds rows of the saved query of its name.",
        "tags": ["dossier"],
        "parameters": [
            *(parameter_schema(query, served, one) for one in parameters(catalogue)),
            format_parameter(OFFERED),
        ],
        "responses": {
            "200": {
                "description": "The dossier.",
                "headers": HEADERS | {"Link": link},
                "content": content,
            }
        }
        | not_modified()
        | problem_responses(400, 406, 503),
    }
    described = {
        "operationId": "dossierSchema",
        "summary": "The JSON Schema of a dossier",
        "tags": ["dossier"],
        "parameters": [format_parameter((SCHEMA,))],
        "responses": {
            "200": {
                "description": "The schema.",
                "content": {SCHEMA.media_type: {"schema": {"type": "object"}}},
            }
        }
        | problem_responses(400, 406),
    }
    return {"/api/dossier": {"get": dossier}, SCHEMA_PATH: {"get": described}}


def _described(whole: Schema, catalogue: Catalogue) -> Schema:
    whole["additionalProperties"] = False
    for part in whole["$defs"].values():
        part["additionalProperties"] = False
        for name in set(_DATES) & set(part["properties"]):
            kinds = part["properties"][name].pop("anyOf", [{"type": "string"}])
            part["properties"][name] |= {
                "type": [kind["type"] for kind in kinds],
                "format": "date",
            }
    for kind, (query, _) in STATEMENTS.items():
        properties = whole["$defs"][kind.__name__]["properties"]
        columns = catalogue.get(query).columns
        properties |= {c.name: column_schema(c) for c in columns}
        whole["$defs"][kind.__name__]["required"] += [c.name for c in columns]
        properties["path"] |= {"enum": ["first", "other"]}
    return whole
