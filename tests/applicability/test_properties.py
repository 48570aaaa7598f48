"""What holds of every answer on which instruments apply, whoever asks whom for what and when."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mla_graph.store.embedded import EmbeddedStore

from .conftest import Ask, Row

FIRST, LAST = date(1959, 1, 1), date(2028, 12, 31)
EUROPE = """AD AL AM AT AZ BA BE BG CH CY CZ DE DK EE ES FI FR GB GE GR HR HU IE IS IT LI LT LU LV
    MC MD ME MK MT NL NO PL PT RO RS SE SI SK SM TR UA"""
OVERSEAS = "AU BR CA CN IL IN JP KR MA MX RU TN US ZA"
MEASURES = """A.10 A.11 A.12 A.13 A.14 A.20 A.21 A.22 A.23 A.24 A.30 A.31 A.32 A.40 A.41 A.42 A.43
    A.50 A.51 A.52 A.53 A.54 A.55 A.56 A.60 A.70 A.71 A.72 A.73 B.1 C.1 D.1 E.1 E.2 E.3 E.4 F.1 G.1
    G.2 G.3 G.4 G.5"""
REASONS = {
    "governs": {"serves-the-measure"},
    "supplements": {"adds", "protocol", "steps-back"},
    "replaced": {"replaced-by-rule"},
    "subject-specific": {"offence-bound"},
    "fallback": {"nothing-governs"},
}

BOUNDARIES = """
    PREFIX eli: <http://data.europa.eu/eli/ontology#>
    PREFIX mla: <https://w3id.org/mla-graph/ontology#>
    PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
    SELECT DISTINCT ?code ?day ?last
    WHERE {
      {
        VALUES ?first { mla:since mla:fullySince }
        ?fact a mla:Participation ; mla:concernsState/skos:notation ?code ; ?first ?day .
      }
      UNION
      {
        ?fact a mla:Participation ; mla:concernsState/skos:notation ?code ; mla:until ?last .
      }
      UNION { ?instrument a mla:Instrument ; eli:date_no_longer_in_force ?last }
      UNION { VALUES ?kind { mla:Coverage mla:PrecedenceRule } ?fact a ?kind ; mla:since ?day }
      UNION { VALUES ?kind { mla:Coverage mla:PrecedenceRule } ?fact a ?kind ; mla:until ?last }
      UNION { ?fact a mla:FallbackBasis ; mla:fulfilledBy/eli:date_document ?day }
    }
"""
"""First days (`day`) and last days (`last`) of what an answer rests on; of all without a state."""

europe, overseas = st.sampled_from(EUROPE.split()), st.sampled_from(OVERSEAS.split())
pairs = st.tuples(europe, europe | overseas).filter(lambda pair: pair[0] != pair[1])
measures = st.sampled_from(MEASURES.split())
days = st.dates(FIRST, LAST) | st.dates(date(2000, 1, 1), LAST)
bounded = settings(
    max_examples=80,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)


@pytest.fixture(scope="session")
def boundaries(shipped_store: EmbeddedStore) -> Mapping[str, Sequence[date]]:
    """By state, and under `""` for all: the days on which an answer may change."""
    answer = shipped_store.query(BOUNDARIES)
    assert isinstance(answer, ox.QuerySolutions)
    found = defaultdict(set)
    for row in answer:
        code, day, last = (cell and cell.value for cell in row)
        changes = date.fromisoformat(day) if day else date.fromisoformat(last) + timedelta(1)
        found[code or ""].add(changes)
    return {code: sorted(changes) for code, changes in found.items()}


def asked(ask: Ask, pair: tuple[str, str], measure: str, on: date) -> list[Row]:
    """The answer."""
    requesting, executing = pair
    return ask(requesting=requesting, executing=executing, measure=measure, on=on.isoformat())


def without_national_law(answer: Sequence[Row]) -> list[tuple[str, str, str, str]]:
    """What the answer says of instruments."""
    columns = ("instrument", "status", "replacedBy", "since")
    rows = [row for row in answer if row["status"] != "fallback"]
    return sorted(tuple(row[column] for column in columns) for row in rows)


@bounded
@given(pairs, measures, days)
def test_both_ways_the_same_instruments_apply(
    ask: Ask, pair: tuple[str, str], measure: str, on: date
) -> None:
    there, back = (asked(ask, way, measure, on) for way in (pair, pair[::-1]))
    assert without_national_law(there) == without_national_law(back)
    assert len(there) == len(back)


@bounded
@given(pairs, measures, days)
def test_nothing_changes_between_two_changes(
    ask: Ask,
    boundaries: Mapping[str, Sequence[date]],
    pair: tuple[str, str],
    measure: str,
    on: date,
) -> None:
    changes = sorted(change for key in ("", *pair) for change in boundaries.get(key, ()))
    after = bisect_right(changes, on)
    first = changes[after - 1] if after else FIRST
    last = changes[after] - timedelta(1) if after < len(changes) else LAST
    assert asked(ask, pair, measure, first) == asked(ask, pair, measure, last)


@bounded
@given(pairs, measures, days)
def test_only_what_binds_both_applies(
    ask: Ask, pair: tuple[str, str], measure: str, on: date
) -> None:
    day = on.isoformat()
    for row in asked(ask, pair, measure, on):
        if row["status"] == "fallback":
            continue
        assert row["since"] <= day
        for state in pair:
            periods = [
                p for p in ask("participations", state=state) if p["key"] == row["instrument"]
            ]
            assert any(
                p["bound"] == "True" and p["since"] <= day <= (p["until"] or day) for p in periods
            ), (row["instrument"], state, periods)


@bounded
@given(pairs, measures, days)
def test_each_instrument_is_there_once_with_one_reason(
    ask: Ask, pair: tuple[str, str], measure: str, on: date
) -> None:
    answer = asked(ask, pair, measure, on)
    names = [row["instrument"] for row in answer]
    assert sorted(set(names)) == sorted(names)
    for row in answer:
        assert row["reason"]
        assert row["reasonCode"] in REASONS[row["status"]]


@bounded
@given(pairs, measures, days)
def test_what_takes_a_place_is_there_and_in_the_end_governs(
    ask: Ask, pair: tuple[str, str], measure: str, on: date
) -> None:
    answer = {row["instrument"]: row for row in asked(ask, pair, measure, on)}
    for row in answer.values():
        chain = [row["instrument"]]
        assert row["replacedBy"] or row["status"] != "replaced"
        while following := answer[chain[-1]]["replacedBy"]:
            assert following in answer, (chain, following)
            assert following not in chain, (chain, following)
            chain.append(following)
        if len(chain) > 1:
            assert answer[chain[-1]]["status"] in ("governs", "subject-specific"), chain
