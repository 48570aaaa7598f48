"""The SPARQL 1.1 Service Description of the endpoint."""

from typing import Final
from urllib.parse import quote

import pyoxigraph as ox

from mla_graph.model.namespaces import GRAPH
from mla_graph.service.context import Served, ServiceContext
from mla_graph.service.metadata.numbers import numbers
from mla_graph.service.metadata.rendered import rendered
from mla_graph.service.wire.formats import of_sparql
from mla_graph.store.embedded import EmbeddedStore

MOST_GRAPHS: Final = 100
"""Most graphs that are named of a store that is no release."""

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

_FACTS: Final = f"{GRAPH}graph_data/"


def service_description(context: ServiceContext, served: Served, base: str) -> list[ox.Triple]:
    """Describe the endpoint at ``base`` and its data set.

    The graphs of the vocabulary, of what is derived and of the examples are listed; those of the
    source files, which are many, are counted together.

    Raises:
        StoreUnavailable, LimitReached: the store does not answer.
    """
    store = served.store
    features = {
        "UnionDefaultGraph": isinstance(store, EmbeddedStore) and store.union_default_graph,
        "BasicFederatedQuery": context.settings.service_hosts is not None,
    }
    graphs: dict[str, int | None] = {}
    facts: list[int] | None = None
    if served.release is not None:
        triples = {name: one.triples for name, one in served.release.manifest.graphs.items()}
        graphs = {name: count for name, count in triples.items() if not name.startswith(_FACTS)}
        facts = [count for name, count in triples.items() if name.startswith(_FACTS)]
    elif isinstance(store, EmbeddedStore):
        graphs = dict.fromkeys(store.graphs()[:MOST_GRAPHS])
    return rendered(
        "service",
        base=base,
        formats=_formats(),
        features=[name for name, offered in features.items() if offered],
        numbers=numbers(served),
        graphs=[(quote(name.removeprefix(GRAPH)), name, count) for name, count in graphs.items()],
        facts=facts,
        facts_space=_FACTS,
    )


def _formats() -> list[str]:
    """Return the W3C names of the formats of every kind of answer."""
    offered = (one for kind in ("select", "boolean", "graph") for one in of_sparql(kind))
    names = (_FORMATS[one.media_type] for one in offered if one.media_type in _FORMATS)
    return list(dict.fromkeys(names))
