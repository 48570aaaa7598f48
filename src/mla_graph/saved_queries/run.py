"""Binding of a saved query to the values that a person wrote, and its run."""

import difflib
import re
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import date
from threading import Lock
from typing import Final

import pyoxigraph as ox

from mla_graph.model.errors import InvalidValue, MissingParameter, UnknownParameter
from mla_graph.model.terms import Term
from mla_graph.saved_queries.catalogue import SavedQuery
from mla_graph.saved_queries.parameters import TODAY, plain_term, terms, today_utc
from mla_graph.saved_queries.template import sparql, sparql_rows
from mla_graph.search.index import index_of
from mla_graph.store.interface import Answer, Store

_NO_GRAPH: Final = ox.Store()
_NOTHING: Final = ox.NamedNode("urn:nothing")
SEARCH: Final = "search"
"""The query that an index of words answers."""
_COUNT = re.compile(r"\d{1,15}", re.ASCII)


@dataclass(frozen=True)
class Bound:
    """A query ready to run; `terms` has its bound parameters."""

    query: SavedQuery
    terms: Mapping[str, tuple[Term, ...]]
    text: str
    depends_on_today: bool
    limit: int | None = None
    offset: int = 0


def bind(
    query: SavedQuery,
    store: Store,
    raw: Mapping[str, Sequence[str]],
    *,
    limit: int | str | None = None,
    offset: int | str | None = None,
    today: date | None = None,
    earlier: "Earlier | None" = None,
) -> Bound:
    """Bind the query to the texts in `raw`, by parameter.

    Codes and IRIs are looked up in this store; `today` is the current day in UTC unless given.
    Queries that share one `earlier` ask those that go before them once.

    Raises:
        UnknownParameter: the query has no such parameter; names those that it has.
        MissingParameter: a required parameter has no value.
        InvalidValue: a value, the limit or the offset has the wrong form.
        UnknownValue: the graph does not know a value; names the nearest.
        StoreUnavailable, LimitReached: the values could not be looked up in the store.
    """
    most = None if limit is None else _count("limit", limit)
    first = 0 if offset is None else _count("offset", offset)
    part = "" if most is None else f"\nLIMIT {most}"
    part += "" if offset is None else f"\nOFFSET {first}"
    day = today or today_utc()
    bound, depends_on_today = understand(query, store, raw, day)
    texts_of = {name: sparql(values) for name, values in bound.items()}
    if query.given is not None:
        asked = earlier or Earlier(store)
        before = _before(query, store, raw, day, asked)
        texts_of |= _rows(query, before, asked)
        depends_on_today |= before is not None and before.depends_on_today
    text = query.template.fill(texts_of) + part
    return Bound(query, bound, text, depends_on_today, most, first)


def understand(
    query: SavedQuery, store: Store | None, raw: Mapping[str, Sequence[str]], today: date
) -> tuple[dict[str, tuple[Term, ...]], bool]:
    """Return the terms of the parameters, and whether one is the current day.

    Without a store, this checks what can be seen to be wrong without one.

    Raises:
        UnknownParameter, MissingParameter, InvalidValue, UnknownValue: as for `bind`.
        StoreUnavailable, LimitReached: the values could not be looked up in the store.
    """
    for name in raw:
        if name not in query.parameter_names:
            raise _unknown(query, name)
    bound: dict[str, tuple[Term, ...]] = {}
    depends_on_today = False
    for parameter in query.parameters:
        given = raw.get(parameter.name, ())
        texts = (given,) if isinstance(given, str) else given or parameter.default
        if texts:
            bound[parameter.name] = terms(parameter, texts, store, query.enumerations, today)
            depends_on_today |= parameter.type == "date" and TODAY in texts
        elif parameter.unset:
            bound[parameter.name] = (plain_term(parameter, parameter.unset, today),)
        elif parameter.required:
            raise MissingParameter(
                f"The query {query.name} needs the parameter {parameter.name}: "
                f"{parameter.description}{_for_example(parameter.example)}",
                parameter=parameter.name,
            )
    for parameter in query.parameters:
        other = parameter.differs
        if other in bound and bound[other] == bound.get(parameter.name):
            raise InvalidValue(
                f"{parameter.name} is the same as {other}; name two.", parameter=parameter.name
            )
    return bound, depends_on_today


def run(store: Store, bound: Bound, *, timeout: float | None = None) -> Answer:
    """Ask the store; see `Store.query` for `timeout` and the errors.

    A query that asks only given rows is answered here, whatever the store; the search by words by
    the index of a release, where there is one.

    Raises:
        StoreUnavailable: the store does not answer.
        LimitReached: the store gave up on the query.
    """
    if bound.query.rows_only:
        return _NO_GRAPH.query(bound.text)
    if bound.query.name == SEARCH and (found := _searched(store, bound)) is not None:
        return found
    return store.query(bound.text, timeout=timeout)


def _searched(store: Store, bound: Bound) -> Answer | None:
    """Answer the search by words from the index; None if there is none."""
    if (index := index_of(store)) is None:
        return None
    from mla_graph.search.find import find  # brings the library of the index, which is an extra

    text, kind, lang = (
        one[0].value if (one := bound.terms.get(name)) else "" for name in ("q", "kind", "lang")
    )
    last = None if bound.limit is None else bound.offset + bound.limit
    hits = find(index, text, kind or None, lang, last)
    rows = [
        (
            ox.NamedNode(hit.thing),
            ox.Literal(hit.kind),
            ox.Literal(hit.label, language=hit.language or None),
            ox.Literal(hit.match),
            ox.Literal(hit.score),
        )
        for hit in hits[bound.offset :]
    ]
    columns = " ".join(f"?{column.name}" for column in bound.query.columns)
    return _NO_GRAPH.query(
        f"SELECT {columns} WHERE {{ VALUES ({columns}) {{ {sparql_rows(rows)} }} }}"
    )


class Earlier:
    """The rows of queries that are given to others, each asked once.

    For one question on one store: rows are kept as long as this object.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = Lock()
        self._found: dict[str, Future[list[ox.QuerySolution]]] = {}

    def rows(self, bound: Bound) -> list[ox.QuerySolution]:
        """Return the rows of a query; a second caller waits for the first.

        Raises:
            StoreUnavailable, LimitReached: the store did not answer.
        """
        with self._lock:
            known = self._found.get(bound.text)
            found = self._found.setdefault(bound.text, Future())
        if known is None:
            try:
                answer = run(self._store, bound)
                assert isinstance(answer, ox.QuerySolutions)
                found.set_result(list(answer))
            except BaseException as error:  # whoever waits must hear of it
                found.set_exception(error)
        return found.result()


def _before(
    query: SavedQuery,
    store: Store,
    raw: Mapping[str, Sequence[str]],
    today: date,
    earlier: Earlier,
) -> Bound | None:
    """Bind the query whose rows are given; None if it is not asked."""
    given, before = query.given, query.before
    assert given is not None and before is not None
    if given.only_with is not None and not raw.get(given.only_with):
        return None
    passed = {name: raw.get(given.names.get(name, name)) for name in before.parameter_names}
    taken = {name: texts for name, texts in passed.items() if texts}
    return bind(before, store, taken, today=today, earlier=earlier)


def _rows(query: SavedQuery, before: Bound | None, earlier: Earlier) -> dict[str, str]:
    """Return the distinct given rows for each gap; one empty row if none is asked.

    Empty is an IRI in the first column: some engines lose a row that is unbound throughout.
    """
    if before is None:
        return {
            gap: sparql_rows([[_NOTHING, *[None] * (len(columns) - 1)]])
            for gap, columns in query.row_gaps.items()
        }
    solutions = earlier.rows(before)
    return {
        gap: sparql_rows(dict.fromkeys(tuple(row[name] for name in columns) for row in solutions))
        for gap, columns in query.row_gaps.items()
    }


def _unknown(query: SavedQuery, name: str) -> UnknownParameter:
    names = query.parameter_names
    shown = name if len(name) <= 80 else f"{name[:79]}…"
    nearest = difflib.get_close_matches(shown, names, n=1)
    guess = f"; did you mean {nearest[0]}?" if nearest else "."
    takes = f"It takes {', '.join(names)}." if names else "It takes none."
    return UnknownParameter(
        f"The query {query.name} has no parameter {shown!r}{guess} {takes}",
        parameter=shown,
        nearest=nearest,
    )


def _for_example(example: Sequence[str]) -> str:
    return f" For example {example[0]}." if example else ""


def _count(name: str, value: int | str) -> int:
    text = str(value)
    if not _COUNT.fullmatch(text):
        raise InvalidValue(
            f"{name} is {text[:80]!r}; it should be a whole number, 0 or more.", parameter=name
        )
    return int(text)
