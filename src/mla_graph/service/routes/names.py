"""Names of the project beside those of resources: ``/graph/…`` and ``/problems/…``."""

import inspect
from typing import Final
from urllib.parse import urlencode

import pyoxigraph as ox
from starlette.requests import Request
from starlette.responses import RedirectResponse

from mla_graph.model.errors import MlaGraphError, UnknownResource
from mla_graph.model.namespaces import GRAPH
from mla_graph.pages.address import at
from mla_graph.pages.render import render
from mla_graph.service.context import Served, ServiceContext
from mla_graph.service.routes.description import query
from mla_graph.service.wire.formats import HTML, JSON
from mla_graph.service.wire.operations import OBJECT, Described, Operation, in_path
from mla_graph.service.wire.parameters import from_query_string, only, wanted
from mla_graph.service.wire.problems import TYPE_BASE, types
from mla_graph.service.wire.reply import Outcome, Reply, as_json

_GRAPH: Final = Described(
    "graph",
    "A named graph: leads to the query that gives its triples",
    ("graph",),
    (400, 404, 503),
    parameters=lambda: [in_path("name", "graph_data/states/lu", {"pattern": "^[^?#]+$"})],
    answer="See Other",
)
_PROBLEM: Final = Described(
    "problemType",
    "What a type of problem document means (RFC 9457)",
    ("service",),
    (400, 404, 406),
    schemas={JSON.media_type: OBJECT},
    parameters=lambda: [in_path("code", "not-found", {"enum": sorted(types())})],
)


def operations(context: ServiceContext) -> list[Operation]:
    """Give the named graphs and the types of problems."""

    async def graph(request: Request) -> Outcome:
        only(from_query_string(request), ("format",))
        given, served = request.path_params["name"], context.served
        iri = await context.engine.run(lambda: _graph_iri(served, f"{GRAPH}{given}"))
        address = urlencode({"query": query("graph", graph=iri)} | dict(request.query_params))
        return RedirectResponse(at("/sparql") + f"?{address}", 303)

    async def problem(request: Request) -> Outcome:
        form = wanted(request, (JSON, HTML))
        code = request.path_params["code"]
        if (found := types().get(code)) is None:
            raise UnknownResource(
                f"There is no type of problem {code[:80]}.",
                nearest=[at(f"/problems/{other}") for other in sorted(types())],
            )
        members = _explained(found)
        if form is HTML:
            body = render("problem.html", problem=members, nearest=[]).encode()
        else:
            body = as_json(members)
        return Reply(body, form.content_type, headers={"Vary": "Accept"})

    return [
        Operation("/graph/{name:path}", graph, described=_GRAPH),
        Operation("/problems/{code}", problem, (JSON, HTML), _PROBLEM),
    ]


def _graph_iri(served: Served, name: str) -> str:
    """Return the name of a graph as SPARQL.

    Raises:
        UnknownResource: there is no such graph.
    """
    release = served.release
    known = served.store.graphs() if release is None else release.manifest.graphs
    if name in known:
        return str(ox.NamedNode(name))
    raise UnknownResource(
        f"There is no graph {name[:200]}; /sparql lists the graphs in its description.",
        nearest=[at("/sparql")],
    )


def _explained(error: type[MlaGraphError]) -> dict[str, object]:
    return {
        "type": TYPE_BASE + error.code,
        "title": error.title,
        "detail": inspect.cleandoc(error.__doc__ or "").partition("\n\n")[0],
    }
