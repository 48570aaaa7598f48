"""``/.well-known/sparql-examples``: the saved queries as linked data."""

import pyoxigraph as ox
import pytest
from starlette.testclient import TestClient

from mla_graph.model.namespaces import EXAMPLES_GRAPH
from mla_graph.release.directory import Release
from mla_graph.saved_queries.catalogue import Catalogue

from .conftest import BROWSER, Serve

PATH = "/.well-known/sparql-examples"
IRI = "https://w3id.org/mla-graph/.well-known/sparql-examples"
TARGET = ox.NamedNode("https://schema.org/target")
FORMATS = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/ld+json": ox.RdfFormat.JSON_LD,
}


def served(client: TestClient, media_type: str = "application/n-triples") -> set[ox.Triple]:
    answer = client.get(PATH, headers={"Accept": media_type})
    assert answer.headers["content-type"].startswith(media_type)
    return {quad.triple for quad in ox.parse(answer.content, FORMATS[media_type])}


@pytest.mark.parametrize("media_type", FORMATS)
def test_every_format_says_the_same(client: TestClient, media_type: str) -> None:
    assert served(client, media_type) == served(client)


def test_turtle_shows_the_queries_as_they_are_written(client: TestClient) -> None:
    text = client.get(PATH).text
    assert 'sh:select """PREFIX' in text
    assert "\n  # The limit, which no state reaches, tells the engine" in text


@pytest.mark.parametrize("base", [None, "https://mla.example.org/x"])
def test_the_target_is_this_service(serve: Serve, base: str | None) -> None:
    triples = served(serve(base_url=base))
    targets = {t.object.value for t in triples if t.predicate == TARGET}  # type: ignore[union-attr]
    assert targets == {f"{base or 'http://testserver'}/sparql"}


def test_a_release_holds_the_same_under_a_target_that_does_not_name_a_host(
    client: TestClient,
) -> None:
    query = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{EXAMPLES_GRAPH}> {{ ?s ?p ?o }} }}"
    answer = client.get("/sparql", params={"query": query})
    kept = {quad.triple for quad in ox.parse(answer.content, ox.RdfFormat.TURTLE)}
    targets = {t.object.value for t in kept if t.predicate == TARGET}  # type: ignore[union-attr]
    assert targets == {"https://w3id.org/mla-graph/sparql"}
    assert {t for t in kept if t.predicate != TARGET} == {
        t for t in served(client) if t.predicate != TARGET
    }


def test_queries_can_be_asked_for_queries(client: TestClient) -> None:
    """As SPARQL editors do that know the convention; here the graph is named by the protocol."""
    query = """
        PREFIX sh: <http://www.w3.org/ns/shacl#>
        PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
        SELECT DISTINCT ?sq ?comment ?query WHERE {
          ?sq a sh:SPARQLExecutable ; rdfs:comment ?comment ; sh:select|sh:ask|sh:construct ?query
        } ORDER BY ?sq
    """
    answer = client.get("/sparql", params={"query": query, "default-graph-uri": EXAMPLES_GRAPH})
    found = [row["sq"]["value"] for row in answer.json()["results"]["bindings"]]
    catalogue: Catalogue = client.context.catalogue  # type: ignore[attr-defined]
    assert found == [f"{IRI}/{name}" for name in catalogue.names]


def test_the_merged_graph_stays_without_the_queries(client: TestClient) -> None:
    query = "ASK { ?s a <http://www.w3.org/ns/shacl#SPARQLExecutable> }"
    assert client.get("/sparql", params={"query": query}).json()["boolean"] is False


def test_each_query_answers_at_the_end_of_its_iri(client: TestClient) -> None:
    answer = client.get(f"{PATH}/states")
    subjects = {q.subject.value for q in ox.parse(answer.content, ox.RdfFormat.TURTLE)}  # type: ignore[union-attr]
    assert f"{IRI}/states" in subjects and f"{IRI}/measures" not in subjects
    problem = client.get(f"{PATH}/stat")
    assert problem.status_code == 404 and "states" in problem.json()["nearest"]


def test_people_get_a_page_from_which_each_query_opens(client: TestClient) -> None:
    page = client.get(PATH, headers={"Accept": BROWSER})
    assert page.headers["content-type"].startswith("text/html")
    assert '<h2 id="legal-bases">' in page.text and 'href="/sparql?query=PREFIX' in page.text


def test_the_tag_follows_release_and_format(client: TestClient, shipped_release: Release) -> None:
    turtle, json = (client.get(f"{PATH}?format={name}") for name in ("turtle", "jsonld"))
    assert turtle.headers["etag"] != json.headers["etag"]
    again = client.get(PATH, headers={"If-None-Match": turtle.headers["etag"]})
    assert again.status_code == 304


def test_a_graph_without_the_examples_says_so(serve: Serve) -> None:
    from mla_graph.store.embedded import EmbeddedStore

    client = serve(store=EmbeddedStore.in_memory())
    assert client.get(f"{PATH}/legal-bases").status_code == 404
    assert client.get(PATH).status_code == 200
