"""Shapes restricted to a given list of focus nodes.

A part of a graph also holds nodes of which it does not hold everything. As targets they would take
most of the time, and give results that are wrong.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Final

import pyoxigraph as ox

from mla_graph.model.namespaces import RDF, SH
from mla_graph.validation.partial.reads import IMPLICIT
from mla_graph.validation.partial.walk import Term

_PART: Final = ox.NamedNode("urn:mla-graph:part")
_POINTS: Final = "urn:mla-graph:points:"
_OBJECTS_OF: Final = ox.NamedNode(f"{SH}targetObjectsOf")
_TARGETS: Final = {f"{SH}target{kind}" for kind in ("Class", "Node", "SubjectsOf", "ObjectsOf")}


@lru_cache(maxsize=2)
def pointing_at(shapes: tuple[ox.Triple, ...]) -> tuple[ox.Triple, ...]:
    """Restrict the shapes to the targets of ``pointers``."""
    subjects = {shape for shape, predicate, _ in shapes if predicate.value in _TARGETS}
    subjects |= {shape for shape, _, value in shapes if value in IMPLICIT}
    return (
        *(triple for triple in shapes if not _targets(triple)),
        *(
            ox.Triple(shape, _OBJECTS_OF, _pointer(shape.value))
            for shape in sorted(subjects, key=str)
            if isinstance(shape, ox.NamedNode)
        ),
    )


def pointers(focus: Mapping[str, Iterable[Term]]) -> Iterator[ox.Triple]:
    """Make nodes the targets of the shapes of these names."""
    for name, nodes in focus.items():
        pointer = _pointer(name)
        yield from (ox.Triple(_PART, pointer, node) for node in nodes)


def _targets(triple: ox.Triple) -> bool:
    implicit = triple.predicate.value == f"{RDF}type" and triple.object in IMPLICIT
    return implicit or triple.predicate.value in _TARGETS


def _pointer(name: str) -> ox.NamedNode:
    return ox.NamedNode(f"{_POINTS}{name}")
