"""Places that clients share: who has the fewest goes next, and of these who had the last turn
longest ago. Nobody gets all of them.
"""

import threading
from collections import Counter
from collections.abc import Callable
from typing import Final

ANYBODY: Final = ""
"""The client of those who do not say who asks; it may have every place."""


class Ticket:
    """The wish for a place; ``wake`` is called once it is granted."""

    def __init__(self, client: str, wake: Callable[[], None]) -> None:
        self.client = client
        self.wake = wake
        self.granted = False


class Turns:
    """So many places; safe to share between threads."""

    def __init__(self, places: int, *, reserved: int = 0) -> None:
        """Keep ``reserved`` of the places from a client that has all the others."""
        self._free = places
        self._share = max(1, places - reserved)
        self._has: Counter[str] = Counter()
        self._last: dict[str, int] = {}
        self._granted = 0
        self._queue: list[Ticket] = []
        self._lock = threading.Lock()

    @property
    def wanted(self) -> bool:
        """Whether somebody waits for a place."""
        return bool(self._queue)

    def ask(self, client: str, wake: Callable[[], None]) -> Ticket:
        """Ask for a place; it may be granted at once."""
        ticket = Ticket(client, wake)
        with self._lock:
            self._queue.append(ticket)
            self._grant()
        return ticket

    def end(self, ticket: Ticket) -> None:
        """Give a place back, or wait no longer for one."""
        with self._lock:
            if ticket.granted:
                self._free += 1
                self._has[ticket.client] -= 1
            else:
                self._queue.remove(ticket)
            if not self._has[ticket.client]:
                del self._has[ticket.client]
                if all(other.client != ticket.client for other in self._queue):
                    self._last.pop(ticket.client, None)
            self._grant()

    def _grant(self) -> None:
        while self._free and (ticket := self._next()):
            self._queue.remove(ticket)
            self._free -= 1
            self._has[ticket.client] += 1
            self._granted += 1
            self._last[ticket.client] = self._granted
            ticket.granted = True
            ticket.wake()

    def _next(self) -> Ticket | None:
        able = [t for t in self._queue if t.client == ANYBODY or self._has[t.client] < self._share]
        return min(
            able, key=lambda t: (self._has[t.client], self._last.get(t.client, 0)), default=None
        )
