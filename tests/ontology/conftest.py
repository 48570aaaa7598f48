"""The vocabulary and the facts, read once, for the checks of this folder."""

import gc
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import OWL, RDF, SKOS, Graph, URIRef
from rdflib.graph import ReadOnlyGraphAggregate
from rdflib.term import Node

from mla_graph.model.namespaces import MLA, MLAD, prefix_of
from mla_graph.model.rdflib_terms import filled
from mla_graph.model.sources import Sources
from mla_graph.release.derive import derive

PROPERTY_KINDS = (OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)


@dataclass(frozen=True)
class Vocabulary:
    """Our terms, the lists, the facts, and all of them merged with what the rules derive."""

    sources: Sources

    @cached_property
    def terms(self) -> Graph:
        """The ontology without the controlled lists."""
        return _read(sorted(self.sources.ontology.glob("*.ttl")))

    @cached_property
    def external(self) -> Graph:
        """The declarations of the terms that we take from other vocabularies."""
        return _read([self.sources.ontology / "external.ttl"])

    @cached_property
    def lists(self) -> Graph:
        """The controlled lists."""
        return _read(sorted((self.sources.ontology / "lists").glob("*.ttl")))

    @cached_property
    def facts(self) -> Graph:
        """Everything below ``graph_data``."""
        return _read(sorted(self.sources.graph_data.rglob("*.ttl")))

    @cached_property
    def stated(self) -> ReadOnlyGraphAggregate:
        """The facts and the controlled lists."""
        return ReadOnlyGraphAggregate([self.facts, self.lists])

    @cached_property
    def store(self) -> ox.Store:
        """The merged graph with its derived triples, as a release holds it."""
        store = ox.Store()
        for path in self.sources.graph_files():
            store.load(path=str(path), format=ox.RdfFormat.TURTLE)
        derive(store, self.sources.rule_files())
        return store

    @cached_property
    def merged(self) -> Graph:
        """The same as an rdflib graph."""
        triples = self.store.quads_for_pattern(None, None, None, ox.DefaultGraph())
        graph = filled(Graph(), triples)
        gc.freeze()
        return graph

    @cached_property
    def classes(self) -> set[URIRef]:
        """Our classes."""
        return set(self._ours(OWL.Class))

    @cached_property
    def properties(self) -> set[URIRef]:
        """Our properties of every kind."""
        return {term for kind in PROPERTY_KINDS for term in self._ours(kind)}

    @cached_property
    def schemes(self) -> set[URIRef]:
        """The concept schemes of the lists and of the facts."""
        found = set(self.lists.subjects(RDF.type, SKOS.ConceptScheme))
        return found | set(self.facts.subjects(RDF.type, SKOS.ConceptScheme))

    def of_kind(self, kind: URIRef) -> set[URIRef]:
        """Every declared term of an OWL kind, ours or not."""
        return {term for term in self.terms.subjects(RDF.type, kind) if isinstance(term, URIRef)}

    def kind_of(self, prop: Node) -> URIRef | None:
        """Which OWL kind a property was declared with."""
        return next((k for k in PROPERTY_KINDS if (prop, RDF.type, k) in self.terms), None)

    def ancestors(self, term: Node, predicate: URIRef) -> set[Node]:
        """What is reached from a term over subclass or subproperty links."""
        return set(self.terms.transitive_objects(term, predicate)) - {term}

    def is_ours(self, node: Node) -> bool:
        """Whether an IRI names a resource of our data."""
        return isinstance(node, URIRef) and node.startswith(MLAD)

    @staticmethod
    def in_any(node: Node, namespaces: Iterable[str]) -> bool:
        """Whether an IRI begins with one of these (rdflib's startswith knows no tuples)."""
        return str(node).startswith(tuple(namespaces))

    def short(self, node: object) -> str:
        """A prefixed name where there is one."""
        if isinstance(node, tuple):
            return "  ".join(self.short(part) for part in node)
        text = str(node)
        cut = max(text.rfind("#"), text.rfind("/")) + 1
        prefix = prefix_of(text[:cut]) if cut and isinstance(node, URIRef) else None
        return f"{prefix}:{text[cut:]}" if prefix else text

    def _ours(self, kind: URIRef) -> Iterator[URIRef]:
        return (term for term in self.of_kind(kind) if term.startswith(MLA))


def _read(paths: Iterable[Path]) -> Graph:
    graph = Graph()
    for path in paths:
        filled(graph, ox.parse(path=str(path), rename_blank_nodes=True))
    gc.freeze()  # millions of objects that stay: no later collection should look at them
    return graph


@pytest.fixture(scope="session")
def vocabulary() -> Vocabulary:
    """The checkout's (or the wheel's) vocabulary."""
    return Vocabulary(Sources.shipped())


@pytest.fixture(scope="session")
def refuse(vocabulary: Vocabulary) -> Callable[[str, Iterable[object]], None]:
    """Fails with the rule and every term that breaks it, one a line."""

    def check(rule: str, offenders: Iterable[object]) -> None:
        names = sorted({vocabulary.short(offender) for offender in offenders})
        if names:
            pytest.fail(f"{rule}\n  " + "\n  ".join(names), pytrace=False)

    return check
