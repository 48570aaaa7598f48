"""``/.well-known/void``: the data set in VoID and DCAT-AP, with numbers that are true."""

from collections import Counter

import pyoxigraph as ox
import pytest
from pyshacl import validate
from rdflib import Graph
from starlette.testclient import TestClient

from mla_graph.model.namespaces import MLA, MLAD, RDF
from mla_graph.release.directory import Release
from mla_graph.store.embedded import EmbeddedStore

from .conftest import Serve

PATH = "/.well-known/void"
NAMES = "https://w3id.org/mla-graph/"
DATASET = f"{NAMES}.well-known/void#dataset"
VOID = "http://rdfs.org/ns/void#"
DCAT = "http://www.w3.org/ns/dcat#"
DCTERMS = "http://purl.org/dc/terms/"
TABLES = "http://publications.europa.eu/resource/authority/"
DCAT_AP = """
    prefix dcat: <http://www.w3.org/ns/dcat#>
    prefix dct: <http://purl.org/dc/terms/>
    prefix foaf: <http://xmlns.com/foaf/0.1/>
    prefix sh: <http://www.w3.org/ns/shacl#>
    prefix spdx: <http://spdx.org/rdf/terms#>
    prefix vcard: <http://www.w3.org/2006/vcard/ns#>
    prefix xsd: <http://www.w3.org/2001/XMLSchema#>
    <urn:catalogue> a sh:NodeShape ; sh:targetClass dcat:Catalog ; sh:nodeKind sh:IRI ; sh:property
        [ sh:path dct:title ; sh:minCount 1 ; sh:nodeKind sh:Literal ] ,
        [ sh:path dct:description ; sh:minCount 1 ; sh:nodeKind sh:Literal ] ,
        [ sh:path dct:publisher ; sh:minCount 1 ; sh:maxCount 1 ; sh:class foaf:Agent ] ,
        [ sh:path dct:license ; sh:maxCount 1 ; sh:nodeKind sh:IRI ] ,
        [ sh:path foaf:homepage ; sh:maxCount 1 ; sh:nodeKind sh:IRI ] ,
        [ sh:path dcat:dataset ; sh:minCount 1 ; sh:class dcat:Dataset ] ,
        [ sh:path dcat:service ; sh:minCount 1 ; sh:class dcat:DataService ] .
    <urn:agent> a sh:NodeShape ; sh:targetClass foaf:Agent ; sh:property
        [ sh:path foaf:name ; sh:minCount 1 ; sh:nodeKind sh:Literal ] .
    <urn:dataset> a sh:NodeShape ; sh:targetClass dcat:Dataset ; sh:nodeKind sh:IRI ; sh:property
        [ sh:path dct:title ; sh:minCount 1 ; sh:nodeKind sh:Literal ] ,
        [ sh:path dct:description ; sh:minCount 1 ; sh:nodeKind sh:Literal ] ,
        [ sh:path dct:publisher ; sh:maxCount 1 ; sh:class foaf:Agent ] ,
        [ sh:path dct:accessRights ; sh:maxCount 1 ; sh:nodeKind sh:IRI ] ,
        [ sh:path dct:issued ; sh:maxCount 1 ; sh:datatype xsd:dateTime ] ,
        [ sh:path dct:modified ; sh:maxCount 1 ; sh:datatype xsd:dateTime ] ,
        [ sh:path dcat:version ; sh:maxCount 1 ; sh:nodeKind sh:Literal ] ,
        [ sh:path dcat:theme ; sh:nodeKind sh:IRI ] ,
        [ sh:path dct:language ; sh:nodeKind sh:IRI ] ,
        [ sh:path dct:spatial ; sh:nodeKind sh:IRI ] ,
        [ sh:path dct:conformsTo ; sh:nodeKind sh:IRI ] ,
        [ sh:path dct:provenance ; sh:class dct:ProvenanceStatement ] ,
        [ sh:path dcat:hasVersion ; sh:class dcat:Dataset ] ,
        [ sh:path dcat:contactPoint ; sh:property [ sh:path vcard:fn ; sh:minCount 1 ] ] ,
        [ sh:path dcat:distribution ; sh:minCount 1 ; sh:class dcat:Distribution ] .
    <urn:distribution> a sh:NodeShape ; sh:targetClass dcat:Distribution ; sh:property
        [ sh:path dcat:accessURL ; sh:minCount 1 ; sh:nodeKind sh:IRI ] ,
        [ sh:path dcat:downloadURL ; sh:minCount 1 ; sh:nodeKind sh:IRI ] ,
        [ sh:path dct:license ; sh:minCount 1 ; sh:maxCount 1 ; sh:class dct:LicenseDocument ] ,
        [ sh:path dct:format ; sh:minCount 1 ; sh:maxCount 1 ; sh:nodeKind sh:IRI ] ,
        [ sh:path dcat:mediaType ; sh:minCount 1 ; sh:maxCount 1 ; sh:nodeKind sh:IRI ] ,
        [ sh:path dcat:compressFormat ; sh:maxCount 1 ; sh:nodeKind sh:IRI ] ,
        [ sh:path dcat:byteSize ; sh:minCount 1 ; sh:maxCount 1 ;
          sh:datatype xsd:nonNegativeInteger ] ,
        [ sh:path dct:rights ; sh:nodeKind sh:IRI ] ,
        [ sh:path spdx:checksum ; sh:minCount 1 ; sh:maxCount 1 ; sh:class spdx:Checksum ] .
    <urn:checksum> a sh:NodeShape ; sh:targetClass spdx:Checksum ; sh:property
        [ sh:path spdx:algorithm ; sh:minCount 1 ; sh:maxCount 1 ] ,
        [ sh:path spdx:checksumValue ; sh:minCount 1 ; sh:maxCount 1 ; sh:datatype xsd:hexBinary ] .
    <urn:service> a sh:NodeShape ; sh:targetClass dcat:DataService ; sh:property
        [ sh:path dct:title ; sh:minCount 1 ; sh:nodeKind sh:Literal ] ,
        [ sh:path dcat:endpointURL ; sh:minCount 1 ; sh:nodeKind sh:IRI ] ,
        [ sh:path dcat:endpointDescription ; sh:nodeKind sh:IRI ] ,
        [ sh:path dct:license ; sh:maxCount 1 ; sh:nodeKind sh:IRI ] ,
        [ sh:path dcat:servesDataset ; sh:minCount 1 ; sh:class dcat:Dataset ] .
"""
"""The mandatory properties, cardinalities and ranges of DCAT-AP 3 for what is described here."""


@pytest.fixture(scope="module")
def body(client: TestClient) -> bytes:
    return client.get(PATH, headers={"Accept": "application/n-triples"}).content


@pytest.fixture(scope="module")
def stated(body: bytes) -> dict[tuple[str, str], list[str]]:
    """The values by subject and property."""
    found: dict[tuple[str, str], list[str]] = {}
    for quad in ox.parse(body, ox.RdfFormat.N_TRIPLES):
        assert isinstance(quad.subject, ox.NamedNode)
        assert isinstance(quad.object, ox.NamedNode | ox.Literal)
        key = (quad.subject.value, quad.predicate.value)
        found.setdefault(key, []).append(quad.object.value)
    return found


@pytest.fixture(scope="module")
def merged(shipped_release: Release) -> list[ox.Triple]:
    quads = ox.parse(path=shipped_release.nquads)
    return [quad.triple for quad in quads if isinstance(quad.graph_name, ox.DefaultGraph)]


def test_it_keeps_to_dcat_ap(body: bytes) -> None:
    shapes = Graph().parse(data=DCAT_AP)
    conforms, _, report = validate(Graph().parse(data=body, format="nt"), shacl_graph=shapes)
    assert conforms, report


def test_the_checks_can_fail(body: bytes) -> None:
    without = b"\n".join(line for line in body.splitlines() if b"accessURL" not in line)
    shapes = Graph().parse(data=DCAT_AP)
    conforms, _, _ = validate(Graph().parse(data=without, format="nt"), shacl_graph=shapes)
    assert not conforms


@pytest.mark.parametrize(
    ("media_type", "format"),
    [("text/turtle", ox.RdfFormat.TURTLE), ("application/ld+json", ox.RdfFormat.JSON_LD)],
)
def test_every_format_says_the_same(
    client: TestClient, body: bytes, media_type: str, format: ox.RdfFormat
) -> None:
    answer = client.get(PATH, headers={"Accept": media_type})
    assert answer.headers["content-type"].startswith(media_type)
    expected = {quad.triple for quad in ox.parse(body, ox.RdfFormat.N_TRIPLES)}
    assert {quad.triple for quad in ox.parse(answer.content, format)} == expected
    tag = {"If-None-Match": answer.headers["etag"], "Accept": media_type}
    assert client.get(PATH, headers=tag).status_code == 304


def test_the_numbers_are_those_of_the_graph(
    stated: dict[tuple[str, str], list[str]], merged: list[ox.Triple]
) -> None:
    ours = [t for t in merged if str(t.subject).startswith(f"<{MLAD}")]
    members = {(t.object.value, t.subject.value) for t in ours if t.predicate.value == f"{RDF}type"}  # type: ignore[union-attr]
    classes = Counter(cls for cls, _ in members)
    properties = Counter(t.predicate.value for t in merged)
    for name, count in {
        "triples": len(merged),
        "distinctSubjects": len({t.subject for t in merged}),
        "distinctObjects": len({t.object for t in merged}),
        "properties": len(properties),
        "classes": len(classes),
    }.items():
        assert stated[DATASET, f"{VOID}{name}"] == [str(count)], name
    for member, counter, expected in (
        ("class", "entities", classes),
        ("property", "triples", properties),
    ):
        parts = stated[DATASET, f"{VOID}{member}Partition"]
        found = {
            stated[part, f"{VOID}{member}"][0]: int(stated[part, f"{VOID}{counter}"][0])
            for part in parts
        }
        assert found == expected


def test_the_links_to_other_data_are_counted_one_by_one(
    stated: dict[tuple[str, str], list[str]], merged: list[ox.Triple]
) -> None:
    linksets = [
        subject
        for (subject, predicate), values in stated.items()
        if predicate == f"{RDF}type" and f"{VOID}Linkset" in values
    ]
    titles = set()
    for links in linksets:
        (target,), (predicate,) = (
            stated[links, f"{VOID}objectsTarget"],
            stated[links, f"{VOID}linkPredicate"],
        )
        spaces = tuple(f"<{space}" for space in stated[target, f"{VOID}uriSpace"])
        count = sum(
            str(t.object).startswith(spaces)
            for t in merged
            if t.predicate.value == predicate and str(t.subject).startswith(f"<{MLAD}")
        )
        assert stated[links, f"{VOID}triples"] == [str(count)] and count, links
        titles |= set(stated[target, f"{DCTERMS}title"])
    assert {"EUR-Lex", "EU authority tables", "Legilux", "EuroVoc"} <= titles


def test_languages_states_and_examples_come_from_the_graph(
    client: TestClient, stated: dict[tuple[str, str], list[str]], merged: list[ox.Triple]
) -> None:
    languages = set(stated[DATASET, f"{DCTERMS}language"])
    assert languages == {f"{TABLES}language/{code}" for code in ("ENG", "FRA", "DEU")}
    states = stated[DATASET, f"{DCTERMS}spatial"]
    state = ox.NamedNode(f"{MLA}concernsState")
    described = {
        t.object
        for t in merged
        if t.predicate == state and str(t.subject).startswith(f"<{MLAD}implementation/")
    }
    assert len(states) == len(described)
    assert f"{TABLES}country/LUX" in states
    for iri in stated[DATASET, f"{VOID}exampleResource"]:
        assert client.head("/id/" + iri.removeprefix(MLAD)).status_code == 200


def test_every_file_is_there_with_the_size_and_checksum_that_are_told(
    client: TestClient, shipped_release: Release, stated: dict[tuple[str, str], list[str]]
) -> None:
    distributions = stated[DATASET, f"{DCAT}distribution"]
    assert len(distributions) == len(shipped_release.manifest.dumps)
    for distribution in distributions:
        checksum = stated[distribution, "http://spdx.org/rdf/terms#checksum"][0]
        addresses = stated[distribution, f"{DCAT}downloadURL"]
        assert len(addresses) == 1
        for address in addresses:
            answer = client.head(address, headers={"Accept-Encoding": "identity"})
            assert stated[distribution, f"{DCAT}byteSize"] == [answer.headers["content-length"]]
            told = stated[checksum, "http://spdx.org/rdf/terms#checksumValue"]
            assert told == [answer.headers["etag"].strip('"')]
    for address in stated[DATASET, f"{VOID}dataDump"]:
        assert client.head(address).status_code == 200


def test_the_version_and_every_page_that_is_named_answer(
    client: TestClient, shipped_release: Release, stated: dict[tuple[str, str], list[str]]
) -> None:
    (version,) = stated[DATASET, f"{DCAT}hasVersion"]
    assert shipped_release.id in version
    assert stated[version, f"{DCAT}version"] == stated[DATASET, f"{DCAT}version"]
    here = "http://testserver/"
    pages = {
        value
        for values in stated.values()
        for value in values
        if value.startswith(here) and "#" not in value and "/dumps/mla-graph" not in value
    }
    release = version.replace(NAMES, here)
    assert {f"{here}sparql", f"{here}openapi.json", release} <= pages
    for page in pages:
        assert client.head(page).status_code == 200, page


def test_a_store_without_release_describes_what_it_holds(serve: Serve) -> None:
    store = EmbeddedStore.in_memory()
    store.load(b"<urn:a> <urn:b> <urn:c> .", ox.RdfFormat.TURTLE)
    answer = serve(store=store).get(PATH)
    assert "void:triples 1 " in answer.text and "etag" not in answer.headers
    assert "dcat:Distribution" not in answer.text and "void:Linkset" not in answer.text
