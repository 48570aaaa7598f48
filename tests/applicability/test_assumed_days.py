"""An answer that rests on a first day which a rule filled in says so, and is never known."""

import random
from collections.abc import Iterator

import pytest
from benchmarks.assumed_days import DAYS, NATIONAL_LAW, Referee, Rests, members

from mla_graph.store.embedded import EmbeddedStore

from .conftest import Ask
from .test_properties import EUROPE, MEASURES, OVERSEAS

SAMPLE = 500
Question = tuple[str, str, str, str]


@pytest.fixture(scope="session")
def referee(shipped_store: EmbeddedStore) -> Referee:
    """Works the statuses out without the saved query."""
    return Referee.of(shipped_store)


def judged(referee: Referee, question: Question) -> Rests:
    """What the referee says of a question."""
    requesting, executing, measure, on = question
    states = (f"state/{code.lower()}" for code in (requesting, executing))
    return referee.answer(*states, f"measure/{measure.lower()}", on)


@pytest.fixture(scope="session")
def questions(shipped_store: EmbeddedStore) -> list[Question]:
    """A sample: within the Union on the five days, and anywhere on any of twenty years."""
    rng = random.Random(20261130)
    union = [state.removeprefix("state/").upper() for state in members(shipped_store)]
    everywhere = [*EUROPE.split(), *OVERSEAS.split()]
    found = []
    for number in range(SAMPLE):
        states = union if number % 2 else everywhere
        requesting, executing = rng.sample(states, 2)
        day = rng.choice(DAYS) if number % 2 else f"{rng.randint(2003, 2024)}-06-15"
        found.append((requesting, executing, rng.choice(MEASURES.split()), day))
    return found


def answers(ask: Ask, questions: list[Question]) -> Iterator[tuple[Question, dict[str, dict]]]:
    """The answers of the saved query, rows by instrument."""
    for question in questions:
        names = ("requesting", "executing", "measure", "on")
        rows = ask(**dict(zip(names, question, strict=True)))
        yield (
            question,
            {
                "national-law" if row["status"] == "fallback" else row["instrument"]: row
                for row in rows
            },
        )


def test_the_query_and_the_referee_agree(
    ask: Ask, referee: Referee, questions: list[Question]
) -> None:
    for question, rows in answers(ask, questions):
        expected = {
            name.split("/")[-1]: status
            for name, status in judged(referee, question).statuses.items()
        }
        assert {name: row["status"] for name, row in rows.items()} == expected, question


def test_a_status_that_rests_on_an_assumed_day_says_so(
    ask: Ask, referee: Referee, questions: list[Question]
) -> None:
    resting = 0
    for question, rows in answers(ask, questions):
        for name in judged(referee, question).changing:
            row = rows["national-law" if name == NATIONAL_LAW else name.split("/")[-1]]
            assert row["dates"] == "assumed", (question, name)
            assert row["confidence"] == "unsure", (question, name)
            resting += 1
    assert resting > SAMPLE / 50, "the sample has hardly a status that rests on an assumed day"


def test_an_instrument_that_an_assumed_day_keeps_out_is_told_of(
    ask: Ask, referee: Referee, questions: list[Question]
) -> None:
    for question in questions:
        requesting, executing, measure, on = question
        absent = judged(referee, question).appearing - {NATIONAL_LAW}
        if not absent:
            continue
        warnings = ask(
            "dossier-warnings", requesting=requesting, executing=executing, measure=measure, on=on
        )
        told = {row["about"].split("/")[-1] for row in warnings if row["code"] == "date-assumed"}
        for name in absent:
            key = name.split("/")[-1]
            assert any(about.startswith(f"{key}-") for about in told), (question, name)
