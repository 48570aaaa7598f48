"""A saved query's answer as bytes with the headers that belong to it."""

import json
import time
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any, Final, NamedTuple, TypeVar

from mla_graph.model.about import NOTICE
from mla_graph.saved_queries.catalogue import SavedQuery
from mla_graph.saved_queries.rows import rows
from mla_graph.saved_queries.run import Bound, bind, run
from mla_graph.service.address import link_header, pages
from mla_graph.service.context import Lane, Served
from mla_graph.service.pace import Pace
from mla_graph.service.wire import caching
from mla_graph.service.wire.answer_cache import Answered
from mla_graph.service.wire.negotiation import Representation
from mla_graph.service.wire.parameters import Parameters, whole_number
from mla_graph.service.wire.representations import ROWS, serialised
from mla_graph.store.interface import Store

T = TypeVar("T")

RESERVED: Final = ("limit", "offset", "format")
MOST_OFFSET: Final = 1_000_000_000

_AS_JSON: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_ROW_MARKS: Final = {"json": b"},{", "xml": b"<result>", "csv": b"\n", "tsv": b"\n"}


class Asked(NamedTuple):
    """What the caller wants of a saved query; ``limit`` None means the most rows allowed."""

    query: SavedQuery
    parameters: Mapping[str, Sequence[str]]
    limit: int | None
    offset: int
    most: int

    @property
    def rows(self) -> int:
        """The most rows that the answer may hold."""
        return self.most if self.limit is None else self.limit


def asked_of(query: SavedQuery, parameters: Parameters, most: int) -> Asked:
    """What these parameters ask; ``most`` is the most rows that an answer may hold.

    Raises:
        InvalidValue: the limit or the offset is no whole number within bounds.
    """
    return Asked(
        query=query,
        parameters={name: v for name, v in parameters.items() if name not in RESERVED},
        limit=whole_number(parameters, "limit", least=0, most=most),
        offset=whole_number(parameters, "offset", least=0, most=MOST_OFFSET) or 0,
        most=most,
    )


class Open(NamedTuple):
    """A question that neither the caller's copy nor a kept answer settles: it has to be run."""

    bound: Bound
    headers: Mapping[str, str]


async def answer(
    lane: Lane,
    served: Served,
    asked: Asked,
    representation: Representation,
    if_none_match: str | None = None,
) -> Answered:
    """The answer, found in the event loop as far as that is short, else in the lane's threads.

    Raises:
        InputError: a parameter is wrong.
        StoreUnavailable, LimitReached: the store did not answer.
    """
    binding, finding = _paces(asked, representation)
    looked = await _run(
        lane, served, binding, lambda: look_up(served, asked, representation, if_none_match)
    )
    if isinstance(looked, Answered):
        return looked
    return await _run(lane, served, finding, lambda: find(served, asked, representation, looked))


async def _run(lane: Lane, served: Served, key: Hashable, call: Callable[[], T]) -> T:
    if not served.store.never_waits:
        return await lane.run(call)
    pace = served.once(Pace, Pace)
    if pace.short(key):
        return pace.timed(key, call)
    return await lane.run(lambda: pace.timed(key, call))


def at_once(served: Served, asked: Asked, representation: Representation) -> Answered | None:
    """The answer, if it is known to take no longer than the event loop can wait; else None.

    Raises:
        InputError: a parameter is wrong.
        StoreUnavailable, LimitReached: the store did not answer.
    """
    if not served.store.never_waits:
        return None
    pace = served.once(Pace, Pace)
    binding, finding = _paces(asked, representation)
    if not (pace.short(binding) and pace.short(finding)):
        return None
    since, key = time.thread_time(), binding
    try:
        looked = look_up(served, asked, representation)
        if isinstance(looked, Answered):
            return looked
        key = finding  # a kept answer says nothing of how long it takes to find one
        return find(served, asked, representation, looked)
    finally:
        pace.note(key, time.thread_time() - since)


def _paces(asked: Asked, representation: Representation) -> tuple[Hashable, Hashable]:
    """Under which keys binding and finding are timed."""
    return ("bind", asked.query.name), (representation is ROWS, asked.query.name)


def headers_of(
    found: Answered, asked: Asked, path: str, parameters: Parameters
) -> Mapping[str, str]:
    """The headers of the answer at this path, with links to the rows around it."""
    more = bool(found.truncated)
    if not more and not asked.offset:
        return found.headers
    links = pages(path, parameters, offset=asked.offset, rows=asked.rows, more=more)
    return {**found.headers, "Link": link_header(links)} if links else found.headers


def look_up(
    served: Served, asked: Asked, representation: Representation, if_none_match: str | None = None
) -> Answered | Open:
    """Bind, and look whether the caller's copy or ours is still good.

    Raises:
        InputError: a parameter is wrong.
        StoreUnavailable, LimitReached: the values could not be looked up in the store.
    """
    bound = bind(
        asked.query,
        served.store,
        asked.parameters,
        limit=asked.rows + (1 if representation is ROWS else 0),
        offset=asked.offset or None,
    )
    headers = caching.headers(
        served.store.release_id,
        bound.text,
        representation.name,
        fresh=not bound.depends_on_today,
    )
    if caching.still_good(if_none_match, headers):
        return Answered(None, headers)
    tag = headers.get("ETag")
    kept = served.answers.get(tag) if tag else None
    return kept or Open(bound, headers)


def find(served: Served, asked: Asked, representation: Representation, open: Open) -> Answered:
    """Run the query, write the answer, and keep it if the graph is a release.

    Raises:
        StoreUnavailable, LimitReached: the store did not answer.
    """
    found = _written(served.store, asked, representation, open)
    if tag := open.headers.get("ETag"):
        lasting = not open.bound.depends_on_today
        served.answers.put(tag, found._replace(lasting=lasting))
    return found


def _written(store: Store, asked: Asked, representation: Representation, open: Open) -> Answered:
    bound, headers = open.bound, open.headers
    if representation is ROWS:
        document = rows_document(store, asked, bound)
        body = _AS_JSON.encode(document).encode()
        truncated = document["meta"]["truncated"]
    else:
        body = serialised(run(store, bound), representation.name)
        if asked.query.form != "select":
            return Answered(body, headers)
        truncated = _at_most(body, representation.name) >= asked.rows and _more(store, asked)
    told = {"X-Truncated": "true" if truncated else "false"}
    return Answered(body, {**headers, **told}, truncated)


def rows_document(store: Store, asked: Asked, bound: Bound) -> dict[str, Any]:
    """``{"data": […], "meta": {…}}``; ``bound`` asks for one row more than is given out."""
    found = rows(run(store, bound))
    data = found[: asked.rows]
    return {
        "data": data,
        "meta": {
            "query": asked.query.name,
            "parameters": {
                name: [term.value for term in terms] for name, terms in bound.terms.items()
            },
            "release": store.release_id,
            "limit": asked.rows,
            "offset": asked.offset,
            "count": len(data),
            "truncated": len(found) > asked.rows,
            "disclaimer": NOTICE,
        },
    }


def _at_most(body: bytes, name: str) -> int:
    """An upper bound of the rows in a table, found without parsing it.

    Every row but one has its mark; a mark inside a value only raises the bound.
    """
    return body.count(_ROW_MARKS[name]) + 1


def _more(store: Store, asked: Asked) -> bool:
    """Whether there is a row after the last one that may be given out."""
    after = bind(asked.query, store, asked.parameters, limit=1, offset=asked.offset + asked.rows)
    return bool(rows(run(store, after)))
