"""``/ontology`` with its versions and its context, and ``/shapes``: the rules of the data."""

import hashlib
import re
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Final

import pyoxigraph as ox
from starlette.requests import Request

from mla_graph.model.errors import UnknownResource
from mla_graph.model.namespaces import HOME, MLA, ONTOLOGY, RDF, RDFS, SH, SKOS
from mla_graph.model.sources import Sources
from mla_graph.pages.address import at
from mla_graph.pages.render import render
from mla_graph.service.context import ServiceContext
from mla_graph.service.display import Shown, local_path, short
from mla_graph.service.wire.formats import (
    CONTEXT_PATH,
    GRAPH_PAGES,
    HTML,
    JSON_LD,
    TRIPLES_OFFERED,
    TURTLE,
    Offered,
    Representation,
    compacted,
    context_text,
    document,
    json_ld_context,
    naming_context,
)
from mla_graph.service.wire.operations import OBJECT, Described, Operation, in_path
from mla_graph.service.wire.parameters import from_query_string, only, wanted
from mla_graph.service.wire.reply import Made, Outcome, Reply, caching, linked

_CONTEXT: Final = Described(
    "context",
    "The JSON-LD context of the vocabulary",
    ("graph",),
    (400,),
    schemas={JSON_LD.media_type: OBJECT},
    cached=True,
)
_DESCRIBED: Final = {
    f"/{name}": Described(name.replace("/", "-"), summary, ("graph",), (400, 406), cached=True)
    for name, summary in (
        ("ontology", "The vocabulary"),
        ("shapes", "The SHACL shapes of what people write"),
        ("shapes/published", "The SHACL shapes of the published graph, with what is derived"),
    )
}
_OF_VERSION: Final = _DESCRIBED["/ontology"]._replace(
    identifier="ontologyVersion",
    summary="A version of the vocabulary",
    statuses=(400, 404, 406),
    parameters=lambda: [in_path("version", "0.1.0", {"pattern": r"^\d+\.\d+\.\d+$"})],
)
_VERSION: Final = re.compile(rb"owl:versionIRI <([^>]+)>")

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
    f"{SKOS}scopeNote": "usage",
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


def operations(context: ServiceContext) -> list[Operation]:
    """Give the vocabulary, its JSON-LD context and the shapes."""
    sources = context.sources

    def given(path: str, text: Callable[[], bytes], offered: Offered) -> Operation:

        async def vocabulary(request: Request) -> Outcome:
            form = wanted(request, offered)
            turtle, base = await context.engine.run(text), context.base_address(request)
            if "version" in request.path_params:
                _ensure_version(turtle, request.path_params["version"])

            def make() -> Made:
                return Made(_made(turtle, form, sources, base))

            headers = caching(hashlib.sha256(turtle).hexdigest(), "vocabulary", base, form.name)
            if path == "/ontology":
                headers |= linked(at(path), ONTOLOGY, offered, form)
            return Reply(make, form.content_type, headers=headers)

        return Operation(path, vocabulary, offered, _DESCRIBED.get(path, _OF_VERSION))

    async def json_ld(request: Request) -> Outcome:
        only(from_query_string(request), [])
        body = await context.engine.run(lambda: context_text(sources))
        headers = caching(hashlib.sha256(body).hexdigest(), "context")
        del headers["Vary"]
        return Reply(body, JSON_LD.content_type, headers=headers)

    @cache
    def vocabulary() -> bytes:
        files = sources.graph_files()
        return _joined(sources, [path for path in files if path.is_relative_to(sources.ontology)])

    @cache
    def shapes() -> bytes:
        return _joined(sources, sources.shape_files())

    return [
        given("/ontology", vocabulary, GRAPH_PAGES),
        Operation(CONTEXT_PATH, json_ld, described=_CONTEXT),
        given("/ontology/{version}", vocabulary, GRAPH_PAGES),
        given("/shapes", shapes, TRIPLES_OFFERED),
        given("/shapes/published", cache(lambda: _published(shapes())), TRIPLES_OFFERED),
    ]


def _published(shapes: bytes) -> bytes:
    """Leave out what forbids the properties and superclasses that rules add; rename the shapes."""
    graph = ox.Dataset(
        ox.Quad(*triple) for triple in _parsed(shapes.replace(b"/shapes#", b"/shapes/published#"))
    )
    of_class = {quad.subject for quad in graph.quads_for_object(ox.NamedNode(f"{RDF}type"))}
    of_class |= {quad.subject for node in of_class for quad in graph.quads_for_object(node)}
    waiting = [
        quad
        for quad in graph.quads_for_predicate(ox.NamedNode(f"{SH}property"))
        if isinstance(quad.subject, ox.NamedNode) and quad.object in of_class
    ]
    for name in ("closed", "ignoredProperties"):
        waiting += graph.quads_for_predicate(ox.NamedNode(f"{SH}{name}"))
    for quad in waiting:
        graph.discard(quad)
        if isinstance(quad.object, ox.BlankNode):
            waiting += graph.quads_for_subject(quad.object)
    return document([quad.triple for quad in graph], TURTLE.name)


def _ensure_version(turtle: bytes, version: str) -> None:
    """Refuse any version but the one that is here.

    Raises:
        UnknownResource: it is another; names the one that is.
    """
    here = found[1].decode() if (found := _VERSION.search(turtle)) else ONTOLOGY
    if here != f"{ONTOLOGY}/{version}":
        raise UnknownResource(
            f"There is no version {version[:40]} of the vocabulary here.",
            nearest=[at("/" + here.removeprefix(HOME))],
        )


def _joined(sources: Sources, files: list[Path]) -> bytes:
    """Join the files one after the other, each with its name above it: Turtle again."""
    return b"\n".join(
        b"# %s\n\n%s" % (sources.name(path).encode(), path.read_bytes()) for path in files
    )


def _made(turtle: bytes, form: Representation, sources: Sources, base: str) -> bytes:
    if form is TURTLE:
        return turtle
    triples = _parsed(turtle)
    if form is HTML:
        return _page(triples).encode()
    if form is JSON_LD:
        whole = compacted(triples, json_ld_context(sources))
        return naming_context(whole, base + CONTEXT_PATH)
    return document(triples, form.name)


def _parsed(turtle: bytes) -> list[ox.Triple]:
    """Read the triples, with names of blank nodes that are the same each time (RDFC-1.0)."""
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
