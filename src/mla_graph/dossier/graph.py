"""A dossier as the triples of its nodes."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any, Final

import pyoxigraph as ox

from mla_graph.dossier.model import Dossier
from mla_graph.model.namespaces import MLAD
from mla_graph.store.interface import Store

_NODES: Final = """
CONSTRUCT {{ ?node ?property ?value }}
WHERE {{
  VALUES ?node {{ {nodes} }}
  ?node ?property ?value .
}}
"""
_RULES: Final = """
PREFIX mla: <https://w3id.org/mla-graph/ontology#>
CONSTRUCT {{ ?rule ?property ?value }}
WHERE {{
  VALUES (?older ?newer) {{ {pairs} }}
  ?rule mla:decidesOn ?older ;
    mla:decidesBy ?newer ;
    ?property ?value .
}}
"""


def triples(dossier: Dossier, store: Store) -> set[ox.Triple]:
    """Return the nodes of the dossier, and the rules that decide between its instruments.

    Raises:
        StoreUnavailable, LimitReached: the store did not answer.
    """
    nodes = {str(ox.NamedNode(iri)) for iri in _iris(asdict(dossier))}
    pairs = {
        f"({ox.NamedNode(row.instrument)} {ox.NamedNode(row.replacedBy)})"
        for row in dossier.instruments
        if row.replacedBy
    }
    return {
        *_constructed(store, _NODES.format(nodes=" ".join(sorted(nodes)))),
        *(_constructed(store, _RULES.format(pairs=" ".join(sorted(pairs)))) if pairs else ()),
    }


def _iris(value: Any) -> Iterator[str]:
    """Find every IRI of the data."""
    if isinstance(value, dict):
        for member in value.values():
            yield from _iris(member)
    elif isinstance(value, list):
        for member in value:
            yield from _iris(member)
    elif isinstance(value, str) and value.startswith(MLAD):
        yield value


def _constructed(store: Store, query: str) -> ox.QueryTriples:
    answer = store.query(query)
    assert isinstance(answer, ox.QueryTriples)
    return answer
