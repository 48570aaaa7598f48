"""`make completeness`: count which questions of a request are answered, by whom, and lose none.

The cells are 31 executing states of Europe and 20 third states with every measure, one requesting
state and one day. A cell has a letter for each of the five questions: who gives the first answer
(`N` statute, notification or declaration; `P` the state's page; `I` the instrument; `A` the state's
own act where no treaty governs; `-` nobody), in lower case where it is unsure. The run fails if a
cell that had an answer in the file of cells has none now, unless `withdrawn.yaml` gives the legal
reason and source. `--write` renews the file.
"""

import argparse
import csv
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final, NamedTuple

import yaml

from mla_graph.model.sources import Sources
from mla_graph.release.build import build
from mla_graph.release.directory import open_release
from mla_graph.saved_queries.catalogue import Catalogue
from mla_graph.saved_queries.rows import rows
from mla_graph.saved_queries.run import bind, run
from mla_graph.store.interface import Store

FOLDER: Final = Path(__file__).parents[1] / "tests" / "queries"
CELLS: Final = FOLDER / "completeness.csv"
WITHDRAWN: Final = FOLDER / "withdrawn.yaml"
DAY: Final = "2026-11-29"
EUROPE: Final = (
    "AT", "BE", "BG", "CH", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GB", "GR", "HR", "HU",
    "IE", "IS", "IT", "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK",
)  # fmt: skip
THIRD: Final = (
    "AE", "AL", "AR", "AU", "BR", "CA", "CN", "GE", "IL", "IN", "JP", "KR", "MA", "MX", "RS", "TH",
    "TR", "UA", "US", "ZA",
)  # fmt: skip
QUESTIONS: Final = ("basis", "authority", "language", "time-limit", "dual-criminality")
LETTERS: Final = {"notification": "N", "page": "P", "instrument": "I", "national-act": "A"}
NOBODY: Final = "-"
HEADS: Final = (
    ("", 18),
    *((head, 8) for head in ("state", "page", "act", "instr.", "nobody", "unsure")),
)
GENERAL: Final = "/general-basis/"
Row = dict[str, Any]


class Cell(NamedTuple):
    """One question of one state to another, and how it is answered."""

    requesting: str
    executing: str
    measure: str
    basis_status: str
    letters: str
    """One for each of `QUESTIONS`."""
    answer: str = "answered"
    """How the question on the basis is answered: answered, none or not-applicable."""
    named: bool = True
    """Whether the basis has a name: an instrument or an act, not national law in general."""

    @property
    def grounded(self) -> bool:
        """Whether a basis is named on which one can ask."""
        return self.named and self.answer == "answered"

    @property
    def answered(self) -> bool:
        """Whether all five questions have an answer."""
        return NOBODY not in self.letters

    @property
    def by_name(self) -> bool:
        """Whether, besides, a body is named that one writes to."""
        return self.answered and self.letters[1].upper() in "NP"


def main() -> int:
    """Ask, print the table, compare with the file."""
    parser = argparse.ArgumentParser(prog="make completeness", description=__doc__)
    parser.add_argument("--write", action="store_true", help="renew the file of cells")
    parser.add_argument("--sample", type=int, help="ask only every so-many-th cell")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        release = build(
            Sources.shipped(),
            Path(folder, "release"),
            progress=lambda text: print(text, file=sys.stderr),
            validate=False,
        )
        store = open_release(release, in_memory=True)
        found = list(asked(store, options.sample or 1))
    print(table("31 states of Europe", [one for one in found if one.executing in EUROPE]))
    print(table("20 third states", [one for one in found if one.executing in THIRD]))
    lost = losses(found, stored()) if CELLS.exists() else []
    for line in lost:
        print(line)
    if options.write and not options.sample:
        write(found)
        return 0
    return 1 if lost else 0


def asked(store: Store, step: int) -> Iterator[Cell]:
    """The answers to every question, or to every so-many-th."""
    catalogue = Catalogue.load(Sources.shipped().queries)
    measures = [str(row["code"]) for row in ask(catalogue, store, "measures", {})]
    questions = [
        ("DE" if executing == "FR" else "FR", executing, measure)
        for executing in (*EUROPE, *THIRD)
        for measure in measures
    ][::step]
    with ThreadPoolExecutor(2) as threads:
        yield from threads.map(lambda question: cell(catalogue, store, *question), questions)


def cell(catalogue: Catalogue, store: Store, requesting: str, executing: str, measure: str) -> Cell:
    """How one question is answered on its first basis."""
    raw = {"requesting": requesting, "executing": executing, "measure": measure, "on": DAY}
    answer = ask(catalogue, store, "essentials", {name: [text] for name, text in raw.items()})
    first = [row for row in answer if row["bundle"] == answer[0]["bundle"]]
    letters = "".join(letter(first, question) for question in QUESTIONS)
    head = answer[0]
    named = GENERAL not in str(head["basis"])
    return Cell(
        requesting,
        executing,
        measure,
        str(head["basisStatus"]),
        letters,
        str(head["status"]),
        named,
    )


def letter(answer: Sequence[Row], question: str) -> str:
    """Who gives the first answer; a body that is named goes before a route."""
    found = [row for row in answer if row["question"] == question]
    if question == "authority":
        found.sort(key=lambda row: not (row["stands"] == "decides" and row["authority"]))
    if not found or found[0]["status"] == "unknown":
        return NOBODY
    shown = LETTERS[found[0]["layer"]]
    return shown.lower() if found[0]["confidence"] == "unsure" else shown


def ask(catalogue: Catalogue, store: Store, name: str, raw: dict[str, list[str]]) -> list[Row]:
    """The rows of a saved query."""
    return rows(run(store, bind(catalogue.get(name), store, raw)))


def table(title: str, found: Sequence[Cell]) -> str:
    """Who answers each question, and how many cells have all five answers."""
    grounded = [one for one in found if one.grounded]
    governs = sum(one.basis_status == "governs" for one in grounded)
    reasoned = sum(one.answer != "answered" for one in found)
    lines = [
        f"{title}: {len(found)} cells, {governs} with an instrument that governs, "
        f"{len(grounded) - governs} with another named basis, {reasoned} with a reason for none"
    ]
    lines.append("".join(f"{head:>{width}}" for head, width in HEADS))
    for place, question in enumerate(QUESTIONS):
        count = Counter(one.letters[place].upper() for one in grounded)
        unsure = sum(one.letters[place].islower() for one in grounded)
        figures = (count["N"], count["P"], count["A"], count["I"], count[NOBODY], unsure)
        lines.append(f"{question:18}" + "".join(f"{figure:8}" for figure in figures))
    for what, number in (
        ("all five", sum(one.answered for one in grounded)),
        ("by name", sum(one.by_name for one in grounded)),
    ):
        share = 100 * number / len(grounded) if grounded else 0
        lines.append(f"{what:18}{number:8} ({share:.1f} % of {len(grounded)})")
    return "\n".join(lines)


def losses(found: Sequence[Cell], before: dict[tuple[str, str, str], str]) -> list[str]:
    """The answers that were there and are not, one a line, but those that were withdrawn."""
    reasons = yaml.safe_load(WITHDRAWN.read_text("utf-8")) or []
    withdrawn = {(one["executing"], one["measure"], one["question"]) for one in reasons}
    return [
        f"{one.executing} {one.measure}: the answer on {question} is gone"
        for one in found
        for place, question in enumerate(QUESTIONS)
        if one.letters[place] == NOBODY
        and before.get(one[:3], NOBODY * len(QUESTIONS))[place] != NOBODY
        and (one.executing, one.measure, question) not in withdrawn
    ]


def stored() -> dict[tuple[str, str, str], str]:
    """The letters of each cell in the file."""
    with CELLS.open(encoding="utf-8", newline="") as file:
        return {
            (one["requesting"], one["executing"], one["measure"]): one["letters"]
            for one in csv.DictReader(file)
        }


def write(found: Sequence[Cell]) -> None:
    """Write the file of cells."""
    with CELLS.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(Cell._fields)
        writer.writerows(found)


if __name__ == "__main__":
    sys.exit(main())
