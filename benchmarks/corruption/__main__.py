"""`make corrupt`: 1,000 corruptions of single triples, and which of them validation notices.

The result is written into docs/data-quality.md.
"""

import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

import pyoxigraph as ox

from benchmarks.corruption.faults import KINDS, Corruption, corruptions
from benchmarks.corruption.graph import Graph
from benchmarks.corruption.meaning import properties_read
from mla_graph.model.sources import Sources
from mla_graph.validation.report import Result
from mla_graph.validation.run import read, validate_graph

NUMBER, SEED, GOAL = 1000, 20261124, 0.95
PAGE = Path(__file__).parents[2] / "docs" / "data-quality.md"
START, END = "<!-- written by make corrupt -->\n", "<!-- end of what make corrupt writes -->\n"


class Watch:
    """Validates around a corruption, and what seems to pass once more in the whole graph."""

    def __init__(self, graph: Graph, shapes: list[ox.Quad]) -> None:
        self._graph, self._shapes = graph, shapes

    def notices(self, corruption: Corruption) -> bool:
        """Whether the surroundings of the triple have a result that they had not before."""
        old, new = corruption.old, corruption.new
        starts = {old.subject, old.object, *([new.object] if new else [])}
        before = set(self._graph.around(starts))
        after = self._results(_corrupted(before, [corruption]))
        return bool(after and after - self._results(before))

    def missed(self, corrupted: Sequence[Corruption]) -> list[Corruption]:
        """Those that the whole graph passes too: many at once, halved as long as one shows."""
        before = self._results(self._graph.triples)

        def pass_in_whole(some: Sequence[Corruption]) -> list[Corruption]:
            if not self._results(_corrupted(self._graph.triples, some)) - before:
                return list(some)
            half = len(some) // 2
            return [*pass_in_whole(some[:half]), *pass_in_whole(some[half:])] if half else []

        return pass_in_whole(corrupted) if corrupted else []

    def _results(self, triples: Iterable[ox.Triple]) -> Counter[Result]:
        report = validate_graph((ox.Quad(*triple) for triple in triples), self._shapes)
        return Counter(report.results)


def _corrupted(triples: Iterable[ox.Triple], some: Sequence[Corruption]) -> list[ox.Triple]:
    gone = {corruption.old for corruption in some}
    return [*(t for t in triples if t not in gone), *(c.new for c in some if c.new)]


def main() -> int:
    """Measure, write the page, and fail below the goal."""
    since = time.monotonic()
    sources = Sources.shipped()
    graph, named = Graph(sources), properties_read(sources)
    watch = Watch(graph, read(sources.shape_files()))
    drawn = list(corruptions(graph, NUMBER, SEED))
    unnoticed = []
    for number, corruption in enumerate(drawn, 1):
        if not watch.notices(corruption):
            unnoticed.append(corruption)
        if number % 100 == 0:
            print(f"{number} corruptions, {len(unnoticed)} unnoticed", file=sys.stderr)
    missed = set(watch.missed(unnoticed))
    meaningful = {c for c in drawn if c.old.predicate.value in named}
    share = 1 - len(missed & meaningful) / len(meaningful)
    table = "\n".join(_table(drawn, meaningful, missed))
    text = (
        f"{len(graph.triples):,} triples, {len(drawn):,} corruptions (seed {SEED}): "
        f"{len(meaningful):,} change the meaning, and validation notices **{share:.1%}** of these "
        f"({1 - len(missed) / len(drawn):.1%} of all). The goal is {GOAL:.0%}.\n\n{table}\n"
    )
    page = PAGE.read_text("utf-8")
    head, _, rest = page.partition(START)
    PAGE.write_text(f"{head}{START}\n{text}\n{END}{rest.partition(END)[2]}", "utf-8")
    print(f"{text}\n{time.monotonic() - since:.0f} s", file=sys.stderr)
    for corruption in sorted(missed, key=str):
        print(corruption in meaningful, corruption)
    return 0 if share >= GOAL else 1


def _table(
    drawn: Sequence[Corruption], meaningful: set[Corruption], missed: set[Corruption]
) -> Iterable[str]:
    yield "| corruption | drawn | change the meaning | of these noticed | share | properties of those unnoticed |"
    yield "|---|--:|--:|--:|--:|---|"
    for kind in KINDS:
        of_kind = [c for c in drawn if c.kind == kind]
        counted = [c for c in of_kind if c in meaningful]
        passed = [c for c in counted if c in missed]
        names = Counter(_local(c.old.predicate.value) for c in passed)
        noticed = len(counted) - len(passed)
        places = ", ".join(f"{name} ({number})" for name, number in sorted(names.items()))
        rate = f"{noticed / len(counted):.1%}" if counted else ""
        yield f"| {kind} | {len(of_kind)} | {len(counted)} | {noticed} | {rate} | {places} |"


def _local(iri: str) -> str:
    return iri[max(iri.rfind("/"), iri.rfind("#")) + 1 :]


if __name__ == "__main__":
    sys.exit(main())
