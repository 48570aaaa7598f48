"""The standards as an endpoint should keep them, and the choice of an engine's own dialect.

An engine that differs has a module beside this one with its ``DIALECT``. No other part of the
package names an engine behind an endpoint.
"""

import json
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any, Final

import pyoxigraph as ox

from mla_graph.model.terms import canonical

PASSING: Final = frozenset((429, 502, 503, 504))
"""HTTP statuses after which the same request may succeed."""

_GAVE_UP: Final = re.compile(r"exceeds the limit|timed? ?out", re.IGNORECASE)


class Dialect:
    """An endpoint that keeps to the standards.

    ``name`` is for people. ``if_unknown``: assume this engine behind an endpoint that does not
    name itself, as behind a proxy; so it must read standard answers too.
    """

    name = "SPARQL 1.1"
    if_unknown = False

    def recognises(self, server: str, address: str) -> bool:
        """Tell by the ``Server`` header and the address for queries whether this engine answers."""
        return False

    def even_out(self, body: bytes, form: str) -> bytes:
        """Rewrite SPARQL results JSON with values in the lexical form of the embedded engine.

        ``form`` is the keyword of the query.

        Raises:
            ValueError, LookupError, TypeError, AttributeError: these are no SPARQL results.
        """
        if b'"datatype"' not in body:
            return body
        results = json.loads(body)
        for term in _terms(results):
            if datatype := term.get("datatype"):
                term["value"] = canonical_value(term["value"], datatype)
        return json.dumps(results).encode()

    def mend(self, graph: ox.Store) -> None:
        """Rewrite values of a graph that the endpoint sent, in place."""

    def refuses_query(self, status: int, text: str) -> bool:
        """Tell whether an error says that the query is not SPARQL (Protocol, section 2.1.6)."""
        return status == 400

    def gave_up(self, status: int, text: str) -> bool:
        """Tell whether an error says that the query takes too much."""
        return status == 500 and _GAVE_UP.search(text) is not None

    def may_pass(self, status: int, text: str, *, writing: bool = False) -> bool:
        """Tell whether the same request may succeed after a pause."""
        return status in PASSING

    def forbids(self, status: int, text: str) -> bool:
        """Tell whether an error says that this user may not do this."""
        return status == 403

    def row_limit(self, headers: Mapping[str, str]) -> int | None:
        """Read after how many rows the endpoint cuts an answer, if it says so."""
        return None

    def graph_store(self, query_address: str) -> str | None:
        """Guess the address of the Graph Store HTTP Protocol."""
        return None


@lru_cache(maxsize=4096)
def canonical_value(value: str, datatype: str) -> str:
    """Give a value in the lexical form of the embedded engine; P12M becomes P1Y."""
    return canonical(ox.Literal(value, datatype=ox.NamedNode(datatype))).value


def known_dialects() -> list[Dialect]:
    """List the dialects that have a module here, by name."""
    return sorted(_known(), key=lambda dialect: dialect.name.lower())


@lru_cache(maxsize=64)
def recognised(server: str, address: str) -> Dialect | None:
    """Find the dialect by the ``Server`` header and the address for queries."""
    return next((one for one in _known() if one.recognises(server, address)), None)


@lru_cache(maxsize=64)
def dialect_of(server: str, address: str) -> Dialect:
    """Find the dialect of an answer; see ``recognised`` and ``Dialect.if_unknown``."""
    assumed = (one for one in _known() if one.if_unknown)
    return recognised(server, address) or next(assumed, Dialect())


@lru_cache(maxsize=1)
def _known() -> tuple[Dialect, ...]:
    package = __name__.rpartition(".")[0]
    names = sorted(module.name for module in iter_modules([str(Path(__file__).parent)]))
    modules = [import_module(f"{package}.{name}") for name in names if name != "dialect"]
    return tuple(module.DIALECT for module in modules)


def _terms(results: Any) -> Iterator[dict[str, Any]]:
    if "boolean" not in results:
        for row in results["results"]["bindings"]:
            yield from row.values()
