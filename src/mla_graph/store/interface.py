"""What the rest of the package asks of a store."""

from pathlib import Path
from typing import Protocol

import pyoxigraph as ox

Answer = ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples
"""The answer to a SELECT, an ASK, or a CONSTRUCT/DESCRIBE; each has ``serialize(format=…)``."""


class Store(Protocol):
    """A graph that can be asked: the default graph of every query is the merged graph."""

    @property
    def description(self) -> str:
        """Where the answers come from, for people."""

    @property
    def release_id(self) -> str | None:
        """The release that is served, if the store holds one."""

    @property
    def never_waits(self) -> bool:
        """Whether an answer takes processor time alone: no disk, no network."""

    def query(self, sparql: str, *, timeout: float | None = None) -> Answer:
        """Answer a SPARQL 1.1 query; ``timeout`` in seconds where the engine can keep it.

        Raises:
            QuerySyntaxError: the text is not a query; with line and column.
            UpdateRefused: the text is an update.
            StoreUnavailable: the store does not answer.
            LimitReached: the store gave up on the query.
        """

    def graphs(self) -> list[str]:
        """The IRIs of the named graphs, sorted."""

    def load(self, data: bytes | Path, format: ox.RdfFormat, *, graph: str | None = None) -> None:
        """Add data to the named graph, or to the default graph.

        Raises:
            ReadOnlyStore: the store does not take data.
            UnreadableInput: the data cannot be read or parsed; names file and line.
        """

    def close(self) -> None:
        """Give the store's resources back."""
