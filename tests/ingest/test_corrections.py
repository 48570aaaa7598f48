"""Corrections are judged by their source."""

from typing import Any

from .conftest import PARTY, Import

LU = "participation/coe-030-lu"


def correction(**fields: Any) -> dict[str, Any]:
    return {"file": "parties.jsonl", "key": "coe-030/LU", "old": None, **fields}


def test_a_correction_fills_a_gap_and_its_source_stays_known(imported: Import) -> None:
    draft = imported(
        parties=[PARTY | {"ratified": None}],
        corrections=[
            correction(field="ratified", new="1976-11-18", source="https://example.org/new")
        ],
    )
    assert draft.value(LU, "mla:ratifiedDate") == "1976-11-18"
    evidence = draft.node("evidence/participation-coe-030-lu-ratified-date")
    assert evidence["prov:wasDerivedFrom"] == ["source/example-org-new"]
    assert draft.outcome("corrections.jsonl").status == "merged"


def test_a_gap_filled_from_general_knowledge_is_no_longer_seen(imported: Import) -> None:
    draft = imported(
        parties=[PARTY | {"in_force": None}],
        corrections=[correction(field="in_force", new="1977-02-16", confidence="known")],
    )
    assert draft.value(LU, "mla:since") == "1977-02-16"
    assert draft.value(LU, "mla:hasConfidence") == "confidence/known"


def test_a_correction_of_a_value_that_changed_is_rejected(imported: Import) -> None:
    draft = imported(parties=[PARTY], corrections=[correction(field="ratified", new="1976-11-19")])
    assert draft.value(LU, "mla:ratifiedDate") == "1976-11-18"
    assert "no longer None" in draft.outcome("corrections.jsonl").details[0]


def test_without_a_source_nothing_is_replaced(imported: Import) -> None:
    draft = imported(
        parties=[PARTY],
        corrections=[correction(field="ratified", old="1976-11-18", new="1976-11-19")],
    )
    assert draft.value(LU, "mla:ratifiedDate") == "1976-11-18"
    assert "at least as well founded" in draft.outcome("corrections.jsonl").details[0]


def test_a_source_beats_general_knowledge(imported: Import) -> None:
    draft = imported(
        parties=[PARTY | {"source": None, "confidence": "known"}],
        corrections=[
            correction(
                field="ratified", old="1976-11-18", new="1976-11-19", source="https://example.org/n"
            )
        ],
    )
    assert draft.value(LU, "mla:ratifiedDate") == "1976-11-19"


def test_a_new_source_confirms_only_what_its_note_names(imported: Import) -> None:
    url = "https://example.org/table"
    draft = imported(
        parties=[PARTY | {"source": None, "confidence": "known"}],
        corrections=[
            correction(
                field="source",
                new=url,
                source=url,
                note="in-force date confirmed; other dates remain general knowledge",
            )
        ],
    )
    assert draft.value(LU, "mla:hasConfidence") == "confidence/seen"
    signed = draft.node("evidence/participation-coe-030-lu-signed-date")
    assert signed["mla:hasConfidence"] == ["confidence/known"]


def test_a_correction_of_nothing_is_rejected(imported: Import) -> None:
    draft = imported(parties=[], corrections=[correction(field="act", new="accession")])
    assert "0 records of parties" in draft.outcome("corrections.jsonl").details[0]


def test_a_correction_with_a_field_of_another_form_is_rejected(imported: Import) -> None:
    draft = imported(
        parties=[PARTY], corrections=[correction(field=["ratified"], new="2000-01-01")]
    )
    assert draft.outcome("corrections.jsonl").status == "rejected"
