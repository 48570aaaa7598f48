"""Every name below https://w3id.org/mla-graph/ that is published leads to an answer."""

import re
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from pyshacl import validate
from rdflib import SH, Graph
from starlette.testclient import TestClient

from mla_graph.release.directory import Release
from mla_graph.service.wire.problems import TYPE_BASE, types
from mla_graph.store.embedded import EmbeddedStore
from mla_graph.validation.run import validate_graph

HOME = "https://w3id.org/mla-graph/"
RULES = Path(__file__, "../../../docs/w3id/.htaccess").resolve()
DESCRIPTIONS = ("/.well-known/void", "/sparql", "/.well-known/sparql-examples")
CLOSED = SH.ClosedConstraintComponent
DCTERMS = "http://purl.org/dc/terms/"


def address(name: str) -> str:
    """Give the path to which the redirect service leads, by the rules in docs/w3id."""
    path = name.partition("#")[0].removeprefix(HOME)
    for line in RULES.read_text("utf-8").splitlines():
        if rule := re.match(r"RewriteRule (\S+) https://mla\.example(\S+) \[(.*)\]", line):
            pattern, target, flags = rule.groups()
            if found := re.search(pattern, path):
                assert {"R=303", "L"} <= set(flags.split(","))
                return target.replace("$1", found[1])
    raise AssertionError(f"no rule for {name}")


def said(client: TestClient, path: str, form: str = "ntriples") -> bytes:
    answer = client.get(path, params={"format": form})
    assert answer.status_code == 200, path
    return answer.content


def documents(names: Iterator[str]) -> dict[str, str]:
    """Keep one name for each kind of address: the first of a folder."""
    found: dict[str, str] = {}
    for name in sorted(names):
        document = name.partition("#")[0]
        found.setdefault(document.rpartition("/")[0], document)
    return found


@pytest.fixture(scope="module")
def published(
    client: TestClient, shipped_release: Release, shipped_store: EmbeddedStore
) -> set[str]:
    """The names in the descriptions, and in the dumps: subjects, properties and graphs."""
    names = set(shipped_release.manifest.graphs)
    for place in ("?name ?p ?o", "?s ?name ?o"):
        for row in shipped_store.select(f"SELECT DISTINCT ?name WHERE {{ {place} }}"):
            names.add(row["name"].value)
    for path in (*DESCRIPTIONS, "/ontology", "/shapes", "/shapes/published"):
        for quad in ox.parse(said(client, path), ox.RdfFormat.N_TRIPLES):
            terms = (quad.subject, quad.predicate, quad.object)
            names |= {term.value for term in terms if isinstance(term, ox.NamedNode)}
    return {name for name in names if name.startswith(HOME)}


def test_each_name_is_covered_and_answers(client: TestClient, published: set[str]) -> None:
    by_folder = documents(iter(published))
    assert {f"{HOME}graph/graph_data/states", f"{HOME}ontology", f"{HOME}id/state"} <= set(
        by_folder
    )
    lost = {
        name: answer.status_code
        for name in by_folder.values()
        if (answer := client.head(address(name))).status_code != 200
    }
    assert not lost


def test_descriptions_name_the_host_only_where_something_is_fetched(client: TestClient) -> None:
    access = {
        "accessURL", "downloadURL", "endpointURL", "endpointDescription", "dataDump",
        "sparqlEndpoint", "endpoint", "target",
    }  # fmt: skip
    for path in DESCRIPTIONS:
        for quad in ox.parse(said(client, path), ox.RdfFormat.N_TRIPLES):
            subject, predicate, value = quad.triple
            of_service = "/sparql#service"
            assert not str(subject).startswith("<http://testserver") or of_service in str(subject)
            if "http://testserver" in str(value) and of_service not in str(value):
                assert re.split(r"[/#]", predicate.value)[-1] in access, str(quad)


def test_two_hosts_describe_one_data_set(client: TestClient) -> None:
    def subjects(host: str) -> set[str]:
        answer = client.get("/.well-known/void", headers={"Host": host, "Accept": "text/turtle"})
        triples = ox.parse(answer.content, ox.RdfFormat.TURTLE)
        return {str(quad.subject) for quad in triples if "sparql#service" not in str(quad.subject)}

    assert subjects("one.example") == subjects("two.example")


def test_each_type_of_problem_is_explained(client: TestClient) -> None:
    for code, error in types().items():
        explained = client.get(address(TYPE_BASE + code)).json()
        assert explained["title"] == error.title and explained["detail"]
    page = client.get(explained["type"].replace(HOME, "/"), headers={"Accept": "text/html"})
    assert explained["title"] in page.text
    refused = client.get("/problems/nothing-of-the-kind")
    assert refused.status_code == 404
    assert refused.json()["type"].removeprefix(TYPE_BASE) in types()


def test_a_graph_answers_with_its_triples(client: TestClient) -> None:
    answer = client.get("/graph/graph_data/states/lu", headers={"Accept": "text/turtle"})
    assert answer.history[0].status_code == 303
    assert "https://w3id.org/mla-graph/id/state/lu" in {
        quad.subject.value  # type: ignore[union-attr]
        for quad in ox.parse(answer.content, ox.RdfFormat.TURTLE)
    }
    assert client.head("/graph/graph_data/states/zz").status_code == 404


def test_the_version_of_the_ontology_is_the_ontology(client: TestClient) -> None:
    turtle = said(client, "/ontology", "turtle")
    version = re.search(rb"owl:versionIRI <https://w3id.org/mla-graph([^>]+)>", turtle)
    assert version is not None
    assert said(client, version[1].decode(), "turtle") == turtle
    other = client.get("/ontology/0.0.1")
    assert other.status_code == 404 and other.json()["nearest"] == [version[1].decode()]


def test_what_is_published_conforms_to_the_shapes_that_it_names(client: TestClient) -> None:
    """What is derived stands in the published graph, and is refused in what people write."""
    resource = Graph().parse(data=said(client, "/id/participation/coe-030-lu"), format="nt")
    void = ox.parse(said(client, "/.well-known/void"), ox.RdfFormat.N_TRIPLES)
    named = {
        quad.object.value  # type: ignore[union-attr]
        for quad in void
        if quad.predicate.value == f"{DCTERMS}conformsTo"
        and quad.subject == ox.NamedNode(f"{HOME}.well-known/void#dataset")
    }
    shapes = f"{HOME}shapes/published"
    assert shapes in named and f"{HOME}shapes" not in named
    for path, derived_is_refused in ((address(shapes), False), ("/shapes", True)):
        graph = Graph().parse(data=said(client, path, "turtle"))
        report = validate(resource, shacl_graph=graph)[1]
        assert ((None, SH.sourceConstraintComponent, CLOSED) in report) is derived_is_refused, path


@pytest.mark.slow
def test_the_whole_published_graph_conforms(client: TestClient, shipped_release: Release) -> None:
    shapes = ox.parse(said(client, "/shapes/published", "turtle"), ox.RdfFormat.TURTLE)
    merged = (
        quad
        for quad in ox.parse(path=shipped_release.nquads)
        if isinstance(quad.graph_name, ox.DefaultGraph)
    )
    report = validate_graph(merged, shapes)
    assert report.conforms, report.results[:5]
