"""Competency questions: what a lawyer reads in the sources is what the graph answers.

The questions stand in `competency/*.yaml`, one file for each group. A case has

- `question`, in plain English; `why`: where the source says it, in our own words;
- `query` and `parameters`: the saved query that answers it;
- `expect`: `rows` that must be in the answer, and rows that must be `absent`. A row names the
  columns that matter. `among` narrows the answer to the rows that match it before anything is
  compared; `exactly: true` says that the rows listed are all there are, `count` that so many
  rows answer, if it is not one for each row listed.

A cell is what the answer shows: an address of the graph without its common beginning
(`instrument/coe-030`), `none` where the cell is empty, or `contains:` with the pieces of text
that must stand in it, in any case.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml

from mla_graph.model.namespaces import MLAD
from mla_graph.saved_queries.catalogue import Catalogue

Wanted = Mapping[str, Any]
Row = Mapping[str, object]
Ask = Callable[[str, Mapping[str, Any]], Sequence[Row]]


class Expectation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the answer must show."""

    rows: Sequence[Wanted] = ()
    absent: Sequence[Wanted] = ()
    among: Wanted = msgspec.field(default_factory=dict)
    exactly: str = "false"
    count: str = ""


class Case(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One question; `group` is the name of its file."""

    group: str
    question: str
    query: str
    expect: Expectation
    parameters: Mapping[str, Any] = msgspec.field(default_factory=dict)
    why: str = ""


def read(path: Path) -> list[Case]:
    """The cases of a file; every scalar is text, so that `yes` and dates stay as written."""
    found = []
    for case in yaml.load(path.read_text("utf-8"), Loader=yaml.BaseLoader):
        try:
            found.append(msgspec.convert({**case, "group": path.stem}, Case))
        except msgspec.ValidationError as error:
            allowed = ", ".join([*Case.__struct_fields__, *Expectation.__struct_fields__])
            raise ValueError(
                f"{path.name}, {case.get('question')!r}: {error}. The keys are {allowed}."
            ) from None
    return found


CASES = [
    case
    for path in sorted(Path(__file__).with_name("competency").glob("*.yaml"))
    for case in read(path)
]
NAMES = [f"{case.group}: {case.question}" for case in CASES]


def shown(value: object) -> str:
    """A cell as the files write it."""
    if value is None:
        return "none"
    return str(value).lower() if isinstance(value, bool) else str(value).removeprefix(MLAD)


def matches(row: Row, wanted: Wanted) -> bool:
    """Whether the row has in every column named what is wanted there."""
    return all(cell_matches(shown(row[column]), want) for column, want in wanted.items())


def cell_matches(cell: str, want: str | Mapping[str, Any]) -> bool:
    if isinstance(want, str):
        return cell == want
    pieces = want["contains"]
    pieces = [pieces] if isinstance(pieces, str) else pieces
    return all(piece.casefold() in cell.casefold() for piece in pieces)


def faults(expect: Expectation, answer: Sequence[Row]) -> list[str]:
    """What is wrong with the answer, in lines to read."""
    found = [row for row in answer if matches(row, expect.among)]
    lines = [
        f"missing:    {wanted}"
        for wanted in expect.rows
        if not any(matches(row, wanted) for row in found)
    ]
    wrong = [row for row in found if any(matches(row, bad) for bad in expect.absent)]
    if expect.exactly == "true":
        wrong += [row for row in found if not any(matches(row, w) for w in expect.rows)]
        count = int(expect.count or len(expect.rows))
        if len(found) != count:
            lines.append(f"rows:       {len(found)} instead of {count}")
    columns = {c for wanted in (*expect.rows, *expect.absent, expect.among) for c in wanted}
    lines += [f"unexpected: {of(row, columns)}" for row in wrong]
    if lines:
        lines += [f"answered:   {of(row, columns)}" for row in found]
    return lines


def of(row: Row, columns: set[str]) -> dict[str, str]:
    """The row in the columns that the case speaks of, or all of it."""
    return {c: shown(v) for c, v in row.items() if c in columns or not columns}


@pytest.mark.parametrize("case", CASES, ids=NAMES)
def test_competency_question_has_its_answer(case: Case, ask: Ask) -> None:
    lines = faults(case.expect, ask(case.query, case.parameters))
    if lines:
        asked = " ".join([case.query, *(f"{name}={v}" for name, v in case.parameters.items())])
        pytest.fail("\n".join([case.question, case.why, asked, *lines]), pytrace=False)


@pytest.mark.parametrize("case", CASES, ids=NAMES)
def test_question_is_well_put(case: Case, catalogue: Catalogue, ask: Ask) -> None:
    """A misspelt column or address, or nothing to compare, would be a question that cannot fail."""
    expect = case.expect
    columns = {column.name for column in catalogue.get(case.query).columns}
    named = {c for wanted in (*expect.rows, *expect.absent, expect.among) for c in wanted}
    assert named <= columns, f"{case.query} has no column {named - columns}"
    assert expect.rows or expect.absent or expect.exactly == "true", "nothing is expected"
    assert expect.exactly in ("true", "false")
    assert expect.exactly == "true" or not expect.count, "count without exactly"
    for cell in expect.among.values():
        if "/" in cell:
            assert ask("provenance", {"resource": cell}), f"the graph knows no {cell}"


def test_every_saved_query_answers_a_question(catalogue: Catalogue) -> None:
    asked = {case.query for case in CASES}
    tables = {query.name for query in catalogue if query.form == "select"}
    assert tables - asked == set()
