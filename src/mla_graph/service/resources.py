"""``/id/{kind}/{key}``: every resource of the graph, for people and as RDF."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote

import pyoxigraph as ox
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from mla_graph.model.errors import UnknownResource
from mla_graph.model.namespaces import MLA, MLAD, PREFIXES, RDF, RDFS, SKOS
from mla_graph.pages.address import at
from mla_graph.pages.render import render
from mla_graph.service import caching
from mla_graph.service.context import Served, ServiceContext
from mla_graph.service.links import local_path, short
from mla_graph.service.negotiation import HTML, choose
from mla_graph.service.representations import GRAPH_PAGES
from mla_graph.service.request_input import from_query_string, only, single
from mla_graph.store.formats import TRIPLES
from mla_graph.store.interface import Store

MOST_INCOMING: Final = 500
"""Statements about other resources that point here: so many are given at the most."""

_NAMES: Final = (f"{SKOS}prefLabel", f"{RDFS}label", f"{SKOS}altLabel")
_HIDDEN: Final = (f"{MLA}defaultLabel",)
_SOURCES: Final = ("http://www.w3.org/ns/prov#wasDerivedFrom", f"{MLA}sourceLocator")

_OUTGOING: Final = """
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX mla: <https://w3id.org/mla-graph/ontology#>
SELECT ?property ?propertyLabel ?other ?otherLabel WHERE {{
  {iri} ?property ?other .
  OPTIONAL {{ ?property rdfs:label ?propertyLabel FILTER(LANG(?propertyLabel) = "en") }}
  OPTIONAL {{ ?other mla:defaultLabel ?otherLabel }}
}}
"""
_INCOMING: Final = """
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX mla: <https://w3id.org/mla-graph/ontology#>
SELECT ?property ?propertyLabel ?other ?otherLabel WHERE {{
  {{ SELECT ?property ?other WHERE {{ ?other ?property {iri} }} LIMIT {most} }}
  OPTIONAL {{ ?property rdfs:label ?propertyLabel FILTER(LANG(?propertyLabel) = "en") }}
  OPTIONAL {{ ?other mla:defaultLabel ?otherLabel }}
}}
"""


@dataclass(frozen=True)
class Shown:
    """One value on a page."""

    text: str
    link: str | None = None
    language: str = ""


@dataclass
class Group:
    """The values of one property."""

    label: str
    link: str | None
    values: list[Shown] = field(default_factory=list)


@dataclass
class Description:
    """What the page of a resource shows."""

    title: str = ""
    names: list[Shown] = field(default_factory=list)
    types: list[Shown] = field(default_factory=list)
    statements: list[Group] = field(default_factory=list)
    sources: list[Group] = field(default_factory=list)
    incoming: list[Group] = field(default_factory=list)
    incoming_cut: bool = False


def routes(context: ServiceContext) -> list[Route]:
    """The one route."""

    async def resource(request: Request) -> Response:
        parameters = from_query_string(request)
        only(parameters, ["format"])
        accept = request.headers.get("accept")
        wanted = choose(GRAPH_PAGES, accept, single(parameters, "format"))
        kind, key = request.path_params["kind"], request.path_params["key"]
        iri = f"{MLAD}{kind}/{key}"
        served = context.served
        headers = caching.headers(served.store.release_id, "resource", iri, wanted.name)
        path = local_path(iri) or ""
        headers["Link"] = ", ".join(
            f'<{path}?format={offered.name}>; rel="alternate"; type="{offered.media_type}"'
            for offered in GRAPH_PAGES
            if offered is not wanted
        )
        if caching.still_good(request.headers.get("if-none-match"), headers):
            await context.engine.run(lambda: _node(served, iri))
            return Response(status_code=304, headers=headers)
        if wanted is HTML:
            page = await context.engine.run(lambda: _page(served, iri))
            return HTMLResponse(page, headers=headers)
        body = await context.engine.run(lambda: _triples(served, iri, wanted.name))
        headers["Content-Type"] = wanted.content_type
        return Response(body, headers=headers)

    return [Route("/id/{kind}/{key:path}", resource)]


def written(triples: Iterable[ox.Triple], format: str) -> bytes:
    """Triples in one of ``formats.TRIPLES``, sorted, with the prefixes that they use."""
    ordered = sorted(triples, key=str)
    text = "\n".join(map(str, ordered))
    used = {prefix: space for prefix, space in PREFIXES.items() if f"<{space}" in text}
    body: bytes | None = ox.serialize(ordered, format=TRIPLES[format], prefixes=used)
    return body or b""


def _node(served: Served, iri: str) -> str:
    """The resource as SPARQL, once it is known to be in the graph.

    Raises:
        UnknownResource: it is not; names the nearest.
    """
    try:
        node = str(ox.NamedNode(iri))
    except ValueError:
        raise _unknown(served, iri) from None
    if not served.store.query(f"ASK {{ {node} ?property ?value }}"):
        raise _unknown(served, iri)
    return node


def _unknown(served: Served, iri: str) -> UnknownResource:
    known = served.once("resources", lambda: _resources(served.store))
    wanted = iri.removeprefix(MLAD)[:100]
    kind = wanted.partition("/")[0] + "/"
    same_kind = [name for name in known if name.startswith(kind)]
    longer = [name for name in same_kind if name.startswith(wanted)]
    close = difflib.get_close_matches(wanted, same_kind or known, n=5, cutoff=0.4)
    nearest = list(dict.fromkeys((*longer[:5], *close)))[:5]
    rest = f" Near: {', '.join(nearest)}." if nearest else ""
    return UnknownResource(
        f"The graph has nothing about {wanted}.{rest}",
        value=wanted,
        nearest=[at("/id/" + quote(name)) for name in nearest],
    )


def _resources(store: Store) -> list[str]:
    """Every resource of the data, as kind/key."""
    answer = store.query(f"SELECT DISTINCT ?resource WHERE {{ ?resource <{RDF}type> ?class }}")
    assert isinstance(answer, ox.QuerySolutions)
    iris = (row["resource"] for row in answer)
    return sorted(
        iri.value.removeprefix(MLAD)
        for iri in iris
        if isinstance(iri, ox.NamedNode) and iri.value.startswith(MLAD)
    )


def _triples(served: Served, iri: str, format: str) -> bytes:
    """The statements of the resource and up to MOST_INCOMING that point to it."""
    node, store = _node(served, iri), served.store
    out = store.query(f"CONSTRUCT {{ {node} ?p ?o }} WHERE {{ {node} ?p ?o }}")
    incoming = store.query(
        f"CONSTRUCT {{ ?s ?p {node} }} WHERE {{ ?s ?p {node} }} LIMIT {MOST_INCOMING}"
    )
    assert isinstance(out, ox.QueryTriples) and isinstance(incoming, ox.QueryTriples)
    return written({*out, *incoming}, format)


def _page(served: Served, iri: str) -> str:
    node = _node(served, iri)
    description = Description()
    outgoing = served.store.query(_OUTGOING.format(iri=node))
    assert isinstance(outgoing, ox.QuerySolutions)
    for (uri, label), values in _grouped(outgoing).items():
        group = Group(label, local_path(uri), values)
        if uri in _HIDDEN:
            description.title = values[0].text
        elif uri in _NAMES:
            description.names += [v for v in values if v not in description.names]
        elif uri == f"{RDF}type":
            description.types += values
        elif uri in _SOURCES:
            description.sources.append(group)
        else:
            description.statements.append(group)
    incoming = served.store.query(_INCOMING.format(iri=node, most=MOST_INCOMING + 1))
    assert isinstance(incoming, ox.QuerySolutions)
    description.incoming = [
        Group(label, local_path(uri), values) for (uri, label), values in _grouped(incoming).items()
    ]
    description.incoming_cut = sum(len(g.values) for g in description.incoming) > MOST_INCOMING
    return render(
        "resource.html",
        iri=iri,
        short=iri.removeprefix(MLAD),
        path=local_path(iri),
        description=description,
        formats=[offered.name for offered in GRAPH_PAGES if offered is not HTML],
    )


def _grouped(answer: ox.QuerySolutions) -> dict[tuple[str, str], list[Shown]]:
    """The values by property (IRI and label), both in the order of their labels."""
    groups: dict[str, tuple[str, list[Shown]]] = {}
    for row in answer:
        uri, label, other, other_label = row
        assert isinstance(uri, ox.NamedNode)
        name = label.value if isinstance(label, ox.Literal) else short(uri.value)
        shown = _shown(other, other_label)
        _, values = groups.setdefault(uri.value, (name, []))
        if shown not in values:
            values.append(shown)
    return {
        (uri, name): sorted(values, key=lambda value: (value.language != "en", value.text))
        for uri, (name, values) in sorted(groups.items(), key=lambda item: item[1][0].casefold())
    }


def _shown(term: object, label: object) -> Shown:
    if isinstance(term, ox.NamedNode):
        text = label.value if isinstance(label, ox.Literal) else short(term.value)
        return Shown(text, local_path(term.value))
    if isinstance(term, ox.Literal):
        return Shown(term.value, None, term.language or "")
    return Shown("(unnamed node)")
