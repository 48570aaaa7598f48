"""The remote engine: any endpoint of the SPARQL 1.1 Protocol, asked through SPARQLWrapper.

What engines do differently is evened out in ``_even_out`` and nowhere else, so that callers see
the same answers as from the embedded engine.
"""

import ast
import json
import math
import re
import time
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.error import HTTPError
from urllib.parse import urlsplit

import pyoxigraph as ox

from mla_graph import __version__
from mla_graph.model.errors import (
    InvalidValue,
    LimitReached,
    MlaGraphError,
    ReadOnlyStore,
    StoreUnavailable,
)
from mla_graph.model.terms import canonical
from mla_graph.store.calendar_days import in_days
from mla_graph.store.interface import Answer
from mla_graph.store.query_text import UPDATES, leading_keyword, refusal

if TYPE_CHECKING:
    from SPARQLWrapper import SPARQLWrapper

LONGEST_GET: Final = 2_000
"""Longer queries are sent by POST: some servers and proxies cut addresses."""

_TABLE: Final = "application/sparql-results+json"
_GRAPHS: Final = "text/turtle, application/n-triples;q=0.9"
_CHUNK: Final = 1 << 16
_GAVE_UP = re.compile(r"Virtuoso S1T\w+ Error|exceeds the limit|timed? ?out", re.IGNORECASE)


class RemoteStore:
    """A SPARQL endpoint, read-only.

    ``default_graph`` is sent as the one ``default-graph-uri`` of every query: the merged graph of
    the release. Without it the endpoint's own default graph answers. ``timeout`` in seconds and
    ``max_bytes`` bound each answer.
    """

    def __init__(
        self,
        url: str,
        default_graph: str | None = None,
        timeout: float = 60.0,
        *,
        max_bytes: int = 256 << 20,
        release_id: str | None = None,
    ) -> None:
        """Name the endpoint; nothing is sent yet.

        Raises:
            InvalidValue: not an http(s) address.
        """
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc:
            raise InvalidValue(
                f"{url!r} is not the address of an endpoint, such as https://example.org/sparql.",
                value=url,
            )
        self.description = f"the endpoint {url}"
        self.release_id = release_id
        self.never_waits = False
        self._url = url
        self._default_graph = default_graph
        self._timeout = timeout
        self._max_bytes = max_bytes

    def query(self, sparql: str, *, timeout: float | None = None) -> Answer:
        """Answer a SPARQL 1.1 query; see ``Store.query``.

        Raises:
            QuerySyntaxError: the endpoint does not take the text; line and column if it says so.
            UpdateRefused: the text is an update; nothing was sent.
            StoreUnavailable: the endpoint is down, too slow, or answers what is not SPARQL.
            LimitReached: the endpoint cut the answer or gave up on the query.
        """
        return self._query(sparql, self._default_graph, timeout or self._timeout)

    def graphs(self) -> list[str]:
        """The IRIs of the named graphs, sorted."""
        answer = self._query(
            "SELECT DISTINCT ?graph WHERE { GRAPH ?graph { ?s ?p ?o } }", None, self._timeout
        )
        assert isinstance(answer, ox.QuerySolutions)
        return sorted(row["graph"].value for row in answer)

    def load(self, data: bytes | Path, format: ox.RdfFormat, *, graph: str | None = None) -> None:
        """Refused: an endpoint is asked, never written to, by this class.

        Raises:
            ReadOnlyStore: always.
        """
        raise ReadOnlyStore(f"{self.description} is asked for answers only; it takes no data here.")

    def close(self) -> None:
        """Nothing is held between queries."""

    def _query(self, sparql: str, default_graph: str | None, timeout: float) -> Answer:
        form = leading_keyword(sparql)
        if form in UPDATES:
            raise refusal(sparql, "")
        wants_graph = form in ("CONSTRUCT", "DESCRIBE")
        deadline = time.monotonic() + timeout
        request = self._request(sparql, _GRAPHS if wants_graph else _TABLE, default_graph, timeout)
        try:
            with _sent(request) as response:
                body = self._body(response, deadline)
                headers = response.headers
        except _Rejected as error:
            raise self._failure(sparql, error.status, error.text) from None
        except TimeoutError:
            raise self._too_slow() from None
        except (OSError, HTTPException) as error:
            reason = getattr(error, "reason", None) or error
            if isinstance(reason, TimeoutError):
                raise self._too_slow() from None
            raise self._unavailable(f"cannot be reached: {reason}") from error
        media_type = headers.get_content_type()
        answer, rows = (
            self._graph(body, media_type) if wants_graph else self._table(body, media_type, form)
        )
        most = headers.get("X-SPARQL-MaxRows", "")
        if most.isdigit() and rows >= int(most):
            raise LimitReached(
                f"{self.description} cut the answer after {rows} rows; ask for fewer with LIMIT."
            )
        return answer

    def _request(
        self, sparql: str, accept: str, default_graph: str | None, timeout: float
    ) -> "SPARQLWrapper":
        from SPARQLWrapper import GET, POST, SPARQLWrapper

        request = SPARQLWrapper(self._url, agent=f"mla-graph/{__version__}")
        # setQuery would look for the form with regular expressions that hostile text can stall.
        request.queryString, request.queryType = sparql, "SELECT"
        request.setMethod(GET if len(sparql.encode()) <= LONGEST_GET else POST)
        request.setOnlyConneg(True)
        request.setReturnFormat("json")
        request.addCustomHttpHeader("Accept", accept)
        request.setTimeout(math.ceil(timeout))
        if default_graph:
            request.addParameter("default-graph-uri", default_graph)
        return request

    def _body(self, response: HTTPResponse, deadline: float) -> bytes:
        pieces, size = [], 0
        while piece := response.read1(_CHUNK):
            pieces.append(piece)
            size += len(piece)
            if size > self._max_bytes:
                raise LimitReached(
                    f"{self.description} sent more than {self._max_bytes:,} bytes; "
                    "ask for less with LIMIT."
                )
            if time.monotonic() > deadline:
                raise TimeoutError
        announced = response.headers.get("Content-Length", "")
        if announced.isdigit() and size < int(announced):
            raise self._unavailable("cut its answer off")
        return b"".join(pieces)

    def _table(self, body: bytes, media_type: str, form: str) -> tuple[Answer, int]:
        if media_type not in (_TABLE, "application/json"):
            raise self._unavailable(f"answers with {media_type}, not with SPARQL results")
        try:
            results = json.loads(body)
            rows = _even_out(results, form)
            text = json.dumps(results)
            # Parsing is lazy: what cannot be read must show here.
            _parsed(text).serialize(format=ox.QueryResultsFormat.JSON)
            return _parsed(text), rows
        except (
            ValueError,
            LookupError,
            TypeError,
            AttributeError,
            SyntaxError,
            RecursionError,
        ) as error:
            raise self._unavailable(f"sent results that cannot be read: {error}") from error

    def _graph(self, body: bytes, media_type: str) -> tuple[Answer, int]:
        format = ox.RdfFormat.from_media_type(media_type)
        if format not in (ox.RdfFormat.TURTLE, ox.RdfFormat.N_TRIPLES):
            raise self._unavailable(f"answers with {media_type}, not with Turtle or N-Triples")
        store = ox.Store()
        try:
            store.load(body, format)
        except SyntaxError as error:
            raise self._unavailable(f"sent a graph that cannot be read: {error}") from error
        _mend_durations(store)
        answer = store.query("CONSTRUCT WHERE { ?s ?p ?o }")
        return answer, len(store)

    def _failure(self, sparql: str, status: int, text: str) -> MlaGraphError:
        if status == 400 or "SPARQL compiler" in text:
            return refusal(sparql, text)
        if status == 500 and _GAVE_UP.search(text):
            return LimitReached(f"{self.description} gave up on the query: {_one_line(text)}")
        return self._unavailable(f"answers with HTTP status {status}: {_one_line(text)}")

    def _unavailable(self, what: str) -> StoreUnavailable:
        return StoreUnavailable(f"{self.description} {what}.")

    def _too_slow(self) -> StoreUnavailable:
        return self._unavailable("did not answer in time")


class _Rejected(Exception):
    """The endpoint answered with an HTTP error."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(status, text)
        self.status, self.text = status, text


def _sent(request: "SPARQLWrapper") -> HTTPResponse:
    from SPARQLWrapper.SPARQLExceptions import SPARQLWrapperException

    try:
        response: HTTPResponse = request.query().response
        return response
    except SPARQLWrapperException as error:
        # The status is in the error that was wrapped, the body only in the message, as a literal.
        body = ast.literal_eval(str(error).partition("Response:\n")[2] or "b''")
        raise _Rejected(
            getattr(error.__context__, "code", 0), body.decode(errors="replace")
        ) from None
    except HTTPError as error:
        with error:
            raise _Rejected(error.code, error.read(_CHUNK).decode(errors="replace")) from None


def _parsed(text: str) -> ox.QuerySolutions | ox.QueryBoolean:
    return ox.parse_query_results(text, format=ox.QueryResultsFormat.JSON)


def _even_out(results: dict[str, Any], form: str) -> int:
    """Bring SPARQL results JSON of any dialect into the standard's form, in place.

    Virtuoso 7 answers an ASK as a SELECT (false is no row) and writes ``typed-literal``; values
    get the lexical form that the embedded store gives. Gives the number of rows.
    """
    if "boolean" in results:
        return 0
    rows = results["results"]["bindings"]
    if form == "ASK":
        results.clear()
        results |= {
            "head": {},
            "boolean": any(
                term["value"] not in ("0", "false") for row in rows for term in row.values()
            ),
        }
        return 0
    known: dict[tuple[str, str], str] = {}
    for row in rows:
        for term in row.values():
            if term["type"] == "typed-literal":
                term["type"] = "literal"
            if datatype := term.get("datatype"):
                value = (term["value"], datatype)
                if value not in known:
                    known[value] = canonical(
                        ox.Literal(value[0], datatype=ox.NamedNode(datatype))
                    ).value
                term["value"] = known[value]
    return len(rows)


def _mend_durations(store: ox.Store) -> None:
    for quad in store:
        term = quad.object
        if isinstance(term, ox.Literal) and (days := in_days(term)) != term:
            store.remove(quad)
            store.add(ox.Quad(quad.subject, quad.predicate, days))


def _one_line(text: str) -> str:
    line = " ".join(text.split())
    return (line if len(line) <= 200 else f"{line[:199]}…") or "no reason given"
