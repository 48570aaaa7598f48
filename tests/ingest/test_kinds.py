"""Records of the other kinds and their nodes."""

from collections.abc import Callable
from typing import Any, ClassVar

import pytest

from .conftest import CONVENTION, PARTY, STATES, Import

PROTOCOL = CONVENTION | {
    "key": "coe-099",
    "title": "Additional Protocol",
    "kind": "protocol",
    "protocol_to": "coe-030",
}


def statement(**fields: Any) -> dict[str, Any]:
    return {
        "instrument": "coe-030",
        "state": "LU",
        "article": "16",
        "kind": "declaration",
        "date": "1976-11-18",
        "topic": "languages",
        "effect": "Requests come with a translation into French.",
        "values": [{"what": "accepted-language", "value": "fr"}],
        "source": "https://example.org/declarations",
        **fields,
    }


class TestStates:
    def test_names_come_in_three_languages(self, imported: Import) -> None:
        found = imported().node("state/be")
        assert found["skos:prefLabel"] == ["Belgien", "Belgique", "Belgium"]
        assert found["skos:notation"] == ["BE"]

    def test_memberships_are_nodes_with_their_last_day(self, imported: Import) -> None:
        russia = {
            "state": "RU",
            "name": "Russia",
            "coe_member_since": "1996-02-28",
            "coe_left": "2022-03-16",
        }
        found = imported(states=[russia]).node("group-membership/council-of-europe-ru")
        assert found["mla:since"] == ["1996-02-28"]
        assert found["mla:until"] == ["2022-03-15"]

    def test_a_territory_is_part_of_a_state(self, imported: Import) -> None:
        gibraltar = {"state": "GI", "name": "Gibraltar", "kind": "territory", "part_of": "BE"}
        draft = imported(states=[*STATES, gibraltar])
        assert draft.value("state/gi", "mla:partOfState") == "state/be"

    def test_the_number_in_addresses_keeps_its_source(self, imported: Import) -> None:
        draft = imported(
            ejn_country_ids=[
                {"state": "LU", "ejn_country_id": "314", "source": "https://example.org/314"}
            ]
        )
        assert draft.value("state/lu", "mla:ejnCountryNumber") == "314"
        evidence = draft.node("evidence/state-lu-ejn-country-number")
        assert evidence["prov:wasDerivedFrom"] == ["source/example-org-314"]


class TestInstruments:
    def test_a_protocol_is_related_to_its_convention(self, imported: Import) -> None:
        draft = imported(instruments=[CONVENTION, PROTOCOL])
        (name,) = draft.names("instrument-relation")
        assert draft.value(name, "mla:hasRelationType") == "relation-type/protocol-to"
        assert draft.value(name, "mla:toInstrument") == "instrument/coe-030"

    def test_replacing_said_from_both_sides_is_one_relation(self, imported: Import) -> None:
        newer = PROTOCOL | {"protocol_to": None, "replaces": [{"key": "coe-030", "scope": "all"}]}
        older = CONVENTION | {"replaced_by": ["coe-099"]}
        draft = imported(instruments=[older, newer])
        (name,) = draft.names("instrument-relation")
        assert draft.value(name, "mla:fromInstrument") == "instrument/coe-099"
        assert draft.value(name, "skos:note") == "all"

    def test_an_act_that_amends_does_not_supplement(self, imported: Import) -> None:
        amending = PROTOCOL | {
            "title": "Directive amending another",
            "protocol_to": None,
            "supplements": ["coe-030"],
        }
        draft = imported(instruments=[CONVENTION, amending])
        (name,) = draft.names("instrument-relation")
        assert draft.value(name, "mla:hasRelationType") == "relation-type/amends"

    def test_dates_outside_the_fields_seen_are_general_knowledge(self, imported: Import) -> None:
        record = CONVENTION | {"source": "https://example.org/t", "seen_fields": ["signed"]}
        draft = imported(instruments=[record])
        assert draft.value("instrument/coe-030", "mla:hasConfidence") == "confidence/known"
        signed = draft.node("evidence/instrument-coe-030-signed-date")
        assert signed["mla:hasConfidence"] == ["confidence/seen"]


class TestBilateral:
    RECORD: ClassVar[dict[str, Any]] = {
        "key": "bilat-be-us-1988",
        "title": "Treaty between Belgium and the United States",
        "kind": "treaty",
        "signed": "1988-01-28",
        "entered_into_force": "2000-01-01",
        "parties": ["BE", "US"],
    }

    def test_both_states_take_part(self, imported: Import) -> None:
        draft = imported(bilateral=[self.RECORD])
        assert draft.names("participation") == {
            "participation/bilat-be-us-1988-be",
            "participation/bilat-be-us-1988-us",
        }
        assert draft.value("participation/bilat-be-us-1988-us", "mla:since") == "2000-01-01"

    def test_an_entry_into_force_that_was_not_seen_is_unknown(self, imported: Import) -> None:
        draft = imported(bilateral=[self.RECORD | {"entered_into_force": None}])
        found = draft.node("participation/bilat-be-us-1988-be")
        assert "mla:bound" not in found
        assert "mla:since" not in found

    @pytest.mark.parametrize("parties", [["BE"], ["BE", "BE"], ["BE", "ZZ"]])
    def test_two_known_states_are_needed(self, imported: Import, parties: list[str]) -> None:
        draft = imported(bilateral=[self.RECORD | {"parties": parties}])
        assert draft.outcome("bilateral.jsonl").status == "rejected"
        assert draft.names("instrument") == {"instrument/coe-030"}


class TestProvisions:
    RECORD: ClassVar[dict[str, Any]] = {
        "instrument": "coe-030",
        "article": "12(3)",
        "topic": "time-limits",
        "summary": "Decision within thirty days; it can be put off.",
        "values": [{"what": "recognition", "value": "P30D"}],
    }

    def test_a_provision_has_number_topic_and_a_short_label(self, imported: Import) -> None:
        draft = imported(provisions=[self.RECORD])
        found = draft.node("provision/coe-030-art-12-3")
        assert found["rdfs:label"] == ["Decision within thirty days"]
        assert found["mla:citation"] == ["Art. 12(3)"]
        assert found["mla:hasTopic"] == ["topic/time-limits"]
        laid_down = draft.node("stipulation/provision-coe-030-art-12-3-1")
        assert laid_down["mla:value"] == ["P30D"]
        assert laid_down["mla:hasStipulationType"] == ["stipulation-type/recognition-period"]

    def test_a_value_counts_in_its_unit(self, imported: Import) -> None:
        values = [{"what": "recognition", "value": "10 working days"}]
        draft = imported(provisions=[self.RECORD | {"values": values}])
        found = draft.node("stipulation/provision-coe-030-art-12-3-1")
        assert (found["mla:value"], found["mla:hasUnit"]) == (["10"], ["unit/working-day"])

    @pytest.mark.parametrize(
        "value", [{"what": "recognition", "value": "soon"}, {"what": "colour", "value": "P1D"}]
    )
    def test_a_value_of_no_known_form_is_refused(
        self, imported: Import, value: dict[str, str]
    ) -> None:
        draft = imported(provisions=[self.RECORD | {"values": [value]}])
        assert draft.outcome("provisions.jsonl").status == "rejected"

    def test_its_own_record_beats_a_mere_reference(self, imported: Import) -> None:
        record = self.RECORD | {"article": "16", "values": []}
        draft = imported(parties=[PARTY], provisions=[record], reservations=[statement()])
        found = draft.node("provision/coe-030-art-16")
        assert found["prov:wasDerivedFrom"] == ["source/general-knowledge"]
        assert draft.outcome("provisions.jsonl").status == "taken"


class TestReservations:
    NAME: ClassVar[str] = "reservation/coe-030-lu-art-16-declaration"

    def test_a_statement_hangs_on_participation_and_provision(self, imported: Import) -> None:
        draft = imported(parties=[PARTY], reservations=[statement()])
        found = draft.node(self.NAME)
        assert found["mla:madeUnder"] == ["participation/coe-030-lu"]
        assert found["mla:modifiesProvision"] == ["provision/coe-030-art-16"]
        assert found["mla:declaredDate"] == ["1976-11-18"]
        assert draft.value("provision/coe-030-art-16", "mla:citation") == "Art. 16"
        laid_down = draft.node("stipulation/reservation-coe-030-lu-art-16-declaration-1")
        assert laid_down["mla:namesLanguage"][0].endswith("/FRA")

    def test_several_statements_on_one_article_stand_side_by_side(self, imported: Import) -> None:
        later = statement(date="2000-01-01", effect="English too.")
        draft = imported(parties=[PARTY], reservations=[later, statement()])
        assert draft.value(f"{self.NAME}-1", "mla:declaredDate") == "1976-11-18"
        assert draft.value(f"{self.NAME}-2", "mla:declaredDate") == "2000-01-01"

    def test_a_named_office_becomes_an_authority(self, imported: Import) -> None:
        values = [{"what": "central-authority", "value": "Ministry of Justice (urgent cases)"}]
        draft = imported(parties=[PARTY], reservations=[statement(values=values)])
        assert draft.value("authority/lu-ministry-justice", "rdfs:label") == "Ministry of Justice"

    def test_a_statement_by_no_party_is_refused(self, imported: Import) -> None:
        outcome = imported(reservations=[statement()]).outcome("reservations.jsonl")
        assert outcome.status == "rejected"
        assert "participation/coe-030-lu, which nothing describes" in outcome.details[0]

    def test_a_language_outside_the_list_is_refused(self, imported: Import) -> None:
        values = [{"what": "accepted-language", "value": "tlh"}]
        draft = imported(parties=[PARTY], reservations=[statement(values=values)])
        assert "'tlh' is not in the list" in draft.outcome("reservations.jsonl").details[0]


class TestMeasures:
    CURRENT: ClassVar[dict[str, Any]] = {
        "record": "measure",
        "catalogue": "current",
        "code": "A.30",
        "old_codes": ["601", "602"],
        "title": "Search and seizure",
        "theme": "Securing evidence",
        "theme_code_range": "A.30 - A.32",
        "note": "Match with 602 is by content.",
    }
    THEME: ClassVar[dict[str, Any]] = {
        "record": "theme",
        "catalogue": "current",
        "theme": "Securing evidence",
        "theme_code_range": "A.30 - A.32",
    }

    def old(self, number: str) -> dict[str, Any]:
        return {
            "record": "measure",
            "catalogue": "old",
            "code": "A.30",
            "old_code": number,
            "title": f"Old {number}",
            "theme": "Old searches",
        }

    def test_old_numbers_lead_to_the_measure_where_that_is_certain(self, imported: Import) -> None:
        draft = imported(measures=[self.THEME, self.CURRENT, self.old("601"), self.old("602")])
        assert draft.node("measure/a.30")["mla:oldCode"] == ["601"]
        assert draft.value("old-measure/601", "mla:succeededBy") == "measure/a.30"
        assert draft.value("old-measure/602", "mla:succeededBy") is None
        assert draft.value("old-measure/602", "mla:resembles") == "measure/a.30"

    def test_a_kept_measure_gets_its_old_numbers_only(
        self, imported: Import, keep: Callable[[str], None]
    ) -> None:
        keep('measure:a.30 a mla:Measure ; skos:prefLabel "Search and seizure"@en .')
        draft = imported(measures=[self.CURRENT])
        assert draft.node("measure/a.30") == {"mla:oldCode": ["601"]}
