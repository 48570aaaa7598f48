"""Shifty: a fast engine in Rust, for editing and for every build."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import pyoxigraph as ox

from mla_graph.model.errors import UnreadableInput
from mla_graph.model.namespaces import SH

if TYPE_CHECKING:
    from shifty._shifty import PreparedValidator

_PROPERTY: Final = ox.NamedNode(f"{SH}property")
_MESSAGE: Final = ox.NamedNode(f"{SH}resultMessage")
_NAMED_BLANK: Final = "urn:mla-graph:blank:"
_IRI_IN_TEXT: Final = re.compile(r"<([a-z][a-z0-9+.-]*:[^<>\s]*)>")


def validate(data: Sequence[ox.Triple], shapes: Sequence[ox.Triple]) -> list[ox.Triple]:
    """The validation report as triples.

    Raises:
        UnreadableInput: the shapes are not well-formed SHACL, or use what the engine has not.
    """
    validator = _prepared(tuple(shapes))
    # The native interface: the wrapper around it reads the report with rdflib, which rewrites
    # literals such as "1976-07-21Z"^^xsd:date.
    report = validator.validate_w3c(
        data=_n_triples(data), graph_mode="data", run_infer=False, on_unsupported="error"
    )
    text = report.report_turtle.encode()
    return [_as_referee(quad.triple) for quad in ox.parse(text, format=ox.RdfFormat.TURTLE)]


@lru_cache(maxsize=1)
def _prepared(shapes: tuple[ox.Triple, ...]) -> "PreparedValidator":
    """The shapes, planned; unnamed property shapes get an IRI, so that results can name them."""
    from shifty._shifty import PreparedValidator

    unnamed = {t.object for t in shapes if t.predicate == _PROPERTY}
    names = {
        node: ox.NamedNode(_NAMED_BLANK + node.value)
        for node in unnamed
        if isinstance(node, ox.BlankNode)
    }

    def named(term: Any) -> Any:
        return names.get(term, term)

    try:
        return PreparedValidator(
            _n_triples(ox.Triple(named(t.subject), t.predicate, named(t.object)) for t in shapes)
        )
    except ValueError as error:
        raise UnreadableInput(f"The shapes cannot be used: {error}") from error


def _n_triples(triples: Iterable[ox.Triple]) -> bytes:
    return ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES)


def _as_referee(triple: ox.Triple) -> ox.Triple:
    """Shapes under their own names again, and IRIs in messages without brackets, as by pySHACL."""
    value = triple.object
    if isinstance(value, ox.NamedNode) and value.value.startswith(_NAMED_BLANK):
        value = ox.BlankNode(value.value.removeprefix(_NAMED_BLANK))
    elif triple.predicate == _MESSAGE and isinstance(value, ox.Literal):
        value = ox.Literal(_IRI_IN_TEXT.sub(r"\1", value.value), language=value.language)
    return ox.Triple(triple.subject, triple.predicate, value)
