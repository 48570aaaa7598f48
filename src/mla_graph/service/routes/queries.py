"""``/api/queries`` and ``/api/queries/{name}``: every saved query, as data and as a page."""

from typing import Final

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from mla_graph.model.errors import InvalidValue
from mla_graph.pages.address import at
from mla_graph.pages.render import render
from mla_graph.saved_queries.catalogue import SavedQuery, describe
from mla_graph.service.address import addressed
from mla_graph.service.answers import (
    answer,
    asked_of,
    headers_of,
)
from mla_graph.service.context import ServiceContext
from mla_graph.service.direct import answers
from mla_graph.service.replay import lasting
from mla_graph.service.routes import explain as saved_query_explain
from mla_graph.service.routes.query_page import page
from mla_graph.service.wire.negotiation import HTML, Representation, choose
from mla_graph.service.wire.parameters import (
    Parameters,
    from_query_string,
    from_request,
    only,
    single,
)
from mla_graph.service.wire.representations import of_saved_query

_LISTS: Final = (Representation("json", "application/json"), HTML)


def routes(context: ServiceContext) -> list[Route]:
    """The routes of the saved queries."""

    async def listing(request: Request) -> Response:
        parameters = from_query_string(request)
        only(parameters, ["format"])
        accept = request.headers.get("accept")
        offered = choose(_LISTS, accept, single(parameters, "format"))
        headers = {"Vary": "Accept"}
        if offered is HTML:
            whole = render("queries.html", queries=list(context.catalogue))
            return HTMLResponse(whole, headers=headers)
        described = [
            describe(query) | {"href": at(f"/api/queries/{query.name}")}
            for query in context.catalogue
        ]
        return JSONResponse({"data": described}, headers=headers)

    async def saved_query(request: Request) -> Response:
        query, by_ending = addressed(context.catalogue, request.path_params["name"])
        parameters = await from_request(request, numbers=query.number_names, lists=query.list_names)
        representation = _wanted(request, query, parameters, by_ending)
        served = context.served
        if representation is HTML:
            return await context.engine.run(lambda: page(context, served, query, parameters))
        asked = asked_of(query, parameters, context.settings.max_rows)
        reading = request.method != "POST"
        known = request.headers.get("if-none-match") if reading else None
        found = await answer(context.engine, served, asked, representation, known)
        headers = dict(headers_of(found, asked, request.scope["path"], parameters))
        if found.truncated:
            context.metrics.truncated()
        if not reading:
            headers["Cache-Control"] = "no-store"
        if found.body is None:
            return Response(status_code=304, headers=headers)
        if reading:
            answers(request.scope, query, representation, parameters)
            if found.lasting:
                lasting(request.scope, served)
        headers["Content-Type"] = representation.content_type
        return Response(found.body, headers=headers)

    return [
        Route("/api/queries", listing),
        Route("/api/queries/{name}", saved_query, methods=["GET", "POST"]),
        *saved_query_explain.routes(context),
    ]


def _wanted(
    request: Request,
    query: SavedQuery,
    parameters: Parameters,
    by_ending: Representation | None,
) -> Representation:
    """The ending of the address wins over ``format``'s absence, and ``format`` over Accept.

    Raises:
        InvalidValue: ending and ``format`` contradict each other.
        UnsupportedFormat: there is no such format.
    """
    asked = single(parameters, "format")
    if by_ending is None:
        return choose(of_saved_query(query.form), request.headers.get("accept"), asked)
    if asked not in (None, by_ending.name):
        raise InvalidValue(
            f"The address ends in the format {by_ending.name}, but format is {asked!r}; "
            "give one of them.",
            parameter="format",
            value=asked,
        )
    return by_ending
