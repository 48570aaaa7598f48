"""rdflib in memory, in this process."""

import os
from pathlib import Path

from rdflib import Graph


class RdflibMemory:
    """An rdflib graph with its own parser and query engine."""

    def __init__(self, facts: Path, folder: Path) -> None:
        self.facts = facts
        self._graph: Graph | None = None

    def install(self) -> None:
        """Nothing is missing."""

    def load(self) -> None:
        """Nothing is kept: each start loads."""

    def start(self) -> None:
        self._graph = Graph()
        self._graph.parse(self.facts, format="nt")

    def query(self, text: str) -> bytes:
        assert self._graph is not None
        answer = self._graph.query(text)
        format = "nt" if answer.type in ("CONSTRUCT", "DESCRIBE") else "json"
        return answer.serialize(format=format) or b""

    def processes(self) -> list[int]:
        return [os.getpid()]

    def store(self) -> None:
        """The product does not ask rdflib."""

    def stop(self) -> None:
        self._graph = None
