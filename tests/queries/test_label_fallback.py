"""The language of a label: as asked, else English, French, German, any other, else the code."""

from collections.abc import Callable

import pytest

from mla_graph.saved_queries.catalogue import Catalogue
from mla_graph.saved_queries.rows import rows
from mla_graph.saved_queries.run import bind, run
from mla_graph.store.embedded import EmbeddedStore

MEASURES = {
    "M.1": '"search"@en, "perquisition"@fr, "Durchsuchung"@de, "perquisizione"@it',
    "M.2": '"perquisition"@fr, "Durchsuchung"@de, "registro"@es',
    "M.3": '"Durchsuchung"@de, "registro"@es',
    "M.4": '"registro"@es',
    "M.5": "",
}


@pytest.fixture(scope="module")
def labelled(graph_of: Callable[[str], EmbeddedStore]) -> EmbeddedStore:
    """A graph in which each measure has labels in these languages alone."""
    lines = ['state:lu skos:notation "LU" .']
    for code, labels in MEASURES.items():
        key = code.lower()
        named = f"; skos:prefLabel {labels}" if labels else ""
        lines.append(f'measure:{key} a mla:Measure ; skos:notation "{code}" {named} .')
        lines.append(
            f"implementation:{key} mla:concernsState state:lu ; mla:concernsMeasure measure:{key} ;"
            " mla:hasPageStatus <https://w3id.org/mla-graph/id/page-status/current> ;"
            " mla:hasAvailability <https://w3id.org/mla-graph/id/availability/yes> ;"
            " mla:hasConfidence <https://w3id.org/mla-graph/id/confidence/seen> ."
        )
    lines.append("state:lu a mla:State .")
    return graph_of("\n".join(lines))


@pytest.mark.parametrize(
    ("code", "asked", "label"),
    [
        ("M.1", "it", "perquisizione"),
        ("M.1", "es", "search"),
        ("M.2", "it", "perquisition"),
        ("M.3", "it", "Durchsuchung"),
        ("M.4", "it", "registro"),
        ("M.5", "it", "M.5"),
    ],
    ids=["asked", "English", "French", "German", "any other", "code"],
)
def test_a_label_falls_back_in_the_order_that_readme_gives(
    code: str, asked: str, label: str, labelled: EmbeddedStore, catalogue: Catalogue
) -> None:
    answer = run(labelled, bind(catalogue.get("coverage"), labelled, {"lang": [asked]}))
    assert {row["measureCode"]: row["measureLabel"] for row in rows(answer)}[code] == label
