"""`make bench-http`: saved queries over HTTP beside other servers, as ratios against budgets.

Needs `wrk`. The servers run at the same time and are asked in turn, in short runs, so that what
else the machine does meets all of them; each ratio is the median of the rounds. The other servers
get the SPARQL text that the saved query becomes. When nothing may be kept, each request has a
limit of its own, far above the number of rows, here and there.

The log of requests is off, as none of the others keeps one.

How near the service comes depends on how long the engine takes: what an HTTP request costs Python
is as much as the shortest query costs the engine. So several short queries are asked.

`rdflib-endpoint` takes part if it is installed here, or in the environment whose Python the
variable MLA_BENCH_RDFLIB names (`pip install rdflib-endpoint uvicorn`).
"""

import argparse
import http.client
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from urllib.parse import urlencode

from mla_graph.model.settings import Settings
from mla_graph.model.sources import Sources
from mla_graph.release.build import ensure
from mla_graph.release.directory import Release, open_release
from mla_graph.saved_queries.catalogue import Catalogue
from mla_graph.saved_queries.run import bind

TINY = ("source-document", "proceedings", "cooperation", "provisions")
"""Queries that take the engine less than a millisecond, from a twentieth of one upwards."""
JOINS = ("legal-bases", "why", "applicable-instruments")
CONNECTIONS = 16
FRESH_TINY, KEPT_TINY, FRESH_JOIN = 0.7, 1.0, 1.0
"""Least requests a second, relative to `oxigraph serve` in memory."""
RDFLIB_TINY, RDFLIB_JOIN = 5.0, 100.0
"""Least requests a second, relative to rdflib-endpoint on rdflib in memory."""
TAIL = 4.0
"""Most p99 relative to p50, at half of the most requests a second."""
BATCH = 1 / 3
"""Most time of a batch relative to as many requests, one after the other on one connection."""
CALLS = 1000
RDFLIB_SECONDS = 20
RESULTS = Path(__file__).with_name("results") / "http.json"


@dataclass(frozen=True)
class Question:
    """A saved query with its examples: the path here, the SPARQL text elsewhere."""

    name: str
    parameters: dict[str, str]
    text: str

    @property
    def path(self) -> str:
        return f"/api/queries/{self.name}?{urlencode(self.parameters)}"

    def script(self, first: int | None, sparql_path: str | None) -> str:
        """What wrk sends: with a limit from ``first`` upwards, or the same each time."""
        limit = "n" if first is not None else "10000"
        if sparql_path is None:
            varied = f"'{self.path}&limit='..n" if first is not None else f"'{self.path}'"
            made = f"wrk.format('GET', {varied}, {{}})"
        else:
            text = json.dumps(self.text + "\nLIMIT ")
            headers = (
                "{['Content-Type']='application/sparql-query',"
                "['Accept']='application/sparql-results+json'}"
            )
            made = f"wrk.format('POST', '{sparql_path}', {headers}, {text}..{limit})"
        return f"n={first or 0}\nrequest=function() n=n+1; return {made} end\n"


def question(catalogue: Catalogue, release: Release, name: str) -> Question:
    """The query of this name, bound on the release."""
    query = catalogue.get(name)
    store = open_release(release, in_memory=False)
    values = {p.name: p.example[0] for p in query.parameters if p.required}
    text = bind(query, store, {key: [value] for key, value in values.items()}).text
    store.close()
    return Question(name, values, text)


def wrk(port: int, script: str, seconds: int) -> float:
    """Answers a second.

    Raises:
        SystemExit: an answer was no 200.
    """
    found = re.search(r"Requests/sec:\s+([0-9.]+)", run_wrk(port, script, seconds))
    assert found is not None
    return float(found[1])


def run_wrk(port: int, script: str, seconds: int) -> str:
    """What wrk tells of a run.

    Raises:
        SystemExit: an answer was no 200.
    """
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as file:
        file.write(script)
        file.flush()
        command = ("wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--timeout", "60s",
                   "-s", file.name, f"http://127.0.0.1:{port}")  # fmt: skip
        told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    if "Non-2xx" in told:
        raise SystemExit(f"port {port} refuses:\n{told}")
    return told


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@contextmanager
def running(command: list[str], port: int, path: str, wait: float) -> Iterator[int]:
    """A server process that answers at this path; its port."""
    environment = os.environ | {"MLA_MAX_ROWS": "1000000000", "MLA_LOG_LEVEL": "WARNING"}
    if command[0] != sys.executable:
        environment.pop("PYTHONPATH", None)
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment
    )
    try:
        deadline = time.monotonic() + wait
        while not answers(port, path):
            if process.poll() is not None or time.monotonic() > deadline:
                raise SystemExit(f"{command[0]} does not answer")
            time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait()


def answers(port: int, path: str) -> bool:
    """Whether a GET of the path is answered with success."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path)
        return connection.getresponse().status < 400
    except OSError:
        return False
    finally:
        connection.close()


@contextmanager
def ours(workers: int) -> Iterator[int]:
    """This service; it answers from disk at first."""
    port = free_port()
    command = [sys.executable, "-m", "mla_graph.cli.main", "serve", "--port", str(port),
               "--workers", str(workers)]  # fmt: skip
    with running(command, port, "/health/ready", 60):
        yield port


def warm_up(port: int, questions: tuple[Question, ...]) -> None:
    """Ask until it gets no faster: the graph is in memory and the pace of the queries known."""
    first, before, now = 10**8, 0.0, 1.0
    while now > 1.2 * before:
        before = now
        time.sleep(10)
        for one in questions:
            now = wrk(port, one.script(first, None), 2)
            first += 10**5


@contextmanager
def oxigraph(release: Release) -> Iterator[int]:
    """`oxigraph serve` with the release in memory."""
    port = free_port()
    command = [str(Path(sys.executable).with_name("oxigraph")), "serve", "-b", f"127.0.0.1:{port}"]
    with running(command, port, "/", 30):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        with release.nquads.open("rb") as data:
            connection.request(
                "POST", "/store", data, {"Content-Type": "application/n-quads",
                                         "Content-Length": str(release.nquads.stat().st_size)}
            )  # fmt: skip
            assert connection.getresponse().status == 204
        yield port


_RDFLIB = """
import sys, uvicorn
from rdflib import Dataset
from rdflib_endpoint import SparqlEndpoint
graph = Dataset(default_union=True)
graph.parse(sys.argv[1], format="nquads")
uvicorn.run(SparqlEndpoint(graph=graph, path="/query"), port=int(sys.argv[2]), log_level="error")
"""


@contextmanager
def rdflib(python: str, release: Release, folder: Path) -> Iterator[int]:
    """rdflib-endpoint with the merged graph of the release in memory."""
    merged = folder / "merged.nq"
    with release.nquads.open() as lines, merged.open("w") as out:
        out.writelines(line for line in lines if not re.search(r" <[^>]*> \.$", line.rstrip())
                       or len(re.findall(r"<[^>]*>", line)) < 4)  # fmt: skip
    port = free_port()
    command = [python, "-c", _RDFLIB, str(merged), str(port)]
    with running(command, port, "/query", 600):
        yield port


def tail(port: int, script: str, rate: float, seconds: int) -> float:
    """p99 relative to p50, where each connection pauses so that about ``rate`` come a second.

    The load has to be lighter than the server: a client in Python would measure itself.
    """
    pause = max(1, round(1000 * CONNECTIONS / rate))
    told = run_wrk(
        port,
        f"{script}delay=function() return math.random(0, {2 * pause}) end\n"
        "done=function(s, latency, r)\n"
        "  io.write('p50 ', latency:percentile(50), ' p99 ', latency:percentile(99), '\\n')\n"
        "end\n",
        seconds,
    )
    found = re.search(r"p50 ([0-9.]+) p99 ([0-9.]+)", told)
    assert found is not None
    return float(found[2]) / float(found[1])


def batch(port: int, asked: Question, first: int) -> float:
    """The time of a batch of calls, relative to that of as many requests; none is kept."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)

    def send(method: str, path: str, body: str | None = None) -> bytes:
        connection.request(method, path, body, {"Content-Type": "application/json"} if body else {})
        answer = connection.getresponse()
        data = answer.read()
        assert answer.status == 200, data
        return data

    since = time.perf_counter()
    for number in range(CALLS):
        send("GET", f"{asked.path}&format=rows&limit={first + number}")
    singly = time.perf_counter() - since
    calls = [
        {"query": asked.name, "parameters": asked.parameters, "limit": first + CALLS + number}
        for number in range(CALLS)
    ]
    since = time.perf_counter()
    documents = json.loads(send("POST", "/api/batch", json.dumps(calls)))
    together = time.perf_counter() - since
    assert len(documents) == CALLS and all("data" in document for document in documents)
    connection.close()
    return together / singly


class Verdicts:
    """Prints each measure against its budget, and keeps them for docs/performance.md."""

    def __init__(self) -> None:
        self.rows: list[list[str]] = []
        self.kept = True

    def __call__(
        self,
        what: str,
        found: list[float],
        budget: float,
        *,
        most: bool = False,
        pace: list[float] | None = None,
    ) -> None:
        """Print the median of a measure and its spread; ``pace``: the other's answers a second."""
        middle = median(found)
        kept = middle <= budget if most else middle >= budget
        self.kept &= kept
        spread = f"{min(found):.2f}–{max(found):.2f}"
        bound = f"{'at most' if most else 'at least'} {budget:.2f}"
        verdict = "ok" if kept else "MISSED"
        print(f"{what:<58} {middle:8.2f}× ({spread})  {bound}  {verdict}", flush=True)
        shown = f"{middle:.2f}" if kept else f"**{middle:.2f}**"
        theirs = f"{median(pace):,.0f}" if pace else ""
        self.rows.append([what, theirs, shown, spread, bound])

    def write(self) -> None:
        """Keep the table as JSON."""
        RESULTS.parent.mkdir(exist_ok=True)
        content = {
            "at": datetime.now(UTC).isoformat(timespec="minutes"),
            "machine": f"{os.cpu_count()} cores",
            "head": ["what", "other, answers a second", "median", "spread", "asked"],
            "rows": self.rows,
        }
        RESULTS.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", "utf-8")


def main() -> int:
    """Measure everything; 1 if a budget is missed."""
    arguments = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    arguments.add_argument("--workers", type=int, default=2, help="server processes (2)")
    arguments.add_argument("--rounds", type=int, default=5, help="rounds (5)")
    arguments.add_argument("--seconds", type=int, default=2, help="of one run (2)")
    asked = arguments.parse_args()
    if shutil.which("wrk") is None:
        raise SystemExit("This needs wrk, for example: apt-get install wrk")
    release = ensure(Settings.from_environ(), Sources.shipped(), print)
    catalogue = Catalogue.load(Sources.shipped().queries)
    tiny, joins = ([question(catalogue, release, name) for name in of] for of in (TINY, JOINS))
    verdict = Verdicts()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        peer = stack.enter_context(oxigraph(release))
        here = stack.enter_context(ours(asked.workers))
        warm_up(here, (*joins, *tiny))
        pace: dict[str, list[float]] = defaultdict(list)
        fresh: dict[str, list[float]] = defaultdict(list)
        kept: dict[str, list[float]] = defaultdict(list)
        batches: list[float] = []
        fastest = 0.0
        for number in range(asked.rounds):
            first = (number + 1) * 10**6
            for one in (*tiny, *joins):
                theirs = wrk(peer, one.script(first, "/query"), asked.seconds)
                pace[one.name].append(theirs)
                fresh[one.name].append(wrk(here, one.script(first, None), asked.seconds) / theirs)
                again = wrk(here, one.script(None, None), asked.seconds)
                kept[one.name].append(again / theirs)
                fastest = max(fastest, again)
            batches.append(batch(here, tiny[0], first + 500_000))
            print(
                f"round {number + 1}: "
                + ", ".join(f"{name} {ratios[-1]:.2f}" for name, ratios in fresh.items())
                + f"; batch {batches[-1]:.2f}",
                file=sys.stderr,
            )
        for of, budget in ((tiny, FRESH_TINY), (joins, FRESH_JOIN)):
            for one in of:
                what = f"{one.name} : oxigraph serve"
                verdict(what, fresh[one.name], budget, pace=pace[one.name])
        for one in tiny:
            what = f"{one.name}, kept : oxigraph serve"
            verdict(what, kept[one.name], KEPT_TINY, pace=pace[one.name])
        verdict(f"{CALLS} calls in a batch : one by one", batches, BATCH, most=True)
        script = tiny[0].script(None, None)
        tails = [tail(here, script, fastest / 2, asked.seconds) for _ in range(asked.rounds)]
        verdict("p99 : p50 at half of the most requests", tails, TAIL, most=True)
        python = os.environ.get("MLA_BENCH_RDFLIB")
        if python is None and find_spec("rdflib_endpoint") is not None:
            python = sys.executable
        if python is None:
            print(
                "NOT COMPARED with rdflib-endpoint: it is not installed; see the head of "
                "benchmarks/http.py"
            )
            verdict.write()
            return 1
        other = stack.enter_context(rdflib(python, release, folder))
        for of, budget in ((tiny, RDFLIB_TINY), (joins, RDFLIB_JOIN)):
            for one in of:
                slow = wrk(other, one.script(1, "/query"), RDFLIB_SECONDS)
                quick = wrk(here, one.script(10**9 // 2, None), asked.seconds)
                # None was finished in this time: less than one in it, whatever it would have been.
                ratio = quick / (slow or 1 / RDFLIB_SECONDS)
                verdict(f"{one.name} : rdflib-endpoint", [ratio], budget, pace=[slow])
    verdict.write()
    return 0 if verdict.kept else 1


if __name__ == "__main__":
    sys.exit(main())
