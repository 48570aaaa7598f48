"""``/.well-known/void``: the data set as a whole, in VoID and DCAT-AP."""

from typing import Final

from starlette.requests import Request

from mla_graph.model.statements import Statements
from mla_graph.service.context import ServiceContext
from mla_graph.service.metadata.dcat import say_catalogue
from mla_graph.service.metadata.void import say_statistics
from mla_graph.service.wire.formats import TRIPLES_OFFERED, document
from mla_graph.service.wire.operations import Described, Operation
from mla_graph.service.wire.parameters import wanted
from mla_graph.service.wire.reply import Made, Outcome, Reply, caching

_DESCRIBED: Final = Described(
    "void", "The data set in VoID and DCAT-AP", ("graph",), (400, 406, 503), cached=True
)


def operations(context: ServiceContext) -> list[Operation]:
    """Give the one operation."""

    async def void(request: Request) -> Outcome:
        form = wanted(request, TRIPLES_OFFERED)
        served, base = context.served, context.base_address(request)
        built = served.release.manifest.created if served.release else ""

        def written() -> Made:
            said = Statements()
            say_statistics(said, served, base)
            say_catalogue(said, served, base)
            return Made(document(said.triples, form.name))

        headers = caching(served.store.release_id, "void", base, form.name, built)
        return Reply(written, form.content_type, headers=headers)

    return [Operation("/.well-known/void", void, TRIPLES_OFFERED, _DESCRIBED)]
