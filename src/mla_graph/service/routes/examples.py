"""``/.well-known/sparql-examples``: the saved queries as linked data, for editors and people."""

from typing import Final

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from mla_graph.model.errors import UnknownResource
from mla_graph.pages.render import render
from mla_graph.saved_queries.executable import Executable, statements
from mla_graph.service.context import Served, ServiceContext
from mla_graph.service.routes.query_examples import query_examples
from mla_graph.service.wire import caching
from mla_graph.service.wire.base_address import base_address
from mla_graph.service.wire.negotiation import HTML, choose
from mla_graph.service.wire.parameters import from_query_string, only, single
from mla_graph.service.wire.rdf_document import document
from mla_graph.service.wire.representations import GRAPH_PAGES

PATH: Final = "/.well-known/sparql-examples"


def routes(context: ServiceContext) -> list[Route]:
    """All queries, and each at the end of its IRI."""

    async def examples(request: Request) -> Response:
        parameters = from_query_string(request)
        only(parameters, ["format"])
        accept = request.headers.get("accept")
        wanted = choose(GRAPH_PAGES, accept, single(parameters, "format"))
        name: str | None = request.path_params.get("name")
        served, base = context.served, base_address(context, request)
        found = await context.engine.run(lambda: _found(context, served, name))
        headers = caching.headers(
            served.store.release_id, "sparql-examples", name or "", base, wanted.name
        )
        if caching.still_good(request.headers.get("if-none-match"), headers):
            return Response(status_code=304, headers=headers)
        if wanted is HTML:
            return HTMLResponse(render("sparql_examples.html", examples=found), headers=headers)
        triples = statements(found, f"{base}/sparql")
        headers["Content-Type"] = wanted.content_type
        return Response(document(triples, wanted.name), headers=headers)

    return [Route(PATH, examples), Route(f"{PATH}/{{name}}", examples)]


def _found(context: ServiceContext, served: Served, name: str | None) -> list[Executable]:
    """All that run on this graph, or the one of this name.

    Raises:
        UnknownQuery: there is none of this name.
        UnknownResource: this graph lacks what its examples ask for.
    """
    found = query_examples(context.catalogue, served)
    if name is None:
        return found
    query = context.catalogue.get(name)
    if one := [example for example in found if example.query is query]:
        return one
    raise UnknownResource(
        f"The query {name} has no example that this graph can answer; {PATH} lists those that do."
    )
