"""A pool of worker processes for strangers' queries.

A query cannot be interrupted, and a hostile one can crash the process that parses it. So each runs
in a worker that is killed at the deadline and replaced; others run on meanwhile.
"""

import json
import logging
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, Self, cast

import pyoxigraph as ox

from mla_graph.adhoc import worker
from mla_graph.adhoc.bounded import CHUNK, MARKED
from mla_graph.adhoc.federation import NO_SERVICE, Federation, Table
from mla_graph.adhoc.process import START_UP, Cut, Failure, WorkerProcess
from mla_graph.model.errors import (
    AnswerTooLarge,
    InputError,
    LimitReached,
    MlaGraphError,
    QuerySyntaxError,
    StoreUnavailable,
    UnsupportedFormat,
)
from mla_graph.model.sparql_calls import calls_service, may_call_service
from mla_graph.model.sparql_text import nested_beyond, refusal
from mla_graph.model.terms import iri_term
from mla_graph.store.formats import DUMPS, RESULTS, TRIPLES

Kind = Literal["select", "boolean", "graph"]

HEAD: Final = CHUNK
"""An answer of up to so many bytes is whole before anything is said of it."""

_MOST_NESTED: Final = 500
_GRAPHS: Final = TRIPLES | DUMPS
_TOO_NESTED: Final = "The query is too deeply nested to be parsed."
_CRASHES: Final = (-signal.SIGSEGV, -signal.SIGBUS)

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Bounds:
    """The most that an answer may have; None: as much as there is."""

    rows: int | None = None
    size: int | None = None


class Interruption:
    """A way to end a query from another thread while ``AdhocPool.run`` waits for its answer."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: _Running | None = None
        self.stopped = False

    def stop(self) -> None:
        """End the query, now or when it begins; ``run`` then raises something."""
        with self._lock:
            self.stopped = True
            if self._running is not None:
                self._running.interrupt()

    def begins(self, running: "_Running") -> None:
        """The query has a worker, which does not know of it yet.

        Raises:
            LimitReached: the query is not wanted any more.
        """
        with self._lock:
            if self.stopped:
                raise LimitReached("The query was stopped before it began.", limit="left")
            self._running = running

    def ends(self) -> None:
        """The worker is no longer waited for."""
        with self._lock:
            self._running = None


class AdhocAnswer:
    """An answer on its way. A worker is kept busy until it is read to its end or closed."""

    def __init__(self, running: "_Running", kind: Kind, format: str, media_type: str) -> None:
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
        """The bytes of the answer, in place of ``chunks``; raises what that does."""
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
        except _Ended as ended:
            self.close()
            raise ended.reason from None
        except BaseException:
            self.close()
            raise

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
                raise self._running.too_much(cut.bound) from None
            self.truncated = True
            data = b""
        if not data:
            self.close()
        return data


class AdhocPool:
    """Workers on one store folder; safe to share between threads.

    `size` queries run at a time, for `deadline` seconds and in `memory` bytes each; a query that
    finds no free worker waits for `wait` seconds (the deadline unless given). `spare` workers
    stand by for those that are killed. Other endpoints are called by `federation` or not at all.
    `lost` is told why a worker was replaced: time, memory, crash, or unread (the answer was not
    wanted to its end, or is too large).
    """

    def __init__(
        self,
        store_dir: Path,
        *,
        union_default_graph: bool = False,
        size: int = 2,
        deadline: float = 10.0,
        memory: int = 1 << 30,
        wait: float | None = None,
        spare: int = 1,
        federation: Federation | None = None,
        lost: Callable[[str], None] = lambda reason: None,
    ) -> None:
        self.lost = lost
        self._deadline = deadline
        self._memory = memory
        self._wait = deadline if wait is None else wait
        self._federation = federation
        self._arguments = (
            str(store_dir),
            "union" if union_default_graph else "default",
            str(memory),
            str(deadline),
        )
        self._slots = threading.Semaphore(size)
        self._lock = threading.Lock()
        self._closed = False
        self._idle = deque(WorkerProcess(self._arguments) for _ in range(size + spare))

    def run(
        self,
        text: str,
        accept: Callable[[Kind], str],
        *,
        base: str | None = None,
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
        bounds: Bounds = Bounds(),
        interruption: Interruption | None = None,
    ) -> AdhocAnswer:
        """Answer a query. When this returns, the answer is whole or its first 64 KiB are here.

        `accept` is told the kind of the answer and names the format: json, xml, csv, tsv for a
        SELECT; json, xml for an ASK; turtle, ntriples, jsonld, rdfxml, trig, nquads for a graph.
        What it raises is passed on. `base` is the base of relative IRIs. `default_graphs` and
        `named_graphs` are the data set of the query (SPARQL 1.1 Protocol, section 2.1.4); without
        them it is the store's own. A table in JSON or XML that reaches a bound ends with a mark
        (`truncated`); any other answer is refused, or breaks off.

        The deadline counts the time in which the worker is waited for, not that in which the
        answer is not read.

        Raises:
            QuerySyntaxError: the text is not a query; with line and column.
            UpdateRefused: the text is an update.
            InputError: the query calls another endpoint, which it may not.
            InvalidValue: a graph is not named by an IRI.
            UnsupportedFormat: this kind of answer does not have the format.
            LimitReached: the query took too long, too much memory, gave more than the bounds,
                or no worker was free; `limit` is time, memory, rows, bytes, queue or
                left (stopped by ``interruption`` before it began).
            StoreUnavailable: the store cannot be opened or read.
        """
        if nested_beyond(text, _MOST_NESTED):
            raise QuerySyntaxError(_TOO_NESTED, line=None, column=None)
        left = self._deadline
        pieces: list[str | Table] = [text]
        missing: list[str] = []
        if calls_service(text):
            if self._federation is None:
                raise InputError(NO_SERVICE)
            began = time.monotonic()
            pieces, missing = self._federation.called(text, base, began + left)
            left -= time.monotonic() - began
        request = _request(pieces, base, default_graphs, named_graphs, bounds)
        tables = [piece for piece in pieces if isinstance(piece, Table)]
        if not self._slots.acquire(timeout=self._wait):
            raise LimitReached(
                "All workers are busy with other queries; try again in a moment.", limit="queue"
            )
        try:
            running = _Running(self, self._take(), text, left)
        except BaseException:
            self._slots.release()
            raise
        interruption = interruption or Interruption()
        try:
            interruption.begins(running)
            answer = self._begin(running, request, tables, accept)
        except BaseException:
            running.end()
            raise
        finally:
            interruption.ends()
        answer.missing[:0] = missing
        return answer

    def close(self) -> None:
        """End the workers; those that run a query finish it first."""
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, deque()
        for each in idle:
            each.end()

    def __del__(self) -> None:
        """The end of a pool that was let go of, once no query uses it."""
        self.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _begin(
        self,
        running: "_Running",
        request: bytes,
        tables: Sequence[Table],
        accept: Callable[[Kind], str],
    ) -> AdhocAnswer:
        """The answer of the worker or, if it ends over the query, that of a fresh one."""
        running.worker.get_ready()
        try:
            return _answer(running, request, tables, accept)
        except _Ended as ended:
            if running.interrupted or not ended.may_be_by_chance:
                raise ended.reason from None
        running.replace()
        try:
            return _answer(running, request, tables, accept)
        except _Ended as ended:
            raise ended.reason from None

    def _take(self) -> WorkerProcess:
        with self._lock:
            if self._closed:
                raise StoreUnavailable("The store was closed while the query waited.")
            chosen = self._idle.popleft()
        if not chosen.alive():  # ended while idle, for example for want of memory
            chosen.end()
            chosen = self.fresh()
        return chosen

    def fresh(self) -> WorkerProcess:
        """A new worker."""
        return WorkerProcess(self._arguments)

    def give_back(self, used: WorkerProcess, why: str) -> None:
        """Take a worker that was lent to a query, or a fresh one in its place; say why."""
        try:
            if not used.at_rest:
                self.lost(why)
                used.end()
            with self._lock:
                if not self._closed:
                    self._idle.append(used if used.at_rest else self.fresh())
                    return
            used.end()
        finally:
            self._slots.release()

    def too_slow(self) -> LimitReached:
        """The error for a query that runs into the deadline."""
        return LimitReached(
            f"The query took longer than {self._deadline:g} s; ask for less, or more precisely.",
            limit="time",
        )

    def too_large(self) -> LimitReached:
        """The error for a query that runs into the limit on memory."""
        return LimitReached(
            f"The query needs more than the {self._memory >> 20} MiB of memory that it may have; "
            "ask for less, or more precisely.",
            limit="memory",
        )


class _Ended(Exception):
    """The worker has ended, or is out of memory, over a query."""

    def __init__(self, reason: MlaGraphError, may_be_by_chance: bool) -> None:
        super().__init__(reason.detail)
        self.reason = reason
        self.may_be_by_chance = may_be_by_chance


class _Running:
    """A query in a worker that is lent to it; `left` seconds of its deadline are left."""

    def __init__(self, pool: AdhocPool, lent: WorkerProcess, text: str, left: float) -> None:
        self.worker = lent
        self.delivered = False
        self.interrupted = False
        self._pool = pool
        self._text = text
        self._left = left
        self._why = "unread"
        self._given_back = False
        self._lock = threading.Lock()

    def receive(self, expected: bytes) -> bytes:
        """The worker's next message.

        Raises:
            LimitReached, StoreUnavailable, InputError: there is none; why.
            Cut: the answer has reached a bound.
        """
        began = time.monotonic()
        try:
            data = self.worker.receive(began + self._left, expected)
        except Failure as failure:
            raise self._explained(failure) from None
        except TimeoutError:
            self._why = "time"
            raise self._pool.too_slow() from None
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
            raise self._pool.too_slow() from None
        self._left -= time.monotonic() - began

    def end(self) -> None:
        """Give the worker back, once."""
        with self._lock:
            if self._given_back:
                return
            self._given_back = True
        self._pool.give_back(self.worker, self._why)

    def too_much(self, bound: str) -> AnswerTooLarge:
        """The error for an answer that reaches a bound and cannot be marked as cut."""
        return AnswerTooLarge(
            f"The answer has more {bound} than are given; ask for less, for example with LIMIT"
            " and OFFSET.",
            limit=bound,
        )

    def _explained(self, failure: Failure) -> MlaGraphError | _Ended:
        if failure.what == "syntax":
            return refusal(self._text, failure.message)
        if failure.what == "memory":
            return _Ended(self._pool.too_large(), self.worker.asked > 1)
        if failure.what == "query":
            return InputError(f"The query cannot be answered: {failure.message.rstrip('.')}.")
        if may_call_service(self._text):
            return InputError(NO_SERVICE)
        return StoreUnavailable(f"The store cannot be read: {failure.message}")

    def _end_explained(self) -> _Ended:
        status = self.worker.status()
        if not self.interrupted:
            _log.warning("a worker ended over a query, with status %d", status)
            self._why = {-signal.SIGABRT: "memory", -signal.SIGXCPU: "time"}.get(status, "crash")
        if status in _CRASHES:
            return _Ended(QuerySyntaxError(_TOO_NESTED, line=None, column=None), True)
        if status == -signal.SIGXCPU:
            return _Ended(self._pool.too_slow(), False)
        if may_call_service(self._text):  # the engine gives up when it may not set up TLS
            return _Ended(InputError(NO_SERVICE), False)
        by_memory = status == -signal.SIGABRT
        return _Ended(self._pool.too_large(), not by_memory or self.worker.asked > 1)


def _answer(
    running: _Running, request: bytes, tables: Sequence[Table], accept: Callable[[Kind], str]
) -> AdhocAnswer:
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


def _request(
    pieces: Sequence[str | Table],
    base: str | None,
    default_graphs: Sequence[str],
    named_graphs: Sequence[str],
    bounds: Bounds,
) -> bytes:
    texts = [
        piece if isinstance(piece, str) else {"table": piece.media_type, "silent": piece.silent}
        for piece in pieces
    ]
    try:
        "".join(text for text in texts if isinstance(text, str)).encode()
    except UnicodeEncodeError:
        raise QuerySyntaxError(
            "The query holds half a character (a lone surrogate).", line=None, column=None
        ) from None
    return json.dumps(
        {
            "pieces": texts,
            "base": base,
            "default_graph": [iri_term(g, "default-graph-uri").value for g in default_graphs],
            "named_graphs": [iri_term(g, "named-graph-uri").value for g in named_graphs],
            "max_rows": bounds.rows,
            "max_bytes": bounds.size,
        }
    ).encode()


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
