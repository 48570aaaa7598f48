"""Notifications: authorities, languages and channels by instrument."""

from typing import Any

from .conftest import Import

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
