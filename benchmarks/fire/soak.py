"""``make fire-soak``: a long mixed load with faults injected, every answer checked.

Clients with think time ask what `questions` knows the answers of, on keep-alive connections.
Meanwhile workers are killed, ``current`` moves between two releases, and bad clients read a byte a
second, stop in the middle of a request, or break off. Held: no wrong answer, no 5xx but for a
query whose worker was killed, no request without an answer, no stack trace, memory flat.
"""

import argparse
import asyncio
import contextlib
import json
import random
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import uvloop

from benchmarks.fire import page, results
from benchmarks.fire.client import HOST, Connection, Reply, Request, address, reset_on_close
from benchmarks.fire.figures import percentile, slope
from benchmarks.fire.questions import Question, questions
from benchmarks.fire.second_release import second_release
from benchmarks.fire.server import Memory, Server, running
from mla_graph.model.settings import Settings
from mla_graph.model.sources import Sources
from mla_graph.release.build import ensure
from mla_graph.release.directory import Release, switch

MIB_PER_HOUR: Final = 20.0
"""Memory counts as flat below this slope, and below a tenth of itself an hour."""

LONG: Final = 10.0
"""Minutes. A shorter run sees the memory grow to its size and says nothing of its slope."""

_ENDLESS: Final = b"SELECT * WHERE { ?a ?b ?c . ?d ?e ?f }"
_KILL_SHADOW: Final = 2.0
"""Seconds after a kill in which a query may still meet the worker that was killed."""


@dataclass
class Account:
    """What happened."""

    taken: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    other: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    releases: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    injected: Counter[str] = field(default_factory=Counter)
    kills: list[float] = field(default_factory=list)
    switched: list[float] = field(default_factory=list)
    reopened: int = 0

    def count(self, kind: str, question: Question, reply: Reply) -> None:
        """Put one answer under what it is."""
        self.taken[kind].append(reply.seconds)
        outcome = str(reply.status) if reply.status else "none"
        if reply.status == 200 and reply.whole:
            if kind != "head" and (told := question.wrong(reply)):
                self.faults[f"wrong: {told}"] += 1
            return
        if reply.status == 304 and kind == "not modified" and not reply.body:
            return
        if kind == "adhoc" and (deliberate := self._deliberate(reply)):
            outcome = f"{outcome} {deliberate}"
        else:
            said = reply.error or reply.body[:200].decode(errors="replace")
            self.faults[f"{question.request.path}: status {outcome} {said}"] += 1
        self.other[kind][outcome] += 1

    def _deliberate(self, reply: Reply) -> str | None:
        """Why an ad-hoc query was refused in good order; None if it was not."""
        if reply.status == 429 and "retry-after" in reply.headers:
            return "busy"
        shadow = any(reply.began - _KILL_SHADOW <= at <= reply.ended for at in self.kills)
        if reply.status in (200, 503) and shadow:
            return "worker killed"
        try:
            limit = json.loads(reply.body).get("limit")
        except ValueError:
            return None
        busy = reply.status == 503 and limit == "queue" and "retry-after" in reply.headers
        return "busy" if busy else None


class Soak:
    """The load on one server."""

    def __init__(
        self, server: Server, asked: Sequence[Question], releases: Sequence[Release], home: Path,
        options: argparse.Namespace,
    ) -> None:  # fmt: skip
        self._server, self._asked, self._options = server, asked, options
        self._releases, self._home = releases, home
        self._until = time.monotonic() + options.minutes * 60
        self.account = Account()

    async def run(self) -> None:
        """All clients and all faults until the time is over."""
        tasks = [self._client(number) for number in range(self._options.clients)]
        tasks += [self._bad(act, number) for number, act in enumerate(self._bad_acts() * 2)]
        tasks += [self._kill_workers(), self._switch(), self._tell()]
        await asyncio.gather(*tasks)

    async def _client(self, number: int) -> None:
        chance = random.Random(self._options.seed * 1000 + number)
        connection = Connection(self._server.port, address(number))
        tags: dict[str, str] = {}
        while self._running():
            question = self._asked[int(len(self._asked) * chance.random() ** 2)]
            kind, request = question.kind, question.request
            tag = tags.get(request.path)
            dice = chance.random()
            if request.method == "GET" and dice < 0.05:
                kind, request = "head", replace(request, method="HEAD")
            elif tag and dice < 0.2:
                kind = "not modified"
                request = replace(request, headers={**request.headers, "If-None-Match": tag})
            reply = await connection.ask(request)
            self.account.count(kind, question, reply)
            if reply.status == 200 and reply.whole:
                if request.method == "GET" and "etag" in reply.headers:
                    tags[request.path] = reply.headers["etag"]
                if kind == "rows" and (release := question.stated(reply.body)):
                    self.account.releases[release] += 1
            elif reply.status in (429, 503):
                await asyncio.sleep(min(5.0, float(reply.headers.get("retry-after", 1))))
            await asyncio.sleep(chance.expovariate(1 / self._options.think))
        self.account.reopened += connection.reopened
        connection.close()

    async def _kill_workers(self) -> None:
        chance = random.Random(self._options.seed)
        while self._running():
            await asyncio.sleep(chance.expovariate(1 / self._options.kill_every))
            self.account.kills.append(time.monotonic())
            if self._server.kill_a_worker(chance):
                self.account.injected["workers killed"] += 1

    async def _switch(self) -> None:
        turn = 0
        while self._running():
            await asyncio.sleep(self._options.switch_every)
            turn += 1
            release = self._releases[turn % len(self._releases)]
            switch(self._home, release)
            self.account.injected["release switches"] += 1
            moved, told = time.monotonic(), None
            while time.monotonic() < moved + 10 and told != release.id:
                await asyncio.sleep(0.2)
                told = await asyncio.to_thread(self._server.release)
            if told == release.id:
                self.account.switched.append(time.monotonic() - moved)

    def _bad_acts(self) -> list[Any]:
        return [self._read_slowly, self._write_slowly, self._half_open, self._break_off]

    async def _bad(self, act: Any, number: int) -> None:
        chance = random.Random(number)
        while self._running():
            with contextlib.suppress(OSError, TimeoutError):
                reader, writer = await asyncio.open_connection(
                    HOST, self._server.port, limit=1, local_addr=(address(number, 2), 0)
                )
                try:
                    await act(reader, writer, chance)
                    self.account.injected[act.__name__.strip("_").replace("_", " ")] += 1
                finally:
                    reset_on_close(writer.get_extra_info("socket"))
                    writer.close()
            await asyncio.sleep(chance.uniform(0.2, 2))

    async def _read_slowly(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, chance: random.Random
    ) -> None:
        request = Request("/api/queries/coverage", {"Accept": "text/csv"})
        if chance.random() < 0.3:
            request = Request("/dumps/mla-graph.nt")
        writer.write(request.wire(self._server.port))
        for _ in range(20):
            await reader.read(1)
            await asyncio.sleep(1)

    async def _write_slowly(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, chance: random.Random
    ) -> None:
        for byte in Request("/api/queries/states").wire(self._server.port)[:20]:
            writer.write(bytes([byte]))
            await asyncio.sleep(1)

    async def _half_open(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, chance: random.Random
    ) -> None:
        head = b"POST /sparql HTTP/1.1\r\nHost: a\r\nContent-Type: application/sparql-query\r\n"
        writer.write(head + b"Content-Length: 1000\r\n\r\nSELECT")
        await asyncio.sleep(20)

    async def _break_off(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, chance: random.Random
    ) -> None:
        request = Request("/api/queries/coverage", {"Accept": "text/csv"})
        if chance.random() < 0.2:
            headers = {"Content-Type": "application/sparql-query"}
            request = Request("/sparql", headers, "POST", _ENDLESS)
        writer.write(request.wire(self._server.port))
        await asyncio.wait_for(reader.read(1), chance.uniform(0.01, 1))

    async def _tell(self) -> None:
        while self._running():
            await asyncio.sleep(min(10, max(0.1, self._until - time.monotonic())))
            account = self.account
            answers = sum(map(len, account.taken.values()))
            told = dict(account.injected)
            print(f"{answers:,} answers, {account.faults.total()} faults, {told}", flush=True)

    def _running(self) -> bool:
        return bool(time.monotonic() < self._until)


def main() -> int:
    """Run, write results and page; 1 if anything did not hold."""
    options = _options()
    settings = Settings.from_environ()
    sources = Sources.shipped()
    first = ensure(settings, sources, print)
    releases = [first, second_release(settings.home, sources)]
    print("computing the expected answers of both releases", flush=True)
    asked = questions(releases, options.seed)
    differ = sum(1 for one in asked if one.expected[first.id] != one.expected[releases[1].id])
    print(f"{len(asked)} questions, {differ} with another answer in the second release")
    with tempfile.TemporaryDirectory(prefix="mla-graph-fire-") as scratch:
        log = Path(scratch, "server.log")
        try:
            with (
                running(settings.home, log, workers=options.workers) as server,
                Memory(server, every=1.0) as memory,
            ):
                soak = Soak(server, asked, releases, settings.home, options)
                began = time.monotonic()
                uvloop.run(soak.run())
                seconds = time.monotonic() - began
                tracebacks = server.tracebacks()
                if tracebacks:
                    Path("build").mkdir(exist_ok=True)
                    Path("build", "fire-soak.log").write_bytes(log.read_bytes())
        finally:
            switch(settings.home, first)
    found = _figures(soak.account, memory, options, seconds, tracebacks, differ / len(asked))
    found = results.write("soak", found)
    page.write()
    print(page.soak(found))
    for line in found["failed"]:
        print(f"DID NOT HOLD  {line}")
    return 1 if found["failed"] else 0


def _figures(
    account: Account, memory: Memory, options: argparse.Namespace, seconds: float,
    tracebacks: int, differ: float,
) -> dict[str, Any]:  # fmt: skip
    answers = sum(map(len, account.taken.values()))
    late = [(at, servers / 2**20) for at, servers, _ in memory.series if at > seconds / 3]
    rise, middle = slope(_floor(late)), percentile([mib for _, mib in late], 0.5)
    failed = [f"{number} × {what}" for what, number in account.faults.most_common(20)]
    if options.minutes >= LONG and rise > max(MIB_PER_HOUR, middle / 10):
        failed.append(f"memory rises by {rise:.0f} MiB an hour")
    if tracebacks:
        failed.append(f"{tracebacks} stack traces in the log")
    seen = len(account.switched), account.injected["release switches"]
    if seen[0] < seen[1]:
        failed.append(f"{seen[1] - seen[0]} of {seen[1]} release switches were not served in 10 s")
    table = {
        "answers checked": f"{answers:,}",
        "answers a second": f"{answers / seconds:.0f}",
        "questions whose answer differs between the releases": f"{differ:.0%}",
        "wrong answers": sum(n for what, n in account.faults.items() if what.startswith("wrong")),
        "other faults": sum(
            n for what, n in account.faults.items() if not what.startswith("wrong")
        ),
        **account.injected,
        "slowest switch until served": f"{max(account.switched, default=0):.1f} s",
        "answers by release": ", ".join(f"{n:,}" for n in account.releases.values()),
        "kept connections opened again": account.reopened,
        "memory of the server, middle": f"{middle:.0f} MiB",
        "slope of its floor over the last two thirds": f"{rise:+.1f} MiB an hour",
        "most memory of the workers together": f"{max(w for *_, w in memory.series) >> 20} MiB",
    }
    kinds = {
        kind: {
            "answers": len(taken),
            "p50": percentile(taken, 0.5),
            "p99": percentile(taken, 0.99),
            "other": dict(account.other[kind]),
        }
        for kind, taken in sorted(account.taken.items())
    }
    return {
        "minutes": options.minutes, "clients": options.clients, "workers": options.workers,
        "table": table, "kinds": kinds, "failed": failed, "memory": _thinned(memory),
    }  # fmt: skip


def _floor(series: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """The least of each minute, with the hour: what a leak raises.

    A release that is loaded while the old one is still there moves all else by a third.
    """
    least: dict[int, float] = {}
    for at, mib in series:
        minute = int(at // 60)
        least[minute] = min(mib, least.get(minute, mib))
    return [(minute / 60, mib) for minute, mib in least.items()]


def _thinned(memory: Memory) -> list[tuple[int, int, int]]:
    """About a hundred samples: seconds, MiB of the servers, MiB of the workers."""
    step = max(1, len(memory.series) // 100)
    return [(round(at), a >> 20, b >> 20) for at, a, b in memory.series[::step]]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make fire-soak")
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--clients", type=int, default=64)
    parser.add_argument("--think", type=float, default=0.5, help="mean seconds between requests")
    parser.add_argument("--workers", type=int, default=1, help="server processes")
    parser.add_argument("--kill-every", type=float, default=5.0, help="seconds between kills")
    parser.add_argument("--switch-every", type=float, default=20.0, help="seconds, of releases")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
