"""pySHACL: the reference validator, slow on large graphs."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from mla_graph.model.errors import UnreadableInput

if TYPE_CHECKING:
    from rdflib import Graph


def validate(data: Sequence[ox.Triple], shapes: Sequence[ox.Triple]) -> list[ox.Triple]:
    """Validate; give the report as triples.

    Raises:
        UnreadableInput: the shapes are not well-formed SHACL, or the data compares what has no
            order, such as a day with an hour.
    """
    import pyshacl
    from pyshacl.errors import ReportableRuntimeError

    try:
        _, report, _ = pyshacl.validate(
            _graph(data),
            shacl_graph=_shapes_graph(tuple(shapes)),
            inference="none",
            inplace=True,
        )
    except ReportableRuntimeError as error:
        raise UnreadableInput(f"The shapes cannot be used: {error.message}") from error
    except TypeError as error:
        raise UnreadableInput(
            f"pySHACL cannot compare two values of the data ({error}); the engine fast says which."
        ) from error
    if isinstance(report, Exception):
        raise UnreadableInput(f"The shapes cannot be used: {report}")
    text = report.serialize(format="nt", encoding="utf-8")
    return [quad.triple for quad in ox.parse(text, format=ox.RdfFormat.N_TRIPLES)]


def _graph(triples: Iterable[ox.Triple]) -> "Graph":
    """Make an rdflib graph of the triples."""
    from rdflib import Graph
    from rdflib.query import Result

    from mla_graph.model.rdflib_terms import filled

    class PreparingGraph(Graph):
        """Has a query parsed once; pySHACL sends the same text for each focus node."""

        def query(self, query_object: Any, *args: Any, **options: Any) -> Result:
            prefixes = tuple(sorted((options.get("initNs") or {}).items()))
            return super().query(_prepared(query_object, prefixes), *args, **options)

    return filled(PreparingGraph(bind_namespaces="none"), triples)


@lru_cache(maxsize=1)
def _shapes_graph(triples: tuple[ox.Triple, ...]) -> "Graph":
    return _graph(triples)


@lru_cache(maxsize=256)
def _prepared(text: str, prefixes: tuple[tuple[str, Any], ...]) -> Any:
    from rdflib.plugins.sparql import prepareQuery

    return prepareQuery(text, dict(prefixes))
