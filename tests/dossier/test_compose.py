"""What a dossier holds: the rows of the saved queries, on the right path, with their references."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date

import pytest

from mla_graph.dossier.compose import STATEMENTS, understand
from mla_graph.dossier.essentials import TOPICS
from mla_graph.dossier.model import (
    Alternative,
    Answer,
    ApplicableInstrument,
    ApprovingStatute,
    Competence,
    Condition,
    Formality,
    Implementation,
    LanguageRule,
    LegalBasis,
    Reservation,
    Statement,
    TimeLimit,
    Warning,
)
from mla_graph.model.errors import InvalidValue, MissingParameter, UnknownParameter, UnknownValue
from mla_graph.model.namespaces import MLAD
from mla_graph.saved_queries.rows import rows
from mla_graph.saved_queries.run import bind, run

QUESTIONS = (
    "BE LU A.30 2024-05-01",
    "BE LU A.30 2010-01-01",
    "DE DK A.30 2024-05-01",
    "US DE A.22 2024-05-01",
    "FR EE A.12 2024-05-01",
    "DE JP A.30 2024-05-01",
    "FR IE E.1 2021-03-01",
)
ROWS = {"path", "references"}
BETWEEN_TWO = {"stands"}


def key(iri: str) -> str:
    return iri.removeprefix(MLAD).partition("/")[2]


def said(statements) -> Counter:
    """The statements without what the dossier adds to a row."""
    return Counter(
        tuple((name, value) for name, value in asdict(one).items() if name not in ROWS)
        for one in statements
    )


def of_pages(counted: Counter) -> Counter:
    """The rows of pages, without how they stand between two states."""
    return Counter(
        {
            tuple(cell for cell in row if cell[0] not in BETWEEN_TWO): number
            for row, number in counted.items()
            if ("layer", "notification") not in row
        }
    )


def answered(bundle) -> list[Answer]:
    """The rows of a bundle."""
    topics = [getattr(bundle, name) for name in TOPICS.values()]
    return [row for topic in topics if topic for row in topic.rows]


@pytest.fixture
def ask(catalogue, shipped_store):
    def answer(kind: type[Statement], **raw: str) -> Counter:
        query = catalogue.get(STATEMENTS[kind][0])
        names = [column.name for column in query.columns]
        found = rows(run(shipped_store, bind(query, shipped_store, raw)))
        return Counter(tuple((name, row[name]) for name in names) for row in found)

    return answer


@pytest.mark.parametrize("question", QUESTIONS)
def test_it_holds_exactly_the_rows_of_the_saved_queries(make, ask, question) -> None:
    dossier = make(question)
    requesting, executing, measure, on = question.split()
    pair = {"requesting": requesting, "executing": executing, "measure": measure, "on": on}
    page = {"state": executing, "measure": measure}
    assert said(dossier.warnings) == ask(Warning, **pair)
    assert said(dossier.instruments) == ask(ApplicableInstrument, **pair)
    for part, kind in (
        (dossier.implementations, Implementation),
        (dossier.legalBases, LegalBasis),
        (dossier.conditions, Condition),
        (dossier.authorities, Competence),
        (dossier.languages, LanguageRule),
        (dossier.timeLimits, TimeLimit),
        (dossier.formalities, Formality),
        (dossier.alternatives, Alternative),
    ):
        assert of_pages(said(part)) == of_pages(ask(kind, **page))
    answers = [row for one in dossier.essentials.bundles for row in answered(one)]
    assert said(answers) == ask(Answer, **pair)
    statutes, own, others = Counter(), Counter(), Counter()
    for row in dossier.instruments:
        if row.status != "replaced" and "/instrument/" in row.instrument:
            statutes += ask(ApprovingStatute, state=executing, instrument=row.instrument)
            own += ask(Reservation, state=executing, instrument=row.instrument)
            others += ask(Reservation, state=requesting, instrument=row.instrument)
    assert said(dossier.approvingStatutes) == statutes
    assert said(dossier.declarations) == own
    assert said(dossier.heldAgainst) == others


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_fact_has_a_reference_and_every_reference_is_used(make, question) -> None:
    dossier = make(question)
    statements = list(members(asdict(dossier)))
    facts = [one for one in statements if one.get("source") and "references" in one]
    assert all(one["references"] for one in facts)
    used = {n for one in statements for n in one.get("references", ()) if isinstance(n, int)}
    assert used == {reference.number for reference in dossier.references}
    by_number = {reference.number: reference for reference in dossier.references}
    for one in facts:
        assert one["source"] in {by_number[number].source for number in one["references"]}
    assert all(reference.title and reference.publisher for reference in dossier.references)


def members(value) -> Iterator[dict]:
    """Every object in a dossier."""
    if isinstance(value, dict):
        yield value
    for member in value.values() if isinstance(value, dict) else value:
        if isinstance(member, dict | list):
            yield from members(member)


def test_parts_stand_as_the_essentials_say(make) -> None:
    dossier = make("FR LU A.30 2024-05-01")
    stands = {}
    for one in dossier.essentials.bundles:
        for row in answered(one):
            stands.setdefault(row.fact, row.stands)
    heard = [*dossier.authorities, *dossier.languages, *dossier.timeLimits]
    facts = (
        *(row.competence for row in dossier.authorities),
        *(row.languageRule for row in dossier.languages),
        *(row.timeLimit for row in dossier.timeLimits),
    )
    for row, fact in zip(heard, facts, strict=True):
        assert row.stands == stands.get(fact)
        assert row.stands is None or row.path == "first"
    assert {"decides", "adds"} <= {row.stands for row in heard}


def test_the_first_bundle_stands_by_itself_too(make) -> None:
    essentials = make("FR LU A.30 2024-05-01").essentials
    assert essentials.bundle == essentials.bundles[0].bundle
    assert essentials.language == essentials.bundles[0].language
    assert essentials.language.text == "German; English; French"
    assert essentials.timeLimit.text.startswith(
        "The decision on recognition is taken within 30 days"
    )


def test_what_begins_soon_is_told(make) -> None:
    dossier = make("AT CZ D.1 2026-11-30")
    assert [w.about for w in dossier.essentials.beware if w.code == "begins"] == [
        f"{MLAD}instrument/eu-reg-2024-3011"
    ]


def test_a_reference_names_section_and_day_of_review(make) -> None:
    dossier = make("BE LU A.30 2024-05-01")
    [page] = dossier.implementations
    [number] = page.references
    reference = next(one for one in dossier.references if one.number == number)
    assert key(reference.source) == "ejn-lu-a.30"
    assert reference.section == "Measure Implementation"
    assert reference.reviewedDate == page.reviewedDate == "2022-05-31"
    assert reference.page and "A.30" in reference.page


def test_an_instrument_refers_to_how_each_state_takes_part(make) -> None:
    dossier = make("DE DK A.30 2024-05-01")
    governing = next(row for row in dossier.instruments if row.status == "governs")
    sections = {dossier.references[number - 1].section for number in governing.references}
    assert any(section and "DE" in section for section in sections)
    assert any(section and "DK" in section for section in sections)


def on_path(statements, path: str, column: str) -> set[str]:
    return {getattr(one, column) for one in statements if one.path == path}


def test_under_the_investigation_order_its_rules_come_first(make) -> None:
    dossier = make("BE LU A.30 2024-05-01")
    assert on_path(dossier.languages, "first", "framework") == {"eio"}
    assert on_path(dossier.languages, "other", "framework") == {"mla"}
    pages = [one for one in dossier.authorities if one.layer == "page"]
    assert on_path(pages, "first", "framework") == {"eio"}
    assert on_path(dossier.formalities, "first", "framework") == {"eio", "any"}
    limits = {key(basis) for basis in on_path(dossier.conditions, "first", "basis")}
    assert "eu-dir-2014-41" in limits and "coe-141" in limits
    assert not limits & {"coe-030", "coe-099", "lu-2000-08-08"}


def test_before_it_the_rules_of_assistance_come_first(make) -> None:
    dossier = make("BE LU A.30 2010-01-01")
    assert on_path(dossier.languages, "first", "framework") == {"mla"}
    assert on_path(dossier.languages, "other", "framework") == {"eio"}
    limits = {key(basis) for basis in on_path(dossier.conditions, "first", "basis")}
    assert {"coe-030", "coe-099", "benelux-1962"} <= limits
    assert "eu-dir-2014-41" not in limits


def test_a_condition_on_two_bases_is_first_only_under_the_one_that_applies(make) -> None:
    dossier = make("DK LU A.30 1990-01-01")
    assert "coe-099" not in {key(row.instrument) for row in dossier.instruments}
    paths = {
        key(row.basis): row.path
        for row in dossier.conditions
        if "principle of opportunity" in row.label
    }
    assert paths == {"coe-030": "first", "coe-099": "other"}


def test_a_statute_for_other_states_is_first_for_them_alone(make) -> None:
    def path(question: str) -> str:
        [basis] = [b for b in make(question).legalBases if key(b.basis) == "lu-2000-08-08"]
        return basis.path

    assert path("BE LU A.30 2024-05-01") == "other"
    assert path("DK LU A.30 2024-05-01") == "first"


def test_declarations_that_bear_on_a_search_come_first(make) -> None:
    dossier = make("DK LU A.30 2024-05-01")
    first = {
        row.provision
        for row in dossier.declarations
        if row.path == "first" and "coe-030" in row.reservation
    }
    assert {"Art. 5", "Art. 16"} <= first <= {"Art. 2", "Art. 5", "Art. 15", "Art. 16", "Art. 24"}
    assert all(row.code == "LU" for row in dossier.declarations)
    assert dossier.heldAgainst and all(row.code == "DK" for row in dossier.heldAgainst)


def test_without_a_page_it_says_so_and_gives_the_instruments(make) -> None:
    dossier = make("DE JP A.30 2024-05-01")
    assert "no-fiche" in {warning.code for warning in dossier.warnings}
    assert not dossier.implementations and not dossier.conditions
    assert [key(row.instrument) for row in dossier.instruments if row.status == "governs"] == [
        "eu-jp-mla-2009"
    ]


def test_labels_come_in_the_language_asked_for(make) -> None:
    dossier = make("BE LU A.30 2024-05-01", lang="de")
    assert dossier.question.requesting.label == "Belgien"
    assert "Rechtsberatung" in dossier.warnings[-1].label
    assert dossier.instruments[0].label.startswith("Richtlinie")


def test_confidence_is_a_minimum_for_every_part(make) -> None:
    dossier = make("BE LU A.30 2010-01-01", confidence="seen")
    parts = [part for part in asdict(dossier).values() if isinstance(part, list)]
    levels = {one["confidence"] for part in parts for one in part if "confidence" in one}
    assert levels == {"seen"}
    assert dossier.question.confidence == "seen"


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"requesting": []}, MissingParameter),
        ({"measure": []}, MissingParameter),
        ({"executing": ["XX"]}, UnknownValue),
        ({"on": ["yesterday"]}, InvalidValue),
        ({"executing": ["BE"]}, InvalidValue),
        ({"state": ["LU"]}, UnknownParameter),
    ],
)
def test_what_cannot_be_understood_is_refused(catalogue, shipped_store, changes, error) -> None:
    raw = {"requesting": ["BE"], "executing": ["LU"], "measure": ["A.30"], **changes}
    with pytest.raises(error) as found:
        understand(catalogue, shipped_store, raw)
    assert found.value.extensions["parameter"] in changes


def test_the_day_is_today_unless_given(catalogue, shipped_store) -> None:
    raw = {"requesting": ["BE"], "executing": ["LU"], "measure": ["A.30"]}
    asked = understand(catalogue, shipped_store, raw, today=date(2031, 2, 3))
    assert (asked.on, asked.depends_on_today) == ("2031-02-03", True)
    asked = understand(catalogue, shipped_store, {**raw, "on": ["2024-05-01"]})
    assert not asked.depends_on_today
