"""What holds of the essentials of every question, whoever asks whom for what and when."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from random import Random
from typing import NamedTuple

import pyoxigraph as ox
import pytest

from mla_graph.store.embedded import EmbeddedStore

from .conftest import Ask, Row, shown
from .test_properties import FIRST, LAST

SEED = 20261130
FEW, MANY = 120, 20_000
FIVE = ("basis", "authority", "language", "time-limit", "dual-criminality")
HEARD = ("governs", "supplements", "fallback")

SPOKEN = """
    PREFIX mla: <https://w3id.org/mla-graph/ontology#>
    PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
    SELECT ?fact ?state ?frame ?measure ?from ?to ?question ?toward ?except
    WHERE {
      ?fact mla:speaksOf/skos:notation ?state ;
        mla:speaksIn ?frame ;
        mla:answersFor ?of ;
        mla:answersQuestion/skos:notation ?question ;
        mla:speaksFrom ?from ;
        mla:speaksTo ?to .
      OPTIONAL { ?of a mla:Measure ; skos:notation ?measure FILTER(REGEX(?measure, "^[A-G]")) }
      OPTIONAL { ?fact mla:towardsState/skos:notation ?toward }
      OPTIONAL {
        SELECT ?fact (GROUP_CONCAT(?code; separator=" ") AS ?except)
        WHERE { ?fact mla:leavesOut|mla:exceptsState ?excepted . ?excepted skos:notation ?code }
        GROUP BY ?fact
      }
    }
"""
"""What states say: of which state, in which frame, for which measure (all, if none), when."""
FRAMES = """
    PREFIX mla: <https://w3id.org/mla-graph/ontology#>
    SELECT ?basis ?frame WHERE { ?basis mla:hears|mla:hearsBeside ?frame }
"""


class Voice(NamedTuple):
    """One fact that a state says."""

    fact: str
    frame: str
    measure: str
    first: str
    last: str
    question: str
    toward: str
    excepted: str


@pytest.fixture(scope="session")
def voices(shipped_store: EmbeddedStore) -> Mapping[str, list[Voice]]:
    """What each state says."""
    found = defaultdict(list)
    answer = shipped_store.query(SPOKEN)
    assert isinstance(answer, ox.QuerySolutions)
    for row in answer:
        cells = {v.value: shown(row[v].value) if row[v] else "" for v in answer.variables}
        state = cells.pop("state")
        found[state].append(
            Voice(cells["fact"], cells["frame"], cells["measure"], cells["from"], cells["to"],
                  cells["question"], cells["toward"], cells["except"])
        )  # fmt: skip
    return found


@pytest.fixture(scope="session")
def frames(shipped_store: EmbeddedStore) -> Mapping[str, set[str]]:
    """In which frames each basis hears what states say."""
    found = defaultdict(set)
    answer = shipped_store.query(FRAMES)
    assert isinstance(answer, ox.QuerySolutions)
    for row in answer:
        found[shown(row["basis"].value)].add(shown(row["frame"].value))
    return found


def questions(ask: Ask, number: int) -> Iterator[dict[str, str]]:
    """Random questions: any two states, any measure, any day."""
    random = Random(SEED)
    states = [row["code"] for row in ask("states") if row["code"] != "EU"]
    measures = [row["code"] for row in ask("measures")]
    for _ in range(number):
        requesting, executing = random.sample(states, 2)
        day = FIRST + (LAST - FIRST) * random.random() ** 0.3
        yield {
            "requesting": requesting,
            "executing": executing,
            "measure": random.choice(measures),
            "on": day.isoformat(),
        }


def check(
    ask: Ask,
    asked: Mapping[str, str],
    voices: Mapping[str, list[Voice]],
    frames: Mapping[str, set[str]],
) -> list[str]:
    """What is wrong with one answer, in lines to read."""
    answer = ask("essentials", **asked)
    heads = {
        row["bundle"]: row["basisStatus"]
        for row in answer
        if row["question"] == "basis" and row["basis"] == row["bundle"]
    }
    heard = {bundle for bundle, status in heads.items() if status in HEARD}
    lines = [
        f"{bundle}: nothing on {question}"
        for bundle in heard
        for question in FIVE
        if not any(row["bundle"] == bundle and row["question"] == question for row in answer)
    ]
    lines += [f"{row['fact']}: of {row['since']}" for row in answer if row["since"] > asked["on"]]
    lines += [
        f"{row['bundle']}: a row of {row['basis']} decides in it, which is no part of it"
        for row in answer
        if row["stands"] == "decides" and row["basis"] not in members(answer, row["bundle"])
    ]
    said = {row["fact"] for row in answer}
    for voice in voices.get(asked["executing"], ()):
        # What is said of no single instrument belongs to the head of a bundle.
        audible = voice.frame in bases(answer, heard) or any(
            voice.frame in frames[head] for head in heard
        )
        if (
            audible
            and voice.question != "issuing"
            and voice.measure in ("", asked["measure"])
            and voice.first <= asked["on"] <= voice.last
            and voice.toward in ("", asked["requesting"])
            and not {asked["measure"], asked["requesting"]} & set(voice.excepted.split())
            and voice.fact not in said
        ):
            lines.append(f"{voice.fact} is not heard")
    return lines


def members(answer: list[Row], bundle: str) -> set[str]:
    """The bases that form a bundle."""
    return {
        row["basis"] for row in answer if row["question"] == "basis" and row["bundle"] == bundle
    }


def bases(answer: list[Row], heard: set[str]) -> set[str]:
    """The bases on which states are heard: not what is replaced, nor what is for other offences."""
    return {
        row["basis"]
        for row in answer
        if row["question"] == "basis" and row["bundle"] in heard and row["basisStatus"] in HEARD
    }


def wrong(ask: Ask, number: int, voices, frames) -> list[str]:
    return [
        f"{' '.join(asked.values())}: {line}"
        for asked in questions(ask, number)
        for line in check(ask, asked, voices, frames)
    ]


def test_every_voice_is_heard_and_every_question_has_an_answer(ask, voices, frames) -> None:
    assert wrong(ask, FEW, voices, frames) == []


@pytest.mark.slow
def test_so_it_is_with_20000_questions(ask, voices, frames) -> None:
    assert wrong(ask, MANY, voices, frames) == []
