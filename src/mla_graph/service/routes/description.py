"""The RDF description of a resource: its statements, its sources, what points to it."""

from typing import Final

import pyoxigraph as ox

from mla_graph.model.namespaces import PREFIXES, RDFS
from mla_graph.store.interface import Store

MOST_INCOMING: Final = 500
"""Statements about other resources that point here: so many are given at the most."""

MOST_SOURCES: Final = 50

_SOURCES: Final = f"""
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX foaf: <http://xmlns.com/foaf/0.1/>
PREFIX mla: <https://w3id.org/mla-graph/ontology#>
PREFIX prov: <http://www.w3.org/ns/prov#>
CONSTRUCT {{ ?source ?property ?value . ?publisher mla:defaultLabel ?name ; foaf:page ?page }}
WHERE {{
  {{
    SELECT DISTINCT ?source WHERE {{ {{iri}} prov:wasDerivedFrom ?source }}
    ORDER BY ?source LIMIT {MOST_SOURCES}
  }}
  ?source ?property ?value .
  OPTIONAL {{
    ?source dcterms:publisher ?publisher .
    OPTIONAL {{ ?publisher mla:defaultLabel ?name }}
    OPTIONAL {{ ?publisher foaf:page ?page }}
  }}
}}
"""
_OUTGOING: Final = "CONSTRUCT {{ {iri} ?p ?o }} WHERE {{ {iri} ?p ?o }}"
_INCOMING: Final = "CONSTRUCT {{ ?s ?p {iri} }} WHERE {{ ?s ?p {iri} }} ORDER BY ?p ?s LIMIT {most}"


def described(store: Store, iri: str, document: str) -> tuple[set[ox.Triple], bool]:
    """Give the statements of the resource, of its sources, and those that point to it.

    ``iri`` is the resource as SPARQL. The second value tells whether there are more than
    MOST_INCOMING of the last kind; then the triples say so of the ``document`` that holds them.
    """
    own = _triples(store, _OUTGOING.format(iri=iri))
    sources = _triples(store, _SOURCES.replace("{iri}", iri))
    incoming = _triples(store, _INCOMING.format(iri=iri, most=MOST_INCOMING + 1))
    cut = len(incoming) > MOST_INCOMING
    found = {*own, *sources, *incoming[:MOST_INCOMING]}
    return (found | _told_cut(iri, document) if cut else found), cut


def _triples(store: Store, query: str) -> list[ox.Triple]:
    answer = store.query(query)
    assert isinstance(answer, ox.QueryTriples)
    return list(answer)


def _told_cut(iri: str, document: str) -> set[ox.Triple]:
    here = ox.NamedNode(document)
    topic = ox.NamedNode(f"{PREFIXES['foaf']}primaryTopic")
    words = (
        f"Only {MOST_INCOMING} of the statements that point to the resource are in this document; "
        "ask the SPARQL endpoint for all of them."
    )
    return {
        ox.Triple(here, topic, ox.NamedNode(iri.strip("<>"))),
        ox.Triple(here, ox.NamedNode(f"{RDFS}comment"), ox.Literal(words, language="en")),
    }
