"""What each of uvicorn's HTTP protocols, and ours, costs a request: processor time, no network.

``python -m benchmarks.servers.protocols``; zttp is measured where it is installed.
"""

import asyncio
import time
from collections.abc import Callable
from functools import partial
from importlib.util import find_spec
from typing import Any, Final

import uvicorn
import uvloop
from uvicorn.importer import import_from_string
from uvicorn.server import ServerState

from mla_graph.model.settings import Settings
from mla_graph.service.process.connection import Connection
from mla_graph.service.process.connections import Connections, Limits

_REQUEST: Final = (
    b"GET /api/queries/languages HTTP/1.1\r\nHost: localhost:8000\r\nUser-Agent: curl/7.88.1\r\n"
    b"Accept: */*\r\nAccept-Encoding: gzip, deflate, br\r\nX-Request-ID: abc\r\n\r\n"
)
_HEADERS: Final = [(b"content-type", b"text/plain"), (b"content-length", b"5"), (b"etag", b'"x"')]
_COUNT: Final = 3_000
_ROUNDS: Final = 7


class _Nowhere:
    """A transport that drops what is written."""

    def __getattr__(self, name: str) -> Callable[..., Any]:
        return lambda *arguments: 0 if name == "get_write_buffer_size" else None


async def _answer(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
    await send({"type": "http.response.body", "body": b"hello"})


async def _microseconds(make: Callable[..., Any]) -> float:
    config = uvicorn.Config(_answer, log_config=None, ws="none", access_log=False)
    config.load()
    protocol = make(
        config=config, server_state=ServerState(), app_state={}, _loop=asyncio.get_running_loop()
    )
    protocol.connection_made(_Nowhere())
    since = time.process_time()
    for _ in range(_COUNT):
        protocol.data_received(_REQUEST)
        await asyncio.sleep(0)
        while not protocol.cycle.response_complete:
            await asyncio.sleep(0)
    spent = time.process_time() - since
    protocol.connection_lost(None)
    return spent / _COUNT * 1e6


def main() -> None:
    """Print the best of several rounds for each protocol."""
    protocols = {"ours": partial(Connection, Connections(Limits.of(Settings())))}
    for name in ("httptools", "h11", "zttp"):
        if find_spec(name):
            protocols[name] = import_from_string(uvicorn.config.HTTP_PROTOCOLS[name])
    best = dict.fromkeys(protocols, float("inf"))
    for _ in range(_ROUNDS):
        for name, make in protocols.items():
            best[name] = min(best[name], uvloop.run(_microseconds(make)))
    for name, spent in best.items():
        print(f"{name}: {spent:.1f} µs")


if __name__ == "__main__":
    main()
