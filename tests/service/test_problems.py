"""Whatever is wrong with a request is told as a problem document, and never as a 500."""

import gzip
import json
import logging
import time
from collections.abc import Iterator
from urllib.parse import parse_qs

import pytest
from starlette.testclient import TestClient

from mla_graph.model.errors import LimitReached, StoreUnavailable
from mla_graph.service.wire.parameters import decoded
from mla_graph.store.embedded import EmbeddedStore
from mla_graph.store.interface import Answer

from .conftest import BROWSER, LEGAL_BASES, Serve

QUERY = "/api/queries/legal-bases"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/nowhere", 404, "not-found"),
        ("/api/queries/legal-base", 404, "unknown-query"),
        ("/api/queries/legal%00bases", 404, "unknown-query"),
        ("/api/queries/%FF", 404, "unknown-query"),
        ("/id/state/zz", 404, "unknown-resource"),
        ("/id/state/l u", 404, "unknown-resource"),
        ("/id/state/%3E%3Cx", 404, "unknown-resource"),
        ("/id/state/%00", 404, "unknown-resource"),
        ("/dumps/mla-graph.zip", 404, "unknown-resource"),
        ("/static/../app.py", 404, "not-found"),
        (f"{QUERY}?state=LU", 400, "missing-parameter"),
        (f"{QUERY}?state=&measure=A.30", 400, "invalid-value"),
        (f"{QUERY}?state=XX&measure=A.30", 400, "unknown-value"),
        (f"{LEGAL_BASES}&stat=LU", 400, "unknown-parameter"),
        (f"{LEGAL_BASES}&state=BE", 400, "invalid-value"),
        (f"{LEGAL_BASES}&limit=-1", 400, "invalid-value"),
        (f"{LEGAL_BASES}&limit=1.5", 400, "invalid-value"),
        (f"{LEGAL_BASES}&limit=1&limit=2", 400, "invalid-value"),
        (f"{LEGAL_BASES}&limit=999999999999999999999999", 400, "invalid-value"),
        (f"{LEGAL_BASES}&offset=x", 400, "invalid-value"),
        (f"{LEGAL_BASES}&format=pdf", 400, "unsupported-format"),
        (f"{LEGAL_BASES}&format=csv&format=tsv", 400, "invalid-value"),
        (f"{LEGAL_BASES}&lang=%zz", 400, "malformed-request"),
        (f"{LEGAL_BASES}&lang=%", 400, "malformed-request"),
        (f"{LEGAL_BASES}&lang=%FF", 400, "malformed-request"),
        (f"{LEGAL_BASES}&lang=%00", 400, "malformed-request"),
        (f"{LEGAL_BASES}&%FF=1", 400, "malformed-request"),
        ("/api/queries/instruments?on=2024-02-30", 400, "invalid-value"),
        ("/api/queries?x=1", 400, "unknown-parameter"),
        ("/ontology?format=pdf", 400, "unsupported-format"),
        ("/sparql?query=", 400, "missing-parameter"),
        ("/sparql?query=SELECT", 400, "query-syntax-error"),
        ("/sparql?query=ASK%7B%7D&query=ASK%7B%7D", 400, "invalid-value"),
        ("/sparql?query=ASK%20%7B%7D&format=turtle", 400, "unsupported-format"),
        ("/sparql?query=ASK%20%7B%7D&default-graph-uri=x", 400, "invalid-value"),
        ("/sparql?query=%00", 400, "malformed-request"),
        ("/sparql?update=CLEAR%20ALL", 403, "update-refused"),
        ("/sparql?query=CLEAR%20ALL", 403, "update-refused"),
    ],
)
def test_a_request_that_cannot_be_answered_says_why(
    client: TestClient, path: str, status: int, code: str
) -> None:
    answer = client.get(path)
    problem = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.status_code, problem["status"]) == (status, status)
    assert problem["type"] == f"https://w3id.org/mla-graph/problems/{code}"
    assert problem["title"] and problem["detail"]
    assert problem["instance"].startswith("/")
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("body", "headers", "status", "code"),
    [
        (b"{", JSON, 400, "malformed-request"),
        (b"[]", JSON, 400, "malformed-request"),
        (b"\xff", JSON, 400, "malformed-request"),
        (b"[" * 100_000, JSON, 400, "malformed-request"),
        (b'{"state": NaN}', JSON, 400, "malformed-request"),
        (b'{"state": "LU", "state": "BE"}', JSON, 400, "malformed-request"),
        (b'{"state": "\\ud800"}', JSON, 400, "malformed-request"),
        (b'{"\\ud800": "x"}', JSON, 400, "malformed-request"),
        (b'{"state": "a\\u0000"}', JSON, 400, "malformed-request"),
        (b'{"state": {"a": 1}, "measure": "A.30"}', JSON, 400, "invalid-value"),
        (b'{"state": ["LU"], "measure": "A.30"}', JSON, 400, "invalid-value"),
        (b'{"state": 1, "measure": "A.30"}', JSON, 400, "invalid-value"),
        (b'{"state": null, "measure": "A.30"}', JSON, 400, "invalid-value"),
        (b'{"limit": "1", "state": "LU", "measure": "A.30"}', JSON, 400, "invalid-value"),
        (b'{"limit": true, "state": "LU", "measure": "A.30"}', JSON, 400, "invalid-value"),
        (b'{"limit": 1%s}' % (b"0" * 5000), JSON, 400, "malformed-request"),
        (b"state=%FF", FORM, 400, "malformed-request"),
        (b"state=\xff", FORM, 400, "malformed-request"),
        (b"", FORM, 400, "missing-parameter"),
        (b"&".join([b"state=LU"] * 1001), FORM, 400, "invalid-value"),
        (b"a&" * 500_000, FORM, 400, "invalid-value"),
        (b"state=LU", {"Content-Type": "text/plain"}, 415, "unsupported-media-type"),
        (b"state=LU", {}, 415, "unsupported-media-type"),
        (b"state=LU", FORM | {"Content-Encoding": "gzip"}, 415, "unsupported-media-type"),
        (
            b"state=LU",
            {"Content-Type": "application/x-www-form-urlencoded; charset=latin1"},
            415,
            "unsupported-media-type",
        ),
    ],
)
def test_a_body_that_cannot_be_read_says_why(
    client: TestClient, body: bytes, headers: dict[str, str], status: int, code: str
) -> None:
    answer = client.post(QUERY, content=body, headers=headers)
    assert (answer.status_code, answer.json()["type"].rpartition("/")[2]) == (status, code)


def test_an_unknown_value_comes_with_the_nearest(client: TestClient) -> None:
    problem = client.get(f"{QUERY}?state=LX&measure=A.30").json()
    assert problem["parameter"] == "state"
    assert problem["value"] == "LX"
    assert "LU" in problem["nearest"]


def test_an_unknown_query_comes_with_the_nearest(client: TestClient) -> None:
    assert "legal-bases" in client.get("/api/queries/legal-basis").json()["nearest"]


def test_a_syntax_error_comes_with_its_place(client: TestClient) -> None:
    problem = client.get("/sparql", params={"query": "SELECT *\nWHERE { ?s ?p }"}).json()
    assert problem["line"] == 2 and problem["column"] in (15, 16)


@pytest.mark.parametrize("path", [QUERY, "/sparql"])
def test_a_body_beyond_the_limit_is_refused_whatever_it_claims(serve: Serve, path: str) -> None:
    client = serve(max_body=100)

    def chunks() -> Iterator[bytes]:
        for _ in range(20):
            yield b"q=aaaaaaaa"

    declared = client.post(path, content=b"q=" + b"a" * 200, headers=FORM)
    streamed = client.post(path, content=chunks(), headers=FORM)
    for answer in (declared, streamed):
        assert answer.status_code == 413
        assert answer.json()["type"].endswith("/body-too-large")
        assert answer.json()["limit"] == 100
    assert client.post(QUERY, content=b"state=LU&measure=A.30", headers=FORM).status_code == 200


def test_a_compressed_body_is_not_unpacked(client: TestClient) -> None:
    bomb = gzip.compress(b"query=" + b" " * 10_000_000)
    answer = client.post("/sparql", content=bomb, headers=FORM | {"Content-Encoding": "gzip"})
    assert answer.status_code == 415


@pytest.mark.parametrize("method", ["DELETE", "PUT", "PATCH", "TRACE"])
def test_another_method_is_refused_and_told_what_is_allowed(
    client: TestClient, method: str
) -> None:
    answer = client.request(method, QUERY)
    assert answer.status_code == 405
    assert answer.json()["type"].endswith("/method-not-allowed")
    assert {"GET", "HEAD", "POST"} <= set(answer.headers["allow"].split(", "))


def test_options_tells_what_is_allowed(client: TestClient) -> None:
    answer = client.options("/ontology")
    assert answer.status_code == 204
    assert set(answer.headers["allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}


def test_nothing_acceptable_names_what_there_is(client: TestClient) -> None:
    answer = client.get(LEGAL_BASES, headers={"Accept": "image/png"})
    assert answer.status_code == 406
    assert "text/csv" in answer.json()["valid"]


class _Failing(EmbeddedStore):
    """A store that fails in a given way."""

    def __init__(self, error: Exception) -> None:
        import pyoxigraph as ox

        super().__init__(ox.Store(), "a store that fails")
        self._error = error

    def query(self, sparql: str, *, timeout: float | None = None) -> Answer:
        raise self._error


@pytest.mark.parametrize("error", [LimitReached("Too much."), StoreUnavailable("Away.")])
def test_limits_and_outages_ask_to_come_back(serve: Serve, error: Exception) -> None:
    client = serve(store=_Failing(error))
    for path in ("/api/queries/states", "/sparql?query=ASK%7B%7D", "/id/state/lu"):
        answer = client.get(path)
        assert answer.status_code == 503
        assert int(answer.headers["retry-after"]) > 0
        assert answer.headers["content-type"] == "application/problem+json"


def test_a_fault_of_the_service_is_logged_and_shows_nothing_of_its_inside(
    serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    client = serve(store=_Failing(RuntimeError("secret inside")))
    with caplog.at_level(logging.ERROR):
        answer = client.get("/api/queries/states", headers={"Accept": BROWSER})
        plain = client.get("/api/queries/states")
    for each in (answer, plain):
        assert each.status_code == 500
        assert each.json()["type"].endswith("/internal-error")
        assert "secret" not in each.text and "Traceback" not in each.text
    assert "secret inside" in caplog.text


def test_a_browser_gets_the_problem_as_a_page(client: TestClient) -> None:
    answer = client.get("/id/state/zz", headers={"Accept": BROWSER})
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("text/html")
    assert "No such resource" in answer.text


def test_hostile_text_is_escaped_on_the_page(client: TestClient) -> None:
    answer = client.get("/id/state/<script>alert(1)<", headers={"Accept": BROWSER})
    assert answer.status_code == 404
    assert "<script>alert" not in answer.text


def test_query_texts_are_not_logged(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        client.get("/sparql", params={"query": "ASK { <urn:private> ?p ?o }"})
        client.get("/sparql", params={"query": "ASK { <urn:private> ?p"})
        client.get("/api/queries/search", params={"q": "urn:private"})
    ours = [record.getMessage() for record in caplog.records if "mla_graph" in record.name]
    assert "private" not in json.dumps(ours)


@pytest.mark.parametrize(
    "host", ["a b", "<script>", 'a"b', "[", "a/b?c#d", "%zz", "\u00e9".encode()]
)
@pytest.mark.parametrize("path", ["/.well-known/void", "/sparql", "/dumps", "/"])
def test_a_strange_host_header_harms_nothing(
    client: TestClient, host: str | bytes, path: str
) -> None:
    answer = client.get(path, headers={"Host": host}, follow_redirects=False)  # type: ignore[dict-item]
    assert answer.status_code < 500


def test_forms_are_decoded_as_the_standard_library_does() -> None:
    odd = b"a\\x41b=%5C%41%c3%A9+%2B\xc3\xa9&c=\\%20\\n"
    expected = parse_qs(odd.decode(), keep_blank_values=True)
    assert decoded(odd) == expected


def test_a_form_full_of_escapes_is_decoded_in_no_time() -> None:
    since = time.thread_time()
    decoded(b"q=" + b"%41" * 340_000)
    assert time.thread_time() - since < 0.15


def test_a_problem_repeats_little_of_what_was_sent(client: TestClient) -> None:
    body = b"query=ASK{}&format=" + b"a" * 900_000
    answer = client.post("/sparql", content=body, headers=FORM)
    assert (answer.status_code, len(answer.content) < 10_000) == (400, True)
