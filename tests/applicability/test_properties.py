"""What holds of every answer on which instruments apply, whoever asks whom for what and when."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mla_graph.store.embedded import EmbeddedStore

from .conftest import Ask, Row

FIRST, LAST = date(1959, 1, 1), date(2027, 6, 30)
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
    "fallback": {
        "nothing-governs",
        "own-act",
        "act-without-treaty",
        "act-on-reciprocity",
        "act-on-designation",
        "act-on-treaty",
    },
}

CHANGES = """
    PREFIX eli: <http://data.europa.eu/eli/ontology#>
    PREFIX mla: <https://w3id.org/mla-graph/ontology#>
    PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
    SELECT DISTINCT ?code ?first ?last
    WHERE {
      {
        VALUES ?begins { mla:since mla:fullySince }
        ?fact a mla:Participation ; mla:concernsState/skos:notation ?code ; ?begins ?first .
      }
      UNION
      {
        ?fact a mla:Participation ; mla:concernsState/skos:notation ?code ; mla:until ?last .
      }
      UNION { ?instrument a mla:Instrument ; eli:date_no_longer_in_force ?last }
      UNION { VALUES ?kind { mla:Coverage mla:PrecedenceRule } ?fact a ?kind ; mla:since ?first }
      UNION { VALUES ?kind { mla:Coverage mla:PrecedenceRule } ?fact a ?kind ; mla:until ?last }
      UNION { ?fact a mla:FallbackBasis ; mla:fulfilledBy/eli:date_document ?first }
    }
"""
"""First and last days of the facts that an answer rests on; without a state, of everyone's."""

BOUND = """
    PREFIX mla: <https://w3id.org/mla-graph/ontology#>
    PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
    SELECT ?code ?key ?first ?last
    WHERE {
      ?participation a mla:Participation ;
        mla:bound true ;
        mla:concernsState/skos:notation ?code ;
        mla:concernsInstrument/skos:notation ?key ;
        mla:since ?first .
      OPTIONAL { ?participation mla:until ?last }
    }
"""
"""First and last days, as the facts have them."""

Span = tuple[date, date]

europe, overseas = st.sampled_from(EUROPE.split()), st.sampled_from(OVERSEAS.split())
pairs = st.tuples(europe, europe | europe | overseas).filter(lambda pair: pair[0] != pair[1])
measures = st.sampled_from(MEASURES.split())
bounded = settings(max_examples=60, derandomize=True, deadline=None)


@pytest.fixture(scope="session")
def changes(shipped_store: EmbeddedStore) -> Mapping[str, set[date]]:
    """By state, and under `""` for all: the days on which an answer may change."""
    answer = shipped_store.query(CHANGES)
    assert isinstance(answer, ox.QuerySolutions)
    found = defaultdict(set)
    for row in answer:
        code, first, last = (cell and cell.value for cell in row)
        day = date.fromisoformat(first) if first else date.fromisoformat(last) + timedelta(1)
        found[code or ""].add(day)
    return found


def period(data: st.DataObject, changes: Mapping[str, set[date]], pair: tuple[str, str]) -> Span:
    """First and last day of one of the times in which nothing changes between the two."""
    days = {day for key in ("", *pair) for day in changes.get(key, ()) if FIRST < day <= LAST}
    first, end = data.draw(st.sampled_from([*pairwise(sorted({FIRST, *days, LAST}))]))
    return first, end - timedelta(1)


@pytest.fixture(scope="session")
def bound(shipped_store: EmbeddedStore) -> Mapping[str, Mapping[str, Sequence[Span]]]:
    """By state and instrument: the times in which the one is bound by the other."""
    answer = shipped_store.query(BOUND)
    assert isinstance(answer, ox.QuerySolutions)
    found: dict[str, dict[str, list[Span]]] = defaultdict(lambda: defaultdict(list))
    for row in answer:
        code, key, first, last = (cell and cell.value for cell in row)
        span = (date.fromisoformat(first), date.fromisoformat(last or "9999-12-31"))
        found[code][key].append(span)
    return found


def asked(ask: Ask, pair: tuple[str, str], measure: str | None, on: date) -> list[Row]:
    """The answer, for a measure or in general."""
    raw = {"requesting": pair[0], "executing": pair[1], "on": on.isoformat()}
    return ask(**raw, **({"measure": measure} if measure else {}))


def without_national_law(answer: Sequence[Row]) -> list[tuple[str, str, str, str]]:
    """What the answer says of instruments."""
    columns = ("instrument", "status", "replacedBy", "since")
    rows = [row for row in answer if row["status"] != "fallback"]
    return sorted(tuple(row[column] for column in columns) for row in rows)


@bounded
@given(pairs, measures, st.data())
def test_both_ways_the_same_instruments_apply(
    ask: Ask,
    changes: Mapping[str, set[date]],
    pair: tuple[str, str],
    measure: str,
    data: st.DataObject,
) -> None:
    on, _ = period(data, changes, pair)
    there, back = (asked(ask, way, measure, on) for way in (pair, pair[::-1]))
    assert without_national_law(there) == without_national_law(back)
    assert len(there) == len(back)


@bounded
@given(pairs, measures, st.data())
def test_nothing_changes_between_two_changes(
    ask: Ask,
    changes: Mapping[str, set[date]],
    pair: tuple[str, str],
    measure: str,
    data: st.DataObject,
) -> None:
    first, last = period(data, changes, pair)
    assert asked(ask, pair, measure, first) == asked(ask, pair, measure, last)


@bounded
@given(pairs, measures | st.none(), st.data())
def test_nothing_applies_on_a_day_on_which_it_does_not_bind_both(
    ask: Ask,
    bound: Mapping[str, Mapping[str, Sequence[Span]]],
    pair: tuple[str, str],
    measure: str | None,
    data: st.DataObject,
) -> None:
    spans = sorted({span for of_one in bound[pair[0]].values() for span in of_one})
    first, last = data.draw(st.sampled_from(spans))
    edges = [first, first - timedelta(1), last, min(last, LAST) + timedelta(1)]
    on = min(max(data.draw(st.sampled_from(edges)), FIRST), LAST)
    for row in asked(ask, pair, measure, on):
        name = row["instrument"]
        for state in pair:
            assert row["status"] == "fallback" or any(
                begin <= on <= end for begin, end in bound[state][name]
            ), f"{name} does not bind {state}"
        assert row["since"] <= on.isoformat()


@bounded
@given(pairs, measures | st.none(), st.data())
def test_each_instrument_is_there_once_with_one_reason(
    ask: Ask,
    changes: Mapping[str, set[date]],
    pair: tuple[str, str],
    measure: str | None,
    data: st.DataObject,
) -> None:
    on, _ = period(data, changes, pair)
    answer = asked(ask, pair, measure, on)
    names = [row["instrument"] for row in answer]
    assert sorted(set(names)) == sorted(names)
    for row in answer:
        assert row["reason"]
        assert row["reasonCode"] in REASONS[row["status"]]


@bounded
@given(pairs, measures, st.data())
def test_what_takes_a_place_is_there_and_in_the_end_governs(
    ask: Ask,
    changes: Mapping[str, set[date]],
    pair: tuple[str, str],
    measure: str,
    data: st.DataObject,
) -> None:
    on, _ = period(data, changes, pair)
    answer = {row["instrument"]: row for row in asked(ask, pair, measure, on)}
    for row in answer.values():
        chain = [row["instrument"]]
        assert row["replacedBy"] or row["status"] != "replaced"
        while following := answer[chain[-1]]["replacedBy"]:
            assert following in answer, (chain, following)
            assert following not in chain, (chain, following)
            chain.append(following)
        if len(chain) > 1:
            # What takes a place may itself add to what governs: the convention of 2000, which
            # repealed an article of the Schengen convention, adds to that of 1959.
            assert answer[chain[-1]]["status"] in ("governs", "supplements", "subject-specific")
