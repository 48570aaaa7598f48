"""``/.well-known/sparql-examples``: the saved queries as linked data, for editors and people."""

from typing import Final

from starlette.requests import Request

from mla_graph.model.errors import UnknownResource
from mla_graph.pages.render import render
from mla_graph.saved_queries.executable import Executable, statements
from mla_graph.service.context import Served, ServiceContext
from mla_graph.service.wire.formats import GRAPH_PAGES, HTML, document
from mla_graph.service.wire.operations import Described, Operation, in_path
from mla_graph.service.wire.parameters import wanted
from mla_graph.service.wire.reply import Outcome, Reply, caching

PATH: Final = "/.well-known/sparql-examples"

_ALL: Final = Described(
    "sparqlExamples",
    "The saved queries as SPARQL that runs as it stands",
    ("queries",),
    (400, 406, 503),
    cached=True,
)
_ONE: Final = _ALL._replace(
    identifier="sparqlExample",
    summary="A saved query as SPARQL that runs as it stands",
    statuses=(400, 404, 406, 503),
    parameters=lambda: [in_path("name", "legal-bases", {"pattern": "^[a-z][a-z-]*$"})],
)


def operations(context: ServiceContext) -> list[Operation]:
    """Give all queries, and each at the end of its IRI."""

    async def examples(request: Request) -> Outcome:
        form = wanted(request, GRAPH_PAGES)
        name: str | None = request.path_params.get("name")
        served, base = context.served, context.base_address(request)
        found = await context.engine.run(lambda: _found(context, served, name))
        headers = caching(served.store.release_id, "sparql-examples", name or "", base, form.name)
        if form is HTML:
            body = render("sparql_examples.html", examples=found).encode()
        else:
            body = document(statements(found, f"{base}/sparql"), form.name)
        return Reply(body, form.content_type, headers=headers)

    return [
        Operation(PATH, examples, GRAPH_PAGES, _ALL),
        Operation(f"{PATH}/{{name}}", examples, GRAPH_PAGES, _ONE),
    ]


def _found(context: ServiceContext, served: Served, name: str | None) -> list[Executable]:
    """Give all that run on this graph, or the one of this name.

    Raises:
        UnknownQuery: there is none of this name.
        UnknownResource: this graph lacks what its examples ask for.
    """
    found = context.examples(served)
    if name is None:
        return found
    query = context.catalogue.get(name)
    if one := [example for example in found if example.query is query]:
        return one
    raise UnknownResource(
        f"The query {name} has no example that this graph can answer; {PATH} lists those that do."
    )
