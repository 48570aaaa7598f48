"""Durations that Virtuoso wrote by the calendar come back as the days that they were."""

import pyoxigraph as ox
import pytest

from mla_graph.store.dialects.virtuoso import in_days

DURATION = ox.NamedNode("http://www.w3.org/2001/XMLSchema#dayTimeDuration")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("P1M14D", "P45D"),
        ("P3M", "P90D"),
        ("P3M1D", "P91D"),
        ("P11M30D", "P364D"),
        ("P1Y", "P365D"),
        ("P2Y2M10D", "P800D"),
        ("P19Y11M26D", "P7300D"),
        ("P6M27DT8H", "P208DT8H"),
        ("P20D", "P20D"),
        ("PT30M", "PT30M"),
        ("PT0S", "PT0S"),
    ],
)
def test_months_and_years_are_days_again(written: str, meant: str) -> None:
    assert in_days(ox.Literal(written, datatype=DURATION)).value == meant


@pytest.mark.parametrize(
    "other",
    [
        ox.Literal("P3M"),
        ox.Literal("P3M", datatype=ox.NamedNode(f"{DURATION.value[:33]}yearMonthDuration")),
        ox.Literal("soon", datatype=DURATION),
        ox.Literal("P99999Y1D", datatype=DURATION),
    ],
)
def test_everything_else_stays_as_it_is(other: ox.Literal) -> None:
    assert in_days(other) == other
