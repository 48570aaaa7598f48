"""What a dossier warns of, and when it does not."""

import pyoxigraph as ox
import pytest

from mla_graph.saved_queries.rows import rows
from mla_graph.saved_queries.run import bind, run
from mla_graph.store.embedded import EmbeddedStore


@pytest.fixture
def codes(make):
    return lambda question: {warning.code for warning in make(question).warnings}


@pytest.mark.parametrize(
    ("code", "with_it", "without_it"),
    [
        ("no-fiche", "DE JP A.30 2024-05-01", "BE LU A.30 2024-05-01"),
        ("fiche-old", "BE LU A.30 2025-06-01", "BE LU A.30 2025-05-31"),
        ("fiche-later", "BE LU A.30 2022-05-30", "BE LU A.30 2022-05-31"),
        ("fiche-undated", "FR BE A.12 2024-05-01", "BE LU A.30 2024-05-01"),
        ("fiche-in-part", "FR BE A.12 2024-05-01", "BE LU A.30 2024-05-01"),
        ("fiche-outdated", "FR BE A.12 2024-05-01", "BE LU A.30 2024-05-01"),
        ("fiche-conditional", "FR BE A.12 2024-05-01", "BE LU A.30 2024-05-01"),
        ("fiche-superseded", "FR AT A.11 2024-05-01", "BE LU A.30 2024-05-01"),
        ("fiche-suspect", "FR HR A.56 2024-05-01", "BE LU A.30 2024-05-01"),
        ("offence-bound", "BE LU A.30 2024-05-01", "FR EE A.11 1990-05-01"),
        ("sources-differ", "DE LU A.30 2024-05-01", "FR DE A.30 2024-05-01"),
        ("date-unsure", "DE LU A.30 2024-05-01", "DE LU A.30 2010-05-01"),
        ("date-assumed", "FR AT A.20 2025-05-01", "FR AT A.30 2025-05-01"),
        ("date-assumed", "FR HU G.5 2008-06-01", "FR HU G.5 2009-06-01"),
        ("participation-unsettled", "HR DE A.10 2024-05-01", "FR DE A.10 2024-05-01"),
        ("participation-unsettled", "HR RS A.30 2024-05-01", "FR DE A.10 2024-05-01"),
        ("reservation-limited", "BE LU A.30 2016-05-01", "IE LU A.30 2016-05-01"),
        ("reservation-limited", "BE LU A.30 2016-05-01", "BE LU A.22 2016-05-01"),
        ("reservation-limited", "BE LU A.30 2018-09-14", "BE LU A.30 2018-09-15"),
        ("reservation-limited", "CH LU A.30 2024-05-01", "US LU A.30 2024-05-01"),
        ("eppo", "BE LU A.30 2021-06-01", "BE LU A.30 2021-05-31"),
        ("eppo", "BE LU A.30 2024-05-01", "BE DK A.30 2024-05-01"),
    ],
)
def test_a_warning_comes_when_it_is_due_and_only_then(codes, code, with_it, without_it) -> None:
    assert code in codes(with_it)
    assert code not in codes(without_it)


@pytest.mark.parametrize("pair", ["US DE", "CH DE", "DE FR", "HR RS"])
def test_every_pair_may_have_a_treaty_that_is_not_here(codes, pair) -> None:
    assert "bilateral-selection" in codes(f"{pair} A.22 2024-05-01")


PREFIXES = """
PREFIX instrument: <https://w3id.org/mla-graph/id/instrument/>
PREFIX list-extent: <https://w3id.org/mla-graph/id/list-extent/>
PREFIX measure: <https://w3id.org/mla-graph/id/measure/>
PREFIX mla: <https://w3id.org/mla-graph/ontology#>
PREFIX treaty-list-status: <https://w3id.org/mla-graph/id/treaty-list-status/>
"""


@pytest.mark.parametrize(
    ("update", "code", "before", "after"),
    [
        (
            "DELETE { treaty-list-status:de mla:hasListExtent ?some } "
            "INSERT { treaty-list-status:de mla:hasListExtent list-extent:complete } "
            "WHERE { treaty-list-status:de mla:hasListExtent ?some }",
            "bilateral-selection",
            True,
            False,
        ),
        (
            "INSERT DATA { instrument:new a mla:Instrument ; "
            "mla:serves measure:a.22 ; mla:partiesRecorded false }",
            "parties-not-recorded",
            False,
            True,
        ),
    ],
    ids=["a complete list of treaties", "an instrument of unknown parties"],
)
def test_a_warning_follows_the_facts(catalogue, shipped_store, update, code, before, after) -> None:
    changed = ox.Store()
    answer = shipped_store.query("CONSTRUCT WHERE { ?s ?p ?o }")
    changed.bulk_extend(ox.Quad(*triple) for triple in answer)
    changed.update(PREFIXES + update)
    raw = {"requesting": ["FR"], "executing": ["DE"], "measure": ["A.22"], "on": ["2024-05-01"]}
    query = catalogue.get("dossier-warnings")
    for store, expected in ((shipped_store, before), (EmbeddedStore(changed, "changed"), after)):
        found = {row["code"] for row in rows(run(store, bind(query, store, raw)))}
        assert (code in found) is expected


def test_none_is_legal_advice(make) -> None:
    for question in ("BE LU A.30 2024-05-01", "DE JP A.30 2024-05-01"):
        assert make(question).warnings[-1].code == "not-legal-advice"


def test_agreements_of_one_side_are_not_in_force_within_it(make) -> None:
    """Both states are bound to Japan, not to each other: nothing of that is unsure here."""
    about = {warning.about for warning in make("DE DK A.30 2024-05-01").warnings}
    assert not any("eu-jp-mla-2009" in (iri or "") for iri in about)


def test_a_warning_names_provision_and_source(make) -> None:
    eppo = next(w for w in make("BE LU A.30 2024-05-01").warnings if w.code == "eppo")
    assert eppo.provision == "Regulation (EU) 2017/1939, Art. 31"
    assert eppo.references
