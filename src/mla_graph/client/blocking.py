"""The client for programs that wait for each answer: the other one, in a thread of its own."""

import asyncio
from collections.abc import Callable, Coroutine
from functools import wraps
from threading import Thread
from typing import Any, Concatenate, ParamSpec, Self, TypeVar

from mla_graph.client.asynchronous import AsyncClient

P = ParamSpec("P")
T = TypeVar("T")


def _blocking(
    method: Callable[Concatenate[AsyncClient, P], Coroutine[Any, Any, T]],
) -> Callable[Concatenate["Client", P], T]:
    """Make the method that waits for the answer of another."""

    @wraps(method)
    def waiting(self: "Client", /, *args: P.args, **kwargs: P.kwargs) -> T:
        return self._wait(method(self._client, *args, **kwargs))

    return waiting


class Client:
    """Asks a service, or the graph on this machine; see ``AsyncClient``. For one thread or many."""

    def __init__(
        self,
        url: str | None = None,
        *,
        store: str | None = None,
        lang: str | None = None,
        timeout: float = 60.0,
    ) -> None:
        """Open the client as ``AsyncClient`` does."""
        self._client = AsyncClient(url, store=store, lang=lang, timeout=timeout)
        self.catalogue = self._client.catalogue
        self._loop = asyncio.new_event_loop()
        Thread(target=self._loop.run_forever, name="mla-graph client", daemon=True).start()

    def __enter__(self) -> Self:
        """Return the client itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    def close(self) -> None:
        """Give back connections, or the graph, and end the thread."""
        if self._loop.is_running():
            self._wait(self._client.close())
            self._loop.call_soon_threadsafe(self._loop.stop)

    def _wait(self, answer: Coroutine[Any, Any, T]) -> T:
        future = asyncio.run_coroutine_threadsafe(answer, self._loop)
        try:
            return future.result()
        except BaseException:
            future.cancel()
            raise

    query = _blocking(AsyncClient.query)
    graph = _blocking(AsyncClient.graph)
    dossier = _blocking(AsyncClient.dossier)
    essentials = _blocking(AsyncClient.essentials)
    applicable_instruments = _blocking(AsyncClient.applicable_instruments)
    search = _blocking(AsyncClient.search)
    compare = _blocking(AsyncClient.compare)
    why = _blocking(AsyncClient.why)
    sources = _blocking(AsyncClient.sources)
