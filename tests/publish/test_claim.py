"""Two publishers at once: the second is refused, and a dead one is in nobody's way."""

from collections.abc import Iterator
from typing import Any

import pytest

from mla_graph.model.errors import PublishFailed
from mla_graph.publish import run
from mla_graph.publish.claim import Claim
from mla_graph.publish.run import Server
from mla_graph.store.releases import PUBLISHING, current_release

from ..conftest import quiet
from .conftest import Target


@pytest.fixture
def server(target: Target) -> Iterator[Server]:
    with target.connected() as server:
        yield server


@pytest.fixture
def oxigraph(oxigraph_target: Target) -> Iterator[Server]:
    with oxigraph_target.connected() as server:
        yield server


def claim(server: Server, told: Any = quiet) -> Claim:
    return Claim(server.store, server.writer, told, every=0.1)


def test_the_second_publisher_is_refused_until_the_first_is_done(server: Server) -> None:
    with claim(server) as first:
        with pytest.raises(PublishFailed, match="Another publisher is at work"), claim(server):
            pass
        first.check()
    with claim(server):
        pass
    assert not any(graph.startswith(PUBLISHING) for graph in server.store.graphs())


def test_the_claim_of_another_machine_that_gives_no_sign_ends(
    oxigraph: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr("socket.gethostname", lambda: "elsewhere")
        claim(oxigraph)._take()
    heard: list[str] = []
    with claim(oxigraph, heard.append):
        assert any("elsewhere" in message for message in heard)


def test_a_publisher_that_lost_its_claim_stops_before_it_changes_what_is_current(
    oxigraph_target: Target, releases: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, _ = releases
    check_counts = run._check_counts

    def taken_over(content: Any, server: Server) -> None:
        check_counts(content, server)
        for graph in server.store.graphs():
            if graph.startswith(PUBLISHING):
                server.writer.delete(graph)

    monkeypatch.setattr(run, "_check_counts", taken_over)
    with pytest.raises(PublishFailed, match="took over"):
        oxigraph_target.publish(old)
    with oxigraph_target.connected() as server:
        assert current_release(server.store) is None
