"""Signals of a server process: SIGHUP for a new release, SIGTERM and SIGINT to stop."""

import asyncio
import signal
import threading
from types import FrameType

from mla_graph.service.context import ServiceContext


def heed_signals(context: ServiceContext) -> None:
    """Install the handlers; to be called in the event loop after the server's own.

    SIGHUP: look for a new release now. SIGTERM, SIGINT: report not ready, answer for the time
    that the setting gives to load balancers, then stop as the server does: it takes no new
    connection and finishes what runs.
    """
    if threading.current_thread() is not threading.main_thread():
        return  # a test or another program has the event loop and the signals
    signal.signal(signal.SIGHUP, lambda number, frame: context.look_now())
    for number in (signal.SIGTERM, signal.SIGINT):
        _drain_before(number, context, asyncio.get_running_loop())


def _drain_before(
    number: signal.Signals, context: ServiceContext, loop: asyncio.AbstractEventLoop
) -> None:
    stop = signal.getsignal(number)
    if not callable(stop):
        return
    seconds = context.settings.drain_seconds

    def leave(number: int, frame: FrameType | None) -> None:
        first, context.leaving = not context.leaving, True
        if first and seconds:
            loop.call_soon_threadsafe(loop.call_later, seconds, stop, number, None)
        else:
            stop(number, frame)

    signal.signal(number, leave)
