"""Notifications: authorities, languages and channels by instrument."""

from typing import Any

from .conftest import CONVENTION, Import

NAME = "notification/coe-030-lu-statute"


def notified(**fields: Any) -> dict[str, Any]:
    return {
        "instrument": "coe-030",
        "state": "LU",
        "basis_type": "statute",
        "source": "https://example.org/act",
    } | fields


def test_authorities_languages_and_channels_hang_on_the_notification(imported: Import) -> None:
    found = imported(
        notifications=[
            notified(
                receiving_authorities=[{"type": "court", "name": "Court", "scope": "at trial"}],
                central_authority={"name": "Ministry of Justice", "role": "assists"},
                languages=[{"lang": "fr"}, {"lang": "en", "urgent_only": True}],
                channels=["direct"],
            )
        ]
    )
    assert found.node(NAME)["mla:usesChannel"] == ["channel/direct"]
    receives = found.node("competence/coe-030-lu-statute-receive-court")
    assert receives["mla:belongsToNotification"] == [NAME]
    assert receives["mla:hasFramework"] == ["framework/mla"]
    assert receives["skos:note"] == ["At trial."]
    assert found.node("competence/coe-030-lu-statute-central-authority-ministry-justice")
    english = found.node("language-rule/coe-030-lu-statute-en-urgent-only")
    assert english["mla:hasLanguageStatus"] == ["language-status/urgent-only"]


def test_what_only_regroups_other_records_is_merged(imported: Import) -> None:
    found = imported(notifications=[notified(basis_type="fiches-merged")])
    outcome = found.outcome("notifications.jsonl")
    assert (outcome.status, outcome.details) == ("merged", ("regroups pages on measures",))


def test_sources_that_disagree_stand_side_by_side_and_are_listed(imported: Import) -> None:
    found = imported(
        notifications=[
            notified(languages=[{"lang": "fr"}]),
            notified(
                basis_type="secondary",
                source="https://example.org/guide",
                languages=[{"lang": "fr"}, {"lang": "en"}],
            ),
        ]
    )
    assert found.names("notification") == {NAME, "notification/coe-030-lu-secondary"}
    (item,) = found.report.contradictions
    assert [claim.value for claim in item.claims] == ["en, fr", "fr"]


def test_brackets_in_brackets_are_no_part_of_the_name(imported: Import) -> None:
    office = {"name": "Ministry of Justice (Articles 13(1), 21(1))", "type": "ministry-of-justice"}
    record = {"instrument": "coe-030", "state": "LU", "basis_type": "statute"}
    draft = imported(notifications=[record | {"receiving_authorities": [office]}])
    assert draft.value("authority/lu-ministry-justice", "rdfs:label") == "Ministry of Justice"
    key = "competence/coe-030-lu-statute-receive-ministry-justice"
    assert draft.value(key, "skos:note") == "Articles 13(1), 21(1)."


def test_the_framework_is_that_of_the_instrument_unless_the_record_names_one(
    imported: Import,
) -> None:
    order = {**CONVENTION, "key": "eu-fd-2003-577", "kind": "framework-decision"}
    world = {**CONVENTION, "key": "un-2000-crime"}
    languages = [{"lang": "fr"}, {"lang": "en", "for": "any"}]
    found = imported(
        instruments=[order, world],
        notifications=[
            notified(instrument="eu-fd-2003-577", languages=languages),
            notified(instrument="un-2000-crime", languages=languages),
        ],
    )
    frameworks = {
        name: found.value(name, "mla:hasFramework") for name in found.names("language-rule")
    }
    assert frameworks == {
        "language-rule/eu-fd-2003-577-lu-statute-fr": "framework/mutual-recognition",
        "language-rule/eu-fd-2003-577-lu-statute-en": "framework/any",
        "language-rule/un-2000-crime-lu-statute-fr": "framework/mla",
        "language-rule/un-2000-crime-lu-statute-en": "framework/any",
    }


def test_a_framework_outside_the_list_is_named(imported: Import) -> None:
    found = imported(notifications=[notified(languages=[{"lang": "fr", "for": "evidence"}])])
    (detail,) = found.outcome("notifications.jsonl").details
    assert "names framework/evidence, which nothing describes" in detail


def test_the_locator_is_the_section_of_the_record(imported: Import) -> None:
    found = imported(notifications=[notified(section="Article 18(14)")])
    assert found.value(NAME, "mla:sourceLocator") == "Article 18(14)"


def test_an_address_may_end_its_host_with_the_dot_of_the_root(imported: Import) -> None:
    spelled = [notified(source=f"https://{host}/act") for host in ("example.org.", "example.org")]
    spelled[1]["state"] = "BE"
    found = imported(notifications=spelled)
    assert len(found.names("source")) == 1
