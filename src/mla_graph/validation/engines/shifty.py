"""Shifty: a fast engine in Rust, for editing and for every build."""

import os
import re
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import pyoxigraph as ox

from mla_graph.model.errors import UnreadableInput
from mla_graph.model.namespaces import RDF, SH

if TYPE_CHECKING:
    from shifty._shifty import PreparedValidator

_TYPE: Final = ox.NamedNode(f"{RDF}type")
_PROPERTY: Final = ox.NamedNode(f"{SH}property")
_MESSAGE: Final = ox.NamedNode(f"{SH}resultMessage")
_SHAPES: Final = (ox.NamedNode(f"{SH}NodeShape"), ox.NamedNode(f"{SH}PropertyShape"))
_NAMED_BLANK: Final = "urn:mla-graph:blank:"
_IRI_IN_TEXT: Final = re.compile(r"<([a-z][a-z0-9+.-]*:[^<>\s]*)>")
_WORTH_DIVIDING: Final = 20_000
"""So many triples outweigh that each part reads the data anew."""


def validate(data: Sequence[ox.Triple], shapes: Sequence[ox.Triple]) -> list[ox.Triple]:
    """Validate; give the report as triples. Each processor takes a part of the shapes.

    Raises:
        UnreadableInput: the shapes are not well-formed SHACL, or use what the engine has not.
    """
    validator, names = _prepared(tuple(shapes))
    text = _n_triples(data)
    parts = min(os.cpu_count() or 1, 4) if len(data) > _WORTH_DIVIDING else 1

    def report(part: int) -> list[ox.Triple]:
        # The native interface: the wrapper around it reads the report with rdflib, which rewrites
        # literals such as "1976-07-21Z"^^xsd:date. (validate_algebra is twice as fast, but names
        # one shape alone where several have the same constraint.)
        found = validator.validate_w3c(
            data=text,
            graph_mode="data",
            run_infer=False,
            on_unsupported="error",
            entry_shape_names=names[part::parts],
        )
        triples = ox.parse(found.report_turtle.encode(), format=ox.RdfFormat.TURTLE)
        return [_as_referee(quad.triple) for quad in triples]

    try:
        with ThreadPoolExecutor(parts) as pool:
            return [triple for found in pool.map(report, range(parts)) for triple in found]
    except ValueError as error:
        raise UnreadableInput(f"The shapes cannot be used: {error}") from error


@lru_cache(maxsize=2)
def _prepared(shapes: tuple[ox.Triple, ...]) -> tuple["PreparedValidator", list[str]]:
    """Plan the shapes, and list the IRIs of those that may have targets.

    Unnamed shapes get an IRI, as the engine renames blank nodes and results name their shape.
    """
    from shifty._shifty import PreparedValidator

    declared = {
        t.subject
        for t in shapes
        if (t.predicate == _TYPE and t.object in _SHAPES)
        or t.predicate.value.startswith(f"{SH}target")
    }
    names = {
        node: ox.NamedNode(_NAMED_BLANK + node.value)
        for node in declared | {t.object for t in shapes if t.predicate == _PROPERTY}
        if isinstance(node, ox.BlankNode)
    }

    def named(term: Any) -> Any:
        return names.get(term, term)

    text = _n_triples(ox.Triple(named(s), p, named(o)) for s, p, o in shapes)
    try:
        return PreparedValidator(text), sorted(named(node).value for node in declared)
    except ValueError as error:
        raise UnreadableInput(f"The shapes cannot be used: {error}") from error


def _n_triples(triples: Iterable[ox.Triple]) -> bytes:
    text = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES)
    assert text is not None
    return text


def _as_referee(triple: ox.Triple) -> ox.Triple:
    """Give shapes their own names again, and IRIs in messages without brackets, as by pySHACL."""
    value = triple.object
    if isinstance(value, ox.NamedNode) and value.value.startswith(_NAMED_BLANK):
        value = ox.BlankNode(value.value.removeprefix(_NAMED_BLANK))
    elif triple.predicate == _MESSAGE and isinstance(value, ox.Literal):
        value = ox.Literal(_IRI_IN_TEXT.sub(r"\1", value.value), language=value.language)
    return ox.Triple(triple.subject, triple.predicate, value)
