"""Which calls are so short that a thread would cost more than they do."""

import time
from collections.abc import Callable, Hashable
from typing import Final, TypeVar

T = TypeVar("T")

SHORT: Final = 0.002
"""Seconds of processor time for which the event loop may be held up."""

UNKNOWN: Final = 2 * SHORT
"""What a call is thought to take before any was made: some dozen short ones disprove it."""

CERTAIN: Final = 5 * SHORT
"""From here one call is believed; below, only if the one before it took long too (noise)."""

FADING: Final = 0.98
"""How much of the worst is left after one more call: half of it after 34."""


class Pace:
    """The worst recent time of the calls under each key, in seconds of processor time.

    The worst fades with every call after it: a call of 2 ms is forgiven at once, one of 100 ms
    after two hundred. Threads may lose each other's notes, which then come with the next call.
    """

    def __init__(self) -> None:
        self._worst: dict[Hashable, float] = {}
        self._last: dict[Hashable, float] = {}

    def short(self, key: Hashable) -> bool:
        """Whether the next call under this key will be short, as far as one can know."""
        return self._worst.get(key, UNKNOWN) < SHORT

    def timed(self, key: Hashable, call: Callable[[], T]) -> T:
        """Make the call and note how long it took, whether it returns or raises."""
        since = time.thread_time()
        try:
            return call()
        finally:
            self.note(key, time.thread_time() - since)

    def note(self, key: Hashable, taken: float) -> None:
        """Note that a call took so many seconds of processor time."""
        believed = taken if taken >= CERTAIN else min(taken, self._last.get(key, taken))
        self._last[key] = taken
        self._worst[key] = max(believed, self._worst.get(key, UNKNOWN) * FADING)
