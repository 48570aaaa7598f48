"""Numbers for monitoring, in the Prometheus text format."""

import os
from functools import cache
from pathlib import Path
from typing import Final

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
    multiprocess,
)

CONTENT_TYPE = CONTENT_TYPE_LATEST

_METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS"})
_FOLDER: Final = "PROMETHEUS_MULTIPROC_DIR"
_BUCKETS: Final = (
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30,
)  # fmt: skip


class Metrics:
    """What happened in the service and how it is.

    With several server processes the numbers of all are added up through the folder that
    ``PROMETHEUS_MULTIPROC_DIR`` names; the memory is told of each.
    """

    def __init__(self) -> None:
        self._registry = CollectorRegistry()

        def counter(name: str, help: str, labels: tuple[str, ...] = ()) -> Counter:
            return Counter(name, help, labels, registry=self._registry)

        def histogram(name: str, help: str, label: str) -> Histogram:
            return Histogram(name, help, [label], buckets=_BUCKETS, registry=self._registry)

        self._requests = counter(
            "mla_http_requests", "HTTP requests answered.", ("route", "method", "status")
        )
        self._seconds = histogram(
            "mla_http_request_seconds", "Time from the request to the end of the answer.", "route"
        )
        self._query_seconds = histogram(
            "mla_saved_query_seconds", "Time of the answers of each saved query.", "query"
        )
        self._truncated = counter(
            "mla_truncated_answers", "Answers of saved queries cut at the row limit."
        )
        kept = counter(
            "mla_answer_cache", "Finished answers looked for among those kept.", ("result",)
        )
        self._stopped = counter(
            "mla_limits_met", "Requests refused or stopped at a limit.", ("limit",)
        )
        self._lost = counter(
            "mla_adhoc_workers_replaced",
            "Workers for ad-hoc queries that were killed or crashed, and were replaced.",
            ("reason",),
        )
        self._gauges()
        self._served: Gauge | None = None
        # To find a child by its labels takes as long as to count; there are few of them.
        self._request_count = cache(self._requests.labels)
        self.hits = kept.labels("hit")
        self.misses = kept.labels("miss")
        self._request_seconds = cache(self._seconds.labels)
        self._saved_query_seconds = cache(self._query_seconds.labels)

    def _gauges(self) -> None:
        self._queued = Gauge(
            "mla_adhoc_queries",
            "Ad-hoc queries that run or wait.",
            registry=self._registry,
            multiprocess_mode="livesum",
        )
        self._release = Gauge(
            "mla_release_info",
            "1 for what is served, 0 for what was served before.",
            ["id", "created", "store"],
            registry=self._registry,
            multiprocess_mode="livemax",
        )
        self._memory = Gauge(
            "mla_process_resident_bytes",
            "Memory of the server process.",
            registry=self._registry,
            multiprocess_mode="liveall",
        )

    def request(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count one answered request."""
        method = method if method in _METHODS else "other"
        self._request_count(route, method, str(status)).inc()
        self._request_seconds(route).observe(seconds)

    def saved_query(self, name: str, seconds: float) -> None:
        """Count one answer of a saved query."""
        self._saved_query_seconds(name).observe(seconds)

    def truncated(self) -> None:
        """Count one answer that was cut."""
        self._truncated.inc()

    def stopped(self, reason: str) -> None:
        """Count one query that met a limit (time, memory, size, queue)."""
        self._stopped.labels(reason).inc()

    def lost_worker(self, reason: str) -> None:
        """Count one worker that was replaced (time, memory, crash, unread)."""
        self._lost.labels(reason).inc()

    def adhoc(self, change: int) -> None:
        """Count an ad-hoc query that came (1) or went (-1)."""
        self._queued.inc(change)

    def serves(self, release: str, created: str, store: str) -> None:
        """Tell what is served from now on: release id, its time, and memory, disk or remote."""
        if self._served is not None:
            self._served.set(0)
        self._served = self._release.labels(release, created, store)
        self._served.set(1)

    def measure(self) -> None:
        """Look how much memory this process has, where the system tells."""
        try:
            pages = int(Path("/proc/self/statm").read_text().split()[1])
        except OSError:
            return
        self._memory.set(pages * os.sysconf("SC_PAGE_SIZE"))

    def text(self) -> bytes:
        """Write all numbers as Prometheus reads them."""
        self.measure()
        registry = self._registry
        if folder := os.environ.get(_FOLDER):
            _forget_ended(Path(folder))
            registry = CollectorRegistry()
            multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        return generate_latest(registry)


def _forget_ended(folder: Path) -> None:
    """Leave out how processes were that are no more; what they counted stays."""
    for path in folder.glob("gauge_live*_*.db"):
        process = int(path.stem.rpartition("_")[2])
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            multiprocess.mark_process_dead(process)  # type: ignore[no-untyped-call]
