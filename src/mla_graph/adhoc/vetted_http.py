"""HTTP to named hosts on the public internet and to nothing else, bounded in time and bytes."""

import socket
import ssl
import time
from collections.abc import Collection, Iterable
from functools import cached_property
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any, Final
from urllib.parse import urljoin

import httpcore
import httpx

from mla_graph.model.about import ISSUES_URL
from mla_graph.store.http import AGENT
from mla_graph.store.network import Network, time_limits, transport

Address = IPv4Address | IPv6Address

_USER_AGENT: Final = f"{AGENT} ({ISSUES_URL})"
"""Who calls and where to complain, as the policy of Wikimedia asks."""
_PORTS: Final = {"http": 80, "https": 443}
_LARGEST_PORT: Final = 65_535
_MOST_REDIRECTS: Final = 3
_REDIRECTS: Final = (301, 302, 307, 308)
_NAT64: Final = IPv6Network("64:ff9b::/96")


class Refused(Exception):
    """The address may not be asked; says why, in a sentence for the caller."""


class Unanswered(Exception):
    """The host gave no answer that can be used; says why, without a full stop."""


class VettedNetwork(Network):
    """Opens connections to public addresses alone.

    A name is resolved once for each connection, and the connection goes to the address that was
    checked, so no name server can point elsewhere in between. TLS and ``Host`` name the host.
    """

    def __init__(self, exempt: Collection[Address] = ()) -> None:
        """Check every address; ``exempt`` is for tests."""
        super().__init__()
        self._exempt = frozenset(exempt)

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the address of the host that was checked.

        Raises:
            Refused: an address of the host is not public.
            Unanswered: the host has no address.
        """
        address = str(self.public_address(host, port))
        return super().connect_tcp(address, port, timeout, local_address, socket_options)

    def public_address(self, host: str, port: int) -> Address:
        """Resolve the host, and check every address that it has.

        Raises:
            Refused: an address of the host is not public.
            Unanswered: the host has no address.
        """
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            raise Unanswered(f"{host} cannot be resolved") from None
        addresses = [ip_address(str(entry[4][0]).partition("%")[0]) for entry in found]
        if not all(address in self._exempt or is_public(address) for address in addresses):
            raise Refused(f"{host} is not on the public internet.")
        return addresses[0]


class VettedHttp:
    """Sends requests to the hosts on a list; see ``VettedNetwork``. Redirects are checked alike."""

    def __init__(
        self,
        hosts: Collection[str],
        *,
        most_bytes: int = 4 << 20,
        network: httpcore.NetworkBackend | None = None,
    ) -> None:
        """``hosts`` are ``name`` (on the usual ports) or ``name:port``."""
        self._hosts = frozenset(host.lower().rstrip(".") for host in hosts)
        self._most_bytes = most_bytes
        self._network = network or VettedNetwork()

    def post(
        self, url: str, body: bytes, content_type: str, accept: str, until: float
    ) -> tuple[str, bytes]:
        """Give media type and body of the answer, by the time ``until`` (``time.monotonic``).

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
        # A client for one call: no connection, cookie or credential outlives it.
        sending = transport(self._network, self._tls)
        with httpx.Client(transport=sending, trust_env=False) as client:
            for _ in range(_MOST_REDIRECTS + 1):
                target = self._permitted(url)
                limits = time_limits(max(0.01, until - time.monotonic()), until)
                try:
                    request = client.build_request(
                        "POST", target, content=body, headers=headers, timeout=limits
                    )
                    response = client.send(request, stream=True)
                    location = response.headers.get("Location")
                    if response.status_code in _REDIRECTS and location:
                        response.close()
                        url = urljoin(url, location)
                        continue
                    return self._read(url, response)
                except httpx.TimeoutException:
                    raise Unanswered(f"{url}: not in time") from None
                except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
                    raise Unanswered(f"{url}: {str(error) or type(error).__name__}") from None
        raise Unanswered(f"{url}: too many redirects")

    def _read(self, url: str, response: httpx.Response) -> tuple[str, bytes]:
        if response.status_code != 200:
            raise Unanswered(f"{url}: status {response.status_code}")
        if response.headers.get("Content-Encoding", "identity") != "identity":
            raise Unanswered(f"{url}: a compressed answer, which was not asked for")
        body = bytearray()
        for piece in response.iter_raw():
            body += piece
            if len(body) > self._most_bytes:
                raise Unanswered(f"{url}: more than {self._most_bytes} bytes")
        media_type = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        return media_type, bytes(body)

    def _permitted(self, url: str) -> httpx.URL:
        """Parse the address, once: what is checked is what is sent."""
        try:
            target = httpx.URL(url)
            usual_port = _PORTS[target.scheme]
            port = target.port or usual_port
            if port > _LARGEST_PORT:
                raise ValueError(port)
            name = target.host.lower().rstrip(".")
        except (httpx.InvalidURL, ValueError, KeyError):
            raise Refused(f"{url[:200]} is no address of http or https.") from None
        listed = f"{name}:{port}" in self._hosts or (port == usual_port and name in self._hosts)
        if target.userinfo or not listed:
            raise Refused(f"{url} may not be called from here.")
        return target

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        return ssl.create_default_context()


def is_public(address: Address) -> bool:
    """Tell whether an address, and any that is wrapped in it, is one of the public internet."""
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
