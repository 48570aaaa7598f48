"""A publisher or a server is killed at any moment: the same command does what is left."""

import contextlib
import multiprocessing
import os
import random
import signal
import socket
import subprocess
import sys
import sysconfig
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from mla_graph.model.settings import Settings
from mla_graph.publish.content import content
from mla_graph.publish.run import Server, publish
from mla_graph.release.directory import Release
from mla_graph.store.releases import current_release
from mla_graph.store.remote import RemoteStore

from ..virtuoso_server import VirtuosoServer
from .conftest import Quiet, Target, as_virtuoso_user, expected


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


@dataclass
class OxigraphOnDisk:
    """An Oxigraph server that can be killed and started again on its data."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes] | None = None

    @property
    def query_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/query"

    def start(self) -> None:
        program = Path(sysconfig.get_path("scripts"), "oxigraph")
        command = [program, "serve", "--location", self.folder, "--bind", f"127.0.0.1:{self.port}"]
        self.process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return
            time.sleep(0.02)
        raise RuntimeError("the Oxigraph server did not start")

    def kill(self) -> None:
        assert self.process
        self.process.kill()
        self.process.wait(20)


@pytest.fixture
def oxigraph_on_disk(tmp_path: Path) -> Iterator[OxigraphOnDisk]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = OxigraphOnDisk(tmp_path / "oxigraph", port)
    server.start()
    yield server
    server.kill()


@pytest.fixture
def own_virtuoso(tmp_path: Path, virtuoso_server: VirtuosoServer) -> Iterator[VirtuosoServer]:
    """A Virtuoso that can be killed; the shared one says whether there is one at all."""
    with VirtuosoServer(tmp_path / "virtuoso") as server:
        yield server


def kill_publishers(target: Target, releases: Any, rounds: int, server: Any = None) -> int:
    """Publish the two releases in turn, with the command killed at random moments.

    If a server is given it is killed instead, and started again. Gives how often the release was
    not current when the command ended.
    """
    moments = random.Random(20261128)
    interrupted, longest = 0, 2.0
    for number in range(rounds):
        release = releases[number % 2]
        began = time.monotonic()
        publisher = command(target, release)
        if server:
            time.sleep(moments.uniform(0.3, longest))
            server.kill()
            server.start()
        else:
            with contextlib.suppress(subprocess.TimeoutExpired):
                publisher.wait(moments.uniform(0.3, longest))
            publisher.kill()
        code = publisher.wait(120)
        interrupted += code != 0
        if not code:
            longest = time.monotonic() - began
        again = command(target, release)
        assert again.wait(120) == 0, again.stderr.read()
        held = without_log(target.graphs())
        assert held == without_log(expected(release))
        assert current_release(RemoteStore(target.query_url)) == release.id
    return interrupted


def command(target: Target, release: Release) -> subprocess.Popen[bytes]:
    """The command itself, in a process of its own."""
    settings = target.settings
    known = {
        "MLA_REMOTE_AUTH": settings.remote_auth,
        "MLA_REMOTE_USER": settings.remote_user,
        "MLA_REMOTE_PASSWORD": settings.remote_password and settings.remote_password.reveal(),
    }
    options = [text for name, value in target.options.items() for text in (f"--{name}", value)]
    return subprocess.Popen(
        [
            *(sys.executable, "-m", "mla_graph.cli.main", "publish", "--to", target.query_url),
            *("--release", str(release.path), "--keep", "0"),
            *options,
        ],
        env=os.environ | {name: value for name, value in known.items() if value},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )


@pytest.mark.slow
def test_the_command_may_be_killed_at_any_time(target: Target, releases: Any) -> None:
    assert kill_publishers(target, releases, rounds=12) > 3


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["oxigraph_on_disk", "own_virtuoso"])
def test_the_server_may_be_killed_at_any_time(
    kind: str, releases: Any, settings: Settings, request: pytest.FixtureRequest
) -> None:
    server = request.getfixturevalue(kind)
    if isinstance(server, VirtuosoServer):
        settings = as_virtuoso_user(settings, server)
    kill_publishers(Target(server.query_url, settings), releases, rounds=6, server=server)
