"""SPARQL results of any engine in the standard's form, with values as the embedded store has them.

What engines do differently in their results is evened out here and nowhere else.
"""

import json
import re
from collections.abc import Callable
from typing import Any, Final

import pyoxigraph as ox

from mla_graph.model.namespaces import XSD
from mla_graph.model.terms import canonical

_TYPED: Final = re.compile(
    rb'"type"\s*:\s*"(?:typed-)?literal"\s*,\s*"datatype"\s*:\s*"([^"\\]*)"'
    rb'\s*,\s*"value"\s*:\s*"([^"\\]*)"'
)
"""A literal with a datatype as Virtuoso writes it, if nothing in it is escaped."""
_LITERAL: Final = b'"type":"literal","datatype":"%b","value":"%b"'
DEADLOCK: Final = re.compile(r"40001 Error|Error 40001")
"""What Virtuoso says when it stopped one of two requests that were in each other's way."""
_NUMBER: Final = re.compile(r"-?\d+(\.\d+)?(e[+-]?\d+)?", re.ASCII | re.IGNORECASE)


def even_out(body: bytes, form: str) -> bytes:
    """SPARQL results JSON in the standard's form.

    Virtuoso 7 answers an ASK as a SELECT (false is no row), writes ``typed-literal``, and writes
    durations as a number of months or seconds. ``form`` is the keyword of the query.

    Raises:
        ValueError, LookupError, TypeError, AttributeError: these are no SPARQL results.
    """
    known: dict[tuple[str, str], str] = {}

    def canonical_once(value: str, datatype: str) -> str:
        if (value, datatype) not in known:
            known[value, datatype] = _canonical(value, datatype)
        return known[value, datatype]

    def literal(found: re.Match[bytes]) -> bytes:
        datatype, value = found[1].decode(), found[2].decode()
        return _LITERAL % (found[1], canonical_once(value, datatype).encode())

    if form != "ASK":
        # Only values with a datatype differ: where the text shows them all, no more of it is read.
        text, count = _TYPED.subn(literal, body)
        if count == body.count(b'"datatype"'):
            return text
    results = json.loads(body)
    _even_out(results, form, canonical_once)
    return json.dumps(results).encode()


def _even_out(
    results: dict[str, Any], form: str, canonical_once: Callable[[str, str], str]
) -> None:
    if "boolean" in results:
        return
    rows = results["results"]["bindings"]
    if form == "ASK":
        results.clear()
        results |= {"head": {}, "boolean": any(map(_is_true, rows))}
        return
    for row in rows:
        for term in row.values():
            if term["type"] == "typed-literal":
                term["type"] = "literal"
            if datatype := term.get("datatype"):
                term["value"] = canonical_once(term["value"], datatype)


def _is_true(row: dict[str, dict[str, str]]) -> bool:
    return any(term["value"] not in ("0", "false") for term in row.values())


def _canonical(value: str, datatype: str) -> str:
    if datatype.endswith("Duration") and _NUMBER.fullmatch(value):
        number = round(float(value))
        sign, count = "-" if number < 0 else "", abs(number)
        months = datatype == f"{XSD}yearMonthDuration"
        value = f"{sign}P{count}M" if months else f"{sign}PT{count}S"
    return canonical(ox.Literal(value, datatype=ox.NamedNode(datatype))).value
