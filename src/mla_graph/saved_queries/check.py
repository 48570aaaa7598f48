"""The rules that a saved query must keep to run alike on every engine, as a check of the files."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from itertools import chain
from pathlib import Path
from typing import Any, Final

import pyoxigraph as ox
from pyparsing import ParseResults
from rdflib.plugins.sparql.algebra import translateQuery
from rdflib.plugins.sparql.parser import parseQuery
from rdflib.plugins.sparql.parserutils import CompValue
from rdflib.term import BNode, URIRef, Variable

from mla_graph.model.errors import InputError
from mla_graph.model.namespaces import MLAD
from mla_graph.model.sparql_text import Token, refusal, significant
from mla_graph.model.terms import Term
from mla_graph.saved_queries.catalogue import ENUMERATIONS, Catalogue, SavedQuery
from mla_graph.saved_queries.header import Parameter
from mla_graph.saved_queries.parameters import plain_term
from mla_graph.saved_queries.run import bind
from mla_graph.saved_queries.template import Template, sparql, sparql_rows
from mla_graph.store.interface import Store

RESERVED: Final = ("limit", "offset", "format")
ENUMERATION_COLUMNS: Final = ["value", "code", "label"]

_ANY_DAY: Final = date(2024, 5, 1)
_PREFIX_LINE = re.compile(r"PREFIX ([A-Za-z][\w.-]*)?: <[^<>\s]*>", re.ASCII)
_REPEATED: Final = ("+", "*", "?")
_BOOLEAN_FUNCTIONS: Final = frozenset(
    f"Builtin_{name}"
    for name in (
        "BOUND", "sameTerm", "isIRI", "isURI", "isBLANK", "isLITERAL", "isNUMERIC", "REGEX",
        "CONTAINS", "STRSTARTS", "STRENDS", "LANGMATCHES", "EXISTS", "NOTEXISTS",
    )
)  # fmt: skip


def check(
    query: SavedQuery, store: Store | None = None, local: Callable[[str], str] = str
) -> list[str]:
    """What is wrong with a saved query, one sentence a finding; empty if nothing is.

    With a store, the examples and defaults are also looked up in it. ``local`` gives the text
    without what Oxigraph may not run here.
    """
    findings = [
        *_layout(query.text),
        *_declarations(query),
        *_list_use(query),
        *_text_rules(query.text),
        *_runs(query, local),
        *(_values(query, store) if store is not None else ()),
    ]
    tree = parsed(query.text)
    if tree is not None:
        findings += chain(_shape(query, tree), _rules(query, tree))
    return list(dict.fromkeys(findings))


def check_enumeration(text: str) -> list[str]:
    """What is wrong with a query that lists the values of a parameter."""
    findings = [*_layout(text), *_text_rules(text)]
    if Template.cut(text).names:
        findings.append("A query that lists values takes no parameters.")
    findings += _parses(text, "as it stands", str)
    tree = parsed(text)
    if tree is not None:
        if tree.name != "SelectQuery" or _projected(tree) != ENUMERATION_COLUMNS:
            findings.append("A query that lists values should SELECT ?value ?code ?label.")
        findings += _ordered(tree)
    return findings


def check_folder(folder: Path) -> dict[str, list[str]]:
    """The findings for every file of the folder and of its folder of lists, by path in it.

    Raises:
        UnreadableInput: there is no such folder.
    """
    findings = {}
    catalogue = Catalogue.load(folder)
    for name in catalogue.names:
        try:
            findings[f"{name}.rq"] = check(catalogue.get(name))
        except (InputError, UnicodeDecodeError) as error:
            findings[f"{name}.rq"] = [str(error)]
    for path in sorted((folder / ENUMERATIONS).glob("*.rq")):
        findings[f"{ENUMERATIONS}/{path.name}"] = check_enumeration(path.read_text("utf-8"))
    return findings


def _layout(text: str) -> Iterator[str]:
    lines = text.split("\n")
    for number, line in enumerate(lines, 1):
        if "\t" in line:
            yield f"Line {number} has a tab; indent with blanks."
        if line != line.rstrip():
            yield f"Line {number} ends with blanks."
        if line.lstrip().upper().startswith("PREFIX") and not _PREFIX_LINE.fullmatch(line):
            yield f"Line {number} should be one declaration: PREFIX name: <IRI>."
    if not text.endswith("\n") or text.endswith("\n\n"):
        yield "The file should end with one line break."


def _text_rules(text: str) -> Iterator[str]:
    if re.search(r"\\[uU]", text):
        yield "Write the character itself in place of an escape (\\u…)."
    found = list(significant(text))
    for token in found:
        if token.kind == "variable" and token.text.startswith("?_"):
            yield f"{token.text} is a parameter under another name; write ${token.text[1:]}."
        elif token.kind == "variable" and token.text.startswith("$") and not token.parameter:
            yield f"{token.text} is no parameter; write ?{token.text[1:]}."
    declared: set[str] = set()
    used: set[str] = set()
    for before, token in zip([Token("mark", ""), *found], found, strict=False):
        if token.kind == "name" and ":" in token.text:
            target = declared if before.text.upper() == "PREFIX" else used
            target.add(token.text.partition(":")[0])
    for name in sorted(declared - used):
        yield f"The prefix {name}: is declared and not used."


def _declarations(query: SavedQuery) -> Iterator[str]:
    declared = [parameter.name for parameter in query.parameters]
    passed_on = _passed_on(query)
    for name in sorted(set(query.template.names) - {*declared, *query.row_gaps}):
        yield f"The parameter $_{name} is used and not declared."
    for name in declared:
        if name not in query.template.names and name not in passed_on:
            yield f"The parameter {name} is declared and not used."
        if name in RESERVED:
            yield f"The parameter name {name} is reserved."
    for parameter in query.parameters:
        name = parameter.name
        if parameter.required and parameter.default:
            yield f"The parameter {name} is required and has a default; it can be only one."
        if parameter.unset and (parameter.required or parameter.default):
            yield f"The parameter {name} always has a value, so that unset says nothing."
        if parameter.list and not parameter.always_bound:
            yield f"The list parameter {name} should be required or have a default."
        if not parameter.list and max(len(parameter.default), len(parameter.example)) > 1:
            yield f"The parameter {name} takes one value, but its default or example are several."
        if not (parameter.example or parameter.default):
            yield f"The parameter {name} has no example."
        if parameter.type == "code" and parameter.enumeration is None:
            yield f"The parameter {name} takes a code; name the enumeration that lists it."
        file = query.enumerations / f"{parameter.enumeration}.rq"
        if parameter.enumeration is not None and not file.is_file():
            yield f"The enumeration {parameter.enumeration} of {name} has no file {file.name}."
    if not query.summary:
        yield "The summary is empty."


def _passed_on(query: SavedQuery) -> set[str]:
    """The parameters that the query passes on to the one that goes before."""
    if query.given is None or query.before is None:
        return set()
    return {query.given.names.get(name, name) for name in query.before.parameter_names}


def _list_use(query: SavedQuery) -> Iterator[str]:
    lists = {parameter.name for parameter in query.parameters if parameter.list}
    found = list(significant(query.text))
    for i, token in enumerate(found):
        if token.parameter in lists:
            around = [t.text.upper() for t in (*found[i - 2 : i], *found[i + 1 : i + 2])]
            if around != ["IN", "(", ")"]:
                yield f"The list parameter $_{token.parameter} stands outside IN (…)."


def _runs(query: SavedQuery, local: Callable[[str], str]) -> Iterator[str]:
    """Parse the query as it stands, with its examples, and with its optional parameters unset."""
    yield from _parses(query.text, "as it stands", local)
    try:
        rows = {gap: sparql_rows([[None] * len(c)]) for gap, c in query.row_gaps.items()}
        examples = rows | {p.name: sparql(_stand_ins(p)) for p in query.parameters}
    except InputError as error:
        yield error.detail
        return
    optional = [p.name for p in query.parameters if not p.always_bound]
    yield from _parses(query.template.fill(examples), "bound with its examples", local)
    for name in optional:
        some = {other: text for other, text in examples.items() if other != name}
        yield from _parses(query.template.fill(some), f"without the parameter {name}", local)
    if len(optional) > 1:
        least = {name: text for name, text in examples.items() if name not in optional}
        yield from _parses(query.template.fill(least), "without its optional parameters", local)


def _stand_ins(parameter: Parameter) -> list[Term]:
    """Terms of the right kind for the examples, without a graph to look them up in."""
    texts = parameter.example or parameter.default or ("example",)
    if parameter.enumeration is None:
        return [plain_term(parameter, text, _ANY_DAY) for text in texts]
    if parameter.type == "iri":
        return [ox.NamedNode(f"{MLAD}example/{number}") for number, _ in enumerate(texts)]
    return [ox.Literal(text) for text in texts]


def _parses(text: str, how: str, local: Callable[[str], str]) -> Iterator[str]:
    try:
        ox.Store().query(local(text))
    except SyntaxError as error:
        yield f"Oxigraph, with the query {how}: {refusal(text, str(error)).detail}"
    try:
        translateQuery(parseQuery(text))
    except Exception as error:  # rdflib raises many kinds, plain Exception among them
        yield f"rdflib, with the query {how}: it cannot be parsed: {error}"


def _values(query: SavedQuery, store: Store) -> Iterator[str]:
    examples = {p.name: p.example for p in query.parameters if p.example}
    required = {p.name: p.example for p in query.parameters if p.required}
    for raw in (examples, required):
        try:
            bind(query, store, raw)
        except InputError as error:
            yield f"Its examples or defaults cannot be bound: {error.detail}"


def _shape(query: SavedQuery, tree: CompValue) -> Iterator[str]:
    columns = [column.name for column in query.columns]
    if query.form == "select":
        projected = _projected(tree)
        if projected is None:
            yield "SELECT * has no fixed columns; name them."
        elif projected != columns:
            yield f"The header has the columns {columns}, the query gives {projected}."
        yield from _ordered(tree)
    elif columns:
        yield "Only a SELECT query has columns."
    if tree.limitoffset:
        yield "LIMIT and OFFSET come from the caller; the query should have none."
    if tree.valuesClause:
        yield "VALUES should stand inside the braces."
    if tree.datasetClause:
        yield "The query should ask the merged graph: no FROM."


def _ordered(tree: CompValue) -> Iterator[str]:
    if tree.name == "SelectQuery" and not tree.orderby:
        yield "Without ORDER BY the rows come in no fixed order."


def _rules(query: SavedQuery, tree: CompValue) -> Iterator[str]:
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
                node.name.startswith("Aggregate_") for node in nodes(graph)
            ):
                yield "A sub-SELECT that aggregates should stand first in its group."


def _is_boolean(expression: Any) -> bool:
    """Whether the value of an expression is certainly a boolean, or one of its branches is."""
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
    """Repeated paths (+ * ?) whose start is neither constant nor bound by a plain triple."""
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
    """The groups directly inside a part of a group, in expressions too (EXISTS)."""
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
    """rdflib's parse tree of the query with its parameters as variables, if it parses."""
    try:
        tree = parseQuery(text)[1]
    except Exception:  # reported by _parses
        return None
    assert isinstance(tree, CompValue)
    return tree


def _projected(tree: CompValue) -> list[str] | None:
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
