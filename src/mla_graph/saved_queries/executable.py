"""Saved queries bound with their examples, also as ``sh:SPARQLExecutable``.

The convention is that of the SPARQL examples of the Swiss Institute of Bioinformatics
(https://github.com/sib-swiss/sparql-examples), but that every node has an IRI.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox

from mla_graph.model.errors import InputError
from mla_graph.model.namespaces import EXAMPLES
from mla_graph.model.sparql_text import significant
from mla_graph.model.statements import Statements, english, named, typed
from mla_graph.saved_queries.catalogue import Catalogue, SavedQuery
from mla_graph.saved_queries.run import bind
from mla_graph.store.interface import Store

_CLASSES: Final = {
    "select": "sh:SPARQLSelectExecutable",
    "construct": "sh:SPARQLConstructExecutable",
    "ask": "sh:SPARQLAskExecutable",
}


@dataclass(frozen=True)
class Executable:
    """A saved query with a text that runs unchanged."""

    query: SavedQuery
    text: str

    @property
    def name(self) -> str:
        """Return the name of the query."""
        return self.query.name

    @property
    def summary(self) -> str:
        """Return what the query answers in one line."""
        return self.query.summary

    @property
    def iri(self) -> str:
        """Return the IRI of the query, which is the same on every service."""
        return f"{EXAMPLES}/{self.name}"


def executables(catalogue: Catalogue, store: Store) -> Iterator[Executable]:
    """Bind every saved query with its examples; skip those whose examples the store lacks.

    Raises:
        UnreadableInput: the file of a query is wrong.
        StoreUnavailable, LimitReached: the store does not answer.
    """
    for query in catalogue:
        examples = {p.name: p.example for p in query.parameters if p.example}
        try:
            text = bind(query, store, examples).text
        except InputError:
            continue
        yield Executable(query, text.strip())


def statements(found: Iterable[Executable], target: str) -> list[ox.Triple]:
    """Describe the queries as linked data; ``target`` is the endpoint that answers them."""
    said = Statements()
    said.say(EXAMPLES, "rdf:type", named("owl:Ontology"))
    said.say(EXAMPLES, "rdfs:label", english("The saved queries of mla-graph, ready to run"))
    said.say(EXAMPLES, "owl:imports", ox.NamedNode("http://www.w3.org/ns/shacl#"))
    declared: dict[str, str] = {}
    for one in found:
        query = one.query
        said.say(one.iri, "rdf:type", named("sh:SPARQLExecutable"), named(_CLASSES[query.form]))
        said.say(one.iri, "rdfs:comment", english(query.summary))
        if query.description:
            said.say(one.iri, "dcterms:description", english(query.description))
        said.say(one.iri, "schema:keywords", *map(ox.Literal, query.tags))
        said.say(one.iri, "schema:target", ox.NamedNode(target))
        said.say(one.iri, "sh:prefixes", ox.NamedNode(EXAMPLES))
        said.say(one.iri, f"sh:{query.form}", ox.Literal(one.text))
        declared |= _declared(one.text)
    for prefix, space in sorted(declared.items()):
        declaration = f"{EXAMPLES}#prefix-{prefix}"
        said.say(EXAMPLES, "sh:declare", ox.NamedNode(declaration))
        said.say(declaration, "rdf:type", named("sh:PrefixDeclaration"))
        said.say(declaration, "sh:prefix", ox.Literal(prefix))
        said.say(declaration, "sh:namespace", typed(space, "anyURI"))
    return said.triples


def _declared(text: str) -> dict[str, str]:
    """Return the prefixes that the text declares with their namespaces."""
    texts = [token.text for token in significant(text)]
    return {
        name.removesuffix(":"): iri[1:-1]
        for keyword, name, iri in zip(texts, texts[1:], texts[2:], strict=False)
        if keyword.upper() == "PREFIX"
    }
