"""The representations that answers can have, by the form of the query."""

from typing import Final

import pyoxigraph as ox

from mla_graph.service.wire.negotiation import HTML, Representation
from mla_graph.service.wire.rdf_document import document
from mla_graph.store.formats import RESULTS

SPARQL_JSON: Final = Representation("json", "application/sparql-results+json")
ROWS: Final = Representation("rows", "application/json")
CSV: Final = Representation("csv", "text/csv")
TSV: Final = Representation("tsv", "text/tab-separated-values")
SPARQL_XML: Final = Representation("xml", "application/sparql-results+xml", ("application/xml",))

TURTLE: Final = Representation("turtle", "text/turtle", ("application/x-turtle",))
N_TRIPLES: Final = Representation("ntriples", "application/n-triples")
JSON_LD: Final = Representation("jsonld", "application/ld+json", ("application/json",))
RDF_XML: Final = Representation("rdfxml", "application/rdf+xml", ("application/xml", "text/xml"))
TRIG: Final = Representation("trig", "application/trig", ("application/x-trig",))
N_QUADS: Final = Representation("nquads", "application/n-quads")

_TABLES: Final = (SPARQL_JSON, ROWS, CSV, TSV, SPARQL_XML)
_BOOLEANS: Final = (SPARQL_JSON, SPARQL_XML)
TRIPLES_OFFERED: Final = (TURTLE, N_TRIPLES, JSON_LD)
_GRAPHS: Final = (*TRIPLES_OFFERED, RDF_XML, TRIG, N_QUADS)
"""The last two for clients that ask for nothing else; the triples are in the default graph."""
GRAPH_PAGES: Final = (TURTLE, HTML, JSON_LD, N_TRIPLES)
"""A resource: people's browsers name HTML, all else gets Turtle unless it asks otherwise."""


def of_saved_query(form: str) -> tuple[Representation, ...]:
    """What ``/api/queries/{name}`` offers for a SELECT, ASK or CONSTRUCT, default first."""
    data = {"select": _TABLES, "ask": _BOOLEANS, "construct": TRIPLES_OFFERED}[form]
    return (*data, HTML)


def of_sparql(kind: str) -> tuple[Representation, ...]:
    """What ``/sparql`` offers for an answer of this kind (select, boolean, graph).

    JSON means SPARQL results JSON there.
    """
    json = Representation("json", SPARQL_JSON.media_type, ("application/json",))
    if kind == "graph":
        return _GRAPHS
    if kind == "boolean":
        return (json, SPARQL_XML)
    return (json, SPARQL_XML, CSV, TSV)


def serialised(answer: object, name: str) -> bytes:
    """An engine's answer in the named format."""
    if isinstance(answer, ox.QueryTriples):
        return document(answer, name)
    assert isinstance(answer, ox.QuerySolutions | ox.QueryBoolean)
    body = answer.serialize(format=RESULTS[name])
    assert body is not None
    return body
