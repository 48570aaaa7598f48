"""The data that each shape reads around a focus node, as paths from it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import pyoxigraph as ox

from mla_graph.model.errors import UnreliableEngine
from mla_graph.model.namespaces import RDF, RDFS, SH
from mla_graph.validation.partial.query_reads import THIS, VALUE, Read, query_reads
from mla_graph.validation.partial.walk import HERE, VALUES, Term, joined
from mla_graph.validation.paths import Node, Path, items, read_path

_CLASSES: Final[Path] = ("/", f"{RDF}type", ("*", f"{RDFS}subClassOf"))
IMPLICIT: Final = {
    ox.NamedNode(f"{RDFS}Class"),
    ox.NamedNode("http://www.w3.org/2002/07/owl#Class"),
}
"""A shape that is also a class has its instances as targets."""
_SHAPE_LISTS: Final = {"and", "or", "xone"}
_SHAPE_VALUES: Final = {"node", "not", "property", "qualifiedValueShape"}
_OF_FOCUS: Final = {"equals", "disjoint", "lessThan", "lessThanOrEquals"}
_OF_VALUES_ALONE: Final = {
    *("datatype", "nodeKind", "in", "hasValue", "pattern", "flags", "languageIn", "uniqueLang"),
    *("minCount", "maxCount", "qualifiedMinCount", "qualifiedMaxCount", "minLength", "maxLength"),
    *("minInclusive", "maxInclusive", "minExclusive", "maxExclusive"),
}
_NO_CONSTRAINTS: Final = {
    *("path", "severity", "message", "ignoredProperties", "deactivated", "name", "description"),
    *("targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf", "order", "group"),
}


class Target(NamedTuple):
    """A node is a target if the path leads from it to ``end``, or to anything if None."""

    path: Path
    end: Term | None


@dataclass(frozen=True)
class ShapeReads:
    """A shape with targets, and the paths that it reads.

    ``of_values`` are read from the values that a rule in SPARQL names, each of which stands for a
    result of its own; None if the rule may read the whole graph.
    """

    name: str
    targets: tuple[Target, ...]
    of_focus: frozenset[Path]
    of_values: frozenset[Path] | None

    def to_json(self) -> list[Any]:
        """For ``from_json``; paths are lists there."""
        targets = [(path, str(end) if end else None) for path, end in self.targets]
        of_values = None if self.of_values is None else sorted(self.of_values, key=str)
        return [self.name, targets, sorted(self.of_focus, key=str), of_values]

    @classmethod
    def from_json(cls, stated: list[Any]) -> "ShapeReads":
        """Read what ``to_json`` gave.

        Raises:
            ValueError, TypeError: it is something else.
        """
        name, targets, of_focus, of_values = stated
        return cls(
            name,
            tuple(Target(_path(path), _term(end) if end else None) for path, end in targets),
            frozenset(map(_path, of_focus)),
            None if of_values is None else frozenset(map(_path, of_values)),
        )


def shape_reads(shapes: Sequence[ox.Triple]) -> list[ShapeReads]:
    """Derive what each shape that has targets reads.

    Raises:
        UnreliableEngine: the shapes use something of which it is not known what it reads, refer
            to themselves, or have targets but no IRI.
    """
    return list(_Shapes(shapes).read())


class _Shapes:
    def __init__(self, shapes: Sequence[ox.Triple]) -> None:
        self._graph = ox.Dataset(ox.Quad(*triple) for triple in shapes)
        self._said: dict[Any, dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
        self._classes = set()
        for subject, predicate, value in shapes:
            if predicate.value.startswith(SH):
                self._said[subject][predicate.value.removeprefix(SH)].append(value)
            elif predicate.value == f"{RDF}type" and value in IMPLICIT:
                self._classes.add(subject)
        self._prefixes = {
            it["prefix"][0].value: it["namespace"][0].value
            for it in self._said.values()
            if "namespace" in it
        }

    def read(self) -> Iterator[ShapeReads]:
        for node in list(self._said):
            if targets := tuple(self._targets(node)):
                reads = list(self._of(node, HERE, ()))
                whole = any(read is None for read in reads)
                by_start = {
                    start: frozenset(read.path for read in reads if read and read.start == start)
                    for start in (THIS, VALUE)
                }
                if not isinstance(node, ox.NamedNode):
                    raise UnreliableEngine("A shape that has targets has no IRI.")
                if by_start[VALUE]:
                    whole = whole or any(target.end is None for target in targets)
                of_values = None if whole else by_start[VALUE]
                yield ShapeReads(node.value, targets, by_start[THIS], of_values)

    def _targets(self, node: Node) -> Iterator[Target]:
        said = self._said[node]
        classes = [*said.get("targetClass", ()), *([node] if node in self._classes else [])]
        yield from (Target(_CLASSES, it) for it in classes)
        yield from (Target(HERE, it) for it in said.get("targetNode", ()))
        yield from (Target(it.value, None) for it in said.get("targetSubjectsOf", ()))
        yield from (Target(("^", it.value), None) for it in said.get("targetObjectsOf", ()))

    def _of(self, shape: Node, at: Path, within: tuple[Node, ...]) -> Iterator[Read | None]:
        """Find what a shape reads of the nodes at the end of a path; None is the whole graph."""
        if shape in within:
            raise UnreliableEngine(f"The shape {shape} refers to itself.")
        said, within = self._said[shape], (*within, shape)
        values = at
        if paths := said.get("path"):
            values = joined(at, read_path(self._graph, paths[0]))
            yield Read(THIS, values)
        for kind, stated in said.items():
            if kind in _SHAPE_VALUES | _SHAPE_LISTS:
                for inner in self._inner(kind, stated):
                    yield from self._of(inner, values, within)
            elif (read := _of_constraint(kind, stated, at, values)) is not None:
                yield from read
            elif kind == "sparql":
                for rule in stated:
                    alone = len(within) == len(stated) == 1
                    yield from self._of_rule(rule, at, values_apart=alone)
            elif kind not in _OF_VALUES_ALONE | _NO_CONSTRAINTS:
                raise UnreliableEngine(f"It is not known what sh:{kind} reads of the data.")

    def _inner(self, kind: str, stated: Iterable[Node]) -> Iterator[Node]:
        """List the shapes inside a shape, one by one or in RDF lists."""
        if kind in _SHAPE_VALUES:
            return iter(stated)
        return (item for head in stated for item in items(self._graph, head))

    def _of_rule(self, rule: Node, at: Path, *, values_apart: bool) -> Iterator[Read | None]:
        reads = query_reads(self._said[rule]["select"][0].value, self._prefixes)
        if reads is None:
            yield None
            return
        for start, path in reads:
            if start == THIS:
                yield Read(THIS, joined(at, path))
            else:
                yield Read(VALUE, path) if values_apart else None


def _of_constraint(kind: str, stated: Sequence[Node], at: Path, values: Path) -> list[Read] | None:
    """List what a constraint reads beside the values; None if it is of another kind."""
    if kind in _OF_FOCUS:
        return [Read(THIS, joined(at, it.value)) for it in stated]
    if kind == "class":
        return [Read(THIS, joined(values, _CLASSES))]
    return [Read(THIS, joined(values, VALUES))] if kind == "closed" else None


def _path(stated: Any) -> Path:
    return stated if isinstance(stated, str) else tuple(map(_path, stated))


def _term(text: str) -> Term:
    line = f"<urn:s> <urn:p> {text} ."
    found: Term = next(iter(ox.parse(line, format=ox.RdfFormat.N_TRIPLES))).object
    return found
