"""SPARQL results of any engine in the standard's form, with values as the embedded store has them.

What engines do differently in their results is evened out here and nowhere else.
"""

import re
from typing import Any, Final

import pyoxigraph as ox

from mla_graph.model.namespaces import XSD
from mla_graph.model.terms import canonical

_NUMBER: Final = re.compile(r"-?\d+(\.\d+)?(e[+-]?\d+)?", re.ASCII | re.IGNORECASE)


def even_out(results: dict[str, Any], form: str) -> int:
    """Bring SPARQL results JSON into the standard's form, in place; gives the number of rows.

    Virtuoso 7 answers an ASK as a SELECT (false is no row), writes ``typed-literal``, and writes
    durations as a number of months or seconds. ``form`` is the keyword of the query.

    Raises:
        ValueError, LookupError, TypeError, AttributeError: these are no SPARQL results.
    """
    if "boolean" in results:
        return 0
    rows = results["results"]["bindings"]
    if form == "ASK":
        results.clear()
        results |= {"head": {}, "boolean": any(map(_is_true, rows))}
        return 0
    known: dict[tuple[str, str], str] = {}
    for row in rows:
        for term in row.values():
            if term["type"] == "typed-literal":
                term["type"] = "literal"
            if datatype := term.get("datatype"):
                value = (term["value"], datatype)
                if value not in known:
                    known[value] = _canonical(*value)
                term["value"] = known[value]
    return len(rows)


def _is_true(row: dict[str, dict[str, str]]) -> bool:
    return any(term["value"] not in ("0", "false") for term in row.values())


def _canonical(value: str, datatype: str) -> str:
    if datatype.endswith("Duration") and _NUMBER.fullmatch(value):
        number = round(float(value))
        sign, count = "-" if number < 0 else "", abs(number)
        months = datatype == f"{XSD}yearMonthDuration"
        value = f"{sign}P{count}M" if months else f"{sign}PT{count}S"
    return canonical(ox.Literal(value, datatype=ox.NamedNode(datatype))).value
