"""SHACL property paths: read from a graph, written as SPARQL text or as triples."""

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Final

import pyoxigraph as ox

from mla_graph.model.namespaces import RDF, SH

Node = ox.NamedNode | ox.BlankNode
Path = str | tuple["str | Path", ...]
"""An IRI, or an operator (``^ / | * + ?``) followed by its operands."""

_FIRST: Final = ox.NamedNode(f"{RDF}first")
_REST: Final = ox.NamedNode(f"{RDF}rest")
_NIL: Final = ox.NamedNode(f"{RDF}nil")
_OPERATORS: Final = {
    ox.NamedNode(f"{SH}inversePath"): "^",
    ox.NamedNode(f"{SH}alternativePath"): "|",
    ox.NamedNode(f"{SH}zeroOrMorePath"): "*",
    ox.NamedNode(f"{SH}oneOrMorePath"): "+",
    ox.NamedNode(f"{SH}zeroOrOnePath"): "?",
}
_PREDICATES: Final = {operator: predicate for predicate, operator in _OPERATORS.items()}


def read_path(graph: ox.Dataset, node: Node) -> Path:
    """Read the path that a node of the graph describes (SHACL, section 2.3.1)."""
    if isinstance(node, ox.NamedNode):
        return node.value
    for quad in graph.quads_for_subject(node):
        value = quad.object
        assert isinstance(value, Node)
        if quad.predicate == _FIRST:
            return ("/", *(read_path(graph, item) for item in items(graph, node)))
        if operator := _OPERATORS.get(quad.predicate):
            operands = items(graph, value) if operator == "|" else [value]
            return (operator, *(read_path(graph, item) for item in operands))
    raise ValueError(f"{node} is not a property path")


def path_text(path: Path, shorten: Callable[[str], str] = "<{}>".format) -> str:
    """Write the path as SPARQL."""
    if isinstance(path, str):
        return shorten(path)
    operator, *operands = path
    parts = [_operand(operand, shorten) for operand in operands]
    if operator == "^":
        return f"^{parts[0]}"
    return str(operator).join(parts) if operator in ("/", "|") else f"{parts[0]}{operator}"


def path_triples(path: Path, name: str) -> tuple[Node, list[ox.Triple]]:
    """Describe the path by a node and its triples; blank nodes are named after ``name``."""
    if isinstance(path, str):
        return ox.NamedNode(path), []
    operator, *operands = path
    nodes, triples = [], []
    for number, operand in enumerate(operands):
        node, further = path_triples(operand, f"{name}p{number}")
        nodes.append(node)
        triples += further
    if operator in ("/", "|"):
        cells: list[Node] = [ox.BlankNode(f"{name}l{number}") for number in range(len(nodes))]
        for node, (cell, rest) in zip(nodes, pairwise([*cells, _NIL]), strict=True):
            triples += [ox.Triple(cell, _FIRST, node), ox.Triple(cell, _REST, rest)]
        nodes = cells
    if operator == "/":
        return nodes[0], triples
    whole = ox.BlankNode(name)
    return whole, [*triples, ox.Triple(whole, _PREDICATES[str(operator)], nodes[0])]


def items(graph: ox.Dataset, head: Node) -> Iterator[Node]:
    """List the members of an RDF list."""
    while head != _NIL:
        cell = {quad.predicate: quad.object for quad in graph.quads_for_subject(head)}
        first, rest = cell[_FIRST], cell[_REST]
        assert isinstance(first, Node) and isinstance(rest, Node)
        yield first
        head = rest


def _operand(path: Path, shorten: Callable[[str], str]) -> str:
    text = path_text(path, shorten)
    return text if isinstance(path, str) or path[0] == "^" else f"({text})"
