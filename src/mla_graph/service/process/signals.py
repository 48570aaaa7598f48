"""What a server process does with signals: look for a new release, and leave in good order."""

import asyncio
import signal
import threading
from types import FrameType

from mla_graph.service.context import ServiceContext


def heed_signals(context: ServiceContext) -> None:
    """Take signals for this process; called in the event loop once the server has its handlers.

    SIGHUP: look at once whether there is a new release. SIGTERM, SIGINT: say that the process is
    not ready, go on answering for the time that the setting gives to load balancers, then let the
    server stop as it does: it takes no new connection and finishes what runs.
    """
    if threading.current_thread() is not threading.main_thread():
        return  # a test or another program holds the event loop; signals are its own
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
