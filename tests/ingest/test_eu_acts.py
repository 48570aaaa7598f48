"""Acts of the European Union: when they bind a state."""

from typing import Any

import pytest

from .conftest import Import

DIRECTIVE = {
    "key": "eu-dir-2014-41",
    "title": "Directive 2014/41/EU",
    "kind": "directive",
    "adopted_by": "European Union",
    "signed": "2014-04-03",
    "entered_into_force": "2014-05-21",
    "transposition_deadline": "2017-05-22",
}
REGULATION = DIRECTIVE | {
    "key": "eu-reg-2018-1805",
    "kind": "regulation",
    "transposition_deadline": None,
    "applies_from": "2020-12-19",
}


def row(**fields: Any) -> dict[str, Any]:
    return {"instrument": "eu-dir-2014-41", "state": "LU", "bound": True, **fields}


@pytest.mark.parametrize(
    ("fields", "since", "assumed"),
    [
        ({"in_force": "2018-09-15"}, "2018-09-15", None),
        ({"in_force": "2017-01-01"}, "2017-01-01", None),
        ({"in_force": "2013-01-01"}, "2014-05-21", None),
        ({}, "2017-05-22", "true"),
        ({"act_date": "2018-08-01"}, "2018-08-01", "true"),
    ],
)
def test_a_directive_binds_from_the_day_of_the_states_own_act(
    imported: Import, fields: dict[str, Any], since: str, assumed: str | None
) -> None:
    draft = imported(instruments=[DIRECTIVE], eu_implementation=[row(**fields)])
    name = "participation/eu-dir-2014-41-lu"
    assert draft.value(name, "mla:since") == since
    assert draft.value(name, "mla:assumed") == assumed
    if assumed:
        assert draft.value(name, "mla:hasConfidence") == "confidence/unsure"


def test_a_later_member_is_bound_from_accession(imported: Import) -> None:
    act = DIRECTIVE | {"transposition_deadline": "2003-01-01"}
    draft = imported(instruments=[act], eu_implementation=[row(state="HR")])
    assert draft.value("participation/eu-dir-2014-41-hr", "mla:since") == "2013-07-01"


def test_a_regulation_needs_no_act_of_the_state(imported: Import) -> None:
    draft = imported(
        instruments=[REGULATION],
        eu_implementation=[row(instrument="eu-reg-2018-1805", ended="2020-12-31")],
    )
    name = "participation/eu-reg-2018-1805-lu"
    assert draft.value(name, "mla:since") == "2020-12-19"
    assert draft.value(name, "mla:until") == "2020-12-31"
    assert draft.value(name, "mla:assumed") is None


def test_a_state_outside_is_not_bound_and_has_no_period(imported: Import) -> None:
    draft = imported(instruments=[DIRECTIVE], eu_implementation=[row(bound=False)])
    found = draft.node("participation/eu-dir-2014-41-lu")
    assert found["mla:bound"] == ["false"]
    assert "mla:since" not in found


def test_the_act_that_transposes_is_a_statute(imported: Import) -> None:
    draft = imported(
        instruments=[DIRECTIVE],
        eu_implementation=[
            row(act_title="Law of 1 August 2018", act_date="2018-08-01", in_force="2018-09-15")
        ],
    )
    assert draft.value("statute/lu-2018-08-01", "eli:first_date_entry_in_force") == "2018-09-15"
    role = draft.node("statutory-role/lu-2018-08-01-transposes-eu-dir-2014-41")
    assert role["mla:fulfilledBy"] == ["statute/lu-2018-08-01"]
    assert role["mla:hasStatuteRole"] == ["statute-role/transposes"]


def test_an_act_without_any_day_binds_nobody(imported: Import) -> None:
    act = DIRECTIVE | {"transposition_deadline": None}
    draft = imported(instruments=[act], eu_implementation=[row()])
    assert "neither applies_from nor" in draft.outcome("eu-implementation.jsonl").details[0]
