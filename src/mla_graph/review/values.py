"""Values of facts as a reviewer reads and types them."""

from collections.abc import Mapping
from typing import Final

import pyoxigraph as ox

from mla_graph.ingest.facts.known import Known
from mla_graph.ingest.facts.nodes import Node, duration, number, text
from mla_graph.model.errors import InvalidValue
from mla_graph.model.namespaces import MLAD, PREFIXES, XSD, shortened
from mla_graph.model.terms import Term, canonical, date_term, text_term

FIXED: Final = frozenset(
    {
        "rdf:type", "prov:wasDerivedFrom", "prov:wasAttributedTo", "mla:belongsToImplementation",
        "mla:decidedDate", "mla:hasConfidence", "mla:hasReviewDecision",
    }
)  # fmt: skip
"""What the review sets itself."""

FURTHER: Final[dict[str, tuple[str, ...]]] = {
    "competence": ("mla:hasModality", "mla:usesChannel", "skos:note@en"),
    "condition": ("mla:countsLawOf", "mla:limits", "skos:note@en"),
    "language-rule": ("mla:hasModality", "skos:note@en"),
    "legal-basis": ("mla:appliesToGroup", "mla:statedIn", "mla:citedAs", "skos:note@en"),
    "time-limit": ("mla:hasModality", "mla:startsOn", "mla:bindsAuthority", "skos:note@en"),
}
"""Fields that a fact may lack and a reviewer may fill, by kind."""

_TEXTS: Final = ("mla:citedAs",)


def fields(node: Node) -> dict[str, str]:
    """Return the values of a fact by the name of the field, one a line.

    Text in a language has a field for each language: ``skos:note@en``.
    """
    found: dict[str, list[str]] = {}
    for name, terms in node.properties.items():
        for term in terms if name not in FIXED else ():
            spoken = term.language if isinstance(term, ox.Literal) else None
            found.setdefault(f"{name}@{spoken}" if spoken else name, []).append(shown(term))
    found |= {name: [] for name in FURTHER.get(node.kind, ()) if name not in found}
    return {name: "\n".join(lines) for name, lines in found.items()}


def shown(term: Term) -> str:
    """Write a value as it is typed: a resource by its short name, else the bare value."""
    return (shortened(term.value) or term.value) if isinstance(term, ox.NamedNode) else term.value


def read_fields(node: Node, given: Mapping[str, str], known: Known) -> dict[str, tuple[Term, ...]]:
    """Return the properties of a fact with the values that a reviewer typed.

    Raises:
        InvalidValue: a value is no resource of the graph, or has another form than it should have.
    """
    values = {name: terms for name, terms in node.properties.items() if name in FIXED}
    for name in fields(node):
        lines = [line.strip() for line in given.get(name, "").splitlines() if line.strip()]
        own, _, spoken = name.partition("@")
        terms = [_term(own, spoken, line, node, known) for line in lines]
        if terms:
            values[own] = tuple(sorted({*values.get(own, ()), *terms}, key=str))
    return values


def _term(name: str, spoken: str, line: str, node: Node, known: Known) -> Term:
    if spoken:
        found = text(line, spoken)
        assert found is not None
        return found
    old = node.properties.get(name, ())
    if any(isinstance(term, ox.Literal) for term in old) or name in _TEXTS:
        kind = next((t.datatype.value for t in old if isinstance(t, ox.Literal)), f"{XSD}string")
        return _literal(name, line, kind.removeprefix(XSD))
    return _resource(name, line, known, node)


def _literal(name: str, line: str, kind: str) -> ox.Literal:
    """Read a value of a datatype.

    Raises:
        InvalidValue: it has another form.
    """
    try:
        match kind:
            case "date":
                return date_term(line, name)
            case "yearMonthDuration" | "dayTimeDuration":
                return duration(line)
            case "integer" | "decimal":
                float(line)
                return number(line)
            case "boolean":
                if line not in ("true", "false"):
                    raise InvalidValue(
                        f"{name} is {line!r}; it should be true or false.", value=line
                    )
                return canonical(ox.Literal(line, datatype=ox.NamedNode(f"{XSD}boolean")))
    except ValueError as error:
        raise InvalidValue(f"{name} is {line!r}; it should be a number.", value=line) from error
    return text_term(line, name)


def _resource(name: str, line: str, known: Known, node: Node) -> ox.NamedNode:
    """Read the short name of a resource, such as ``framework:eio``.

    Raises:
        InvalidValue: neither the graph nor the fact names such a resource.
    """
    prefix, _, key = line.replace("/", ":", 1).partition(":")
    spaces = {"language": PREFIXES["language"]}
    iri = f"{spaces.get(prefix, f'{MLAD}{prefix}/')}{key}"
    allowed = {term.value for terms in node.properties.values() for term in terms}
    if iri in allowed or known.describes(iri):
        return ox.NamedNode(iri)
    raise InvalidValue(
        f"{name} is {line!r}, which the graph does not describe; it should be a short name such as "
        f"{prefix or 'framework'}:{key[:20] or 'eio'} of ontology/lists/ or graph_data/.",
        value=line,
    )
