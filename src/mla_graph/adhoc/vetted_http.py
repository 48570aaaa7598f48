"""HTTP to named hosts on the public internet and to nothing else, bounded in time and bytes."""

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Collection
from contextlib import closing, suppress
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Final
from urllib.parse import SplitResult, urljoin, urlsplit

from mla_graph import __version__
from mla_graph.model.about import ISSUES_URL

Address = IPv4Address | IPv6Address

_USER_AGENT: Final = f"mla-graph/{__version__} ({ISSUES_URL})"
"""Who calls and where to complain, as the policy of Wikimedia asks."""
_PORTS: Final = {"http": 80, "https": 443}
_REDIRECTS: Final = (301, 302, 307, 308)
_MOST_REDIRECTS: Final = 3
_NAT64: Final = IPv6Network("64:ff9b::/96")


class Refused(Exception):
    """The address may not be asked; says why, in a sentence for the caller."""


class Unanswered(Exception):
    """The host gave no answer that can be used; says why, without a full stop."""


class VettedHttp:
    """Sends requests to the hosts on a list, and only if their addresses are public.

    A name is resolved here, once for each request, and the connection is made to the address that
    was looked at, so no name server can point elsewhere in between. Redirects are looked at alike.
    """

    def __init__(
        self,
        hosts: Collection[str],
        *,
        most_bytes: int = 4 << 20,
        exempt: Collection[Address] = (),
    ) -> None:
        """``hosts`` are ``name`` (on the usual ports) or ``name:port``; ``exempt`` is for tests."""
        self._hosts = frozenset(host.lower().rstrip(".") for host in hosts)
        self._most_bytes = most_bytes
        self._exempt = frozenset(exempt)

    def post(
        self, url: str, body: bytes, content_type: str, accept: str, until: float
    ) -> tuple[str, bytes]:
        """The media type and the body of the answer, by the time ``until`` (``time.monotonic``).

        Raises:
            Refused: the address, or one that it redirects to, may not be asked.
            Unanswered: there was no answer, or not in time, or too large, or not 200.
        """
        headers = {
            "Content-Type": content_type,
            "Accept": accept,
            "Accept-Encoding": "identity",
            "Connection": "close",
            "User-Agent": _USER_AGENT,
        }
        for _ in range(_MOST_REDIRECTS + 1):
            parts, port = self._permitted(url)
            address = self._public(parts.hostname or "", port)
            connection = _connection(parts.scheme, parts.hostname or "", port, address, until)
            target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            with closing(connection), _Watch(connection, until):
                try:
                    connection.request("POST", target, body, headers)
                    response = connection.getresponse()
                    location = response.getheader("Location")
                    if response.status in _REDIRECTS and location:
                        url = urljoin(url, location)
                        continue
                    return self._read(url, response, until)
                except (OSError, http.client.HTTPException, ValueError) as error:
                    late = time.monotonic() >= until
                    reason = "not in time" if late else str(error) or type(error).__name__
                    raise Unanswered(f"{url}: {reason}") from None
        raise Unanswered(f"{url}: too many redirects")

    def _read(
        self, url: str, response: http.client.HTTPResponse, until: float
    ) -> tuple[str, bytes]:
        if response.status != 200:
            raise Unanswered(f"{url}: status {response.status}")
        if response.getheader("Content-Encoding", "identity") != "identity":
            raise Unanswered(f"{url}: a compressed answer, which was not asked for")
        body = response.read(self._most_bytes + 1)
        if len(body) > self._most_bytes:
            raise Unanswered(f"{url}: more than {self._most_bytes} bytes")
        if time.monotonic() >= until:  # an end that may be that of the watch
            raise Unanswered(f"{url}: not in time")
        if response.length:
            raise Unanswered(f"{url}: cut off")
        media_type = response.getheader("Content-Type", "").partition(";")[0].strip().lower()
        return media_type, body

    def _permitted(self, url: str) -> tuple[SplitResult, int]:
        try:
            parts = urlsplit(url)
            port = parts.port or _PORTS[parts.scheme]
        except (ValueError, KeyError):
            raise Refused(f"{url} is no address of http or https.") from None
        name = (parts.hostname or "").lower().rstrip(".")
        usual = port == _PORTS[parts.scheme] and name in self._hosts
        if parts.username is not None or not (usual or f"{name}:{port}" in self._hosts):
            raise Refused(f"{url} may not be called from here.")
        return parts, port

    def _public(self, host: str, port: int) -> Address:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            raise Unanswered(f"{host} cannot be resolved") from None
        addresses = [ip_address(str(entry[4][0]).partition("%")[0]) for entry in found]
        if not all(address in self._exempt or is_public(address) for address in addresses):
            raise Refused(f"{host} is not on the public internet.")
        return addresses[0]


def is_public(address: Address) -> bool:
    """Whether an address, and any that is wrapped in it, is one of the public internet."""
    wrapped: Address | None = None
    if isinstance(address, IPv6Address):
        if address in _NAT64:
            wrapped = IPv4Address(int(address) & 0xFFFFFFFF)
        elif address.teredo is not None:
            wrapped = address.teredo[1]
        else:
            wrapped = address.ipv4_mapped or address.sixtofour
        if address.is_site_local:
            return False
    if wrapped is not None:
        return is_public(wrapped)
    return address.is_global and not address.is_multicast and not address.is_reserved


def _connection(scheme: str, host: str, port: int, address: Address, until: float) -> "_Vetted":
    """A connection to the address that was looked at; TLS and ``Host`` name the host."""
    kind = _VettedHttps if scheme == "https" else _Vetted
    connection = kind(host, port, timeout=max(0.01, until - time.monotonic()))
    connection.address = str(address)
    return connection


class _Vetted(http.client.HTTPConnection):
    address = ""
    opened: socket.socket | None = None
    """The socket, which ``sock`` no longer is while the answer is read."""

    def connect(self) -> None:
        self.sock = socket.create_connection((self.address, self.port), self.timeout)
        self.opened = self.sock


class _VettedHttps(_Vetted):
    default_port = 443

    def connect(self) -> None:
        super().connect()
        self.sock = ssl.create_default_context().wrap_socket(
            self.sock, server_hostname=self.host, do_handshake_on_connect=False
        )
        self.opened = self.sock
        self.sock.do_handshake()


class _Watch:
    """Ends a connection at its time, however slowly the other side keeps sending."""

    def __init__(self, connection: _Vetted, until: float) -> None:
        self._timer = threading.Timer(max(0.0, until - time.monotonic()), self._end)
        self._timer.daemon = True
        self._connection = connection

    def __enter__(self) -> None:
        self._timer.start()

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()

    def _end(self) -> None:
        if self._connection.opened is not None:
            with suppress(OSError):
                self._connection.opened.shutdown(socket.SHUT_RDWR)
