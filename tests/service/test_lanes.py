"""Calls that wait for a thread: in turns between clients, and not for clients that have left."""

import threading
from collections.abc import Awaitable, Callable

import anyio
import pytest
from starlette.requests import ClientDisconnect
from starlette.types import Message

from mla_graph.model.errors import LimitReached
from mla_graph.service.lanes import CLIENT, Client, Lane


def of(address: str, receive: Callable[[], Awaitable[Message]]) -> None:
    CLIENT.set(Client({"client": (address, 1)}, receive))


async def stays() -> Message:
    await anyio.sleep_forever()
    raise AssertionError


async def leaves() -> Message:
    return {"type": "http.disconnect"}


def test_the_next_call_is_of_the_client_that_has_the_fewest() -> None:
    done: list[str] = []

    async def main() -> None:
        lane, open_ = Lane(running=1, waiting=9), threading.Event()

        async def call(address: str) -> None:
            of(address, stays)
            await lane.run(lambda: (open_.wait(5), done.append(address)))

        async with anyio.create_task_group() as group:
            for address in ("192.0.2.1", "192.0.2.1", "192.0.2.1", "192.0.2.2"):
                group.start_soon(call, address)
                await anyio.sleep(0.01)
            open_.set()

    anyio.run(main)
    assert done == ["192.0.2.1", "192.0.2.2", "192.0.2.1", "192.0.2.1"]


def test_a_call_of_a_client_that_has_left_is_not_begun() -> None:
    done: list[str] = []

    async def main() -> None:
        lane, open_ = Lane(running=1, waiting=9), threading.Event()
        async with anyio.create_task_group() as group:
            group.start_soon(lane.run, lambda: open_.wait(5))
            await anyio.sleep(0.01)
            of("192.0.2.1", leaves)
            with pytest.raises(ClientDisconnect):
                await lane.run(lambda: done.append("in vain"))
            open_.set()

    anyio.run(main)
    assert done == []


def test_one_client_cannot_fill_the_queue() -> None:
    async def main() -> None:
        lane, open_ = Lane(running=1, waiting=5), threading.Event()

        async def call(address: str) -> None:
            of(address, stays)
            await lane.run(lambda: open_.wait(5))

        async with anyio.create_task_group() as group:
            for _ in range(4):
                group.start_soon(call, "192.0.2.1")
                await anyio.sleep(0.01)
            of("192.0.2.1", stays)
            with pytest.raises(LimitReached):
                await lane.run(lambda: None)
            group.start_soon(call, "192.0.2.2")
            await anyio.sleep(0.01)
            open_.set()

    anyio.run(main)
