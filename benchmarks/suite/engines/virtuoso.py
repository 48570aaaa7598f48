"""OpenLink Virtuoso 7."""

import subprocess
from pathlib import Path
from typing import Final

from tests.virtuoso_server import VirtuosoServer, missing

from benchmarks.suite.engines.client import Client
from benchmarks.suite.engines.engine import Missing, emptied
from mla_graph.store.remote import RemoteStore

GRAPH: Final = "urn:mla-graph:merged"
BUFFERS: Final = 200_000
"""Pages of 8 KiB."""


class Virtuoso:
    """A server of our own with the graph as its one default graph."""

    def __init__(self, facts: Path, folder: Path) -> None:
        self._facts, self._folder = facts, folder
        self._server: VirtuosoServer | None = None
        self._client: Client | None = None

    def install(self) -> None:
        if reason := missing():
            raise Missing(reason)

    def load(self) -> None:
        emptied(self._folder)
        self.start()
        assert self._server is not None
        self._server.load_file(self._facts, GRAPH)
        self.stop()

    def start(self) -> None:
        self._server = VirtuosoServer(
            self._folder, buffers=BUFFERS, max_rows=10**9, max_seconds=3600
        )
        self._server.start(timeout=600)
        self._client = Client(self._server.http_port, "/sparql", GRAPH)

    def query(self, text: str) -> bytes:
        assert self._client is not None
        return self._client.query(text)

    def processes(self) -> list[int]:
        assert self._server is not None and self._server.process is not None
        return [self._server.process.pid]

    def store(self) -> RemoteStore:
        assert self._client is not None
        return self._client.store()

    def stop(self) -> None:
        if self._client is not None:
            self._client.close()
        if self._server is not None:
            try:
                self._server.stop()
            except subprocess.TimeoutExpired:
                self._server.kill()
        self._client = self._server = None
