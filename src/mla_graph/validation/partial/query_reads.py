"""The triples that a SELECT query of a shape can read, as paths from ``$this`` or ``?value``.

Patterns that must all hold are chained: what is known to be reached by a path leads on to the
other variables of a pattern. A path says less than the query, which joins several; so it reads too
much and never too little.
"""

from collections.abc import Hashable, Iterator
from itertools import count
from typing import Any, Final, NamedTuple

from mla_graph.validation.partial.walk import HERE, PROPERTIES, VALUES, inverse, joined
from mla_graph.validation.paths import Path

THIS: Final = "this"
VALUE: Final = "value"


class Read(NamedTuple):
    """A path that is read from ``$this`` or from each ``?value``."""

    start: str
    path: Path


class _Scope(NamedTuple):
    """A subquery: variables that it does not project are its own."""

    projected: frozenset[str]
    number: int
    outer: "_Scope | None"


class _Pattern(NamedTuple):
    subject: Hashable | None
    path: Path
    property: Hashable | None
    value: Hashable | None


_SAME: Final = ("Filter", "Extend", "Distinct", "Reduced", "OrderBy", "ToMultiSet")
_Part = tuple[Any, _Scope | None]


def query_reads(text: str, prefixes: dict[str, str]) -> frozenset[Read] | None:
    """Find what the query can read; None if that is unknown: the whole graph."""
    from rdflib.plugins.sparql import prepareQuery

    algebra = prepareQuery(text, initNs=prefixes).algebra
    for starts in ((THIS,), (THIS, VALUE)):
        reader = _Reader()
        known: dict[Hashable, Read] = {name: Read(name, HERE) for name in starts}
        if reader.visit((algebra.p, None), known):
            return frozenset(reader.reads)
    return None


class _Reader:
    def __init__(self) -> None:
        self.reads: set[Read] = set()
        self._numbers = count()

    def visit(self, part: _Part, outer: dict[Hashable, Read]) -> bool:
        """Read a group and all that depends on it; False if something in it is out of reach."""
        patterns: list[_Pattern] = []
        dependent: list[_Part] = []
        if not self._collect(part, patterns, dependent):
            return False
        known = dict(outer)
        waiting = patterns
        while waiting:
            left = [pattern for pattern in waiting if not self._reach(pattern, known)]
            if len(left) == len(waiting):
                return False
            waiting = left
        return all(self.visit(inner, known) for inner in dependent)

    def _reach(self, pattern: _Pattern, known: dict[Hashable, Read]) -> bool:
        subject, path, property_, value = pattern
        if subject in known:
            start, way = known[subject]
        elif value in known:
            start, back = known[value]
            way = joined(back, inverse(path))
            self.reads.add(Read(start, way))
            if property_ is not None and property_ not in known:
                return False  # the way from a value to the property is not a path
        else:
            return False
        if subject in known:
            self.reads.add(Read(start, joined(way, path)))
            if value is not None:
                known.setdefault(value, Read(start, joined(way, path)))
            if property_ is not None:
                known.setdefault(property_, Read(start, joined(way, PROPERTIES)))
        elif subject is not None:
            known[subject] = Read(start, way)
        return True

    def _collect(self, part: _Part, patterns: list[_Pattern], dependent: list[_Part]) -> bool:
        """Sort a group into patterns that must hold, and groups that depend on them."""
        node, scope = part
        if node.name == "BGP":
            patterns += (_pattern(triple, scope) for triple in node.triples)
            return True
        if node.name == "values":
            return True
        if node.name == "Project":
            names = frozenset(str(variable) for variable in node.PV)
            inner = _Scope(names, next(self._numbers), scope)
            return self._collect((node.p, inner), patterns, dependent)
        if node.name in _SAME:
            dependent += ((graph, scope) for graph in _exists(node.get("expr")))
            return self._collect((node.p, scope), patterns, dependent)
        if node.name == "Join":
            return all(self._collect((p, scope), patterns, dependent) for p in (node.p1, node.p2))
        if node.name == "Union":
            dependent += [(node.p1, scope), (node.p2, scope)]
            return True
        if node.name in ("LeftJoin", "Minus"):
            dependent.append((_conditioned(node), scope))
            return self._collect((node.p1, scope), patterns, dependent)
        return False


def _conditioned(node: Any) -> Any:
    """Give the second group of OPTIONAL or MINUS, with the condition of an OPTIONAL."""
    from rdflib.plugins.sparql.parserutils import CompValue

    return CompValue("Filter", p=node.p2, expr=node.get("expr"))


def _exists(expression: Any) -> Iterator[Any]:
    """Find the groups of EXISTS and NOT EXISTS anywhere in an expression."""
    from rdflib.plugins.sparql.parserutils import CompValue

    if isinstance(expression, list | tuple):
        for part in expression:
            yield from _exists(part)
    elif isinstance(expression, CompValue):
        if expression.name in ("Builtin_EXISTS", "Builtin_NOTEXISTS"):
            yield expression.graph  # the item of this name is the parsed text, before translation
        else:
            yield from _exists(list(expression.values()))


def _pattern(triple: tuple[Any, Any, Any], scope: _Scope | None) -> _Pattern:
    from rdflib.term import URIRef, Variable

    subject, predicate, value = triple
    if isinstance(predicate, Variable):
        return _Pattern(_name(subject, scope), VALUES, _name(predicate, scope), _name(value, scope))
    path = str(predicate) if isinstance(predicate, URIRef) else _path(predicate)
    return _Pattern(_name(subject, scope), path, None, _name(value, scope))


def _name(term: Any, scope: _Scope | None) -> Hashable | None:
    """Name the variable and its scope; None for a constant."""
    from rdflib.term import BNode, Variable

    if not isinstance(term, Variable | BNode):
        return None
    name = str(term)
    while scope:
        if name not in scope.projected:
            return scope.number, name
        scope = scope.outer
    return name


def _path(path: Any) -> Path:
    """Convert a property path of rdflib."""
    from rdflib.paths import AlternativePath, InvPath, MulPath, SequencePath

    if isinstance(path, SequencePath):
        return ("/", *map(_path, path.args))
    if isinstance(path, AlternativePath):
        return ("|", *map(_path, path.args))
    if isinstance(path, InvPath):
        return ("^", _path(path.arg))
    if isinstance(path, MulPath):
        return (str(path.mod), _path(path.path))
    return str(path) if isinstance(path, str) else ("|", VALUES, ("^", VALUES))
