"""``/sparql``: the SPARQL 1.1 Protocol for queries, and a page to write them in."""

from typing import Final

from starlette.concurrency import iterate_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response, StreamingResponse
from starlette.routing import Route

from mla_graph.adhoc.pool import IN_MEMORY
from mla_graph.model.errors import InvalidValue, MissingParameter, UpdateRefused
from mla_graph.pages.render import render
from mla_graph.service.base_address import base_address
from mla_graph.service.context import Served, ServiceContext
from mla_graph.service.negotiation import Representation, choose, wants_page
from mla_graph.service.problems import UnsupportedMediaType
from mla_graph.service.query_examples import query_examples
from mla_graph.service.rdf_document import document
from mla_graph.service.representations import TRIPLES_OFFERED, of_sparql, serialised
from mla_graph.service.request_input import (
    FORM,
    Parameters,
    body_type,
    decoded,
    from_query_string,
    single,
    text,
)
from mla_graph.service.service_description import service_description
from mla_graph.store.query_text import leading_keyword

SPARQL_QUERY: Final = "application/sparql-query"
SPARQL_UPDATE: Final = "application/sparql-update"

MOST_BYTES: Final = 256 << 20
"""A larger answer is refused; the dumps are there for whoever wants everything."""

_KINDS: Final = {"CONSTRUCT": "graph", "DESCRIBE": "graph", "ASK": "boolean"}
_FIRST: Final = "legal-bases"
_NO_STORE: Final = {"Cache-Control": "no-cache", "Vary": "Accept"}


def routes(context: ServiceContext) -> list[Route]:
    """The one route."""

    async def sparql(request: Request) -> Response:
        parameters = await _parameters(request)
        accept, asked = request.headers.get("accept"), single(parameters, "format")
        query, served = single(parameters, "query"), context.served
        if request.method != "POST" and asked is None and wants_page(accept):
            page = await context.engine.run(lambda: _page(context, served, query))
            return HTMLResponse(page, headers=_NO_STORE)
        if query is None and request.method != "POST":
            wanted = choose(TRIPLES_OFFERED, accept, asked)
            base = base_address(context, request)
            body = await context.engine.run(
                lambda: document(service_description(context, served, base), wanted.name)
            )
            return Response(body, headers=_NO_STORE | {"Content-Type": wanted.content_type})
        if not query:
            raise MissingParameter(
                "There is no query; send it as the form field query, or as the body with the "
                f"media type {SPARQL_QUERY}.",
                parameter="query",
            )
        graphs = (parameters.get("default-graph-uri", []), parameters.get("named-graph-uri", []))
        return await _answered(context, served, query, graphs, accept, asked)

    return [Route("/sparql", sparql, methods=["GET", "POST"])]


async def _answered(
    context: ServiceContext,
    served: Served,
    query: str,
    graphs: tuple[list[str], list[str]],
    accept: str | None,
    asked: str | None,
) -> Response:
    """The answer of a worker; an endpoint elsewhere keeps its own limits and is asked directly.

    Raises:
        InputError: the query cannot be answered as it stands.
        LimitReached, StoreUnavailable: the store did not answer.
    """
    pool = await context.strangers.run(context.adhoc)
    if pool is None:
        if any(graphs):
            raise InvalidValue("Name the graphs in the query itself, with FROM and FROM NAMED.")
        wanted = _chosen(_KINDS.get(leading_keyword(query), "select"), accept, asked)
        timeout = context.settings.query_timeout
        whole = await context.engine.run(
            lambda: serialised(served.store.query(query, timeout=timeout), wanted.name)
        )
        return Response(whole, headers=_NO_STORE | {"Content-Type": wanted.content_type})
    answer = await context.strangers.run(
        lambda: pool.run(
            query,
            lambda kind: _chosen(kind, accept, asked).name,
            default_graphs=graphs[0],
            named_graphs=graphs[1],
            max_bytes=MOST_BYTES,
        )
    )
    content_type = Representation(answer.format, answer.media_type).content_type
    headers = _NO_STORE | {"Content-Type": content_type, "Content-Length": str(answer.size)}
    if answer.size <= IN_MEMORY:
        return Response(answer.read(), headers=headers)
    return StreamingResponse(iterate_in_threadpool(answer.chunks), headers=headers)


async def _parameters(request: Request) -> Parameters:
    """The parameters of the protocol (SPARQL 1.1 Protocol, section 2.1).

    Raises:
        UpdateRefused: the request carries an update.
        UnsupportedMediaType: the body is neither a form nor a query.
    """
    parameters = from_query_string(request)
    if request.method == "POST":
        media_type = body_type(request)
        if media_type == SPARQL_UPDATE:
            raise _no_updates()
        if media_type == SPARQL_QUERY:
            parameters.setdefault("query", []).append(text(await request.body()))
        elif media_type == FORM:
            for name, values in decoded(await request.body()).items():
                parameters.setdefault(name, []).extend(values)
        else:
            raise UnsupportedMediaType(
                f"A body of type {media_type or 'unknown'} is not read here; "
                f"send {FORM} or {SPARQL_QUERY}.",
                valid=[FORM, SPARQL_QUERY],
            )
    if "update" in parameters:
        raise _no_updates()
    return parameters


def _no_updates() -> UpdateRefused:
    return UpdateRefused(
        "This is an update; only queries are answered here: SELECT, ASK, CONSTRUCT, DESCRIBE."
    )


def _chosen(kind: str, accept: str | None, asked: str | None) -> Representation:
    """The representation for the kind of answer; ``format`` may be a media type too."""
    offered = of_sparql(kind)
    if asked is not None and "/" in asked:
        return choose(offered, asked)
    return choose(offered, accept, asked)


def _page(context: ServiceContext, served: Served, query: str | None) -> str:
    examples = query_examples(context.catalogue, served)
    first = next((one.text for one in examples if one.name == _FIRST), "")
    return render(
        "sparql.html",
        examples=examples,
        text=query if query is not None else first,
        seconds=context.settings.query_timeout,
    )
