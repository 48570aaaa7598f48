"""What the endpoint says of itself: SPARQL 1.1 Service Description."""

from typing import Final
from urllib.parse import quote

import pyoxigraph as ox

from mla_graph.model.namespaces import GRAPH
from mla_graph.model.statements import Statements, english, named, number
from mla_graph.release.manifest import GraphSummary
from mla_graph.service.context import Served, ServiceContext
from mla_graph.service.metadata.numbers import numbers
from mla_graph.service.wire.formats import of_sparql
from mla_graph.store.embedded import EmbeddedStore

MOST_GRAPHS: Final = 100
"""So many graphs of a store that is no release are named at the most."""

_FORMATS: Final = {
    "application/sparql-results+json": "SPARQL_Results_JSON",
    "application/sparql-results+xml": "SPARQL_Results_XML",
    "text/csv": "SPARQL_Results_CSV",
    "text/tab-separated-values": "SPARQL_Results_TSV",
    "text/turtle": "Turtle",
    "application/n-triples": "N-Triples",
    "application/n-quads": "N-Quads",
    "application/trig": "TriG",
    "application/ld+json": "JSON-LD",
    "application/rdf+xml": "RDF_XML",
}
"""Media type to its name in https://www.w3.org/ns/formats/."""

_SIMPLE: Final = ox.NamedNode("http://www.w3.org/ns/entailment/Simple")
_FACTS: Final = f"{GRAPH}graph_data/"


def service_description(context: ServiceContext, served: Served, base: str) -> list[ox.Triple]:
    """The endpoint at ``base`` and its data set.

    The graphs of the vocabulary, of what is derived and of the examples are listed; those of the
    source files, which are many, are counted together.

    Raises:
        StoreUnavailable, LimitReached: the store does not answer.
    """
    said = Statements()
    service = f"{base}/sparql#service"
    said.say(service, "rdf:type", named("sd:Service"))
    said.say(service, "sd:endpoint", ox.NamedNode(f"{base}/sparql"))
    said.say(service, "sd:supportedLanguage", named("sd:SPARQL11Query"))
    said.say(service, "sd:defaultEntailmentRegime", _SIMPLE)
    said.say(service, "sd:resultFormat", *_formats())
    said.say(service, "rdfs:seeAlso", ox.NamedNode(f"{base}/.well-known/void"))
    store = served.store
    if isinstance(store, EmbeddedStore) and store.union_default_graph:
        said.say(service, "sd:feature", named("sd:UnionDefaultGraph"))
    if context.settings.service_hosts is not None:
        said.say(service, "sd:feature", named("sd:BasicFederatedQuery"))
    dataset = f"{base}/sparql#dataset"
    said.say(service, "sd:defaultDataset", ox.NamedNode(dataset))
    said.say(dataset, "rdf:type", named("sd:Dataset"))
    _say_default_graph(said, served, dataset, f"{base}/sparql#default-graph")
    if served.release is not None:
        graphs = served.release.manifest.graphs
        listed = {name: summary for name, summary in graphs.items() if not name.startswith(_FACTS)}
        for name, summary in listed.items():
            _say_graph(said, base, name, summary)
        facts = [summary for name, summary in graphs.items() if name not in listed]
        _say_source_graphs(said, dataset, f"{base}/sparql#source-graphs", facts)
    elif isinstance(store, EmbeddedStore):
        for name in store.graphs()[:MOST_GRAPHS]:
            _say_graph(said, base, name, None)
    return said.triples


def _formats() -> list[ox.NamedNode]:
    """The formats of every kind of answer that have a name at W3C."""
    offered = (one for kind in ("select", "boolean", "graph") for one in of_sparql(kind))
    names = (_FORMATS[one.media_type] for one in offered if one.media_type in _FORMATS)
    return [ox.NamedNode(f"http://www.w3.org/ns/formats/{name}") for name in dict.fromkeys(names)]


def _say_default_graph(said: Statements, served: Served, dataset: str, graph: str) -> None:
    said.say(dataset, "sd:defaultGraph", ox.NamedNode(graph))
    said.say(graph, "rdf:type", named("sd:Graph"), named("void:Dataset"))
    said.say(graph, "dcterms:title", english("The merged graph: what is stated and what follows"))
    for name, count in numbers(served).items():
        said.say(graph, f"void:{name}", number(count))


def _say_graph(said: Statements, base: str, name: str, summary: GraphSummary | None) -> None:
    """A graph under its name (section 3.2.11 keeps the pair and the graph apart)."""
    pair = f"{base}/sparql#graph-{quote(name.removeprefix(GRAPH))}"
    said.say(f"{base}/sparql#dataset", "sd:namedGraph", ox.NamedNode(pair))
    said.say(pair, "rdf:type", named("sd:NamedGraph"))
    said.say(pair, "sd:name", ox.NamedNode(name))
    if summary is not None:
        said.say(pair, "sd:graph", ox.NamedNode(name))
        said.say(name, "rdf:type", named("sd:Graph"), named("void:Dataset"))
        said.say(name, "void:triples", number(summary.triples))


def _say_source_graphs(
    said: Statements, dataset: str, subset: str, facts: list[GraphSummary]
) -> None:
    said.say(dataset, "void:subset", ox.NamedNode(subset))
    said.say(subset, "rdf:type", named("void:Dataset"))
    said.say(subset, "dcterms:title", english("The facts, in a named graph for each source file"))
    said.say(
        subset,
        "dcterms:description",
        english(
            f"{len(facts)} named graphs whose names begin with {_FACTS}; they tell which file "
            "states a triple."
        ),
    )
    said.say(subset, "void:uriSpace", ox.Literal(_FACTS))
    said.say(subset, "void:triples", number(sum(summary.triples for summary in facts)))
