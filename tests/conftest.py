"""Sources, releases and servers that many tests share."""

import os
import socket
import subprocess
import sysconfig
import time
import urllib.request
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pytest
from filelock import FileLock

from mla_graph.model.settings import Settings
from mla_graph.model.sources import Sources
from mla_graph.release.build import build
from mla_graph.release.directory import Release, open_release, read
from mla_graph.store.embedded import EmbeddedStore

from .virtuoso_server import VirtuosoServer, missing

TINY = {
    "ontology/mla.ttl": """
        prefix mla: <https://w3id.org/mla-graph/ontology#>
        prefix owl: <http://www.w3.org/2002/07/owl#>
        prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#>
        mla:State a owl:Class ; rdfs:label "state"@en ;
            rdfs:subClassOf [ a owl:Restriction ; owl:onProperty mla:code ; owl:cardinality 1 ] .
    """,
    "ontology/rules/10-label.rq": """
        PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
        PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
        CONSTRUCT { ?x rdfs:label ?label } WHERE { ?x skos:prefLabel ?label }
    """,
    "ontology/rules/20-default-label.rq": """
        PREFIX mla: <https://w3id.org/mla-graph/ontology#>
        PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
        CONSTRUCT { ?x mla:defaultLabel ?text }
        WHERE { ?x rdfs:label ?label FILTER(LANG(?label) = "en") BIND(STR(?label) AS ?text) }
    """,
    "shapes/state.ttl": """
        prefix mla: <https://w3id.org/mla-graph/ontology#>
        prefix sh: <http://www.w3.org/ns/shacl#>
        mla:StateShape a sh:NodeShape ; sh:targetClass mla:State ;
            sh:property [ sh:path mla:code ; sh:minCount 1 ] .
    """,
    "graph_data/states/be.ttl": """
        prefix mla: <https://w3id.org/mla-graph/ontology#>
        prefix skos: <http://www.w3.org/2004/02/skos/core#>
        prefix state: <https://w3id.org/mla-graph/id/state/>
        state:be a mla:State ; mla:code "BE" ; skos:prefLabel "Belgium"@en, "Belgique"@fr .
    """,
    "graph_data/states/lu.ttl": """
        prefix mla: <https://w3id.org/mla-graph/ontology#>
        prefix skos: <http://www.w3.org/2004/02/skos/core#>
        prefix state: <https://w3id.org/mla-graph/id/state/>
        prefix xsd: <http://www.w3.org/2001/XMLSchema#>
        state:lu a mla:State ; mla:code "LU" ; skos:prefLabel "Luxembourg"@en ;
            mla:limit "PT48H"^^xsd:dayTimeDuration .
        state:be a mla:State .
    """,
    "queries/states.rq": "#+ summary: States\nSELECT ?state WHERE { ?state a <urn:State> }\n",
}
"""Two states, one class, two rules: state:be is stated to be a state by both files of data."""


TOGETHER = ("test_planted_faults.py", "test_engines_agree.py", "test_dataset_description.py")
"""Tests that share what takes long to prepare, as all of the ontology do: for one worker."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep tests that share a costly fixture on one worker."""
    for item in items:
        if "virtuoso_server" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.xdist_group("virtuoso"))
        elif item.path.name in TOGETHER or item.path.parent.name == "ontology":
            item.add_marker(pytest.mark.xdist_group(item.path.parent.name))


def quiet(message: str) -> None:
    """Take a message of progress and say nothing."""


@pytest.fixture
def tiny_sources(tmp_path: Path) -> Sources:
    """A small source tree of its own for one test, to change at will."""
    root = tmp_path / "sources"
    for name, text in TINY.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return Sources(root)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings with a home of the test's own."""
    return Settings(home=tmp_path / "home")


@pytest.fixture(scope="session")
def shipped_release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    """The release of the real sources, built once for all; its shapes are tested elsewhere."""
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    out = shared / "shipped"
    with FileLock(shared / "shipped.lock"):
        return read(out) or build(Sources.shipped(), out, progress=quiet, validate=False)


@pytest.fixture(scope="session")
def shipped_store(shipped_release: Release) -> Iterator[EmbeddedStore]:
    """The real graph in memory, read-only."""
    store = open_release(shipped_release, in_memory=True)
    yield store
    store.close()


@dataclass(frozen=True)
class OxigraphServer:
    """A running Oxigraph server with its data in memory."""

    url: str

    @property
    def query_url(self) -> str:
        """Where SPARQL queries go."""
        return f"{self.url}/query"

    def load(self, data: bytes, media_type: str, graph: str | None = None) -> None:
        """Put data into a named graph, or a dataset into the store."""
        target = f"{self.url}/store" + (f"?graph={quote(graph, safe='')}" if graph else "")
        request = urllib.request.Request(
            target, data, {"Content-Type": media_type}, method="PUT" if graph else "POST"
        )
        urllib.request.urlopen(request, timeout=30).close()


@pytest.fixture(scope="session")
def start_oxigraph(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Callable[[], OxigraphServer]]:
    """Start empty Oxigraph servers, all stopped at the end of the session."""
    program = Path(sysconfig.get_path("scripts"), "oxigraph")
    running: list[subprocess.Popen[bytes]] = []

    def start() -> OxigraphServer:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        process = subprocess.Popen(
            [program, "serve", "--bind", f"127.0.0.1:{port}"],
            cwd=tmp_path_factory.mktemp("oxigraph"),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        running.append(process)
        deadline = time.monotonic() + 20
        while process.poll() is None and time.monotonic() < deadline:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                return OxigraphServer(f"http://127.0.0.1:{port}")
            except OSError:
                time.sleep(0.02)
        raise RuntimeError("the Oxigraph server did not start")

    yield start
    for process in running:
        process.terminate()
        process.wait(timeout=10)


@pytest.fixture(scope="session")
def oxigraph_server(start_oxigraph: Callable[[], OxigraphServer]) -> OxigraphServer:
    """One Oxigraph server for the session; each test uses graphs of its own name."""
    return start_oxigraph()


@pytest.fixture(scope="session")
def virtuoso_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[VirtuosoServer]:
    """One Virtuoso for the session; each test uses graphs of its own name."""
    with FileLock(tmp_path_factory.getbasetemp().parent / "virtuoso-installed.lock"):
        reason = missing()
    if reason:
        warnings.warn(
            f"NOT TESTED: nothing was tried on Virtuoso, as {reason}.", UserWarning, stacklevel=1
        )
        pytest.skip(f"no Virtuoso: {reason}")
    with VirtuosoServer(tmp_path_factory.mktemp("virtuoso")) as server:
        yield server
