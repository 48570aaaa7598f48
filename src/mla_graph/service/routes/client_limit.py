"""A limit of requests of one client at the same time."""

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from ipaddress import IPv6Address, ip_address, ip_network

from starlette.requests import Request

from mla_graph.service.wire.problems import TooManyRequests


class ClientLimit:
    """Counts the requests of each client; only for the event loop's own thread."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._here: Counter[str] = Counter()

    @contextmanager
    def counted(self, client: str) -> Iterator[ExitStack]:
        """Count a request until the block ends, or until what it gives is closed if it is moved.

        Raises:
            TooManyRequests: the client has as many already.
        """
        if self._here[client] >= self._most:
            raise TooManyRequests(
                f"{self._most} ad-hoc queries of yours are being answered or wait already, the "
                "most that one client may have; ask again when one has ended.",
                limit="client",
            )
        self._here[client] += 1
        with ExitStack() as leaving:
            leaving.callback(self._leave, client)
            yield leaving

    def _leave(self, client: str) -> None:
        self._here[client] -= 1
        if not self._here[client]:
            del self._here[client]


def client_of(request: Request) -> str:
    """Give the address of the client; of IPv6 the 64 bits that a provider assigns."""
    host = request.client.host if request.client else ""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        return str(ip_network((address, 64), strict=False))
    return host
