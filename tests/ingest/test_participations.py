"""Who takes part in what, since when, and how sure that is."""

import pytest

from mla_graph.model.sources import Sources

from .conftest import CONVENTION, PARTY, Import

LU = "participation/coe-030-lu"


def test_a_party_is_bound_since_its_own_entry_into_force(imported: Import) -> None:
    draft = imported(parties=[PARTY])
    found = draft.node(LU)
    assert found["mla:since"] == ["1977-02-16"]
    assert found["mla:ratifiedDate"] == ["1976-11-18"]
    assert found["mla:hasParticipationMode"] == ["participation-mode/ratification"]
    assert found["mla:bound"] == ["true"]
    assert found["mla:hasConfidence"] == ["confidence/seen"]
    assert found["prov:wasDerivedFrom"] == ["source/example-org-parties"]
    assert draft.outcome("parties.jsonl").status == "taken"


def test_general_knowledge_is_marked(imported: Import) -> None:
    found = imported(parties=[PARTY | {"source": None, "confidence": "unsure"}]).node(LU)
    assert found["prov:wasDerivedFrom"] == ["source/general-knowledge"]
    assert found["mla:hasConfidence"] == ["confidence/unsure"]


def test_a_signatory_is_not_bound(imported: Import) -> None:
    record = PARTY | {"ratified": None, "act": None, "in_force": None}
    found = imported(parties=[record]).node(LU)
    assert found["mla:hasParticipationMode"] == ["participation-mode/signature"]
    assert found["mla:bound"] == ["false"]
    assert "mla:since" not in found


def test_what_a_signatory_did_later_may_be_open(imported: Import) -> None:
    record = PARTY | {
        "ratified": None,
        "act": None,
        "in_force": None,
        "note": "signatory only at the date of the source (2015)",
    }
    found = imported(parties=[record]).node(LU)
    assert "mla:bound" not in found
    assert found["mla:hasParticipationMode"] == ["participation-mode/unsettled"]
    assert found["mla:hasConfidence"] == ["confidence/unsure"]


def test_a_first_signatory_without_a_day_takes_that_of_the_instrument(imported: Import) -> None:
    agreement = CONVENTION | {"kind": "agreement"}
    record = PARTY | {"ratified": None, "act": None, "in_force": None}
    found = imported(instruments=[agreement], parties=[record]).node(LU)
    assert found["mla:since"] == ["1962-06-12"]
    assert found["mla:assumed"] == ["true"]
    assert found["mla:hasConfidence"] == ["confidence/unsure"]


def test_a_party_without_a_day_takes_that_of_the_instrument(imported: Import) -> None:
    record = PARTY | {"signed": None, "ratified": None, "act": "accession", "in_force": None}
    found = imported(parties=[record]).node(LU)
    assert (found["mla:since"], found["mla:assumed"]) == (["1962-06-12"], ["true"])
    assert found["mla:bound"] == ["true"]
    assert found["mla:hasConfidence"] == ["confidence/unsure"]


def test_a_party_without_a_day_is_not_bound_before_its_accession(imported: Import) -> None:
    union = CONVENTION | {"adopted_by": "European Union"}
    record = PARTY | {"state": "HR", "signed": None, "ratified": None, "in_force": None}
    draft = imported(instruments=[union], parties=[record])
    assert draft.value("participation/coe-030-hr", "mla:since") == "2013-07-01"


def test_a_ratification_does_not_bind_before_the_instrument_is_in_force(imported: Import) -> None:
    open_still = CONVENTION | {"entered_into_force": None}
    found = imported(instruments=[open_still], parties=[PARTY | {"in_force": None}]).node(LU)
    assert (found["mla:bound"], found["mla:ratifiedDate"]) == (["false"], ["1976-11-18"])
    assert "mla:since" not in found


def test_provisional_application_is_the_first_day(imported: Import) -> None:
    record = PARTY | {"provisional_from": "1977-01-01"}
    found = imported(parties=[record]).node(LU)
    assert found["mla:since"] == ["1977-01-01"]
    assert found["mla:definitiveSince"] == ["1977-02-16"]


def test_an_agreement_of_the_union_binds_its_members(imported: Import) -> None:
    agreement = CONVENTION | {"adopted_by": "European Union", "kind": "agreement"}
    union = {"state": "EU", "name": "European Union", "kind": "organisation"}
    record = PARTY | {"state": "EU", "act": "conclusion"}
    draft = imported(states=[union], instruments=[agreement], parties=[record])
    found = draft.node("group-participation/coe-030-eu")
    assert found["mla:concernsGroup"] == ["state-group/eu"]
    assert found["mla:since"] == ["1977-02-16"]


def test_assistance_articles_may_apply_before_the_rest(imported: Import) -> None:
    record = PARTY | {
        "signed": None,
        "ratified": None,
        "act": "accession",
        "in_force": "2023-01-01",
        "mla_articles_since": "2013-07-01",
        "participation": "partial",
    }
    found = imported(parties=[record]).node(LU)
    assert found["mla:since"] == ["2013-07-01"]
    assert found["mla:fullySince"] == ["2023-01-01"]
    assert found["mla:inPart"] == ["true"]


def test_both_ends_of_a_period_are_in_force(imported: Import) -> None:
    draft = imported(parties=[PARTY | {"ended": "2023-07-01"}])
    assert draft.value(LU, "mla:until") == "2023-06-30"
    assert draft.outcome("parties.jsonl").status == "changed"


def test_a_date_of_another_source_has_evidence_of_its_own(imported: Import) -> None:
    draft = imported(
        parties=[PARTY | {"signed_source": "https://example.org/b", "ratified_confidence": "known"}]
    )
    assert draft.value(LU, "mla:hasConfidence") == "confidence/seen"
    signed = draft.node("evidence/participation-coe-030-lu-signed-date")
    assert signed["prov:wasDerivedFrom"] == ["source/example-org-b"]
    assert signed["mla:evidenceFor"] == [LU]
    ratified = draft.node("evidence/participation-coe-030-lu-ratified-date")
    assert ratified["mla:hasConfidence"] == ["confidence/known"]
    assert not draft.node("evidence/participation-coe-030-lu-since")


def test_evidence_repeats_the_last_day_as_the_participation_has_it(imported: Import) -> None:
    record = PARTY | {"ended": "2023-07-01", "ended_source": "https://example.org/b"}
    draft = imported(parties=[record])
    found = draft.node("evidence/participation-coe-030-lu-until")
    assert found["prov:wasDerivedFrom"] == ["source/example-org-b"]
    assert found["mla:value"] == draft.node(LU)["mla:until"] == ["2023-06-30"]


def test_a_participation_is_as_sure_as_its_period(imported: Import) -> None:
    draft = imported(parties=[PARTY | {"in_force_confidence": "known"}])
    assert draft.value(LU, "mla:hasConfidence") == "confidence/known"


def test_in_force_before_the_instrument_is_a_contradiction(imported: Import) -> None:
    record = PARTY | {"ratified": "1959-05-01", "in_force": "1960-01-01"}
    draft = imported(parties=[record])
    (found,) = draft.report.contradictions
    assert found.about == LU
    assert {claim.value for claim in found.claims} == {"1960-01-01", "1962-06-12"}


def test_a_note_on_disagreeing_sources_makes_the_dates_unsure(imported: Import) -> None:
    draft = imported(parties=[PARTY | {"note": "One table prints 1977-02-15"}])
    assert draft.value(LU, "mla:hasConfidence") == "confidence/unsure"
    assert [found.about for found in draft.report.contradictions] == [LU]


def test_two_days_for_one_ratification_are_listed_and_neither_is_taken(imported: Import) -> None:
    other = PARTY | {"ratified": "1976-11-19", "source": "https://example.org/other"}
    draft = imported(parties=[PARTY, other])
    found = draft.node(LU)
    assert "mla:ratifiedDate" not in found
    assert found["mla:since"] == ["1977-02-16"]
    (contradiction,) = draft.report.contradictions
    assert contradiction.property == "mla:ratifiedDate"
    assert {(claim.value, claim.source) for claim in contradiction.claims} == {
        ("1976-11-18", "example-org-parties"),
        ("1976-11-19", "example-org-other"),
    }


def test_two_records_that_agree_are_one_node(imported: Import) -> None:
    draft = imported(parties=[PARTY, PARTY | {"source": "https://example.org/zzz"}])
    found = draft.node(LU)
    assert found["prov:wasDerivedFrom"] == ["source/example-org-parties"]
    assert found["mla:corroboratedBy"] == ["source/example-org-zzz"]
    statuses = sorted(o.status for o in draft.report.outcomes if o.file == "parties.jsonl")
    assert statuses == ["merged", "taken"]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"state": "ZZ"}, "state/zz, which nothing describes"),
        ({"instrument": "coe-999"}, "instrument/coe-999, which nothing describes"),
        ({"act": "handshake"}, "participation-mode/handshake, which nothing describes"),
        ({"signed": "1959-04-31"}, "signed is '1959-04-31'"),
        ({"ratified": "1950-01-01"}, "ratified 1950-01-01 lies before signed 1959-04-20"),
        ({"source": None, "confidence": "certain"}, "confidence 'certain' is none of"),
        ({"state": None}, "state is missing"),
    ],
)
def test_a_record_that_does_not_hold_up_is_rejected(
    imported: Import, change: dict[str, object], reason: str
) -> None:
    draft = imported(parties=[PARTY | change])
    outcome = draft.outcome("parties.jsonl")
    assert outcome.status == "rejected"
    assert reason in outcome.details[0]
    assert draft.names("participation") == set()


def test_codes_come_from_the_vocabulary(imported: Import, sources: Sources) -> None:
    path = sources.ontology / "lists.ttl"
    path.write_text(path.read_text().replace("participation-mode/ratification", "other/x"))
    assert imported(parties=[PARTY]).outcome("parties.jsonl").status == "rejected"
