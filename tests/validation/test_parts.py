"""A part of a graph is validated as if the rest were there, and nothing else of it is."""

from collections.abc import Iterable, Sequence
from typing import Any

import pyoxigraph as ox
import pytest

from mla_graph.validation.engines import pyshacl as pyshacl_engine
from mla_graph.validation.engines import shifty as shifty_engine
from mla_graph.validation.partial.graphs import MemoryGraph
from mla_graph.validation.partial.incremental import validate_in_parts
from mla_graph.validation.report import Engine, Report

FACTS = """
    :a a :Sub ; :p :b , :c ; :marked 1 .  :Sub rdfs:subClassOf :Class .
    :b a :Class ; :p :a ; :marked 2 .  :c a :Shape ; :p :a .  :d :p :d .
"""


def triples(text: str) -> list[ox.Triple]:
    prefixes = """
        PREFIX : <urn:>
        PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
        PREFIX sh: <http://www.w3.org/ns/shacl#>
    """
    return [quad.triple for quad in ox.parse(prefixes + text, format=ox.RdfFormat.TURTLE)]


@pytest.mark.parametrize("engine", [shifty_engine.validate, pyshacl_engine.validate])
@pytest.mark.parametrize(
    ("target", "results"),
    [
        ("sh:targetClass :Class", 2),
        ("sh:targetNode :a , :d , 7", 3),
        ("sh:targetSubjectsOf :marked", 2),
        ("sh:targetObjectsOf :marked", 2),
        ("a sh:NodeShape, rdfs:Class", 1),
        ("sh:targetNode :d ; sh:targetClass :Sub", 2),
    ],
)
def test_whatever_the_targets_the_parts_give_the_report_of_the_whole(
    target: str, results: int, engine: Engine
) -> None:
    rule = "sh:property [ sh:path ([ sh:inversePath :p ] :p) ; sh:minCount 9 ]"
    shapes = triples(f":Shape {target} ; {rule} .")
    whole = Report.read(engine(triples(FACTS), shapes), shapes)
    assert len(whole.results) == results
    assert validate_in_parts(MemoryGraph(triples(FACTS)), shapes, engine, 1, print) == whole


def test_nodes_that_only_surround_a_part_are_not_looked_at() -> None:
    """They lack what they need, so that each would be a result, which costs time and memory."""
    shapes = triples(
        ":s sh:targetSubjectsOf :p ; sh:property [ sh:path (:p :p) ; sh:minCount 1 ] ,"
        " [ sh:path :marked ; sh:minCount 1 ] ."
    )
    found: list[str] = []

    def engine(data: Sequence[ox.Triple], shapes: Sequence[ox.Triple]) -> list[ox.Triple]:
        report = shifty_engine.validate(data, shapes)
        found.extend(str(result.focus) for result in Report.read(report, shapes).results)
        return report

    validate_in_parts(MemoryGraph(triples(FACTS)), shapes, engine, 1, print)
    assert sorted(found) == ["<urn:c>", "<urn:d>"]


def test_a_part_is_as_large_as_what_surrounds_its_nodes_allows() -> None:
    """Many nodes at once where little surrounds them, few where it is much."""
    spokes = "".join(f":s{n:02} :p :hub{n // 20} . " for n in range(60))
    facts = triples(f"{spokes} {''.join(f':z{n} :p :end{n} . ' for n in range(60))}")
    shapes = triples(
        ":s sh:targetSubjectsOf :p ;"
        " sh:property [ sh:path (:p [ sh:inversePath :p ]) ; sh:maxCount 9 ] ."
    )
    sizes: list[int] = []

    def engine(data: Sequence[ox.Triple], shapes: Sequence[ox.Triple]) -> list[ox.Triple]:
        sizes.append(sum(triple.predicate.value == "urn:p" for triple in data))
        return shifty_engine.validate(data, shapes)

    found = validate_in_parts(MemoryGraph(facts), shapes, engine, 30, print)
    assert len(found.results) == 60
    assert max(sizes) <= 30
    assert len(sizes) < 40


def test_no_more_is_read_than_a_part_may_hold() -> None:
    """A part that turns out to be too large could be larger than the memory."""
    far = "".join(f":z{n}-{m} :p :h{n} . " for n in range(60) for m in range(50))
    facts = triples(f"{''.join(f':a{n} :start :h{n} . ' for n in range(60))} {far}")
    shapes = triples(
        ":s sh:targetSubjectsOf :start ;"
        " sh:property [ sh:path (:start [ sh:inversePath :p ]) ; sh:minCount 51 ] ."
    )
    read = [0]

    class Counted(MemoryGraph):
        def match(self, *pattern: Any) -> Iterable[ox.Triple]:
            found = list(super().match(*pattern))
            read[-1] += len(found)
            return found

    def engine(data: Sequence[ox.Triple], shapes: Sequence[ox.Triple]) -> list[ox.Triple]:
        read.append(0)
        return shifty_engine.validate(data, shapes)

    found = validate_in_parts(Counted(facts), shapes, engine, 500, print)
    assert len(found.results) == 60
    all_nodes, tries = len(facts), 4
    assert read[0] - all_nodes < tries * (500 + 100)
