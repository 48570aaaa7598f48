"""A publisher or a server is killed at any moment: the same command does what is left."""

import multiprocessing
import os
import signal
from typing import Any

import pytest

from mla_graph.publish.content import content
from mla_graph.publish.run import Server, publish
from mla_graph.store.published import current_release
from mla_graph.store.remote import RemoteStore

from .conftest import Quiet, expected


class Dying:
    """Sends so many requests, and is killed before the next one."""

    def __init__(self, sender: Any, requests: int) -> None:
        self._sender, self._left = sender, requests

    def send(self, *arguments: Any, **options: Any) -> Any:
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        self._left -= 1
        return self._sender.send(*arguments, **options)


def publish_in_small_pieces(target: Any, release: Any, requests: int) -> None:
    with target.connected() as server:
        kind, address = type(server.writer), server.writer.address
        writer = kind(address, Dying(server.writer._sender, requests), piece=4)
        publish(content(release), Server(server.store, writer), keep=0, watcher=Quiet())


def killed(target: Any, release: Any, requests: int) -> bool:
    """Publish in a process that is killed after so many requests; whether it was."""
    process = multiprocessing.get_context("fork").Process(
        target=publish_in_small_pieces, args=(target, release, requests)
    )
    process.start()
    process.join(60)
    assert process.exitcode in (0, -signal.SIGKILL)
    return process.exitcode != 0


@pytest.mark.parametrize("requests", [0, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21])
def test_killed_at_any_request_and_run_again_it_is_as_if_nothing_had_been(
    oxigraph_target, releases, requests: int
) -> None:
    old, new = releases
    oxigraph_target.publish(old)
    assert killed(oxigraph_target, new, requests)
    assert current_release(RemoteStore(oxigraph_target.query_url)) in (old.id, new.id)
    oxigraph_target.publish(new, keep=0)
    assert without_log(oxigraph_target.graphs()) == without_log(expected(new))
    assert current_release(RemoteStore(oxigraph_target.query_url)) == new.id


def without_log(graphs: dict[str, list[bytes]]) -> dict[str, list[bytes]]:
    return {name: lines for name, lines in graphs.items() if not name.endswith("/releases")}
