"""``/id/{kind}/{key}``: every resource of the graph, for people and as RDF."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final
from urllib.parse import quote

import pyoxigraph as ox
from rapidfuzz import fuzz, process
from starlette.requests import Request
from starlette.responses import RedirectResponse

from mla_graph.model.errors import UnknownResource
from mla_graph.model.namespaces import MLA, MLAD, RDF, RDFS, SKOS
from mla_graph.pages.address import at
from mla_graph.pages.language import spoken
from mla_graph.pages.render import render
from mla_graph.saved_queries.lists import names_of
from mla_graph.service.context import Served, ServiceContext, per_graph
from mla_graph.service.display import Shown, local_path, short
from mla_graph.service.routes.description import MOST_INCOMING, MOST_SOURCES, described, query
from mla_graph.service.routes.people.things import about, listing
from mla_graph.service.wire import formats
from mla_graph.service.wire.formats import (
    CONTEXT_PATH,
    GRAPH_PAGES,
    HTML,
    JSON_LD,
    Representation,
    compacted,
    json_ld_context,
    naming_context,
)
from mla_graph.service.wire.operations import Described, Operation, in_path
from mla_graph.service.wire.parameters import from_query_string, only, single, wanted
from mla_graph.service.wire.reply import Made, Outcome, Reply, caching, linked

_DESCRIBED: Final = Described(
    "resource",
    "Everything that the graph states about a resource",
    ("graph",),
    (400, 404, 406, 503),
    parameters=lambda: [
        in_path("kind", "state", {"pattern": "^[a-z][a-z-]*$"}),
        in_path("key", "lu", {"pattern": "^[A-Za-z0-9._-]+$"}),
    ],
    cached=True,
)

_NAMES: Final = (f"{SKOS}prefLabel", f"{RDFS}label", f"{SKOS}altLabel")
_HIDDEN: Final = (f"{MLA}defaultLabel",)
_DERIVED: Final = "http://www.w3.org/ns/prov#wasDerivedFrom"
_SOURCES: Final = (_DERIVED, f"{MLA}sourceLocator")


@dataclass
class Group:
    """The values of one property."""

    uri: str
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


def operations(context: ServiceContext) -> list[Operation]:
    """Give the resources and the lists of them."""

    async def resource(request: Request) -> Outcome:
        kind, key = request.path_params["kind"], request.path_params["key"]
        form = wanted(request, GRAPH_PAGES, "on" if kind == "instrument" and key else "q")
        given = from_query_string(request)
        if form is not HTML:
            only(given, ("format",))
        iri = f"{MLAD}{kind}/{key}"
        served, base = context.served, context.base_address(request)
        if not key and form is HTML:
            return await _listed(context, request, kind)
        replaced = await context.ask(served, lambda: _replaced_keys(served), pace="replaced")
        moved = replaced.get(iri)
        if moved is None and (usual := _usual_spelling(iri)) != iri:
            here = await context.engine.run(lambda: _known(served, usual))
            moved = usual if here else None
        if moved:
            query = f"?{request.url.query}" if request.url.query else ""
            return RedirectResponse(at(f"/id/{quote(moved.removeprefix(MLAD))}") + query, 301)
        if "if-none-match" in request.headers:  # a copy may be good of what is no resource
            await context.engine.run(lambda: _node(served, iri))

        def make() -> Made:
            node = _node(served, iri)
            if form is HTML:
                more = about(context, served, kind, key, given.get("on", []))
                return Made(_page(served, iri, node, more).encode())
            document = f"{base}/id/{quote(iri.removeprefix(MLAD))}"
            names = json_ld_context(context.sources)
            return _data(served, node, document, form, names, base + CONTEXT_PATH)

        parts = ("resource", iri, base, form.name, *given.get("on", []))
        dated = form is HTML and kind == "instrument"
        headers = caching(served.store.release_id, *parts, fresh=not dated)
        headers |= linked(local_path(iri) or "", iri, GRAPH_PAGES, form)
        lasting = "ETag" in headers and context.settings.base_url is not None and not dated
        return Reply(make, form.content_type, headers=headers, lasting=lasting)

    return [
        Operation("/id/", partial(_listed, context)),
        Operation("/id/{kind}/{key:path}", resource, GRAPH_PAGES, _DESCRIBED),
    ]


async def _listed(context: ServiceContext, request: Request, kind: str = "") -> Outcome:
    """Answer with the list of the things of a kind, or of the kinds."""
    words = single(from_query_string(request), "q") or ""
    served = context.served
    page = await context.engine.run(lambda: listing(served, kind, words[:200]))
    return Reply(page.encode(), HTML.content_type, headers={"Vary": "Accept"})


@per_graph
def _replaced_keys(served: Served) -> Mapping[str, str]:
    """Give the IRI that took the place of each one that was replaced."""
    answer = served.store.select(query("replaced_keys"))
    return {row["old"].value: row["new"].value for row in answer}


def _node(served: Served, iri: str) -> str:
    """Give the resource as SPARQL, once it is known to be in the graph.

    Raises:
        UnknownResource: it is not; names the nearest.
    """
    if not _known(served, iri):
        raise _unknown(served, iri)
    return str(ox.NamedNode(iri))


def _known(served: Served, iri: str) -> bool:
    try:
        return served.store.ask(query("exists", iri=str(ox.NamedNode(iri))))
    except ValueError:
        return False


def _usual_spelling(iri: str) -> str:
    """Spell kind and key as all are: in small letters, without blanks and ``<>`` around them."""
    kind, _, key = iri.removeprefix(MLAD).strip(" <>").lower().partition("/")
    return f"{MLAD}{kind.strip()}/{key.strip()}"


def _unknown(served: Served, iri: str) -> UnknownResource:
    known = _resources(served)
    wanted = iri.removeprefix(MLAD)[:100]
    kind, slash, key = wanted.partition("/")
    kind += slash
    called = [f"{kind}{one.key}" for one in names_of(served.store, kind).resolve(key, most=5)]
    same_kind = [name for name in known if name.startswith(kind)]
    longer = [name for name in same_kind if name.startswith(wanted)]
    close = [
        name
        for name, *_ in process.extract(
            wanted, same_kind or known, scorer=fuzz.ratio, limit=5, score_cutoff=40
        )
    ]
    nearest = list(dict.fromkeys((*(called or longer[:5]), *([] if called else close))))[:5]
    rest = f" Near: {', '.join(nearest)}." if nearest else ""
    return UnknownResource(
        f"The graph has nothing about {wanted}.{rest}",
        value=wanted,
        nearest=[at("/id/" + quote(name)) for name in nearest],
    )


@per_graph
def _resources(served: Served) -> list[str]:
    """List every resource of the data, as kind/key."""
    answer = served.store.select(query("every"))
    iris = (row["resource"] for row in answer)
    return sorted(
        iri.value.removeprefix(MLAD)
        for iri in iris
        if isinstance(iri, ox.NamedNode) and iri.value.startswith(MLAD)
    )


def _data(
    served: Served,
    node: str,
    document: str,
    form: Representation,
    context: Mapping[str, Any],
    context_address: str,
) -> Made:
    triples, cut = described(served.store, node, document)
    if form is JSON_LD:
        body = naming_context(compacted(triples, context), context_address)
    else:
        body = formats.document(triples, form.name)
    return Made(body, {"X-Truncated": "true" if cut else "false"})


def _page(served: Served, iri: str, node: str, more: Mapping[str, Any]) -> str:
    description = Description()
    titles: dict[str, str] = {}
    language = ox.Literal(spoken().language)
    outgoing = served.store.select(query("outgoing", iri=node, lang=language))
    for (uri, label), values in _grouped(outgoing).items():
        group = Group(uri, label, local_path(uri), values)
        if uri in _HIDDEN:
            description.title = values[0].text
        elif uri in _NAMES:
            description.names += [v for v in values if v not in description.names]
            if uri == f"{RDFS}label":
                titles = {value.language: value.text for value in values}
        elif uri == f"{RDF}type":
            description.types += values
        elif uri in _SOURCES:
            description.sources += [group] if uri != _DERIVED else []
        else:
            description.statements.append(group)
    description.title = titles.get(spoken().language, description.title)
    description.documents = _documents(served, node)
    incoming = served.store.select(
        query("incoming", iri=node, most=MOST_INCOMING + 1, lang=language)
    )
    description.incoming = [
        Group(uri, label, local_path(uri), values)
        for (uri, label), values in _grouped(incoming).items()
    ]
    description.incoming_cut = sum(len(g.values) for g in description.incoming) > MOST_INCOMING
    return render(
        more["name"],
        iri=iri,
        short=iri.removeprefix(MLAD),
        path=local_path(iri),
        description=description,
        formats=[offered.name for offered in GRAPH_PAGES if offered is not HTML],
        **more,
    )


def _documents(served: Served, node: str) -> list[SourceDocument]:
    answer = served.store.select(query("source_documents", iri=node, most=MOST_SOURCES))
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
    """Group the values by property (IRI and label), both in the order of their labels."""
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
