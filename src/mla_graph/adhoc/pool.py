"""A pool of worker processes for strangers' queries.

A query cannot be interrupted, and a hostile one can crash the process that parses it. So each runs
in a worker that is killed at the deadline and replaced; others run on meanwhile.
"""

import json
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from mla_graph.adhoc.answer import AdhocAnswer, Interruption, Kind, Running, begin_answer
from mla_graph.adhoc.federation import Federation, Table
from mla_graph.adhoc.outcomes import USUAL, Ended, Limits
from mla_graph.adhoc.process import WorkerProcess
from mla_graph.adhoc.turns import Ticket, Turns
from mla_graph.model.errors import LimitReached, QuerySyntaxError, StoreUnavailable
from mla_graph.model.sparql_calls import calls_service
from mla_graph.model.terms import iri_term

MOST_CALLING: Final = 64 << 10
"""Characters of a query that calls other endpoints: it is looked at in this process."""


@dataclass(frozen=True)
class Bounds:
    """The most that an answer may have; None: as much as there is."""

    rows: int | None = None
    size: int | None = None


class AdhocPool:
    """Workers on one store folder; safe to share between threads.

    `size` queries run at a time, each within the `limits`; one place of several is kept from a
    client that has the others. `spare` workers stand by for those that are killed. A worker that
    cannot be started is missing until ``heal`` can; `fault` says why. Other endpoints are called
    by `federation` or not at all. `lost` is told why a worker was replaced: time, memory, crash,
    or unread (the answer was not wanted to its end, or is too large).
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
        self._turns = Turns(size, reserved=1)
        self._lock = threading.Lock()
        self._closed = False
        self._idle: deque[WorkerProcess] = deque()
        self._missing = size + spare
        self.fault: str | None = None
        self.heal()

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
        left = self.limits.deadline
        pieces: list[str | Table] = [text]
        missing: list[str] = []
        if self._federation and len(text) <= MOST_CALLING and calls_service(text):
            began = time.monotonic()
            pieces, missing = self._federation.called(text, base, began + left)
            left -= time.monotonic() - began
        request = _request(pieces, base, default_graphs, named_graphs, bounds)
        tables = [piece for piece in pieces if isinstance(piece, Table)]
        interruption = interruption or Interruption()
        ticket = self._wait_for_turn(interruption)
        try:
            running = Running(self, self._take(), ticket, text, left)
        except BaseException:
            self._turns.end(ticket)
            raise
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

    def heal(self) -> None:
        """Replace the workers that have ended or stand still, and start those that are missing."""
        with self._lock:
            for each in [each for each in self._idle if not each.alive()]:
                self._idle.remove(each)
                each.end()
                self._missing += 1
            with suppress(StoreUnavailable):  # told by `fault`
                while self._missing and not self._closed:
                    self._idle.append(self.fresh())
                    self._missing -= 1

    @property
    def wanted(self) -> bool:
        """Whether a query waits for a worker."""
        return self._turns.wanted

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
        try:
            running.worker.get_ready()
        except TimeoutError:
            raise StoreUnavailable("The process that answers queries does not start.") from None
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

    def _wait_for_turn(self, interruption: Interruption) -> Ticket:
        """Wait until the client may have a worker.

        Raises:
            LimitReached: none was free in time, or the query is not wanted any more.
        """
        awake = threading.Event()
        ticket = self._turns.ask(interruption.client, awake.set)
        interruption.waits(awake.set)
        awake.wait(self._wait)
        if ticket.granted:
            return ticket
        self._turns.end(ticket)
        raise LimitReached(
            "All workers are busy with other queries; try again in a moment.", limit="queue"
        )

    def _take(self) -> WorkerProcess:
        while True:
            with self._lock:
                if self._closed:
                    raise StoreUnavailable("The store was closed while the query waited.")
                if not self._idle:
                    chosen = self.fresh()
                    self._missing -= 1
                    return chosen
                chosen = self._idle.popleft()
                if chosen.alive():
                    return chosen
                self._missing += 1
            chosen.end()  # it ended while idle, for want of memory, or stands still

    def fresh(self) -> WorkerProcess:
        """Start a worker.

        Raises:
            StoreUnavailable: the system does not let it.
        """
        try:
            started = WorkerProcess(self._arguments)
        except OSError as error:
            self.fault = f"No process can be started to answer queries: {error.strerror}."
            raise StoreUnavailable(self.fault) from None
        self.fault = None
        return started

    def give_back(self, used: WorkerProcess, ticket: Ticket, why: str) -> None:
        """Take a worker that was lent to a query, or a fresh one in its place; say why."""
        with self._lock:
            kept = used.at_rest and not self._closed
            if kept:
                self._idle.append(used)
            else:
                self._missing += 1
        if not kept:
            if not used.at_rest:
                self.lost(why)
            used.end()
            self.heal()
        self._turns.end(ticket)


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
