"""``/.well-known/void``: the data set as a whole, in VoID and DCAT-AP."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mla_graph.model.statements import Statements
from mla_graph.service.context import ServiceContext
from mla_graph.service.metadata.dcat import say_catalogue
from mla_graph.service.metadata.void import say_statistics
from mla_graph.service.wire import caching
from mla_graph.service.wire.base_address import base_address
from mla_graph.service.wire.negotiation import choose
from mla_graph.service.wire.parameters import from_query_string, only, single
from mla_graph.service.wire.rdf_document import document
from mla_graph.service.wire.representations import TRIPLES_OFFERED


def routes(context: ServiceContext) -> list[Route]:
    """The one route."""

    async def void(request: Request) -> Response:
        parameters = from_query_string(request)
        only(parameters, ["format"])
        accept = request.headers.get("accept")
        wanted = choose(TRIPLES_OFFERED, accept, single(parameters, "format"))
        served, base = context.served, base_address(context, request)
        built = served.release.manifest.created if served.release else ""
        headers = caching.headers(served.store.release_id, "void", base, wanted.name, built)
        if caching.still_good(request.headers.get("if-none-match"), headers):
            return Response(status_code=304, headers=headers)

        def written() -> bytes:
            said = Statements()
            say_statistics(said, served, base)
            say_catalogue(said, served, base)
            return document(said.triples, wanted.name)

        headers["Content-Type"] = wanted.content_type
        return Response(await context.engine.run(written), headers=headers)

    return [Route("/.well-known/void", void)]
