"""What a dossier warns of, and when it does not."""

import pytest


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
        ("fiche-suspect", "FR BG G.3 2024-05-01", "BE LU A.30 2024-05-01"),
        ("offence-bound", "BE LU A.30 2024-05-01", "FR EE A.11 1990-05-01"),
        ("sources-differ", "DE LU A.30 2024-05-01", "FR DE A.30 2024-05-01"),
        ("date-unsure", "DE LU A.30 2024-05-01", "DE LU A.30 2010-05-01"),
        ("bilateral-selection", "US DE A.22 2024-05-01", "CH DE A.22 2024-05-01"),
        ("bilateral-selection", "DE US A.22 2024-05-01", "DE FR A.22 2024-05-01"),
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
