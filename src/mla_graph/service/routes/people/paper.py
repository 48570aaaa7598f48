"""``/paper``: checklist and draft of a request as PDF or DOCX."""

from typing import Final

from starlette.requests import Request

from mla_graph.dossier.compose import compose, parameters, understand
from mla_graph.pages import paper
from mla_graph.pages.dossier import in_language
from mla_graph.pages.language import spoken
from mla_graph.service.context import ServiceContext
from mla_graph.service.display import labels
from mla_graph.service.wire.formats import Representation
from mla_graph.service.wire.operations import Operation
from mla_graph.service.wire.parameters import chosen, from_query_string, only
from mla_graph.service.wire.problems import NothingHere
from mla_graph.service.wire.reply import Outcome, Reply

PDF: Final = Representation("pdf", "application/pdf")
DOCX: Final = Representation(
    "docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
)
_WRITERS: Final = {PDF: paper.pdf, DOCX: paper.docx}


def operations(context: ServiceContext) -> list[Operation]:
    """Give the one operation."""

    async def on_paper(request: Request) -> Outcome:
        given = from_query_string(request)
        only(given, [*(one.name for one in parameters(context.catalogue)), "format"])
        form = chosen(request, tuple(_WRITERS), given)
        if not paper.available():
            raise NothingHere("This installation writes no papers: install mla-graph[paper].")
        raw = {"lang": [spoken().language]} | given
        raw.pop("format", None)
        served, store = context.served, context.served.store

        def write() -> bytes:
            asked = understand(context.catalogue, store, raw)
            with in_language(labels(served).get):
                return _WRITERS[form](compose(context.catalogue, store, asked))

        headers = {
            "Content-Disposition": f'attachment; filename="request.{form.name}"',
            "Cache-Control": "no-cache",
            "Vary": "Accept, Accept-Language",
        }
        return Reply(await context.engine.run(write), form.content_type, headers=headers)

    return [Operation("/paper", on_paper, tuple(_WRITERS))]
