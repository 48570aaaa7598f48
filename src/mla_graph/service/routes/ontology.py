"""``/ontology`` with its context, and ``/shapes``: the vocabulary and the rules of the data."""

import hashlib
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path
from typing import Final

import pyoxigraph as ox
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mla_graph.model.namespaces import MLA, ONTOLOGY, RDF, RDFS, SKOS
from mla_graph.model.sources import Sources
from mla_graph.pages.address import at
from mla_graph.pages.render import render
from mla_graph.service.context import ServiceContext
from mla_graph.service.display.links import local_path, short
from mla_graph.service.routes.resources import Shown
from mla_graph.service.wire import caching
from mla_graph.service.wire.base_address import base_address
from mla_graph.service.wire.compact import compacted, naming_context
from mla_graph.service.wire.link_headers import linked
from mla_graph.service.wire.negotiation import HTML, Representation, choose
from mla_graph.service.wire.parameters import from_query_string, only, single
from mla_graph.service.wire.published_context import CONTEXT_PATH, context_text, json_ld_context
from mla_graph.service.wire.rdf_document import document
from mla_graph.service.wire.representations import GRAPH_PAGES, JSON_LD, TURTLE

_OWL: Final = "http://www.w3.org/2002/07/owl#"
_KINDS: Final = {
    f"{_OWL}Class": "Classes",
    f"{_OWL}ObjectProperty": "Properties that link resources",
    f"{_OWL}DatatypeProperty": "Properties with values",
    f"{_OWL}AnnotationProperty": "Annotations",
}
_RELATIONS: Final = {
    f"{RDFS}subClassOf": "is a kind of",
    f"{RDFS}subPropertyOf": "is a special case of",
    f"{RDFS}domain": "says something about",
    f"{RDFS}range": "leads to",
    f"{SKOS}editorialNote": "note",
}


@dataclass
class Term:
    """A class, property or controlled list of the vocabulary, as its page shows it."""

    name: str
    link: str | None
    label: str
    definition: str
    examples: list[str] = field(default_factory=list)
    relations: list[tuple[str, Shown]] = field(default_factory=list)


def routes(context: ServiceContext) -> list[Route]:
    """The three routes."""
    sources = context.sources

    def route(
        path: str, files: Callable[[], list[Path]], offered: tuple[Representation, ...]
    ) -> Route:
        text = cache(lambda: _joined(sources, files()))

        async def vocabulary(request: Request) -> Response:
            parameters = from_query_string(request)
            only(parameters, ["format"])
            accept = request.headers.get("accept")
            wanted = choose(offered, accept, single(parameters, "format"))
            turtle, base = await context.engine.run(text), base_address(context, request)
            digest = hashlib.sha256(turtle).hexdigest()
            headers = caching.headers(digest, "vocabulary", base, wanted.name)
            if path == "/ontology":
                headers |= linked(at(path), ONTOLOGY, offered, wanted)
            if caching.still_good(request.headers.get("if-none-match"), headers):
                return Response(status_code=304, headers=headers)
            if wanted is TURTLE:
                body = turtle
            else:
                make = partial(_made, turtle, wanted, sources)
                key = ("vocabulary", path, wanted.name)
                served = context.served
                body = await context.engine.run(lambda: served.once(key, make))
                if wanted is JSON_LD:
                    body = naming_context(body, base + CONTEXT_PATH)
            return Response(body, headers=headers | {"Content-Type": wanted.content_type})

        return Route(path, vocabulary)

    async def json_ld(request: Request) -> Response:
        only(from_query_string(request), [])
        body = await context.engine.run(lambda: context_text(sources))
        headers = caching.headers(hashlib.sha256(body).hexdigest(), "context")
        del headers["Vary"]
        if caching.still_good(request.headers.get("if-none-match"), headers):
            return Response(status_code=304, headers=headers)
        return Response(body, headers=headers, media_type=JSON_LD.media_type)

    def ontology_files() -> list[Path]:
        return [path for path in sources.graph_files() if path.is_relative_to(sources.ontology)]

    return [
        route("/ontology", ontology_files, GRAPH_PAGES),
        Route(CONTEXT_PATH, json_ld),
        route("/shapes", sources.shape_files, (TURTLE,)),
    ]


def _joined(sources: Sources, files: list[Path]) -> bytes:
    """The files one after the other, each with its name above it: Turtle again."""
    return b"\n".join(
        b"# %s\n\n%s" % (sources.name(path).encode(), path.read_bytes()) for path in files
    )


def _made(turtle: bytes, wanted: Representation, sources: Sources) -> bytes:
    triples = _parsed(turtle)
    if wanted is HTML:
        return _page(triples).encode()
    if wanted is JSON_LD:
        return compacted(triples, json_ld_context(sources))
    return document(triples, wanted.name)


def _parsed(turtle: bytes) -> list[ox.Triple]:
    """The triples, with names of blank nodes that are the same each time (RDFC-1.0)."""
    parsed = ox.Dataset(ox.parse(turtle, format=ox.RdfFormat.TURTLE))
    parsed.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return [quad.triple for quad in parsed]


def _page(triples: list[ox.Triple]) -> str:
    about: dict[str, dict[str, list[ox.NamedNode | ox.Literal]]]
    about = defaultdict(lambda: defaultdict(list))
    for triple in sorted(triples, key=str):
        if isinstance(triple.subject, ox.NamedNode) and isinstance(
            triple.object, ox.NamedNode | ox.Literal
        ):
            about[triple.subject.value][triple.predicate.value].append(triple.object)
    sections: dict[str, list[Term]] = {title: [] for title in _KINDS.values()}
    lists: list[Term] = []
    for iri, statements in sorted(about.items()):
        kinds = [kind.value for kind in statements[f"{RDF}type"]]
        if f"{SKOS}ConceptScheme" in kinds:
            lists.append(_term(iri, statements))
        elif iri.startswith(MLA):
            for kind in kinds:
                if kind in _KINDS:
                    sections[_KINDS[kind]].append(_term(iri, statements))
    return render(
        "ontology.html",
        sections={title: terms for title, terms in sections.items() if terms},
        lists=lists,
        formats=[offered.name for offered in GRAPH_PAGES if offered is not HTML],
    )


def _term(iri: str, statements: dict[str, list[ox.NamedNode | ox.Literal]]) -> Term:
    return Term(
        name=iri.removeprefix(MLA),
        link=local_path(iri),
        label=_english(statements[f"{RDFS}label"] + statements[f"{SKOS}prefLabel"]) or short(iri),
        definition=_english(statements[f"{SKOS}definition"]),
        examples=[value.value for value in statements[f"{SKOS}example"]],
        relations=[
            (name, _shown(value))
            for predicate, name in _RELATIONS.items()
            for value in statements[predicate]
        ],
    )


def _english(values: list[ox.NamedNode | ox.Literal]) -> str:
    texts = {value.language: value.value for value in values if isinstance(value, ox.Literal)}
    return texts.get("en") or next(iter(texts.values()), "")


def _shown(value: ox.NamedNode | ox.Literal) -> Shown:
    if isinstance(value, ox.NamedNode):
        return Shown(short(value.value), local_path(value.value))
    return Shown(value.value)
