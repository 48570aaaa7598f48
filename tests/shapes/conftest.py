"""The graph in which faults are planted, cut small so that each fault is found fast."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pytest

from mla_graph.model.namespaces import MLAD, PREFIXES, RDF, RDFS
from mla_graph.model.sources import Sources
from mla_graph.validation.run import read

EXAMPLES = Path(__file__).with_name("examples.ttl")
"""Facts of the classes that the shipped graph has none of yet, and of a second state."""

_OUTLINE = {f"{RDF}type", f"{RDFS}subClassOf", f"{RDFS}isDefinedBy"}
_NEXT = ox.NamedNode(f"{PREFIXES['mla']}hasNextMeasure")
_LIMITS = ox.NamedNode(f"{PREFIXES['mla']}limits")
_RESTS_ON = ox.NamedNode(f"{PREFIXES['mla']}restsOn")


def turtle(text: str) -> list[ox.Triple]:
    """The triples of a text with the prefixes of the project, which it need not declare."""
    kinds = re.findall(r"(?<![\w:<\"])([a-z][a-z-]*):(?!//)", text)
    spaces = {kind: PREFIXES.get(kind, f"{MLAD}{kind}/") for kind in kinds}
    header = "".join(f"PREFIX {kind}: <{space}>\n" for kind, space in spaces.items())
    return [quad.triple for quad in ox.parse(header + text, format=ox.RdfFormat.TURTLE)]


@cache
def iri(name: str) -> ox.NamedNode:
    """The IRI of a prefixed name."""
    node = turtle(f"{name} a rdfs:Resource .")[0].subject
    assert isinstance(node, ox.NamedNode)
    return node


class RealGraph:
    """Ontology, facts and examples, by subject."""

    def __init__(self, quads: Iterable[ox.Quad], ontology: set[ox.NamedNode]) -> None:
        self.outline: list[ox.Triple] = []
        self.said: dict[object, list[ox.Triple]] = defaultdict(list)
        self.bases: dict[object, list[ox.NamedNode]] = defaultdict(list)
        for quad in quads:
            if quad.subject in ontology:
                if quad.predicate.value in _OUTLINE:
                    self.outline.append(quad.triple)
                continue
            self.said[quad.subject].append(quad.triple)
            if quad.predicate == _RESTS_ON:
                self.bases[quad.object].append(quad.subject)

    def around(self, starts: Iterable[object]) -> Iterator[ox.Triple]:
        """The outline of the ontology, and what is said of the nodes and of all they lead to.

        The chain of next measures is followed for one step, and for an act that a condition limits
        the legal bases on it belong to the surroundings.
        """
        yield from self.outline
        first, seen = set(starts), set()
        waiting = list(first)
        while waiting:
            node = waiting.pop()
            if node in seen:
                continue
            seen.add(node)
            for triple in self.said.get(node, ()):
                if triple.predicate == _NEXT and node not in first:
                    continue
                yield triple
                waiting.append(triple.object)
                if triple.predicate == _LIMITS:
                    waiting += self.bases[triple.object]


@pytest.fixture(scope="session")
def real_graph() -> RealGraph:
    """The shipped graph and the examples, which stand in for what it says about the same."""
    sources = Sources.shipped()
    terms = {
        quad.subject
        for quad in read([sources.ontology / "mla.ttl", sources.ontology / "external.ttl"])
    }
    examples = read([EXAMPLES])
    stand_ins = {quad.subject for quad in examples}
    shipped = (quad for quad in read(sources.graph_files()) if quad.subject not in stand_ins)
    return RealGraph([*shipped, *examples], terms)


@pytest.fixture(scope="session")
def shapes() -> list[ox.Quad]:
    """The shipped shapes, blank nodes named the same in every run of an engine."""
    return read(Sources.shipped().shape_files())
