"""A reasoner finds no contradiction and nothing that a plain query would miss."""

from collections import Counter
from collections.abc import Iterator

import owlrl
import pytest
from rdflib import OWL, RDF, RDFS, Graph, Literal, URIRef
from rdflib.term import Node

from mla_graph.model.namespaces import MLAD


def closed(graph: Graph) -> tuple[Graph, list[str]]:
    """The OWL 2 RL closure of a copy, and the contradictions that were met."""
    copy = Graph()
    copy += graph
    closure = owlrl.OWLRL_Semantics(copy, axioms=False, daxioms=False)
    closure.closure()
    return copy, closure.error_messages


def specimens(vocabulary) -> Graph:
    """The ontology, and facts of every sort: two for each class, property and class of the value.

    The axioms look at one triple and the classes of its ends, so more facts of one sort add nothing
    but hours.
    """
    graph, merged = Graph(), vocabulary.merged
    graph += vocabulary.terms
    kinds: dict[Node, tuple[Node, ...]] = {}
    for node, kind in merged.subject_objects(RDF.type):
        kinds[node] = (*kinds.get(node, ()), kind)
    seen: Counter[tuple[object, ...]] = Counter()
    for s, p, o in sorted(merged, key=lambda triple: tuple(map(str, triple))):
        sort = (frozenset(kinds.get(s, ())), p, frozenset(kinds.get(o, ())))
        seen[sort] += 1
        if seen[sort] <= 2:
            graph.add((s, p, o))
            for node in (s, o):
                for kind in kinds.get(node, ()):
                    graph.add((node, RDF.type, kind))
    return graph


@pytest.fixture(scope="module")
def closure(vocabulary) -> tuple[Graph, list[str]]:
    return closed(specimens(vocabulary))


def test_no_contradiction(closure):
    graph, errors = closure
    assert not errors, "\n".join(errors)
    assert not list(graph.subjects(RDF.type, OWL.Nothing))


def test_nothing_is_of_two_disjoint_classes(vocabulary, refuse):
    graph = vocabulary.merged
    refuse(
        "no resource is a member of two disjoint classes",
        (
            (node, left, right)
            for left, right in disjoint_pairs(vocabulary)
            for node in graph.subjects(RDF.type, left)
            if (node, RDF.type, right) in graph
        ),
    )


def disjoint_pairs(vocabulary) -> Iterator[tuple[URIRef, URIRef]]:
    return vocabulary.terms.subject_objects(OWL.disjointWith)


def test_a_contradiction_is_found(vocabulary):
    """The ontology rules something out: one thing that is a member of two disjoint classes."""
    broken = Graph()
    broken += vocabulary.terms
    left, right = min(disjoint_pairs(vocabulary))
    for kind in (left, right):
        broken.add((URIRef(f"{MLAD}condition/impossible"), RDF.type, kind))
    assert closed(broken)[1]


def added(vocabulary, closure) -> set:
    """What reasoning says about our resources and the graph does not.

    Without the self-evident, and without the same fact under the name that an act has elsewhere
    (owl:sameAs): a store that expands such names is to be asked with that expansion off.
    """
    trivial = {OWL.Thing, RDFS.Resource}
    ours = {name: node for node, name in vocabulary.merged.subject_objects(OWL.sameAs)}
    return {
        (s, p, o)
        for s, p, o in closure[0]
        if vocabulary.is_ours(s)
        and (s, p, ours.get(o, o)) not in vocabulary.merged
        and o not in trivial
        and not (p == OWL.sameAs and ours.get(o, o) == s)
    }


def test_reasoning_adds_no_type(vocabulary, closure, refuse):
    """Superclasses are derived at build; no domain or range gives a node a type of its own."""
    refuse(
        "no domain, range or superclass gives a resource a type that the graph does not state",
        ((s, o) for s, p, o in added(vocabulary, closure) if p == RDF.type),
    )


def test_reasoning_adds_no_fact(vocabulary, closure, refuse):
    """So a saved query has the same rows on a store that reasons and on one that does not."""
    refuse(
        "what the ontology implies about a resource is derived by a rule when a release is built",
        ((s, p, o) for s, p, o in added(vocabulary, closure) if p != RDF.type),
    )


def test_every_typed_resource_has_one_default_label(vocabulary, refuse):
    label = URIRef("https://w3id.org/mla-graph/ontology#defaultLabel")
    refuse(
        "a typed resource has exactly one mla:defaultLabel, a literal",
        (
            s
            for s in set(vocabulary.merged.subjects(RDF.type))
            if [isinstance(o, Literal) for o in vocabulary.merged.objects(s, label)] != [True]
        ),
    )
