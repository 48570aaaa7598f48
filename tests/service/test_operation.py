"""Health, metrics, and the way a server process comes up."""

import errno
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import anyio
import httpx
import pyoxigraph as ox
import pytest
from starlette.testclient import TestClient

from mla_graph.model.errors import LimitReached, StoreUnavailable
from mla_graph.model.settings import Settings
from mla_graph.release.directory import Release
from mla_graph.service.lanes import Lane
from mla_graph.service.serve import open_context
from mla_graph.store.embedded import EmbeddedStore
from mla_graph.store.remote import RemoteStore

from ..conftest import OxigraphServer
from .conftest import BROWSER, LEGAL_BASES, Serve


def quiet(message: str) -> None:
    pass


def test_a_running_process_is_live_and_ready(client: TestClient, shipped_release: Release) -> None:
    assert client.get("/health/live").json()["status"] == "live"
    assert client.get("/health/ready").json() == {
        "status": "ready",
        "release": shipped_release.id,
    }


def test_a_store_that_does_not_answer_makes_it_unready_but_live(serve: Serve) -> None:
    class Away(EmbeddedStore):
        def query(self, sparql: str, *, timeout: float | None = None) -> None:  # type: ignore[override]
            raise StoreUnavailable("It is away.")

    client = serve(store=Away(ox.Store(), "away"))
    answer = client.get("/health/ready")
    assert answer.status_code == 503 and "retry-after" in answer.headers
    assert client.get("/health/live").status_code == 200


def test_a_service_that_can_start_no_worker_is_not_ready(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.ENOMEM, "Cannot allocate memory")

    with monkeypatch.context() as exhausted:
        exhausted.setattr(subprocess, "Popen", refuse)
        client = serve()
        answer = client.post("/sparql", data={"query": "ASK {}"})
        assert (answer.status_code, "Cannot allocate memory" in answer.text) == (503, True)
        assert client.get("/health/ready").status_code == 503
    pool = client.context.adhoc()  # type: ignore[attr-defined]
    pool.heal()
    assert client.get("/health/ready").status_code == 200


def test_requests_are_counted_by_route_and_status(serve: Serve) -> None:
    client = serve()
    client.get("/api/queries/states")
    client.get("/api/queries/measures")
    client.get("/api/queries/nope")
    client.get("/no/such/path")
    text = client.get("/metrics").text
    route = 'method="GET",route="/api/queries/{name}"'
    assert f'mla_http_requests_total{{{route},status="200"}} 2.0' in text
    assert f'mla_http_requests_total{{{route},status="404"}} 1.0' in text
    assert 'route="other",status="404"} 1.0' in text
    assert 'mla_http_request_seconds_count{route="/api/queries/{name}"} 3.0' in text


def test_answers_come_from_disk_at_once_and_from_memory_soon(serve: Serve) -> None:
    client = serve()
    context = client.context  # type: ignore[attr-defined]
    first = client.get("/api/queries/states")
    deadline = time.monotonic() + 60
    while not context.served.store.description.endswith("in memory"):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    again = client.get("/api/queries/states")
    assert again.content == first.content
    assert again.headers["etag"] == first.headers["etag"]


def test_a_large_graph_stays_on_disk(shipped_release: Release) -> None:
    folder = str(shipped_release.path)
    context = open_context(folder, False, Settings(memory_quads=10), quiet)
    with_copy = open_context(folder, False, Settings(), quiet)
    try:
        assert context._memory_copy is None
        assert with_copy._memory_copy is not None
    finally:
        context.close()
        with_copy.close()


def test_a_plain_store_folder_is_served_without_release(shipped_release: Release) -> None:
    context = open_context(str(shipped_release.store_dir), False, Settings(), quiet)
    try:
        assert context.served.release is None and context.served.store.release_id is None
        assert context.served.store.query("ASK { ?s ?p ?o }")
    finally:
        context.close()


def test_a_url_is_an_endpoint_elsewhere() -> None:
    context = open_context("http://127.0.0.1:9/sparql", False, Settings(), quiet)
    assert context.adhoc() is None
    assert "http://127.0.0.1:9/sparql" in context.served.store.description


def test_a_folder_that_is_not_there_is_unavailable() -> None:
    with pytest.raises(StoreUnavailable):
        open_context("/no/such/folder", False, Settings(), quiet)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.mark.anyio
async def test_calls_beyond_the_queue_are_turned_away() -> None:
    lane, gate = Lane(running=1, waiting=1), threading.Event()
    async with anyio.create_task_group() as group:
        for _ in range(2):
            group.start_soon(lane.run, gate.wait)
        await anyio.wait_all_tasks_blocked()
        with pytest.raises(LimitReached):
            await lane.run(lambda: None)
        gate.set()
    assert await lane.run(lambda: 1) == 1


@pytest.mark.slow
def test_several_processes_answer_and_count_together(
    shipped_release: Release, tmp_path: Path
) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    code = (
        "import sys; from mla_graph.service.serve import serve; "
        "from mla_graph.model.settings import Settings; "
        "serve('127.0.0.1', int(sys.argv[1]), sys.argv[2], workers=2, "
        "settings=Settings(), union_default_graph=False, progress=print)"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(port), str(shipped_release.path)],
        cwd=tmp_path,
        stderr=subprocess.DEVNULL,
    )
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}") as http:
            deadline = time.monotonic() + 30
            while True:
                try:
                    assert http.get("/health/ready").status_code == 200
                    break
                except httpx.TransportError:
                    assert process.poll() is None and time.monotonic() < deadline
                    time.sleep(0.05)
            for _ in range(6):
                with httpx.Client(base_url=http.base_url) as each:
                    assert each.get("/api/queries/states").status_code == 200
            counted = 'route="/api/queries/{name}",status="200"} 6.0'
            assert counted in http.get("/metrics").text
    finally:
        process.terminate()
        assert process.wait(timeout=20) in (0, -signal.SIGTERM)


def test_a_remote_endpoint_gives_the_same_answers(
    serve: Serve,
    client: TestClient,
    shipped_release: Release,
    start_oxigraph: Callable[[], OxigraphServer],
) -> None:
    server = start_oxigraph()
    server.load(shipped_release.nquads.read_bytes(), "application/n-quads")
    remote = serve(store=RemoteStore(server.query_url))
    for path in (
        f"{LEGAL_BASES}&format=rows",
        "/api/queries/states?format=rows",
    ):
        here, there = client.get(path).json(), remote.get(path).json()
        assert there["data"] == here["data"] != []
    found = remote.get("/search?q=A.30", headers={"Accept": BROWSER})
    assert found.status_code == 200 and "Search and seizure" in found.text
    page = remote.get("/id/state/lu", headers={"Accept": BROWSER})
    assert page.status_code == 200 and "Luxembourg" in page.text
    asked = remote.get("/sparql", params={"query": "ASK { ?s ?p ?o }"})
    assert asked.json()["boolean"] is True
    assert remote.get("/sparql", params={"query": "ASK {"}).status_code == 400
