"""One planted fault for every kind that the shapes can report, to test an engine.

An engine that does not know a constraint may skip it without a word. So before its verdict is
believed it is given small faults made from the shapes themselves: one for each constraint,
severity, target and path that they use, and for each rule in SPARQL the fault that the rule
gives as its ``skos:example``.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Final, NamedTuple

import pyoxigraph as ox

from mla_graph.model.errors import UnreliableEngine
from mla_graph.model.namespaces import RDF, RDFS, SH, SKOS, XSD
from mla_graph.validation.report import Engine


class Canary(NamedTuple):
    """Shapes and data in Turtle, and the results that are due: how many, on which shape."""

    shapes: str
    data: str
    shape: str
    component: str
    severity: str
    number: int = 1


class _Constraint(NamedTuple):
    """What the shapes say with one parameter, of the values of a path or of the node itself."""

    kind: str
    on_path: bool
    severity: str
    values: tuple[Any, ...]


class _Fault(NamedTuple):
    """Values that a constraint forbids, and what else is said of the node.

    ``rule`` takes the place of a constraint that refers to shapes or lists.
    """

    values: list[str]
    more: str = ""
    rule: str = ""


def check(engine: Engine, shapes: Sequence[ox.Triple]) -> None:
    """Have the engine find every canary of the shapes.

    Raises:
        UnreliableEngine: it misses one, or the shapes use something that has none.
    """
    canaries = list(_canaries(shapes))
    planted = _turtle([_INNER, *(canary.shapes for canary in canaries)])
    data = [*_turtle(canary.data for canary in canaries), *_examples(shapes)]
    found = _results(engine(data, [*shapes, *planted]))
    missed = {
        f"sh:{canary.component} of {canary.shapes or canary.shape}"
        for canary in canaries
        if found[canary[2:5]] < canary.number
    }
    if missed:
        raise UnreliableEngine(
            "The SHACL engine overlooks faults that were planted to test it, so its verdict "
            f"would be worth nothing: {'; '.join(sorted(missed))}"
        )


_EXAMPLE: Final = ox.NamedNode(f"{SKOS}example")
_CANARY: Final = "urn:mla-graph:canary:"
_PREFIXES: Final = {"c": _CANARY, "rdfs": RDFS, "sh": SH, "xsd": XSD}
_INNER: Final = "c:Iri sh:nodeKind sh:IRI . c:Literal sh:nodeKind sh:Literal ."
_PROBES: Final = ("~", " ", "a", "")
"""No pattern of the shapes matches all of these."""


def _iris(number: int) -> list[str]:
    return [f"c:other{n}" for n in range(number)]


def _datatype(datatypes: list[Any]) -> list[_Fault]:
    of_texts = {f"{XSD}string", f"{RDF}langString"}
    ill_formed = [_Fault([f'"?"^^{it}']) for it in datatypes if it.value not in of_texts]
    return [_Fault(['"?"^^c:datatype']), *ill_formed]


def _comparison(paths: list[Any]) -> list[_Fault]:
    days = '"2001-01-01"^^xsd:date', '"2000-01-01"^^xsd:date'
    hours = '"09:00:00"^^xsd:time', '"08:00:00"^^xsd:time'
    return [
        _Fault([late], " ".join(f"; {path} {early}" for path in paths))
        for late, early in (days, hours)
    ]


def _pattern(patterns: list[Any]) -> list[_Fault]:
    probe = next(text for text in _PROBES if not any(re.search(p.value, text) for p in patterns))
    return [_Fault([str(ox.Literal(probe))])]


_FAULTS: Final[dict[str, Callable[[list[Any]], list[_Fault]]]] = {
    "class": lambda _: [_Fault(_iris(1))],
    "closed": lambda _: [_Fault(_iris(1), rule="sh:closed true ; sh:ignoredProperties (c:q)")],
    "datatype": _datatype,
    "disjoint": lambda it: [_Fault(_iris(1), " ".join(f"; {path} c:other0" for path in it))],
    "equals": lambda it: [_Fault(_iris(1), rule=f"sh:equals {it[0]}")],
    "hasValue": lambda _: [_Fault(_iris(1))],
    "in": lambda _: [_Fault(_iris(1), rule='sh:in (c:one "two")')],
    "languageIn": lambda _: [_Fault(['"?"@fr'], rule='sh:languageIn ("en")')],
    "lessThan": _comparison,
    "lessThanOrEquals": _comparison,
    "maxCount": lambda it: [_Fault(_iris(int(it[0].value) + 1))],
    "minCount": lambda it: [_Fault(_iris(int(it[0].value) - 1))],
    "minInclusive": lambda it: [_Fault([str(int(it[0].value) - 1)])],
    "node": lambda _: [_Fault(_iris(1), rule="sh:node c:Literal")],
    "nodeKind": lambda it: [_Fault(['"?"'] if it[0].value == f"{SH}IRI" else _iris(1))],
    "not": lambda _: [_Fault(_iris(1), rule="sh:not c:Iri")],
    "or": lambda _: [_Fault(_iris(1), rule="sh:or (c:Literal c:Literal)")],
    "pattern": _pattern,
    "qualifiedMaxCount": lambda it: [
        _Fault(
            _iris(int(it[0].value) + 1),
            rule=f"sh:qualifiedMaxCount {it[0]} ; sh:qualifiedValueShape c:Iri",
        )
    ],
    "qualifiedMinCount": lambda it: [
        _Fault(
            _iris(int(it[0].value)),
            rule=f"sh:qualifiedMinCount {it[0]} ; sh:qualifiedValueShape c:Literal",
        )
    ],
    "xone": lambda _: [
        _Fault(_iris(1), rule="sh:xone (c:Literal c:Literal)"),
        _Fault(_iris(1), rule="sh:xone (c:Iri c:Iri)"),
    ],
    "uniqueLang": lambda _: [_Fault(['"a"@en', '"b"@en'])],
}
"""How to break each kind of constraint, by the local name of its parameter."""

_TARGETS: Final = {
    "targetClass": ("c:Class", "c:node a c:Sub . c:Sub rdfs:subClassOf c:Class ."),
    "targetNode": ("c:node", ""),
    "targetObjectsOf": ("c:marks", "c:other c:marks c:node ."),
    "targetSubjectsOf": ("c:marked", "c:node c:marked 1 ."),
}
_PATHS: Final = {
    "inversePath": ("[ sh:inversePath c:p ]", "c:other c:p c:node ."),
    "alternativePath": ("[ sh:alternativePath (c:q c:p) ]", "c:node c:p c:other ."),
    "sequence": ("(c:q c:p)", "c:node c:q c:other . c:other c:p c:another ."),
}
_OTHER_TERMS: Final = {
    *("path", "property", "severity", "message", "ignoredProperties", "qualifiedValueShape"),
    *("select", "prefixes", "declare", "prefix", "namespace"),
}


def _canaries(shapes: Sequence[ox.Triple]) -> Iterator[Canary]:
    stated: dict[Any, dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
    for subject, predicate, value in shapes:
        if predicate.value.startswith(SH):
            stated[subject][predicate.value.removeprefix(SH)].append(value)
    with_example = {subject for subject, predicate, _ in shapes if predicate == _EXAMPLE}
    constraints = set()
    features = {"targetObjectsOf"}  # by which a part of a graph is validated, see pointers.py
    for node, said in stated.items():
        severity = next((it.value.removeprefix(SH) for it in said.get("severity", ())), "Violation")
        on_path = "path" in said
        if any(_is_blank(path) and path not in stated for path in said.get("path", ())):
            features.add("sequence")
        for kind in said.keys() - _OTHER_TERMS:
            if kind == "sparql":
                if node not in with_example:
                    raise UnreliableEngine(f"{node} is to give a fault in Turtle as skos:example.")
                yield Canary("", "", str(node), "SPARQL", severity, len(said[kind]))
            elif kind in _FAULTS:
                values = sorted((it for it in said[kind] if not _is_blank(it)), key=str)
                constraints.add(_Constraint(kind, on_path, severity, tuple(values)))
            elif kind in _TARGETS or kind in _PATHS:
                features.add(kind)
            else:
                raise UnreliableEngine(
                    f"The shapes use sh:{kind}, and no fault is known that would show whether "
                    "an engine heeds it."
                )
    yield from _of_constraints(constraints)
    yield from map(_of_feature, sorted(features))


def _of_constraints(constraints: Iterable[_Constraint]) -> Iterator[Canary]:
    faults = [
        (constraint, fault)
        for constraint in sorted(constraints, key=str)
        for fault in _FAULTS[constraint.kind](list(constraint.values))
    ]
    for number, (constraint, fault) in enumerate(faults):
        yield _of_constraint(constraint, fault, f"c:{number}")


def _of_constraint(constraint: _Constraint, fault: _Fault, name: str) -> Canary:
    kind, on_path, severity, values = constraint
    rule = fault.rule or " ; ".join(f"sh:{kind} {value}" for value in values)
    own = f"{name} a sh:NodeShape ; sh:targetNode"
    if on_path:
        node = f"{name}-node"
        shape = f"{own} {node} ; sh:property {name}-path . {name}-path sh:path c:p ;"
        said = f"{', '.join(fault.values) or 'c:none'}"
        data = f"{node} {'c:p' if fault.values else 'c:q'} {said} {fault.more} ."
    else:
        node = fault.values[0]
        shape = f"{own} {node} ;"
        data = "" if node.startswith('"') else f"{node} c:p c:other ."
    return Canary(
        f"{shape} sh:severity sh:{severity} ; {rule} .",
        data,
        f"<{_CANARY}{name[2:]}{'-path' if on_path else ''}>",
        f"{kind[0].upper()}{kind[1:]}",
        severity,
        1 if fault.rule else len(values),
    )


def _of_feature(kind: str) -> Canary:
    """Plant a value where a target or a path should lead to none."""
    target_kind = kind if kind in _TARGETS else "targetNode"
    target, data = _TARGETS.get(kind, ("c:node", ""))
    path, more = _PATHS.get(kind, ("c:p", "c:node c:p c:other ."))
    shapes = (
        f"c:{kind} a sh:NodeShape ; sh:{target_kind} {target} ; sh:property c:{kind}-path . "
        f"c:{kind}-path sh:path {path} ; sh:maxCount 0 ."
    )
    shapes, data = (
        re.sub("c:(node|other)", rf"c:{kind}-\1", text) for text in (shapes, data + more)
    )
    return Canary(shapes, data, f"<{_CANARY}{kind}-path>", "MaxCount", "Violation")


def _examples(shapes: Sequence[ox.Triple]) -> Iterator[ox.Triple]:
    """Read the faults of the rules in SPARQL, written with the prefixes of the shapes.

    Raises:
        UnreliableEngine: an example is no Turtle.
    """
    declared: dict[Any, dict[str, str]] = defaultdict(dict)
    for subject, predicate, value in shapes:
        if predicate.value in (f"{SH}prefix", f"{SH}namespace"):
            declared[subject][predicate.value.removeprefix(SH)] = value.value
    prefixes = {it["prefix"]: it["namespace"] for it in declared.values()}
    rules = {subject for subject, predicate, _ in shapes if predicate.value == f"{SH}sparql"}
    for subject, predicate, value in shapes:
        if predicate == _EXAMPLE and subject in rules:
            try:
                yield from _turtle([value.value], prefixes)
            except SyntaxError as error:
                raise UnreliableEngine(f"The example of {subject} is no Turtle: {error}") from error


def _turtle(texts: Iterable[str], prefixes: dict[str, str] = _PREFIXES) -> list[ox.Triple]:
    header = [f"PREFIX {prefix}: <{space}>" for prefix, space in prefixes.items()]
    text = "\n".join([*header, *texts])
    return [quad.triple for quad in ox.parse(text, format=ox.RdfFormat.TURTLE)]


def _results(report: Iterable[ox.Triple]) -> Counter[tuple[str, str, str]]:
    """Count how often a shape reports a component with a severity."""
    stated: dict[Any, dict[str, str]] = defaultdict(dict)
    for subject, predicate, value in report:
        stated[subject][predicate.value.removeprefix(SH)] = str(value)
    return Counter(
        (
            result["sourceShape"],
            result["sourceConstraintComponent"][1:-1]
            .removeprefix(SH)
            .removesuffix("ConstraintComponent"),
            result["resultSeverity"][1:-1].removeprefix(SH),
        )
        for result in stated.values()
        if "sourceShape" in result
    )


def _is_blank(term: Any) -> bool:
    return isinstance(term, ox.BlankNode)
