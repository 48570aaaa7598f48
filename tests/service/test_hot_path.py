"""Short questions need no thread and repeated ones no work; the answers are the same."""

import gzip
import threading
from pathlib import Path

import pyoxigraph as ox
import pytest
from httpx import Response
from starlette.testclient import TestClient

from mla_graph.service.context import SHORT, Pace, Served
from mla_graph.store.embedded import EmbeddedStore
from mla_graph.store.interface import Answer

from .conftest import BROWSER, Serve

NUMBERS = "/api/queries/numbers?limit=2"


class Watched(EmbeddedStore):
    """A store that notes in which thread it is asked."""

    def __init__(self, release_id: str | None, *, never_waits: bool = True) -> None:
        super().__init__(ox.Store(), release_id or "", release_id=release_id,
                         never_waits=never_waits)  # fmt: skip
        self.threads: list[str] = []

    def query(self, sparql: str, *, timeout: float | None = None) -> Answer:
        self.threads.append(threading.current_thread().name)
        return super().query(sparql, timeout=timeout)


def served_by(serve: Serve, queries: Path, store: EmbeddedStore) -> TestClient:
    return serve(queries=queries, store=store)


def write_all(queries: Path) -> None:
    """The query ``all``, for everything with ``<urn:p>`` 1."""
    (queries / "all.rq").write_text(
        "#+ summary: All\n#+ columns:\n#+   - {name: s, type: iri, description: A thing.}\n"
        "SELECT ?s WHERE { ?s <urn:p> 1 } ORDER BY ?s",
        "utf-8",
    )


def headers(answer: Response) -> dict[str, str]:
    """The headers but for the request's own name."""
    return {name: value for name, value in answer.headers.items() if name != "x-request-id"}


def test_a_short_query_comes_to_need_no_thread_and_answers_the_same(
    serve: Serve, own_queries: Path
) -> None:
    store = Watched(None)  # without a release nothing is kept: each request is a question
    client = served_by(serve, own_queries, store)
    answers = [client.get(NUMBERS) for _ in range(150)]
    assert "AnyIO worker thread" in store.threads[0]
    assert "AnyIO worker thread" not in store.threads[-1]
    assert len({answer.content for answer in answers}) == 1
    assert len({tuple(sorted(headers(answer).items())) for answer in answers}) == 1


def test_what_waits_for_a_disk_or_a_network_always_gets_a_thread(
    serve: Serve, own_queries: Path
) -> None:
    store = Watched(None, never_waits=False)
    client = served_by(serve, own_queries, store)
    for _ in range(150):
        client.get(NUMBERS)
    assert all("AnyIO worker thread" in name for name in store.threads)


def test_one_long_call_costs_the_trust_of_many_short_ones() -> None:
    pace = Pace()
    while not pace.short("a"):
        with pace.timed("a"):
            pass
    with pace.timed("a"):
        burn(10 * SHORT)
    assert not pace.short("a")
    for _ in range(50):
        with pace.timed("a"):
            pass
    assert not pace.short("a")
    assert not pace.short("b")


def burn(seconds: float) -> None:
    import time

    until = time.thread_time() + seconds
    while time.thread_time() < until:
        pass


XML = "application/sparql-results+xml;q=0.5, */*;q=0.1"
PATHS = [
    "/api/queries/numbers?limit={}",
    "/api/queries/numbers?offset=2&limit={}",
    "/api/queries/numbers?limit={}&offset=1&format=rows",
    "/api/queries/numbers.csv?limit={}",
    "/api/queries/numbers?format=xml&limit={}",
    "/api/queries/listed?n=1&n=2&limit={}",
    "/api/queries/triple?q=a+b%20%C3%A9&limit={}",
    "/api/queries/is?limit={}",
    "/api/queries/today?limit={}",
]


@pytest.mark.parametrize("release", ["r1", None])
def test_a_warm_answer_is_the_cold_one(
    serve: Serve, own_queries: Path, monkeypatch: pytest.MonkeyPatch, release: str | None
) -> None:
    store = Watched(release)
    warm = served_by(serve, own_queries, store)
    requests = [
        (path.format(n), {"Accept": accept, "Accept-Encoding": packing, "X-Request-ID": "r"} | more)
        for path in PATHS
        for n in (4, 2)
        for accept in ("*/*", "text/csv", XML, BROWSER)
        for packing in ("identity", "gzip, br")
        for more in ({}, {"Origin": "https://example.org"})
    ]
    cold = [warm.get(path, headers=sent) for path, sent in requests]
    monkeypatch.setattr(Pace, "short", lambda *_: True)  # in the event loop from here on
    for (path, sent), expected in zip(requests, cold, strict=True):
        answer = warm.get(path, headers=sent)
        assert answer.status_code == expected.status_code
        assert answer.content == expected.content
        assert headers(answer) == headers(expected)


@pytest.mark.parametrize(
    "question", ["limit=x", "limit=1&limit=2", "nothing=1", "format=none", "limit=%", "limit=%FF"]
)
def test_a_wrong_question_is_refused_after_right_ones(
    serve: Serve, own_queries: Path, monkeypatch: pytest.MonkeyPatch, question: str
) -> None:
    monkeypatch.setattr(Pace, "short", lambda *_: True)
    client = served_by(serve, own_queries, Watched("r1"))
    for limit in (1, 2, 3):
        assert client.get(f"/api/queries/numbers?limit={limit}").status_code == 200
    answer = client.get(f"/api/queries/numbers?{question}")
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_long_answer_is_packed_after_short_ones(
    serve: Serve, own_queries: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Pace, "short", lambda *_: True)
    store = Watched("r1")
    for n in range(300):
        store.load(f"<urn:{n}> <urn:p> 1 .".encode(), ox.RdfFormat.TURTLE)
    write_all(own_queries)
    client = served_by(serve, own_queries, store)
    short = [client.get(f"/api/queries/all?format=csv&limit={n}") for n in (1, 2, 3)]
    assert not any("content-encoding" in answer.headers for answer in short)
    long = client.get("/api/queries/all?format=csv&limit=250")
    assert "content-encoding" in long.headers and len(long.text.split()) == 251


def test_a_repeated_request_gets_the_same_response(serve: Serve, own_queries: Path) -> None:
    store = Watched("r1")
    client = served_by(serve, own_queries, store)
    first, again = client.get(NUMBERS), client.get(NUMBERS)
    asked = len(store.threads)
    assert again.content == first.content and headers(again) == headers(first)
    assert client.get(NUMBERS).status_code == 200 and len(store.threads) == asked


def test_a_kept_response_is_for_who_asks_in_the_same_way(serve: Serve, own_queries: Path) -> None:
    client = served_by(serve, own_queries, Watched("r1"))
    seen = {
        (accept, packing, origin): client.get(
            "/api/queries/numbers",
            headers={"Accept": accept, "Accept-Encoding": packing}
            | ({"Origin": origin} if origin else {}),
        )
        for _ in range(2)
        for accept in ("text/csv", "application/json", BROWSER)
        for packing in ("gzip", "identity")
        for origin in ("", "https://example.org")
    }
    for (accept, _, origin), answer in seen.items():
        assert answer.headers["content-type"].split(";")[0] == accept.split(",")[0]
        assert ("access-control-allow-origin" in answer.headers) is bool(origin)


def test_a_kept_packed_response_unpacks_to_the_plain_one(client: TestClient) -> None:
    path = "/api/queries/measures"
    for _ in range(2):
        with client.stream("GET", path, headers={"Accept-Encoding": "gzip"}) as packed:
            raw = b"".join(packed.iter_raw())
            assert packed.headers["content-encoding"] == "gzip"
            assert int(packed.headers["content-length"]) == len(raw)
        plain = client.get(path, headers={"Accept-Encoding": "identity"})
        assert gzip.decompress(raw) == plain.content


def test_conditional_requests_are_never_answered_from_what_is_kept(
    serve: Serve, own_queries: Path
) -> None:
    client = served_by(serve, own_queries, Watched("r1"))
    tag = client.get(NUMBERS).headers["etag"]
    assert client.get(NUMBERS, headers={"If-None-Match": tag}).status_code == 304
    assert client.get(NUMBERS).status_code == 200
    assert client.get(NUMBERS, headers={"If-None-Match": tag}).status_code == 304


@pytest.mark.parametrize("path", ["/api/queries/today", "/api/queries/numbers?limit=x"])
def test_what_may_change_or_failed_is_not_kept(serve: Serve, own_queries: Path, path: str) -> None:
    client = served_by(serve, own_queries, Watched("r1"))
    first, again = client.get(path), client.get(path)
    assert first.status_code == again.status_code
    assert not _kept(client)


def _kept(client: TestClient) -> list[tuple[str, ...]]:
    """The keys of the whole responses that are kept."""
    served: Served = client.context.served  # type: ignore[attr-defined]
    return [key for key in served.kept._entries if isinstance(key, tuple) and len(key) == 4]


def test_headers_that_select_the_same_share_one_kept_response(
    serve: Serve, own_queries: Path
) -> None:
    client = served_by(serve, own_queries, Watched("r1"))
    for n in range(20):
        sent = {
            "Accept": f"text/csv;x={n}" + ", a/b" * 2000,
            "Accept-Encoding": f"identity, x{n}" + ", y" * 2000,
            "Origin": f"https://{n}.example" + "x" * 5000,
        }
        answer = client.get("/api/queries/numbers", headers=sent)
        assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert _kept(client) == [("/api/queries/numbers", "", "csv", "")]


def test_a_new_release_is_answered_at_once(serve: Serve, own_queries: Path) -> None:
    write_all(own_queries)
    client = served_by(serve, own_queries, Watched("r1"))
    path = "/api/queries/all?format=csv"
    before = client.get(path)
    assert client.get(path).text.split() == ["s"]
    new = Watched("r2")
    new.load(b"<urn:a> <urn:p> 1 .", ox.RdfFormat.TURTLE)
    client.context.served = Served(new)  # type: ignore[attr-defined]
    after = client.get(path)
    assert after.text.split() == ["s", "urn:a"]
    assert after.headers["etag"] != before.headers["etag"]


def test_kept_responses_are_counted_like_all_others(serve: Serve, own_queries: Path) -> None:
    client = served_by(serve, own_queries, Watched("r1"))
    for _ in range(3):
        client.get(NUMBERS)
    text = client.get("/metrics").text
    assert 'method="GET",route="/api/queries/{name}",status="200"} 3.0' in text
    assert "mla_truncated_answers_total 3.0" in text


def test_the_head_of_a_kept_response_has_no_body(serve: Serve, own_queries: Path) -> None:
    client = served_by(serve, own_queries, Watched("r1"))
    get = client.get(NUMBERS)
    for _ in range(2):
        head = client.head(NUMBERS)
        assert head.status_code == 200 and head.headers["etag"] == get.headers["etag"]
