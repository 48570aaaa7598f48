"""What a server holds, read in answers small enough for servers that cut long ones."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Final, NamedTuple

from mla_graph.publish.content import Lines, triple_lines
from mla_graph.saved_queries.template import of_file
from mla_graph.store.interface import Store
from mla_graph.store.releases import DATASET, RELEASES

AT_ONCE: Final = 5_000
"""Triples asked for in one query, if no subject alone has more."""

_SUBJECTS: Final = 500
_QUERIES: Final = Path(__file__).parent / "queries"


class Found(NamedTuple):
    """What a graph on the server consists of."""

    triples: int
    sha256: str


class Claimed(NamedTuple):
    """The claim of a publisher: its label, and how many signs of life it gave."""

    label: str
    signs: int


def described(store: Store) -> set[str]:
    """List the releases (IRIs) of which the server has any part: each is described first."""
    rows = store.select(_text("described", dataset=DATASET))
    return {row["release"].value for row in rows}


def available(store: Store) -> dict[str, datetime]:
    """Read from when each release (by IRI) that was ever current is so, the last time."""
    found: dict[str, datetime] = {}
    for row in store.select(_text("available", releases=RELEASES)):
        release, since = row["release"].value, datetime.fromisoformat(row["from"].value)
        found[release] = max(since, found.get(release, since))
    return found


def parts(store: Store, release: str) -> list[str]:
    """List the graphs of a release, as its description names them."""
    return [row["part"].value for row in store.select(_text("parts", release=release))]


def counts(store: Store, release: str) -> dict[str, int]:
    """Count the triples of each part of a release; what is missing is missing."""
    rows = store.select(_text("counts", release=release))
    return {row["part"].value: int(row["triples"].value) for row in rows}


def count(store: Store, graph: str) -> int:
    """Count the triples of a graph."""
    return sum(int(row["triples"].value) for row in store.select(_text("count", graph=graph)))


def claims(store: Store) -> dict[str, Claimed]:
    """List the claims of publishers by IRI."""
    found: dict[str, Claimed] = {}
    for row in store.select(_text("claims")):
        claim = row["claim"].value
        signs = found[claim].signs + 1 if claim in found else 1
        found[claim] = Claimed(row["label"].value, signs)
    return found


def found(store: Store, graph: str, expected: Lines) -> Found:
    """Count and hash a graph, which should hold the expected triples.

    A large graph is asked for subject by subject of those expected; the count says whether there is
    anything else.
    """
    if len(expected) <= AT_ONCE:
        lines = Lines.of(_constructed(store, "triples", graph))
        return Found(len(lines), lines.sha256)
    ground: list[bytes] = []
    for subjects in _slices(expected.ground):
        some = _constructed(store, "triples_of_subjects", graph, subjects=" ".join(subjects))
        ground += Lines.of(some).ground
    blank: Iterable[bytes] = ()
    if expected.blank:
        blank = _constructed(store, "triples_with_blank_nodes", graph)
    return Found(count(store, graph), Lines.of([*ground, *blank]).sha256)


def _slices(ground: list[bytes]) -> Iterator[list[str]]:
    """Group the subjects of sorted lines so that each group has few enough triples."""
    subjects: list[str] = []
    triples = 0
    for subject, lines in groupby(ground, lambda line: line.partition(b" ")[0]):
        size = sum(1 for _ in lines)
        if subjects and (triples + size > AT_ONCE or len(subjects) == _SUBJECTS):
            yield subjects
            subjects, triples = [], 0
        subjects.append(subject.decode())
        triples += size
    if subjects:
        yield subjects


def _constructed(store: Store, name: str, graph: str, **more: str) -> list[bytes]:
    return list(triple_lines(store.construct(_text(name, more, graph=graph))))


def _text(name: str, more: Mapping[str, str] | None = None, **iris: str) -> str:
    """Bind the query of this name to IRIs, and to ``more`` texts as they are."""
    return of_file(_QUERIES / f"{name}.rq").fill(
        {key: f"<{iri}>" for key, iri in iris.items()} | dict(more or {})
    )
