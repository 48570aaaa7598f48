"""`make all-pairs`: ask which instruments apply, of every pair of states for every measure.

The pairs are the Member States of the Union with each other and, both ways, with every other state
of the Council of Europe; every measure of the catalogue; four days. An answer needs a ground: a row
that governs or, where nothing does, the row of national law. One without is unexplained, even if
it has other rows: they add to, or are replaced by, something that is not there. The run fails on
it, as it fails on an error.
"""

import argparse
import os
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from mla_graph.model.errors import MlaGraphError
from mla_graph.model.sources import Sources
from mla_graph.release.build import build
from mla_graph.release.directory import open_release
from mla_graph.saved_queries.catalogue import Catalogue
from mla_graph.saved_queries.rows import rows
from mla_graph.saved_queries.run import bind, run
from mla_graph.store.embedded import EmbeddedStore

DAYS = ("1990-01-01", "2004-06-01", "2016-06-01", "2024-06-01")
GROUNDS = ("governs", "fallback")
SEED, BATCH, SHOWN = 20261125, 100, 20


class Question(NamedTuple):
    """One state asks another for a measure on a day."""

    requesting: str
    executing: str
    measure: str
    on: str


@dataclass
class Tally:
    """What came back."""

    answers: int = 0
    empty: int = 0
    statuses: Counter[str] = field(default_factory=Counter)
    grounds: Counter[str] = field(default_factory=Counter)
    unexplained: list[Question] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def add(self, other: "Tally") -> None:
        """Count another's answers too."""
        self.answers += other.answers
        self.empty += other.empty
        self.statuses += other.statuses
        self.grounds += other.grounds
        self.unexplained += other.unexplained
        self.errors += other.errors


class Desk:
    """Asks the saved queries of a store."""

    def __init__(self, store: EmbeddedStore) -> None:
        self._store, self._catalogue = store, Catalogue.load(Sources.shipped().queries)

    def ask(self, query: str, **parameters: str) -> list[dict[str, object]]:
        """The rows of an answer."""
        raw = {name: [value] for name, value in parameters.items()}
        return rows(run(self._store, bind(self._catalogue.get(query), self._store, raw)))

    def questions(self, days: Sequence[str]) -> Iterator[Question]:
        """Every question there is, in a fixed order."""
        states = {str(row["code"]): row for row in self.ask("states")}
        members = {code for code, row in states.items() if row["euMember"]}
        europe = members | {code for code, row in states.items() if row["coeMember"]}
        measures = [str(row["code"]) for row in self.ask("measures")]
        for requesting in sorted(europe):
            for executing in sorted(europe - {requesting}):
                if requesting in members or executing in members:
                    for measure in measures:
                        for day in days:
                            yield Question(requesting, executing, measure, day)

    def tally(self, questions: Iterable[Question]) -> Tally:
        """Ask each question and count."""
        found = Tally()
        for question in questions:
            try:
                answer = self.ask("applicable-instruments", **question._asdict())
            except MlaGraphError as error:
                found.errors.append(f"{' '.join(question)}: {error}")
                continue
            statuses = Counter(str(row["status"]) for row in answer)
            grounds = [ground for ground in GROUNDS if ground in statuses]
            found.answers += 1
            found.empty += not answer
            found.statuses += statuses
            found.grounds.update(grounds)
            if not grounds:
                found.unexplained.append(question)
        return found


def ask_all(desk: Desk, questions: Sequence[Question]) -> Tally:
    """Ask on every processor, and say now and then how far it is."""
    since, whole, told = time.monotonic(), Tally(), 0
    batches = [questions[i : i + BATCH] for i in range(0, len(questions), BATCH)]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for done, part in enumerate(pool.map(desk.tally, batches), 1):
            whole.add(part)
            percent = 100 * done // len(batches)
            if percent >= told + 5 or done == len(batches):
                told = percent
                print(
                    f"{percent:3} %, {time.monotonic() - since:.0f} s, "
                    f"{len(whole.unexplained)} unexplained, {len(whole.errors)} errors",
                    file=sys.stderr,
                )
    return whole


def report(found: Tally, of: int, seconds: float) -> None:
    """Print the counts, and the first of what is wrong."""
    asked = found.answers + len(found.errors)
    counts = [
        ("asked", asked),
        ("answers", found.answers),
        *((f"  with {ground}", found.grounds[ground]) for ground in GROUNDS),
        ("rows", found.statuses.total()),
        *((f"  {status}", number) for status, number in found.statuses.most_common()),
        ("empty", found.empty),
        ("unexplained", len(found.unexplained)),
        ("errors", len(found.errors)),
    ]
    for name, number in counts:
        print(f"{name:<20}{number:>10,}")
    print(f"of {of:,} questions; {seconds:.0f} s, {1000 * seconds / asked:.1f} ms each")
    wrong = [*(f"unexplained: {' '.join(q)}" for q in found.unexplained), *found.errors]
    for line in wrong[:SHOWN]:
        print(line)


def main() -> int:
    """Ask; 1 if something is wrong."""
    parser = argparse.ArgumentParser(prog="make all-pairs", description=__doc__)
    parser.add_argument("--sample", type=int, metavar="N", help="ask only N, drawn at random")
    parser.add_argument("--on", action="append", metavar="DATE", help="this day, not the four")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="mla-graph-all-pairs-") as folder:
        release = build(
            Sources.shipped(),
            Path(folder, "release"),
            progress=lambda text: print(text, file=sys.stderr),
            validate=False,
        )
        desk = Desk(open_release(release, in_memory=True))
    questions = list(desk.questions(options.on or DAYS))
    number = min(options.sample or len(questions), len(questions))
    since = time.monotonic()
    found = ask_all(desk, random.Random(SEED).sample(questions, number))
    report(found, len(questions), time.monotonic() - since)
    return 1 if found.unexplained or found.errors else 0


if __name__ == "__main__":
    sys.exit(main())
