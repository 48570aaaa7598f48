"""The memo that people read, and the triples that programs take."""

import re

import pytest

from mla_graph.dossier import memo, rows
from mla_graph.dossier.graph import triples
from mla_graph.dossier.text import text
from mla_graph.model.namespaces import MLA, MLAD


@pytest.mark.parametrize("width", [40, 72, 100])
def test_lines_keep_to_the_width(make, width) -> None:
    written = text(make("BE LU A.30 2024-05-01"), width)
    too_long = [line for line in written.splitlines() if len(line) > width]
    assert all(" " not in line.strip() for line in too_long), too_long  # addresses alone


def test_every_reference_in_the_text_is_listed_below_it(make) -> None:
    written = text(make("BE LU A.30 2024-05-01"), 100)
    above, _, below = written.partition("\nREFERENCES\n")
    marks = re.findall(r"\[([\d,\s]+)\]", above)
    used = {int(number) for mark in marks for number in mark.split(",")}
    listed = {int(number) for number in re.findall(r"^\[(\d+)\]", below, re.MULTILINE)}
    assert used == listed != set()


def test_it_reads_from_the_question_to_the_notice(make) -> None:
    written = text(make("BE LU A.30 2024-05-01"), 100)
    assert written.startswith("Belgium asks Luxembourg: A.30 Search and seizure\n")
    places = [
        written.index(part)
        for part in (
            "2024-05-01", "ESSENTIALS", "Whom to write to:", "BEWARE", "1. INSTRUMENTS", "Governs",
            "2. EVERY ANSWER", "CONDITIONS", "AUTHORITIES", "LANGUAGES", "TIME LIMITS",
            "FORMALITIES", "OTHER PATHS", "ON THIS DOSSIER", "REFERENCES",
            "Not legal advice; report errors",
        )
    ]  # fmt: skip
    assert places == sorted(places)


def test_without_a_page_the_sections_say_that_nothing_is_known(make) -> None:
    written = text(make("DE JP A.30 2024-05-01"), 100)
    assert "The graph holds no page on this measure" in written
    assert "Nothing from Japan on this was found in the sources read." in written
    assert "OTHER PATHS" not in written


def test_facts_that_read_alike_are_one_line(make) -> None:
    for section in memo.sections(make("BE LU A.30 2024-05-01")):
        for group in section.groups:
            lines = [(line.text, line.note) for line in group.lines]
            assert len(lines) == len(set(lines))


@pytest.mark.parametrize(
    ("value", "words"),
    [("P1Y", "1 year"), ("P6M", "6 months"), ("P1Y2M", "1 year 2 months"), ("P30D", "30 days"),
     ("PT48H", "48 hours"), ("06:30:00", "06:30:00"), (3, "3"), ("P", "P")],
)  # fmt: skip
def test_durations_are_put_in_words(value, words) -> None:
    assert rows.duration(value) == words


def test_the_graph_describes_every_node_of_the_dossier(make, shipped_store) -> None:
    dossier = make("BE LU A.30 2024-05-01")
    found = triples(dossier, shipped_store)
    subjects = {triple.subject.value.removeprefix(MLAD) for triple in found}
    assert {
        "instrument/eu-dir-2014-41",
        "participation/eu-dir-2014-41-be",
        "participation/eu-dir-2014-41-lu",
        "condition/lu-a.30-coe-141-confiscability",
        "competence/lu-a.30-eio-receive",
        "source/ejn-lu-a.30",
        "statutory-role/lu-2018-08-01-transposes-eu-dir-2014-41",
        "statute/lu-2018-08-01",
    } <= subjects
    assert any(triple.predicate.value == f"{MLA}decidesBy" for triple in found)
    assert all(
        shipped_store.query(f"ASK {{ {triple} }}") for triple in sorted(found, key=str)[::50]
    )
