"""Replicas behind the shipped configurations of nginx and HAProxy: no request fails.

While clients ask without pause, the release changes replica by replica, one replica is killed and
started again, and another is told to stop and started again.
"""

import asyncio
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest

from mla_graph.model.sources import Sources
from mla_graph.release.build import build
from mla_graph.release.directory import Release

CONFIGURATIONS = Path(__file__).parents[2] / "docs" / "replicas"
PORTS = ("8001", "8002", "8003")
COMMANDS = {
    "nginx": ["nginx", "-p", "{folder}", "-c", "{file}", "-e", "stderr"],
    "haproxy": ["haproxy", "-db", "-f", "{file}"],
}
PACKAGES = {"nginx": "nginx-light", "haproxy": "haproxy"}
FILES = {"nginx": "nginx.conf", "haproxy": "haproxy.cfg"}
CLIENTS = 8
DRAIN = 2
LABEL = (
    "SELECT ?label { <https://w3id.org/mla-graph/id/state/lu>"
    " <http://www.w3.org/2000/01/rdf-schema#label> ?label FILTER(LANG(?label) = 'en') }"
)
SAVED = "/api/queries/states?format=csv"
REQUESTS: list[dict[str, Any]] = [
    {"method": "GET", "url": SAVED},
    {"method": "GET", "url": "/id/state/lu", "headers": {"Accept": "text/turtle"}},
    {"method": "POST", "url": "/api/queries/states?format=csv", "json": {}},
    {"method": "POST", "url": "/sparql?format=csv", "data": {"query": LABEL}},
]
FACTS = (
    "graph_data/states/lu.ttl", "graph_data/states/be.ttl", "graph_data/states/fr.ttl",
    "graph_data/agents.ttl", "graph_data/schemes.ttl",
)  # fmt: skip
NAMES = ("Luxembourg", "Grand Duchy")
"""What tells the two releases apart in every answer."""

pytestmark = pytest.mark.slow


class Replica:
    """A process of its own with a link of its own to the release, as on a machine of its own."""

    def __init__(self, folder: Path, release: Release) -> None:
        self.folder = folder
        self.link = folder / "current"
        folder.mkdir()
        self.serve(release)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.start()

    def serve(self, release: Release) -> None:
        """Point the link to the release, in one step."""
        new = self.folder / "new"
        new.symlink_to(release.path)
        new.replace(self.link)

    def start(self) -> None:
        command = [sys.executable, "-m", "mla_graph.cli.main", "serve", "--port", str(self.port)]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [*command, "--store", str(self.link)],
                stderr=log,
                env=os.environ
                | {
                    "MLA_HOME": str(self.folder),
                    "MLA_DRAIN_SECONDS": str(DRAIN),
                    "MLA_TRUSTED_PROXIES": "127.0.0.1",
                    "MLA_WORKERS_ADHOC": "1",
                },
            )

    def release(self) -> str | None:
        """The release that it serves; None while it is not ready."""
        try:
            answer = httpx.get(f"http://127.0.0.1:{self.port}/health/ready", timeout=5)
        except httpx.HTTPError:
            return None
        return str(answer.json()["release"]) if answer.status_code == 200 else None

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()


@pytest.fixture(scope="module")
def releases(tmp_path_factory: pytest.TempPathFactory) -> list[Release]:
    """Two releases of a few of the facts that differ in one name."""
    tmp_path = tmp_path_factory.mktemp("releases")
    root, shipped = tmp_path / "sources", Sources.shipped().root
    for name in ("ontology", "shapes", "queries"):
        shutil.copytree(shipped / name, root / name)
    for name in FACTS:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(shipped / name, root / name)
    path = root / FACTS[0]
    made = []
    for name in NAMES:
        path.write_text(path.read_text("utf-8").replace(f'"{NAMES[0]}"@en', f'"{name}"@en'))
        made.append(
            build(Sources(root), tmp_path / name, progress=lambda text: None, validate=False)
        )
    return made


@pytest.fixture
def replicas(releases: list[Release], tmp_path: Path) -> Iterator[list[Replica]]:
    """Three that serve the first release."""
    with ExitStack() as stack:
        made = []
        for port in PORTS:
            made.append(Replica(tmp_path / port, releases[0]))
            stack.callback(made[-1].stop)
        for each in made:
            until(lambda each=each: each.release() == releases[0].id, each)  # type: ignore[misc]
        yield made


def until(true: Callable[[], bool], about: Replica | None = None, seconds: float = 60) -> None:
    """Wait for it."""
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            raise AssertionError((about.folder / "log").read_text() if about else "not in time")
        time.sleep(0.05)


def installed(name: str) -> str:
    """The program's path; installed by apt if that is allowed, else the test says what it lacks."""
    places = f"{os.environ['PATH']}:/usr/sbin"
    if shutil.which(name, path=places) is None and os.geteuid() == 0 and shutil.which("apt-get"):
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        for arguments in (["update"], ["install", "-y", "--no-install-recommends", PACKAGES[name]]):
            subprocess.run(["apt-get", "-q", *arguments], env=environment, check=False)
    if found := shutil.which(name, path=places):
        return found
    pytest.skip(f"NOT TESTED: there is no {name}; install the package {PACKAGES[name]}")


@pytest.fixture(params=list(COMMANDS))
def front(request: pytest.FixtureRequest, replicas: list[Replica], tmp_path: Path) -> Iterator[str]:
    """The address of the proxy, which runs as its shipped file says but for the ports."""
    name = str(request.param)
    program = installed(name)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    text = (CONFIGURATIONS / FILES[name]).read_text("utf-8")
    for written, there in zip(
        ("8000", *PORTS), (port, *(each.port for each in replicas)), strict=True
    ):
        assert f"127.0.0.1:{written}" in text
        text = text.replace(f"127.0.0.1:{written}", f"127.0.0.1:{there}")
    folder = tmp_path / name
    folder.mkdir()
    file = folder / FILES[name]
    file.write_text(text, "utf-8")
    arguments = [part.format(folder=folder, file=file) for part in COMMANDS[name][1:]]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([program, *arguments], stderr=log, stdout=log)
    try:
        until(lambda: _answers(f"http://127.0.0.1:{port}"), seconds=20)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


def _answers(address: str) -> bool:
    try:
        return httpx.get(address + "/health/ready").status_code == 200
    except httpx.HTTPError:
        return False


class Load:
    """Clients that ask one question after the other until told to stop."""

    def __init__(self, front: str, expected: list[list[str]]) -> None:
        self.front = front
        self.expected = expected
        self.answers: list[tuple[float, int]] = []
        """When each answer came, and which release it is from."""
        self.failures: list[str] = []
        self.stop = False

    async def client(self, number: int) -> None:
        # An address of its own for each: the service limits what one client may ask at a time.
        transport = httpx.AsyncHTTPTransport(local_address=f"127.0.0.{number + 10}")
        async with httpx.AsyncClient(
            transport=transport, base_url=self.front, timeout=30
        ) as client:
            turn = number
            while not self.stop:
                asked = turn % len(REQUESTS)
                turn += 1
                self._note(asked, await self._ask(client, REQUESTS[asked]))

    async def _ask(self, client: httpx.AsyncClient, request: dict[str, Any]) -> str:
        try:
            answer = await client.request(**request)
        except httpx.HTTPError as error:
            return f"{type(error).__name__}: {error}"
        return answer.text if answer.status_code == 200 else f"status {answer.status_code}"

    def _note(self, asked: int, text: str) -> None:
        if text in self.expected[asked]:
            self.answers.append((time.monotonic(), self.expected[asked].index(text)))
        else:
            self.failures.append(f"{REQUESTS[asked]['url']}: {text[:200]}")


def expected(address: str) -> list[str]:
    """What each request is answered, asked in peace."""
    texts = []
    for request in REQUESTS:
        answer = httpx.request(**{**request, "url": address + request["url"]})
        assert answer.status_code == 200, answer.text
        texts.append(answer.text)
    return texts


def test_no_request_fails_while_replicas_come_and_go(
    front: str, replicas: list[Replica], releases: list[Release], tmp_path: Path
) -> None:
    first = expected(f"http://127.0.0.1:{replicas[0].port}")
    aside = Replica(tmp_path / "aside", releases[1])
    try:
        until(lambda: aside.release() == releases[1].id, aside)
        second = expected(f"http://127.0.0.1:{aside.port}")
    finally:
        aside.stop()
    assert all(one != other for one, other in zip(first, second, strict=True))
    load = Load(front, [list(pair) for pair in zip(first, second, strict=True)])

    def events() -> float:
        time.sleep(1)
        for each in replicas:
            each.serve(releases[1])
            until(lambda each=each: each.release() == releases[1].id, each)  # type: ignore[misc]
        changed = time.monotonic()
        time.sleep(0.5)
        killed, stopped, _ = replicas
        killed.process.kill()
        killed.process.wait()
        time.sleep(2)
        killed.start()
        until(lambda: killed.release() is not None, killed)
        stopped.process.send_signal(signal.SIGTERM)
        stopped.process.wait(DRAIN + 20)
        stopped.start()
        until(lambda: stopped.release() is not None, stopped)
        time.sleep(1)
        load.stop = True
        return changed

    async def run() -> float:
        clients = [asyncio.create_task(load.client(number)) for number in range(CLIENTS)]
        try:
            return await asyncio.to_thread(events)
        finally:
            load.stop = True
            await asyncio.gather(*clients)

    changed = asyncio.run(run())
    assert load.failures == []
    print(f"{len(load.answers)} requests through {front}, none failed")
    assert len(load.answers) > 200
    assert {release for _, release in load.answers} == {0, 1}
    assert {release for when, release in load.answers if when > changed + 0.5} == {1}
