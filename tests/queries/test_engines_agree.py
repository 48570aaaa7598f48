"""Every saved query gives the same rows on each engine, whatever its parameters.

The engines: pyoxigraph in this process, rdflib, and an Oxigraph server over HTTP. A query is bound
once and the same text goes to all; rows are compared as a multiset, literals by value.
"""

import io
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from time import perf_counter
from typing import Any

import pyoxigraph as ox
import pytest
import rdflib

from mla_graph.model.namespaces import GRAPH, XSD
from mla_graph.model.sources import Sources
from mla_graph.model.terms import canonical
from mla_graph.saved_queries.catalogue import ENUMERATIONS, Catalogue, SavedQuery
from mla_graph.saved_queries.parameters import enumeration
from mla_graph.saved_queries.run import bind
from mla_graph.store.embedded import EmbeddedStore
from mla_graph.store.remote import RemoteStore

Values = dict[str, list[str]]
Rows = Counter[tuple[object, ...]]

SHIPPED = Catalogue.load(Sources.shipped().queries)
LISTS = sorted((Sources.shipped().queries / ENUMERATIONS).glob("*.rq"))
MERGED = f"{GRAPH}tests/engines-agree"
SLOWEST = 20.0
"""Seconds for one query on rdflib; the slowest sound ones take about one."""

FREE = {
    "iri": ["instrument/no-such-thing", "implementation/lu-a.30", "urn:x:y?a=1#b"],
    "date": ["1950-01-01", "2022-05-31", "today"],
    "text": ['" . } #', "\\u0022} UNION { ?s ?p ?o } #", "É", "Criminal"],
}
"""Values for parameters without a list: unknown ones, limits, hostile ones, letters in cases."""


@pytest.fixture(scope="module")
def merged(shipped_store: EmbeddedStore) -> bytes:
    """The merged graph, which is the default graph of every query, as N-Triples."""
    answer = shipped_store.query("CONSTRUCT WHERE { ?s ?p ?o }")
    assert isinstance(answer, ox.QueryTriples)
    out = io.BytesIO()
    answer.serialize(out, ox.RdfFormat.N_TRIPLES)
    return out.getvalue()


@pytest.fixture(scope="module")
def graph(merged: bytes) -> rdflib.Graph:
    """The merged graph in rdflib."""
    return rdflib.Graph().parse(data=merged, format="nt")


@pytest.fixture(scope="module")
def endpoint(merged: bytes, oxigraph_server: Any) -> RemoteStore:
    """The merged graph on a server."""
    oxigraph_server.load(merged, "application/n-triples", MERGED)
    return RemoteStore(oxigraph_server.query_url, MERGED)


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


@pytest.mark.parametrize("name", SHIPPED.names)
def test_engines_give_the_same_rows(
    name: str, shipped_store: EmbeddedStore, graph: rdflib.Graph, endpoint: RemoteStore
) -> None:
    query = SHIPPED.get(name)
    bound = [bind(query, shipped_store, values) for values in choices(query, shipped_store)]
    for text in dict.fromkeys(each.text for each in bound):
        rows = of_store(shipped_store, text)
        assert of_store(endpoint, text) == rows, text
        started = perf_counter()
        assert of_rdflib(graph, text) == rows, text
        assert perf_counter() - started < SLOWEST, f"rdflib is too slow on\n{text}"


@pytest.mark.parametrize("path", LISTS, ids=[path.stem for path in LISTS])
def test_engines_list_the_same_values_of_a_parameter(
    path: Path, shipped_store: EmbeddedStore, graph: rdflib.Graph, endpoint: RemoteStore
) -> None:
    text = path.read_text("utf-8")
    rows = of_store(shipped_store, text)
    assert rows
    assert of_store(endpoint, text) == rows
    assert of_rdflib(graph, text) == rows


@pytest.mark.parametrize("name", SHIPPED.names)
def test_values_are_found_on_a_server_as_they_are_here(
    name: str, shipped_store: EmbeddedStore, endpoint: RemoteStore
) -> None:
    query = SHIPPED.get(name)
    examples = {p.name: list(p.example) for p in query.parameters}
    assert bind(query, endpoint, examples).text == bind(query, shipped_store, examples).text


def of_store(store: EmbeddedStore | RemoteStore, text: str) -> Rows:
    """The rows of a query on one of our stores, each with how often it comes."""
    answer = store.query(text)
    assert isinstance(answer, ox.QuerySolutions)
    return Counter(tuple(key(term) for term in row) for row in answer)


def of_rdflib(graph: rdflib.Graph, text: str) -> Rows:
    """The rows of a query on rdflib."""
    rows: Iterable[Any] = graph.query(text)
    return Counter(tuple(key(from_rdflib(term)) for term in row) for row in rows)


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
