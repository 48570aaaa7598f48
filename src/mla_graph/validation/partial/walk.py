"""Walks along property paths: forward with what was read, and back to the start.

Beside the operators of SPARQL a path may hold two steps that queries with a variable in the place
of the predicate need: to the values of all properties of a node, and to these properties.
"""

import math
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple, Protocol

import pyoxigraph as ox

from mla_graph.validation.paths import Path

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
Branches = dict[Path, "Branches"]

VALUES: Final[Path] = ("values",)
PROPERTIES: Final[Path] = ("properties",)
HERE: Final[Path] = ("/",)
"""The path of no step."""


class Graph(Protocol):
    """Triples that are found by any part."""

    def match(
        self, subject: Term | None, predicate: str | None, value: Term | None
    ) -> Iterable[ox.Triple]:
        """Find the triples with these parts; None is any part."""
        ...


class TooMuchRead(Exception):
    """More triples were read than were wanted."""


class Reading(set[ox.Triple]):
    """Triples that were read: not many more than ``most``, or ``TooMuchRead`` is raised."""

    def __init__(self, most: float = math.inf) -> None:
        super().__init__()
        self.most = most


class Step(NamedTuple):
    """A step of a path: from subject to object along ``predicate``, any if None, or backwards."""

    predicate: str | None
    backwards: bool


def joined(*paths: Path) -> Path:
    """Join paths, one after the other."""
    parts: list[str | Path] = []
    for path in paths:
        parts += path[1:] if path[0] == "/" and not isinstance(path, str) else [path]
    return parts[0] if len(parts) == 1 else ("/", *parts)


def inverse(path: Path) -> Path:
    """Reverse the path."""
    if isinstance(path, str) or path in (VALUES, PROPERTIES):
        return ("^", path)
    operator, *operands = path
    if operator == "^":
        return operands[0]
    if operator == "/":
        return ("/", *(inverse(operand) for operand in reversed(operands)))
    return (operator, *(inverse(operand) for operand in operands))


def steps(path: Path, before: Path = HERE) -> Iterator[tuple[Path, Step]]:
    """List every step of a path, and the path that leads there from the start."""
    if isinstance(path, str):
        yield before, Step(path, backwards=False)
        return
    operator, *operands = path
    if path in (VALUES, PROPERTIES):
        yield before, Step(None, backwards=False)
    elif operator == "^" and (isinstance(operands[0], str) or operands[0] in (VALUES, PROPERTIES)):
        predicate = operands[0] if isinstance(operands[0], str) else None
        yield before, Step(predicate, backwards=True)
    elif operator == "^":
        yield from steps(inverse(operands[0]), before)
    elif operator == "/":
        for number, operand in enumerate(operands):
            yield from steps(operand, joined(before, *operands[:number]))
    elif operator in ("*", "+"):
        yield from steps(operands[0], joined(before, ("*", operands[0])))
    else:
        for operand in operands:
            yield from steps(operand, before)


def follow(
    path: Path, starts: Iterable[Term], graph: Graph, read: Reading | None = None
) -> set[Term]:
    """Find the nodes to which the path leads; add the triples on the way to ``read``.

    Raises:
        TooMuchRead: there are too many.
    """
    nodes = set(starts)
    if isinstance(path, str) or path in (VALUES, PROPERTIES):
        return _step(path, nodes, graph, read, backwards=False)
    operator, *operands = path
    if operator == "^":
        operand = operands[0]
        if isinstance(operand, str) or operand in (VALUES, PROPERTIES):
            return _step(operand, nodes, graph, read, backwards=True)
        return follow(inverse(operand), nodes, graph, read)
    if operator == "/":
        for operand in operands:
            nodes = follow(operand, nodes, graph, read)
        return nodes
    if operator == "|":
        return {node for way in operands for node in follow(way, nodes, graph, read)}
    found = follow(operands[0], nodes, graph, read)
    if operator == "?":
        return nodes | found
    reached = found if operator == "+" else nodes | found
    while found := follow(operands[0], found, graph, read) - reached:
        reached |= found
    return reached


def branches(paths: Iterable[Path]) -> Branches:
    """Arrange paths as a tree of steps, so that what several have in common is followed once."""
    root: Branches = {}
    for path in paths:
        branch = root
        for step in [path] if isinstance(path, str) or path[0] != "/" else path[1:]:
            branch = branch.setdefault(step, {})
    return root


def follow_all(ways: Branches, starts: Iterable[Term], graph: Graph, read: Reading) -> None:
    """Add the triples on all these paths to ``read``.

    Raises:
        TooMuchRead: there are too many.
    """
    for step, further in ways.items():
        follow_all(further, follow(step, starts, graph, read), graph, read)


def _step(
    step: Path, nodes: set[Term], graph: Graph, read: Reading | None, *, backwards: bool
) -> set[Term]:
    found: set[Term] = set()
    predicate = step if isinstance(step, str) else None
    for node in nodes:
        if backwards and step == PROPERTIES:
            if not isinstance(node, ox.NamedNode):
                continue
            triples = graph.match(None, node.value, None)
        elif backwards:
            triples = graph.match(None, predicate, node)
        elif isinstance(node, ox.Literal):
            continue
        else:
            triples = graph.match(node, predicate, None)
        for triple in triples:
            if read is not None:
                read.add(triple)
            if backwards:
                found.add(triple.subject)
            else:
                found.add(triple.predicate if step == PROPERTIES else triple.object)
        if read is not None and len(read) > read.most:
            raise TooMuchRead
    return found
