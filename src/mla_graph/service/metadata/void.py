"""What the data set holds and where it links to, in VoID (https://www.w3.org/TR/void/)."""

import re
from typing import Final

import pyoxigraph as ox

from mla_graph.model.namespaces import MLA, MLAD, ONTOLOGY
from mla_graph.model.statements import Statements, english, named, number
from mla_graph.service.context import Served
from mla_graph.service.metadata.numbers import (
    Target,
    by_class,
    by_property,
    example_resources,
    numbers,
    targets,
)

_NAMESPACE: Final = re.compile(r"https?://[^/#]+[/#](?:.*[/#])?")


def say_statistics(said: Statements, served: Served, base: str) -> None:
    """Add the numbers of the data set ``{base}/.well-known/void#dataset``.

    Raises:
        StoreUnavailable, LimitReached: the store does not answer.
    """
    page = f"{base}/.well-known/void"
    dataset = f"{page}#dataset"
    said.say(page, "rdf:type", named("void:DatasetDescription"))
    said.say(page, "dcterms:title", english("Description of the data set mla-graph"))
    said.say(page, "foaf:primaryTopic", ox.NamedNode(dataset))
    said.say(dataset, "rdf:type", named("void:Dataset"))
    said.say(dataset, "void:uriSpace", ox.Literal(MLAD))
    said.say(dataset, "void:sparqlEndpoint", ox.NamedNode(f"{base}/sparql"))
    for iri in example_resources(served):
        said.say(dataset, "void:exampleResource", ox.NamedNode(iri))
    for name, count in numbers(served).items():
        said.say(dataset, f"void:{name}", number(count))
    classes, properties = by_class(served), by_property(served)
    _say_partition(said, dataset, "class", classes, "entities")
    _say_partition(said, dataset, "property", properties, "triples")
    found = {space for iri, _ in (*classes, *properties) if (space := _space(iri))}
    said.say(dataset, "void:vocabulary", *map(ox.NamedNode, sorted({ONTOLOGY, *found})))
    for target in targets(served):
        _say_links(said, dataset, page, target)


def _say_partition(
    said: Statements, dataset: str, member: str, pairs: list[tuple[str, int]], counter: str
) -> None:
    for iri, count in pairs:
        part = f"{dataset}-{member}-{_fragment(iri)}"
        said.say(dataset, f"void:{member}Partition", ox.NamedNode(part))
        said.say(part, f"void:{member}", ox.NamedNode(iri))
        said.say(part, f"void:{counter}", number(count))


def _say_links(said: Statements, dataset: str, page: str, target: Target) -> None:
    """The data set that is linked to, and a link set for each property."""
    key = target.iri.rpartition("/")[2]
    other = f"{page}#target-{key}"
    said.say(other, "rdf:type", named("void:Dataset"))
    said.say(other, "dcterms:title", english(target.label))
    said.say(other, "void:uriSpace", *map(ox.Literal, target.spaces))
    for iri, count in target.links.items():
        links = f"{page}#links-{key}-{_fragment(iri)}"
        said.say(dataset, "void:subset", ox.NamedNode(links))
        said.say(links, "rdf:type", named("void:Linkset"))
        said.say(links, "void:subjectsTarget", ox.NamedNode(dataset))
        said.say(links, "void:objectsTarget", ox.NamedNode(other))
        said.say(links, "void:linkPredicate", ox.NamedNode(iri))
        said.say(links, "void:triples", number(count))


def _space(iri: str) -> str | None:
    """The namespace of a term on the web; our own vocabulary has an IRI without the mark."""
    found = _NAMESPACE.match(iri)
    return None if found is None else ONTOLOGY if found[0] == MLA else found[0]


def _fragment(iri: str) -> str:
    return re.sub(r"[^A-Za-z0-9]", "-", iri.partition(":")[2].lstrip("/"))
