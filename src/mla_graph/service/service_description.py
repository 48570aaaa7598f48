"""What the endpoint says of itself: SPARQL 1.1 Service Description."""

from collections.abc import Iterator
from typing import Final

import pyoxigraph as ox

from mla_graph.model.namespaces import RDF, XSD
from mla_graph.service.context import Served, ServiceContext
from mla_graph.service.dataset import numbers

_SD: Final = "http://www.w3.org/ns/sparql-service-description#"


def service_description(context: ServiceContext, served: Served, base: str) -> Iterator[ox.Triple]:
    """SPARQL 1.1 Service Description."""
    a = ox.NamedNode(f"{RDF}type")

    def sd(name: str) -> ox.NamedNode:
        return ox.NamedNode(_SD + name)

    service = ox.NamedNode(f"{base}/sparql#service")
    dataset = ox.NamedNode(f"{base}/sparql#dataset")
    graph = ox.NamedNode(f"{base}/sparql#default-graph")
    yield ox.Triple(service, a, sd("Service"))
    yield ox.Triple(service, sd("endpoint"), ox.NamedNode(f"{base}/sparql"))
    yield ox.Triple(service, sd("supportedLanguage"), sd("SPARQL11Query"))
    for name in (
        "SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV",
        "Turtle", "N-Triples", "JSON-LD",
    ):  # fmt: skip
        format = ox.NamedNode(f"http://www.w3.org/ns/formats/{name}")
        yield ox.Triple(service, sd("resultFormat"), format)
    yield ox.Triple(service, sd("defaultDataset"), dataset)
    yield ox.Triple(dataset, a, sd("Dataset"))
    yield ox.Triple(dataset, sd("defaultGraph"), graph)
    yield ox.Triple(graph, a, sd("Graph"))
    count = ox.Literal(str(numbers(served)["triples"]), datatype=ox.NamedNode(f"{XSD}integer"))
    yield ox.Triple(graph, ox.NamedNode("http://rdfs.org/ns/void#triples"), count)
