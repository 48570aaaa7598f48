"""A lean HTTP/1.1 client: one keep-alive connection, one request at a time."""

import asyncio
import gzip
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, cast

import httptools

HOST: Final = "127.0.0.1"


@dataclass(frozen=True)
class Request:
    """What is sent; ``path`` with its query string."""

    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    method: str = "GET"
    body: bytes = b""

    def wire(self, port: int) -> bytes:
        """The bytes on the wire."""
        lines = [f"{self.method} {self.path} HTTP/1.1", f"Host: {HOST}:{port}"]
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        if self.body:
            lines.append(f"Content-Length: {len(self.body)}")
        return "\r\n".join([*lines, "", ""]).encode() + self.body


@dataclass
class Reply:
    """What came back. ``status`` 0: no answer, see ``error``; ``whole`` False: it broke off."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    whole: bool = False
    began: float = 0.0
    ended: float = 0.0
    error: str = ""

    @property
    def seconds(self) -> float:
        """From sending to the last byte."""
        return self.ended - self.began


class Connection(asyncio.Protocol):
    """A connection that is opened when it is needed, from a source address of its own.

    Every client has an address in 127.0.0.0/8, so that limits for each client see many of them.
    """

    def __init__(self, port: int, address: str = HOST) -> None:
        self._port, self._address = port, address
        self._transport: asyncio.Transport | None = None
        self._reply = Reply()
        self._parts: list[bytes] = []
        self._head_only = False
        self._done: asyncio.Future[None] | None = None
        self._parser: httptools.HttpResponseParser | None = None
        self.reopened = 0
        """How often a kept connection had been closed by the server when it was used again."""

    async def ask(self, request: Request, timeout: float = 60.0) -> Reply:
        """Send and wait for the whole answer; never raises for what the network does.

        A kept connection that was closed before any byte of the answer came is opened again once,
        as every client does (RFC 9112, section 9.3.1).
        """
        began = time.monotonic()
        kept = self._transport is not None and not self._transport.is_closing()
        reply = await self._once(request, timeout)
        if kept and reply.status == 0 and time.monotonic() - began < 1:
            self.reopened += 1
            reply = await self._once(request, timeout)
        reply.began = began
        if reply.headers.get("content-encoding") == "gzip" and reply.body and reply.whole:
            reply.body = gzip.decompress(reply.body)
        return reply

    def close(self) -> None:
        """Let go of the connection."""
        if self._transport is not None:
            self._transport.abort()

    async def _once(self, request: Request, timeout: float) -> Reply:
        self._reply, self._parts = Reply(), []
        self._head_only = request.method == "HEAD"
        loop = asyncio.get_running_loop()
        try:
            if self._transport is None or self._transport.is_closing():
                await loop.create_connection(
                    lambda: self, HOST, self._port, local_addr=(self._address, 0)
                )
            if self._transport is None:
                raise ConnectionResetError
            self._parser = httptools.HttpResponseParser(self)
            self._done = loop.create_future()
            self._transport.write(request.wire(self._port))
            await asyncio.wait_for(self._done, timeout)
        except (OSError, TimeoutError) as error:
            self._reply.error = repr(error)
            self.close()
        self._done = None
        self._reply.ended = time.monotonic()
        self._reply.body = b"".join(self._parts)
        return self._reply

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def connection_lost(self, error: Exception | None) -> None:
        self._transport = None
        self._finish()

    def data_received(self, data: bytes) -> None:
        assert self._parser is not None
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError:
            self.close()

    def on_header(self, name: bytes, value: bytes) -> None:
        self._reply.headers[name.decode().lower()] = value.decode("latin-1")

    def on_headers_complete(self) -> None:
        assert self._parser is not None
        self._reply.status = self._parser.get_status_code()
        if self._head_only:
            self.on_message_complete()

    def on_body(self, data: bytes) -> None:
        self._parts.append(data)

    def on_message_complete(self) -> None:
        self._reply.whole = True
        self._finish()

    def _finish(self) -> None:
        if self._done is not None and not self._done.done():
            self._done.set_result(None)


def address(number: int, network: int = 1) -> str:
    """The loopback address of a client."""
    return f"127.0.{network}.{1 + number % 250}"


def reset_on_close(sock: socket.socket) -> None:
    """Have ``close`` break the connection off at once instead of ending it in order."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
