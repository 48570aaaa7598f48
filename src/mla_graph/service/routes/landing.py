"""``/`` and ``/static``: the start page, stylesheet and scripts."""

from dataclasses import dataclass
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.staticfiles import StaticFiles

from mla_graph.model.namespaces import MLA
from mla_graph.pages.address import at
from mla_graph.pages.render import STATIC, render
from mla_graph.service.context import Served, ServiceContext
from mla_graph.service.display import named_lists
from mla_graph.service.metadata.numbers import by_class, numbers
from mla_graph.service.wire.formats import HTML
from mla_graph.service.wire.operations import Operation
from mla_graph.service.wire.problems import NothingHere
from mla_graph.service.wire.reply import Made, Outcome, Reply

_COUNTED: Final = (
    "Instrument", "Statute", "State", "Measure", "Implementation", "SourceDocument"
)  # fmt: skip


@dataclass(frozen=True)
class Number:
    """How many of something the graph holds; ``label``: a class of ours, or statements."""

    count: int
    label: str


def operations(context: ServiceContext) -> list[Operation]:
    """Give the start page and the folder of files."""

    async def landing(request: Request) -> Outcome:
        served = context.served
        return Reply(
            lambda: Made(_page(context, served).encode()),
            HTML.content_type,
            headers={"Cache-Control": "no-cache"},
            lasting=True,
        )

    return [Operation("/", landing), _static()]


def _static() -> Operation:
    files = StaticFiles(directory=STATIC)

    async def file(request: Request) -> Outcome:
        try:
            name = files.get_path({"type": "http", "path": request.path_params["path"]})
            return await files.get_response(name, request.scope)
        except HTTPException:
            raise NothingHere(
                f"There is nothing at this address; the start page is {at('/')}."
            ) from None

    return Operation("/static/{path:path}", file, label="other")


def _page(context: ServiceContext, served: Served) -> str:
    classes = dict(by_class(served))
    counted = [Number(classes[MLA + name], name) for name in _COUNTED if MLA + name in classes]
    return render(
        "landing.html",
        lists=named_lists(served),
        numbers=[*counted, Number(numbers(served)["triples"], "statements")],
        query_count=len(context.catalogue.names),
        release=served.release,
    )
