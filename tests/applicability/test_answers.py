"""The referee on answers: what a lawyer would tell a colleague, and what the essentials say.

The cases stand in `answers/*.yaml`. A case has

- `case`, in a sentence; `why`: the legal reason in our own words; `law`: the provisions;
- `ask`: requesting state, executing state and measure; `on`: the day of receipt; `offence`, if any;
- `bundles`: the heads of the bundles that govern, or are what is left, in their order;
- `first`: for a question, cells of its first row in the first bundle;
- `rows`: cells of rows that are in the answer; `never`: cells of rows that are not;
- `open`: why the graph cannot answer so yet; such a case must fail.

A cell is written without the beginning of its address; `label` and `note` contain the text.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import yaml

from .conftest import Ask, Row

CONTAINED = ("label", "note")
BESIDE = "subject-specific"


@dataclass(frozen=True)
class Case:
    """What one person asks another for on a day, and what a lawyer answers."""

    case: str
    why: str
    law: str
    ask: str
    on: str
    offence: Sequence[str] = ()
    bundles: Sequence[str] = ()
    first: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    rows: Sequence[Mapping[str, str]] = ()
    never: Sequence[Mapping[str, str]] = ()
    open: str = ""


CASES = [
    Case(**case)
    for path in sorted(Path(__file__).with_name("answers").glob("*.yaml"))
    for case in yaml.load(path.read_text("utf-8"), Loader=yaml.BaseLoader)
]


def fits(row: Row, cells: Mapping[str, str]) -> bool:
    """Whether the row has all these cells."""
    return all(
        text in row[column]
        if column in CONTAINED
        else row[column].rpartition("/")[2] == text
        if column == "language"
        else row[column] == text
        for column, text in cells.items()
    )


def faults(case: Case, answer: Sequence[Row]) -> list[str]:
    """Where the answer differs from the case, in lines to read."""
    lines = []
    heads = list(
        dict.fromkeys(
            row["bundle"]
            for row in answer
            if row["question"] == "basis"
            and row["basis"] == row["bundle"]
            and row["basisStatus"] != BESIDE
        )
    )
    if case.bundles and heads != list(case.bundles):
        lines.append(f"bundles: {heads} instead of {list(case.bundles)}")
    for question, cells in case.first.items():
        found = next(
            (r for r in answer if r["question"] == question and r["bundle"] == answer[0]["bundle"]),
            None,
        )
        if found is None or not fits(found, cells):
            seen = found and {column: found[column] for column in cells}
            lines.append(f"first on {question}: {seen} instead of {dict(cells)}")
    lines += [f"missing: {dict(c)}" for c in case.rows if not any(fits(r, c) for r in answer)]
    lines += [f"present: {dict(c)}" for c in case.never if any(fits(r, c) for r in answer)]
    return lines


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.ask} {case.on}")
def test_graph_answers_like_the_lawyer(case: Case, ask_whole: Ask) -> None:
    requesting, executing, measure = case.ask.split()
    asked = {"requesting": requesting, "executing": executing, "measure": measure, "on": case.on}
    lines = faults(case, ask_whole("essentials", offence=case.offence, **asked))
    if lines and case.open:
        pytest.xfail(case.open)
    assert not case.open, "The graph answers so now: take the mark away."
    if lines:
        heading = [case.case, f"{case.ask} on {case.on}", case.why, case.law]
        pytest.fail("\n".join([*heading, *lines]), pytrace=False)


def test_every_case_says_something() -> None:
    for case in CASES:
        assert case.first or case.rows or case.bundles, case.case
