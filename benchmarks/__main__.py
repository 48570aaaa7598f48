"""`make bench`: the measures that the product promises, each against its budget.

Medians of several runs on the shipped graph, so that one disturbance does not decide.
"""

import http.client
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from itertools import count
from pathlib import Path
from statistics import median
from urllib.parse import urlencode

import pyoxigraph as ox

from mla_graph.adhoc.pool import AdhocPool
from mla_graph.dossier.compose import compose, understand
from mla_graph.model.allocator import restart_with_mimalloc, without_mimalloc
from mla_graph.model.settings import Settings
from mla_graph.model.sources import Sources
from mla_graph.release.build import ensure
from mla_graph.release.directory import Release, open_release
from mla_graph.saved_queries.catalogue import Catalogue
from mla_graph.saved_queries.run import bind
from mla_graph.store.embedded import EmbeddedStore

COMMAND = Path(sys.executable).with_name("mla-graph")
LU_A30 = {"state": "LU", "measure": "A.30"}
QUERIES: dict[str, dict[str, str]] = {
    "states": {},
    "legal-bases": LU_A30,
    "conditions": LU_A30,
    "authorities": LU_A30,
    "formalities": LU_A30,
}
QUESTIONS = (
    "BE LU A.30 2024-05-01",
    "NL BE A.30 2016-06-01",
    "FR DE C.1 2005-07-17",
    "GB FR B.1 2021-01-01",
    "FI US A.22 2024-05-01",
    "NO SE A.24 1990-01-01",
)
"""Requesting state, executing state, measure and day."""
COMMAND_BUDGET, START_BUDGET, HTTP_BUDGET = 0.5, 1.0, 3.0
APPLICABLE_BUDGET, DOSSIER_BUDGET = 0.010, 0.050
WORKER_BUDGET = 1.0


def seconds(call: Callable[[], object], runs: int) -> float:
    """The median time of a call, after one that warms up."""
    call()
    found = []
    for _ in range(runs):
        since = time.perf_counter()
        call()
        found.append(time.perf_counter() - since)
    return median(found)


def command_line() -> float:
    """A whole process that answers a saved query from an existing build."""
    query = (COMMAND, "query", "legal-bases", "state=LU", "measure=A.30")
    plain = without_mimalloc(os.environ)
    return seconds(lambda: subprocess.run(query, check=True, capture_output=True, env=plain), 9)


@contextmanager
def server() -> Iterator[tuple[int, float]]:
    """A running service: its port, and the seconds from its start until it was ready."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    since = time.perf_counter()
    command = (COMMAND, "serve", "--port", str(port))
    process = subprocess.Popen(
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=without_mimalloc(os.environ),
    )
    try:
        while not ready(port):
            if process.poll() is not None:
                raise SystemExit("the service ended before it was ready")
            time.sleep(0.005)
        yield port, time.perf_counter() - since
    finally:
        process.terminate()
        process.wait()


def ready(port: int) -> bool:
    """Whether the service says that it is ready."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/health/ready")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def start_up() -> float:
    """From the start of the process until the service is ready."""
    found = []
    for _ in range(5):
        with server() as (_, needed):
            found.append(needed)
    return median(found)


def over_http(store: EmbeddedStore) -> Iterator[tuple[str, float, float, float]]:
    """Each saved query: seconds of the bare engine call, over HTTP when the answer has to be found,
    and when it is kept; all on one open connection."""
    catalogue = Catalogue.load(Sources.shipped().queries)
    with server() as (port, _):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        late = time.monotonic() + 60
        while b"in memory" not in get(connection, "/metrics"):  # what is compared is there too
            if time.monotonic() > late:
                raise SystemExit("the service does not answer from memory; see MLA_MEMORY_QUADS")
            time.sleep(0.1)
        for name, values in QUERIES.items():
            text = bind(catalogue.get(name), store, {k: [v] for k, v in values.items()}).text
            path = f"/api/queries/{name}?{urlencode(values)}"
            limits = count(1000)

            def bare(text: str = text) -> None:
                store.query(text).serialize(format=ox.QueryResultsFormat.JSON)

            def kept(path: str = path) -> None:
                get(connection, path)

            def found(path: str = path, limits: Iterator[int] = limits) -> None:
                # A limit above the number of rows changes nothing but the key of the answer.
                kept(f"{path}&limit={next(limits)}")

            yield name, seconds(bare, 100), seconds(found, 100), seconds(kept, 100)
        connection.close()


def get(connection: http.client.HTTPConnection, path: str) -> bytes:
    """The body of a 200."""
    connection.request("GET", path)
    answer = connection.getresponse()
    body = answer.read()
    assert answer.status == 200, body
    return body


def isolation(release: Release) -> float:
    """What it costs to run a query in a worker: milliseconds more than in this process."""
    store = open_release(release, in_memory=False)
    text = "SELECT * WHERE { ?s ?p ?o } LIMIT 10"
    with AdhocPool(release.store_dir) as pool:

        def here() -> None:
            store.query(text).serialize(format=ox.QueryResultsFormat.JSON)

        def there() -> None:
            with closing(pool.run(text, lambda kind: "json")) as answer:
                answer.read()

        return 1000 * (seconds(there, 1000) - seconds(here, 1000))


def in_process(store: EmbeddedStore) -> tuple[float, float]:
    """Seconds for what applies and for a dossier: the middle one of the questions."""
    catalogue = Catalogue.load(Sources.shipped().queries)
    applicable, dossiers = [], []
    for question in QUESTIONS:
        names = ("requesting", "executing", "measure", "on")
        raw = {name: [text] for name, text in zip(names, question.split(), strict=True)}
        text = bind(catalogue.get("applicable-instruments"), store, raw).text
        applicable.append(seconds(lambda text=text: list(store.query(text)), 50))
        asked = understand(catalogue, store, raw)
        dossiers.append(seconds(lambda asked=asked: compose(catalogue, store, asked), 30))
    return median(applicable), median(dossiers)


def line(what: str, found: float, budget: float, unit: str) -> bool:
    """Print one measure; whether it keeps its budget."""
    kept = found <= budget
    print(f"{what:<54} {found:7.3f} {unit}  budget {budget:g}  {'ok' if kept else 'TOO SLOW'}")
    return kept


def main() -> int:
    """Measure everything; 1 if a budget is exceeded."""
    settings = Settings.from_environ()
    with tempfile.TemporaryDirectory(prefix="mla-graph-bench-") as home:
        if not os.environ.get("MLA_HOME"):
            os.environ["MLA_HOME"] = home
            settings = Settings.from_environ()
        release = ensure(settings, Sources.shipped(), lambda text: print(text, file=sys.stderr))
        store = open_release(release, in_memory=True)
        kept = [
            line("mla-graph query, whole process", command_line(), COMMAND_BUDGET, "s"),
            line("mla-graph serve, until ready", start_up(), START_BUDGET, "s"),
        ]
        applicable, dossier = in_process(store)
        kept.append(line("applicable-instruments, in process", applicable, APPLICABLE_BUDGET, "s"))
        kept.append(line("a dossier, in process", dossier, DOSSIER_BUDGET, "s"))
        worker = isolation(release)
        kept.append(line("a worker of its own, per ad-hoc query", worker, WORKER_BUDGET, "ms"))
        for name, bare, found, again in over_http(store):
            what = (
                f"{name}: {bare * 1000:.2f} ms, HTTP {found * 1000:.2f} ms, kept {again * 1000:.2f}"
            )
            kept.append(line(what, found / bare, HTTP_BUDGET, "×"))
    return 0 if all(kept) else 1


if __name__ == "__main__":
    restart_with_mimalloc()  # as serve does
    sys.exit(main())
