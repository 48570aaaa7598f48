"""Rules on the parse tree of a saved query."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from pyparsing import ParseResults
from rdflib.plugins.sparql.parser import parseQuery
from rdflib.plugins.sparql.parserutils import CompValue
from rdflib.term import BNode, URIRef, Variable

from mla_graph.saved_queries.catalogue import SavedQuery

_REPEATED: Final = ("+", "*", "?")
_BOOLEAN_FUNCTIONS: Final = frozenset(
    f"Builtin_{name}"
    for name in (
        "BOUND", "sameTerm", "isIRI", "isURI", "isBLANK", "isLITERAL", "isNUMERIC", "REGEX",
        "CONTAINS", "STRSTARTS", "STRENDS", "LANGMATCHES", "EXISTS", "NOTEXISTS",
    )
)  # fmt: skip


def shape(query: SavedQuery, tree: CompValue) -> Iterator[str]:
    """Compare the clauses of the query with its header and the rules for whole queries."""
    columns = [column.name for column in query.columns]
    if query.form == "select":
        given = projected(tree)
        if given is None:
            yield "SELECT * has no fixed columns; name them."
        elif given != columns:
            yield f"The header has the columns {columns}, the query gives {given}."
        yield from ordered(tree)
    elif columns:
        yield "Only a SELECT query has columns."
    if tree.limitoffset:
        yield "LIMIT and OFFSET come from the caller; the query should have none."
    if tree.valuesClause:
        yield "VALUES should stand inside the braces."
    if tree.datasetClause:
        yield "The query should ask the merged graph: no FROM."


def ordered(tree: CompValue) -> Iterator[str]:
    """Find a SELECT without ORDER BY."""
    if tree.name == "SelectQuery" and not tree.orderby:
        yield "Without ORDER BY the rows come in no fixed order."


def rules(query: SavedQuery, tree: CompValue) -> Iterator[str]:
    """Find patterns that engines answer differently."""
    parts = {"groupby": "GROUP BY", "orderby": "ORDER BY", "projection": "SELECT"}
    for node in nodes(tree):
        for part, name in parts.items():
            yield from _no_parameters(getattr(node, part), name)
        match node.name:
            case "Bind":
                yield from _no_parameters(node["var"], "AS")
            case "Builtin_BOUND":
                yield from _no_parameters(node["arg"], "BOUND")
            case "InlineData" | "ValuesClause":
                yield from _no_parameters(node.var, "VALUES")
                yield from _no_durations(node.value, "VALUES")
            case "GroupGraphPatternSub":
                yield from _aggregates_first(node)
        if node.name in ("SelectQuery", "SubSelect"):
            yield from _no_durations(node.projection, "SELECT")
        if node.name in ("Bind", "vars") and _is_boolean(node.expr):
            yield f"?{node.evar or node.var} is a computed boolean; engines answer true or 1."
    constants = {parameter.name for parameter in query.parameters if parameter.always_bound}
    if tree.where:
        yield from _path_starts(tree["where"], frozenset(), constants)


def _no_parameters(part: Any, where: str) -> Iterator[str]:
    for variable in _variables(part):
        if variable.startswith("_"):
            yield f"The parameter ${variable} stands in {where}."


def _no_durations(part: Any, where: str) -> Iterator[str]:
    for node in nodes(part):
        named = node.datatype if node.name == "literal" else node.iri
        if named is not None and _local_name(named).lower().endswith("duration"):
            yield f"A duration stands in {where}; some engines refuse it there."


def _aggregates_first(group: CompValue) -> Iterator[str]:
    for part in (group.part or [])[1:]:
        graphs = part.graph if part.name == "GroupOrUnionGraphPattern" else None
        for graph in graphs or []:
            if graph.name == "SubSelect" and any(
                node.name.startswith("Aggregate_") for node in nodes(graph.projection)
            ):
                yield "A sub-SELECT that aggregates should stand first in its group."


def _is_boolean(expression: Any) -> bool:
    """Return whether the expression or one of its branches is certainly a boolean."""
    if not isinstance(expression, CompValue):
        return str(getattr(expression, "datatype", "")).endswith("#boolean")
    match expression.name:
        case "ConditionalOrExpression" | "ConditionalAndExpression" | "RelationalExpression":
            return bool(expression.other) or _is_boolean(expression["expr"])
        case "AdditiveExpression" | "MultiplicativeExpression":
            return not expression.other and _is_boolean(expression["expr"])
        case "UnaryNot":
            return True
        case "Builtin_IF":
            return _is_boolean(expression["arg2"]) or _is_boolean(expression["arg3"])
        case "Builtin_COALESCE":
            return any(_is_boolean(argument) for argument in expression["arg"])
        case "Function":
            return _local_name(expression["iri"]) == "boolean"
        case name:
            return name in _BOOLEAN_FUNCTIONS


def _path_starts(pattern: CompValue, outer: frozenset[str], constants: set[str]) -> Iterator[str]:
    """Find repeated paths (+ * ?) with a start that nothing binds."""
    if pattern.name == "SubSelect":
        yield from _path_starts(pattern["where"], frozenset(), constants)
        return
    parts = pattern.part or []
    triples = [t for p in parts if p.name == "TriplesBlock" for t in _triples(p["triples"])]
    bound = outer | {
        str(end)
        for subject, path, object in triples
        if not _starts_repeated(path)
        for end in (subject, object)
    }
    for subject, path, object in triples:
        if _starts_repeated(path) and not (
            str(subject) in bound
            or _is_constant(subject, constants)
            or _is_constant(object, constants)
        ):
            sigil = "$" if subject.startswith("_") else "?"
            yield f"The path + * or ? from {sigil}{subject} needs a start that a triple binds."
    for part in parts:
        for node in _groups(part):
            yield from _path_starts(node, bound, constants)


def _groups(part: Any) -> Iterator[CompValue]:
    """Find the groups directly inside a part of a group, in expressions too (EXISTS)."""
    for child in _children(part):
        if isinstance(child, CompValue) and child.name in ("GroupGraphPatternSub", "SubSelect"):
            yield child
        else:
            yield from _groups(child)


def _triples(blocks: Any) -> Iterator[tuple[Any, Any, Any]]:
    for block in blocks:
        yield from zip(block[0::3], block[1::3], block[2::3], strict=True)


def _starts_repeated(path: Any) -> bool:
    match path:
        case CompValue(name="PathAlternative"):
            return any(_starts_repeated(part) for part in path["part"])
        case CompValue(name="PathSequence"):
            return _starts_repeated(path["part"][0])
        case CompValue(name="PathElt"):
            return path.mod in _REPEATED or _starts_repeated(path["part"])
        case CompValue(name="PathEltOrInverse"):
            return _starts_repeated(path["part"])
        case _:
            return False


def _is_constant(end: Any, constants: set[str]) -> bool:
    if isinstance(end, Variable):
        return end.startswith("_") and str(end)[1:] in constants
    return not isinstance(end, BNode)


def parsed(text: str) -> CompValue | None:
    """Parse the query with rdflib, its parameters as variables; None if it does not parse."""
    try:
        tree = parseQuery(text)[1]
    except Exception:  # the check reports it
        return None
    assert isinstance(tree, CompValue)
    return tree


def projected(tree: CompValue) -> list[str] | None:
    """Return the names of the columns; None for SELECT *."""
    projection = tree.projection
    if not projection or any(not isinstance(item, CompValue) for item in projection):
        return None
    return [str(item.var or item["evar"]) for item in projection]


def _children(value: Any) -> Iterator[Any]:
    if isinstance(value, Mapping):
        yield from value.values()
    elif isinstance(value, list | ParseResults):
        yield from value


def nodes(value: Any) -> Iterator[CompValue]:
    """Walk the tree from this node down."""
    if isinstance(value, CompValue):
        yield value
    for child in _children(value):
        yield from nodes(child)


def _variables(value: Any) -> Iterator[Variable]:
    if isinstance(value, Variable):
        yield value
    for child in _children(value):
        yield from _variables(child)


def _local_name(iri: Any) -> str:
    if isinstance(iri, URIRef):
        return re.split(r"[#/]", iri)[-1]
    return str(iri.localname)
