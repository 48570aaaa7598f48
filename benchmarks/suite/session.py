"""The parent's side of a worker: it waits only so long, and starts another one if it must."""

import multiprocessing
from collections.abc import Iterable, Sequence
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from pathlib import Path
from statistics import median
from types import TracebackType
from typing import Any, Final, Self

import psutil

from benchmarks.suite.measured import Bounds
from benchmarks.suite.worker import Figures, work
from benchmarks.world.probes import PAIRS

LOADING: Final = 3600.0
"""Seconds after which a load is given up."""
GRACE: Final = 15.0
"""Seconds that a worker has, beyond its limit, to give up by itself."""


class Session:
    """An engine with a graph, which is loaded once and asked many things."""

    def __init__(self, engine: str, facts: Path, folder: Path, loading: float) -> None:
        self._arguments = (engine, facts, folder)
        self._loading = loading
        self._process: SpawnProcess | None = None
        self._connection: Connection | None = None

    def load(self) -> Figures:
        """Load the graph and start."""
        return self._order("load", (), self._loading)

    def query(self, texts: Sequence[str], bounds: Bounds) -> Figures:
        """The median of the texts, each the median of warm runs, and the rows of each."""
        return together(self._asked("query", text, bounds) for text in texts)

    def dossiers(self, bounds: Bounds) -> Figures:
        """The median of the dossiers of five pairs of states."""
        return together(self._asked("dossier", pair, bounds) for pair in PAIRS)

    def memory(self) -> Figures:
        """See ``Worker.memory``."""
        return self._ready_order("memory", (), GRACE)

    def close(self) -> None:
        """End the worker and the engine."""
        if self._connection is not None:
            self._connection.close()
        if self._process is not None:
            self._process.join(60)
        self._kill()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _asked(self, method: str, asked: object, bounds: Bounds) -> Figures:
        most = 2 * bounds.limit + bounds.budget + GRACE
        found = self._ready_order(method, (asked, bounds), most)
        return {"over": bounds.limit} if "over" in found else found

    def _ready_order(self, method: str, arguments: tuple[Any, ...], seconds: float) -> Figures:
        if self._process is None:  # killed before
            started = self._order("start", (), self._loading)
            if "seconds" not in started:
                return started
        return self._order(method, arguments, seconds)

    def _order(self, method: str, arguments: tuple[Any, ...], seconds: float) -> Figures:
        connection = self._connection or self._spawn()
        try:
            connection.send((method, arguments))
            if connection.poll(seconds):
                found: Figures = connection.recv()
                return found
        except (EOFError, OSError):
            self._kill()
            return {"fault": "the process of the engine ended"}
        self._kill()
        return {"over": seconds}

    def _spawn(self) -> Connection:
        context = multiprocessing.get_context("spawn")
        self._connection, theirs = context.Pipe()
        self._process = context.Process(target=work, args=(theirs, *self._arguments))
        self._process.start()
        theirs.close()
        return self._connection

    def _kill(self) -> None:
        process, self._process, self._connection = self._process, None, None
        if process is None or process.pid is None or not process.is_alive():
            return
        worker = psutil.Process(process.pid)
        for one in [*worker.children(recursive=True), worker]:
            one.kill()
        process.join()


def together(answers: Iterable[Figures]) -> Figures:
    """The figures of several questions as those of one: the first without an answer decides."""
    found = []
    for one in answers:
        if "seconds" not in one:
            return one
        found.append(one)
    summed = {
        "seconds": median(one["seconds"] for one in found),
        "runs": sum(one["runs"] for one in found),
    }
    return summed | ({"rows": [one["rows"] for one in found]} if "rows" in found[0] else {})
