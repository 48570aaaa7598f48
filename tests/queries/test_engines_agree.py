"""Every saved query gives the same rows on each engine, whatever its parameters.

The engines: pyoxigraph in this process and an Oxigraph server over HTTP, on the whole graph; and
rdflib, which needs minutes there, on what the graph says of a few states and instruments. A query
is bound once and the same text goes to both; rows are compared as a multiset, literals by value.
"""

import io
from collections import Counter
from collections.abc import Iterable, Iterator
from math import ceil
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
import rdflib

from mla_graph.model.namespaces import GRAPH, MLAD, XSD
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
LONG_IN_RDFLIB = ("links", "search")
"""Queries that read the whole graph, which rdflib does slowly."""

LISTS = sorted((Sources.shipped().queries / ENUMERATIONS).glob("*.rq"))
MERGED = f"{GRAPH}tests/engines-agree"
SUBJECTS = """state/lu state/be state/ie state/gb state/us
    instrument/benelux-1962 instrument/coe-030 instrument/coe-099 instrument/coe-141
    instrument/coe-182 instrument/eu-conv-2000-mla instrument/eu-dir-2014-41
    instrument/eu-prot-2001-mla instrument/eu-reg-2018-1805 instrument/schengen-1990
    instrument/un-1988-narcotics"""
SHARED = (None, "agent", "instrument", "measure", "scheme", "source", "state", "theme")
REFERRED_TO = ("agent", "authority", "provision", "source", "statute")
"""Of these the small graph has those that something in it refers to."""

FEW = 5
"""So many of the choices rdflib answers, which takes seconds for some: the others answer all."""

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
def small(merged: bytes) -> list[ox.Triple]:
    """What the merged graph says of ``SUBJECTS`` and nothing that hangs on others of their kind."""
    triples = [quad.triple for quad in ox.parse(merged, format=ox.RdfFormat.N_TRIPLES)]
    subjects = {MLAD + name for name in SUBJECTS.split()}
    chosen = {name.split("/")[0] for name in SUBJECTS.split()}
    out = {t.subject for t in triples if kind(t.subject) in chosen} - set(
        map(ox.NamedNode, subjects)
    )
    for _ in range(2):
        out |= {t.subject for t in triples if t.object in out and kind(t.subject) not in SHARED}
    kept = [t for t in triples if t.subject not in out and t.object not in out]
    used = {t.object for t in kept}
    return [t for t in kept if kind(t.subject) not in REFERRED_TO or t.subject in used]


@pytest.fixture(scope="module")
def small_store(small: list[ox.Triple]) -> EmbeddedStore:
    """The small graph in pyoxigraph."""
    store = ox.Store()
    store.bulk_extend(ox.Quad(*triple) for triple in small)
    return EmbeddedStore(store, "a small graph")


@pytest.fixture(scope="module")
def graph(small: list[ox.Triple]) -> rdflib.Graph:
    """The small graph in rdflib."""
    body = ox.serialize(small, format=ox.RdfFormat.N_TRIPLES)
    return rdflib.Graph().parse(data=body, format="nt")


@pytest.fixture(scope="module")
def endpoint(merged: bytes, oxigraph_server: Any) -> RemoteStore:
    """The merged graph on a server."""
    oxigraph_server.load(merged, "application/n-triples", MERGED)
    return RemoteStore(oxigraph_server.query_url, MERGED)


def kind(term: object) -> str | None:
    """The kind of a resource of the graph: what its address has after the base."""
    if isinstance(term, ox.NamedNode) and term.value.startswith(MLAD):
        return term.value.removeprefix(MLAD).split("/")[0]
    return None


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
    """The query with each choice of parameters bound, each text once."""
    return dict.fromkeys(bind(query, store, values).text for values in choices(query, store))


@pytest.mark.parametrize("name", SHIPPED.names)
def test_a_server_gives_the_same_rows(
    name: str, shipped_store: EmbeddedStore, endpoint: RemoteStore
) -> None:
    for text in texts(SHIPPED.get(name), shipped_store):
        assert of_store(endpoint, text) == of_store(shipped_store, text), text


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=[pytest.mark.slow] if name in LONG_IN_RDFLIB else [])
        for name in SHIPPED.names
    ],
)
def test_rdflib_gives_the_same_rows(
    name: str, small_store: EmbeddedStore, graph: rdflib.Graph
) -> None:
    asked = list(texts(SHIPPED.get(name), small_store))
    for text in asked[:: ceil(len(asked) / FEW)]:
        assert of_rdflib(graph, text) == of_store(small_store, text), text


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
    assert rows
    assert of_store(endpoint, text) == rows
    assert of_rdflib(graph, text) == of_store(small_store, text)


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
    assert isinstance(answer, ox.QuerySolutions | ox.QueryTriples)
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
