"""Triples about the project itself, written with prefixed names."""

from typing import Final

import pyoxigraph as ox

from mla_graph.model.namespaces import PREFIXES, XSD

Value = ox.NamedNode | ox.Literal

SPACES: Final[dict[str, str]] = PREFIXES | {
    "sd": "http://www.w3.org/ns/sparql-service-description#",
    "spdx": "http://spdx.org/rdf/terms#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
}
"""Prefix to namespace: the table of the data, and the vocabularies that describe data sets."""


class Statements:
    """A list of triples that grows."""

    def __init__(self) -> None:
        self.triples: list[ox.Triple] = []

    def say(self, subject: str, predicate: str, *values: Value) -> None:
        """Add a triple for each value; ``subject`` is an IRI, ``predicate`` a prefixed name."""
        for value in values:
            self.triples.append(ox.Triple(ox.NamedNode(subject), named(predicate), value))


def named(name: str) -> ox.NamedNode:
    """Return the term of a prefixed name, such as ``dcat:Dataset``."""
    prefix, _, local = name.partition(":")
    return ox.NamedNode(SPACES[prefix] + local)


def english(text: str) -> ox.Literal:
    """Return a text in English."""
    return ox.Literal(text, language="en")


def number(count: int) -> ox.Literal:
    """Return a count as xsd:integer."""
    return typed(str(count), "integer")


def typed(text: str, datatype: str) -> ox.Literal:
    """Return a literal with a datatype of XML Schema, named without prefix."""
    return ox.Literal(text, datatype=ox.NamedNode(XSD + datatype))
