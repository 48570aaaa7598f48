"""Answers are kept by their tag, within bounds, and only while the graph stays the same."""

from pathlib import Path

from mla_graph.service.wire.answer_cache import LARGEST, AnswerCache, Answered
from mla_graph.store.embedded import EmbeddedStore
from mla_graph.store.interface import Answer

from .conftest import Serve


def answered(size: int) -> Answered:
    return Answered(b"x" * size, {})


def test_the_answer_unused_for_longest_goes_first() -> None:
    cache = AnswerCache(most_bytes=30)
    for tag in "abc":
        cache.put(tag, answered(10))
    cache.get("a")
    cache.put("d", answered(10))
    assert [tag for tag in "abcd" if cache.get(tag)] == ["a", "c", "d"]


def test_putting_an_answer_twice_counts_once() -> None:
    cache = AnswerCache(most_bytes=30)
    for tag in ("a", "b", "b", "b"):
        cache.put(tag, answered(10))
    assert cache.get("a") and cache.get("b")


def test_a_huge_answer_is_not_kept() -> None:
    cache = AnswerCache()
    cache.put("huge", answered(LARGEST + 1))
    assert cache.get("huge") is None


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


def test_a_store_that_may_change_is_asked_each_time(serve: Serve, own_queries: Path) -> None:
    store = _store(None)
    client = serve(queries=own_queries, store=store)
    for _ in range(2):
        client.get("/api/queries/numbers")
    assert store.asked == 2
