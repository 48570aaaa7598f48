"""A dossier as the triples of its nodes."""

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import pyoxigraph as ox

from mla_graph.dossier.model import Dossier
from mla_graph.model.namespaces import MLAD
from mla_graph.saved_queries.template import of_file
from mla_graph.store.interface import Store

_QUERIES: Final = Path(__file__).with_name("queries")


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
        *store.construct(_query("nodes", nodes)),
        *(store.construct(_query("rules", pairs)) if pairs else ()),
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


def _query(name: str, terms: set[str]) -> str:
    template = of_file(_QUERIES / f"{name}.rq")
    return template.fill({name: " ".join(sorted(terms))})
