"""A pool of worker processes for strangers' queries.

A query cannot be interrupted, and a hostile one can crash the process that parses it. So each runs
in a worker that is killed at the deadline and replaced; others run on meanwhile.
"""

import json
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from mla_graph.adhoc.answer import AdhocAnswer, Interruption, Kind, Running, begin_answer
from mla_graph.adhoc.federation import Federation, Table
from mla_graph.adhoc.outcomes import NO_SERVICE, USUAL, Ended, Limits, too_nested
from mla_graph.adhoc.process import WorkerProcess
from mla_graph.model.errors import InputError, LimitReached, QuerySyntaxError, StoreUnavailable
from mla_graph.model.sparql_calls import calls_service
from mla_graph.model.sparql_text import nested_beyond
from mla_graph.model.terms import iri_term

_MOST_NESTED: Final = 500


@dataclass(frozen=True)
class Bounds:
    """The most that an answer may have; None: as much as there is."""

    rows: int | None = None
    size: int | None = None


class AdhocPool:
    """Workers on one store folder; safe to share between threads.

    `size` queries run at a time, each within the `limits`. `spare` workers
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
        limits: Limits = USUAL,
        spare: int = 1,
        federation: Federation | None = None,
        lost: Callable[[str], None] = lambda reason: None,
    ) -> None:
        self.lost = lost
        self.limits = limits
        self._wait = limits.deadline if limits.wait is None else limits.wait
        self._federation = federation
        self._arguments = (
            str(store_dir),
            "union" if union_default_graph else "default",
            str(limits.memory),
            str(limits.deadline),
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

        Only time spent waiting for the worker counts towards the deadline, not time in which the
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
            raise too_nested()
        left = self.limits.deadline
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
            running = Running(self, self._take(), text, left)
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
        """End the workers of a pool that nobody refers to."""
        self.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _begin(
        self,
        running: Running,
        request: bytes,
        tables: Sequence[Table],
        accept: Callable[[Kind], str],
    ) -> AdhocAnswer:
        """Get the answer of the worker or, if it ends over the query, of a fresh one."""
        running.worker.get_ready()
        try:
            return begin_answer(running, request, tables, accept)
        except Ended as ended:
            if running.interrupted or not ended.may_be_by_chance:
                raise ended.reason from None
        running.replace()
        try:
            return begin_answer(running, request, tables, accept)
        except Ended as ended:
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
        """Start a worker."""
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
