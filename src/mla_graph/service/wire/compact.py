"""Triples as JSON-LD in compact form, with the context that the ontology publishes."""

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

if TYPE_CHECKING:
    from rdflib.term import Node


def compacted(triples: Iterable[ox.Triple], context: Mapping[str, Any]) -> bytes:
    """The triples as a JSON-LD document in terms of the context, which it does not name yet.

    The same triples give the same bytes.
    """
    from rdflib import Graph  # half a second, and few callers want JSON-LD

    graph = Graph(bind_namespaces="none")
    for triple in triples:
        graph.add((_node(triple.subject), _node(triple.predicate), _node(triple.object)))
    text = graph.serialize(format="json-ld", context=context, auto_compact=False)
    document = json.loads(text)
    del document["@context"]
    return json.dumps(_ordered(document), ensure_ascii=False, indent=1).encode()


def naming_context(document: bytes, address: str) -> bytes:
    """The compacted document with the address at which its context is published."""
    return b'{\n "@context": %s,%s' % (json.dumps(address).encode(), document[1:])


def _node(term: object) -> "Node":
    from rdflib import BNode, Literal, URIRef

    if isinstance(term, ox.NamedNode):
        return URIRef(term.value)
    if isinstance(term, ox.BlankNode):
        return BNode(term.value)
    assert isinstance(term, ox.Literal)
    if term.language:
        return Literal(term.value, lang=term.language)
    datatype = None if term.datatype.value.endswith("#string") else URIRef(term.datatype.value)
    return Literal(term.value, datatype=datatype, normalize=False)


def _ordered(value: Any) -> Any:
    """The value with members by name and, but in lists of RDF, values in a fixed order."""
    if isinstance(value, list):
        return sorted((_ordered(one) for one in value), key=_key)
    if isinstance(value, dict):
        return {
            name: value[name] if name == "@list" else _ordered(value[name])
            for name in sorted(value, key=lambda name: (name not in ("id", "@id"), name))
        }
    return value


def _key(value: Any) -> str:
    return json.dumps(value, sort_keys=False)
