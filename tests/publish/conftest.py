"""Two releases that differ in one fact, and servers to publish them to."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from mla_graph.model.namespaces import GRAPH
from mla_graph.model.settings import Secret, Settings
from mla_graph.model.sources import Sources
from mla_graph.publish.content import Lines, content, triple_lines
from mla_graph.publish.run import Report, Server, publish
from mla_graph.publish.server import connect
from mla_graph.release.build import build
from mla_graph.release.directory import Release
from mla_graph.store.releases import RELEASES
from mla_graph.store.remote import RemoteStore

from ..conftest import TINY, quiet
from ..virtuoso_server import VirtuosoServer


class Quiet:
    """A watcher that says nothing."""

    say = begin = advance = staticmethod(lambda *_: None)


@dataclass(frozen=True)
class Target:
    """A server and the way to publish to it."""

    query_url: str
    settings: Settings
    options: dict[str, Any] = field(default_factory=dict)

    def connected(self) -> AbstractContextManager[Server]:
        """The server, open for publishing."""
        return connect(self.query_url, self.settings, told=quiet, **self.options)

    def publish(self, release: Release, **options: Any) -> Report:
        """Publish as the command does."""
        with self.connected() as server:
            return publish(content(release), server, watcher=Quiet(), claim_every=0.2, **options)

    def graphs(self) -> dict[str, list[bytes]]:
        """Every graph of ours, with sorted canonical triples; of the log only the releases."""
        store = RemoteStore(self.query_url)
        found = {}
        for graph in store.graphs():
            if graph.startswith(GRAPH):
                answer = store.query(
                    f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}"
                )
                lines = Lines.of(triple_lines(answer))
                found[graph] = lines.ground + lines.blank
        if RELEASES in found:
            found[RELEASES] = sorted({line.partition(b" ")[0] for line in found[RELEASES]})
        return found

    def clear(self) -> None:
        """Delete every graph of ours."""
        with self.connected() as server:
            for graph in self.graphs():
                server.writer.delete(graph)


@pytest.fixture(scope="session")
def releases(tmp_path_factory: pytest.TempPathFactory) -> tuple[Release, Release]:
    """A release, and the next one, in which the file on Belgium says something else."""
    root = tmp_path_factory.mktemp("releases")
    for name, text in TINY.items():
        path = root / "sources" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    sources = Sources(root / "sources")
    old = build(sources, root / "old", progress=quiet, validate=False)
    changed = sources.root / "graph_data/states/be.ttl"
    changed.write_text(changed.read_text("utf-8").replace("Belgique", "La Belgique"), "utf-8")
    return old, build(sources, root / "new", progress=quiet, validate=False)


def as_virtuoso_user(settings: Settings, server: VirtuosoServer) -> Settings:
    """Settings with which one may write to the server."""
    return replace(
        settings,
        remote_auth="digest",
        remote_user=server.user,
        remote_password=Secret(server.password),
    )


ONE_VIRTUOSO = pytest.mark.xdist_group("virtuoso")
WAYS = [
    pytest.param(("oxigraph", False), id="oxigraph"),
    pytest.param(("oxigraph", True), id="oxigraph-update"),
    pytest.param(("virtuoso", False), id="virtuoso", marks=ONE_VIRTUOSO),
    pytest.param(("virtuoso", True), id="virtuoso-update", marks=ONE_VIRTUOSO),
]


@pytest.fixture(params=WAYS)
def target(request: pytest.FixtureRequest, settings: Settings) -> Iterator[Target]:
    """A server without graphs of ours, for each way of publishing."""
    kind, by_update = request.param
    if kind == "oxigraph":
        server = request.getfixturevalue("start_oxigraph")()
        update = {"update": f"{server.url}/update"} if by_update else {}
        yield Target(server.query_url, settings, update)
        return
    server = request.getfixturevalue("virtuoso_server")
    known = as_virtuoso_user(settings, server)
    target = Target(server.query_url, known, {"update": server.update_url} if by_update else {})
    target.clear()
    yield target
    target.clear()


@pytest.fixture
def oxigraph_target(start_oxigraph: Callable[[], Any], settings: Settings) -> Target:
    """An empty Oxigraph server."""
    return Target(start_oxigraph().query_url, settings)


def expected(*releases: Release) -> dict[str, list[bytes]]:
    """What a server should hold when these were published, each once."""
    graphs: dict[str, list[bytes]] = {RELEASES: []}
    for release in releases:
        whole = content(release)
        for graph in [*whole.parts, whole.description]:
            lines = graph.lines()
            graphs[graph.iri] = lines.ground + lines.blank
        graphs[RELEASES].append(f"<{whole.iri}>".encode())
    graphs[RELEASES].sort()
    return graphs
