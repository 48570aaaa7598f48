"""``/``: what this is, what it holds, and questions that run."""

from dataclasses import dataclass
from typing import Final

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from mla_graph.model.namespaces import MLA
from mla_graph.pages.render import render
from mla_graph.service.address import example_address
from mla_graph.service.context import Served, ServiceContext
from mla_graph.service.metadata.numbers import by_class, numbers
from mla_graph.service.routes.dossier import form

_EXAMPLES: Final = (
    "legal-bases",
    "conditions",
    "authorities",
    "languages",
    "time-limits",
    "formalities",
    "alternatives",
    "instrument-relations",
    "search",
)
"""Shown on the start page in this order, as far as the catalogue has them."""

_FIELDS: Final = ("requesting", "executing", "measure", "on")
"""What the form on the start page asks for a dossier."""

_COUNTED: Final = {
    "Instrument": "instruments",
    "Statute": "statutes",
    "State": "states",
    "Measure": "measures",
    "Implementation": "implementations (measure in a state)",
    "SourceDocument": "sources",
}


@dataclass(frozen=True)
class Number:
    """How many of something the graph holds."""

    count: int
    label: str


@dataclass(frozen=True)
class Example:
    """A link to a question with its examples filled in."""

    href: str
    title: str
    text: str


def routes(context: ServiceContext) -> list[Route]:
    """The one route."""

    async def landing(request: Request) -> Response:
        served = context.served
        page = await context.engine.run(
            lambda: served.once("landing", lambda: _page(context, served))
        )
        return HTMLResponse(page, headers={"Cache-Control": "no-cache"})

    return [Route("/", landing)]


def _page(context: ServiceContext, served: Served) -> str:
    catalogue = context.catalogue
    classes = dict(by_class(served))
    counted = [
        Number(classes[MLA + name], label)
        for name, label in _COUNTED.items()
        if MLA + name in classes
    ]
    queries = [catalogue.get(name) for name in _EXAMPLES if name in catalogue.names]
    return render(
        "landing.html",
        fields=[field for field in form(context, served, {}) if field["parameter"].name in _FIELDS],
        numbers=[*counted, Number(numbers(served)["triples"], "statements")],
        examples=[
            Example(example_address(query), query.summary, _values(example_address(query)))
            for query in queries
        ],
        query_count=len(catalogue.names),
        release=served.release,
    )


def _values(address: str) -> str:
    return address.partition("?")[2].replace("&", ", ").replace("=", " ")
