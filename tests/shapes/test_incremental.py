"""Validating what a change can affect gives the report of validating everything."""

from collections.abc import Callable
from dataclasses import dataclass

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mla_graph.model.namespaces import PREFIXES, RDF, RDFS, SKOS
from mla_graph.validation.engines import shifty as shifty_engine
from mla_graph.validation.partial.graphs import MemoryGraph, StoredGraph
from mla_graph.validation.partial.incremental import Change, revalidate, validate_in_parts
from mla_graph.validation.report import Report

from .conftest import RealGraph, iri

STARTS = (
    *("implementation:lu-a.30", "participation:coe-030-lu", "condition:lu-a.30-coe-141-offence"),
    *("evidence:participation-coe-030-lu-signed-date", "group-membership:eu-gb"),
    "instrument-relation:coe-099-protocol-to-coe-030-ejn-lu-a.30",
    "contradiction:participation-coe-030-lu-since",
)  # fmt: skip
TYPE = ox.NamedNode(f"{RDF}type")
VOCABULARY = [
    *(ox.NamedNode(f"{RDFS}{name}") for name in ("subClassOf", "isDefinedBy")),
    *(ox.NamedNode(f"{SKOS}{name}") for name in ("inScheme", "notation", "topConceptOf")),
    TYPE,
]
ODD = [
    *(ox.Literal("2031-01-01", datatype=ox.NamedNode(f"{PREFIXES['xsd']}date")), ox.Literal("?")),
    *(ox.Literal("1801-01-01", datatype=ox.NamedNode(f"{PREFIXES['xsd']}date")), ox.Literal(True)),
    *(
        ox.NamedNode("urn:unheard-of"),
        ox.NamedNode(f"{PREFIXES['owl']}Class"),
        ox.Literal("mot", language="fr"),
    ),
]
Draw = Callable[[list[ox.Triple], st.DataObject], Change]


def one(data: st.DataObject, among: list[ox.Triple]) -> ox.Triple:
    return among[data.draw(st.integers(0, len(among) - 1))]


def remove(triples: list[ox.Triple], data: st.DataObject) -> Change:
    return Change(frozenset([one(data, triples)]), frozenset())


def remove_node(triples: list[ox.Triple], data: st.DataObject) -> Change:
    node = one(data, triples).subject
    return Change(frozenset(t for t in triples if t.subject == node), frozenset())


def change_value(triples: list[ox.Triple], data: st.DataObject) -> Change:
    old, other = one(data, triples), one(data, triples)
    value = data.draw(st.sampled_from([other.object, other.subject, *ODD]))
    return Change(frozenset([old]), frozenset([ox.Triple(old.subject, old.predicate, value)]))


def move_value(triples: list[ox.Triple], data: st.DataObject) -> Change:
    """A value of one node becomes that of another, so that both have something to answer for."""
    old, other = one(data, triples), one(data, triples)
    return Change(
        frozenset([old]), frozenset([ox.Triple(other.subject, old.predicate, old.object)])
    )


def add(triples: list[ox.Triple], data: st.DataObject) -> Change:
    new = (one(data, triples).subject, one(data, triples).predicate, one(data, triples).object)
    return Change(frozenset(), frozenset([ox.Triple(*new)]))


def change_vocabulary(triples: list[ox.Triple], data: st.DataObject) -> Change:
    """Classes, subclasses, declared properties and codes of lists, on which much depends."""
    predicate = data.draw(st.sampled_from(VOCABULARY))
    some = [t for t in triples if t.predicate == predicate]
    return data.draw(st.sampled_from([remove, change_value]))(some, data) if some else Change(
        frozenset(), frozenset()
    )  # fmt: skip


EDITS = (remove, remove_node, change_value, move_value, add, change_vocabulary, change_vocabulary)


@dataclass
class Small:
    """A small part of the real graph, with the ontology of its terms."""

    triples: list[ox.Triple]
    shapes: list[ox.Triple]
    report: Report


@pytest.fixture(scope="module")
def small(real_graph: RealGraph, shapes: list[ox.Quad]) -> Small:
    rules = [quad.triple for quad in shapes]
    store = ox.Store()  # its values are canonical
    store.extend(ox.Quad(*triple) for triple in real_graph.around([iri(s) for s in STARTS]))
    triples = sorted((quad.triple for quad in store), key=str)
    return Small(triples, rules, whole(triples, rules))


def whole(triples: list[ox.Triple], rules: list[ox.Triple]) -> Report:
    return Report.read(shifty_engine.validate(triples, rules), rules)


def edit_and_compare(small: Small, data: st.DataObject, most: int) -> None:
    triples, report = list(small.triples), small.report
    store = ox.Store()
    store.extend(ox.Quad(*triple) for triple in triples)
    for _ in range(data.draw(st.integers(1, most))):
        drawn = data.draw(st.sampled_from(EDITS))(triples, data)
        added = frozenset(t for t in drawn.added if ox.Quad(*t) not in store)
        change = Change(drawn.removed - drawn.added, added)
        after = revalidate(report, StoredGraph(store), change, small.shapes, shifty_engine.validate)
        for triple in change.removed:
            store.remove(ox.Quad(*triple))
        store.extend(ox.Quad(*triple) for triple in added)
        triples = sorted((quad.triple for quad in store), key=str)
        expected = whole(triples, small.shapes)
        assert after is None or after == expected, change
        report = expected


@settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(st.data())
def test_edits_in_a_row_give_the_report_of_the_whole_graph(
    small: Small, data: st.DataObject
) -> None:
    edit_and_compare(small, data, most=4)


@pytest.mark.slow
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_so_do_many_more(small: Small, data: st.DataObject) -> None:
    edit_and_compare(small, data, most=12)


def test_a_graph_in_parts_gives_the_report_of_the_whole(small: Small) -> None:
    gappy = [triple for number, triple in enumerate(small.triples) if number % 40]
    expected = whole(gappy, small.shapes)
    assert len(expected.results) > 20
    found = validate_in_parts(MemoryGraph(gappy), small.shapes, shifty_engine.validate, 150, print)
    assert found == expected


def test_most_edits_concern_few_nodes(small: Small) -> None:
    """Never to narrow down would be right too, and of no use."""
    store = ox.Store()
    store.extend(ox.Quad(*triple) for triple in small.triples)
    fiche = frozenset(t for t in small.triples if t.subject == iri("implementation:lu-a.30"))
    looked_at: list[int] = []

    def engine(data: list[ox.Triple], shapes: list[ox.Triple]) -> list[ox.Triple]:
        looked_at.append(len(data))
        return shifty_engine.validate(data, shapes)

    change = Change(fiche, frozenset())
    assert revalidate(small.report, StoredGraph(store), change, small.shapes, engine)
    assert 0 < looked_at[0] < len(small.triples) / 2
