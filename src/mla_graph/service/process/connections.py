"""All connections of a server process: how many there may be, and which of them go."""

import asyncio
import resource
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from mla_graph.model.settings import Settings
from mla_graph.service.process import refusals
from mla_graph.service.process.refusals import Refusal

DESCRIPTORS: Final = 8192
"""Open files that a server process asks the system for, where it may have so many."""

_RESERVED: Final = 128
"""Descriptors left to queries, workers, dumps and logs."""

_LEAST: Final = 16
_EVERY: Final = 1.0


@dataclass(frozen=True)
class Limits:
    """The bounds of one connection and of all, in bytes and seconds."""

    head: int
    address: int
    body: int
    idle_time: float
    head_time: float
    body_time: float
    send_time: float
    connections: int
    per_client: int

    @classmethod
    def of(cls, settings: Settings) -> "Limits":
        """Read the bounds from the settings; trusted proxies share one address."""
        return cls(
            head=settings.max_head,
            address=settings.max_address,
            body=settings.max_body,
            idle_time=settings.idle_timeout,
            head_time=settings.head_timeout,
            body_time=settings.body_timeout,
            send_time=settings.send_timeout,
            connections=settings.max_connections,
            per_client=settings.max_connections
            if settings.trusted_proxies
            else min(settings.connections_per_client, settings.max_connections),
        )


class Member(Protocol):
    """A connection, of which there may be too many."""

    client: tuple[str, int] | None

    def check(self, now: float) -> None:
        """End the connection if one of its times is over."""

    def drop(self) -> None:
        """End the connection at once."""


class Connections:
    """The connections of one server process."""

    def __init__(self, limits: Limits) -> None:
        """Begin with none."""
        self.limits = limits
        self._capacity: int | None = None
        self._open: set[Member] = set()
        self._waiting: dict[Member, None] = {}
        self._of_client: Counter[str] = Counter()
        self._sweep: asyncio.TimerHandle | None = None

    def admit(self, member: Member) -> Refusal | None:
        """Take a connection; if there are too many, drop the one that waits longest.

        One client too many costs a connection of the same client.
        """
        if self._capacity is None:
            self._capacity = min(self.limits.connections, _spare_descriptors())
        self._open.add(member)
        self._waiting[member] = None
        client = _address(member)
        self._of_client[client] += 1
        if self._sweep is None:
            self._sweep = asyncio.get_running_loop().call_later(_EVERY, self._check)
        while longest := self._one_too_many(client):
            if longest is member:
                return refusals.too_many_connections(
                    "Too many connections have a request under way."
                )
            longest.drop()
            self.forget(longest)
        return None

    def _one_too_many(self, client: str) -> Member | None:
        assert self._capacity is not None
        if self._of_client[client] > self.limits.per_client:
            return next(each for each in self._waiting if _address(each) == client)
        return next(iter(self._waiting)) if len(self._open) > self._capacity else None

    def forget(self, member: Member) -> None:
        """Remove a connection that has ended."""
        if member not in self._open:
            return
        self._open.remove(member)
        self._waiting.pop(member, None)
        client = _address(member)
        self._of_client[client] -= 1
        if not self._of_client[client]:
            del self._of_client[client]

    def waits(self, member: Member) -> None:
        """Note that a connection has no request under way."""
        if member in self._open:
            self._waiting[member] = None

    def works(self, member: Member) -> None:
        """Note that a connection has a request under way, and must not be dropped."""
        self._waiting.pop(member, None)

    def _check(self) -> None:
        loop = asyncio.get_running_loop()
        now = loop.time()
        for member in tuple(self._open):
            member.check(now)
        self._sweep = loop.call_later(_EVERY, self._check) if self._open else None


def raise_descriptors() -> None:
    """Raise the number of open files that this process may have, as far as the system lets it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = DESCRIPTORS if hard == resource.RLIM_INFINITY else min(DESCRIPTORS, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _spare_descriptors() -> int:
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY:
        soft = DESCRIPTORS
    listed = Path("/proc/self/fd")
    used = sum(1 for _ in listed.iterdir()) if listed.is_dir() else 0
    return max(soft - used - _RESERVED, _LEAST)


def _address(member: Member) -> str:
    return member.client[0] if member.client else ""
