"""The API description (OpenAPI 3.1) and its page, made from the saved queries."""

import json
from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from mla_graph import __version__
from mla_graph.model.about import DATA_LICENCE, DATA_LICENCE_URL, ISSUES_URL, NOTICE
from mla_graph.pages.render import render
from mla_graph.release.dumps import COMPRESSED, ENDINGS
from mla_graph.service.context import Served, ServiceContext
from mla_graph.service.openapi import batch as openapi_batch
from mla_graph.service.openapi import dossier as dossier_openapi
from mla_graph.service.openapi import explain as openapi_explain
from mla_graph.service.openapi.parts import (
    HEADERS,
    TEXT,
    Schema,
    components,
    format_parameter,
    not_modified,
    problem_responses,
    ref,
)
from mla_graph.service.openapi.queries import operations, rows_schema, rows_schema_name
from mla_graph.service.routes.dumps import CHECKSUMS, GZIP
from mla_graph.service.routes.federated import OFFERED as FEDERATED_OFFERED
from mla_graph.service.security_headers import DOCUMENTATION_POLICY
from mla_graph.service.telemetry.metrics import CONTENT_TYPE
from mla_graph.service.wire.negotiation import HTML, Representation
from mla_graph.service.wire.parameters import FORM
from mla_graph.service.wire.published_context import CONTEXT_PATH
from mla_graph.service.wire.representations import (
    GRAPH_PAGES,
    JSON_LD,
    TRIPLES_OFFERED,
    TURTLE,
    of_sparql,
)
from mla_graph.store.formats import DUMPS

DESCRIPTION: Final = f"""
Mutual legal assistance in criminal matters as a graph: legal bases, conditions, authorities,
languages, time limits and formalities of a measure in a state, each fact with its source.

**{NOTICE}**

* Every saved query is an operation under `/api/queries/`; `/sparql` takes any other question.
* Formats: the `Accept` header, `format`, or the ending of the address of a saved query
  (`/api/queries/states.csv`). `rows` is plain JSON, `json` SPARQL results JSON.
* Errors are RFC 9457 problems. A value that is not in the graph is a 400 that names the nearest
  valid ones.
* Answers carry an `ETag` that changes with release, query and parameters.
"""

_EXAMPLE_QUERY: Final = "SELECT ?s ?p ?o WHERE { ?s ?p ?o } LIMIT 3"
_LISTS: Final = (Representation("json", "application/json"), HTML)
_OBJECT: Final[Schema] = {"type": "object"}


def routes(context: ServiceContext, app: FastAPI) -> list[Route]:
    """``/openapi.json`` and ``/docs``; ``app.openapi()`` gives the same document."""

    def document() -> dict[str, Any]:
        served = context.served
        return served.once("openapi", lambda: _document(context, served, app))

    def written() -> bytes:
        text = json.dumps(document(), ensure_ascii=False, separators=(",", ":"))
        return text.encode()

    app.openapi = document  # type: ignore[method-assign]

    async def description(request: Request) -> Response:
        served = context.served
        body = await context.engine.run(lambda: served.once("openapi.json", written))
        return Response(body, media_type="application/json", headers={"Cache-Control": "no-cache"})

    async def docs(request: Request) -> Response:
        return HTMLResponse(
            render("docs.html"), headers={"Content-Security-Policy": DOCUMENTATION_POLICY}
        )

    return [Route("/openapi.json", description), Route("/docs", docs)]


def _document(context: ServiceContext, served: Served, app: FastAPI) -> dict[str, Any]:
    queries = list(context.catalogue)
    document = get_openapi(
        title="mla-graph",
        version=__version__,
        summary="Mutual legal assistance in criminal matters, as a graph that answers.",
        description=DESCRIPTION,
        contact={"name": "Report an error", "url": ISSUES_URL},
        license_info={"name": f"Data: {DATA_LICENCE}", "url": DATA_LICENCE_URL},
        routes=app.routes,
    )
    if context.settings.base_url:
        document["servers"] = [{"url": context.settings.base_url}]
    paths = document.setdefault("paths", {})
    for query in queries:
        paths[f"/api/queries/{query.name}"] = operations(query, served, context.settings.max_rows)
    paths |= openapi_explain.paths(context.catalogue)
    paths |= openapi_batch.paths(context.catalogue, context.settings.max_batch)
    paths |= _fixed_paths() | dossier_openapi.paths(context.catalogue, served)
    shared = components()
    shared["schemas"] |= {rows_schema_name(query): rows_schema(query) for query in queries}
    shared["schemas"] |= openapi_batch.schemas() | openapi_explain.schemas()
    shared["schemas"] |= dossier_openapi.schemas(context.catalogue)
    mine = document.setdefault("components", {})
    for kind, members in shared.items():
        mine.setdefault(kind, {}).update(members)
    return document


def _fixed_paths() -> dict[str, Any]:
    queries = _get(
        "listQueries",
        "The saved queries",
        "queries",
        _content(_LISTS, {"application/json": _OBJECT}),
        [format_parameter(_LISTS)],
        (400, 406),
    )
    graph_page = _content(GRAPH_PAGES, {"application/ld+json": {}})
    turtle = _content((TURTLE,), {})
    resource = _get(
        "resource",
        "Everything that the graph states about a resource",
        "graph",
        graph_page,
        [
            _path_parameter("kind", "state", {"pattern": "^[a-z][a-z-]*$"}),
            _path_parameter("key", "lu", {"pattern": "^[A-Za-z0-9._-]+$"}),
            format_parameter(GRAPH_PAGES),
        ],
        (400, 404, 406, 503),
        cached=True,
    )
    endings = [ending + packed for ending in ENDINGS for packed in ("", COMPRESSED)]
    release = _path_parameter("release", "0" * 64, {"pattern": "^[0-9a-f]{64}$"})
    list_of_files = _content(_LISTS, {"application/json": _OBJECT})
    sums = {"text/plain": {"schema": TEXT}}
    example = _path_parameter("name", "legal-bases", {"pattern": "^[a-z][a-z-]*$"})
    dump = _get(
        "dump",
        "The whole graph as one file",
        "graph",
        {
            media_type: {"schema": {} if media_type.endswith("json") else TEXT}
            for media_type in (*(DUMPS[format].media_type for format in ENDINGS.values()), GZIP)
        },
        [_path_parameter("ending", "ttl", {"enum": endings})],
        (400, 404),
        cached=True,
    )  # fmt: skip
    health = {"application/json": {"schema": _OBJECT}}
    return {
        "/api/queries": queries,
        "/api/queries/federated": _get(
            "listFederatedQueries", "The saved queries that also call endpoints elsewhere",
            "queries", {"application/json": {"schema": _OBJECT}}, [], (400,)),
        "/api/queries/federated/{name}": _get(
            "federatedQuery",
            "A saved query that also calls endpoints elsewhere, with its parameters; meta.missing "
            "and X-Missing say which of them gave nothing",
            "queries", _content(FEDERATED_OFFERED, {"application/json": _OBJECT}),
            [_path_parameter("name", "eu-acts", {"pattern": "^[a-z][a-z-]*$"}),
             format_parameter(FEDERATED_OFFERED)], (400, 403, 404, 406, 413, 429, 503)),
        "/sparql": _sparql(),
        "/id/{kind}/{key}": resource,
        "/ontology": _get("ontology", "The vocabulary", "graph", graph_page,
                          [format_parameter(GRAPH_PAGES)], (400, 406), cached=True),
        CONTEXT_PATH: _get("context", "The JSON-LD context of the vocabulary", "graph",
                           _content((JSON_LD,), {JSON_LD.media_type: _OBJECT}), [], (400,),
                           cached=True),
        "/shapes": _get("shapes", "The SHACL shapes that the data keeps", "graph", turtle,
                        [format_parameter((TURTLE,))], (400, 406), cached=True),
        "/.well-known/void": _get(
            "void", "The data set in VoID and DCAT-AP", "graph",
            _content(TRIPLES_OFFERED, {"application/ld+json": {}}),
            [format_parameter(TRIPLES_OFFERED)], (400, 406, 503), cached=True),
        "/.well-known/sparql-examples": _get(
            "sparqlExamples", "The saved queries as SPARQL that runs as it stands", "queries",
            graph_page, [format_parameter(GRAPH_PAGES)], (400, 406, 503), cached=True),
        "/.well-known/sparql-examples/{name}": _get(
            "sparqlExample", "A saved query as SPARQL that runs as it stands", "queries",
            graph_page, [example, format_parameter(GRAPH_PAGES)], (400, 404, 406, 503),
            cached=True),
        "/dumps/": _get("dumps", "The files of the whole graph", "graph", list_of_files,
                        [format_parameter(_LISTS)], (400, 406)),
        "/dumps/mla-graph.{ending}": dump,
        f"/dumps/{CHECKSUMS}": _get("checksums", "SHA-256 of each file, for sha256sum --check",
                                    "graph", sums, [], (400, 404)),
        "/dumps/{release}/": _get(
            "dumpsOfRelease", "The files of one release", "graph", list_of_files,
            [release, format_parameter(_LISTS)], (400, 404, 406)),
        "/dumps/{release}/mla-graph.{ending}": _of_release(dump, release),
        f"/dumps/{{release}}/{CHECKSUMS}": _get(
            "checksumsOfRelease", "SHA-256 of each file of one release", "graph", sums,
            [release], (400, 404)),
        "/health/live": _get("live", "Is the process running", "operation", health, [], ()),
        "/health/ready": _get("ready", "Does the store answer", "operation", health, [], (503,)),
        "/metrics": _get("metrics", "Counters for Prometheus", "operation",
                         {CONTENT_TYPE: {"schema": TEXT}}, [], ()),
    }  # fmt: skip


def _of_release(dump: dict[str, Any], release: Schema) -> dict[str, Any]:
    """The operation on a file, for one release."""
    get = dump["get"]
    return {
        "get": get
        | {
            "operationId": "dumpOfRelease",
            "summary": "The whole graph of one release as one file",
            "parameters": [release, *get["parameters"]],
        }
    }


def _get(
    identifier: str,
    summary: str,
    tag: str,
    content: dict[str, Any],
    parameters: list[Schema],
    statuses: tuple[int, ...],
    *,
    cached: bool = False,
) -> dict[str, Any]:
    responses = {"200": {"description": summary, "content": content}}
    if cached:
        responses["200"]["headers"] = HEADERS
        responses |= not_modified()
    return {
        "get": {
            "operationId": identifier,
            "summary": summary,
            "tags": [tag],
            "parameters": parameters,
            "responses": responses | problem_responses(*statuses),
        }
    }


def _content(
    offered: tuple[Representation, ...], schemas: dict[str, Schema]
) -> dict[str, dict[str, Schema]]:
    return {one.media_type: {"schema": schemas.get(one.media_type, TEXT)} for one in offered}


def _path_parameter(name: str, example: str, limits: Schema) -> Schema:
    return {
        "name": name,
        "in": "path",
        "required": True,
        "schema": {"type": "string"} | limits,
        "example": example,
    }


def _sparql() -> dict[str, Any]:
    tables, graphs = of_sparql("select"), of_sparql("graph")
    results = ref("schemas", "SparqlResults")
    content = _content(tables, {"application/sparql-results+json": results}) | _content(
        (*graphs, HTML), {"application/ld+json": {}}
    )
    query = {"type": "string", "description": "A SPARQL 1.1 query.", "examples": [_EXAMPLE_QUERY]}
    formats = format_parameter((*tables, *graphs))
    graph_lists = [
        {
            "name": name,
            "in": "query",
            "description": f"{what} of the query's data set, which "
            "override FROM and FROM NAMED; may be repeated.",
            "schema": {"type": "array", "items": {"type": "string", "format": "iri"}},
        }
        for name, what in (
            ("default-graph-uri", "Graphs merged into the default graph"),
            ("named-graph-uri", "Named graphs"),
        )
    ]
    about = {
        "summary": "Any SPARQL query",
        "description": "SPARQL 1.1 Protocol, queries only, within limits of time, memory and "
        "size. A table in JSON or XML that reaches the limit ends with a mark (`truncated`); what "
        "else goes wrong once 64 KiB are written breaks the answer off, which is an incomplete "
        "transfer. "
        "The default graph is the merged graph; named graphs hold each source file. "
        "GET without a query gives the description of the service; a browser gets a page.",
        "tags": ["sparql"],
    }
    answer = {"200": {"description": "The answer.", "content": content}}
    return {
        "get": about
        | {
            "operationId": "sparql",
            "parameters": [
                {"name": "query", "in": "query", "required": False, "schema": query,
                 "example": _EXAMPLE_QUERY},
                *graph_lists,
                formats,
            ],
            "responses": answer | problem_responses(400, 403, 406, 429, 503),
        },
        "post": about
        | {
            "operationId": "sparqlPost",
            "parameters": [*graph_lists, formats],
            "requestBody": {
                "required": True,
                "content": {
                    FORM: {
                        "schema": {
                            "type": "object",
                            "required": ["query"],
                            "properties": {"query": query},
                            "additionalProperties": False,
                        }
                    },
                    "application/sparql-query": {"schema": TEXT},
                },
            },
            "responses": answer | problem_responses(400, 403, 406, 413, 415, 429, 503),
        },
    }  # fmt: skip
