"""``/sparql`` without a query: the endpoint describes itself (SPARQL 1.1 Service Description)."""

from dataclasses import replace
from typing import Any

import pyoxigraph as ox
import pytest
from starlette.testclient import TestClient

from mla_graph.model.namespaces import DERIVED_GRAPH, EXAMPLES_GRAPH, GRAPH
from mla_graph.release.directory import Release
from mla_graph.service.metadata.sparql import service_description
from mla_graph.store.embedded import EmbeddedStore

from .conftest import Serve

SD = "http://www.w3.org/ns/sparql-service-description#"
VOID = "http://rdfs.org/ns/void#"
BASE = "http://testserver"
NAMES = "https://w3id.org/mla-graph"
SERVICE = f"{BASE}/sparql#service"
FORMATS = {
    "SPARQL_Results_JSON": ("SELECT * {}", "application/sparql-results+json"),
    "SPARQL_Results_XML": ("ASK {}", "application/sparql-results+xml"),
    "SPARQL_Results_CSV": ("SELECT * {}", "text/csv"),
    "SPARQL_Results_TSV": ("SELECT * {}", "text/tab-separated-values"),
    "Turtle": ("DESCRIBE <urn:a>", "text/turtle"),
    "N-Triples": ("DESCRIBE <urn:a>", "application/n-triples"),
    "JSON-LD": ("DESCRIBE <urn:a>", "application/ld+json"),
    "RDF_XML": ("DESCRIBE <urn:a>", "application/rdf+xml"),
    "TriG": ("DESCRIBE <urn:a>", "application/trig"),
    "N-Quads": ("DESCRIBE <urn:a>", "application/n-quads"),
}


class Said:
    """The triples of a description, by subject and property."""

    def __init__(self, triples: list[ox.Triple]) -> None:
        self.triples = triples

    def __call__(self, subject: str, predicate: str) -> list[str]:
        return sorted(
            t.object.value  # type: ignore[union-attr]
            for t in self.triples
            if t.subject == ox.NamedNode(subject) and t.predicate == ox.NamedNode(predicate)
        )


@pytest.fixture(scope="module")
def said(client: TestClient) -> Said:
    answer = client.get("/sparql")
    return Said([quad.triple for quad in ox.parse(answer.content, ox.RdfFormat.TURTLE)])


def test_it_names_the_endpoint_and_the_language(said: Said) -> None:
    assert said(SERVICE, f"{SD}endpoint") == [f"{BASE}/sparql"]
    assert said(SERVICE, f"{SD}supportedLanguage") == [f"{SD}SPARQL11Query"]
    regime = "http://www.w3.org/ns/entailment/Simple"
    assert said(SERVICE, f"{SD}defaultEntailmentRegime") == [regime]
    assert said(SERVICE, f"{SD}feature") == []


def test_exactly_the_formats_that_it_names_are_offered(client: TestClient, said: Said) -> None:
    named = {iri.rpartition("/")[2] for iri in said(SERVICE, f"{SD}resultFormat")}
    offered = {
        name
        for name, (query, media_type) in FORMATS.items()
        if client.get("/sparql", params={"query": query}, headers={"Accept": media_type}).is_success
    }
    assert named == offered


def test_the_default_graph_has_the_real_numbers(
    said: Said, shipped_release: Release, shipped_store: EmbeddedStore
) -> None:
    graph = f"{NAMES}/sparql#default-graph"
    assert said(f"{NAMES}/sparql#dataset", f"{SD}defaultGraph") == [graph]
    assert said(graph, f"{VOID}triples") == [str(shipped_release.manifest.merged.triples)]
    quads = ox.parse(path=shipped_release.nquads)
    merged = [q for q in quads if isinstance(q.graph_name, ox.DefaultGraph)]
    assert said(graph, f"{VOID}distinctSubjects") == [str(len({q.subject for q in merged}))]
    assert said(graph, f"{VOID}distinctObjects") == [str(len({q.object for q in merged}))]
    assert said(graph, f"{VOID}properties") == [str(len({q.predicate for q in merged}))]


def test_every_graph_is_listed_or_counted(said: Said, shipped_release: Release) -> None:
    graphs = shipped_release.manifest.graphs
    pairs = said(f"{NAMES}/sparql#dataset", f"{SD}namedGraph")
    listed = {said(pair, f"{SD}name")[0] for pair in pairs}
    assert {DERIVED_GRAPH, EXAMPLES_GRAPH, f"{GRAPH}ontology/mla"} <= listed <= set(graphs)
    for name in listed:
        assert said(name, f"{VOID}triples") == [str(graphs[name].triples)]
    (subset,) = said(f"{NAMES}/sparql#dataset", f"{VOID}subset")
    (space,) = said(subset, f"{VOID}uriSpace")
    rest = {name for name in graphs if name.startswith(space)}
    assert listed | rest == set(graphs) and not listed & rest
    counted = sum(graphs[name].triples for name in rest)
    assert said(subset, f"{VOID}triples") == [str(counted)]


def test_there_is_no_blank_node_and_every_format_says_the_same(
    client: TestClient, said: Said
) -> None:
    for name, format in (("ntriples", ox.RdfFormat.N_TRIPLES), ("jsonld", ox.RdfFormat.JSON_LD)):
        answer = client.get("/sparql", params={"format": name})
        triples = {quad.triple for quad in ox.parse(answer.content, format)}
        assert triples == set(said.triples)
    assert not any(
        isinstance(term, ox.BlankNode) for t in said.triples for term in (t.subject, t.object)
    )


@pytest.mark.parametrize("union", [True, False])
def test_a_union_default_graph_is_told_when_it_is_served(
    serve: Serve, shipped_release: Release, union: bool
) -> None:
    store = EmbeddedStore.open_read_only(shipped_release.store_dir, union_default_graph=union)
    context: Any = serve(store=store).context  # type: ignore[attr-defined]
    told = Said(list(service_description(context, context.served, BASE)))
    assert told(SERVICE, f"{SD}feature") == ([f"{SD}UnionDefaultGraph"] if union else [])
    graphs = told(f"{NAMES}/sparql#dataset", f"{SD}namedGraph")
    assert len(graphs) == 100


def test_federation_is_told_only_where_it_is_switched_on(client: TestClient) -> None:
    context: Any = client.context  # type: ignore[attr-defined]
    for hosts, features in ((None, []), ("example.org", [f"{SD}BasicFederatedQuery"])):
        context.settings = replace(context.settings, service_hosts=hosts)
        told = Said(list(service_description(context, context.served, BASE)))
        assert told(SERVICE, f"{SD}feature") == features
