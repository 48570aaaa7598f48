"""What the routes share: the graph that is served, the saved queries, the way to the engine."""

import logging
import threading
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

import anyio
import anyio.to_thread

from mla_graph.adhoc.pool import AdhocPool
from mla_graph.model.errors import LimitReached, MlaGraphError
from mla_graph.model.settings import Settings
from mla_graph.model.sources import Sources
from mla_graph.release.directory import Release
from mla_graph.saved_queries.catalogue import Catalogue
from mla_graph.service.answer_cache import AnswerCache
from mla_graph.service.metrics import Metrics
from mla_graph.store.interface import Store

T = TypeVar("T")

_log = logging.getLogger(__name__)


@dataclass
class Served:
    """One state of the graph. Replaced as a whole; a running request keeps the one it began with.

    ``once`` keeps what is the same for every request on this state.
    """

    store: Store
    release: Release | None = None
    answers: AnswerCache = field(default_factory=AnswerCache, repr=False)
    _kept: dict[Hashable, Any] = field(default_factory=dict, repr=False)

    def once(self, key: Hashable, compute: Callable[[], T]) -> T:
        """The value under the key, computed at the first call (by two calls at once: twice)."""
        if key not in self._kept:
            self._kept.setdefault(key, compute())
        return cast(T, self._kept[key])


class Lane:
    """Threads of its own for one kind of call, so that no kind can hold up another."""

    def __init__(self, running: int, waiting: int) -> None:
        self._limiter = anyio.CapacityLimiter(running)
        self._most = running + waiting
        self._here = 0

    async def run(self, call: Callable[[], T]) -> T:
        """Run the call in a thread.

        Raises:
            LimitReached: too many calls wait already.
        """
        if self._here >= self._most:
            raise LimitReached("The service is busy; try again in a few seconds.")
        self._here += 1
        try:
            return await anyio.to_thread.run_sync(call, limiter=self._limiter)
        finally:
            self._here -= 1


class ServiceContext:
    """The resources of one server process. The application's lifespan starts and closes them."""

    def __init__(
        self,
        *,
        settings: Settings,
        catalogue: Catalogue,
        sources: Sources,
        store: Store,
        release: Release | None = None,
        adhoc: Callable[[], AdhocPool] | None = None,
        memory_copy: Callable[[], Store] | None = None,
    ) -> None:
        self.settings = settings
        self.catalogue = catalogue
        self.sources = sources
        self.served = Served(store, release)
        self._make_pool = adhoc
        self._pool: AdhocPool | None = None
        self._pool_lock = threading.Lock()
        self.metrics = Metrics()
        self._memory_copy = memory_copy
        self.engine = Lane(running=4, waiting=256)
        """Trusted query texts, on the store in this process."""
        self.strangers = Lane(running=16, waiting=64)
        """Queries for the pool of workers: most of these threads only wait for a free one."""

    def start(self) -> None:
        """Begin what need not delay the first answer: the workers, then the copy in memory."""
        threading.Thread(target=self._warm_up, name="warm-up", daemon=True).start()

    def close(self) -> None:
        """Give back the workers and the store."""
        with self._pool_lock:
            self._make_pool = None
            if self._pool is not None:
                self._pool.close()
        self.served.store.close()

    def adhoc(self) -> AdhocPool | None:
        """The workers for strangers' queries, started at the first call; None for an endpoint."""
        with self._pool_lock:
            if self._pool is None and self._make_pool is not None:
                self._pool = self._make_pool()
            return self._pool

    def _warm_up(self) -> None:
        self.adhoc()
        if self._memory_copy is not None:
            self._load_copy(self._memory_copy)

    def _load_copy(self, load: Callable[[], Store]) -> None:
        try:
            self.served = Served(load(), self.served.release)
        except MlaGraphError as error:
            _log.warning("The graph stays on disk: %s", error.detail)
