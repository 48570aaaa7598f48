"""Which of several pages on one measure in one state counts, on a few pages made for it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import pyoxigraph as ox
import pytest
import rdflib

from mla_graph.model.namespaces import MLAD
from mla_graph.saved_queries.catalogue import Catalogue
from mla_graph.saved_queries.rows import rows
from mla_graph.saved_queries.run import bind, run
from mla_graph.store.embedded import EmbeddedStore

GraphOf = Callable[[str], EmbeddedStore]
Page = tuple[str, str, str | None, str]
"""Status, availability, day of review, confidence."""

CELLS: Mapping[str, tuple[list[Page], str, str | None]] = {
    "one page": ([("current", "yes", None, "seen")], "yes", None),
    "the later of two reviews": (
        [("current", "yes", "2019-01-31", "seen"), ("current", "no", "2022-05-31", "seen")],
        "no",
        "2022-05-31",
    ),
    "a page with a date before one without": (
        [("current", "yes", None, "seen"), ("current", "no", "2015-01-01", "seen")],
        "no",
        "2015-01-01",
    ),
    "a current page before an outdated one reviewed later": (
        [("outdated", "no", "2024-01-01", "seen"), ("current", "yes", "2020-01-01", "seen")],
        "yes",
        "2020-01-01",
    ),
    "any page before a suspect one": (
        [("suspect", "unknown", "2024-01-01", "seen"), ("outdated", "yes", None, "seen")],
        "yes",
        None,
    ),
    "a suspect page alone": ([("suspect", "unknown", None, "seen")], "unknown", None),
    "no superseded page": (
        [("superseded", "no", "2024-01-01", "seen"), ("current", "yes", None, "seen")],
        "yes",
        None,
    ),
    "a superseded page alone": ([("superseded", "no", None, "seen")], "no", None),
    "equally new pages that agree": (
        [("outdated", "conditional", None, "seen"), ("outdated", "conditional", None, "seen")],
        "conditional",
        None,
    ),
    "equally new pages that contradict each other": (
        [("current", "yes", "2020-01-01", "seen"), ("current", "no", "2020-01-01", "unsure")],
        "unknown",
        "2020-01-01",
    ),
    "an unsure page": ([("current", "yes", None, "unsure")], "yes", None),
    "contradicting pages that a newer one settles": (
        [
            ("current", "yes", "2020-01-01", "seen"),
            ("current", "no", "2020-01-01", "seen"),
            ("current", "conditional", "2021-01-01", "seen"),
        ],
        "conditional",
        "2021-01-01",
    ),
}
"""Pages of a cell, then the availability and the day of review that count."""


def facts() -> Iterator[str]:
    """One state, and a measure for each cell."""
    yield 'state:lu skos:notation "LU" ; skos:prefLabel "Luxembourg"@en .'
    for number, (name, (pages, _, _)) in enumerate(CELLS.items()):
        yield f'measure:m.{number} skos:notation "M.{number}" ; skos:prefLabel "{name}"@en .'
        for further, (status, availability, day, confidence) in enumerate(pages):
            yield f"""implementation:lu-m.{number}-{further} rdfs:label "{name}"@en ;
                mla:concernsState state:lu ;
                mla:concernsMeasure measure:m.{number} ;
                mla:hasPageStatus <{MLAD}page-status/{status}> ;
                mla:hasAvailability <{MLAD}availability/{availability}> ;
                mla:hasConfidence <{MLAD}confidence/{confidence}> ;
                {f'mla:reviewedDate "{day}"^^xsd:date ;' if day else ""}
                prov:wasDerivedFrom source:page-{number}-{further} ."""


@pytest.fixture(scope="module")
def pages(graph_of: GraphOf) -> EmbeddedStore:
    """The graph of these pages."""
    return graph_of("\n".join(facts()))


@pytest.fixture(scope="module")
def cells(catalogue: Catalogue, pages: EmbeddedStore) -> list[dict[str, object]]:
    """The rows of `coverage`."""
    return rows(run(pages, bind(catalogue.get("coverage"), pages, {})))


@pytest.mark.parametrize("name", CELLS)
def test_each_cell_has_one_row_from_its_newest_page(
    name: str, cells: list[dict[str, object]]
) -> None:
    (found,) = [row for row in cells if row["measureLabel"] == name]
    _, availability, day = CELLS[name]
    assert (found["availability"], found["reviewedDate"]) == (availability, day)


def test_a_contradiction_is_listed_by_its_sides(catalogue: Catalogue, pages: EmbeddedStore) -> None:
    found = rows(run(pages, bind(catalogue.get("contradictions"), pages, {})))
    assert {(row["label"], row["claim"]) for row in found} == {
        ("equally new pages that contradict each other", "yes"),
        ("equally new pages that contradict each other", "no"),
    }


def test_confidence_leaves_cells_out_and_changes_none(
    catalogue: Catalogue, pages: EmbeddedStore, cells: list[dict[str, object]]
) -> None:
    seen = bind(catalogue.get("coverage"), pages, {"confidence": ["seen"]})
    assert rows(run(pages, seen)) == [cell for cell in cells if cell["confidence"] == "seen"]


@pytest.mark.parametrize("name", ["coverage", "contradictions"])
def test_rdflib_agrees_on_these_pages(
    name: str, catalogue: Catalogue, pages: EmbeddedStore
) -> None:
    text = bind(catalogue.get(name), pages, {}).text
    merged, answer = pages.query("CONSTRUCT WHERE { ?s ?p ?o }"), pages.query(text)
    assert isinstance(merged, ox.QueryTriples) and isinstance(answer, ox.QuerySolutions)
    graph = rdflib.Graph().parse(data=merged.serialize(format=ox.RdfFormat.N_TRIPLES), format="nt")
    theirs: Iterable[Any] = graph.query(text)
    ours = [tuple(cell and cell.value for cell in row) for row in answer]
    assert ours == [tuple(cell and str(cell) for cell in row) for row in theirs]
