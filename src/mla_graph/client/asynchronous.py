"""The client for programs that use asyncio."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Self, TypeVar

import httpx
import msgspec
import pyoxigraph as ox

from mla_graph import __version__
from mla_graph.client import answers
from mla_graph.client.answers import Page, Row, Source, Table
from mla_graph.client.problems import error_of
from mla_graph.dossier.compose import understand as understand_dossier
from mla_graph.dossier.model import Dossier
from mla_graph.model.errors import StoreUnavailable, UnsupportedFormat
from mla_graph.model.sources import Sources
from mla_graph.saved_queries.catalogue import FEDERATED, Catalogue, SavedQuery
from mla_graph.saved_queries.parameters import today_utc
from mla_graph.saved_queries.run import understand
from mla_graph.store.http import AGENT, retry_after

T = TypeVar("T")
Scalar = str | int | date
Given = Scalar | Iterable[Scalar] | None
"""What a parameter may be given; None leaves it out."""

_BUSY: Final = (429, 503)
_ATTEMPTS: Final = 3
_LONGEST_PAUSE: Final = 30.0
"""Seconds that are waited for at most before a request is sent again."""


@dataclass(frozen=True)
class Why:
    """Why an instrument has its place between two states, or none.

    ``place`` is its row of ``applicable-instruments``, None if it does not apply; then ``missing``
    says what is missing. ``steps`` is the chain of facts.
    """

    place: Row | None
    steps: Table
    missing: Table


class AsyncClient:
    """Asks a service, or the graph on this machine.

    Every method raises the errors of the project (``mla_graph.model.errors``), in both ways the
    same: ``InputError`` for a parameter that is wrong, with what would be right; ``LimitReached``;
    ``StoreUnavailable``. What can be seen to be wrong without the graph is not sent. A request is
    sent again only if the service asks for it (Retry-After).
    """

    def __init__(
        self,
        url: str | None = None,
        *,
        store: str | None = None,
        lang: str | None = None,
        timeout: float = 60.0,
    ) -> None:
        """Name the service; without ``url`` open the graph here, which is built if it is missing.

        ``store`` is a folder or an endpoint to open instead, ``lang`` the language of labels,
        ``timeout`` the seconds for one answer of a service elsewhere.

        Raises:
            StoreUnavailable, UnreadableInput, InvalidRelease: the graph here cannot be opened.
        """
        self.catalogue = Catalogue.load(Sources.shipped().queries)
        self._lang = lang
        transport = None
        self._close: Callable[[], None] = lambda: None
        if url is None:
            from mla_graph.client.embedded import open_embedded  # the service takes time to import

            transport, self._close = open_embedded(store)
        self._http = httpx.AsyncClient(
            base_url=url or "http://localhost",
            transport=transport,
            timeout=timeout,
            headers={"User-Agent": AGENT, "Accept": "application/json"}
            | ({} if url else {"Accept-Encoding": "identity"}),
        )

    async def __aenter__(self) -> Self:
        """Return the client itself."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close it."""
        await self.close()

    async def close(self) -> None:
        """Give back connections, or the graph."""
        await self._http.aclose()
        self._close()

    async def query(self, name: str, /, *, limit: int | None = None, offset: int = 0,
                    **parameters: Given) -> Table:  # fmt: skip
        """Ask a saved query.

        Without ``limit`` all rows are fetched, page after page of the size that the service gives.
        """
        query = self._query(name)
        if query.form != "select":
            raise UnsupportedFormat(f"The answer to {name} is a graph, not rows; use graph().")
        raw = self._checked(query, parameters)
        paging = {"limit": limit} if limit is not None else {}
        pages: list[Page] = []
        while not pages or (pages[-1].meta.truncated and limit is None):
            start = offset + sum(page.meta.count for page in pages)
            asked = raw | paging | {"offset": start, "format": "rows"}
            page = await self._get(f"/api/queries/{name}", asked, _page)
            if pages and page.meta.release != pages[0].meta.release:
                pages = []  # the release has changed: begin again
                continue
            pages.append(page)
        return _understood(lambda: answers.table(query.columns, pages))

    async def graph(self, name: str, /, **parameters: Given) -> list[ox.Triple]:
        """Ask a saved query whose answer is a graph."""
        query = self._query(name)
        if query.form != "construct":
            raise UnsupportedFormat(f"The answer to {name} has rows; use query().")
        asked = self._checked(query, parameters) | {"format": "ntriples"}
        body = await self._get(f"/api/queries/{name}", asked, bytes)
        return [one.triple for one in ox.parse(body, format=ox.RdfFormat.N_TRIPLES)]

    async def dossier(self, requesting: str, executing: str, measure: str, *,
                      on: Scalar | None = None, offence: Given = None, lang: str | None = None,
                      confidence: str | None = None) -> Dossier:  # fmt: skip
        """Ask for the whole answer to a request for assistance."""
        raw = _texts(requesting=requesting, executing=executing, measure=measure, on=on,
                     offence=offence, lang=lang or self._lang, confidence=confidence)  # fmt: skip
        understand_dossier(self.catalogue, None, raw)
        return await self._get("/api/dossier", raw | {"format": "json"}, _dossier)

    async def essentials(self, requesting: str, executing: str, measure: str, *,
                         on: Scalar | None = None, offence: Given = None, lang: str | None = None,
                         confidence: str | None = None) -> Table:  # fmt: skip
        """Ask for every voice on each question; the first row of a question is the answer."""
        return await self.query("essentials", requesting=requesting, executing=executing,
                                measure=measure, on=on, offence=offence, lang=lang,
                                confidence=confidence)  # fmt: skip

    async def applicable_instruments(self, requesting: str, executing: str,
                                     measure: str | None = None, *, on: Scalar | None = None,
                                     lang: str | None = None,
                                     confidence: str | None = None) -> Table:  # fmt: skip
        """Ask which instruments apply between two states, in their order."""
        return await self.query("applicable-instruments", requesting=requesting,
                                executing=executing, measure=measure, on=on, lang=lang,
                                confidence=confidence)  # fmt: skip

    async def search(self, q: str, *, kind: str | None = None, lang: str | None = None,
                     limit: int = 20) -> Table:  # fmt: skip
        """Look for states, measures, instruments and other things by words, the best first."""
        return await self.query("search", q=q, kind=kind, lang=lang, limit=limit)

    async def compare(self, measure: str, states: Iterable[str], *, lang: str | None = None,
                      confidence: str | None = None) -> Table:  # fmt: skip
        """Ask what several states say of one measure."""
        return await self.query("compare", measure=measure, state=states, lang=lang,
                                confidence=confidence)  # fmt: skip

    async def why(self, requesting: str, executing: str, instrument: str, *,
                  measure: str | None = None, on: Scalar | None = None, lang: str | None = None,
                  confidence: str | None = None) -> Why:  # fmt: skip
        """Ask why an instrument has its place between two states, or what is missing for one."""
        pair: dict[str, Any] = {"requesting": requesting, "executing": executing,
                                "measure": measure, "on": on, "lang": lang,
                                "confidence": confidence}  # fmt: skip
        steps, listed, missing = await asyncio.gather(
            self.query("why", instrument=instrument, **pair),
            self.query("applicable-instruments", **pair),
            self.query("why-not", instrument=instrument, **pair),
        )
        (meant,) = steps.meta.parameters["instrument"]
        place = next((row for row in listed if row.instrument == meant), None)
        return Why(place, steps, missing)

    async def sources(self, rows: Iterable[Row]) -> list[Source]:
        """Ask for the source documents that rows name, each once, in their order."""
        named = dict.fromkeys(iri for row in rows if (iri := getattr(row, "source", None)))
        calls = [{"query": "source-document", "parameters": {"source": iri}} for iri in named]
        found = await self._send("POST", "/api/batch", json=calls)
        documents = _understood(lambda: msgspec.json.decode(found.content, type=list[_Documents]))
        return [
            Source(one.source, one.title, one.publisher, one.page or one.source)
            for each in documents
            for one in each.data
        ]

    def _query(self, name: str) -> SavedQuery:
        if name.startswith(f"{FEDERATED}/"):
            return Catalogue.load_federated(self.catalogue.folder).get(name)
        return self.catalogue.get(name)

    def _checked(self, query: SavedQuery, parameters: Mapping[str, Given]) -> dict[str, Any]:
        """Return the texts of the parameters.

        Raises:
            InputError: a parameter is unknown, missing or has the wrong form.
        """
        raw = _texts(**parameters)
        if self._lang and "lang" in query.parameter_names:
            raw = {"lang": [self._lang]} | raw
        understand(query, None, raw, today_utc())
        return raw

    async def _get(self, path: str, parameters: Mapping[str, Any], read: Callable[[bytes], T]) -> T:
        reply = await self._send("GET", path, params=parameters)
        return _understood(lambda: read(reply.content))

    async def _send(self, method: str, path: str, **rest: Any) -> httpx.Response:
        """Send a request that changes nothing, again if the service asks for it."""
        for left in reversed(range(_ATTEMPTS)):
            try:
                reply = await self._http.request(method, path, **rest)
            except (httpx.TransportError, httpx.InvalidURL) as error:
                raise StoreUnavailable(
                    f"{self._http.base_url} does not answer ({error or type(error).__name__})."
                ) from error
            if reply.is_success:
                return reply
            pause = retry_after(reply.headers)
            again = left and reply.status_code in _BUSY and pause is not None
            if not again or pause is None or pause > _LONGEST_PAUSE:
                break
            await asyncio.sleep(max(pause, 0.0))
        raise error_of(reply)


class _Document(msgspec.Struct):
    source: str
    title: str
    publisher: str
    page: str | None


class _Documents(msgspec.Struct):
    data: list[_Document] = []


_page = msgspec.json.Decoder(Page).decode


def _dossier(body: bytes) -> Dossier:
    return answers.dossier(msgspec.json.decode(body))


def _understood(read: Callable[[], T]) -> T:
    """Read an answer.

    Raises:
        StoreUnavailable: it is not what this version of the client expects.
    """
    try:
        return read()
    except (msgspec.MsgspecError, KeyError, TypeError) as error:
        raise StoreUnavailable(
            f"The answer is not that of a service of version {__version__} ({error}); "
            "use the client of the version that the service has."
        ) from error


def _texts(**parameters: Given) -> dict[str, list[str]]:
    """Return the texts of the parameters that are given."""
    listed = {
        name: [value] if isinstance(value, str | int | date) else list(value or ())
        for name, value in parameters.items()
    }
    return {name: list(map(str, values)) for name, values in listed.items() if values}
