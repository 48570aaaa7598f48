"""An answer on its way from a worker."""

import json
import logging
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import Final, Literal, Protocol, cast

import pyoxigraph as ox

from mla_graph.adhoc import worker
from mla_graph.adhoc.bounded import CHUNK, MARKED
from mla_graph.adhoc.federation import Table
from mla_graph.adhoc.outcomes import Ended, Limits, too_much, why_ended, why_failed
from mla_graph.adhoc.process import START_UP, Cut, Failure, WorkerProcess
from mla_graph.adhoc.turns import ANYBODY, Ticket
from mla_graph.model.errors import LimitReached, UnsupportedFormat
from mla_graph.store.formats import DUMPS, RESULTS, TRIPLES

Kind = Literal["select", "boolean", "graph"]

HEAD: Final = CHUNK
"""An answer of up to so many bytes is read whole before its header is sent."""

_GRAPHS: Final = TRIPLES | DUMPS

_log = logging.getLogger(__name__)


class Lender(Protocol):
    """The pool, as a query sees it."""

    limits: Limits
    lost: Callable[[str], None]

    def fresh(self) -> WorkerProcess:
        """Start a worker."""

    @property
    def wanted(self) -> bool:
        """Whether a query waits for a worker."""

    def give_back(self, used: WorkerProcess, ticket: Ticket, why: str) -> None:
        """Take a worker and its place back; ``why`` it is replaced if it is not at rest."""


class Running:
    """A query in a worker that is lent to it; `left` seconds of its deadline are left."""

    def __init__(
        self, pool: Lender, lent: WorkerProcess, ticket: Ticket, text: str, left: float
    ) -> None:
        self.worker = lent
        self._ticket = ticket
        self.delivered = False
        self.interrupted = False
        self._pool = pool
        self._text = text
        self._left = left
        self._why = "unread"
        self._given_back = False
        self._lock = threading.Lock()

    def receive(self, expected: bytes) -> bytes:
        """Wait for the worker's next message.

        Raises:
            LimitReached, StoreUnavailable, InputError: there is none; why.
            Cut: the answer has reached a bound.
        """
        began = time.monotonic()
        try:
            data = self.worker.receive(began + self._left, expected)
        except Failure as failure:
            raise why_failed(failure, self._text, self._pool.limits, self.worker.asked) from None
        except TimeoutError:
            self._why = "time"
            raise self._pool.limits.too_slow() from None
        except (EOFError, ConnectionError):
            raise self._end_explained() from None
        finally:
            self._left -= time.monotonic() - began
        self.delivered = self.delivered or expected == worker.DATA
        return data

    def interrupt(self) -> None:
        """End the worker; called from another thread."""
        self.interrupted = True
        self.worker.process.kill()

    def replace(self) -> None:
        """Go on with a fresh worker, as the one that was lent has ended."""
        self._pool.lost(self._why)
        self._why = "unread"
        self.worker.end()
        self.worker = self._pool.fresh()
        self.delivered = False
        began = time.monotonic()
        try:
            self.worker.get_ready(min(self._left, START_UP))
        except TimeoutError:
            raise self._pool.limits.too_slow() from None
        self._left -= time.monotonic() - began

    def end(self) -> None:
        """Give the worker back, once."""
        with self._lock:
            if self._given_back:
                return
            self._given_back = True
        self._pool.give_back(self.worker, self._ticket, self._why)

    @property
    def wanted(self) -> bool:
        """Whether another query waits for the worker."""
        return self._pool.wanted

    def _end_explained(self) -> Ended:
        status = self.worker.status()
        if not self.interrupted:
            _log.warning("a worker ended over a query, with status %d", status)
            self._why = {-signal.SIGABRT: "memory", -signal.SIGXCPU: "time"}.get(status, "crash")
        return why_ended(status, self._text, self._pool.limits, self.worker.asked)


class Interruption:
    """A way to end a query of a client while ``AdhocPool.run`` waits in another thread."""

    def __init__(self, client: str = ANYBODY) -> None:
        self.client: Final = client
        self._lock = threading.Lock()
        self._running: Running | None = None
        self._wake: Callable[[], None] = lambda: None
        self.stopped = False

    def stop(self) -> None:
        """End the query, now or when it begins; ``run`` then raises something."""
        with self._lock:
            self.stopped = True
            self._wake()
            if self._running is not None:
                self._running.interrupt()

    def waits(self, wake: Callable[[], None]) -> None:
        """Have ``wake`` called if the query is not wanted any more while it waits for its turn."""
        with self._lock:
            self._wake = wake
            if self.stopped:
                wake()

    def begins(self, running: "Running") -> None:
        """Note the worker that is about to get the query.

        Raises:
            LimitReached: the query is not wanted any more.
        """
        with self._lock:
            if self.stopped:
                raise LimitReached("The query was stopped before it began.", limit="left")
            self._running = running

    def ends(self) -> None:
        """Forget the worker."""
        with self._lock:
            self._running = None


class AdhocAnswer:
    """An answer on its way. A worker is kept busy until it is read to its end or closed."""

    def __init__(self, running: Running, kind: Kind, format: str, media_type: str) -> None:
        self.kind: Final = kind
        self.format: Final = format
        self.media_type: Final = media_type
        self.truncated = False
        """Whether rows were left out; known at the end."""
        self.missing: list[str] = []
        """Why other endpoints that were called SILENT gave nothing, a sentence each."""
        self._running = running
        self._held = bytearray()
        self._whole = False

    @property
    def size(self) -> int | None:
        """The number of bytes of an answer that is whole already."""
        return len(self._held) if self._whole else None

    def read(self) -> bytes:
        """Read the whole answer, in place of ``chunks``; raise the same errors."""
        return b"".join(self.chunks)

    @property
    def chunks(self) -> Iterator[bytes]:
        """The bytes of the answer as they come.

        Raises:
            LimitReached, StoreUnavailable: the rest cannot be had.
        """
        try:
            while chunk := self.next_chunk():
                yield chunk
        finally:
            self.close()

    def next_chunk(self) -> bytes:
        """Wait for the next bytes; nothing at the end. Raises what ``chunks`` does."""
        if self._held:
            chunk = bytes(self._held)
            self._held.clear()
            return chunk
        if self._whole:
            return b""
        try:
            return self._receive()
        except Ended as ended:
            self.close()
            raise ended.reason from None
        except BaseException:
            self.close()
            raise

    @property
    def wanted(self) -> bool:
        """Whether another query waits for the worker that this answer keeps busy."""
        return not self._whole and self._running.wanted

    def interrupt(self) -> None:
        """Make a ``next_chunk`` that waits in another thread end soon."""
        if not self._whole:
            self._running.interrupt()

    def close(self) -> None:
        """Give the worker back; what was not read is lost."""
        self._whole = True
        self._running.end()

    def hold(self) -> None:
        """Read until the answer is whole or large."""
        while not self._whole and len(self._held) < HEAD:
            self._held += self._receive()

    def _receive(self) -> bytes:
        try:
            data = self._running.receive(worker.DATA)
        except Cut as cut:
            if self.format not in MARKED or (cut.bound == "bytes" and not self._running.delivered):
                raise too_much(cut.bound) from None
            self.truncated = True
            data = b""
        if not data:
            self.close()
        return data


def begin_answer(
    running: Running, request: bytes, tables: Sequence[Table], accept: Callable[[Kind], str]
) -> AdhocAnswer:
    """Send the query to its worker, and read the beginning of the answer.

    Raises:
        Ended: the worker ended over the query.
        MlaGraphError: whatever ``AdhocPool.run`` raises.
    """
    with suppress(ConnectionError):  # the worker has ended, which the next line tells
        running.worker.ask(request, [table.body for table in tables])
    unread = json.loads(running.receive(worker.TABLES)) if tables else {}
    kind = cast(Kind, running.receive(worker.KIND).decode())
    try:
        format = accept(kind)
        media_type = _media_type(kind, format)
    except BaseException:
        running.worker.cancel()
        raise
    with suppress(ConnectionError):
        running.worker.link.send_bytes(f"{format} {media_type}".encode())
    answer = AdhocAnswer(running, kind, format, media_type)
    answer.missing = [f"{tables[int(n)].endpoint}: {why}" for n, why in unread.items()]
    answer.hold()
    return answer


def _media_type(kind: Kind, format: str) -> str:
    formats: dict[str, ox.RdfFormat] | dict[str, ox.QueryResultsFormat]
    formats = _GRAPHS if kind == "graph" else RESULTS
    names = [name for name in formats if kind != "boolean" or name in ("json", "xml")]
    if format not in names:
        what = {"select": "SELECT", "boolean": "ASK", "graph": "CONSTRUCT or DESCRIBE"}[kind]
        raise UnsupportedFormat(
            f"There is no format {format!r} for the answer to a {what} query; "
            f"there are {', '.join(names)}.",
            value=format,
            valid=names,
        )
    return formats[format].media_type
