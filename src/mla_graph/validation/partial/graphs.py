"""Graphs to walk in: in memory, in a store, and one as it is after a change."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import pyoxigraph as ox

from mla_graph.validation.partial.walk import Graph, Term


class MemoryGraph:
    """Triples in memory, every value as it is written (a store would make it canonical)."""

    def __init__(self, triples: Iterable[ox.Triple]) -> None:
        self._by_subject: dict[Term, list[ox.Triple]] = defaultdict(list)
        self._by_value: dict[Term, list[ox.Triple]] = defaultdict(list)
        self._by_predicate: dict[str, list[ox.Triple]] = defaultdict(list)
        for triple in triples:
            self._by_subject[triple.subject].append(triple)
            self._by_value[triple.object].append(triple)
            self._by_predicate[triple.predicate.value].append(triple)

    def match(
        self, subject: Term | None, predicate: str | None, value: Term | None
    ) -> Iterable[ox.Triple]:
        """Find the triples with these parts; None is any part."""
        if subject is not None:
            found = self._by_subject.get(subject, ())
        elif value is not None:
            found = self._by_value.get(value, ())
        elif predicate is not None:
            found = self._by_predicate.get(predicate, ())
        else:
            found = [triple for triples in self._by_subject.values() for triple in triples]
        return [
            triple
            for triple in found
            if (predicate is None or triple.predicate.value == predicate)
            and (value is None or triple.object == value)
        ]


class StoredGraph:
    """Triples of a store, of all its graphs or of the named ones, taken as one graph."""

    def __init__(self, store: ox.Store, graphs: frozenset[str] | None = None) -> None:
        self._store, self._graphs = store, graphs

    def match(
        self, subject: Term | None, predicate: str | None, value: Term | None
    ) -> Iterable[ox.Triple]:
        """Find the triples with these parts; None is any part."""
        property_ = None if predicate is None else ox.NamedNode(predicate)
        pattern: Any = (subject, property_, value, None)
        return (
            quad.triple
            for quad in self._store.quads_for_pattern(*pattern)
            if self._graphs is None or getattr(quad.graph_name, "value", None) in self._graphs
        )


class RememberingGraph:
    """A graph of which every subject is looked up once, however many properties are asked for."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._said: dict[Term, dict[str, list[ox.Triple]]] = {}

    def match(
        self, subject: Term | None, predicate: str | None, value: Term | None
    ) -> Iterable[ox.Triple]:
        """Find the triples with these parts; None is any part."""
        if subject is None:
            return self._graph.match(None, predicate, value)
        said = self._said.get(subject)
        if said is None:
            said = self._said[subject] = defaultdict(list)
            for triple in self._graph.match(subject, None, None):
                said[triple.predicate.value].append(triple)
        if predicate is None:
            found = [triple for triples in said.values() for triple in triples]
        else:
            found = said.get(predicate, [])
        return found if value is None else [triple for triple in found if triple.object == value]


class ChangedGraph:
    """A graph without some triples and with others, which it does not have."""

    def __init__(
        self, graph: Graph, removed: Iterable[ox.Triple], added: Iterable[ox.Triple]
    ) -> None:
        self._graph, self._removed, self._added = graph, frozenset(removed), MemoryGraph(added)

    def match(
        self, subject: Term | None, predicate: str | None, value: Term | None
    ) -> Iterable[ox.Triple]:
        """Find the triples with these parts; None is any part."""
        kept = self._graph.match(subject, predicate, value)
        return [
            *(triple for triple in kept if triple not in self._removed),
            *self._added.match(subject, predicate, value),
        ]
