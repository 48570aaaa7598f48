"""What a server holds: asked in SPARQL, in answers small enough for servers that cut long ones."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import groupby
from typing import Final, NamedTuple

from mla_graph.model.published import DATASET, RELEASES
from mla_graph.publish.content import Lines, triple_lines
from mla_graph.store.interface import Store

AT_ONCE: Final = 5_000
"""Triples asked for in one query, if no subject alone has more."""

_SUBJECTS: Final = 500
_PREFIXES: Final = """\
PREFIX dcat: <http://www.w3.org/ns/dcat#>
PREFIX dcterms: <http://purl.org/dc/terms/>
"""


class Found(NamedTuple):
    """What a graph on the server consists of."""

    triples: int
    sha256: str


def described(store: Store) -> set[str]:
    """The releases (IRIs) of which the server has any part: each is described before it is sent."""
    query = f"""{_PREFIXES}SELECT ?release
WHERE {{ GRAPH ?release {{ ?release dcat:isVersionOf <{DATASET}> }} }}"""
    return {row["release"].value for row in store.select(query)}


def available(store: Store) -> dict[str, datetime]:
    """From when each release (by IRI) that was ever current is so, the last time."""
    query = f"""{_PREFIXES}SELECT ?release ?from
WHERE {{ GRAPH <{RELEASES}> {{ ?release dcterms:available ?from }} }}"""
    found: dict[str, datetime] = {}
    for row in store.select(query):
        release, since = row["release"].value, datetime.fromisoformat(row["from"].value)
        found[release] = max(since, found.get(release, since))
    return found


def parts(store: Store, release: str) -> list[str]:
    """The graphs of which a release consists, as its description says."""
    query = f"""{_PREFIXES}SELECT ?part
WHERE {{ GRAPH <{release}> {{ <{release}> dcterms:hasPart ?part }} }}"""
    return [row["part"].value for row in store.select(query)]


def counts(store: Store, release: str) -> dict[str, int]:
    """The number of triples of each part of a release; what is missing is missing."""
    query = f"""{_PREFIXES}SELECT ?part (COUNT(*) AS ?triples)
WHERE {{
  GRAPH <{release}> {{ <{release}> dcterms:hasPart ?part }}
  GRAPH ?part {{ ?s ?p ?o }}
}}
GROUP BY ?part"""
    return {row["part"].value: int(row["triples"].value) for row in store.select(query)}


def count(store: Store, graph: str) -> int:
    """The number of triples of a graph."""
    query = f"SELECT (COUNT(*) AS ?triples) WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}"
    return sum(int(row["triples"].value) for row in store.select(query))


def found(store: Store, graph: str, expected: Lines) -> Found:
    """Count and hash of a graph, which should hold the expected triples.

    A large graph is asked for subject by subject of those expected; the count says whether there is
    anything else.
    """
    if len(expected) <= AT_ONCE:
        lines = Lines.of(_constructed(store, graph, ""))
        return Found(len(lines), lines.sha256)
    ground: list[bytes] = []
    for subjects in _slices(expected.ground):
        values = f"VALUES ?s {{ {' '.join(subjects)} }}"
        ground += Lines.of(_constructed(store, graph, f"{values} FILTER(!isBlank(?o))")).ground
    blank: Iterable[bytes] = ()
    if expected.blank:
        blank = _constructed(store, graph, "FILTER(isBlank(?s) || isBlank(?o))")
    return Found(count(store, graph), Lines.of([*ground, *blank]).sha256)


def _slices(ground: list[bytes]) -> Iterator[list[str]]:
    """The subjects of sorted lines, in groups with few enough triples."""
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


def _constructed(store: Store, graph: str, narrowed: str) -> list[bytes]:
    query = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ {narrowed} GRAPH <{graph}> {{ ?s ?p ?o }} }}"
    return list(triple_lines(store.construct(query)))
