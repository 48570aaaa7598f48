"""The quads in which two editions differ, and the facts behind them: stated and derived apart."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from mla_graph.changes.edition import Edition
from mla_graph.model.namespaces import DERIVED_GRAPH, EXAMPLES_GRAPH

DERIVED: Final = f"<{DERIVED_GRAPH}>".encode()
EXAMPLES: Final = f"<{EXAMPLES_GRAPH}>".encode()
_QUAD: Final = re.compile(
    rb"(\S+ \S+ "
    rb'(?:<[^>]*+>|_:\S++|"(?:[^"\\]|\\.)*+"(?:@\S++|\^\^<[^>]*+>)?+))'
    rb"(?: (<[^>]*+>|_:\S++))?+ \."
)


@dataclass(frozen=True)
class Facts:
    """Triples, as N-Triples without the full stop, sorted."""

    added: list[bytes]
    withdrawn: list[bytes]


@dataclass(frozen=True)
class Difference:
    """What the new edition has and the old one lacks, and the reverse.

    ``added`` and ``withdrawn`` are lines of N-Quads: withdrawn and added in this order, they make
    the old edition the new one. ``stated`` and ``derived`` are the triples behind them: a fact that
    only moved to another graph is in neither.
    """

    added: list[bytes]
    withdrawn: list[bytes]
    stated: Facts
    derived: Facts


def split(line: bytes) -> tuple[bytes, bytes]:
    """Split a canonical line of N-Quads into its triple and its graph, empty for the default one.

    Raises:
        ValueError: the line is no such.
    """
    if not (found := _QUAD.fullmatch(line)):
        raise ValueError(f"no canonical N-Quad: {line[:200]!r}")
    return found[1], found[2] or b""


def compare(old: Edition, new: Edition) -> Difference:
    """Compare two editions; only their default graphs if one of them has no other."""
    both = old.graphs and new.graphs
    added, withdrawn = _merged(_lines(old, both), _lines(new, both))
    came, went = _by_graph(added), _by_graph(withdrawn)
    tells_derived = both and old.derives and new.derives
    stated = Facts(
        sorted(_facts(came, went, tells_derived)), sorted(_facts(went, came, tells_derived))
    )
    derived = Facts(
        sorted(came.derived - went.derived - went.stated),
        sorted(went.derived - came.derived - came.stated),
    )
    return Difference(added, withdrawn, stated, derived)


def stated_lines(edition: Edition) -> Iterator[bytes]:
    """List the triples that are stated in a release, sorted; one stated twice comes once."""
    last = b""
    for line in edition.lines():
        triple, graph = split(line)
        if graph not in (b"", DERIVED, EXAMPLES) and triple != last:
            last = triple
            yield triple


@dataclass(frozen=True)
class _Part:
    default: set[bytes]
    stated: set[bytes]
    derived: set[bytes]


def _facts(here: _Part, there: _Part, tells_derived: bool) -> set[bytes]:
    """Find the facts of one side that the other lacks.

    A release states no triple that it derives. So one that stays in the default graph, and was not
    derived on the other side, is stated in another graph too.
    """
    if not tells_derived:
        return (here.default | here.stated) - (there.default | there.stated)
    gone = here.default | there.derived
    return {fact for fact in here.stated - there.stated if fact in gone}


def _by_graph(lines: list[bytes]) -> _Part:
    part = _Part(set(), set(), set())
    for line in lines:
        triple, graph = split(line)
        if graph == DERIVED:
            part.derived.add(triple)
        elif not graph:
            part.default.add(triple)
        elif graph != EXAMPLES:
            part.stated.add(triple)
    return part


def _lines(edition: Edition, every_graph: bool) -> Iterator[bytes]:
    if every_graph or not edition.graphs:
        return edition.lines()
    return (line for line in edition.lines() if not split(line)[1])


def _merged(old: Iterable[bytes], new: Iterable[bytes]) -> tuple[list[bytes], list[bytes]]:
    """Walk through two sorted lists side by side; give what only the new and the old one has."""
    added, withdrawn = [], []
    olds, news = iter(old), iter(new)
    here, there = next(olds, None), next(news, None)
    while here is not None and there is not None:
        if here == there:
            here, there = next(olds, None), next(news, None)
        elif here < there:
            withdrawn.append(here)
            here = next(olds, None)
        else:
            added.append(there)
            there = next(news, None)
    withdrawn += [here, *olds] if here is not None else []
    added += [there, *news] if there is not None else []
    return added, withdrawn
