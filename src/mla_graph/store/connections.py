"""Pooled connections of urllib3 that cost less and keep to the time that is left."""

import http.client
import io
import socket
import time
from typing import Any, Final, cast

from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection

_QUICK: Final[int | None] = getattr(socket, "TCP_QUICKACK", None)
"""Virtuoso sends the next piece when it hears that the last one came; Linux tells it 40 ms later,
unless it is asked before each read."""


class _TimedReader(io.RawIOBase):
    """Reads from a socket for as long as one read may take, in all.

    A server that sends a byte now and then would else be waited for without end.
    """

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._raw = sock.makefile("rb", buffering=0)  # holds the socket open until it is closed
        timeout = sock.gettimeout()
        self._deadline = None if timeout is None else time.monotonic() + timeout

    def makefile(self, _mode: str) -> io.BufferedReader:
        """What a response asks of its socket."""
        return io.BufferedReader(self)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        if self._deadline is not None:
            left = self._deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError
            self._sock.settimeout(left)
        if _QUICK is not None:
            self._sock.setsockopt(socket.IPPROTO_TCP, _QUICK, 1)
        return self._raw.readinto(buffer)

    def close(self) -> None:
        if not self.closed:
            self._raw.close()
        super().close()


class Response(http.client.HTTPResponse):
    """An answer of which each piece is acknowledged at once.

    All of it is read in the time that the socket has for one read.
    """

    def __init__(self, sock: socket.socket, *arguments: Any, **options: Any) -> None:
        super().__init__(cast(socket.socket, _TimedReader(sock)), *arguments, **options)


class _Connection:
    """A connection that takes the query of an address, encoded as it has to be, as the body of GET.

    In an address urllib3 looks at each character several times, which for SPARQL takes longer than
    everything else on our side.
    """

    response_class: type[http.client.HTTPResponse] = Response

    def request(
        self, method: str, url: str, body: Any = None, headers: Any = None, **options: Any
    ) -> None:
        """Send; see ``HTTPConnection.request``."""
        if method == "GET" and body:
            url, body = f"{url}?{body}", None
        super().request(method, url, body, headers, **options)  # type: ignore[misc]


class _Http(_Connection, HTTPConnection):
    pass


class _Https(_Connection, HTTPSConnection):
    pass


class HttpPool(HTTPConnectionPool):
    """Connections to one server."""

    ConnectionCls = _Http


class HttpsPool(HTTPSConnectionPool):
    """Connections to one server, by TLS."""

    ConnectionCls = _Https
