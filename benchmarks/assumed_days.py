"""`make assumed-days`: count the answers that rest on a first day which a general rule filled in.

All pairs of the Member States of the Union, every measure, five days. An answer rests on assumed
days where another choice of them would change it: an instrument that is taken to bind both would
not bind yet, or the other way round. The counting does not ask the saved query: it reads the
derived facts and works the statuses out by itself, so that a test can hold the two together.
"""

import argparse
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import chain, combinations, permutations
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox

from mla_graph.model.sources import Sources
from mla_graph.release.build import build
from mla_graph.release.directory import open_release, read
from mla_graph.store.interface import Store

DAYS = ("2004-07-01", "2010-01-01", "2012-01-01", "2016-01-01", "2026-11-29")
NATIONAL_LAW = "general-basis/national-law"
FOREVER = "9999-12-31"
MOST_OPEN = 6
"""Instruments of one answer whose days are varied together: 2 to the power of it answers."""

PREFIXES = """
PREFIX mla: <https://w3id.org/mla-graph/ontology#>
PREFIX scheme: <https://w3id.org/mla-graph/id/scheme/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX state-group: <https://w3id.org/mla-graph/id/state-group/>
"""
PARTICIPATIONS = """
SELECT ?participation ?state ?instrument ?from ?to ?full ?side ?assumedFrom ?assumedTo WHERE {
  ?participation mla:inForceFor ?state ; mla:concernsInstrument ?instrument ;
    mla:inForceFrom ?from ; mla:inForceTo ?to ; mla:fullFrom ?full .
  OPTIONAL { ?participation mla:onSide ?side }
  OPTIONAL { ?participation mla:assumedFrom ?assumedFrom ; mla:assumedTo ?assumedTo }
}"""
EXCEPTIONS = """
SELECT ?participation ?measure ?last WHERE {
  ?participation mla:exceptFor ?exception .
  ?exception mla:exceptedMeasure ?measure ; mla:exceptedTo ?last .
} ORDER BY ?last"""
DECISIONS = """
SELECT ?on ?by ?key ?since ?measure WHERE {
  ?rule mla:decidesOn ?on ; mla:decidesBy ?by ; mla:decisionKey ?key ; mla:decidesFor ?measure .
  OPTIONAL { ?rule mla:since ?since }
  FILTER(?key < "5" && ?measure != scheme:measure)
}"""


class Span(NamedTuple):
    """How one state takes part in one instrument, and when that is only assumed."""

    participation: str
    instrument: str
    first: str
    last: str
    full: str
    side: str
    assumed_from: str
    assumed_to: str


class Rests(NamedTuple):
    """An answer as it stands, and what another choice of assumed days would make of it."""

    statuses: Mapping[str, str]
    changing: frozenset[str]
    """Rows that would have another status, or would not be there."""
    appearing: frozenset[str]
    """Instruments that are not in the answer and could be."""


@dataclass
class Referee:
    """The facts on which it depends which instruments apply."""

    spans: dict[str, list[Span]] = field(default_factory=lambda: defaultdict(list))
    pairs: dict[str, set[tuple[str, str]]] = field(default_factory=dict)
    exceptions: dict[tuple[str, str], str] = field(default_factory=dict)
    decisions: dict[tuple[str, str], list[tuple[str, str, str]]] = field(
        default_factory=lambda: defaultdict(list)
    )

    @classmethod
    def of(cls, store: Store) -> "Referee":
        """Read the facts of a release."""
        found = cls()
        for span in _table(store, PARTICIPATIONS):
            state, rest = span[1], (span[0], *span[2:])
            found.spans[state].append(Span(*rest))
        for link in ("serves", "accompanies", "servesInFull", "servesLimited"):
            rows = _table(store, f"SELECT ?one ?other WHERE {{ ?one mla:{link} ?other }}")
            found.pairs[link] = {(one, other) for one, other in rows}
        for participation, measure, last in _table(store, EXCEPTIONS):
            found.exceptions[participation, measure] = last
        for on, by, key, since, measure in _table(store, DECISIONS):
            found.decisions[on, measure].append((key, by, since))
        return found

    def answer(self, requesting: str, executing: str, measure: str, on: str) -> Rests:
        """What applies on a day, and what of it rests on assumed days."""
        (bound, maybe), (others, others_maybe) = (
            self._standing(state, measure, on) for state in (requesting, executing)
        )
        sides = {**maybe, **bound}, {**others_maybe, **others}
        open_, firm = set(), set()
        for instrument in sides[0].keys() & sides[1].keys():
            one, two = sides[0][instrument], sides[1][instrument]
            if (one and one == two) or not self._counts(instrument, measure):
                continue
            if instrument in bound and instrument in others:
                firm.add(instrument)
            if instrument in maybe or instrument in others_maybe:
                open_.add(instrument)
        base = self._statuses(firm, measure, on)
        changing, appearing = set(), set()
        for chosen in _subsets(sorted(open_)[:MOST_OPEN]):
            changed = self._statuses(firm ^ set(chosen), measure, on)
            changing |= {name for name, status in base.items() if changed.get(name) != status}
            appearing |= changed.keys() - base.keys()
        return Rests(base, frozenset(changing), frozenset(appearing))

    def _standing(self, state: str, measure: str, on: str) -> tuple[dict[str, str], dict[str, str]]:
        """Instruments that bind the state, and those of which this rests on an assumed day."""
        bound, maybe = {}, {}
        for span in self.spans[state]:
            if on <= self.exceptions.get((span.participation, measure), ""):
                continue
            in_full = (span.instrument, measure) in self.pairs["servesInFull"]
            if (span.full if in_full else span.first) <= on <= span.last:
                bound[span.instrument] = span.side
            if span.assumed_from and span.assumed_from <= on <= span.assumed_to:
                maybe[span.instrument] = span.side
        return bound, maybe

    def _counts(self, instrument: str, measure: str) -> bool:
        return any((instrument, measure) in self.pairs[link] for link in ("serves", "accompanies"))

    def _statuses(self, bound: set[str], measure: str, on: str) -> dict[str, str]:
        found: dict[str, str] = {}
        serves, limited = self.pairs["serves"], self.pairs["servesLimited"]
        for act in bound:
            keys = [
                key
                for key, by, since in self.decisions[act, measure]
                if by in bound and since <= on
            ]
            decision = min(keys, default="")
            if decision.startswith("1"):
                found[act] = "replaced"
            elif (act, measure) in limited:
                found[act] = "subject-specific"
            elif decision:
                found[act] = "supplements"
            elif (act, measure) in serves:
                found[act] = "governs"
        general = (act for act in bound if (act, measure) not in limited)
        if not any((act, measure) in serves for act in general):
            found[NATIONAL_LAW] = "fallback"
        return found


def _subsets(names: list[str]) -> Iterable[tuple[str, ...]]:
    return chain.from_iterable(combinations(names, size) for size in range(1, len(names) + 1))


def _table(store: Store, query: str) -> Iterable[list[str]]:
    answer = store.query(PREFIXES + query)
    assert isinstance(answer, ox.QuerySolutions)
    for row in answer:
        yield ["" if cell is None else cell.value.split("/id/")[-1] for cell in row]


def members(store: Store) -> list[str]:
    """The Member States of the Union, as kind/key."""
    query = """SELECT ?state WHERE {
      ?membership mla:concernsGroup state-group:eu ; mla:concernsState ?state .
      FILTER NOT EXISTS { ?membership mla:until ?left }
    } ORDER BY ?state"""
    return [state for (state,) in _table(store, query)]


def count(store: Store, days: Iterable[str]) -> Iterable[str]:
    """A line for each day."""
    referee = Referee.of(store)
    states = members(store)
    measures = sorted({measure for _, measure in referee.pairs["serves"]})
    for on in days:
        answers = resting = statuses = changing = 0
        for requesting, executing in permutations(states, 2):
            for measure in measures:
                found = referee.answer(requesting, executing, measure, on)
                answers += 1
                resting += bool(found.changing or found.appearing)
                statuses += len(found.statuses)
                changing += len(found.changing)
        yield (
            f"{on}: {resting:,} of {answers:,} answers rest on an assumed day"
            f" ({changing:,} of {statuses:,} statuses)"
        )


def main() -> int:
    """Print the counts of the graph as it is here, or of a release."""
    parser = argparse.ArgumentParser(prog="make assumed-days", description=__doc__)
    parser.add_argument("--release", type=Path, metavar="DIR", help="a release built before")
    options = parser.parse_args()
    if options.release:
        release = read(options.release)
        if release is None:
            parser.error(f"{options.release} holds no release")
        print("\n".join(count(open_release(release, in_memory=False), DAYS)))
        return 0
    with tempfile.TemporaryDirectory(prefix="mla-graph-assumed-days-") as folder:
        release = build(
            Sources.shipped(),
            Path(folder, "release"),
            progress=lambda text: print(text, file=sys.stderr),
            validate=False,
        )
        print("\n".join(count(open_release(release, in_memory=True), DAYS)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
