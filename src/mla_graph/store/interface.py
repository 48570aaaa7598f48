"""The interface of a store."""

from abc import ABC, abstractmethod
from pathlib import Path

import pyoxigraph as ox

from mla_graph.model.errors import InputError

PROBE = "ASK {}"
"""A query that every engine answers at once."""

COUNT = "SELECT (COUNT(*) AS ?count) WHERE { ?s ?p ?o }"
"""The number of triples of the default graph."""

FEW = "SELECT ?s ?p ?o WHERE { ?s ?p ?o } LIMIT 3"
"""An example for those who write their first query."""

Answer = ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples
"""The answer to a SELECT, an ASK, or a CONSTRUCT/DESCRIBE; each has ``serialize(format=…)``."""


class Store(ABC):
    """A graph for queries; their default graph is the merged graph.

    ``description`` names the store to people. ``release_id`` is the release that it holds, if any.
    ``never_waits`` says that an answer takes processor time alone: no disk, no network.
    """

    description: str
    release_id: str | None
    never_waits: bool
    release_folder: Path | None = None
    """The folder of the release that it holds, if that is on this machine."""

    @abstractmethod
    def query(self, sparql: str, *, timeout: float | None = None) -> Answer:
        """Answer a SPARQL 1.1 query of any form.

        ``timeout`` is in seconds; an engine that cannot keep it ignores it.

        Raises:
            QuerySyntaxError: the text is not a query; with line and column.
            UpdateRefused: the text is an update.
            StoreUnavailable: the store does not answer.
            LimitReached: the store gave up on the query.
        """

    @abstractmethod
    def graphs(self) -> list[str]:
        """List the IRIs of the named graphs, sorted."""

    @abstractmethod
    def load(self, data: bytes | Path, format: ox.RdfFormat, *, graph: str | None = None) -> None:
        """Add data to the named graph, or to the default graph.

        Raises:
            ReadOnlyStore: the store does not take data.
            UnreadableInput: the data cannot be read or parsed; names file and line.
        """

    @abstractmethod
    def close(self) -> None:
        """Free the resources of the store."""

    def select(self, sparql: str, *, timeout: float | None = None) -> ox.QuerySolutions:
        """Answer a SELECT query.

        Raises:
            InputError: the query has another form.
            QuerySyntaxError, StoreUnavailable, LimitReached: as for ``query``.
        """
        answer = self.query(sparql, timeout=timeout)
        if not isinstance(answer, ox.QuerySolutions):
            raise InputError("This is no SELECT query.")
        return answer

    def ask(self, sparql: str, *, timeout: float | None = None) -> bool:
        """Answer an ASK query.

        Raises:
            InputError: the query has another form.
            QuerySyntaxError, StoreUnavailable, LimitReached: as for ``query``.
        """
        answer = self.query(sparql, timeout=timeout)
        if not isinstance(answer, ox.QueryBoolean):
            raise InputError("This is no ASK query.")
        return bool(answer)

    def construct(self, sparql: str, *, timeout: float | None = None) -> ox.QueryTriples:
        """Answer a CONSTRUCT or DESCRIBE query.

        Raises:
            InputError: the query has another form.
            QuerySyntaxError, StoreUnavailable, LimitReached: as for ``query``.
        """
        answer = self.query(sparql, timeout=timeout)
        if not isinstance(answer, ox.QueryTriples):
            raise InputError("This is no CONSTRUCT or DESCRIBE query.")
        return answer
