"""Threads for calls that wait, shared by clients in turns and left by those who leave."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Final, NamedTuple, TypeVar

import anyio
import anyio.to_thread
from starlette.requests import ClientDisconnect
from starlette.types import Receive, Scope

from mla_graph.adhoc.turns import ANYBODY, Ticket, Turns
from mla_graph.model.errors import LimitReached
from mla_graph.service.wire.problems import TooManyRequests

T = TypeVar("T")


class Client(NamedTuple):
    """Who sent the request that is answered."""

    scope: Scope
    receive: Receive

    @property
    def address(self) -> str:
        """Give the address of the client; of IPv6 the 64 bits that a provider assigns."""
        host: str = (self.scope.get("client") or [""])[0]
        try:
            address = ip_address(host)
        except ValueError:
            return host
        if isinstance(address, IPv6Address):
            if address.ipv4_mapped is not None:
                return str(address.ipv4_mapped)
            return str(ip_network((address, 64), strict=False))
        return host


CLIENT: Final[ContextVar[Client | None]] = ContextVar("client", default=None)


async def until_left(client: Client) -> None:
    """Wait until the client has left; what it still sends is dropped."""
    while (await client.receive())["type"] != "http.disconnect":
        pass


class Lane:
    """Threads for one kind of call, so that no kind can hold up another.

    Of the calls that wait, the next is one of the client with the fewest under way.
    """

    def __init__(
        self, running: int, waiting: int, moved: Callable[[int], None] = lambda change: None
    ) -> None:
        """Let so many run and so many wait; ``moved`` is told 1 for each call, -1 at its end."""
        self._moved = moved
        self._limiter = anyio.CapacityLimiter(running)
        self._turns = Turns(running)
        self._most = running + waiting
        self._here: Counter[str] = Counter()

    async def run(self, call: Callable[[], T]) -> T:
        """Run the call in a thread.

        Raises:
            LimitReached: too many calls wait already, or too many of this client.
            ClientDisconnect: the client has left while the call waited.
        """
        client = CLIENT.get()
        address = client.address if client else ANYBODY
        if self._here.total() >= self._most or 2 * self._here[address] > self._most:
            raise LimitReached("The service is busy; try again in a few seconds.")
        self._here[address] += 1
        self._moved(1)
        try:
            ticket = await self._turn(client, address)
            try:
                return await anyio.to_thread.run_sync(call, limiter=self._limiter)
            finally:
                self._turns.end(ticket)
        finally:
            self._here[address] -= 1
            if not self._here[address]:
                del self._here[address]
            self._moved(-1)

    async def _turn(self, client: Client | None, address: str) -> Ticket:
        granted = asyncio.Event()
        ticket = self._turns.ask(address, granted.set)
        if ticket.granted:
            return ticket
        waiting: list[asyncio.Future[object]] = [asyncio.ensure_future(granted.wait())]
        if client:
            waiting.append(asyncio.ensure_future(until_left(client)))
        try:
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            if not ticket.granted:
                raise ClientDisconnect
        except BaseException:
            self._turns.end(ticket)
            raise
        finally:
            for each in waiting:
                each.cancel()
        return ticket


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
