"""Triples that follow from the asserted ones, by rules written in SPARQL."""

from itertools import islice
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from mla_graph.model.errors import InvalidRelease, UnreadableInput
from mla_graph.model.namespaces import DERIVED_GRAPH

_DERIVED: Final = ox.NamedNode(DERIVED_GRAPH)
_BATCH: Final = 100_000
"""Triples of an answer that are in memory at once."""


def derive(store: ox.Store, rules: list[Path]) -> dict[str, int]:
    """Run the CONSTRUCT queries one after the other over the default graph.

    What is not there yet is added to the default graph, so that later rules see it, and to the
    graph of derived triples. Gives the number of new triples by file name.

    Raises:
        UnreadableInput: a rule cannot be read or is not a CONSTRUCT query.
        InvalidRelease: a rule makes a blank node.
    """
    return {rule.name: _apply(store, rule) for rule in rules}


def _apply(store: ox.Store, rule: Path) -> int:
    """Add the new triples; count them. The rule sees the store as it was before the rule."""
    added, answer = 0, _constructed(store, rule)
    while triples := list(islice(answer, _BATCH)):
        new = {quad for triple in triples if (quad := ox.Quad(*triple)) not in store}
        for quad in new:
            if isinstance(quad.subject, ox.BlankNode) or isinstance(quad.object, ox.BlankNode):
                raise InvalidRelease(f"The rule {rule.name} makes a blank node: {quad}.")
        store.extend(new)
        store.extend(ox.Quad(q.subject, q.predicate, q.object, _DERIVED) for q in new)
        added += len(new)
    return added


def _constructed(store: ox.Store, rule: Path) -> ox.QueryTriples:
    try:
        answer = store.query(rule.read_text("utf-8"))
    except (SyntaxError, OSError, ValueError) as error:
        raise UnreadableInput(f"The rule {rule.name} cannot be run: {error}") from error
    if not isinstance(answer, ox.QueryTriples):
        raise UnreadableInput(f"The rule {rule.name} is not a CONSTRUCT query.")
    return answer
