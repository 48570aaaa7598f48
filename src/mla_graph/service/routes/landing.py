"""``/`` and ``/static``: the start page, stylesheet, scripts and Swagger UI."""

from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.staticfiles import StaticFiles

from mla_graph.model.namespaces import MLA
from mla_graph.pages.address import at
from mla_graph.pages.render import STATIC, render
from mla_graph.service.answers import example_address
from mla_graph.service.context import Served, ServiceContext
from mla_graph.service.display import dossier_fields
from mla_graph.service.metadata.numbers import by_class, numbers
from mla_graph.service.wire.formats import HTML
from mla_graph.service.wire.operations import Operation
from mla_graph.service.wire.problems import NothingHere
from mla_graph.service.wire.reply import Made, Outcome, Reply

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


def operations(context: ServiceContext) -> list[Operation]:
    """Give the start page and the folders of files."""

    async def landing(request: Request) -> Outcome:
        served = context.served
        return Reply(
            lambda: Made(_page(context, served).encode()),
            HTML.content_type,
            headers={"Cache-Control": "no-cache"},
            lasting=True,
        )

    folders = {"/static/swagger": _swagger_files(), "/static": STATIC}
    return [Operation("/", landing), *(_folder(path, folder) for path, folder in folders.items())]


def _folder(path: str, folder: Path) -> Operation:
    files = StaticFiles(directory=folder)

    async def file(request: Request) -> Outcome:
        try:
            name = files.get_path({"type": "http", "path": request.path_params["path"]})
            return await files.get_response(name, request.scope)
        except HTTPException:
            raise NothingHere(
                f"There is nothing at this address; the start page is {at('/')}."
            ) from None

    return Operation(f"{path}/{{path:path}}", file, label="other")


def _swagger_files() -> Path:
    """Find the Swagger UI that fastapi-offline carries, without importing the package."""
    spec = find_spec("fastapi_offline")
    assert spec is not None and spec.submodule_search_locations
    return Path(spec.submodule_search_locations[0]) / "static"


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
        fields=[
            field
            for field in dossier_fields(catalogue, served, {})
            if field["parameter"].name in _FIELDS
        ],
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
