"""Answers are kept within bounds, and only while the graph stays the same."""

from pathlib import Path

from mla_graph.service.wire.reply import LARGEST, Finished, Kept
from mla_graph.store.embedded import EmbeddedStore
from mla_graph.store.interface import Answer

from .conftest import Serve

BODY = b"x" * 10_000


def test_the_answer_unused_for_longest_goes_first() -> None:
    kept = Kept(most_bytes=40_000)
    for tag in "abc":
        kept.put(tag, tag, BODY)
    kept.get("a")
    kept.put("d", "d", BODY)
    assert [tag for tag in "abcd" if kept.get(tag)] == ["a", "c", "d"]


def test_putting_an_answer_twice_counts_once() -> None:
    kept = Kept(most_bytes=40_000)
    for tag in ("a", "b", "b", "b"):
        kept.put(tag, tag, BODY)
    assert kept.get("a") and kept.get("b")


def test_a_long_address_counts_as_a_long_body_does() -> None:
    kept = Kept(most_bytes=40_000)
    for number in range(9):
        kept.put(("/path", f"q={number}" + "x" * 10_000, "csv", ""), number, b"")
    assert [n for n in range(9) if kept.get(("/path", f"q={n}" + "x" * 10_000, "csv", ""))] == [
        6, 7, 8
    ]  # fmt: skip


def test_a_huge_answer_is_not_kept() -> None:
    kept = Kept()
    kept.put("huge", "huge", b"x" * LARGEST)
    assert kept.get("huge") is None


class _Counting(EmbeddedStore):
    """A store that counts what it is asked."""

    asked = 0

    def query(self, sparql: str, *, timeout: float | None = None) -> Answer:
        self.asked += 1
        return super().query(sparql, timeout=timeout)


def _store(release_id: str | None) -> _Counting:
    import pyoxigraph as ox

    return _Counting(ox.Store(), "a store that counts", release_id=release_id)


def test_a_release_is_asked_once_for_the_same_thing(serve: Serve, own_queries: Path) -> None:
    store = _store("r1")
    client = serve(queries=own_queries, store=store)
    first = client.get("/api/queries/numbers?limit=2&format=rows")
    second = client.get("/api/queries/numbers?limit=2&format=rows")
    assert store.asked == 1
    assert second.content == first.content and second.headers["link"] == first.headers["link"]
    client.get("/api/queries/numbers?limit=3&format=rows")
    assert store.asked == 2


def test_the_same_question_in_other_words_is_not_asked_again(
    serve: Serve, own_queries: Path
) -> None:
    store = _store("r1")
    client = serve(queries=own_queries, store=store)
    answers = [
        client.get("/api/queries/numbers?limit=2&format=rows"),
        client.get("/api/queries/numbers?format=rows&limit=2"),
        client.get("/api/queries/numbers?limit=2", headers={"Accept": "application/json"}),
        client.post("/api/queries/numbers?format=rows", json={"limit": 2}),
    ]
    assert store.asked == 1 and len({answer.content for answer in answers}) == 1


def test_a_store_that_may_change_is_asked_each_time(serve: Serve, own_queries: Path) -> None:
    store = _store(None)
    client = serve(queries=own_queries, store=store)
    for _ in range(2):
        client.get("/api/queries/numbers")
    assert store.asked == 2


def test_long_headers_count_as_a_long_body_does() -> None:
    kept = Kept(100_000)
    for number in range(20):
        long = Finished(200, [(b"link", b"x" * 20_000)], b"")
        kept.put(str(number), long, b"")
    assert sum(kept.get(str(number)) is not None for number in range(20)) <= 5
