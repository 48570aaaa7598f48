"""The data set, its files and its endpoint as a catalogue in DCAT-AP 3.

https://semiceu.github.io/DCAT-AP/releases/3.0.0/
"""

from typing import Final

import pyoxigraph as ox

from mla_graph.model.about import DATA_LICENCE_URL, ISSUES_URL
from mla_graph.model.namespaces import MLAD, ONTOLOGY
from mla_graph.model.statements import Statements, english, named, typed
from mla_graph.release.directory import Release
from mla_graph.service.context import Served
from mla_graph.service.metadata.numbers import described_states, languages, sources
from mla_graph.service.routes.dumps import GZIP, File, files

_TABLES: Final = "http://publications.europa.eu/resource/authority/"
_LICENCE: Final = f"{_TABLES}licence/CC_BY_4_0"
_MEDIA_TYPES: Final = "https://www.iana.org/assignments/media-types/"
_FILE_TYPES: Final = {
    "turtle": "RDF_TURTLE",
    "ntriples": "RDF_N_TRIPLES",
    "jsonld": "JSON_LD",
    "nquads": "RDF_N_QUADS",
    "trig": "RDF_TRIG",
}
_PUBLISHER: Final = f"{MLAD}agent/mla-graph"
_TITLE: Final = "mla-graph: mutual legal assistance in criminal matters"
_DESCRIPTION: Final = (
    "Mutual legal assistance in criminal matters between states: legal bases and which of them "
    "prevails, conditions, authorities, languages, time limits, formalities and alternatives, "
    "each fact with its source."
)
_KEYWORDS: Final = (
    "mutual legal assistance",
    "judicial cooperation in criminal matters",
    "European Investigation Order",
    "international convention",
    "linked data",
)
_THEMES: Final = (
    f"{_TABLES}data-theme/JUST",
    "http://eurovoc.europa.eu/5550",  # judicial cooperation in criminal matters in the EU
)


def say_catalogue(said: Statements, served: Served, base: str) -> None:
    """Add the catalogue ``{base}/.well-known/void#catalog`` and all that it lists.

    Raises:
        StoreUnavailable, LimitReached: the store does not answer.
    """
    page = f"{base}/.well-known/void"
    catalogue, dataset, service = f"{page}#catalog", f"{page}#dataset", f"{base}/sparql#service"
    said.say(catalogue, "rdf:type", named("dcat:Catalog"))
    said.say(catalogue, "dcterms:title", english("Data of mla-graph"))
    said.say(catalogue, "dcterms:description", english("The data set mla-graph and its endpoint."))
    said.say(catalogue, "dcterms:license", ox.NamedNode(_LICENCE))
    said.say(catalogue, "foaf:homepage", ox.NamedNode(f"{base}/"))
    said.say(catalogue, "dcat:dataset", ox.NamedNode(dataset))
    said.say(catalogue, "dcat:service", ox.NamedNode(service))
    said.say(catalogue, "dcterms:language", *map(ox.NamedNode, languages(served)))
    contact = f"{page}#contact"
    for resource in (catalogue, dataset, service):
        said.say(resource, "dcterms:publisher", ox.NamedNode(_PUBLISHER))
    for resource in (dataset, service):
        said.say(resource, "dcat:contactPoint", ox.NamedNode(contact))
        said.say(resource, "dcat:theme", *map(ox.NamedNode, _THEMES))
        said.say(resource, "dcat:landingPage", ox.NamedNode(f"{base}/"))
        said.say(resource, "dcterms:accessRights", ox.NamedNode(f"{_TABLES}access-right/PUBLIC"))
    _say_agents(said, contact)
    _say_dataset(said, served, dataset, base)
    _say_service(said, service, dataset, base)
    if served.release is not None:
        _say_release(said, served.release, dataset, base)


def _say_agents(said: Statements, contact: str) -> None:
    said.say(_PUBLISHER, "rdf:type", named("foaf:Agent"))
    said.say(_PUBLISHER, "foaf:name", english("mla-graph contributors"))
    said.say(contact, "rdf:type", named("vcard:Organization"))
    said.say(contact, "vcard:fn", english("mla-graph contributors"))
    said.say(contact, "vcard:hasURL", ox.NamedNode(ISSUES_URL))
    said.say(_LICENCE, "rdf:type", named("dcterms:LicenseDocument"))
    said.say(_LICENCE, "rdfs:seeAlso", ox.NamedNode(DATA_LICENCE_URL))


def _say_dataset(said: Statements, served: Served, dataset: str, base: str) -> None:
    said.say(dataset, "rdf:type", named("dcat:Dataset"))
    said.say(dataset, "dcterms:title", english(_TITLE))
    said.say(dataset, "dcterms:description", english(_DESCRIPTION))
    said.say(dataset, "dcat:keyword", *map(english, _KEYWORDS))
    said.say(dataset, "dcterms:license", *map(ox.NamedNode, (_LICENCE, DATA_LICENCE_URL)))
    said.say(dataset, "dcterms:language", *map(ox.NamedNode, languages(served)))
    said.say(dataset, "dcterms:spatial", *map(ox.NamedNode, described_states(served)))
    said.say(dataset, "dcterms:conformsTo", *map(ox.NamedNode, (ONTOLOGY, f"{base}/shapes")))
    said.say(dataset, "rdfs:seeAlso", ox.NamedNode(f"{base}/.well-known/sparql-examples"))
    documents, publishers = sources(served)
    provenance = f"{dataset}-provenance"
    said.say(dataset, "dcterms:provenance", ox.NamedNode(provenance))
    said.say(provenance, "rdf:type", named("dcterms:ProvenanceStatement"))
    said.say(
        provenance,
        "rdfs:label",
        english(
            f"Read from {documents} documents of {publishers} publishers; each fact names its own "
            "by prov:wasDerivedFrom."
        ),
    )


def _say_service(said: Statements, service: str, dataset: str, base: str) -> None:
    said.say(service, "rdf:type", named("dcat:DataService"))
    said.say(service, "dcterms:title", english("SPARQL endpoint of mla-graph"))
    said.say(service, "dcat:endpointURL", ox.NamedNode(f"{base}/sparql"))
    said.say(service, "dcat:endpointDescription", ox.NamedNode(f"{base}/openapi.json"))
    said.say(service, "dcat:servesDataset", ox.NamedNode(dataset))
    said.say(service, "dcterms:license", ox.NamedNode(_LICENCE))
    said.say(
        service, "dcterms:conformsTo", ox.NamedNode("https://www.w3.org/TR/sparql11-protocol/")
    )


def _say_release(said: Statements, release: Release, dataset: str, base: str) -> None:
    """The version that is served, under the address that it keeps, and its files."""
    version = f"{base}/dumps/{release.id}/"
    manifest = release.manifest
    created = typed(manifest.created, "dateTime")
    name = f"{manifest.package_version}+{release.id[:12]}"
    said.say(version, "rdf:type", named("dcat:Dataset"))
    said.say(version, "dcterms:title", english(f"{_TITLE}, version {name}"))
    said.say(version, "dcterms:description", english(_DESCRIPTION))
    said.say(version, "dcat:isVersionOf", ox.NamedNode(dataset))
    for predicate in ("dcat:hasVersion", "dcat:hasCurrentVersion", "dcterms:hasVersion"):
        said.say(dataset, predicate, ox.NamedNode(version))
    said.say(dataset, "dcterms:modified", created)
    for resource in (version, dataset):
        said.say(resource, "dcterms:identifier", ox.Literal(release.id))
        said.say(resource, "dcterms:issued", created)
        said.say(resource, "dcat:version", ox.Literal(name))
        said.say(resource, "owl:versionInfo", ox.Literal(name))
    for file in files(release):
        _say_file(said, file, dataset, version, base)


def _say_file(said: Statements, file: File, dataset: str, version: str, base: str) -> None:
    """A file, which has two addresses: of the latest release and of this one."""
    latest = ox.NamedNode(f"{base}/dumps/{file.name}")
    distribution = f"{dataset}-{file.name.partition('.')[2].replace('.', '-')}"
    checksum = f"{distribution}-sha256"
    packed = " (gzip)" if file.compressed else ""
    said.say(dataset, "void:dataDump", latest)
    for resource in (dataset, version):
        said.say(resource, "dcat:distribution", ox.NamedNode(distribution))
    said.say(distribution, "rdf:type", named("dcat:Distribution"))
    said.say(distribution, "dcterms:title", english(f"{file.media_type}{packed}: {file.content}"))
    said.say(distribution, "dcat:accessURL", ox.NamedNode(f"{base}/dumps/"))
    said.say(distribution, "dcat:downloadURL", latest, ox.NamedNode(f"{version}{file.name}"))
    said.say(distribution, "dcat:mediaType", ox.NamedNode(_MEDIA_TYPES + file.media_type))
    if file.compressed:
        said.say(distribution, "dcat:compressFormat", ox.NamedNode(_MEDIA_TYPES + GZIP))
    said.say(
        distribution,
        "dcterms:format",
        ox.NamedNode(f"{_TABLES}file-type/{_FILE_TYPES[file.format]}"),
    )
    said.say(distribution, "dcterms:license", ox.NamedNode(_LICENCE))
    said.say(distribution, "dcat:byteSize", typed(str(file.summary.bytes), "nonNegativeInteger"))
    said.say(distribution, "spdx:checksum", ox.NamedNode(checksum))
    said.say(checksum, "rdf:type", named("spdx:Checksum"))
    said.say(checksum, "spdx:algorithm", named("spdx:checksumAlgorithm_sha256"))
    said.say(checksum, "spdx:checksumValue", typed(file.summary.sha256, "hexBinary"))
