"""Each saved query, published with its examples, runs as it stands."""

from pathlib import Path

import pyoxigraph as ox
import pytest
from pyshacl import validate
from rdflib import Graph

from mla_graph.model.sources import Sources
from mla_graph.saved_queries.catalogue import Catalogue
from mla_graph.saved_queries.executable import Executable, executables, statements
from mla_graph.saved_queries.parameters import TODAY
from mla_graph.store.embedded import EmbeddedStore

TARGET = "https://mla.example.org/sparql"
CONVENTION = """
    prefix sh: <http://www.w3.org/ns/shacl#>
    prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
    prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#>
    prefix schema: <https://schema.org/>
    prefix xsd: <http://www.w3.org/2001/XMLSchema#>
    <urn:executable> a sh:NodeShape ; sh:targetClass sh:SPARQLExecutable ;
        sh:nodeKind sh:IRI ;
        sh:property [
            sh:path [ sh:alternativePath ( sh:select sh:construct sh:ask ) ] ;
            sh:minCount 1 ; sh:maxCount 1 ; sh:datatype xsd:string ] ,
          [ sh:path rdfs:comment ; sh:minCount 1 ; sh:datatype rdf:langString ] ,
          [ sh:path schema:target ; sh:minCount 1 ; sh:nodeKind sh:IRI ] ,
          [ sh:path schema:keywords ; sh:minCount 1 ; sh:pattern "^\\\\S(.*\\\\S)?$" ] ,
          [ sh:path sh:prefixes ; sh:minCount 1 ; sh:maxCount 1 ; sh:nodeKind sh:IRI ] .
    <urn:select> a sh:NodeShape ; sh:targetSubjectsOf sh:select ;
        sh:class sh:SPARQLSelectExecutable .
    <urn:construct> a sh:NodeShape ; sh:targetSubjectsOf sh:construct ;
        sh:class sh:SPARQLConstructExecutable .
    <urn:declaration> a sh:NodeShape ; sh:targetObjectsOf sh:declare ;
        sh:property [ sh:path sh:prefix ; sh:minCount 1 ; sh:maxCount 1 ; sh:datatype xsd:string ] ,
          [ sh:path sh:namespace ; sh:minCount 1 ; sh:maxCount 1 ; sh:datatype xsd:anyURI ] .
"""
"""What the checks of the SPARQL examples of the Swiss Institute of Bioinformatics ask, and IRIs."""


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return Catalogue.load(Sources.shipped().queries)


@pytest.fixture(scope="module")
def found(catalogue: Catalogue, shipped_store: EmbeddedStore) -> list[Executable]:
    return list(executables(catalogue, shipped_store))


def test_every_saved_query_is_published(catalogue: Catalogue, found: list[Executable]) -> None:
    assert tuple(one.name for one in found) == catalogue.names


def test_every_example_runs_and_finds_something(
    found: list[Executable], shipped_store: EmbeddedStore
) -> None:
    empty = []
    for one in found:
        answer = shipped_store.query(one.text)
        if not (bool(answer) if isinstance(answer, ox.QueryBoolean) else any(True for _ in answer)):
            empty.append(one.name)
    assert empty == []


def test_no_text_depends_on_the_day_on_which_it_is_made(catalogue: Catalogue) -> None:
    """A release with the same facts would else have another id tomorrow."""
    dated = [
        (query.name, parameter.name)
        for query in catalogue
        for parameter in query.parameters
        if TODAY in (parameter.example or parameter.default)
    ]
    assert dated == []


def test_the_text_has_the_comments_and_lines_of_its_file(
    catalogue: Catalogue, found: list[Executable]
) -> None:
    text = next(one.text for one in found if one.name == "legal-bases")
    lines = (catalogue.folder / "legal-bases.rq").read_text("utf-8").splitlines()
    kept = [line for line in lines if line and not line.startswith("#+") and "$_" not in line]
    assert "# The limit, which no state reaches" in text
    assert set(kept) <= set(text.splitlines())
    assert "<https://w3id.org/mla-graph/id/measure/a.30>" in text and "$_" not in text


def test_the_statements_keep_to_the_convention(found: list[Executable]) -> None:
    triples = statements(found, TARGET)
    assert not any(
        isinstance(term, ox.BlankNode) for triple in triples for term in (triple.subject, triple[2])
    )
    graph = Graph().parse(data=b"".join(b"%s .\n" % str(t).encode() for t in triples), format="nt")
    conforms, _, report = validate(graph, shacl_graph=Graph().parse(data=CONVENTION))
    assert conforms, report


def test_every_prefix_of_every_text_is_declared(found: list[Executable]) -> None:
    space = "http://www.w3.org/ns/shacl#"
    triples = statements(found, TARGET)
    declared = {t.object.value for t in triples if t.predicate.value == f"{space}prefix"}
    used = {
        line.split()[1].removesuffix(":")
        for one in found
        for line in one.text.splitlines()
        if line.startswith("PREFIX ")
    }
    assert declared == used


def test_a_query_whose_examples_the_graph_lacks_is_left_out(tmp_path: Path) -> None:
    parameters = tmp_path / "parameters"
    parameters.mkdir()
    (parameters / "thing.rq").write_text(
        "SELECT ?value ?code ?label WHERE { ?value <urn:code> ?code BIND(?code AS ?label) }"
    )
    (tmp_path / "about.rq").write_text(
        "#+ summary: About a thing\n#+ parameters:\n"
        "#+   - {name: thing, type: iri, enumeration: thing, required: true, example: a, "
        "description: Thing.}\nASK { $_thing ?p ?o }"
    )
    (tmp_path / "any.rq").write_text("#+ summary: Anything\nASK { ?s ?p ?o }")
    catalogue, store = Catalogue.load(tmp_path), EmbeddedStore.in_memory()
    assert [one.name for one in executables(catalogue, store)] == ["any"]
    store.load(b'<urn:a> <urn:code> "a" .', ox.RdfFormat.TURTLE)
    assert [one.text for one in executables(catalogue, store)] == [
        "ASK { <urn:a> ?p ?o }",
        "ASK { ?s ?p ?o }",
    ]
