"""Validation of what a change can affect, with the result of the whole graph.

A changed triple is walked back along the paths that the shapes read, to the focus nodes from which
it can be reached. These are validated again, in a part of the graph that holds all they can read.
"""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

import pyoxigraph as ox

from mla_graph.model.errors import UnreliableEngine
from mla_graph.model.namespaces import SH
from mla_graph.validation.partial.graphs import ChangedGraph, RememberingGraph
from mla_graph.validation.partial.pointers import pointers, pointing_at
from mla_graph.validation.partial.reads import ShapeReads, Target, shape_reads
from mla_graph.validation.partial.walk import (
    HERE,
    Branches,
    Graph,
    Reading,
    Step,
    Term,
    TooMuchRead,
    branches,
    follow,
    follow_all,
    inverse,
    steps,
)
from mla_graph.validation.paths import Path
from mla_graph.validation.report import Engine, Report, Result

_NODE: Final = 10
"""Triples that a node and what it needs have, at a first guess."""
_BY_RULE: Final = f"{SH}SPARQLConstraintComponent"


class Change(NamedTuple):
    """Triples that are gone and triples that are new."""

    removed: frozenset[ox.Triple]
    added: frozenset[ox.Triple]


@dataclass(frozen=True)
class Affected:
    """Focus nodes of which every result may change, and by shape the values that may.

    A shape with values looks at the whole graph and names a value in each result.
    """

    nodes: frozenset[Term]
    values: dict[str, frozenset[Term]]

    def includes(self, result: Result) -> bool:
        """Tell whether the result may be another after the change."""
        if result.component == _BY_RULE and result.shape in self.values:
            return result.value in self.values[result.shape]
        return result.focus in self.nodes


class Part(NamedTuple):
    """Triples, and by the name of each shape the nodes of which they hold all that it reads."""

    triples: Reading
    focus: dict[str, set[Term]]


class Scope:
    """What the shapes read, and so what a change can affect."""

    def __init__(self, shapes: Sequence[ShapeReads]) -> None:
        """See ``reads.shape_reads``."""
        self._shapes = shapes
        self._from_focus, self._from_values = _Ways(), _Ways()
        self._targets: dict[Path, dict[Term | None, set[int]]] = defaultdict(
            lambda: defaultdict(set)
        )
        for number, shape in enumerate(self._shapes):
            for path, end in shape.targets:
                self._targets[path][end].add(number)
            for path in {*shape.of_focus, *(target.path for target in shape.targets)}:
                self._from_focus.add(path, number)
            for path in shape.of_values or ():
                self._from_values.add(path, number)

    def affected(self, before: Graph, change: Change) -> Affected | None:
        """Find the results that the change can affect; None if these may be any.

        ``before`` is the graph before the change, of which ``change.removed`` is a part.
        """
        if any(shape.of_values is None for shape in self._shapes):
            return None
        either = ChangedGraph(before, (), change.added)
        changed = change.removed | change.added
        nodes: set[Term] = set()
        targeted: dict[Term, set[int]] = {}
        for node, numbers in self._from_focus.back(changed, either):
            if node not in targeted:
                targeted[node] = self._targeting(node, either)
            if reading := numbers & targeted[node]:
                if any(self._shapes[number].of_values for number in reading):
                    return None
                nodes.add(node)
        values: dict[str, set[Term]] = {
            shape.name: set() for shape in self._shapes if shape.of_values
        }
        for node, numbers in self._from_values.back(changed, either):
            for number in numbers:
                values[self._shapes[number].name].add(node)
        return Affected(
            frozenset(nodes), {name: frozenset(found) for name, found in values.items()}
        )

    def all_nodes(self, graph: Graph) -> set[Term]:
        """List every node that can be a focus node or a value of its own."""
        found: set[Term] = {end for path, end in self._all_targets() if path == HERE and end}
        for triple in graph.match(None, None, None):
            found.add(triple.subject)
            if not isinstance(triple.object, ox.Literal):
                found.add(triple.object)
        for path, _ in self._all_targets():
            if path[0] == "^" and isinstance(path[1], str):
                found.update(triple.object for triple in graph.match(None, path[1], None))
        return found

    def of_nodes(self, nodes: frozenset[Term]) -> Affected:
        """List all results about these nodes.

        Raises:
            UnreliableEngine: a rule may read the whole graph for each of them.
        """
        if whole := [shape.name for shape in self._shapes if shape.of_values is None]:
            raise UnreliableEngine(f"The graph cannot be divided for {', '.join(whole)}.")
        return Affected(nodes, {shape.name: nodes for shape in self._shapes if shape.of_values})

    def parts(self, affected: Affected, graph: Graph, most: float = math.inf) -> list[Part]:
        """List what the shapes read of the graph for these results.

        Shapes that name values come apart: what is read around a node would be values to them.

        Raises:
            TooMuchRead: these are more than ``most`` triples.
        """
        graph = RememberingGraph(graph)
        nodes, values = Part(Reading(most), {}), Part(Reading(most), {})
        alike: dict[frozenset[int], set[Term]] = defaultdict(set)
        for node in affected.nodes:
            alike[frozenset(self._targeting(node, graph))].add(node)
        for number, shape in enumerate(self._shapes):
            if named := affected.values.get(shape.name):
                follow_all(branches(shape.of_values or ()), named, graph, values.triples)
                for path, end in shape.targets:
                    alike[frozenset((number,))] |= follow(
                        inverse(path), {end} if end else (), graph
                    )
        for numbers, focus in alike.items():
            of_values = frozenset(it for it in numbers if self._shapes[it].of_values)
            for part, some in ((nodes, numbers - of_values), (values, of_values)):
                follow_all(self._reads(some), focus, graph, part.triples)
                for number in some:
                    part.focus.setdefault(self._shapes[number].name, set()).update(focus)
        return [part for part in (nodes, values) if part.focus]

    def _reads(self, numbers: frozenset[int]) -> Branches:
        """Merge what some of the shapes read from their focus nodes."""
        shapes = [self._shapes[number] for number in numbers]
        targets = (target.path for shape in shapes for target in shape.targets)
        return branches({*targets, *(path for shape in shapes for path in shape.of_focus)})

    def _all_targets(self) -> Iterator[Target]:
        return (target for shape in self._shapes for target in shape.targets)

    def _targeting(self, node: Term, graph: Graph) -> set[int]:
        """List the shapes of which the node is a target."""
        said = () if isinstance(node, ox.Literal) else graph.match(node, None, None)
        properties = {triple.predicate.value for triple in said}
        found: set[int] = set()
        for path, ends in self._targets.items():
            if isinstance(path, str):
                if path in properties:
                    found |= ends[None]
            else:
                for end in follow(path, {node}, graph):
                    found |= ends.get(end, set()) | ends.get(None, set())
        return found


class _Ways:
    """The ways that lead to a step along a property, by that property."""

    def __init__(self) -> None:
        self._ways: dict[str | None, dict[tuple[Path, Step], set[int]]] = defaultdict(
            lambda: defaultdict(set)
        )

    def add(self, path: Path, number: int) -> None:
        """Note every step of a path that a shape reads."""
        for before, step in steps(path):
            self._ways[step.predicate][inverse(before), step].add(number)

    def back(
        self, changed: Iterable[ox.Triple], graph: Graph
    ) -> Iterator[tuple[Term, frozenset[int]]]:
        """Find the nodes from which shapes read the triples, and these shapes."""
        ends: dict[tuple[Path, Term], set[int]] = defaultdict(set)
        read = ((triple, p) for triple in changed for p in (triple.predicate.value, None))
        for triple, predicate in read:
            for (way, step), numbers in self._ways.get(predicate, {}).items():
                near = triple.object if step.backwards else triple.subject
                ends[way, near] |= numbers
        for (way, near), numbers in ends.items():
            for node in follow(way, {near}, graph):
                yield node, frozenset(numbers)


@lru_cache(maxsize=4)
def scope_of(shapes: tuple[ox.Triple, ...]) -> Scope:
    """Derive the scope of these shapes, once.

    Raises:
        UnreliableEngine: it is not known what some of them read.
    """
    return Scope(shape_reads(shapes))


def revalidate(
    previous: Report,
    before: Graph,
    change: Change,
    shapes: Sequence[ox.Triple],
    engine: Engine,
    scope: Scope | None = None,
) -> Report | None:
    """Report on the changed graph from the report before; None if all may differ.

    Raises:
        UnreliableEngine: it is not known what some of the shapes read.
        UnreadableInput: the shapes are not well-formed SHACL.
    """
    scope = scope or scope_of(tuple(shapes))
    affected = scope.affected(before, change)
    if affected is None:
        return None
    after = ChangedGraph(before, change.removed, change.added)
    return Report.of(
        [
            *(result for result in previous.results if not affected.includes(result)),
            *_results(affected, scope.parts(affected, after), shapes, engine),
        ]
    )


def validate_in_parts(
    graph: Graph,
    shapes: Sequence[ox.Triple],
    engine: Engine,
    at_once: int,
    progress: Callable[[str], None],
) -> Report:
    """Report on a graph that is too large for the engine, some nodes at a time.

    The engine gets no more than about ``at_once`` triples, if one node does not need more.
    ``progress`` is told after each part how far it is.

    Raises:
        UnreliableEngine: it is not known what some of the shapes read, or it may be anything.
        UnreadableInput: the shapes are not well-formed SHACL.
    """
    scope = scope_of(tuple(shapes))
    found: list[Result] = []
    nodes = sorted(scope.all_nodes(graph), key=str)  # neighbours share their surroundings
    done, number = 0, at_once // _NODE + 1
    while some := nodes[done : done + number]:
        affected = scope.of_nodes(frozenset(some))
        try:
            parts = scope.parts(affected, graph, at_once if len(some) > 1 else math.inf)
        except TooMuchRead:
            # Some nodes have much around them: one instrument may bind all states.
            number = len(some) // 2
            continue
        found += _results(affected, parts, shapes, engine)
        done += len(some)
        number += number // 2 + 1
        progress(f"Validated {done:,} of {len(nodes):,} nodes: {len(found):,} results so far.")
    return Report.of(found)


def _results(
    affected: Affected, parts: Iterable[Part], shapes: Sequence[ox.Triple], engine: Engine
) -> list[Result]:
    pointed = pointing_at(tuple(shapes))
    return [
        result
        for part in parts
        for result in Report.read(
            engine([*part.triples, *pointers(part.focus)], pointed), shapes
        ).results
        if affected.includes(result)
    ]
