"""``/id/{kind}/{key}``: every resource of the graph, for people and as RDF."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote

import pyoxigraph as ox
from rapidfuzz import fuzz, process
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from mla_graph.model.errors import UnknownResource
from mla_graph.model.namespaces import MLA, MLAD, RDF, RDFS, SKOS
from mla_graph.model.sources import Sources
from mla_graph.pages.address import at
from mla_graph.pages.render import render
from mla_graph.service.context import Served, ServiceContext
from mla_graph.service.display.links import local_path, short
from mla_graph.service.routes.description import MOST_INCOMING, MOST_SOURCES, described
from mla_graph.service.wire import caching, rdf_document
from mla_graph.service.wire.answer_cache import Answered
from mla_graph.service.wire.base_address import base_address
from mla_graph.service.wire.compact import compacted, naming_context
from mla_graph.service.wire.link_headers import linked
from mla_graph.service.wire.negotiation import HTML, Representation, choose
from mla_graph.service.wire.parameters import from_query_string, only, single
from mla_graph.service.wire.published_context import CONTEXT_PATH, json_ld_context
from mla_graph.service.wire.representations import GRAPH_PAGES, JSON_LD
from mla_graph.store.interface import Store

_NAMES: Final = (f"{SKOS}prefLabel", f"{RDFS}label", f"{SKOS}altLabel")
_HIDDEN: Final = (f"{MLA}defaultLabel",)
_DERIVED: Final = "http://www.w3.org/ns/prov#wasDerivedFrom"
_SOURCES: Final = (_DERIVED, f"{MLA}sourceLocator")

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
  {{
    SELECT ?property ?other WHERE {{
      ?other ?property {iri} .
      # Not what only tells queries who answers what: the facts say it themselves.
      FILTER(?property NOT IN (
        mla:answersFor, mla:answersWith, mla:firstSource, mla:hears, mla:speaksIn, mla:speaksOf
      ))
    }}
    ORDER BY ?property ?other LIMIT {most}
  }}
  OPTIONAL {{ ?property rdfs:label ?propertyLabel FILTER(LANG(?propertyLabel) = "en") }}
  OPTIONAL {{ ?other mla:defaultLabel ?otherLabel }}
}}
"""
_REPLACED_KEYS: Final = """
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX mla: <https://w3id.org/mla-graph/ontology#>
SELECT ?old ?new WHERE { ?old a mla:ReplacedKey ; dcterms:isReplacedBy ?new }
"""
_SOURCE_DOCUMENTS: Final = f"""
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX foaf: <http://xmlns.com/foaf/0.1/>
PREFIX mla: <https://w3id.org/mla-graph/ontology#>
PREFIX prov: <http://www.w3.org/ns/prov#>
SELECT ?source ?title ?publisher ?publisherName ?page ?reviewed ?retrieved ?class WHERE {{{{
  {{iri}} prov:wasDerivedFrom ?source .
  OPTIONAL {{{{ ?source mla:hasSourceClass ?kind . ?kind mla:defaultLabel ?class }}}}
  OPTIONAL {{{{ ?source mla:defaultLabel ?title }}}}
  OPTIONAL {{{{
    ?source dcterms:publisher ?publisher . ?publisher mla:defaultLabel ?publisherName
  }}}}
  OPTIONAL {{{{ ?source foaf:page ?page }}}}
  OPTIONAL {{{{ ?source mla:reviewedDate ?reviewed }}}}
  OPTIONAL {{{{ ?source mla:retrievedDate ?retrieved }}}}
}}}} ORDER BY ?source ?page LIMIT {MOST_SOURCES}
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


@dataclass(frozen=True)
class SourceDocument:
    """Where a fact comes from."""

    title: Shown
    publisher: Shown | None
    page: str | None
    reviewed: str | None
    retrieved: str | None
    source_class: str | None


@dataclass
class Description:
    """What the page of a resource shows."""

    title: str = ""
    names: list[Shown] = field(default_factory=list)
    types: list[Shown] = field(default_factory=list)
    statements: list[Group] = field(default_factory=list)
    sources: list[Group] = field(default_factory=list)
    documents: list[SourceDocument] = field(default_factory=list)
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
        served, base = context.served, base_address(context, request)
        if moved := (await context.engine.run(lambda: _replaced_keys(served))).get(iri):
            query = f"?{request.url.query}" if request.url.query else ""
            return RedirectResponse(f"{base}/id/{quote(moved.removeprefix(MLAD))}{query}", 301)
        headers = caching.headers(served.store.release_id, "resource", iri, base, wanted.name)
        headers |= linked(local_path(iri) or "", iri, GRAPH_PAGES, wanted)
        if caching.still_good(request.headers.get("if-none-match"), headers):
            await context.engine.run(lambda: _node(served, iri))
            return Response(status_code=304, headers=headers)
        found = await context.engine.run(
            lambda: _answered(served, iri, base, wanted, context.sources, headers.get("ETag"))
        )
        headers |= {**found.headers, "Content-Type": wanted.content_type}
        return Response(found.body, headers=headers)

    return [Route("/id/{kind}/{key:path}", resource)]


def _replaced_keys(served: Served) -> Mapping[str, str]:
    """Give the IRI that took the place of each one that was replaced."""

    def read() -> dict[str, str]:
        answer = served.store.query(_REPLACED_KEYS)
        assert isinstance(answer, ox.QuerySolutions)
        return {row["old"].value: row["new"].value for row in answer}

    return served.once("replaced keys", read)


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
    close = [
        name
        for name, *_ in process.extract(
            wanted, same_kind or known, scorer=fuzz.ratio, limit=5, score_cutoff=40
        )
    ]
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


def _answered(
    served: Served, iri: str, base: str, wanted: Representation, sources: Sources, tag: str | None
) -> Answered:
    """The body, and whether it was cut; kept under the tag if there is one.

    Raises:
        UnknownResource: the graph has no such resource.
    """
    found = served.answers.get(tag) if tag else None
    if found is None:
        node = _node(served, iri)
        if wanted is HTML:
            found = Answered(_page(served, iri, node).encode(), {})
        else:
            found = _data(served, node, f"{base}/id/{quote(iri.removeprefix(MLAD))}", wanted,
                          json_ld_context(sources), base + CONTEXT_PATH)  # fmt: skip
        if tag:
            served.answers.put(tag, found)
    return found


def _data(
    served: Served,
    node: str,
    document: str,
    wanted: Representation,
    context: Mapping[str, Any],
    context_address: str,
) -> Answered:
    triples, cut = described(served.store, node, document)
    if wanted is JSON_LD:
        body = naming_context(compacted(triples, context), context_address)
    else:
        body = rdf_document.document(triples, wanted.name)
    return Answered(body, {"X-Truncated": "true" if cut else "false"}, cut)


def _page(served: Served, iri: str, node: str) -> str:
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
            description.sources += [group] if uri != _DERIVED else []
        else:
            description.statements.append(group)
    description.documents = _documents(served, node)
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


def _documents(served: Served, node: str) -> list[SourceDocument]:
    answer = served.store.query(_SOURCE_DOCUMENTS.format(iri=node))
    assert isinstance(answer, ox.QuerySolutions)
    return [
        SourceDocument(
            title=_shown(row["source"], row["title"]),
            publisher=_shown(row["publisher"], row["publisherName"]) if row["publisher"] else None,
            page=_text(row["page"]),
            reviewed=_text(row["reviewed"]),
            retrieved=_text(row["retrieved"]),
            source_class=_text(row["class"]),
        )
        for row in answer
    ]


def _text(term: object) -> str | None:
    return term.value if isinstance(term, ox.NamedNode | ox.Literal) else None


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
        (uri, name): sorted(values, key=_order)
        for uri, (name, values) in sorted(groups.items(), key=lambda item: item[1][0].casefold())
    }


def _order(value: Shown) -> tuple[bool, str, str]:
    return value.language != "en", value.text, f"{value.link} {value.language}"


def _shown(term: object, label: object) -> Shown:
    if isinstance(term, ox.NamedNode):
        text = label.value if isinstance(label, ox.Literal) else short(term.value)
        return Shown(text, local_path(term.value))
    if isinstance(term, ox.Literal):
        return Shown(term.value, None, term.language or "")
    return Shown("(unnamed node)")
