"""Rules of saved queries, checked on the files, so that every engine answers alike."""

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Final

import pyoxigraph as ox
from rdflib.plugins.sparql.algebra import translateQuery
from rdflib.plugins.sparql.parser import parseQuery

from mla_graph.model.errors import InputError
from mla_graph.model.namespaces import MLAD
from mla_graph.model.sparql_text import Token, refusal, significant
from mla_graph.model.terms import Term
from mla_graph.saved_queries.catalogue import ENUMERATIONS, Catalogue, SavedQuery
from mla_graph.saved_queries.header import DEFINITIONS, Parameter, definitions, used
from mla_graph.saved_queries.parameters import plain_term
from mla_graph.saved_queries.parse_tree import ordered, parsed, projected, rules, shape
from mla_graph.saved_queries.run import bind
from mla_graph.saved_queries.template import Template, sparql, sparql_rows
from mla_graph.store.interface import Store

RESERVED: Final = ("limit", "offset", "format")
ENUMERATION_COLUMNS: Final = ["value", "code", "label"]

_ANY_DAY: Final = date(2024, 5, 1)
_PREFIX_LINE = re.compile(r"PREFIX ([A-Za-z][\w.-]*)?: <[^<>\s]*>", re.ASCII)


def check(
    query: SavedQuery, store: Store | None = None, local: Callable[[str], str] = str
) -> list[str]:
    """List what is wrong with a saved query, one sentence a finding.

    With a store, the examples and defaults are also looked up in it. ``local`` removes from the
    text what Oxigraph may not run here.
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
        findings += [*shape(query, tree), *rules(query, tree)]
    return list(dict.fromkeys(findings))


def check_enumeration(text: str) -> list[str]:
    """List what is wrong with a query that lists the values of a parameter."""
    findings = [*_layout(text), *_text_rules(text)]
    if Template.cut(text).names:
        findings.append("A query that lists values takes no parameters.")
    findings += _parses(text, "as it stands", str)
    tree = parsed(text)
    if tree is not None:
        if tree.name != "SelectQuery" or projected(tree) != ENUMERATION_COLUMNS:
            findings.append("A query that lists values should SELECT ?value ?code ?label.")
        findings += ordered(tree)
    return findings


def check_folder(folder: Path) -> dict[str, list[str]]:
    """List the findings for every file of the folder and of its lists, by path.

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
    lists = folder / ENUMERATIONS
    findings[f"{ENUMERATIONS}/{DEFINITIONS}"] = list(_unused(folder))
    for path in sorted(lists.glob("*.rq")):
        findings[f"{ENUMERATIONS}/{path.name}"] = check_enumeration(path.read_text("utf-8"))
    return findings


def _unused(folder: Path) -> Iterator[str]:
    named: set[str] = set()
    for path in folder.rglob("*.rq"):
        with suppress(InputError):  # reported with the file
            named |= used(path.read_text("utf-8", "replace"))
    try:
        defined = definitions(folder / ENUMERATIONS)
    except InputError as error:
        yield str(error)
        return
    yield from (f"No query uses the parameter {name}." for name in defined if name not in named)


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
        yield from _parameter(parameter)
        listed, name = parameter.enumeration, parameter.name
        if listed is not None and not (query.enumerations / f"{listed}.rq").is_file():
            yield f"The enumeration {listed} of {name} has no file {listed}.rq."
    if not query.summary:
        yield "The summary is empty."


def _parameter(parameter: Parameter) -> Iterator[str]:
    name, texts = parameter.name, max(parameter.default, parameter.example, key=len)
    if parameter.required and parameter.default:
        yield f"The parameter {name} is required and has a default; it can be only one."
    if parameter.unset and (parameter.required or parameter.default):
        yield f"The parameter {name} always has a value, so that unset says nothing."
    if parameter.list and not parameter.always_bound:
        yield f"The list parameter {name} should be required or have a default."
    if len(texts) > 1 and not parameter.list:
        yield f"The parameter {name} takes one value, but its default or example are several."
    if not texts:
        yield f"The parameter {name} has no example."
    if parameter.type == "code" and parameter.enumeration is None:
        yield f"The parameter {name} takes a code; name the enumeration that lists it."


def _passed_on(query: SavedQuery) -> set[str]:
    """Return the parameters that the query passes on to the one before it."""
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
    """Parse the query unbound, with its examples, and without its optional parameters."""
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
    """Make terms of the right kind for the examples without a graph."""
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
