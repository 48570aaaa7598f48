"""Days that Virtuoso 7 writes as months and years, by the calendar from 1 January 1970 on.

In Turtle it gives P90D back as P3M, although that is no ``xsd:dayTimeDuration``; in other formats
it gives seconds.
"""

import re
from datetime import date, timedelta
from typing import Final

import pyoxigraph as ox

from mla_graph.model.namespaces import XSD

_FIRST: Final = date(1970, 1, 1)
_DURATION: Final = ox.NamedNode(f"{XSD}dayTimeDuration")
_CALENDAR: Final = re.compile(r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?(T.+)?", re.ASCII)


def mend_durations(graph: ox.Store) -> None:
    """Bring every duration of a graph that an endpoint sent into days, in place."""
    for quad in graph:
        term = quad.object
        if isinstance(term, ox.Literal) and (days := in_days(term)) != term:
            graph.remove(quad)
            graph.add(ox.Quad(quad.subject, quad.predicate, days))


def in_days(term: ox.Literal) -> ox.Literal:
    """The duration in days and less; every other literal as it is."""
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
