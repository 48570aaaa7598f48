"""Repeating a call within a budget of time, and giving up on one that takes too long."""

import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from types import FrameType

MOST_RUNS, FEWEST_RUNS = 50, 3


class TooLong(Exception):
    """The call took longer than allowed."""


@dataclass(frozen=True)
class Bounds:
    """Seconds: after ``budget`` a call is not repeated, after ``limit`` it is given up."""

    budget: float = 1.0
    limit: float = 20.0


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Interrupt what is within after so many seconds; only in the main thread.

    What waits in C is interrupted if it waits for the system, not while it computes.

    Raises:
        TooLong: it took longer.
    """

    def stop(number: int, frame: FrameType | None) -> None:
        raise TooLong

    assert threading.current_thread() is threading.main_thread()
    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def warm(call: Callable[[], object], bounds: Bounds) -> tuple[float, int]:
    """The median seconds of a call that was made before, and how often it was made.

    A call that is slower than the budget is made once more only.
    """
    found: list[float] = []
    fewest = 1
    while len(found) < fewest or (len(found) < MOST_RUNS and sum(found) < bounds.budget):
        found.append(once(call))
        fewest = FEWEST_RUNS if found[0] < bounds.budget else 1
    return median(found), len(found)


def once(call: Callable[[], object]) -> float:
    """The seconds of one call."""
    since = time.perf_counter()
    call()
    return time.perf_counter() - since
