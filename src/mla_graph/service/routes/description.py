"""The RDF description of a resource: its statements, its sources, what points to it."""

from pathlib import Path
from typing import Final

import pyoxigraph as ox

from mla_graph.model.namespaces import PREFIXES, RDFS
from mla_graph.saved_queries.template import of_file
from mla_graph.store.interface import Store

MOST_INCOMING: Final = 500
"""Statements about other resources that point here: so many are given at the most."""

MOST_SOURCES: Final = 50

_QUERIES: Final = Path(__file__).with_name("resource_queries")


def described(store: Store, iri: str, document: str) -> tuple[set[ox.Triple], bool]:
    """Give the statements of the resource, of its sources, and those that point to it.

    ``iri`` is the resource as SPARQL. The second value tells whether there are more than
    MOST_INCOMING of the last kind; then the triples say so of the ``document`` that holds them.
    """
    own = store.construct(query("statements", iri=iri))
    sources = store.construct(query("sources", iri=iri, most=MOST_SOURCES))
    incoming = list(store.construct(query("pointing", iri=iri, most=MOST_INCOMING + 1)))
    cut = len(incoming) > MOST_INCOMING
    found = {*own, *sources, *incoming[:MOST_INCOMING]}
    return (found | _told_cut(iri, document) if cut else found), cut


def query(name: str, **values: object) -> str:
    """Return the text of a query on resources with these values, which are SPARQL."""
    template = of_file(_QUERIES / f"{name}.rq")
    return template.fill({key: str(value) for key, value in values.items()})


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
