"""Terms of pyoxigraph as terms of rdflib."""

from collections.abc import Iterable
from typing import TypeVar

import pyoxigraph as ox
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.term import Node

from mla_graph.model.terms import XSD_STRING

_Graph = TypeVar("_Graph", bound=Graph)


def rdflib_term(term: object) -> Node:
    """Convert a term; the lexical form of a literal stays as it is.

    rdflib holds "x" and "x"^^xsd:string for different terms, so it gets the first alone.
    """
    if isinstance(term, ox.NamedNode):
        return URIRef(term.value)
    if isinstance(term, ox.BlankNode):
        return BNode(term.value)
    assert isinstance(term, ox.Literal)
    if term.language or term.datatype == XSD_STRING:
        return Literal(term.value, lang=term.language, normalize=False)
    return Literal(term.value, datatype=URIRef(term.datatype.value), normalize=False)


def filled(graph: _Graph, triples: Iterable[ox.Triple | ox.Quad]) -> _Graph:
    """Add triples to an rdflib graph, and give the graph back."""
    for triple in triples:
        graph.add(
            (
                rdflib_term(triple.subject),
                rdflib_term(triple.predicate),
                rdflib_term(triple.object),
            )
        )
    return graph
