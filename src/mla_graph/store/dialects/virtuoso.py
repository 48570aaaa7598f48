"""Virtuoso 7 and 8."""

import json
import re
from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, Final
from urllib.parse import urljoin

import pyoxigraph as ox

from mla_graph.model.namespaces import XSD
from mla_graph.store.dialects.dialect import Dialect, canonical_value

_TYPED: Final = re.compile(
    rb'"type"\s*:\s*"(?:typed-)?literal"\s*,\s*"datatype"\s*:\s*"([^"\\]*)"'
    rb'\s*,\s*"value"\s*:\s*"([^"\\]*)"'
)
"""A literal with a datatype in the order of Virtuoso, if nothing in it is escaped."""
_LITERAL: Final = b'"type":"literal","datatype":"%b","value":"%b"'
_NUMBER: Final = re.compile(r"-?\d+(\.\d+)?(e[+-]?\d+)?", re.ASCII | re.IGNORECASE)
_DEADLOCK: Final = re.compile(r"40001 Error|Error 40001")
_IN_THE_WAY: Final = re.compile(
    r"S1T\d\d Error|Error S1T\d\d|SR197: Non unique primary key on DB\.DBA\.RDF_"
)
"""It stopped one of two that write at the same time, or both brought it the same new word."""
_GAVE_UP: Final = re.compile(r"Virtuoso S1T\w+ Error", re.IGNORECASE)
_FORBIDS: Final = re.compile(r"SECURITY|[Nn]o permission")

_FIRST: Final = date(1970, 1, 1)
_DURATION: Final = ox.NamedNode(f"{XSD}dayTimeDuration")
_CALENDAR: Final = re.compile(r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?(T.+)?", re.ASCII)


class Virtuoso(Dialect):
    """Virtuoso: durations as numbers or by the calendar, an ASK as a table, errors as status 500.

    Its answers in the standard's form pass unchanged.
    """

    name = "Virtuoso"
    if_unknown = True

    def recognises(self, server: str, address: str) -> bool:
        """Read the ``Server`` header, such as ``Virtuoso/07.20.3240 (Linux)``."""
        return server.startswith("Virtuoso")

    def even_out(self, body: bytes, form: str) -> bytes:
        """Rewrite ``typed-literal``, durations as months or seconds, and an ASK without rows."""
        if form != "ASK":
            # Only values with a datatype differ: if the text shows them all, no more is parsed.
            text, count = _TYPED.subn(_literal, body)
            if count == body.count(b'"datatype"'):
                return text
        results = json.loads(body)
        if form == "ASK" and "boolean" not in results:
            true = any(map(_is_true, results["results"]["bindings"]))
            return json.dumps({"head": {}, "boolean": true}).encode()
        for row in results["results"]["bindings"] if "boolean" not in results else ():
            for term in row.values():
                if term["type"] == "typed-literal":
                    term["type"] = "literal"
                if datatype := term.get("datatype"):
                    term["value"] = _value(term["value"], datatype)
        return json.dumps(results).encode()

    def mend(self, graph: ox.Store) -> None:
        """Bring every ``xsd:dayTimeDuration`` into days."""
        for quad in graph:
            term = quad.object
            if isinstance(term, ox.Literal) and (days := in_days(term)) != term:
                graph.remove(quad)
                graph.add(ox.Quad(quad.subject, quad.predicate, days))

    def refuses_query(self, status: int, text: str) -> bool:
        """Read the error of its compiler too, which has status 500."""
        return super().refuses_query(status, text) or "SPARQL compiler" in text

    def gave_up(self, status: int, text: str) -> bool:
        """Read its own error on the time or the size of a query too."""
        return super().gave_up(status, text) or (status == 500 and bool(_GAVE_UP.search(text)))

    def may_pass(self, status: int, text: str, *, writing: bool = False) -> bool:
        """Repeat after a deadlock too, and after two writers were in each other's way."""
        if super().may_pass(status, text):
            return True
        stopped = _DEADLOCK.search(text) or (writing and _IN_THE_WAY.search(text))
        return status == 500 and bool(stopped)

    def forbids(self, status: int, text: str) -> bool:
        """Read its error on missing rights too, which has status 500."""
        return super().forbids(status, text) or (status == 500 and bool(_FORBIDS.search(text)))

    def row_limit(self, headers: Mapping[str, str]) -> int | None:
        """Read ``X-SPARQL-MaxRows`` (ResultSetMaxRows of its configuration)."""
        most = headers.get("X-SPARQL-MaxRows", "")
        return int(most) if most.isdigit() else None

    def graph_store(self, query_address: str) -> str | None:
        """Name the address that asks for a password."""
        return urljoin(query_address, "/sparql-graph-crud-auth")


def in_days(term: ox.Literal) -> ox.Literal:
    """Give a duration in days and less, every other literal as it is.

    In Turtle, P90D comes back as P3M, which is no ``xsd:dayTimeDuration``: months and years follow
    the calendar from 1 January 1970 on.
    """
    if term.datatype != _DURATION:
        return term
    found = _CALENDAR.fullmatch(term.value)
    if not found or not (found[1] or found[2]):
        return term
    years, months, days = (int(found[part] or 0) for part in (1, 2, 3))
    years, months = years + months // 12, months % 12
    try:
        day = date(_FIRST.year + years, 1 + months, 1) + timedelta(days)
    except (ValueError, OverflowError):  # thousands of years
        return term
    return ox.Literal(f"P{(day - _FIRST).days}D{found[4] or ''}", datatype=_DURATION)


def _literal(found: re.Match[bytes]) -> bytes:
    return _LITERAL % (found[1], _value(found[2].decode(), found[1].decode()).encode())


@lru_cache(maxsize=4096)
def _value(value: str, datatype: str) -> str:
    if datatype.endswith("Duration") and _NUMBER.fullmatch(value):
        number = round(float(value))
        sign, count = "-" if number < 0 else "", abs(number)
        months = datatype == f"{XSD}yearMonthDuration"
        value = f"{sign}P{count}M" if months else f"{sign}PT{count}S"
    return canonical_value(value, datatype)


def _is_true(row: dict[str, dict[str, Any]]) -> bool:
    return any(term["value"] not in ("0", "false") for term in row.values())


DIALECT: Final = Virtuoso()
