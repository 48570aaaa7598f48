"""The client on the shipped graph, inside this process and over HTTP."""

import threading
import time
from collections.abc import Iterator

import pytest
import uvicorn

from mla_graph.client import Client
from mla_graph.model.settings import Settings
from mla_graph.release.directory import Release, open_release
from mla_graph.service.app import create_app
from mla_graph.service.serve import open_context
from mla_graph.store.embedded import EmbeddedStore


@pytest.fixture(scope="session")
def graph(shipped_release: Release) -> Iterator[EmbeddedStore]:
    """The graph on disk, as the client inside this process opens it."""
    store = open_release(shipped_release, in_memory=False)
    yield store
    store.close()


@pytest.fixture(scope="session")
def here(shipped_release: Release) -> Iterator[Client]:
    """The client that asks the graph inside this process."""
    with Client(store=str(shipped_release.path)) as client:
        yield client


@pytest.fixture(scope="session")
def address(shipped_release: Release) -> Iterator[str]:
    """A service on a port of this machine; without the workers, which no client of ours needs."""
    context = open_context(str(shipped_release.path), False, Settings(max_rows=40), lambda _: None)
    config = uvicorn.Config(create_app(context), port=0, lifespan="off", log_level="error")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join()
    context.close()


@pytest.fixture(scope="session")
def elsewhere(address: str) -> Iterator[Client]:
    """The client that asks that service, whose answers have 40 rows at most."""
    with Client(address) as client:
        yield client
