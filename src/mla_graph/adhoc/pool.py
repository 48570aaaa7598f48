"""A pool of worker processes for strangers' queries.

A query cannot be interrupted, and a hostile one can crash the process that parses it. So each runs
in a worker that is killed at the deadline and replaced; others run on meanwhile.
"""

import json
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Pipe
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import Final, Literal, NoReturn, Self, cast

import pyoxigraph as ox

from mla_graph.adhoc import worker
from mla_graph.adhoc.federation import calls_service, may_call_service
from mla_graph.model.errors import (
    InputError,
    LimitReached,
    QuerySyntaxError,
    StoreUnavailable,
    UnsupportedFormat,
)
from mla_graph.model.terms import iri_term
from mla_graph.store.formats import DUMPS, RESULTS, TRIPLES
from mla_graph.store.query_text import refusal

Kind = Literal["select", "boolean", "graph"]

IN_MEMORY: Final = 4 << 20
"""An answer of up to so many bytes is kept in memory, a larger one in a temporary file."""

_START_UP: Final = 30.0
_GRAPHS: Final = TRIPLES | DUMPS
_NO_SERVICE: Final = "This query calls another endpoint (SERVICE); only this graph is asked here."


@dataclass(frozen=True)
class AdhocAnswer:
    """A whole answer; `chunks` can be read once and hold `size` bytes."""

    kind: Kind
    format: str
    media_type: str
    size: int
    chunks: Iterator[bytes]

    def read(self) -> bytes:
        """The bytes of the answer, in place of `chunks`."""
        return b"".join(self.chunks)


class AdhocPool:
    """Workers on one store folder; safe to share between threads.

    `size` queries run at a time, for `deadline` seconds and in `memory` bytes each; a query that
    finds no free worker waits for `wait` seconds (the deadline unless given). `spare` workers
    stand by for those that are killed.
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
    ) -> None:
        self._deadline = deadline
        self._memory = memory
        self._wait = deadline if wait is None else wait
        self._arguments = (
            str(store_dir),
            "union" if union_default_graph else "default",
            str(memory),
            str(deadline),
        )
        self._slots = threading.Semaphore(size)
        self._lock = threading.Lock()
        self._closed = False
        self._idle = deque(_Worker(self._arguments) for _ in range(size + spare))

    def run(
        self,
        text: str,
        accept: Callable[[Kind], str],
        *,
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
        max_bytes: int | None = None,
    ) -> AdhocAnswer:
        """Answer a query. It is whole when this returns, so no answer breaks off half-way.

        `accept` is told the kind of the answer and names the format: json, xml, csv, tsv for a
        SELECT; json, xml for an ASK; turtle, ntriples, jsonld, rdfxml, trig, nquads for a graph.
        What it raises is passed on. `default_graphs` and `named_graphs` are the data set of the
        query (SPARQL 1.1 Protocol, section 2.1.4); without them it is the store's own.

        Raises:
            QuerySyntaxError: the text is not a query; with line and column.
            UpdateRefused: the text is an update.
            InputError: the query calls another endpoint.
            InvalidValue: a graph is not named by an IRI.
            UnsupportedFormat: this kind of answer does not have the format.
            LimitReached: the query took too long, too much memory, gave more than `max_bytes`,
                or no worker was free; `limit` is time, memory, size or queue.
            StoreUnavailable: the store cannot be opened or read.
        """
        if calls_service(text):
            raise InputError(_NO_SERVICE)
        request = _request(text, default_graphs, named_graphs)
        if not self._slots.acquire(timeout=self._wait):
            raise LimitReached(
                "All workers are busy with other queries; try again in a moment.", limit="queue"
            )
        try:
            chosen = self._take()
            try:
                return self._ask(chosen, text, request, accept, max_bytes)
            finally:
                self._give_back(chosen)
        finally:
            self._slots.release()

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

    def _take(self) -> "_Worker":
        with self._lock:
            if self._closed:
                raise StoreUnavailable("The store was closed while the query waited.")
            chosen = self._idle.popleft()
        if chosen.process.poll() is not None:  # ended while idle, for example for want of memory
            chosen.end()
            chosen = _Worker(self._arguments)
        return chosen

    def _give_back(self, used: "_Worker") -> None:
        if not used.at_rest:
            used.end()
        with self._lock:
            if not self._closed:
                self._idle.append(used if used.at_rest else _Worker(self._arguments))
                return
        used.end()

    def _ask(
        self,
        chosen: "_Worker",
        text: str,
        request: bytes,
        accept: Callable[[Kind], str],
        max_bytes: int | None,
    ) -> AdhocAnswer:
        try:
            chosen.get_ready()
            until = chosen.ask(request, self._deadline)
            kind = cast(Kind, chosen.receive(until, worker.KIND).decode())
            try:
                format = accept(kind)
                media_type = _media_type(kind, format)
            except BaseException:
                chosen.cancel()
                raise
            chosen.link.send_bytes(media_type.encode())
            body = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 (closed by _chunks)
            while data := chosen.receive(until, worker.DATA):
                body.write(data)
                if max_bytes is not None and body.tell() > max_bytes:
                    raise LimitReached(
                        f"The answer has more than {max_bytes} bytes; ask for less, for example "
                        "with LIMIT.",
                        limit="size",
                    )
            return AdhocAnswer(kind, format, media_type, body.tell(), _chunks(body))
        except _Failure as failure:
            self._explain(failure, text)
        except TimeoutError:
            raise LimitReached(
                f"The query took longer than {self._deadline:g} s; ask for less, or more "
                "precisely.",
                limit="time",
            ) from None
        except (EOFError, ConnectionError):
            self._explain_end(chosen.status(), text)

    def _explain(self, failure: "_Failure", text: str) -> NoReturn:
        if failure.what == "syntax":
            raise refusal(text, failure.message) from None
        if failure.what == "memory":
            raise self._too_large() from None
        if may_call_service(text):
            raise InputError(_NO_SERVICE) from None
        raise StoreUnavailable(f"The store cannot be read: {failure.message}") from None

    def _explain_end(self, status: int, text: str) -> NoReturn:
        if status in (-signal.SIGSEGV, -signal.SIGBUS):
            raise QuerySyntaxError(
                "The query is too deeply nested to be parsed.", line=None, column=None
            ) from None
        if may_call_service(text):  # the engine gives up when it may not set up TLS
            raise InputError(_NO_SERVICE) from None
        raise self._too_large() from None

    def _too_large(self) -> LimitReached:
        return LimitReached(
            f"The query needs more than the {self._memory >> 20} MiB of memory that it may have; "
            "ask for less, or more precisely.",
            limit="memory",
        )


class _Failure(Exception):
    """The worker's word that it could not answer; the worker itself is well."""

    def __init__(self, what: str, message: str) -> None:
        super().__init__(message)
        self.what = what
        self.message = message


class _Worker:
    """A worker process and the link to it. `at_rest`: it can be asked."""

    def __init__(self, arguments: Sequence[str]) -> None:
        self.link, theirs = Pipe()
        command = [sys.executable, "-P", worker.__file__, *arguments]
        # A session of its own: Ctrl-C in a terminal is for the parent, which ends its workers.
        self.process = subprocess.Popen(
            command,
            stdin=theirs.fileno(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        theirs.close()
        self.at_rest = True
        self._ready = False

    def get_ready(self) -> None:
        """Wait until a new worker has opened the store.

        Raises:
            StoreUnavailable: it cannot.
        """
        if self._ready:
            return
        self.at_rest = False
        try:
            self.receive(time.monotonic() + _START_UP, worker.READY)
        except _Failure as failure:
            raise StoreUnavailable(f"The store cannot be opened: {failure.message}") from None
        except (TimeoutError, EOFError, ConnectionError):
            raise StoreUnavailable("The process that answers queries does not start.") from None
        self._ready = self.at_rest = True

    def ask(self, request: bytes, deadline: float) -> float:
        """Send a request; gives the time at which its deadline ends."""
        self.at_rest = False
        self.link.send_bytes(request)
        return time.monotonic() + deadline

    def cancel(self) -> None:
        """Say that an answer is not wanted after all."""
        with suppress(EOFError, ConnectionError):
            self.link.send_bytes(b"")
            self.at_rest = self.link.recv_bytes() == worker.END

    def receive(self, until: float, expected: bytes) -> bytes:
        """What follows the expected letter in the next message; nothing at the end of the answer.

        Raises:
            TimeoutError, EOFError, ConnectionError: the worker is late or has ended.
            _Failure: it could not answer.
        """
        if not self.link.poll(max(0.0, until - time.monotonic())):
            raise TimeoutError
        message = self.link.recv_bytes()
        letter = message[:1]
        if letter == worker.FAILED:
            self.at_rest = self._ready
            what, _, words = message[1:].decode().partition(" ")
            raise _Failure(what, words)
        if letter in (worker.END, worker.LAST):
            self.at_rest = letter == worker.END
            return b""
        assert letter == expected
        return message[1:]

    def status(self) -> int:
        """The exit status of a process that has closed its link, as one does that crashes."""
        try:
            return self.process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            return self.end()

    def end(self) -> int:
        """Kill the process, whatever it does; gives its exit status."""
        self.process.kill()
        self.link.close()
        return self.process.wait()


def _request(text: str, default_graphs: Sequence[str], named_graphs: Sequence[str]) -> bytes:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise QuerySyntaxError(
            "The query holds half a character (a lone surrogate).", line=None, column=None
        ) from None
    return json.dumps(
        {
            "text": text,
            "default_graph": [iri_term(g, "default-graph-uri").value for g in default_graphs],
            "named_graphs": [iri_term(g, "named-graph-uri").value for g in named_graphs],
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


def _chunks(body: SpooledTemporaryFile[bytes]) -> Iterator[bytes]:
    with body:
        body.seek(0)
        while chunk := body.read(worker.CHUNK):
            yield chunk
