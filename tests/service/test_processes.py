"""Server processes: changing to a new release and stopping, both without a failed request."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import psutil
import pytest

from mla_graph.model.settings import Settings
from mla_graph.model.sources import Sources
from mla_graph.release.build import ensure
from mla_graph.release.directory import Release, switch
from mla_graph.service.process.sockets import SPREADS

from ..conftest import quiet

LABEL = (
    "PREFIX skos: <http://www.w3.org/2004/02/skos/core#> "
    "SELECT ?label WHERE { <https://w3id.org/mla-graph/id/state/xx> skos:prefLabel ?label }"
)
SLOW = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
CODE = (
    "import sys; from mla_graph.service.serve import serve; "
    "from mla_graph.model.settings import Settings; "
    "serve('127.0.0.1', int(sys.argv[1]), sys.argv[2], workers=int(sys.argv[3]), "
    "settings=Settings.from_environ(), union_default_graph=False, progress=print)"
)

Start = Callable[..., "Server"]


class Server:
    """A running service and its log."""

    def __init__(
        self,
        store: Path,
        log: Path,
        workers: int,
        environ: dict[str, str],
        descriptors: int | None = None,
    ) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = log
        limit = "" if descriptors is None else f"ulimit -n {descriptors};"
        self.process = subprocess.Popen(
            [
                "sh",
                "-c",
                f'{limit} exec "$@"',
                "sh",
                sys.executable,
                "-c",
                CODE,
                str(self.port),
                str(store),
                str(workers),
            ],
            stderr=log.open("wb"),
            stdout=subprocess.DEVNULL,
            env=os.environ | {"MLA_LOG_FORMAT": "json", "MLA_FOLLOW_SECONDS": "0.1"} | environ,
        )
        self.wait_for(lambda: self.get("/health/ready").status_code == 200, httpx.TransportError)

    def get(self, path: str, **parameters: str) -> httpx.Response:
        return httpx.get(self.url + path, params=parameters or None, timeout=60)

    def wait_for(
        self, true: Callable[[], bool], passing: type[Exception] = ZeroDivisionError
    ) -> None:
        """Wait until something is true; until then it may raise the exception."""
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                if true():
                    return
            except passing:
                pass
            assert self.process.poll() is None, self.log.read_text()
            time.sleep(0.05)
        raise AssertionError(self.log.read_text())


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    running: list[Server] = []

    def make(store: Path, workers: int = 1, **environ: str) -> Server:
        server = Server(store, tmp_path / f"log-{len(running)}", workers, environ)
        running.append(server)
        return server

    yield make
    for server in running:
        if server.process.poll() is None:
            server.process.terminate()
            server.process.wait(timeout=40)


def release(sources: Sources, settings: Settings, label: str) -> Release:
    """Build a release in which a state has this name, and make it the current one."""
    path = sources.graph_data / "states" / "new.ttl"
    path.write_text(
        "<https://w3id.org/mla-graph/id/state/xx> a <urn:Thing> ; "
        f'<http://www.w3.org/2004/02/skos/core#prefLabel> "{label}"@en .'
    )
    passed = json.dumps({"source_hash": sources.source_hash()})
    (sources.root / "validated.json").write_text(passed)
    return ensure(settings, sources, quiet)


def labels(server: Server) -> set[str]:
    """The name of the state, by the store in the process and by the workers."""
    page = server.get("/id/state/xx", format="ntriples").text
    table = server.get("/sparql", query=LABEL, format="csv").text.split()[1]
    return {page.split('"')[1], table}


def test_a_new_release_is_served_without_a_failed_request(
    tiny_sources: Sources, settings: Settings, start: Start
) -> None:
    release(tiny_sources, settings, "Old")
    server = start(settings.home / "current")
    old_tag = server.get("/id/state/xx").headers["etag"]
    done, seen, failed = threading.Event(), [], []

    def hammer(path: str, parameters: dict[str, str]) -> None:
        with httpx.Client(base_url=server.url, timeout=60) as http:
            while not done.is_set():
                answer = http.get(path, params=parameters)
                (seen if answer.status_code == 200 else failed).append(answer.text)

    threads = [
        threading.Thread(target=hammer, args=arguments)
        for arguments in (
            ("/id/state/xx", {"format": "ntriples"}),
            ("/sparql", {"query": LABEL, "format": "csv"}),
            ("/sparql", {"query": SLOW, "format": "csv"}),
        )
    ]
    for thread in threads:
        thread.start()
    for label in ("New", "Newer", "Newest"):
        release(tiny_sources, settings, label)
        server.wait_for(lambda label=label: labels(server) == {label})
        time.sleep(0.3)
    done.set()
    for thread in threads:
        thread.join()
    assert not failed and len(seen) > 20
    assert not any('"Old"' in text for text in seen[-3:])
    again = httpx.get(f"{server.url}/id/state/xx", headers={"If-None-Match": old_tag})
    assert again.status_code == 200
    metrics = server.get("/metrics").text
    shown = [line for line in metrics.splitlines() if line.startswith("mla_release_info{")]
    assert sum(line.endswith(" 1.0") for line in shown) == 1


@pytest.mark.slow
def test_a_broken_release_is_passed_over_and_told_once(
    tiny_sources: Sources, settings: Settings, start: Start
) -> None:
    good = release(tiny_sources, settings, "Good")
    server = start(settings.home / "current")
    broken = release(tiny_sources, settings, "Broken")
    switch(settings.home, good)
    server.wait_for(lambda: labels(server) == {"Good"})
    (broken.path / "store" / "CURRENT").write_text("this is no store\n")
    switch(settings.home, broken)
    server.wait_for(lambda: "is not served" in server.log.read_text())
    time.sleep(0.5)
    assert labels(server) == {"Good"}
    assert server.log.read_text().count("is not served") == 1
    release(tiny_sources, settings, "Better")
    server.wait_for(lambda: labels(server) == {"Better"})


@pytest.mark.slow
def test_a_signal_makes_it_look_at_once(
    tiny_sources: Sources, settings: Settings, start: Start
) -> None:
    release(tiny_sources, settings, "Old")
    server = start(settings.home / "current", MLA_FOLLOW_SECONDS="600")
    server.wait_for(lambda: "in memory" in server.get("/metrics").text)
    time.sleep(0.3)  # for the look that follows the start
    release(tiny_sources, settings, "New")
    server.process.send_signal(signal.SIGHUP)
    server.wait_for(lambda: labels(server) == {"New"})


@pytest.mark.slow
def test_stopping_finishes_what_runs_and_takes_nothing_new(
    tiny_sources: Sources, settings: Settings, start: Start
) -> None:
    release(tiny_sources, settings, "One")
    server = start(settings.home / "current", MLA_QUERY_TIMEOUT="50")
    slow = SLOW.replace(" }", " { SELECT * WHERE { ?x ?y ?z . ?u ?v ?w } LIMIT 150 } }")
    answers: list[httpx.Response] = []
    thread = threading.Thread(
        target=lambda: answers.append(server.get("/sparql", query=slow, format="csv"))
    )
    thread.start()
    server.wait_for(lambda: "mla_adhoc_queries 1.0" in server.get("/metrics").text)
    server.process.terminate()
    time.sleep(0.4)
    assert not answers, "the query should still run when the signal comes"
    with pytest.raises(httpx.ConnectError):
        server.get("/health/live")
    thread.join()
    assert answers[0].status_code == 200 and int(answers[0].text.split()[1]) > 1_000_000
    assert server.process.wait(timeout=20) in (0, -signal.SIGTERM)


@pytest.mark.slow
def test_a_stop_can_wait_for_load_balancers_to_notice(
    tiny_sources: Sources, settings: Settings, start: Start
) -> None:
    release(tiny_sources, settings, "One")
    server = start(settings.home / "current", MLA_DRAIN_SECONDS="1.5")
    server.process.terminate()
    server.wait_for(lambda: server.get("/health/ready").json()["status"] == "stopping")
    assert labels(server) == {"One"}
    assert server.process.wait(timeout=20) in (0, -signal.SIGTERM)


@pytest.mark.slow
def test_every_process_changes_and_the_metrics_of_all_are_added(
    tiny_sources: Sources, settings: Settings, start: Start
) -> None:
    release(tiny_sources, settings, "Old")
    server = start(settings.home / "current", workers=2)
    release(tiny_sources, settings, "New")
    server.wait_for(lambda: all(labels(server) == {"New"} for _ in range(8)))
    metrics = server.get("/metrics").text
    shown = [line for line in metrics.splitlines() if line.startswith("mla_release_info{")]
    assert sum(line.endswith(" 1.0") for line in shown) == 1
    memory = [line for line in metrics.splitlines() if line.startswith("mla_process_resident")]
    assert len(memory) == 2


@pytest.mark.skipif(not SPREADS, reason="only Linux spreads connections over sockets")
def test_connections_opened_at_once_are_spread_over_the_processes(
    tiny_sources: Sources, settings: Settings, start: Start
) -> None:
    release(tiny_sources, settings, "One")
    server = start(settings.home / "current", workers=2)
    processes = [
        child
        for child in psutil.Process(server.process.pid).children()
        if "multiprocessing.spawn" in " ".join(child.cmdline())
    ]

    def connections(process: psutil.Process) -> int:
        return sum(
            each.status == psutil.CONN_ESTABLISHED and each.laddr.port == server.port
            for each in process.net_connections("tcp")
        )

    def listens(process: psutil.Process) -> bool:
        return any(
            each.status == psutil.CONN_LISTEN and each.laddr.port == server.port
            for each in process.net_connections("tcp")
        )

    server.wait_for(lambda: all(map(listens, processes)))
    assert len(processes) == 2
    for _ in range(8):
        with ExitStack() as opened:
            for _ in range(64):
                client = opened.enter_context(socket.socket())
                client.setblocking(False)
                client.connect_ex(("127.0.0.1", server.port))
            server.wait_for(lambda: sum(map(connections, processes)) == 64)
            assert min(map(connections, processes)) > 8
        server.wait_for(lambda: sum(map(connections, processes)) == 0)


def test_a_second_server_on_the_same_address_is_refused(
    tiny_sources: Sources, settings: Settings, start: Start
) -> None:
    release(tiny_sources, settings, "One")
    server = start(settings.home / "current", workers=2)
    second = subprocess.run(
        [sys.executable, "-c", CODE, str(server.port), str(settings.home / "current"), "2"],
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert second.returncode != 0 and "in use" in second.stderr
    assert labels(server) == {"One"}
