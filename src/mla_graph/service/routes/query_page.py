"""The page of a saved query: its form, and the answer below it."""

from collections.abc import Mapping
from typing import Any, Final

import pyoxigraph as ox
from starlette.responses import HTMLResponse, Response

from mla_graph.model.errors import InputError
from mla_graph.pages.address import at
from mla_graph.pages.render import render
from mla_graph.saved_queries.catalogue import SavedQuery
from mla_graph.saved_queries.header import Parameter
from mla_graph.saved_queries.parameters import TODAY
from mla_graph.saved_queries.run import bind, run
from mla_graph.service.address import (
    downloads,
    example_address,
    explain_address,
    pages,
)
from mla_graph.service.answers import asked_of, rows_document
from mla_graph.service.context import Served, ServiceContext
from mla_graph.service.display.enumerations import choices
from mla_graph.service.display.links import local_path, short
from mla_graph.service.wire.parameters import Parameters
from mla_graph.service.wire.problems import status_of
from mla_graph.service.wire.rdf_document import document
from mla_graph.service.wire.representations import TURTLE

PAGE_ROWS: Final = 200


def page(
    context: ServiceContext, served: Served, query: SavedQuery, parameters: Parameters
) -> Response:
    """The form, and the answer below it once there are parameters.

    A form sends its empty fields too: they count as absent. Who names the format sends no form, and
    asks for an answer.
    """
    given = parameters
    answering = "format" in parameters
    if not answering:
        given = {
            name: kept for name, texts in parameters.items() if (kept := [t for t in texts if t])
        }
    given = {name: texts for name, texts in given.items() if name != "format"}
    required = [parameter.name for parameter in query.parameters if parameter.required]
    result: dict[str, Any] | None = None
    triples: str | None = None
    problem: InputError | None = None
    others: dict[str, str] = {}
    answering |= bool(given) or not required
    if query.form != "ask" and answering:
        try:
            asked = asked_of(query, given | {"limit": given.get("limit", [str(PAGE_ROWS)])},
                           context.settings.max_rows)  # fmt: skip
            bound = bind(
                query, served.store, asked.parameters,
                limit=asked.rows + 1, offset=asked.offset or None,
            )  # fmt: skip
            if query.form == "select":
                result = rows_document(served.store, asked, bound)
                others = pages(
                    at(f"/api/queries/{query.name}"), given,
                    offset=asked.offset, rows=asked.rows, more=result["meta"]["truncated"],
                )  # fmt: skip
            else:
                graph = run(served.store, bound)
                assert isinstance(graph, ox.QueryTriples)
                triples = document(graph, TURTLE.name).decode()
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
        pages=others,
        explain=explain_address(query, given),
        downloads=downloads(query, given) if not problem and answering else [],
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
