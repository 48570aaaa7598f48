"""What the suite asks of an engine."""

import shutil
from pathlib import Path
from typing import Protocol

import pyoxigraph as ox

from mla_graph.store.interface import Store


class Missing(Exception):
    """The engine is not installed here."""


class Engine(Protocol):
    """An engine and the graph in a file; what it keeps is in a folder of its own."""

    def install(self) -> None:
        """Make sure that the engine is installed.

        Raises:
            Missing: it is not.
        """

    def load(self) -> None:
        """Bring the file to where ``start`` finds it, in the place of what is there."""

    def start(self) -> None:
        """Make it ready to be asked."""

    def query(self, text: str) -> bytes:
        """The whole answer: SPARQL results in JSON, or triples in Turtle or N-Triples."""

    def processes(self) -> list[int]:
        """The ids of the processes that hold the graph."""

    def store(self) -> Store | None:
        """The same as the product sees it; None where it cannot."""

    def stop(self) -> None:
        """Let go of it; ``start`` can follow."""


def emptied(folder: Path) -> Path:
    """The folder, which holds nothing."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def rows(answer: bytes) -> int:
    """The number of rows of a SELECT, or of different triples of a CONSTRUCT."""
    if answer.lstrip()[:1] == b"{":
        solutions = ox.parse_query_results(answer, format=ox.QueryResultsFormat.JSON)
        return 1 if isinstance(solutions, ox.QueryBoolean) else sum(1 for _ in solutions)
    return len({str(quad.triple) for quad in ox.parse(answer, format=ox.RdfFormat.TURTLE)})
