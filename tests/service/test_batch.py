"""``POST /api/batch``: many calls at once, each as good as a request of its own."""

import json
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from mla_graph.service.routes import batch

from .conftest import LEGAL_BASES, Serve


@pytest.fixture
def small(serve: Serve, own_queries: Path) -> TestClient:
    """The service with the small queries."""
    return serve(queries=own_queries, max_batch=100)


def ask(client: TestClient, calls: Any) -> list[Any]:
    answer = client.post("/api/batch", json=calls)
    assert answer.status_code == 200 and answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "no-store"
    answers: list[Any] = answer.json()
    return answers


def test_a_call_gets_what_a_request_gets(client: TestClient) -> None:
    parameters = {"state": "LU", "measure": "A.30"}
    rows, table = ask(
        client,
        [
            {"query": "legal-bases", "parameters": parameters},
            {"query": "legal-bases", "parameters": parameters, "format": "json"},
        ],
    )
    assert rows["data"] == client.get(f"{LEGAL_BASES}&format=rows").json()["data"]
    assert table == client.get(LEGAL_BASES).json()


def test_answers_come_in_the_order_of_the_calls(small: TestClient) -> None:
    calls = [{"query": "listed", "parameters": {"n": [1 + n % 3]}} for n in range(90)]
    for asked in (calls, {"requests": calls}):
        answers = ask(small, asked)
        assert [answer["data"][0]["m"] for answer in answers] == [1 + n % 3 for n in range(90)]


def test_every_form_of_query_has_an_answer(small: TestClient) -> None:
    table, triples, boolean = ask(
        small,
        [{"query": "numbers"}, {"query": "triple", "parameters": {"q": "é"}}, {"query": "is"}],
    )
    assert len(table["data"]) == 5
    assert triples == [{"@id": "urn:s", "urn:p": [{"@value": "é"}]}]
    assert boolean["boolean"] is True


@pytest.mark.parametrize(
    ("call", "status", "code"),
    [
        ({"query": "nope"}, 404, "unknown-query"),
        ({"query": "triple"}, 400, "missing-parameter"),
        ({"query": "triple", "parameters": {"q": 1}}, 400, "invalid-value"),
        ({"query": "triple", "parameters": {"z": "x"}}, 400, "unknown-parameter"),
        ({"query": "triple", "parameters": {"q": "\x00"}}, 400, "malformed-request"),
        ({"query": "triple", "parameters": {"q": "x", "limit": 1}}, 400, "invalid-value"),
        ({"query": "numbers", "limit": "1"}, 400, "invalid-value"),
        ({"query": "numbers", "limit": 10**9}, 400, "invalid-value"),
        ({"query": "numbers", "format": "csv"}, 400, "unsupported-format"),
        ({"query": "numbers", "format": ["rows"]}, 400, "unsupported-format"),
        ({"query": "numbers", "parameters": []}, 400, "invalid-value"),
        ({"query": "numbers", "more": 1}, 400, "invalid-value"),
        ({"query": 7}, 400, "invalid-value"),
        ("numbers", 400, "invalid-value"),
    ],
)
def test_a_wrong_call_is_a_problem_in_its_place(
    small: TestClient, call: Any, status: int, code: str
) -> None:
    good = {"query": "numbers"}
    before, problem, after = ask(small, [good, call, good])
    assert problem["status"] == status and problem["type"].endswith(f"/{code}")
    assert problem["instance"] == "/api/batch#/1"
    assert before["data"] == after["data"] and len(after["data"]) == 5


def test_rows_that_were_cut_are_told(small: TestClient) -> None:
    calls = [
        {"query": "numbers", "limit": limit, "format": format}
        for format in ("rows", "json")
        for limit in (2, 5)
    ]
    rows_cut, rows_whole, json_cut, json_whole = ask(small, calls)
    assert rows_cut["meta"]["truncated"] is True and rows_whole["meta"]["truncated"] is False
    assert json_cut["truncated"] is True and "truncated" not in json_whole


@pytest.mark.parametrize(
    ("body", "media_type", "status"),
    [
        ("[", "application/json", 400),
        ("7", "application/json", 400),
        ('{"requests": 7}', "application/json", 400),
        ('{"requests": [], "more": 1}', "application/json", 400),
        (json.dumps([{"query": "is"}] * 101), "application/json", 400),
        ('[{"query": "is", "query": "is"}]', "application/json", 400),
        ("[]", "text/plain", 415),
    ],
)
def test_a_body_that_is_no_batch_is_refused(
    small: TestClient, body: str, media_type: str, status: int
) -> None:
    answer = small.post("/api/batch", content=body, headers={"Content-Type": media_type})
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"


def test_an_empty_batch_has_no_answers(small: TestClient) -> None:
    assert ask(small, []) == []


def test_answers_beyond_the_room_of_a_batch_are_refused_one_by_one(
    small: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch, "MOST_BYTES", 10)
    first, second = ask(small, [{"query": "numbers"}, {"query": "numbers"}])
    assert len(first["data"]) == 5
    assert second["status"] == 503 and second["type"].endswith("/limit-reached")


def test_a_batch_is_only_posted(small: TestClient) -> None:
    answer = small.get("/api/batch")
    assert answer.status_code == 405 and "POST" in answer.headers["allow"]
