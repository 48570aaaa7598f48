"""The resources that the routes share: graph, saved queries, engine threads, workers."""

import logging
import threading
import time
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, Final, Protocol, TypeVar, cast

import pyoxigraph as ox
from starlette.requests import Request

from mla_graph.adhoc.pool import AdhocPool
from mla_graph.model.errors import MlaGraphError
from mla_graph.model.settings import Settings
from mla_graph.model.sources import Sources
from mla_graph.release.directory import Release
from mla_graph.saved_queries.catalogue import Catalogue
from mla_graph.saved_queries.executable import executables
from mla_graph.service.lanes import Lane
from mla_graph.service.telemetry.metrics import Metrics
from mla_graph.service.wire.problems import MalformedRequest
from mla_graph.service.wire.reply import Kept, Made
from mla_graph.store.interface import Store

T = TypeVar("T")

_LAST_WORK: Final = 60.0
"""Seconds for which the end waits for a copy of the graph that is being loaded."""

FOLLOWS_HOST: Final = "mla_graph.follows_host"
"""In the scope of a request: its answer names the Host that the client sent."""

SHORT: Final = 0.002
"""Seconds of processor time for which the event loop may be held up."""

_UNKNOWN: Final = 2 * SHORT
"""The time assumed of a call before any was made: some dozen short ones disprove it."""

_CERTAIN: Final = 5 * SHORT
"""From here one call is believed; below, only if the one before it took long too (noise)."""

_FADING: Final = 0.98
"""How much of the worst is left after one more call: half of it after 34."""

_log = logging.getLogger(__name__)


@dataclass
class Served:
    """One state of the graph, replaced as a whole; a running request keeps its own."""

    store: Store
    release: Release | None = None
    kept: Kept = field(default_factory=Kept, repr=False)
    pace: "Pace" = field(default_factory=lambda: Pace(), repr=False)
    _once: dict[Hashable, Any] = field(default_factory=dict, repr=False)

    def once(self, key: Hashable, compute: Callable[[], T]) -> T:
        """Give the value under the key, computed at the first call (by two at once: twice)."""
        if key not in self._once:
            self._once.setdefault(key, compute())
        return cast(T, self._once[key])


def per_graph(compute: Callable[[Served], T]) -> Callable[[Served], T]:
    """Compute the function once for each state of the graph."""

    @wraps(compute)
    def kept(served: Served) -> T:
        return served.once(compute, lambda: compute(served))

    return kept


class Pace:
    """The worst recent processor time of the calls under each key, in seconds.

    The worst fades with every call after it: a call of 2 ms is forgiven at once, one of 100 ms
    after two hundred. Threads may lose each other's notes, which then come with the next call.
    """

    def __init__(self) -> None:
        self._worst: dict[Hashable, float] = {}
        self._last: dict[Hashable, float] = {}

    def short(self, key: Hashable) -> bool:
        """Tell whether the next call under this key is expected to be short."""
        return self._worst.get(key, _UNKNOWN) < SHORT

    @contextmanager
    def timed(self, key: Hashable) -> Iterator[None]:
        """Note how much processor time the block takes, whether it ends well or not."""
        since = time.thread_time()
        try:
            yield
        finally:
            self.note(key, time.thread_time() - since)

    def note(self, key: Hashable, taken: float) -> None:
        """Note that a call took so many seconds of processor time."""
        believed = taken if taken >= _CERTAIN else min(taken, self._last.get(key, taken))
        self._last[key] = taken
        self._worst[key] = max(believed, self._worst.get(key, _UNKNOWN) * _FADING)


class MakePool(Protocol):
    """Starts a pool of workers; ``lost`` is told why each one had to be replaced."""

    def __call__(self, *, lost: Callable[[str], None]) -> AdhocPool: ...


@dataclass(frozen=True)
class Opened:
    """A store to serve, and what belongs to it."""

    store: Store
    release: Release | None = None
    adhoc: MakePool | None = None
    """Starts the workers for strangers' queries on the store."""
    memory_copy: Callable[[], Store] | None = None
    """Loads the same graph into memory."""


class ServiceContext:
    """The resources of one server process. The application's lifespan starts and closes them."""

    def __init__(
        self,
        *,
        settings: Settings,
        catalogue: Catalogue,
        sources: Sources,
        opened: Opened,
        newer: Callable[[Served], Opened | None] | None = None,
    ) -> None:
        """Serve what was opened; ``newer`` opens the release that has taken its place."""
        self.settings = settings
        self.catalogue = catalogue
        self.sources = sources
        self.metrics = Metrics()
        self.examples = per_graph(lambda served: list(executables(catalogue, served.store)))
        """Every saved query bound with its examples, unless this graph lacks them."""
        self._make_pool = opened.adhoc
        self._pool: AdhocPool | None = None
        self._pool_lock = threading.Lock()
        self._memory_copy = opened.memory_copy
        self._newer = newer
        self._look = threading.Event()
        self._keeper: threading.Thread | None = None
        self._closed = False
        self.leaving = False
        """The process was told to stop, and only finishes what runs."""
        self._serve(opened.store, opened.release)
        self.engine = Lane(running=4, waiting=256)
        """Trusted query texts, on the store in this process."""
        self.strangers = Lane(running=80, waiting=0, moved=self.metrics.adhoc)
        """Queries for the pool of workers: most of these threads only wait for a free one."""

    def start(self) -> None:
        """Begin what need not delay the first answer: the workers, then the copy in memory."""
        self._keeper = threading.Thread(target=self._keep, name="keeper", daemon=True)
        self._keeper.start()

    def close(self) -> None:
        """Give back the workers and the store."""
        with self._pool_lock:
            self._closed = True
            self._make_pool = None
            if self._pool is not None:
                self._pool.close()
        self._look.set()
        if self._keeper is not None:  # the engine may not be at work when the process ends
            self._keeper.join(_LAST_WORK)
        self.served.store.close()

    def look_now(self) -> None:
        """Look for a new release without waiting for the next time to do so."""
        self._look.set()

    async def ask(self, served: Served, call: Callable[[], T], pace: Hashable = None) -> T:
        """Run a call that asks the graph: in a thread, or here if such calls are short.

        ``pace`` names the calls that take about as long as this one; None always takes a thread.

        Raises:
            LimitReached: too many calls wait already.
        """

        def timed() -> T:
            with served.pace.timed(pace):
                return call()

        if pace is None or not served.store.never_waits:
            return await self.engine.run(call)
        if not served.pace.short(pace):
            return await self.engine.run(timed)
        with served.pace.timed(pace):
            return call()

    def kept(self, served: Served, tag: str | None) -> Made | None:
        """Give the body that is kept under the tag, and count the look."""
        if not tag:
            return None
        found: Made | None = served.kept.get(tag)
        (self.metrics.misses if found is None else self.metrics.hits).inc()
        return found

    def base_address(self, request: Request) -> str:
        """Give the public base address of the service without a slash at the end.

        Raises:
            MalformedRequest: there is no setting, and the Host header is no host.
        """
        base = self.settings.base_url or str(request.base_url).rstrip("/")
        request.scope[FOLLOWS_HOST] = self.settings.base_url is None
        try:
            ox.NamedNode(f"{base}/")
        except ValueError:
            raise MalformedRequest("The Host header does not name a host.") from None
        return base

    def adhoc(self) -> AdhocPool | None:
        """Give the workers for ad-hoc queries, started at the first call; None for an endpoint."""
        with self._pool_lock:
            if self._pool is None and self._make_pool is not None:
                self._pool = self._make_pool(lost=self.metrics.lost_worker)
            return self._pool

    @property
    def fault(self) -> str | None:
        """Why ad-hoc queries cannot be answered; None if they can."""
        return self._pool.fault if self._pool is not None else None

    def _keep(self) -> None:
        """Start what is slow to start, then follow the releases until closed."""
        self.adhoc()
        if self._memory_copy is not None:
            self._load_copy(self._memory_copy)
        while not self._closed:
            self.metrics.measure()
            if (pool := self.adhoc()) is not None:
                pool.heal()
            self._follow()
            self._look.wait(self.settings.follow_seconds)
            self._look.clear()

    def _load_copy(self, load: Callable[[], Store]) -> None:
        try:
            self._serve(load(), self.served.release)
        except MlaGraphError as error:
            _log.warning("The graph stays on disk: %s", error.detail)

    def _follow(self) -> None:
        """Change to the new release if there is one.

        Requests that run keep the old store and the old workers, which end with the last of them.
        """
        if self._newer is None:
            return
        try:
            opened = self._newer(self.served)
            if opened is None:
                return
            pool = opened.adhoc(lost=self.metrics.lost_worker) if opened.adhoc else None
        except Exception:  # a fault in here must not end the watch over later releases
            _log.exception("The change to a new release failed")
            return
        with self._pool_lock:
            if self._closed:
                opened.store.close()
                if pool is not None:
                    pool.close()
                return
            self._pool, self._make_pool = pool, opened.adhoc
            self._serve(opened.store, opened.release)
        _log.info("Serving %s", opened.store.description)

    def _serve(self, store: Store, release: Release | None) -> None:
        self.served = Served(store, release, Kept())
        self.metrics.serves(
            store.release_id or "",
            release.manifest.created if release else "",
            store.description,
        )
