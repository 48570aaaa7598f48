"""``/id/…``, ``/ontology`` and ``/shapes``."""

import pyoxigraph as ox
import pytest
from starlette.testclient import TestClient

from .conftest import BROWSER

MEASURE = "https://w3id.org/mla-graph/id/measure/a.30"
RDF = {
    "turtle": ("text/turtle", ox.RdfFormat.TURTLE),
    "ntriples": ("application/n-triples", ox.RdfFormat.N_TRIPLES),
    "jsonld": ("application/ld+json", ox.RdfFormat.JSON_LD),
}


def parsed(body: bytes, format: ox.RdfFormat) -> set[ox.Triple]:
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
    assert all(node in (triple.subject, triple.object) for triple in triples)


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


def test_an_unknown_resource_comes_with_the_nearest(client: TestClient) -> None:
    problem = client.get("/id/measure/a.3").json()
    assert "/id/measure/a.30" in problem["nearest"]


def test_every_local_link_of_a_resource_leads_somewhere(client: TestClient) -> None:
    import re

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
