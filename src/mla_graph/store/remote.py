"""The remote engine: any endpoint of the SPARQL 1.1 Protocol, asked through SPARQLWrapper.

``dialects/`` holds what engines do differently, so that callers see the same answers as from the
embedded engine.
"""

import traceback
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self
from urllib.parse import urlsplit

import pyoxigraph as ox

from mla_graph.model.errors import (
    InvalidValue,
    LimitReached,
    MlaGraphError,
    ReadOnlyStore,
    StoreUnavailable,
)
from mla_graph.model.settings import Settings
from mla_graph.model.sparql_text import UPDATES, leading_keyword, refusal
from mla_graph.store.access import Access
from mla_graph.store.http import AGENT, HttpClient, Rejected, Reply, TooLarge, Unreachable
from mla_graph.store.interface import Answer, Store

if TYPE_CHECKING:
    from mla_graph.store.protocol import Composer

_TABLE: Final = "application/sparql-results+json"
_GRAPHS: Final = "text/turtle, application/n-triples;q=0.9"
ANONYMOUS: Final = Access()


class RemoteStore(Store):
    """A SPARQL endpoint, read-only.

    ``default_graph`` is sent as the one ``default-graph-uri`` of every query: the merged graph of
    the release. Without it the endpoint's own default graph answers. ``timeout`` in seconds, for
    all attempts together, and ``max_bytes`` bound each answer.
    """

    def __init__(
        self,
        url: str,
        default_graph: str | None = None,
        timeout: float = 60.0,
        *,
        max_bytes: int = 256 << 20,
        release_id: str | None = None,
        access: Access = ANONYMOUS,
    ) -> None:
        """Name the endpoint; nothing is sent yet.

        Raises:
            InvalidValue: not an http(s) address, or one with a password, query or fragment.
        """
        parts = urlsplit(url)
        if "@" in parts.netloc:
            raise InvalidValue(
                "The address of an endpoint holds no user or password; "
                "MLA_REMOTE_USER and MLA_REMOTE_PASSWORD do.",
                value=parts.hostname,
            )
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.query:
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
        self._access = access
        self._client = HttpClient(url, access)

    @classmethod
    def from_settings(cls, url: str, settings: Settings, timeout: float | None = None) -> Self:
        """Name the endpoint with the MLA_REMOTE_ settings; ``timeout`` in seconds wins.

        Raises:
            InvalidValue: the address or a setting is wrong.
        """
        return cls(
            url,
            settings.remote_graph,
            timeout or settings.remote_timeout,
            max_bytes=settings.remote_max_bytes,
            access=Access.from_settings(settings),
        )

    def query(self, sparql: str, *, timeout: float | None = None) -> Answer:
        """Answer a SPARQL 1.1 query; see ``Store.query``.

        Raises:
            QuerySyntaxError: the endpoint does not take the text; line and column if it says so.
            UpdateRefused: the text is an update; nothing was sent.
            StoreUnavailable: the endpoint is down, too slow, or answers what is not SPARQL.
            LimitReached: the endpoint cut the answer or gave up on the query.
        """
        form = leading_keyword(sparql)
        if form in UPDATES:
            raise refusal(sparql, "")
        reply = self._reply(sparql, form, timeout or self._timeout)
        answer, rows = (
            self._graph(reply) if form in ("CONSTRUCT", "DESCRIBE") else self._table(reply, form)
        )
        most = reply.dialect.row_limit(reply.headers)
        if most is not None and rows >= most:
            raise LimitReached(
                f"{self.description} cut the answer after {rows} rows; ask for fewer with LIMIT."
            )
        return answer

    def graphs(self) -> list[str]:
        """List the IRIs of the named graphs, sorted."""
        whole = RemoteStore(
            self._url, None, self._timeout, max_bytes=self._max_bytes, access=self._access
        )
        try:
            answer = whole.select("SELECT DISTINCT ?graph WHERE { GRAPH ?graph { ?s ?p ?o } }")
            return sorted(row["graph"].value for row in answer)
        finally:
            whole.close()

    def load(self, data: bytes | Path, format: ox.RdfFormat, *, graph: str | None = None) -> None:
        """Refuse the data: this class only reads.

        Raises:
            ReadOnlyStore: always.
        """
        raise ReadOnlyStore(f"{self.description} is asked for answers only; it takes no data here.")

    def close(self) -> None:
        """Close the connections that are kept for the next query."""
        self._client.close()

    def _reply(self, sparql: str, form: str, timeout: float) -> Reply:
        accept = _GRAPHS if form in ("CONSTRUCT", "DESCRIBE") else _TABLE
        request = self._composer.request(sparql, accept, self._default_graph)
        try:
            return self._client.read(request, timeout, self._max_bytes)
        except Rejected as error:
            raise self._failure(sparql, error) from None
        except TimeoutError:
            raise self._unavailable("did not answer in time") from None
        except TooLarge:
            raise LimitReached(
                f"{self.description} sent more than {self._max_bytes:,} bytes; "
                "ask for less with LIMIT."
            ) from None
        except Unreachable as error:
            raise self._unavailable(error.what) from error

    @cached_property
    def _composer(self) -> "Composer":
        # Here, because who asks no endpoint should not wait for the import.
        from mla_graph.store.protocol import Composer

        return Composer(self._url, agent=AGENT)

    def _table(self, reply: Reply, form: str) -> tuple[Answer, int]:
        if reply.media_type not in (_TABLE, "application/json"):
            raise self._unavailable(f"answers with {reply.media_type}, not with SPARQL results")
        try:
            text = reply.dialect.even_out(reply.body, form)
            # Parsing is lazy: what cannot be read must show here.
            return _parsed(text), _count(text)
        except (
            ValueError,
            LookupError,
            TypeError,
            AttributeError,
            SyntaxError,
            RecursionError,
        ) as error:
            # It keeps what was being read, which may be dropped in this thread alone.
            traceback.clear_frames(error.__traceback__)
            raise self._unavailable(f"sent results that cannot be read: {error}") from error

    def _graph(self, reply: Reply) -> tuple[Answer, int]:
        format = ox.RdfFormat.from_media_type(reply.media_type)
        if format not in (ox.RdfFormat.TURTLE, ox.RdfFormat.N_TRIPLES):
            raise self._unavailable(
                f"answers with {reply.media_type}, not with Turtle or N-Triples"
            )
        store = ox.Store()
        try:
            store.load(reply.body, format)
        except SyntaxError as error:
            raise self._unavailable(f"sent a graph that cannot be read: {error}") from error
        if b"dayTimeDuration" in reply.body:
            reply.dialect.mend(store)
        answer = store.query("CONSTRUCT WHERE { ?s ?p ?o }")
        return answer, len(store)

    def _failure(self, sparql: str, error: Rejected) -> MlaGraphError:
        text = self._access.hide(error.text)
        if error.dialect.refuses_query(error.status, text):
            return refusal(sparql, text)
        if error.dialect.gave_up(error.status, text):
            return LimitReached(f"{self.description} gave up on the query: {_one_line(text)}")
        if error.status in (401, 403):
            return self._unavailable(
                f"does not let us in (HTTP status {error.status}: {_one_line(text)}). "
                f"{self._advice()}"
            )
        if 300 <= error.status < 400:
            to = _one_line(self._access.hide(error.headers.get("Location", "")))
            return self._unavailable(f"sends us elsewhere (HTTP status {error.status}): {to}")
        return self._unavailable(f"answers with HTTP status {error.status}: {_one_line(text)}")

    def _advice(self) -> str:
        if self._access.auth:
            return f"Are the credentials for {self._access.auth} authentication right"
        return "Credentials are told by MLA_REMOTE_AUTH, _USER, _PASSWORD or _TOKEN"

    def _unavailable(self, what: str) -> StoreUnavailable:
        return StoreUnavailable(f"{self.description} {what}.")


def _parsed(text: bytes) -> ox.QuerySolutions | ox.QueryBoolean:
    return ox.parse_query_results(text, format=ox.QueryResultsFormat.JSON)


def _count(text: bytes) -> int:
    """Count the rows by reading each."""
    answer = _parsed(text)
    return 0 if isinstance(answer, ox.QueryBoolean) else sum(1 for _ in answer)


def _one_line(text: str) -> str:
    line = " ".join(text.split())
    return (line if len(line) <= 200 else f"{line[:199]}…") or "no reason given"
