"""A reasoner finds no contradiction and nothing that a plain query would miss."""

from collections.abc import Iterator

import owlrl
import pytest
from rdflib import OWL, RDF, RDFS, Graph, Literal, URIRef

from mla_graph.model.namespaces import MLAD


def closed(graph: Graph) -> tuple[Graph, list[str]]:
    """The OWL 2 RL closure of a copy, and the contradictions that were met."""
    copy = Graph()
    copy += graph
    closure = owlrl.OWLRL_Semantics(copy, axioms=False, daxioms=False)
    closure.closure()
    return copy, closure.error_messages


@pytest.fixture(scope="module")
def closure(vocabulary) -> tuple[Graph, list[str]]:
    return closed(vocabulary.merged)


def test_no_contradiction(closure):
    graph, errors = closure
    assert not errors, "\n".join(errors)
    assert not list(graph.subjects(RDF.type, OWL.Nothing))


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
