"""``/api/queries`` and ``/api/queries/{name}``: every saved query, as data and as a page."""

from collections.abc import Mapping
from functools import cache, partial
from typing import Any, Final

import pyoxigraph as ox
from starlette.requests import Request

from mla_graph.model.errors import InputError, InvalidValue
from mla_graph.pages.address import at
from mla_graph.pages.language import spoken
from mla_graph.pages.render import render
from mla_graph.saved_queries.catalogue import SavedQuery, describe
from mla_graph.saved_queries.rows import about_query
from mla_graph.saved_queries.run import bind, run
from mla_graph.service.answers import (
    addressed,
    asked_of,
    document_of,
    downloads,
    example_address,
    explain_address,
    link_header,
    pages,
    ready,
)
from mla_graph.service.context import Served, ServiceContext
from mla_graph.service.display import Shown, field, local_path, short
from mla_graph.service.openapi.queries import by_get, by_post
from mla_graph.service.wire.formats import (
    HTML,
    LISTS,
    ROWS,
    TURTLE,
    Offered,
    Representation,
    document,
    of_saved_query,
)
from mla_graph.service.wire.operations import Described, Operation
from mla_graph.service.wire.parameters import (
    Parameters,
    chosen,
    from_request,
    single,
    wanted,
    without_empty,
)
from mla_graph.service.wire.problems import document as document_of_problem
from mla_graph.service.wire.problems import status_of
from mla_graph.service.wire.reply import Outcome, Reply, as_json

_LIST: Final = Described("listQueries", "The saved queries", ("queries",), (400, 406))

PAGE_ROWS: Final = 200

LABEL: Final = "/api/queries/{name}"
"""The path that metrics name for every saved query."""


def operations(context: ServiceContext) -> list[Operation]:
    """Give the list, two operations for each query, and the addresses with an ending."""

    async def listing(request: Request) -> Outcome:
        form = wanted(request, LISTS)
        if form is HTML:
            body = render("queries.html", queries=list(context.catalogue)).encode()
        else:
            described = [
                describe(query) | {"href": at(f"/api/queries/{query.name}")}
                for query in context.catalogue
            ]
            body = as_json({"data": described})
        return Reply(body, form.content_type, headers={"Vary": "Accept"})

    async def by_ending(request: Request) -> Outcome:
        query, form = addressed(context.catalogue, request.path_params["name"])
        parameters = await _parameters(context, query, request)
        asked = single(parameters, "format")
        if asked not in (None, form.name):
            raise InvalidValue(
                f"The address ends in the format {form.name}, but format is {asked!r}; "
                "give one of them.",
                parameter="format",
                value=asked,
            )
        return await _answer(context, request, query, parameters, form)

    return [
        Operation("/api/queries", listing, LISTS, _LIST),
        *(operation for name in context.catalogue.names for operation in _of(context, name)),
        *(Operation(LABEL, by_ending, method=method) for method in ("GET", "POST")),
    ]


def _of(context: ServiceContext, name: str) -> list[Operation]:
    """Give the two operations of a query, whose header is read when it is first asked."""

    query = cache(lambda: context.catalogue.get(name))

    async def answer(request: Request) -> Outcome:
        parameters = await _parameters(context, query(), request)
        form = chosen(request, of_saved_query(query().form), parameters)
        return await _answer(context, request, query(), parameters, form)

    def offered() -> Offered:
        return of_saved_query(query().form)

    def get() -> Described:
        return by_get(query(), context)

    def post() -> Described:
        return by_post(query(), context)

    path = f"/api/queries/{name}"
    return [
        Operation(path, answer, offered, get, label=LABEL),
        Operation(path, answer, offered, post, label=LABEL, method="POST"),
    ]


async def _parameters(context: ServiceContext, query: SavedQuery, request: Request) -> Parameters:
    return await from_request(
        request, context.settings, numbers=query.number_names, lists=query.list_names
    )


async def _answer(
    context: ServiceContext,
    request: Request,
    query: SavedQuery,
    parameters: Parameters,
    form: Representation,
) -> Outcome:
    """Bind the values, and leave it to the gate whether the query has to be run.

    Raises:
        InputError: a parameter is wrong.
        StoreUnavailable, LimitReached: the store did not answer.
    """
    served = context.served
    if form is HTML:
        return await context.engine.run(lambda: _page(context, served, query, parameters))
    asked = asked_of(query, parameters, context.settings.max_rows)
    call = await context.ask(
        served, lambda: ready(served.store, asked, form), pace=("bind", query.name)
    )
    reading = request.method != "POST"
    return Reply(
        call.make,
        form.content_type,
        headers=call.headers if reading else call.headers | {"Cache-Control": "no-store"},
        lasting="ETag" in call.headers and not call.depends_on_today,
        pace=(form is ROWS, query.name),
        more=partial(link_header, asked, request.scope["path"], parameters),
    )


def _page(
    context: ServiceContext, served: Served, query: SavedQuery, parameters: Parameters
) -> Reply:
    """Write the form, and the answer below it once there are parameters.

    Whoever names the format sends no form, and asks for an answer.
    """
    given = without_empty(parameters)
    required = any(parameter.required for parameter in query.parameters)
    answering = "format" in parameters or bool(given) or not required
    if spoken().language != "en" and "lang" in query.parameter_names:
        given = {"lang": [spoken().language]} | given
    answer: dict[str, Any] = {"result": None, "meta": None, "triples": None, "pages": {}}
    problem: InputError | None = None
    if query.form != "ask" and answering:
        try:
            answer |= _answer_on_page(context, served, query, given)
        except InputError as error:
            problem = error
    text = render(
        "query.html",
        query=query,
        fields=[field(served, query, parameter, given) for parameter in query.parameters],
        example=example_address(query),
        problem=problem and document_of_problem(problem, at(f"/api/queries/{query.name}")),
        explain=explain_address(query, given),
        downloads=downloads(query, given) if not problem and answering else [],
        **answer,
    )
    status = status_of(problem) if problem else 200
    return Reply(text.encode(), HTML.content_type, status, {"Vary": "Accept"})


def _answer_on_page(
    context: ServiceContext, served: Served, query: SavedQuery, given: Parameters
) -> dict[str, Any]:
    """Run the query for the page: the rows as cells, or the triples as Turtle.

    Raises:
        InputError: a parameter is wrong.
        StoreUnavailable, LimitReached: the store did not answer.
    """
    paged = {"limit": [str(PAGE_ROWS)]} | given
    asked = asked_of(query, paged, context.settings.max_rows)
    bound = bind(
        query, served.store, asked.parameters, limit=asked.rows + 1, offset=asked.offset or None
    )
    found = run(served.store, bound)
    if isinstance(found, ox.QueryTriples):
        return {"triples": document(found, TURTLE.name).decode()}
    result = document_of(found, about_query(bound, served.store.release_id), asked)
    more: bool = result["meta"]["truncated"]
    path = at(f"/api/queries/{query.name}")
    return {
        "result": _cells(query, result),
        "meta": result["meta"],
        "pages": pages(path, given, offset=asked.offset, rows=asked.rows, more=more),
    }


def _cells(query: SavedQuery, document: Mapping[str, Any]) -> list[list[Shown]]:
    """Write the rows as cells: what to show, and where an IRI leads on this service."""
    return [
        [
            Shown(
                _text(value),
                local_path(value) if isinstance(value, str) else None,
                getattr(value, "language", ""),
            )
            for value in (row.get(column.name) for column in query.columns)
        ]
        for row in document["data"]
    ]


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return short(str(value))
