"""Fixed questions that have the same answers in an invented world of any size."""

from collections.abc import Iterator
from typing import Final

from mla_graph.saved_queries.catalogue import Catalogue

PAIRS: Final = (
    ("BE", "LU", "A.30", "2024-05-01"),
    ("LU", "DE", "A.22", "2019-02-01"),
    ("FR", "IE", "A.30", "2024-05-01"),
    ("IE", "BE", "B.1", "2012-06-01"),
    ("DE", "FR", "E.1", "2024-05-01"),
)
"""Requesting state, executing state, measure and day, of states of the core."""

GLOBAL: Final = ("coverage", "stale")
"""Queries about the whole graph, whose answers grow with it."""

_OTHER: Final[dict[str, dict[str, list[str]]]] = {
    # What the example names is not in the invented world, or ever more is said of it there.
    "links": {"resource": ["instrument/eu-dir-2014-41"]},
    "source-document": {"source": ["source/synth-lu-a.30"]},
    "instrument-relations": {"instrument": ["eu-conv-2000-mla"]},
    "provenance": {"resource": ["implementation/lu-a.30"]},
}


def probes(catalogue: Catalogue) -> Iterator[tuple[str, dict[str, list[str]]]]:
    """For each saved query its name and values: those of its examples where they fit."""
    for query in catalogue:
        examples = {p.name: list(p.example) for p in query.parameters if p.example}
        yield query.name, _OTHER.get(query.name, examples)
