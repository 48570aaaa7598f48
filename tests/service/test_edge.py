"""What goes with every answer: its request's name, security headers, a count, a line in the log."""

import io
import json
import logging
from collections.abc import Callable, Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from starlette.testclient import TestClient

from mla_graph.model.errors import LimitReached
from mla_graph.model.settings import Settings
from mla_graph.model.sources import Sources
from mla_graph.saved_queries.catalogue import Catalogue
from mla_graph.service.app import create_app
from mla_graph.service.context import Opened, ServiceContext
from mla_graph.service.telemetry import logs
from mla_graph.store.embedded import EmbeddedStore
from mla_graph.store.interface import Answer

from .conftest import BROWSER


class Failing(EmbeddedStore):
    """A store that answers ASK {} alone; anything else raises what it is given."""

    error: Exception = ValueError("inside")

    def query(self, sparql: str, *, timeout: float | None = None) -> Answer:
        if sparql == "ASK {}":
            return super().query(sparql)
        raise self.error


def service(tmp_path: Path, store: EmbeddedStore | None = None, **settings: object) -> TestClient:
    """A service on an empty graph, with queries that need nothing of it."""
    queries = tmp_path / "queries"
    queries.mkdir(exist_ok=True)
    (queries / "one.rq").write_text(
        "#+ summary: One\n#+ columns:\n#+   - {name: n, type: integer, description: A number.}\n"
        "SELECT ?n WHERE { BIND(1 AS ?n) }"
    )
    context = ServiceContext(
        settings=Settings(home=tmp_path, **settings),  # type: ignore[arg-type]
        catalogue=Catalogue.load(queries),
        sources=Sources.shipped(),
        opened=Opened(EmbeddedStore.in_memory() if store is None else store),
    )
    client = TestClient(create_app(context), raise_server_exceptions=False)
    client.context = context  # type: ignore[attr-defined]
    return client


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[TestClient]:
    with service(tmp_path) as client:
        yield client


@pytest.mark.parametrize("name", ["abc-123", "00-4bf9.x:y/z_=+@~", "a" * 128])
def test_a_well_formed_name_of_a_request_is_kept(empty: TestClient, name: str) -> None:
    assert empty.get("/health/live", headers={"X-Request-ID": name}).headers[
        "x-request-id"
    ] == name  # fmt: skip


@pytest.mark.parametrize("name", ["", "a b", 'x"y', "a" * 129, "é", "a\tb"])
def test_any_other_name_is_replaced_by_a_new_one(empty: TestClient, name: str) -> None:
    sent = {"X-Request-ID": name.encode("latin-1")}
    names = [empty.get("/health/live", headers=sent).headers["x-request-id"] for _ in range(2)]
    assert name not in names and names[0] != names[1] and len(names[0]) == 16


def test_a_problem_names_its_request(empty: TestClient) -> None:
    answer = empty.get("/nowhere", headers={"X-Request-ID": "mine"})
    assert answer.json()["requestId"] == "mine" == answer.headers["x-request-id"]


def test_a_fault_of_the_service_says_nothing_of_its_inside(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with service(tmp_path, Failing(ox.Store(), "failing")) as client:
        headers = {"X-Request-ID": "mine", "Origin": "https://elsewhere.example"}
        answer = client.get("/id/state/lu", headers=headers)
    assert answer.status_code == 500
    assert answer.json()["requestId"] == "mine"
    assert "inside" not in answer.text and "Traceback" not in answer.text
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "inside" in caplog.text


def test_pages_run_nothing_but_our_scripts_and_stand_in_no_frame(empty: TestClient) -> None:
    page = empty.get("/api/queries", headers={"Accept": BROWSER})
    policy = page.headers["content-security-policy"]
    assert "script-src 'self';" in policy and "frame-ancestors 'none'" in policy
    assert page.headers["x-frame-options"] == "DENY"
    assert page.headers["cross-origin-opener-policy"] == "same-origin"
    assert "strict-transport-security" not in page.headers


def test_browsers_are_held_to_https_where_it_is_there(tmp_path: Path) -> None:
    name = "strict-transport-security"
    with service(tmp_path, base_url="https://mla.example") as client:
        assert name in client.get("/health/live").headers
    with service(tmp_path) as client:
        assert name not in client.get("/health/live").headers
        assert name in client.get("https://testserver/health/live").headers


@pytest.mark.parametrize(
    "path",
    ["/", "/sparql", "/api/queries", "/api/queries/one", "/id/state/lu", "/ontology", "/dumps/",
     "/health/live", "/metrics", "/openapi.json", "/static/style.css", "/static/x.js"],
)  # fmt: skip
def test_every_address_says_what_methods_it_takes(empty: TestClient, path: str) -> None:
    answer = empty.options(path)
    assert answer.status_code == 204
    methods = answer.headers["allow"].split(", ")
    assert {"GET", "HEAD", "OPTIONS"} <= set(methods)
    refused = empty.delete(path)
    assert refused.status_code == 405 and refused.headers["allow"] == answer.headers["allow"]
    assert refused.headers["content-type"] == "application/problem+json"


def test_any_site_may_ask_and_read_the_headers(empty: TestClient) -> None:
    origin = {"Origin": "https://elsewhere.example"}
    asked = origin | {
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type, x-request-id",
    }
    before = empty.options("/sparql", headers=asked)
    assert before.status_code == 200
    assert before.headers["access-control-allow-origin"] == "*"
    assert "POST" in before.headers["access-control-allow-methods"]
    assert "x-request-id" in before.headers["access-control-allow-headers"]
    answer = empty.get("/api/queries/one", headers=origin)
    assert answer.headers["access-control-allow-origin"] == "*"
    exposed = answer.headers["access-control-expose-headers"].split(", ")
    assert {"ETag", "Link", "Retry-After", "X-Request-ID"} <= set(exposed)


@pytest.fixture
def written() -> Iterator[Callable[[str], list[str]]]:
    """What the log of requests holds at level INFO, as text or as JSON."""
    logger = logging.getLogger("mla_graph.requests")
    before, texts = logger.level, {}
    formatters = {"text": logs.TextFormatter(), "json": logs.JsonFormatter()}
    handlers = []
    for name, formatter in formatters.items():
        texts[name] = io.StringIO()
        handlers.append(logging.StreamHandler(texts[name]))
        handlers[-1].setFormatter(formatter)
        logger.addHandler(handlers[-1])
    logger.setLevel(logging.INFO)
    yield lambda name: texts[name].getvalue().splitlines()
    logger.setLevel(before)
    for handler in handlers:
        logger.removeHandler(handler)


def test_each_request_is_one_line_without_parameters_and_client(
    empty: TestClient, written: Callable[[str], list[str]]
) -> None:
    empty.get("/api/queries/one?format=rows", headers={"X-Request-ID": "mine"})
    (line,) = written("json")
    entry = json.loads(line)
    assert entry | {"time": 0, "milliseconds": 0, "bytes": 0} == {
        "time": 0, "milliseconds": 0, "bytes": 0,
        "level": "INFO",
        "logger": "mla_graph.requests",
        "message": entry["message"],
        "request_id": "mine",
        "method": "GET",
        "path": "/api/queries/one",
        "route": "/api/queries/{name}",
        "status": 200,
    }  # fmt: skip
    assert "rows" not in line
    (line,) = written("text")
    assert "INFO GET /api/queries/one 200" in line and line.endswith("[mine]")


def test_what_was_asked_is_logged_at_debug_alone(
    empty: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG", "mla_graph")
    empty.get("/api/queries/one?format=rows")
    assert [r.levelname for r in caplog.records if "rows" in r.getMessage()] == ["DEBUG"]


def test_the_level_of_the_log_is_a_setting() -> None:
    quiet = logs.configuration(Settings.from_environ({"MLA_LOG_LEVEL": "error"}))
    assert quiet["loggers"]["mla_graph"]["level"] == "ERROR"


def test_a_path_cannot_forge_a_line(empty: TestClient, written: Callable[[str], list[str]]) -> None:
    empty.get("/a%0AGET%20/b")
    assert len(written("text")) == len(written("json")) == 1


def test_the_client_is_named_where_a_setting_says_so(
    tmp_path: Path, written: Callable[[str], list[str]]
) -> None:
    with service(tmp_path, log_client=True) as client:
        client.get("/health/live")
    (line,) = written("json")
    assert json.loads(line)["client"] == "testclient"


def test_metrics_tell_of_saved_queries_kept_answers_release_and_limits(tmp_path: Path) -> None:
    queries = "mla_saved_query_seconds_count"
    busy = Failing(ox.Store(), "the store", release_id="r1")
    busy.error = LimitReached("Too long.", limit="time")
    with service(tmp_path, busy) as client:
        client.get("/id/state/lu")
        text = client.get("/metrics").text
        assert 'mla_limits_met_total{limit="time"} 1.0' in text
        assert 'mla_release_info{created="",id="r1",store="the store"} 1.0' in text
        assert "mla_process_resident_bytes" in text and "mla_adhoc_queries 0.0" in text
    with service(tmp_path, EmbeddedStore(ox.Store(), "x", release_id="r1")) as client:
        for _ in range(3):
            client.get("/api/queries/one?format=json")
        client.get("/api/queries/nope")
        text = client.get("/metrics").text
        assert f'{queries}{{query="one"}} 3.0' in text and "nope" not in text


def test_a_process_that_was_told_to_stop_is_live_but_not_ready(empty: TestClient) -> None:
    empty.context.leaving = True  # type: ignore[attr-defined]
    answer = empty.get("/health/ready")
    assert (answer.status_code, answer.json()["status"]) == (503, "stopping")
    assert "retry-after" in answer.headers
    assert empty.get("/health/live").status_code == 200
    assert empty.get("/api/queries/one").status_code == 200
