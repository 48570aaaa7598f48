"""A draft says nothing that no record said: no day, no status, no word for a missing value."""

import re
from typing import Any

import pytest

from .conftest import CONVENTION, PARTY, STATES, Import

MEASURES: list[dict[str, Any]] = [
    {
        "record": "theme",
        "catalogue": "current",
        "theme": "Surveillance",
        "theme_code_range": "A.70 - A.73",
    },
    {
        "record": "measure",
        "catalogue": "current",
        "code": "A.73",
        "title": "Controlled deliveries",
        "theme": "Surveillance",
    },
]
ELSEWHERE = {
    "state": "LU",
    "measure": "A.73",
    "source": "https://example.org/lu/a.73",
    "availability": "yes",
}
KINDS: dict[str, list[dict[str, Any]]] = {
    "fiches": [ELSEWHERE],
    "parties": [PARTY],
    "provisions": [
        {"instrument": "coe-030", "article": "14", "topic": "refusal", "summary": "Contents.",
         "source": "https://example.org/text"},
    ],
    "reservations": [
        {"instrument": "coe-030", "state": "LU", "article": "5", "kind": "reservation",
         "topic": "refusal", "effect": "Own conditions.", "source": "https://example.org/list"},
    ],
    "notifications": [
        {"instrument": "coe-030", "state": "LU", "basis_type": "statute",
         "source": "https://example.org/law"},
    ],
}  # fmt: skip
"""The least that a record of each kind says."""

ABSENT = re.compile(r"\b(None|null|nan|undefined|N/A)\b")
DAY = re.compile(r"\d{4}-\d\d-\d\d")


def written(imported: Import, **kinds: list[dict[str, Any]]) -> dict[str, str]:
    """The draft by file, without the file of the publishers that are known anyway."""
    parties = {"parties": [PARTY]} | kinds
    draft = imported(instruments=[CONVENTION], measures=MEASURES, **parties)
    rejected = [outcome for outcome in draft.report.outcomes if outcome.status == "rejected"]
    assert not rejected
    files = sorted(draft.out.rglob("*.ttl"), key=lambda path: "implementations" in path.parts)
    return {path.name: path.read_text() for path in files}


@pytest.mark.parametrize("kind", KINDS)
def test_no_word_stands_for_a_value_that_is_missing(imported: Import, kind: str) -> None:
    for name, text in written(imported, **{kind: KINDS[kind]}).items():
        assert not ABSENT.search(text), name


@pytest.mark.parametrize("kind", KINDS)
def test_no_day_is_written_that_no_record_gives(imported: Import, kind: str) -> None:
    given = set(DAY.findall(repr([STATES, CONVENTION, MEASURES, PARTY, KINDS[kind]])))
    for name, text in written(imported, **{kind: KINDS[kind]}).items():
        assert set(DAY.findall(text)) <= given, name


def test_the_day_of_reading_is_that_of_the_record(imported: Import) -> None:
    text = written(imported, fiches=[ELSEWHERE | {"retrieved": "2025-03-01"}])["example-org.ttl"]
    assert 'mla:retrievedDate "2025-03-01"' in text


def test_a_page_from_elsewhere_is_not_called_outdated(imported: Import) -> None:
    text = written(imported, fiches=[ELSEWHERE])["a.73.ttl"]
    assert "page-status:current" in text
    assert "catalogue" not in text


def test_a_formality_is_as_strict_as_its_words_say(imported: Import) -> None:
    said = ["The order states the address.", "A copy may be enclosed, this is optional."]
    draft = imported(
        instruments=[CONVENTION], measures=MEASURES, fiches=[ELSEWHERE | {"requirements": said}]
    )
    text = (draft.out / "implementations" / "lu" / "a.73.ttl").read_text()
    assert text.count("a mla:Formality") == 2
    assert text.count("mla:hasModality") == 1
    assert "modality:optional" in text


def test_a_record_tells_no_heading_of_its_page(imported: Import) -> None:
    page = ELSEWHERE | {"languages": [{"lang": "fr", "for": "any", "urgent_only": False}]}
    text = written(imported, fiches=[page])["a.73.ttl"]
    assert "Accepted languages" not in text
