"""Connections that keep to a point in time and acknowledge each piece at once.

The read and write timeouts of a request are points of ``time.monotonic``: a server that sends a
byte now and then is not waited for without end.
"""

import socket
import ssl
import time
from collections.abc import Iterable
from typing import Any, Final

import httpcore
import httpx

_QUICK: Final[int | None] = getattr(socket, "TCP_QUICKACK", None)
"""A server with Nagle's algorithm sends the next piece when it hears that the last one came; Linux
says so 40 ms later, unless it is asked before each read."""
_KEPT: Final = 16
"""Idle connections that wait for the next request."""


class Network(httpcore.NetworkBackend):
    """Opens connections to the host of a request."""

    def __init__(self) -> None:
        self._sockets = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect within ``timeout`` seconds; see ``httpcore.NetworkBackend``."""
        return _Stream(
            self._sockets.connect_tcp(host, port, timeout, local_address, socket_options)
        )


class _Stream(httpcore.NetworkStream):
    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self._stream = stream
        self._socket: socket.socket = stream.get_extra_info("socket")

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        left = _left(timeout, httpcore.ReadTimeout)
        if _QUICK is not None:
            self._socket.setsockopt(socket.IPPROTO_TCP, _QUICK, 1)
        return self._stream.read(max_bytes, left)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _left(timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        return _Stream(self._stream.start_tls(ssl_context, server_hostname, timeout))

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def transport(
    network: httpcore.NetworkBackend, tls: ssl.SSLContext, proxy: str | None = None
) -> httpx.HTTPTransport:
    """Make a transport of httpx over this network; ``proxy`` is the address of one."""
    made = httpx.HTTPTransport(
        verify=tls,
        proxy=proxy,
        limits=httpx.Limits(
            max_connections=None, max_keepalive_connections=_KEPT, keepalive_expiry=None
        ),
    )
    made._pool._network_backend = network  # httpx has no public way to say this
    return made


def time_limits(connect: float, until: float) -> httpx.Timeout:
    """Give the time limits of a request: seconds for the connection, a point in time for all."""
    return httpx.Timeout(connect=connect, read=until, write=until, pool=connect)


def _left(until: float | None, late: type[Exception]) -> float | None:
    if until is None:
        return None
    left = until - time.monotonic()
    if left <= 0:
        raise late
    return left
