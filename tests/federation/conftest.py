"""The endpoints that the federated queries call, as one server on this machine.

The text of the queries stays as shipped: connections to the public hosts are led here, and the
``Host`` of a request says whom it is for. What each endpoint holds is a small file in the
vocabulary of the real one.
"""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs

import pyoxigraph as ox
import pytest
from httpcore import NetworkStream

from mla_graph.adhoc.federation import Federation
from mla_graph.adhoc.outcomes import Limits
from mla_graph.adhoc.pool import AdhocPool
from mla_graph.adhoc.vetted_http import VettedHttp, VettedNetwork
from mla_graph.model.sources import Sources
from mla_graph.release.directory import Release
from mla_graph.saved_queries.catalogue import Catalogue
from mla_graph.saved_queries.run import bind
from mla_graph.store.embedded import EmbeddedStore
from mla_graph.store.network import Network

DATA = Path(__file__).parent / "data"
CELLAR = "publications.europa.eu"
LEGILUX = "data.legilux.public.lu"
FEDLEX = "fedlex.data.admin.ch"
WIKIDATA = "query.wikidata.org"
PATHS = {
    CELLAR: ("/webapi/rdf/sparql", "cellar.ttl"),
    LEGILUX: ("/sparqlendpoint", "legilux.ttl"),
    FEDLEX: ("/sparqlendpoint", "fedlex.ttl"),
    WIKIDATA: ("/sparql", "wikidata.ttl"),
}
JSON = "application/sparql-results+json"
Behaviour = Callable[[BaseHTTPRequestHandler], None]


class FarEndpoints:
    """The four endpoints; ``behaviour`` holds those that do not answer as they should."""

    def __init__(self) -> None:
        self.behaviour: dict[str, Behaviour] = {}
        self.behaviours = {"slow": slow, "garbage": garbage, "page": page, "too much": too_much}
        self.down: set[str] = set()
        self.asked: list[str] = []
        stores = {}
        for host, (_, file) in PATHS.items():
            stores[host] = ox.Store()
            stores[host].load(path=DATA / file, format=ox.RdfFormat.TURTLE)
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                host = self.headers["host"]
                outer.asked.append(host)
                form = parse_qs(self.rfile.read(int(self.headers["content-length"])).decode())
                if host in outer.behaviour:
                    outer.behaviour[host](self)
                    return
                assert self.path == PATHS[host][0]
                found = stores[host].query(form["query"][0])
                answer(self, found.serialize(format=ox.QueryResultsFormat.JSON) or b"", JSON)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True


def answer(handler: BaseHTTPRequestHandler, body: bytes, media_type: str) -> None:
    """Send a whole answer."""
    handler.send_response(200)
    handler.send_header("Content-Type", media_type)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


def slow(handler: BaseHTTPRequestHandler) -> None:
    """Begin an answer, and let the rest wait."""
    handler.send_response(200)
    handler.send_header("Content-Type", JSON)
    handler.end_headers()
    time.sleep(5)


def garbage(handler: BaseHTTPRequestHandler) -> None:
    """Half a table."""
    answer(handler, b'{"head":{"vars":["celex"]},"results":{"bindings":[{"cel', JSON)


def page(handler: BaseHTTPRequestHandler) -> None:
    """What a proxy shows when the endpoint is being mended, with status 200."""
    answer(handler, b"<html>Back soon</html>", "text/html")


def too_much(handler: BaseHTTPRequestHandler) -> None:
    """More than is read."""
    with suppress(OSError):  # the other side has read enough
        answer(handler, b" " * (5 << 20), JSON)


@pytest.fixture
def far(monkeypatch: pytest.MonkeyPatch) -> Iterator[FarEndpoints]:
    """Serve them, and lead connections to the public hosts there."""
    made = FarEndpoints()
    thread = threading.Thread(target=made.server.serve_forever, args=(0.05,))
    thread.start()

    def led_here(_: object, host: str, port: int, timeout: float, **__: object) -> NetworkStream:
        assert port == 443
        there = 1 if host in made.down else made.server.server_port
        stream = Network().connect_tcp("127.0.0.1", there, timeout)
        stream.start_tls = lambda *_, **__: stream  # the stand-ins have no certificate
        return stream

    monkeypatch.setattr(VettedNetwork, "connect_tcp", led_here)
    yield made
    made.server.shutdown()
    thread.join()
    made.server.server_close()


SECONDS = 3.0
Rows = list[dict[str, str]]
Ask = Callable[..., tuple[Rows, list[str]]]


@pytest.fixture(scope="session")
def pool(shipped_release: Release) -> Iterator[AdhocPool]:
    """Workers on the shipped graph whose queries may call the four hosts, for some seconds."""
    federation = Federation(VettedHttp(PATHS))
    folder = shipped_release.store_dir
    with AdhocPool(
        folder, size=1, spare=0, federation=federation, limits=Limits(deadline=SECONDS)
    ) as made:
        yield made


@pytest.fixture
def ask(pool: AdhocPool, shipped_store: EmbeddedStore) -> Ask:
    """Run a federated query with its parameters; gives the rows, and what is missing."""
    catalogue = Catalogue.load_federated(Sources.shipped().queries)

    def call(name: str, **values: str) -> tuple[Rows, list[str]]:
        query = catalogue.get(f"federated/{name}")
        raw = {key: [value] for key, value in values.items()}
        found = pool.run(bind(query, shipped_store, raw).text, lambda kind: "json")
        bindings = json.loads(found.read())["results"]["bindings"]
        return [{k: v["value"] for k, v in row.items()} for row in bindings], found.missing

    return call
