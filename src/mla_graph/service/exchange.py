"""One request and what is sent for it."""

import os
from collections.abc import Mapping
from typing import Final

from starlette.middleware.cors import CORSMiddleware
from starlette.responses import Response
from starlette.routing import Router
from starlette.types import Message, Receive, Scope, Send

from mla_graph.pages.language import WANTED
from mla_graph.service.context import Served
from mla_graph.service.lanes import CLIENT, Client
from mla_graph.service.telemetry import request_id
from mla_graph.service.wire.operations import Operation
from mla_graph.service.wire.reply import Finished, chosen, compressing, encoded, finish

EXPOSED_HEADERS: Final = (
    "Content-Location", "ETag", "Link", "Retry-After", "X-Missing", "X-Request-ID",
    "X-Truncated",
)  # fmt: skip
ONE_YEAR: Final = 31_536_000
"""Seconds for which browsers are held to HTTPS."""

_REQUEST_ID: Final = request_id.HEADER.lower().encode()
_NEVER_KEPT: Final = frozenset(
    (b"if-none-match", b"if-modified-since", b"if-match", b"if-unmodified-since", b"range")
)
"""Headers of a request that is never answered with a kept response."""
_ASKED: Final = (b"accept", b"accept-encoding", b"accept-language", b"origin", _REQUEST_ID)
_READ: Final = _NEVER_KEPT.union(_ASKED)
OTHER: Final = "other"

CORS: Final = CORSMiddleware(
    Router(),
    allow_origins=["*"],
    allow_methods=["GET", "HEAD", "POST", "OPTIONS"],
    allow_headers=["*"],
    expose_headers=EXPOSED_HEADERS,
)
_SHARED: Final = [(k.lower().encode(), v.encode()) for k, v in CORS.simple_headers.items()]
_HSTS: Final = (b"strict-transport-security", b"max-age=%d" % ONE_YEAR)


class Exchange:
    """One request and what was sent for it."""

    def __init__(self, served: Served, scope: Scope, receive: Receive, send: Send) -> None:
        """Read the headers on which every answer depends."""
        self.served = served
        self.scope = scope
        self.receive = receive
        self._send = send
        found: dict[bytes, str] = {}
        self.may_be_kept = scope["method"] in ("GET", "HEAD")
        for name, value in scope["headers"]:
            if name in _READ:
                if name in _NEVER_KEPT:
                    self.may_be_kept = False
                text = value.decode("latin-1")
                found[name] = f"{found[name]},{text}" if name in found else text
        given = found.get(_REQUEST_ID, "")
        name = given if request_id.WELL_FORMED.fullmatch(given) else os.urandom(8).hex()
        request_id.CURRENT.set(name)
        CLIENT.set(Client(scope, receive))
        self.accept = found.get(b"accept")
        self.coding = chosen(found.get(b"accept-encoding", ""))
        WANTED.set((scope["query_string"], found.get(b"accept-language", "")))
        self.copies = found.get(b"if-none-match")
        self._own = [(_REQUEST_ID, name.encode())]
        if b"origin" in found:
            self._own += _SHARED
        if scope["scheme"] == "https":
            self._own.append(_HSTS)
        self.operation: Operation | None = None
        self.label = OTHER
        self.key: tuple[str, ...] | None = None
        self.status = 0
        self.sent = 0

    def route(self, methods: Mapping[str, Operation]) -> None:
        """Choose the operation among those of the path, by method."""
        method = self.scope["method"]
        self.operation = methods.get("GET" if method == "HEAD" else method)
        for one in methods.values():
            self.label = one.label

    async def answer(self, response: Finished | Response) -> None:
        """Send a response that is at hand, or let one send itself."""
        if isinstance(response, Response):
            app = compressing(response, self.coding)
            await app(self.scope, self.receive, self._finishing)
            return
        self.status = response.status
        headers = [*response.headers, *self._own]
        start = {"type": "http.response.start", "status": response.status, "headers": headers}
        await self._send(start)
        body = b"" if self.scope["method"] == "HEAD" else response.body
        self.sent = len(body)
        await self._send({"type": "http.response.body", "body": body})

    async def _finishing(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = {k.decode("latin-1"): v.decode("latin-1") for k, v in message["headers"]}
            finish(self.status, headers, self.coding)
            own = self._own
            if "access-control-allow-origin" in headers:  # a preflight has what it needs
                own = [pair for pair in own if pair not in _SHARED]
            message["headers"] = [*encoded(headers), *own]
        else:
            self.sent += len(message.get("body", b""))
        await self._send(message)
