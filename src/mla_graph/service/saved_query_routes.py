"""``/api/queries`` and ``/api/queries/{name}``: every saved query, as data and as a page."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import urlencode

import pyoxigraph as ox
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from mla_graph.model.errors import InputError
from mla_graph.pages.address import at
from mla_graph.pages.render import render
from mla_graph.saved_queries.catalogue import SavedQuery, describe
from mla_graph.saved_queries.header import Parameter
from mla_graph.saved_queries.parameters import TODAY
from mla_graph.saved_queries.run import bind, run
from mla_graph.service.context import Served, ServiceContext
from mla_graph.service.enumerations import choices
from mla_graph.service.links import local_path, short
from mla_graph.service.negotiation import HTML, Representation, choose
from mla_graph.service.problems import status_of
from mla_graph.service.representations import TURTLE, of_saved_query
from mla_graph.service.request_input import (
    Parameters,
    from_query_string,
    from_request,
    only,
    single,
    whole_number,
)
from mla_graph.service.resources import written
from mla_graph.service.saved_query_answers import MOST_OFFSET, Asked, answer, rows_document

PAGE_ROWS: Final = 200
RESERVED: Final = ("limit", "offset", "format")

_LISTS: Final = (Representation("json", "application/json"), HTML)


def routes(context: ServiceContext) -> list[Route]:
    """The two routes."""

    async def listing(request: Request) -> Response:
        parameters = from_query_string(request)
        only(parameters, ["format"])
        accept = request.headers.get("accept")
        offered = choose(_LISTS, accept, single(parameters, "format"))
        headers = {"Vary": "Accept"}
        if offered is HTML:
            page = render("queries.html", queries=list(context.catalogue))
            return HTMLResponse(page, headers=headers)
        described = [
            describe(query) | {"href": at(f"/api/queries/{query.name}")}
            for query in context.catalogue
        ]
        return JSONResponse({"data": described}, headers=headers)

    async def saved_query(request: Request) -> Response:
        query = context.catalogue.get(request.path_params["name"])
        parameters = await from_request(request, numbers=_numbers(query), lists=_lists(query))
        representation = choose(
            of_saved_query(query.form),
            request.headers.get("accept"),
            single(parameters, "format"),
        )
        served = context.served
        if representation is HTML:
            return await context.engine.run(lambda: _page(context, served, query, parameters))
        asked = _asked(query, parameters, context.settings.max_rows)
        reading = request.method != "POST"
        known = request.headers.get("if-none-match") if reading else None
        found = await context.engine.run(lambda: answer(served, asked, representation, known))
        headers = dict(found.headers)
        if found.truncated:
            context.metrics.truncated()
            headers["Link"] = f'<{_next_page(query.name, parameters, asked)}>; rel="next"'
        if not reading:
            headers["Cache-Control"] = "no-store"
        if found.body is None:
            return Response(status_code=304, headers=headers)
        headers["Content-Type"] = representation.content_type
        return Response(found.body, headers=headers)

    return [
        Route("/api/queries", listing),
        Route("/api/queries/{name}", saved_query, methods=["GET", "POST"]),
    ]


def example_address(query: SavedQuery) -> str:
    """The path that asks the query with the examples of its required parameters."""
    pairs = [
        (parameter.name, text)
        for parameter in query.parameters
        if parameter.required
        for text in parameter.example
    ]
    return at(f"/api/queries/{query.name}") + (f"?{urlencode(pairs)}" if pairs else "")


def _numbers(query: SavedQuery) -> set[str]:
    return {"limit", "offset"} | {p.name for p in query.parameters if p.type == "integer"}


def _lists(query: SavedQuery) -> set[str]:
    return {parameter.name for parameter in query.parameters if parameter.list}


def _asked(query: SavedQuery, parameters: Parameters, most: int) -> Asked:
    return Asked(
        query=query,
        parameters={name: v for name, v in parameters.items() if name not in RESERVED},
        limit=whole_number(parameters, "limit", least=0, most=most),
        offset=whole_number(parameters, "offset", least=0, most=MOST_OFFSET) or 0,
        most=most,
    )


def _next_page(name: str, parameters: Parameters, asked: Asked) -> str:
    pairs = [(key, text) for key, texts in parameters.items() if key != "offset" for text in texts]
    offset = asked.offset + asked.rows
    return at(f"/api/queries/{name}?{urlencode([*pairs, ('offset', str(offset))])}")


def _page(
    context: ServiceContext, served: Served, query: SavedQuery, parameters: Parameters
) -> Response:
    """The form, and the answer below it once the required parameters are there.

    A form sends its empty fields too: they count as absent. Who names the format sends no form.
    """
    given = parameters
    if "format" not in parameters:
        given = {
            name: kept for name, texts in parameters.items() if (kept := [t for t in texts if t])
        }
    given = {name: texts for name, texts in given.items() if name != "format"}
    required = [parameter.name for parameter in query.parameters if parameter.required]
    result: dict[str, Any] | None = None
    triples: str | None = None
    problem: InputError | None = None
    bound_text = ""
    if query.form != "ask" and (given or not required):
        try:
            asked = _asked(query, given | {"limit": given.get("limit", [str(PAGE_ROWS)])},
                           context.settings.max_rows)  # fmt: skip
            bound = bind(
                query, served.store, asked.parameters,
                limit=asked.rows + 1, offset=asked.offset or None,
            )  # fmt: skip
            bound_text = bound.text
            if query.form == "select":
                result = rows_document(served.store, asked, bound)
            else:
                graph = run(served.store, bound)
                assert isinstance(graph, ox.QueryTriples)
                triples = written(graph, TURTLE.name).decode()
        except InputError as error:
            problem = error
    page = render(
        "query.html",
        query=query,
        fields=[field(served, query, parameter, given) for parameter in query.parameters],
        example=example_address(query),
        result=_cells(query, result) if result else None,
        meta=result["meta"] if result else None,
        triples=triples,
        problem=problem,
        query_text=bound_text or query.template.fill({}),
        downloads=_downloads(query, given) if not problem and (given or not required) else [],
    )
    return HTMLResponse(
        page, status_code=status_of(problem) if problem else 200, headers={"Vary": "Accept"}
    )


def field(
    served: Served, query: SavedQuery, parameter: Parameter, given: Parameters
) -> dict[str, Any]:
    """A field of a form. An empty date field means the default, which for dates is today."""
    preset = [text for text in parameter.default if text != TODAY]
    return {
        "parameter": parameter,
        "choices": choices(served, query, parameter),
        "given": given.get(parameter.name, preset),
        "input": "date" if parameter.type == "date" else "text",
    }


def _downloads(query: SavedQuery, given: Mapping[str, Sequence[str]]) -> list[tuple[str, str]]:
    pairs = [(name, text) for name, texts in given.items() for text in texts]
    return [
        (
            offered.name,
            at(f"/api/queries/{query.name}?{urlencode([*pairs, ('format', offered.name)])}"),
        )
        for offered in of_saved_query(query.form)
        if offered is not HTML
    ]


def _cells(query: SavedQuery, document: Mapping[str, Any]) -> list[list[dict[str, Any]]]:
    """The rows as cells: what to show, and where an IRI leads on this service."""
    columns = [column.name for column in query.columns]
    return [
        [
            {
                "text": _text(row.get(name)),
                "link": local_path(row[name]) if isinstance(row.get(name), str) else None,
            }
            for name in columns
        ]
        for row in document["data"]
    ]


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return short(str(value))
