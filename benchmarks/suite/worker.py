"""A process with one engine in it, which does what it is told and can be killed at any moment."""

import contextlib
import os
import signal
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import psutil

from benchmarks.suite.engines import ENGINES, Engine
from benchmarks.suite.engines.engine import Missing, rows
from benchmarks.suite.measured import Bounds, TooLong, at_most, once, warm
from mla_graph.dossier.compose import compose, understand
from mla_graph.model.sources import Sources
from mla_graph.saved_queries.catalogue import Catalogue

Figures = dict[str, Any]


def work(connection: Connection, name: str, facts: Path, folder: Path) -> None:
    """Answer orders, each a method's name and its arguments, until there are no more."""
    os.setpgrp()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent says when to end
    worker = Worker(ENGINES[name](facts, folder))
    try:
        while True:
            method, arguments = connection.recv()
            connection.send(_told(getattr(worker, method), arguments))
    except EOFError:
        pass
    finally:
        worker.engine.stop()


def _told(method: Callable[..., Figures], arguments: Sequence[Any]) -> Figures:
    try:
        return method(*arguments)
    except Missing as error:
        return {"missing": str(error)}
    except Exception as error:
        reason = f"{type(error).__name__}: {error}".partition("SPARQL query:")[0]
        return {"fault": " ".join(reason.split())[:200]}


class Worker:
    """What can be asked of an engine; every answer is a few figures."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def load(self) -> Figures:
        """Seconds from the file until the engine has answered a first query."""
        self.engine.install()

        def all_of_it() -> None:
            self.engine.load()
            self.engine.start()
            self.engine.query("ASK { ?s ?p ?o }")

        return {"seconds": once(all_of_it)}

    def start(self) -> Figures:
        """Seconds until an engine that has the graph has answered a first query."""

        def all_of_it() -> None:
            self.engine.start()
            self.engine.query("ASK { ?s ?p ?o }")

        return {"seconds": once(all_of_it)}

    def query(self, text: str, bounds: Bounds) -> Figures:
        """The median of warm runs, and the rows."""
        counted: list[int] = []

        def first() -> None:
            counted.append(rows(self.engine.query(text)))

        found = self._measured(first, lambda: self.engine.query(text), bounds)
        return found | {"rows": counted[0]} if counted else found

    def dossier(self, asked: Sequence[str], bounds: Bounds) -> Figures:
        """The median of warm runs for requesting state, executing state, measure and day."""
        store = self.engine.store()
        if store is None:
            return {"missing": "the product does not work on this engine"}
        catalogue = Catalogue.load(Sources.shipped().queries)
        names = ("requesting", "executing", "measure", "on")
        raw = {name: [value] for name, value in zip(names, asked, strict=True)}
        understood = understand(catalogue, store, raw)

        def call() -> None:
            compose(catalogue, store, understood)

        return self._measured(call, call, bounds)

    def memory(self) -> Figures:
        """Resident memory of the processes that hold the graph, in bytes: now and at most."""
        ids = self.engine.processes()
        return {
            "steady": sum(psutil.Process(one).memory_info().rss for one in ids),
            "peak": sum(map(_peak, ids)),
        }

    def _measured(
        self, first: Callable[[], object], again: Callable[[], object], bounds: Bounds
    ) -> Figures:
        try:
            with at_most(bounds.limit):
                first()
            with at_most(bounds.limit + bounds.budget):
                seconds, runs = warm(again, bounds)
        except TooLong:
            if os.getpid() not in self.engine.processes():  # it may still be at work on it
                self.engine.stop()
                self.engine.start()
            return {"over": bounds.limit}
        return {"seconds": seconds, "runs": runs}


def _peak(process: int) -> int:
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{process}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    return int(psutil.Process(process).memory_info().rss)
