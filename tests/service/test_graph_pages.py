"""``/id/…``, ``/ontology`` and ``/shapes``."""

import json
import re

import pyoxigraph as ox
import pytest
from starlette.testclient import TestClient

from mla_graph.model.about import DATA_LICENCE_URL
from mla_graph.model.sources import Sources
from mla_graph.service.routes.ontology import _made
from mla_graph.service.wire.formats import TRIPLES_OFFERED, Representation

from .conftest import BROWSER

CONTEXT = "http://testserver/ontology/context.jsonld"
CONTEXT_FILE = Sources.shipped().ontology / "context.jsonld"
HERE = "http://testserver"
MEASURE = "https://w3id.org/mla-graph/id/measure/a.30"
RDF = {
    "turtle": ("text/turtle", ox.RdfFormat.TURTLE),
    "ntriples": ("application/n-triples", ox.RdfFormat.N_TRIPLES),
    "jsonld": ("application/ld+json", ox.RdfFormat.JSON_LD),
}


def parsed(body: bytes, format: ox.RdfFormat) -> set[ox.Triple]:
    if format == ox.RdfFormat.JSON_LD:  # the parser fetches nothing
        document = json.loads(body)
        if document.get("@context") == CONTEXT:
            body = json.dumps(document | json.loads(CONTEXT_FILE.read_bytes())).encode()
    return {quad.triple for quad in ox.parse(body, format=format)}


@pytest.mark.parametrize("name", RDF)
@pytest.mark.parametrize("path", ["/id/measure/a.30", "/ontology"])
def test_rdf_comes_by_accept_and_by_format(client: TestClient, path: str, name: str) -> None:
    media_type, format = RDF[name]
    by_accept = client.get(path, headers={"Accept": media_type})
    by_format = client.get(f"{path}?format={name}")
    assert by_accept.headers["content-type"].startswith(media_type)
    assert by_accept.headers["etag"] == by_format.headers["etag"]
    again = client.get(path, headers={"Accept": media_type, "If-None-Match": "*"})
    assert again.status_code == 304
    assert len(parsed(by_accept.content, format)) > 5


def test_a_resource_states_what_it_is_and_what_points_to_it(client: TestClient) -> None:
    triples = parsed(client.get("/id/measure/a.30").content, ox.RdfFormat.TURTLE)
    node = ox.NamedNode(MEASURE)
    assert any(triple.subject == node for triple in triples)
    assert any(triple.object == node for triple in triples)


def test_a_resource_comes_with_what_its_sources_are(client: TestClient) -> None:
    answer = client.get("/id/implementation/lu-a.30")
    assert answer.headers["x-truncated"] == "false"
    triples = parsed(answer.content, ox.RdfFormat.TURTLE)
    source = ox.NamedNode("https://w3id.org/mla-graph/id/source/ejn-lu-a.30")
    told = {t.predicate.value: t.object.value for t in triples if t.subject == source}
    assert told["http://purl.org/dc/terms/title"]
    assert told["http://xmlns.com/foaf/0.1/page"].startswith("https://")
    assert told["https://w3id.org/mla-graph/ontology#reviewedDate"]
    publisher = told["http://purl.org/dc/terms/publisher"]
    assert any(t.subject == ox.NamedNode(publisher) for t in triples)
    page = client.get("/id/implementation/lu-a.30", headers={"Accept": BROWSER}).text
    assert told["http://xmlns.com/foaf/0.1/page"] in page


def test_what_points_to_a_resource_is_bounded_and_said_to_be_cut(client: TestClient) -> None:
    path = "/id/confidence/seen"
    bodies = set()
    for _ in range(2):
        answer = client.get(f"{path}?format=ntriples")
        assert answer.headers["x-truncated"] == "true"
        bodies.add(answer.content)
    (body,) = bodies
    triples = parsed(body, ox.RdfFormat.N_TRIPLES)
    node = ox.NamedNode(f"https://w3id.org/mla-graph{path}")
    pointing = [t for t in triples if t.object == node and t.subject.value != HERE + path]
    assert len(pointing) == 500
    notes = [t.object.value for t in triples if t.subject.value == HERE + path]
    assert any(text.startswith("Only 500 of the statements") for text in notes)
    assert "Only a part" in client.get(path, headers={"Accept": BROWSER}).text


def link_headers(header: str) -> set[tuple[str, str]]:
    """The relations and addresses of a Link header."""
    return {(rel, address) for address, rel in re.findall(r'<([^>]*)>; rel="([^"]*)"', header)}


@pytest.mark.parametrize("path", ["/id/measure/a.30", "/ontology"])
@pytest.mark.parametrize(
    ("accept", "sent"),
    [
        (BROWSER, "html"),
        ("text/turtle", "turtle"),
        ("application/ld+json", "jsonld"),
        ("application/n-triples", "ntriples"),
        ("application/n-triples;q=0.5, text/turtle;q=0.4", "ntriples"),
        ("*/*", "turtle"),
    ],
)
def test_each_form_leads_to_the_others(
    client: TestClient, path: str, accept: str, sent: str
) -> None:
    answer = client.get(path, headers={"Accept": accept})
    assert answer.status_code == 200 and answer.history == []
    assert answer.headers["content-location"] == f"{path}?format={sent}"
    assert "Accept" in answer.headers["vary"].split(", ")
    links = link_headers(answer.headers["link"])
    others = {"html", "turtle", "jsonld", "ntriples", "rdfxml"} - {sent}
    assert {a for rel, a in links if rel == "alternate"} == {f"{path}?format={o}" for o in others}
    assert ("canonical", f"https://w3id.org/mla-graph{path}") in links
    assert ("license", DATA_LICENCE_URL) in links
    assert ("describedby", "/.well-known/void") in links
    assert (("describedby", f"{path}?format=turtle") in links) is (sent == "html")
    same = client.get(answer.headers["content-location"])
    assert same.content == answer.content and same.headers["etag"] == answer.headers["etag"]
    head = client.head(path, headers={"Accept": accept})
    names = ("etag", "link", "content-type", "content-location", "vary", "cache-control")
    assert [head.headers[n] for n in names] == [answer.headers[n] for n in names]


def test_json_ld_is_compact_and_names_the_published_context(client: TestClient) -> None:
    answer = client.get("/id/measure/a.30", headers={"Accept": "application/ld+json"})
    document = answer.json()
    assert document["@context"] == CONTEXT
    measure = next(one for one in document["@graph"] if one["id"] == "measure:a.30")
    assert "Measure" in measure["type"]
    assert measure["prefLabel"]["fr"] == "Perquisition et saisie"
    context = client.get("/ontology/context.jsonld", headers={"Origin": "https://x.example"})
    assert context.headers["content-type"] == "application/ld+json"
    assert context.headers["access-control-allow-origin"] == "*"
    assert context.content == CONTEXT_FILE.read_bytes()
    known = {"If-None-Match": context.headers["etag"]}
    assert client.get("/ontology/context.jsonld", headers=known).status_code == 304


@pytest.mark.parametrize("wanted", TRIPLES_OFFERED, ids=lambda one: one.name)
def test_equal_tags_mean_equal_bytes(wanted: Representation) -> None:
    turtle = b"<urn:a> <urn:p> [ <urn:q> 1 ], [ <urn:q> 2 ] ; <urn:list> ( 2 1 3 ), <urn:b> ."
    first, again = (_made(turtle, wanted, Sources.shipped(), "http://x") for _ in range(2))
    assert first == again
    if wanted.name == "jsonld":
        assert json.loads(first)["@graph"]


def test_the_formats_of_a_resource_hold_the_same_triples(client: TestClient) -> None:
    bodies = [
        parsed(client.get(f"/id/state/lu?format={name}").content, format)
        for name, (_, format) in RDF.items()
    ]
    assert bodies[0] == bodies[1] == bodies[2]


def test_people_get_a_page_with_names_facts_source_and_what_points_here(
    client: TestClient,
) -> None:
    page = client.get("/id/condition/lu-a.30-eio-refusal", headers={"Accept": BROWSER})
    if page.status_code == 404:
        page = client.get("/id/implementation/lu-a.30", headers={"Accept": BROWSER})
    assert page.status_code == 200
    for heading in ("Names", "Facts", "Source"):
        assert f"<h2>{heading}</h2>" in page.text
    measure = client.get("/id/measure/a.30", headers={"Accept": BROWSER}).text
    assert "What points here" in measure
    assert '<span lang="fr">Perquisition et saisie</span>' in measure
    assert 'href="/id/implementation/lu-a.30"' in measure


@pytest.mark.parametrize("written", ["state/LU", "State/lu", "state/%20lu%20", "state/lu%3E"])
def test_an_address_in_another_spelling_leads_to_the_usual_one(
    client: TestClient, written: str
) -> None:
    reply = client.get(f"/id/{written}?format=ttl", follow_redirects=False)
    assert reply.status_code == 301
    assert reply.headers["location"].endswith("/id/state/lu?format=ttl")


def test_an_address_by_another_name_gets_what_is_called_so(client: TestClient) -> None:
    problem = client.get("/id/state/UK", follow_redirects=False).json()
    assert problem["nearest"] == ["/id/state/gb"]


def test_an_unknown_resource_comes_with_the_nearest(client: TestClient) -> None:
    problem = client.get("/id/measure/a.3").json()
    assert "/id/measure/a.30" in problem["nearest"]


def test_every_local_link_of_a_resource_leads_somewhere(client: TestClient) -> None:
    page = client.get("/id/implementation/lu-a.30", headers={"Accept": BROWSER}).text
    links = set(re.findall(r'href="(/id/[^"#?]+)"', page))
    assert len(links) > 10
    for link in links:
        assert client.head(link).status_code == 200, link


def test_the_vocabulary_page_has_an_anchor_for_every_term(client: TestClient) -> None:
    page = client.get("/ontology", headers={"Accept": BROWSER}).text
    triples = parsed(client.get("/ontology").content, ox.RdfFormat.TURTLE)
    classes = [
        t.subject.value.partition("#")[2]
        for t in triples
        if isinstance(t.subject, ox.NamedNode)
        and t.subject.value.startswith("https://w3id.org/mla-graph/ontology#")
        and t.object == ox.NamedNode("http://www.w3.org/2002/07/owl#Class")
    ]
    assert "Condition" in classes
    for name in classes:
        assert f'id="{name}"' in page


def test_the_shapes_are_turtle(client: TestClient) -> None:
    answer = client.get("/shapes")
    assert answer.status_code == 200
    shape = ox.NamedNode("http://www.w3.org/ns/shacl#NodeShape")
    assert any(t.object == shape for t in parsed(answer.content, ox.RdfFormat.TURTLE))


OLD_KEYS = """
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX mla: <https://w3id.org/mla-graph/ontology#>
SELECT ?old ?new WHERE { ?old a mla:ReplacedKey ; dcterms:isReplacedBy ?new }
"""


def test_an_old_key_leads_to_the_one_that_took_its_place(client: TestClient) -> None:
    keys = client.get("/sparql", params={"query": OLD_KEYS, "format": "json"}).json()
    found = [
        tuple(row[name]["value"].removeprefix("https://w3id.org/mla-graph") for name in row)
        for row in keys["results"]["bindings"]
    ]
    assert found
    for old, new in found[:5]:
        moved = client.get(f"{old}?format=turtle", follow_redirects=False)
        assert moved.status_code == 301
        assert moved.headers["location"].endswith(f"{new}?format=turtle")
        assert client.get(old).status_code == 200
