"""``make fire-killers``: every killer query against the service while saved queries go on.

Each runs from as many clients as there are workers, again and again, while a steady stream of
saved queries is measured. Held: answered within the deadline and a second, within the memory of a
query, nothing called, the 99th percentile of the stream within three times the calm one, no request
of the stream lost.
"""

import argparse
import asyncio
import json
import os
import socket
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from benchmarks.fire import page, results
from benchmarks.fire.client import HOST, Connection, Reply, Request, address
from benchmarks.fire.figures import percentile
from benchmarks.fire.killer_queries import Killer, killers
from benchmarks.fire.questions import Question, dossier_like, questions
from benchmarks.fire.server import Memory, Server, running
from benchmarks.fire.steady import Stream, steady
from mla_graph.model.settings import Settings
from mla_graph.model.sources import Sources
from mla_graph.release.build import ensure

GRACE: Final = 1.0
FACTOR: Final = 3.0
LOUD: Final = 0.010
"""Seconds. A p99 below this is held to be calm whatever it was before: it is noise."""


@dataclass
class Told:
    """What one killer did."""

    killer: str
    answers: dict[str, int]
    slowest: float
    worker_peak: int
    p99_calm: float
    p99: float
    stream: int
    lost: int
    calls: int
    faults: list[str]


def main() -> int:
    """Run all, write results and page; 1 if anything did not hold."""
    options = _options()
    settings = Settings.from_environ()
    release = ensure(settings, Sources.shipped(), lambda text: print(text, file=sys.stderr))
    asked = dossier_like(questions([release], options.seed))[:200]
    with tempfile.TemporaryDirectory(prefix="mla-graph-fire-") as scratch, _listener() as port:
        log = Path(scratch, "server.log")
        environment = {"MLA_QUERY_TIMEOUT": str(options.deadline)}
        chosen = [one for one in killers(port[0]) if options.only in one.name]
        with running(settings.home, log, environment=environment) as server:
            run = Run(server, asked, options, port)
            calm, told = asyncio.run(run.all(chosen))
            tracebacks = server.tracebacks()
    failed = [f"{one.killer}: {fault}" for one in told for fault in one.faults]
    failed += [f"{tracebacks} stack traces in the log"] if tracebacks else []
    found = {
        "deadline": options.deadline,
        "seconds": options.seconds,
        "rate": options.rate,
        "memory": settings.query_memory,
        "calm": calm,
        "killers": [asdict(one) for one in told],
        "failed": failed,
    }
    found = results.write("killers", found)
    page.write()
    print(page.killers(found))
    return _verdict(failed)


def _verdict(failed: list[str]) -> int:
    for line in failed:
        print(f"DID NOT HOLD  {line}")
    print("All held." if not failed else f"{len(failed)} did not hold.")
    return 1 if failed else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make fire-killers")
    parser.add_argument("--deadline", type=float, default=10.0, help="of a query, in seconds")
    parser.add_argument("--seconds", type=float, default=12.0, help="the least for each killer")
    parser.add_argument("--calm", type=float, default=30.0, help="seconds of calm before")
    parser.add_argument("--rate", type=float, default=50.0, help="saved queries a second")
    parser.add_argument("--clients", type=int, default=2, help="that send the killer")
    parser.add_argument("--only", default="", help="killers with this in their name")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


class Run:
    """One run against one server."""

    def __init__(
        self,
        server: Server,
        asked: list[Question],
        options: argparse.Namespace,
        port: tuple[int, list[str]],
    ) -> None:
        self._server, self._asked, self._options = server, asked, options
        self._called = port[1]

    async def all(self, chosen: list[Killer]) -> tuple[dict[str, float], list[Told]]:
        """Calm, then every killer."""
        options = self._options
        with Memory(self._server) as memory:
            async with steady(self._server.port, self._asked, options.rate) as stream:
                await asyncio.sleep(5)  # until caches are as warm as they get
                since = time.monotonic()
                await asyncio.sleep(options.calm)
                taken = stream.between(since, time.monotonic() - 1)
                calm = {"p50": percentile(taken, 0.5), "p99": percentile(taken, 0.99)}
                print(f"calm: p50 {calm['p50'] * 1e3:.1f} ms, p99 {calm['p99'] * 1e3:.1f} ms")
                told = []
                for killer in chosen:
                    told.append(await self._one(killer, stream, memory, calm["p99"]))
                    print(page.killer_line(asdict(told[-1])), flush=True)
        return calm, told

    async def _one(self, killer: Killer, stream: Stream, memory: Memory, calm: float) -> Told:
        options = self._options
        lost, called, since = len(stream.failed), len(self._called), time.monotonic()
        memory.begin()
        act = self._read_slowly if killer.slow else self._send
        found = await asyncio.gather(
            *(act(killer, number, since + options.seconds) for number in range(options.clients))
        )
        until = time.monotonic()
        await asyncio.sleep(1.5)  # the last requests of the stream, and new workers
        replies = [reply for some in found for reply in some]
        taken = stream.between(since, until)
        told = Told(
            killer=killer.name,
            answers=dict(Counter(map(_outcome, replies)).most_common()),
            slowest=max(reply.seconds for reply in replies),
            worker_peak=memory.peak_worker,
            p99_calm=calm,
            p99=percentile(taken, 0.99),
            stream=len(taken),
            lost=len(stream.failed) - lost,
            calls=len(self._called) - called,
            faults=[],
        )
        told.faults = list(self._faults(told, replies, stream.failed[lost:]))
        return told

    async def _send(self, killer: Killer, number: int, until: float) -> list[Reply]:
        connection = Connection(self._server.port, address(number, 2))
        headers = {"Content-Type": "application/sparql-query", "Accept": killer.accept}
        request = Request("/sparql", headers, "POST", killer.text.encode())
        if killer.path:
            request = Request(killer.path, {"Accept": killer.accept})
        replies: list[Reply] = []
        while not replies or time.monotonic() < until:
            replies.append(await connection.ask(request, self._options.deadline + 30))
            await asyncio.sleep(0.01)
        connection.close()
        return replies

    async def _read_slowly(self, killer: Killer, number: int, until: float) -> list[Reply]:
        """Take a byte a second; what counts is that others get a worker in time."""
        reader, writer = await asyncio.open_connection(
            HOST, self._server.port, limit=1, local_addr=(address(number, 2), 0)
        )
        headers = {"Content-Type": "application/sparql-query", "Accept": killer.accept}
        writer.write(Request("/sparql", headers, "POST", killer.text.encode()).wire(0))
        small = Request("/sparql", headers, "POST", b"ASK {}")
        other = Connection(self._server.port, address(number, 3))
        replies: list[Reply] = []
        while not replies or time.monotonic() < until:
            with suppress(TimeoutError, OSError):
                await asyncio.wait_for(reader.read(1), 1)
            replies.append(await other.ask(small, self._options.deadline + 30))
            await asyncio.sleep(1)
        writer.transport.abort()
        other.close()
        return replies

    def _faults(self, told: Told, replies: list[Reply], lost: list[str]) -> Iterator[str]:
        options = self._options
        if told.slowest > options.deadline + GRACE:
            yield f"answered after {told.slowest:.1f} s"
        if told.worker_peak > Settings.from_environ().query_memory:
            yield f"a worker took {told.worker_peak >> 20} MiB"
        if told.p99 > max(FACTOR * told.p99_calm, LOUD):
            yield f"p99 {told.p99 * 1e3:.0f} ms, calm {told.p99_calm * 1e3:.0f} ms"
        if told.calls:
            yield f"the service called {told.calls} times where it must not"
        yield from (f"lost: {line}" for line in lost[:3])
        bad = {r.status for r in replies if r.status in (0, 500, 502) or 300 <= r.status < 400}
        if bad:
            yield f"status {sorted(bad)}"
        for reply in replies:
            if reply.status >= 400 and "problem+json" not in reply.headers.get("content-type", ""):
                yield f"status {reply.status} without a problem document"
                return


def _outcome(reply: Reply) -> str:
    """The status, with the kind of problem; a body that broke off is told."""
    if reply.status == 200:
        return "200" if reply.whole else "200, broken off"
    try:
        problem = json.loads(reply.body)
    except ValueError:
        return str(reply.status or "no answer")
    kind = problem.get("limit") or str(problem.get("type", "")).rpartition("/")[2]
    return f"{reply.status} {kind}".strip()


@contextmanager
def _listener() -> Iterator[tuple[int, list[str]]]:
    """A port on every local address that notes who calls it."""
    called: list[str] = []
    server = socket.create_server(("::", 0), family=socket.AF_INET6, dualstack_ipv6=True)

    def accept() -> None:
        while True:
            try:
                connection, peer = server.accept()
            except OSError:
                return
            called.append(str(peer))
            connection.close()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield server.getsockname()[1], called
    finally:
        server.close()


if __name__ == "__main__":
    os.environ.setdefault("PYTHONUNBUFFERED", "1")
    sys.exit(main())
