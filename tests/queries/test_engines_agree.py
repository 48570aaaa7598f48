"""Every saved query gives the same rows on each engine, whatever its parameters.

The engines: pyoxigraph in this process and an Oxigraph server over HTTP, on the whole graph;
rdflib, which needs minutes there, on what it says of a few states and instruments; Virtuoso on the
same few with the examples, and on the whole graph by `make virtuoso`, there with random parameters
too. A query is bound once and the same text goes to both; rows are compared as a multiset, literals
by value, and their order apart.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from math import ceil
from pathlib import Path
from typing import Any, NamedTuple

import pyoxigraph as ox
import pytest
import rdflib

from mla_graph.model.errors import InvalidValue
from mla_graph.model.namespaces import XSD
from mla_graph.model.sources import Sources
from mla_graph.model.sparql_text import tokens
from mla_graph.model.terms import canonical
from mla_graph.saved_queries.catalogue import ENUMERATIONS, Catalogue, SavedQuery
from mla_graph.saved_queries.lists import enumeration
from mla_graph.saved_queries.run import bind
from mla_graph.store.embedded import EmbeddedStore
from mla_graph.store.remote import RemoteStore

from .random_choices import RandomChoices

Values = dict[str, list[str]]

SHIPPED = Catalogue.load(Sources.shipped().queries)
ASKED = [query.name for query in SHIPPED if not query.rows_only]
"""What asks only rows that it is given is answered in this process, whatever the store."""
LONG_IN_RDFLIB = ("links", "search", "worklist")
"""Queries that read the whole graph, which rdflib does slowly."""

NOT_ON_VIRTUOSO = ("bundles", "voices")
"""What Virtuoso 7 cannot compile, or answers with cells that are lost (docs/remote.md)."""
ON_VIRTUOSO = [name for name in ASKED if name not in NOT_ON_VIRTUOSO]

LISTS = sorted((Sources.shipped().queries / ENUMERATIONS).glob("*.rq"))
FEW = 5
"""So many of the choices rdflib answers, which takes seconds for some: the others answer all."""

FREE = {
    "iri": ["instrument/no-such-thing", "implementation/lu-a.30", "urn:x:y?a=1#b"],
    "date": ["1950-01-01", "2022-05-31", "today"],
    "text": ['" . } #', "\\u0022} UNION { ?s ?p ?o } #", "É", "Criminal"],
}
"""Values for parameters without a list: unknown ones, limits, hostile ones, letters in cases."""

APART: dict[str, list[Values]] = {
    "contradictions": [{"lang": ["it"]}, {"lang": ["pl"], "confidence": ["known"]}],
    "dossier-warnings": [
        {
            "requesting": ["PT"],
            "executing": ["US"],
            "measure": ["A.54"],
            "on": ["1966-01-12"],
        },
        {"requesting": ["SI"], "executing": ["PT"], "measure": ["A.52"], "lang": ["es"]},
    ],
    "why-not": [
        {"requesting": ["HR"], "executing": ["US"], "instrument": ["coe-190"]},
        {
            "requesting": ["CH"],
            "executing": ["SN"],
            "instrument": ["bilat-nl-us-1981"],
            "confidence": ["seen"],
        },
        {
            "requesting": ["FI"],
            "executing": ["SE"],
            "instrument": ["bilat-gb-in-1992"],
            "measure": ["A.13"],
        },
    ],
}
"""Choices for which Virtuoso once gave other rows, or another order, on the whole graph."""

AT_RANDOM = 20
LONG_ON_VIRTUOSO = {"dossier-warnings": 5}
"""Fewer choices for what Virtuoso needs a second for."""


@pytest.fixture(scope="module")
def graph(small: list[ox.Triple]) -> rdflib.Graph:
    """The small graph in rdflib."""
    body = ox.serialize(small, format=ox.RdfFormat.N_TRIPLES)
    return rdflib.Graph().parse(data=body, format="nt")


def choices(query: SavedQuery, store: EmbeddedStore) -> Iterator[Values]:
    """The examples; all parameters set; each one set otherwise; the languages and levels."""
    examples = {p.name: list(p.example) for p in query.parameters}
    required = {p.name: list(p.example) for p in query.parameters if p.required}
    yield required
    yield examples
    for parameter in query.parameters:
        if parameter.name in ("lang", "confidence"):
            continue
        if parameter.list:
            yield required | {parameter.name: examples[parameter.name][:1]}
        if parameter.enumeration:
            listed = enumeration(query.enumerations / f"{parameter.enumeration}.rq", store)
            codes = [value.code for value in listed.values]
            others = [codes[0], codes[-1]]
        else:
            others = FREE[parameter.type]
        for text in [*examples[parameter.name][:1], *others]:
            yield required | {parameter.name: [text]}
    takes = examples.keys()
    for language, level in (("fr", "known"), ("de", "seen")):
        further = {"lang": [language], "confidence": [level]}
        yield required | {name: v for name, v in further.items() if name in takes}


def texts(query: SavedQuery, store: EmbeddedStore) -> Iterable[str]:
    """The query with each choice of parameters bound, each text once, but what is refused."""
    found: dict[str, None] = {}
    for values in choices(query, store):
        with suppress(InvalidValue):
            found[bind(query, store, values).text] = None
    assert found
    return found


@pytest.mark.parametrize("name", ASKED)
def test_a_server_gives_the_same_rows(
    name: str, shipped_store: EmbeddedStore, endpoint: RemoteStore
) -> None:
    for text in texts(SHIPPED.get(name), shipped_store):
        agree(text, of_store(shipped_store, text), of_store(endpoint, text))


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=[pytest.mark.slow] if name in LONG_IN_RDFLIB else [])
        for name in ASKED
    ],
)
def test_rdflib_gives_the_same_rows(
    name: str, small_store: EmbeddedStore, graph: rdflib.Graph
) -> None:
    asked = list(texts(SHIPPED.get(name), small_store))
    for text in asked[:: ceil(len(asked) / FEW)]:
        agree(text, of_store(small_store, text), of_rdflib(graph, text))


@pytest.mark.virtuoso
@pytest.mark.parametrize("name", ON_VIRTUOSO)
def test_virtuoso_gives_the_same_rows(
    name: str, shipped_store: EmbeddedStore, virtuoso: RemoteStore
) -> None:
    query = SHIPPED.get(name)
    apart = [bind(query, shipped_store, values).text for values in APART.get(name, ())]
    for text in [*texts(query, shipped_store), *apart]:
        agree(text, of_store(shipped_store, text), of_store(virtuoso, text))


@pytest.mark.virtuoso
@pytest.mark.parametrize("name", ON_VIRTUOSO)
def test_virtuoso_gives_the_same_rows_for_random_parameters(
    name: str, shipped_store: EmbeddedStore, virtuoso: RemoteStore
) -> None:
    count = LONG_ON_VIRTUOSO.get(name, AT_RANDOM)
    chosen = list(RandomChoices(shipped_store, seed=name).texts(SHIPPED.get(name), count))
    assert chosen
    for text in chosen:
        agree(text, of_store(shipped_store, text), of_store(virtuoso, text))


@pytest.mark.parametrize("name", ON_VIRTUOSO)
def test_virtuoso_gives_the_same_rows_in_the_same_order_for_the_examples(
    name: str, small_store: EmbeddedStore, small_virtuoso: RemoteStore
) -> None:
    query = SHIPPED.get(name)
    examples = {p.name: list(p.example) for p in query.parameters}
    text = bind(query, small_store, examples).text
    agree(text, of_store(small_store, text), of_store(small_virtuoso, text))


@pytest.mark.parametrize("path", LISTS, ids=[path.stem for path in LISTS])
def test_virtuoso_lists_the_same_values_of_a_parameter(
    path: Path, small_store: EmbeddedStore, small_virtuoso: RemoteStore
) -> None:
    text = path.read_text("utf-8")
    agree(text, of_store(small_store, text), of_store(small_virtuoso, text))


@pytest.mark.parametrize("path", LISTS, ids=[path.stem for path in LISTS])
def test_engines_list_the_same_values_of_a_parameter(
    path: Path,
    shipped_store: EmbeddedStore,
    endpoint: RemoteStore,
    small_store: EmbeddedStore,
    graph: rdflib.Graph,
) -> None:
    text = path.read_text("utf-8")
    rows = of_store(shipped_store, text)
    assert rows.rows
    agree(text, rows, of_store(endpoint, text))
    agree(text, of_store(small_store, text), of_rdflib(graph, text))


@pytest.mark.parametrize("name", ASKED)
def test_values_are_found_on_a_server_as_they_are_here(
    name: str, shipped_store: EmbeddedStore, endpoint: RemoteStore
) -> None:
    query = SHIPPED.get(name)
    examples = {p.name: list(p.example) for p in query.parameters}
    assert bind(query, endpoint, examples).text == bind(query, shipped_store, examples).text


@pytest.mark.parametrize(
    "name", [query.name for query in SHIPPED if query.given is None or query.given.only_with]
)
def test_values_are_found_on_virtuoso_as_they_are_here(
    name: str, small_store: EmbeddedStore, small_virtuoso: RemoteStore
) -> None:
    query = SHIPPED.get(name)
    examples = {p.name: list(p.example) for p in query.parameters}
    if query.given is not None:  # without the rows of a query that Virtuoso cannot answer
        examples.pop(query.given.only_with or "")
    assert bind(query, small_virtuoso, examples).text == bind(query, small_store, examples).text


class Table(NamedTuple):
    """The answer of an engine: names of columns (none of a graph), and rows as they come."""

    names: list[str]
    rows: list[tuple[object, ...]]


def agree(text: str, here: Table, there: Table) -> None:
    """Both have the same rows, each as often, in the same order up to ties."""
    assert Counter(there.rows) == Counter(here.rows), text
    wanted = sorted_by(text, here.names)
    orders = [[tuple(row[place] for place in wanted) for row in t.rows] for t in (here, there)]
    assert orders[1] == orders[0], text


def sorted_by(text: str, names: list[str]) -> list[int]:
    """Places of the columns that the query sorts by.

    A variable that is sorted by and not shown is left out: rows that are sorted alike show the
    same in the columns beside it.
    """
    *_, clause = text.split("ORDER BY")
    variables = [token.text[1:] for token in tokens(clause) if token.kind == "variable"]
    return [names.index(name) for name in variables if name in names]


def of_store(store: EmbeddedStore | RemoteStore, text: str) -> Table:
    """What one of our stores answers."""
    answer = store.query(text)
    assert isinstance(answer, ox.QuerySolutions | ox.QueryTriples)
    names = [v.value for v in answer.variables] if isinstance(answer, ox.QuerySolutions) else []
    return Table(names, [tuple(key(term) for term in row) for row in answer])


def of_rdflib(graph: rdflib.Graph, text: str) -> Table:
    """What rdflib answers."""
    result = graph.query(text)
    rows: Iterable[Any] = result
    names = [str(name) for name in result.vars or []]
    return Table(names, [tuple(key(from_rdflib(term)) for term in row) for row in rows])


def from_rdflib(term: object) -> ox.NamedNode | ox.Literal | None:
    """The same term for Oxigraph."""
    match term:
        case rdflib.Literal(language=str(language)):
            return ox.Literal(str(term), language=language)
        case rdflib.Literal(datatype=rdflib.URIRef() as datatype):
            return ox.Literal(str(term), datatype=ox.NamedNode(str(datatype)))
        case rdflib.Literal():
            return ox.Literal(str(term))
        case rdflib.URIRef():
            return ox.NamedNode(str(term))
    assert term is None, f"{term!r} should be no node of an answer"
    return None


def key(term: object) -> object:
    """What makes two terms the same: of a literal its value, datatype and language."""
    if not isinstance(term, ox.Literal):
        return term
    if term.language:
        return term.value, term.language.lower()
    value = canonical(term)
    return value.value, value.datatype.value.removeprefix(XSD)
