"""Oxigraph in this process, as the product uses it."""

import os
from pathlib import Path

import pyoxigraph as ox

from benchmarks.suite.engines.engine import emptied
from mla_graph.store.embedded import EmbeddedStore


class _Embedded:
    """What both storage modes share."""

    def __init__(self, facts: Path, folder: Path) -> None:
        self.facts, self.folder = facts, folder
        self._opened: EmbeddedStore | None = None

    def install(self) -> None:
        """Nothing is missing."""

    def query(self, text: str) -> bytes:
        answer = self.store().query(text)
        if isinstance(answer, ox.QueryTriples):
            return answer.serialize(format=ox.RdfFormat.N_TRIPLES) or b""
        return answer.serialize(format=ox.QueryResultsFormat.JSON) or b""

    def processes(self) -> list[int]:
        return [os.getpid()]

    def store(self) -> EmbeddedStore:
        assert self._opened is not None
        return self._opened

    def stop(self) -> None:
        if self._opened is not None:
            self._opened.close()
        self._opened = None


class Memory(_Embedded):
    """In memory."""

    def load(self) -> None:
        """Nothing is kept: each start loads."""

    def start(self) -> None:
        self._opened = EmbeddedStore.in_memory()
        self._opened.load(self.facts, ox.RdfFormat.N_TRIPLES)
        self._opened.release_id = "measured"  # it does not change: lists are read once


class Disk(_Embedded):
    """On disk, read-only."""

    def load(self) -> None:
        store = ox.Store(str(emptied(self.folder)))
        store.bulk_load(path=self.facts, format=ox.RdfFormat.N_TRIPLES)
        store.optimize()  # as a build does
        store.flush()

    def start(self) -> None:
        self._opened = EmbeddedStore.open_read_only(self.folder, release_id="measured")
