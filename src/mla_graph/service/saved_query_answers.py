"""A saved query's answer as bytes with the headers that belong to it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from mla_graph.model.about import NOTICE
from mla_graph.saved_queries.catalogue import SavedQuery
from mla_graph.saved_queries.rows import rows
from mla_graph.saved_queries.run import Bound, bind, run
from mla_graph.service import caching
from mla_graph.service.answer_cache import Answered
from mla_graph.service.context import Served
from mla_graph.service.negotiation import Representation
from mla_graph.service.representations import ROWS, serialised
from mla_graph.store.interface import Store

MOST_OFFSET: Final = 1_000_000_000

_ROW_MARKS: Final = {"json": b"},{", "xml": b"<result>", "csv": b"\n", "tsv": b"\n"}


@dataclass(frozen=True)
class Asked:
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


def answer(
    served: Served, asked: Asked, representation: Representation, if_none_match: str | None
) -> Answered:
    """Bind, look whether the caller's copy or ours is still good, else run and write the answer.

    Raises:
        InputError: a parameter is wrong.
        StoreUnavailable, LimitReached: the store did not answer.
    """
    store = served.store
    bound = bind(
        asked.query,
        store,
        asked.parameters,
        limit=asked.rows + (1 if representation is ROWS else 0),
        offset=asked.offset or None,
    )
    headers = caching.headers(
        store.release_id, bound.text, representation.name, fresh=not bound.depends_on_today
    )
    if caching.still_good(if_none_match, headers):
        return Answered(None, headers)
    tag = headers.get("ETag")
    found = served.answers.get(tag) if tag else None
    if found is None:
        found = _fresh(store, asked, bound, representation, headers)
        if tag:
            served.answers.put(tag, found)
    return found


def _fresh(
    store: Store,
    asked: Asked,
    bound: Bound,
    representation: Representation,
    headers: dict[str, str],
) -> Answered:
    if representation is ROWS:
        document = rows_document(store, asked, bound)
        body = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
        return _told(body, headers, document["meta"]["truncated"])
    body = serialised(run(store, bound), representation.name)
    if asked.query.form != "select":
        return Answered(body, headers)
    truncated = _at_most(body, representation.name) >= asked.rows and _more(store, asked)
    return _told(body, headers, truncated)


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


def _told(body: bytes, headers: dict[str, str], truncated: bool) -> Answered:
    return Answered(body, headers | {"X-Truncated": "true" if truncated else "false"}, truncated)


def _at_most(body: bytes, name: str) -> int:
    """An upper bound of the rows in a table, found without parsing it.

    Every row but one has its mark; a mark inside a value only raises the bound.
    """
    return body.count(_ROW_MARKS[name]) + 1


def _more(store: Store, asked: Asked) -> bool:
    """Whether there is a row after the last one that may be given out."""
    after = bind(asked.query, store, asked.parameters, limit=1, offset=asked.offset + asked.rows)
    return bool(rows(run(store, after)))
