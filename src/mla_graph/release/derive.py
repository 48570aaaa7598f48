"""Triples that follow from the asserted ones, by rules written in SPARQL."""

from pathlib import Path

import pyoxigraph as ox

from mla_graph.model.errors import InvalidRelease, UnreadableInput
from mla_graph.model.namespaces import DERIVED_GRAPH

_DERIVED = ox.NamedNode(DERIVED_GRAPH)


def derive(store: ox.Store, rules: list[Path]) -> dict[str, int]:
    """Run the CONSTRUCT queries one after the other over the default graph.

    What is not there yet is added to the default graph, so that later rules see it, and to the
    graph of derived triples. Gives the number of new triples by file name.

    Raises:
        UnreadableInput: a rule cannot be read or is not a CONSTRUCT query.
        InvalidRelease: a rule makes a blank node.
    """
    added: dict[str, int] = {}
    for rule in rules:
        quads = [ox.Quad(*triple) for triple in _constructed(store, rule)]
        new = {quad for quad in quads if quad not in store}
        for quad in new:
            if isinstance(quad.subject, ox.BlankNode) or isinstance(quad.object, ox.BlankNode):
                raise InvalidRelease(f"The rule {rule.name} makes a blank node: {quad}.")
        store.extend(new)
        store.extend(ox.Quad(q.subject, q.predicate, q.object, _DERIVED) for q in new)
        added[rule.name] = len(new)
    return added


def _constructed(store: ox.Store, rule: Path) -> ox.QueryTriples:
    try:
        answer = store.query(rule.read_text("utf-8"))
    except (SyntaxError, OSError, ValueError) as error:
        raise UnreadableInput(f"The rule {rule.name} cannot be run: {error}") from error
    if not isinstance(answer, ox.QueryTriples):
        raise UnreadableInput(f"The rule {rule.name} is not a CONSTRUCT query.")
    return answer
