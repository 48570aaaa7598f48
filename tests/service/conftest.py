"""The service in this process, on the real graph and on stores of the tests' own."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Protocol

import pytest
from starlette.testclient import TestClient

from mla_graph.adhoc.outcomes import Limits
from mla_graph.adhoc.pool import AdhocPool
from mla_graph.model.settings import Settings
from mla_graph.model.sources import Sources
from mla_graph.release.directory import Release, open_release
from mla_graph.saved_queries.catalogue import Catalogue
from mla_graph.service.app import create_app
from mla_graph.service.context import Opened, ServiceContext
from mla_graph.store.embedded import EmbeddedStore

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
LEGAL_BASES = "/api/queries/legal-bases?state=LU&measure=A.30"


class Serve(Protocol):
    """Make a client of a service with other settings or another store."""

    def __call__(self, **changes: Any) -> TestClient: ...


@pytest.fixture(scope="session")
def serve(
    shipped_release: Release,
    shipped_store: EmbeddedStore,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Serve]:
    """A service on the shipped graph; settings by name, ``store``, ``queries`` (a folder)."""
    home = tmp_path_factory.mktemp("home")

    def in_memory() -> EmbeddedStore:
        """What takes seconds to load, once for all services; each closes its own hold on it."""
        store = EmbeddedStore(
            shipped_store._store, shipped_store.description,
            release_id=shipped_store.release_id, writable=False, never_waits=True,
        )  # fmt: skip
        store.release_folder = shipped_store.release_folder
        return store

    with ExitStack() as stack:

        def make(**changes: Any) -> TestClient:
            sources = Sources.shipped()
            store = changes.pop("store", None)
            folder = changes.pop("queries", sources.queries)
            federation = changes.pop("federation", None)
            pool: Callable[[], AdhocPool] = partial(
                AdhocPool,
                shipped_release.store_dir,
                size=1,
                spare=0,
                limits=Limits(deadline=changes.get("query_timeout", 10.0)),
                federation=federation,
            )
            context = ServiceContext(
                settings=replace(Settings(home=home), **changes),
                catalogue=Catalogue.load(folder),
                sources=sources,
                opened=Opened(
                    open_release(shipped_release, in_memory=False),
                    shipped_release,
                    pool,
                    in_memory,
                )
                if store is None
                else Opened(store),
            )
            client = TestClient(create_app(context), raise_server_exceptions=False)
            client.context = context  # type: ignore[attr-defined]
            return stack.enter_context(client)

        yield make


@pytest.fixture(scope="session")
def client(serve: Serve) -> TestClient:
    """A client of the service on the shipped graph."""
    return serve()


@pytest.fixture
def own_queries(tmp_path: Path) -> Path:
    """A folder of small saved queries that need nothing of the shipped graph."""
    texts = {
        "numbers": "#+ summary: Numbers\n#+ columns:\n"
        "#+   - {name: n, type: integer, description: A number.}\n"
        "SELECT ?n WHERE { VALUES ?n { 1 2 3 4 5 } } ORDER BY ?n",
        "values": "#+ summary: Values of all kinds\n#+ columns:\n"
        "#+   - {name: v, type: value, description: A value., optional: true}\n"
        'SELECT ?v WHERE { VALUES ?v { true 1 1.5 "},{"@en "2024-05-01"^^'
        "<http://www.w3.org/2001/XMLSchema#date> <urn:a> UNDEF } }",
        "today": "#+ summary: Today\n#+ parameters:\n"
        "#+   - {name: on, type: date, default: today, description: A day.}\n#+ columns:\n"
        "#+   - {name: day, type: date, description: The day.}\n"
        "SELECT ?day WHERE { BIND($_on AS ?day) }",
        "triple": "#+ summary: A triple\n#+ parameters:\n"
        "#+   - {name: q, type: text, required: true, example: x, description: Text.}\n"
        "CONSTRUCT { <urn:s> <urn:p> ?o } WHERE { BIND($_q AS ?o) }",
        "is": "#+ summary: Is it\nASK { }",
        "listed": "#+ summary: A list\n#+ parameters:\n"
        "#+   - {name: n, type: integer, list: true, required: true, example: 2, "
        "description: Numbers.}\n#+ columns:\n"
        "#+   - {name: m, type: integer, description: A number.}\n"
        "SELECT ?m WHERE { VALUES ?m { 1 2 3 } FILTER(?m IN ($_n)) } ORDER BY ?m",
    }
    for name, text in texts.items():
        (tmp_path / f"{name}.rq").write_text(text, "utf-8")
    return tmp_path
