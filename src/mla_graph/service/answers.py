"""Answers of saved queries: their bodies, and the addresses of their formats and pages."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Final, NamedTuple
from urllib.parse import urlencode

from mla_graph.pages.address import at
from mla_graph.saved_queries.catalogue import Catalogue, SavedQuery
from mla_graph.saved_queries.rows import about_query, rows, rows_document
from mla_graph.saved_queries.run import Bound, bind, run
from mla_graph.service.wire.formats import (
    CSV,
    EXCEL,
    N_TRIPLES,
    ROWS,
    SPARQL_JSON,
    SPARQL_XML,
    TSV,
    TURTLE,
    Representation,
    of_saved_query,
    serialised,
)
from mla_graph.service.wire.parameters import Parameters, whole_number
from mla_graph.service.wire.problems import NothingHere
from mla_graph.service.wire.reply import Made, as_json, caching
from mla_graph.store.interface import Answer, Store

RESERVED: Final = ("limit", "offset", "format")
MOST_OFFSET: Final = 1_000_000_000

_ROW_MARKS: Final = {
    SPARQL_JSON: b"},{",
    SPARQL_XML: b"<result>",
    CSV: b"\n",
    EXCEL: b"\n",
    TSV: b"\n",
}
_ENDINGS: Final = {TURTLE: "ttl", N_TRIPLES: "nt"}
"""Endings of addresses that differ from the name of the format."""


class Asked(NamedTuple):
    """A call of a saved query; ``limit`` None means the most rows allowed."""

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
    """Read a call from its parameters; ``most`` is the most rows that an answer may hold.

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


class Ready(NamedTuple):
    """A call with its values bound: the caching headers, and how to make the body."""

    headers: dict[str, str]
    make: Callable[[], Made]
    depends_on_today: bool


def ready(store: Store, asked: Asked, representation: Representation) -> Ready:
    """Bind the values of a call.

    Raises:
        InputError: a parameter is wrong.
        StoreUnavailable, LimitReached: the values could not be looked up in the store.
    """
    bound = bind(
        asked.query,
        store,
        asked.parameters,
        limit=asked.rows + (1 if representation is ROWS else 0),
        offset=asked.offset or None,
    )
    headers = caching(
        store.release_id,
        bound.text,
        representation.name,
        fresh=not bound.depends_on_today,
    )

    make = partial(_written, store, asked, representation, bound)
    return Ready(headers, make, bound.depends_on_today)


def _written(store: Store, asked: Asked, representation: Representation, bound: Bound) -> Made:
    """Run the query and write the answer.

    Raises:
        StoreUnavailable, LimitReached: the store did not answer.
    """
    answer = run(store, bound)
    if representation is ROWS:
        document = document_of(answer, about_query(bound, store.release_id), asked)
        body, truncated = as_json(document), document["meta"]["truncated"]
    else:
        body = serialised(answer, representation.name)
        if asked.query.form != "select":
            return Made(body)
        # Every row but one has its mark; a mark inside a value only raises this upper bound.
        most = body.count(_ROW_MARKS[representation]) + 1
        truncated = most >= asked.rows and _more(store, asked)
    return Made(body, {"X-Truncated": "true" if truncated else "false"}, truncated)


def document_of(answer: Answer, about: Mapping[str, object], asked: Asked) -> dict[str, Any]:
    """Compose the document of rows; the answer may have one row more than is given."""
    return rows_document(rows(answer), about, limit=asked.rows, offset=asked.offset)


def _more(store: Store, asked: Asked) -> bool:
    """Tell whether there is a row after the last one that may be given."""
    after = bind(asked.query, store, asked.parameters, limit=1, offset=asked.offset + asked.rows)
    return bool(rows(run(store, after)))


def ending(representation: Representation) -> str:
    """Give what follows the dot in the address of this representation."""
    return _ENDINGS.get(representation, representation.name)


def addressed(catalogue: Catalogue, name: str) -> tuple[SavedQuery, Representation]:
    """Give query and format of an address such as ``legal-bases.csv``.

    Raises:
        UnknownQuery: there is no such query.
        NothingHere: the query's answer has no such format; names the endings there are.
    """
    stem, _, suffix = name.partition(".")
    query = catalogue.get(stem)
    offered = {ending(one): one for one in of_saved_query(query.form)}
    if suffix not in offered:
        raise NothingHere(
            f"The answer of {query.name} has no ending .{suffix[:20]}; there are "
            + ", ".join(f".{known}" for known in offered)
            + ".",
            valid=list(offered),
        )
    return query, offered[suffix]


def example_address(query: SavedQuery) -> str:
    """Give the path that asks the query with the examples of its required parameters."""
    examples = {one.name: one.example for one in query.parameters if one.required}
    return at(f"/api/queries/{query.name}{_query_string(examples)}")


def explain_address(query: SavedQuery, given: Mapping[str, Sequence[str]]) -> str:
    """Give the path that shows the query as it runs with these parameters."""
    return at(f"/api/queries/{query.name}/explain{_query_string(given)}")


def downloads(query: SavedQuery, given: Mapping[str, Sequence[str]]) -> list[tuple[str, str]]:
    """Give name and address of the same answer in each format but the page."""
    return [
        (one.name, at(f"/api/queries/{query.name}.{ending(one)}{_query_string(given)}"))
        for one in of_saved_query(query.form)[:-1]
    ]


def _query_string(given: Mapping[str, Sequence[str]]) -> str:
    pairs = [(name, text) for name, texts in given.items() for text in texts]
    return f"?{urlencode(pairs)}" if pairs else ""


def pages(
    path: str, parameters: Mapping[str, Sequence[str]], *, offset: int, rows: int, more: bool
) -> dict[str, str]:
    """Give the addresses of the next rows, those before, and the first, by link relation.

    Empty when these are all; an answer of no rows leads nowhere.
    """
    if not rows:
        return {}
    starts = {}
    if more:
        starts["next"] = offset + rows
    if offset:
        starts |= {"prev": max(0, offset - rows), "first": 0}
    kept = [(key, text) for key, texts in parameters.items() if key != "offset" for text in texts]
    return {
        relation: f"{path}?{urlencode([*kept, ('offset', str(start))])}"
        for relation, start in starts.items()
    }


def link_header(asked: Asked, path: str, parameters: Parameters, made: Made) -> dict[str, str]:
    """Give the Link header (RFC 8288) of an answer at this path; none if these are all rows."""
    if not made.truncated and not asked.offset:
        return {}
    found = pages(path, parameters, offset=asked.offset, rows=asked.rows, more=made.truncated)
    links = [f'<{address}>; rel="{relation}"' for relation, address in found.items()]
    return {"link": ", ".join(links)} if links else {}
