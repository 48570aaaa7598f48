"""The older version of a page that a newer one supersedes, under keys of its own."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

import pyoxigraph as ox

from mla_graph.ingest.facts.known import Known
from mla_graph.ingest.facts.nodes import Node, full, properties, ref, text
from mla_graph.model.namespaces import MLAD
from mla_graph.model.terms import Term
from mla_graph.review.facts import OWNER, kept_node

_WHY: Final = "A newer version of the page does not state this; the older version does."
_NO_ADDRESS: Final = "The page as it was before its review of a later day; its address shows that."


def superseded(key: str, known: Known, gone: Iterable[str]) -> Iterator[Node]:
    """Give the version of an implementation in the graph as one that a newer page supersedes.

    Its IRIs go to the newer version; ``gone`` are those that the newer one does not take, which
    lead to the older version from now on.
    """
    owner = ref("implementation", key)
    day = known.value("implementation", key, "mla:reviewedDate")
    older = f"{key}-{day or 'earlier'}"
    file = f"implementations/{key.partition('-')[0]}/{older.partition('-')[2]}"
    parts = [kept_node(iri, file, known) for iri in known.subjects(OWNER, owner)]
    main = kept_node(owner.value, file, known)
    main = replace(
        main,
        properties={
            **main.properties,
            "skos:notation": (ox.Literal(older),),
            "mla:hasPageStatus": (ref("page-status", "superseded"),),
        },
    )
    moved: dict[str, str] = {
        node.iri: f"{MLAD}{node.kind}/{older}{node.key.removeprefix(key)}"
        for node in (main, *parts)
    }
    source = f"{MLAD}source/ejn-{key}"
    if known.keeps(source):
        moved[source] = f"{MLAD}source/ejn-{older}"
        yield _document(source, f"ejn-{older}", known)
    for node in (main, *parts):
        yield _moved(node, moved)
    for iri in sorted(gone):
        if iri in moved:
            kind, _, own = iri.removeprefix(MLAD).partition("/")
            values: dict[str, Term | None] = {
                "rdf:type": full("mla:ReplacedKey"),
                "dcterms:isReplacedBy": ox.NamedNode(moved[iri]),
                "skos:historyNote": text(_WHY),
            }
            yield Node(kind, own, None, f"replaced-keys/{kind}", properties(values))


def _moved(node: Node, moved: dict[str, str]) -> Node:
    """Return a node under its new key, with what it names under theirs."""
    values = {
        name: tuple(
            ox.NamedNode(moved.get(term.value, term.value))
            if isinstance(term, ox.NamedNode)
            else term
            for term in terms
        )
        for name, terms in node.properties.items()
    }
    key = moved[node.iri].removeprefix(f"{MLAD}{node.kind}/")
    return Node(node.kind, key, None, node.file, values)


def _document(source: str, key: str, known: Known) -> Node:
    """Return the document as it was; its address is that of the newer version."""
    values = {k: v for k, v in known.statements(source).items() if k != "foaf:page"}
    values["skos:notation"] = (ox.Literal(key),)
    values["skos:note"] = (ox.Literal(_NO_ADDRESS, language="en"),)
    return Node("source", key, None, f"sources/{key}", values)
