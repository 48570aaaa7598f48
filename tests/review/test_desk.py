"""A person decides on each fact of a page, and the graph says so."""

from collections.abc import Callable
from pathlib import Path

import pytest

from mla_graph.model.errors import InvalidValue, UnreadableInput
from mla_graph.model.sources import Sources
from mla_graph.review.decisions import beside
from mla_graph.review.desk import Desk
from mla_graph.review.values import fields

from .conftest import decide_all, written

LU = "implementations/lu/a.30.ttl"
EXECUTION = "time-limit/lu-a.30-any"


def test_each_fact_is_compared_with_the_graph(desk: Desk) -> None:
    page = desk.open("lu.html")
    assert (page.version, page.kept) == ("newer", "2020-01-01")
    changes = {fact.id: fact.change for fact in page.facts}
    assert changes["legal-basis/lu-a.30-eio"] == "same"
    assert changes["legal-basis/lu-a.30-old"] == "missing"
    assert changes["implementation/lu-a.30"] == changes[EXECUTION] == "changed"
    assert {id for id, change in changes.items() if change == "new"} == {
        "competence/lu-a.30-eio-receive-high-prosecutor",
        "language-rule/lu-a.30-any-fr",
    }
    fact = next(fact for fact in page.facts if fact.id == EXECUTION)
    assert fact.before
    assert [fields(node)["mla:value"] for node in (fact.before, fact.proposal)] == ["P60D", "P90D"]


def test_what_a_fact_was_read_from_is_marked(desk: Desk) -> None:
    found = {
        (section, piece.text): piece
        for section, pieces in desk.open("lu.html").sections.items()
        for piece in pieces
    }
    assert found["Execution deadline", "Execution within 90 days of receipt."].facts == (EXECUTION,)
    assert found["Legal Framework", "Directive 2014/41/EU"].facts == ("legal-basis/lu-a.30-eio",)
    assert found["Accepted languages", "French"].facts == ("language-rule/lu-a.30-any-fr",)
    missed = {(section, text) for (section, text), piece in found.items() if piece.missed}
    assert missed == {
        ("Measure Implementation", "A short tale of it."),
        ("Special requirements", "Bring three stamps."),
    }


def test_decisions_are_the_provenance_of_the_facts(desk: Desk) -> None:
    decide_all(desk, "lu.html", any_fr="rejected", any="changed P30D")
    nodes = written(desk.out / LU)
    assert "language-rule/lu-a.30-any-fr" not in nodes
    assert nodes[EXECUTION]["value"] == {"P30D"}
    assert nodes[EXECUTION]["hasReviewDecision"] == {"review-decision/changed"}
    kept = nodes["legal-basis/lu-a.30-eio"]
    assert kept["hasReviewDecision"] == {"review-decision/accepted"}
    assert kept["note"] == {"Words of a curator."}
    for node in nodes.values():
        assert node["wasAttributedTo"] == {"agent/jane-doe"}
        assert node["hasConfidence"] == {"confidence/seen"}
        assert len(node["decidedDate"]) == 1
    assert "agent/jane-doe" in written(desk.out / "agents.ttl")


def test_nothing_is_written_before_the_last_decision(desk: Desk) -> None:
    *facts, last = desk.open("lu.html").facts
    for fact in facts:
        desk.decide("lu.html", fact.id, "accepted", {})
    assert not desk.out.exists()
    desk.decide("lu.html", last.id, "rejected", {})
    assert (desk.out / LU).exists()


def test_decisions_survive_a_restart_and_count_for_what_was_proposed(
    open_desk: Callable[[], Desk], folder: Path
) -> None:
    open_desk().decide("lu.html", EXECUTION, "accepted", {})
    desk = open_desk()
    page = desk.open("lu.html")
    assert len(page.undecided) == len(page.facts) - 1
    assert desk.progress("lu.html") == (1, len(page.facts))
    text = (folder / "lu.html").read_text()
    (folder / "lu.html").write_text(text.replace("90 days", "80 days"))
    page = open_desk().open("lu.html")
    assert len(page.undecided) == len(page.facts)
    desk.decide("lu.html", EXECUTION, "undecided", {})
    assert not desk.open("lu.html").decisions.facts


def test_a_damaged_file_of_decisions_is_named(desk: Desk, folder: Path) -> None:
    beside(folder / "lu.html").write_text('{"facts": 1}')
    with pytest.raises(UnreadableInput, match=r"lu\.html\.decisions\.json"):
        desk.open("lu.html")


def test_a_newer_version_supersedes_the_one_in_the_graph(desk: Desk) -> None:
    decide_all(desk, "lu.html", old="rejected")
    new, old = written(desk.out / LU), written(desk.out / "implementations/lu/a.30-2020-01-01.ttl")
    page = new["implementation/lu-a.30"]
    assert page["hasPageStatus"] == {"page-status/current"}
    assert page["reviewedDate"] == {"2022-05-31"}
    assert page["hasAvailability"] == {"availability/yes"}
    assert "A note of a curator." in page["editorialNote"]
    before = old["implementation/lu-a.30-2020-01-01"]
    assert before["hasPageStatus"] == {"page-status/superseded"}
    assert before["reviewedDate"] == {"2020-01-01"}
    assert before["wasDerivedFrom"] == {"source/ejn-lu-a.30-2020-01-01"}
    assert old["time-limit/lu-a.30-2020-01-01-any"]["value"] == {"P60D"}
    assert {
        owner for node in old.values() for owner in node.get("belongsToImplementation", ())
    } == {"implementation/lu-a.30-2020-01-01"}
    gone = written(desk.out / "replaced-keys/legal-basis.ttl")["legal-basis/lu-a.30-old"]
    assert gone["isReplacedBy"] == {"legal-basis/lu-a.30-2020-01-01-old"}
    source = written(desk.out / "sources/ejn-lu-a.30.ttl")["source/ejn-lu-a.30"]
    assert source["reviewedDate"] == {"2022-05-31"}
    assert "page" in source
    copy = written(desk.out / "sources/ejn-lu-a.30-2020-01-01.ttl")
    assert copy["source/ejn-lu-a.30-2020-01-01"]["reviewedDate"] == {"2020-01-01"}
    assert "page" not in copy["source/ejn-lu-a.30-2020-01-01"]


def test_an_older_version_changes_nothing(desk: Desk, folder: Path) -> None:
    text = (folder / "lu.html").read_text()
    (folder / "lu.html").write_text(text.replace("31 May 2022", "31 May 2012"))
    decide_all(desk, "lu.html")
    page = desk.open("lu.html")
    assert (page.version, page.undecided) == ("older", [])
    assert not desk.out.exists()


def test_notes_stay_until_they_are_settled(desk: Desk) -> None:
    notes = desk.open("lu.html").notes
    assert len(notes) > 1
    form = {"status": ["outdated"], "retrieved": ["2026-01-02"], "settled": notes[1:]}
    desk.settle("lu.html", form)
    decide_all(desk, "lu.html")
    page = written(desk.out / LU)["implementation/lu-a.30"]
    assert page["editorialNote"] == {"A note of a curator.", notes[0]}
    assert page["hasPageStatus"] == {"page-status/outdated"}
    source = written(desk.out / "sources/ejn-lu-a.30.ttl")["source/ejn-lu-a.30"]
    assert source["retrievedDate"] == {"2026-01-02"}
    assert not (desk.out / "implementations/lu/a.30-2020-01-01.ttl").exists()


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("mla:value", "two weeks", "no period"),
        ("mla:startsOn", "start-event:never", "does not describe"),
        ("mla:hasFramework", "<script>", "does not describe"),
    ],
)
def test_a_value_that_is_none_is_refused(desk: Desk, name: str, value: str, said: str) -> None:
    fact = next(fact for fact in desk.open("lu.html").facts if fact.id == EXECUTION)
    with pytest.raises(InvalidValue, match=said):
        desk.decide("lu.html", EXECUTION, "changed", fields(fact.proposal) | {name: value})
    assert not desk.open("lu.html").decisions.facts


def test_what_only_a_person_can_say_is_asked_for(desk: Desk, folder: Path) -> None:
    text = (folder / "lu.html").read_text()
    act = "Directive 2014/41/EU<br>Legal basis: Act of 8 August 2000."
    (folder / "lu.html").write_text(text.replace("Directive 2014/41/EU", act))
    fact = next(fact for fact in desk.open("lu.html").facts if fact.needs)
    with pytest.raises(InvalidValue, match="appliesToGroup"):
        desk.decide("lu.html", fact.id, "accepted", {})
    given = fields(fact.proposal) | {"mla:appliesToGroup": "applies-to:any"}
    desk.decide("lu.html", fact.id, "changed", given)


@pytest.mark.slow
def test_the_result_conforms(tmp_path: Path) -> None:
    from tests.ingest.saved_pages import ADDRESS, as_headings

    from mla_graph.validation.run import validate_paths

    sections = {
        "Measure Implementation": "Yes, this measure is possible.",
        "Legal Framework": "Directive 2014/41/EU",
        "Competent Authority": "EIO: General State Prosecutor",
        "Accepted languages": "EIOs: French",
        "Execution deadline": "The decision on the recognition of the EIO is taken within 45 days.",
    }
    page = as_headings(sections, review="Last reviewed on 1 June 2026 by EJN Secretariat")
    (tmp_path / "lu.html").write_text(page.replace("about:blank", ADDRESS))
    desk = Desk(tmp_path, tmp_path / "out", "Jane Doe", Sources.shipped())
    decide_all(desk, "lu.html")
    assert validate_paths([tmp_path / "out"], Sources.shipped()).conforms
