"""What a changed triple can affect is derived from the shapes, whatever they are made of."""

import json

import pyoxigraph as ox
import pytest

from mla_graph.model.errors import UnreliableEngine
from mla_graph.validation.partial.graphs import StoredGraph
from mla_graph.validation.partial.incremental import Change, Scope
from mla_graph.validation.partial.reads import ShapeReads, shape_reads

PREFIXES = """
    PREFIX : <urn:>
    PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
    PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
    PREFIX sh: <http://www.w3.org/ns/shacl#>
"""
FACTS = """
    :f a :Sub ; :p :a ; :r :z .  :Sub rdfs:subClassOf :Class .
    :a :q :b ; a :Kind .  :Kind rdfs:subClassOf :Upper .  :b :q :c ; :text "x" .  :g :p :f ; :r :z .
    :other a :Sub ; :p :elsewhere .  :elsewhere :q :nowhere .  :a :own 1 .  :own a :Property .
"""


def triples(text: str) -> list[ox.Triple]:
    return [quad.triple for quad in ox.parse(PREFIXES + text, format=ox.RdfFormat.TURTLE)]


def scope(shapes: list[ox.Triple]) -> Scope:
    """What the shapes read, as it is when it was written to a file."""
    written = json.dumps([shape.to_json() for shape in shape_reads(shapes)])
    return Scope([ShapeReads.from_json(shape) for shape in json.loads(written)])


def affected(rule: str, changed: str, facts: str = FACTS) -> set[str] | None:
    """The focus nodes that may be affected if the triple is taken away."""
    store = ox.Store()
    store.extend(ox.Quad(*triple) for triple in triples(facts))
    reads = scope(triples(f":s sh:targetClass :Class ; {rule} ."))
    found = reads.affected(StoredGraph(store), Change(frozenset(triples(changed)), frozenset()))
    return None if found is None else {node.value.removeprefix("urn:") for node in found.nodes}


def select(where: str) -> str:
    return f'sh:sparql [ sh:select """PREFIX : <urn:> SELECT $this ?value WHERE {{ {where} }}""" ]'


@pytest.mark.parametrize(
    ("rule", "changed"),
    [
        ("sh:property [ sh:path :p ; sh:minCount 1 ]", ":f :p :a ."),
        ("sh:property [ sh:path (:p :q) ; sh:minCount 1 ]", ":a :q :b ."),
        ("sh:property [ sh:path (:p [ sh:oneOrMorePath :q ]) ; sh:minCount 1 ]", ":b :q :c ."),
        ("sh:property [ sh:path (:p [ sh:zeroOrMorePath :q ] :text) ]", ':b :text "x" .'),
        ("sh:property [ sh:path [ sh:inversePath :p ] ; sh:maxCount 0 ]", ":g :p :f ."),
        ("sh:property [ sh:path ([ sh:inversePath :p ] :r) ]", ":g :r :z ."),
        ("sh:property [ sh:path [ sh:inversePath (:r [ sh:inversePath :p ]) ] ]", ":f :p :a ."),
        ("sh:property [ sh:path [ sh:alternativePath (:x (:p :q)) ] ]", ":a :q :b ."),
        ("sh:property [ sh:path ([ sh:zeroOrOnePath :p ] :q) ]", ":a :q :b ."),
        ("sh:property [ sh:path :p ; sh:class :Upper ]", ":a a :Kind ."),
        ("sh:property [ sh:path :p ; sh:class :Upper ]", ":Kind rdfs:subClassOf :Upper ."),
        ("sh:property [ sh:path :x ; sh:equals :r ]", ":f :r :z ."),
        ("sh:property [ sh:path :x ; sh:lessThan :r ]", ":f :r :z ."),
        ("sh:property [ sh:path :p ; sh:node [ sh:property [ sh:path :q ] ] ]", ":a :q :b ."),
        ("sh:property [ sh:path :p ; sh:property [ sh:path :q ] ]", ":a :q :b ."),
        ("sh:or ( [ sh:not [ sh:property [ sh:path (:p :q) ] ] ] )", ":a :q :b ."),
        ("sh:xone ( [ sh:property [ sh:path (:p :q) ; sh:hasValue :b ] ] )", ":a :q :b ."),
        (
            "sh:property [ sh:path :p ; sh:qualifiedMinCount 1 ;"
            " sh:qualifiedValueShape [ sh:property [ sh:path :q ] ] ]",
            ":a :q :b .",
        ),
        ("sh:closed true", ":f :r :z ."),
        ("sh:property [ sh:path :p ; sh:node [ sh:closed true ] ]", ":a a :Kind ."),
        (select("$this :p/:q ?value"), ":a :q :b ."),
        (select("$this :p ?value . FILTER NOT EXISTS { ?value :q/:text ?t }"), ':b :text "x" .'),
        (select("$this :p ?value . OPTIONAL { ?value :q ?x . ?x :q ?y }"), ":b :q :c ."),
        (select("{ $this :p ?value . ?value :q ?x } UNION { $this :x ?value }"), ":a :q :b ."),
        (select("$this :p ?value MINUS { ?value :q ?x }"), ":a :q :b ."),
        (select("$this :p ?value . ?value ?any ?x"), ":a :q :b ."),
        (select("$this :p ?value . ?value ?any ?x . ?any a ?kind"), ":own a :Property ."),
        (select("$this :r ?shared . ?value :r ?shared ; :p ?x"), ":g :p :f ."),
        (select("$this :p ?value BIND(EXISTS { ?value :q ?x } AS ?y)"), ":a :q :b ."),
        (select("$this :p ?value { SELECT ?value WHERE { ?value :q ?x } }"), ":a :q :b ."),
    ],
)
def test_a_triple_is_walked_back_to_the_one_node_that_reads_it(rule: str, changed: str) -> None:
    assert affected(rule, changed) == {"f"}
    assert affected(rule, ":unread :by :anyone .", FACTS + ":unread :by :anyone .") == set()


@pytest.mark.parametrize(
    ("target", "changed"),
    [
        ("sh:targetClass :Class", ":f a :Sub ."),
        ("sh:targetSubjectsOf :r", ":f :r :z ."),
        ("sh:targetObjectsOf :p", ":g :p :f ."),
        ("sh:targetNode :f", ":f :p :a ."),
        ("a sh:NodeShape, rdfs:Class", ":f a :s ."),
    ],
)
def test_what_makes_a_node_a_target_affects_it(target: str, changed: str) -> None:
    store = ox.Store()
    store.extend(ox.Quad(*triple) for triple in triples(FACTS + ":f a :s ."))
    reads = scope(triples(f":s {target} ; sh:property [ sh:path :p ; sh:minCount 1 ] ."))
    found = reads.affected(StoredGraph(store), Change(frozenset(triples(changed)), frozenset()))
    assert found
    assert found.nodes == {ox.NamedNode("urn:f")}


def test_a_new_triple_affects_those_who_read_it_once_it_is_there() -> None:
    store = ox.Store()
    reads = scope(triples(":s sh:targetClass :C ; sh:property [ sh:path (:p :q) ] ."))
    added = frozenset(triples(":f a :C ; :p :a . :a :q :b ."))
    found = reads.affected(StoredGraph(store), Change(frozenset(), added))
    assert found
    assert found.nodes == {ox.NamedNode("urn:f")}


@pytest.mark.parametrize(
    "where",
    [
        "?x :q ?y",
        "$this :p ?value . ?x :q ?y",
        "$this :p ?value { SELECT ?value WHERE { ?value :q ?x . ?hidden :q ?y } }",
        "$this :p ?value { SELECT ?value WHERE { ?value :q ?x } LIMIT 1 }",
        "{ $this :p ?x } UNION { $this :r ?x } . ?x :q ?y",
        "{ SELECT $this (COUNT(?x) AS ?value) WHERE { $this :p ?x } GROUP BY $this }",
    ],
)
def test_a_rule_that_may_read_anything_asks_for_the_whole_graph(where: str) -> None:
    assert affected(select(where), ":a :q :b .") is None


def test_a_rule_for_the_whole_graph_that_names_its_values_is_asked_about_these_alone() -> None:
    store = ox.Store()
    store.extend(ox.Quad(*triple) for triple in triples(FACTS))
    rule = select("$this a ?kind . ?value :q ?x FILTER NOT EXISTS { ?value :text ?y }")
    reads = scope(triples(f":s sh:targetNode :f ; {rule} ."))
    change = Change(frozenset(triples(':b :text "x" .')), frozenset())
    found = reads.affected(StoredGraph(store), change)
    assert found
    assert (found.nodes, found.values) == (frozenset(), {"urn:s": {ox.NamedNode("urn:b")}})


@pytest.mark.parametrize("rule", ["sh:unheardOf 1", "sh:property :o . :o sh:path :p ; sh:node :s"])
def test_shapes_of_which_it_is_not_known_what_they_read_are_refused(rule: str) -> None:
    with pytest.raises(UnreliableEngine):
        scope(triples(f":s sh:targetClass :Class ; {rule} ."))


def test_so_are_shapes_that_have_no_name() -> None:
    with pytest.raises(UnreliableEngine, match="no IRI"):
        scope(triples("[ sh:targetClass :Class ; sh:property [ sh:path :p ; sh:maxCount 1 ] ] ."))
