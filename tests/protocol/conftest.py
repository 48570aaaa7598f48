"""`mla-graph serve` as a process of its own, on stores that the tests make."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple

import pyoxigraph as ox
import pytest

from .w3c_requests import GRAPHS

ROWS: Final = 100_000


class Server(NamedTuple):
    """A running service."""

    port: int
    process: "subprocess.Popen[bytes]"

    def workers(self) -> list[int]:
        """The processes that answer queries."""
        path = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(each) for each in path.read_text().split()]


@contextmanager
def serving(store: Path, *options: str, **settings: str) -> Iterator[Server]:
    """Serve a store, with MLA_ settings by the rest of their names."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "mla_graph.cli.main", "serve", "--store", str(store)]
    process = subprocess.Popen(
        [*command, "--port", str(port), *options],
        env=os.environ | {f"MLA_{name.upper()}": value for name, value in settings.items()},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        deadline = time.monotonic() + 60
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                assert process.poll() is None and time.monotonic() < deadline, "it did not start"
                time.sleep(0.05)
        yield Server(port, process)
    finally:
        process.terminate()
        process.wait(timeout=20)


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The graphs of the W3C tests, and many triples in the default graph."""
    path = tmp_path_factory.mktemp("protocol") / "store"
    filled = ox.Store(str(path))
    a = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    document = ox.NamedNode("http://xmlns.com/foaf/0.1/Document")
    for graph in map(ox.NamedNode, GRAPHS):
        filled.add(ox.Quad(graph, a, document, graph))
    p = ox.NamedNode("http://example.org/p")
    filled.bulk_extend(
        ox.Quad(ox.NamedNode(f"http://example.org/{i}"), p, ox.Literal(i)) for i in range(ROWS)
    )
    filled.flush()
    return path


@pytest.fixture(scope="session")
def server(store: Path) -> Iterator[Server]:
    """The service with its usual settings but for the number of queries of one client."""
    with serving(store, sparql_per_client="100") as running:
        yield running
