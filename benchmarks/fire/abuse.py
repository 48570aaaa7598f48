"""``make fire-abuse``: what took the service down once, while saved queries go on.

Each abuse is sent again and again, with other words each time, from processes of their own. Held:
the answers are those that it may get, the 99th percentile of the stream stays within three times
the calm one, no request of the stream is lost, no stack trace is logged, and the memory of the
service ends within 50 MiB of where it began.
"""

import argparse
import asyncio
import os
import random
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, field
from itertools import count
from multiprocessing import get_context
from pathlib import Path
from typing import Final

from benchmarks.fire import page, results
from benchmarks.fire.abuses import abuses
from benchmarks.fire.figures import percentile
from benchmarks.fire.questions import Question, dossier_like, questions
from benchmarks.fire.server import Memory, Server, running
from benchmarks.fire.steady import Stream, steady
from mla_graph.model.settings import Settings
from mla_graph.model.sources import Sources
from mla_graph.release.build import ensure
from mla_graph.release.directory import Release, read

FACTOR: Final = 3.0
LOUD: Final = 0.010
"""Seconds. A p99 below this is held to be calm whatever it was before: it is noise."""
MOST_GROWN: Final = 50 << 20
_LIMITS: Final = {"MLA_QUERY_TIMEOUT": "5", "MLA_SEND_TIMEOUT": "10"}


@dataclass
class Told:
    """What one abuse did."""

    kind: str
    name: str
    answers: dict[str, int]
    p99: float
    slowest: float
    grown: int
    stream: int
    lost: int
    faults: list[str] = field(default_factory=list)


def main() -> int:
    """Run all, write results and page; 1 if anything did not hold."""
    options = _options()
    settings = Settings.from_environ()
    asked = dossier_like(questions([_release(options.release, settings)], options.seed))[:200]
    with tempfile.TemporaryDirectory(prefix="mla-graph-fire-") as scratch:
        log = Path(scratch, "server.log")
        with running(settings.home, log, environment=_LIMITS, store=options.release) as server:
            found = asyncio.run(_all(server, asked, options))
            tracebacks = server.tracebacks()
    failed = [f"{one['kind']} {one['name']}: {f}" for one in found["abuses"] for f in one["faults"]]
    failed += [f"{tracebacks} stack traces in the log"] if tracebacks else []
    if found["grown"] > MOST_GROWN:
        failed.append(f"the service holds {found['grown'] >> 20} MiB more than before")
    found = results.write("abuse", found | {"failed": failed})
    page.write()
    for line in failed:
        print(f"DID NOT HOLD  {line}")
    print("All held." if not failed else f"{len(failed)} did not hold.")
    return 1 if failed else 0


def _release(folder: Path | None, settings: Settings) -> Release:
    if folder is None:
        return ensure(settings, Sources.shipped(), lambda text: print(text, file=sys.stderr))
    release = read(folder)
    if release is None:
        raise SystemExit(f"{folder} holds no release")
    return release


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make fire-abuse")
    parser.add_argument("--seconds", type=float, default=8.0, help="the least for each abuse")
    parser.add_argument("--calm", type=float, default=30.0, help="seconds of calm before")
    parser.add_argument("--rate", type=float, default=50.0, help="saved queries a second")
    parser.add_argument("--only", default="", help="abuses with this in their kind or name")
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 30))
    parser.add_argument("--release", type=Path, help="folder of a release to serve")
    return parser.parse_args()


async def _all(
    server: Server, asked: list[Question], options: argparse.Namespace
) -> dict[str, object]:
    """Calm, then every abuse, then the memory that is left."""
    with (
        Memory(server) as memory,
        ProcessPoolExecutor(4, get_context("spawn"), initializer=os.nice, initargs=[10]) as pool,
    ):
        async with steady(server.port, asked, options.rate) as stream:
            await asyncio.sleep(20)  # until caches are as warm and the graph as loaded as they get
            since = time.monotonic()
            await asyncio.sleep(options.calm)
            calm = percentile(stream.between(since, time.monotonic() - 1), 0.99)
            before = memory.servers
            print(f"calm: p99 {calm * 1e3:.1f} ms, {before >> 20} MiB", flush=True)
            told = []
            for number, one in enumerate(abuses()):
                if options.only in f"{one.kind} {one.name}":
                    told.append(await _one(number, stream, memory, calm, pool, options, server))
                    print(page.abuse_line(asdict(told[-1])), flush=True)
            await asyncio.sleep(12)  # the send time, and what was left is gone
            after = memory.servers
    return {
        "seconds": options.seconds, "rate": options.rate, "seed": options.seed, "calm": calm,
        "before": before, "after": after, "grown": after - before,
        "abuses": [asdict(one) for one in told],
    }  # fmt: skip


async def _one(
    number: int,
    stream: Stream,
    memory: Memory,
    calm: float,
    pool: ProcessPoolExecutor,
    options: argparse.Namespace,
    server: Server,
) -> Told:
    abuse = list(abuses())[number]
    lost, since, before = len(stream.failed), time.monotonic(), memory.servers
    memory.begin()
    loop = asyncio.get_running_loop()
    counted = await asyncio.gather(
        *(
            loop.run_in_executor(
                pool, act, number, server.port, options.seed + client, options.seconds
            )
            for client in range(abuse.clients)
        )
    )
    until = time.monotonic()
    await asyncio.sleep(1.5)  # the last requests of the stream
    taken = stream.between(since, until)
    answers = Counter[str]()
    for some in counted:
        answers.update(some)
    told = Told(
        abuse.kind, abuse.name, dict(answers.most_common()), percentile(taken, 0.99),
        max(taken, default=0.0), memory.peak_servers - before, len(taken),
        len(stream.failed) - lost,
    )  # fmt: skip
    told.faults = [f"answer {one}" for one in answers if one not in abuse.held]
    if told.p99 > max(FACTOR * calm, LOUD):
        told.faults.append(f"p99 {told.p99 * 1e3:.0f} ms, calm {calm * 1e3:.0f} ms")
    told.faults += [f"lost: {line}" for line in stream.failed[lost:][:3]]
    return told


def act(number: int, port: int, seed: int, seconds: float) -> dict[str, int]:
    """Abuse the service for so long; count its answers. In a process of its own."""
    abuse, answers = list(abuses())[number], Counter[str]()
    until = time.monotonic() + seconds
    for variant in count():
        try:
            answers[abuse.act(port, random.Random(f"{seed} {variant}"))] += 1
        except OSError as error:
            answers[type(error).__name__] += 1
        if time.monotonic() > until:
            break
    return dict(answers)


if __name__ == "__main__":
    sys.exit(main())
