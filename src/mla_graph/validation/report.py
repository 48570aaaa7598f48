"""The validation report of any engine."""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pyoxigraph as ox

from mla_graph.model.namespaces import HOME, RDF, SH, XSD, shortened
from mla_graph.validation.paths import Node, Path, path_text, path_triples, read_path

Term = ox.NamedNode | ox.BlankNode | ox.Literal

Engine = Callable[[Sequence[ox.Triple], Sequence[ox.Triple]], Iterable[ox.Triple]]
"""Data and shapes to the triples of a SHACL validation report."""

SHAPES: Final = f"{HOME}shapes#"

VIOLATION: Final = "Violation"
SEVERITIES: Final = (VIOLATION, "Warning", "Info")
"""Violation: the build refuses. Warning: a reading to check. Info: good to know."""

_TYPE: Final = ox.NamedNode(f"{RDF}type")


@dataclass(frozen=True)
class Result:
    """One fault: ``focus`` is the faulty node, ``shape`` the named shape that found it.

    ``component`` is the IRI of the SHACL constraint component, ``severity`` a local name of SHACL.
    """

    focus: Term
    path: Path | None
    value: Term | None
    component: str
    severity: str
    message: str
    shape: str

    @property
    def order(self) -> tuple[int, str, str, str, str, str, str]:
        """By severity, then by place, so that equal graphs give equal reports."""
        rank = SEVERITIES.index(self.severity) if self.severity in SEVERITIES else len(SEVERITIES)
        path = path_text(self.path) if self.path else ""
        value = str(self.value) if self.value else ""
        return rank, str(self.focus), path, self.shape, self.component, value, self.message


@dataclass(frozen=True)
class Report:
    """All results, in order."""

    results: tuple[Result, ...]

    @classmethod
    def read(cls, report: Iterable[ox.Triple], shapes: Iterable[ox.Triple]) -> "Report":
        """Read a validation report (SHACL, section 3.6) that was made with these shapes."""
        graph, rules = (
            ox.Dataset(ox.Quad(*triple) for triple in part) for part in (report, shapes)
        )
        heads = graph.quads_for_predicate(ox.NamedNode(f"{SH}result"))
        found = {_result(graph, rules, quad.object) for quad in heads}
        return cls.of(found)

    @classmethod
    def of(cls, results: Iterable[Result]) -> "Report":
        """Make a report of these results."""
        return cls(tuple(sorted(results, key=lambda result: result.order)))

    @property
    def conforms(self) -> bool:
        """Whether there is no violation; warnings do not count."""
        return not self.count(VIOLATION)

    def count(self, severity: str) -> int:
        """Count how many results have the severity."""
        return sum(result.severity == severity for result in self.results)

    def text(self) -> str:
        """For people: a verdict, then each result with what to do about it."""
        verdict = "The graph conforms" if self.conforms else "The graph does not conform"
        counts = [_counted(self.count(name), name.lower()) for name in SEVERITIES]
        parts = [f"{verdict} ({', '.join(filter(None, counts)) or 'nothing found'})."]
        for result in self.results:
            place = [shorten(result.focus)]
            if result.path:
                place.append(path_text(result.path, _short_iri))
            lines = [f"{result.severity}: {' '.join(place)}", f"  {result.message}"]
            if result.value and result.value != result.focus:
                lines.append(f"  found: {shorten(result.value)}")
            lines.append(f"  rule:  {_short_iri(result.shape)}")
            parts.append("\n".join(lines))
        return "\n\n".join(parts) + "\n"

    def to_json(self) -> str:
        """For programs: IRIs in full, paths as SPARQL writes them, values as N-Triples does."""
        return json.dumps(
            {"conforms": self.conforms, "results": [_json(item) for item in self.results]},
            ensure_ascii=False,
            indent=2,
        )

    def to_turtle(self) -> str:
        """Write a ``sh:ValidationReport``; its ``sh:conforms`` considers violations alone."""
        from mla_graph.model.turtle import format_text

        head = ox.BlankNode("report")
        conforms = ox.Literal(str(self.conforms).lower(), datatype=ox.NamedNode(f"{XSD}boolean"))
        triples = [
            ox.Triple(head, _TYPE, _sh("ValidationReport")),
            ox.Triple(head, _sh("conforms"), conforms),
        ]
        for number, result in enumerate(self.results):
            node = ox.BlankNode(f"r{number}")
            triples += [ox.Triple(head, _sh("result"), node), *_triples(result, node)]
        return format_text("".join(f"{triple} .\n" for triple in triples), name="the report")


def shorten(term: Term) -> str:
    """Write the term as Turtle does with the prefixes of the project."""
    if isinstance(term, ox.NamedNode):
        return _short_iri(term.value)
    if isinstance(term, ox.Literal) and not term.language:
        quoted = str(ox.Literal(term.value))
        datatype = term.datatype.value
        return quoted if datatype == f"{XSD}string" else f"{quoted}^^{_short_iri(datatype)}"
    return str(term)


def _short_iri(iri: str) -> str:
    if iri.startswith(SHAPES) and iri != SHAPES:
        return f"mlash:{iri.removeprefix(SHAPES)}"
    return shortened(iri) or f"<{iri}>"


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'s' if number > 1 else ''}" if number else ""


def _sh(name: str) -> ox.NamedNode:
    return ox.NamedNode(f"{SH}{name}")


def _result(graph: ox.Dataset, shapes: ox.Dataset, node: Any) -> Result:
    stated: dict[str, Any] = {}
    messages = []
    for quad in graph.quads_for_subject(node):
        if quad.predicate == _sh("resultMessage") and isinstance(quad.object, ox.Literal):
            messages.append(quad.object.value)
        stated[quad.predicate.value.removeprefix(SH)] = quad.object
    return Result(
        focus=stated["focusNode"],
        path=_path(shapes, stated),
        value=stated.get("value"),
        component=stated["sourceConstraintComponent"].value,
        severity=stated["resultSeverity"].value.removeprefix(SH),
        message=" ".join(sorted(messages)),
        shape=_named_shape(shapes, stated["sourceShape"]),
    )


def _path(shapes: ox.Dataset, stated: dict[str, Any]) -> Path | None:
    """Read the path of a result: an IRI, or that of the shape, which reports copy or omit."""
    path: Any = stated.get("resultPath")
    if isinstance(path, ox.BlankNode):
        said = shapes.quads_for_subject(stated["sourceShape"])
        path = next(quad.object for quad in said if quad.predicate == _sh("path"))
    return read_path(shapes, path) if path else None


def _named_shape(shapes: ox.Dataset, node: Node) -> str:
    """Find the shape's IRI, or that of the shape which contains it."""
    while isinstance(node, ox.BlankNode):
        parents = (quad.subject for quad in shapes.quads_for_object(node))
        node = min((parent for parent in parents if isinstance(parent, Node)), key=str)
    return node.value


def _json(result: Result) -> dict[str, str | None]:
    return {
        "severity": result.severity,
        "focus": getattr(result.focus, "value", str(result.focus)),
        "path": path_text(result.path) if result.path else None,
        "value": str(result.value) if result.value else None,
        "message": result.message,
        "shape": result.shape,
        "component": result.component,
    }


def _triples(result: Result, node: ox.BlankNode) -> list[ox.Triple]:
    stated: list[tuple[str, Term | None]] = [
        ("focusNode", result.focus),
        ("value", result.value),
        ("sourceConstraintComponent", ox.NamedNode(result.component)),
        ("resultSeverity", _sh(result.severity)),
        ("resultMessage", ox.Literal(result.message, language="en")),
        ("sourceShape", ox.NamedNode(result.shape)),
    ]
    triples = [ox.Triple(node, _TYPE, _sh("ValidationResult"))]
    triples += [ox.Triple(node, _sh(name), value) for name, value in stated if value]
    if result.path:
        path, further = path_triples(result.path, f"{node.value}path")
        triples += [ox.Triple(node, _sh("resultPath"), path), *further]
    return triples
