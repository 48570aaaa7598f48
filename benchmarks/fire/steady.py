"""A stream of questions at a fixed rate, whatever the service does."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from itertools import cycle

from benchmarks.fire.client import Connection, address
from benchmarks.fire.questions import Question


@dataclass
class Stream:
    """The seconds that each answer took, from the moment at which it was due, and what failed."""

    seconds: list[tuple[float, float]] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    reopened: int = 0

    def between(self, since: float, until: float) -> list[float]:
        """The seconds of the requests that were due in this time."""
        return [taken for due, taken in self.seconds if since <= due < until]


@contextlib.asynccontextmanager
async def steady(
    port: int, asked: Sequence[Question], rate: float, connections: int = 16
) -> AsyncIterator[Stream]:
    """Keep the stream going; a late answer does not delay the next question."""
    stream, stop = Stream(), asyncio.Event()
    free: asyncio.Queue[Connection] = asyncio.Queue()
    every = [Connection(port, address(number)) for number in range(connections)]
    for each in every:
        free.put_nowait(each)
    running: set[asyncio.Task[None]] = set()

    async def one(question: Question, due: float) -> None:
        connection = await free.get()
        reply = await connection.ask(question.request)
        free.put_nowait(connection)
        stream.seconds.append((due, time.monotonic() - due))
        if reply.status != 200 or not reply.whole:
            stream.failed.append(f"{question.request.path}: status {reply.status or 'none'}")
        elif told := question.wrong(reply):
            stream.failed.append(told)

    async def send() -> None:
        due = time.monotonic()
        for question in cycle(asked):
            if stop.is_set():
                return
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            task = asyncio.create_task(one(question, due))
            running.add(task)
            task.add_done_callback(running.discard)
            due += 1 / rate

    sender = asyncio.create_task(send())
    try:
        yield stream
    finally:
        stop.set()
        await sender
        await asyncio.gather(*running)
        stream.reopened = sum(each.reopened for each in every)
        for each in every:
            each.close()
