"""One address is page, form and data: endings, and the query as it runs."""

from pathlib import Path

import pyoxigraph as ox
import pytest
from starlette.testclient import TestClient

from .conftest import BROWSER, LEGAL_BASES, Serve

EXPLAIN = "/api/queries/legal-bases/explain"


@pytest.fixture
def small(serve: Serve, own_queries: Path) -> TestClient:
    """The service with the small queries."""
    return serve(queries=own_queries)


@pytest.mark.parametrize(
    ("ending", "format"),
    [("json", "json"), ("rows", "rows"), ("csv", "csv"), ("tsv", "tsv"), ("xml", "xml")],
)
def test_an_ending_names_the_format_of_a_table(small: TestClient, ending: str, format: str) -> None:
    by_ending = small.get(f"/api/queries/numbers.{ending}?limit=2", headers={"Accept": BROWSER})
    by_format = small.get(f"/api/queries/numbers?limit=2&format={format}")
    assert by_ending.status_code == 200
    for header in ("content-type", "etag", "x-truncated"):
        assert by_ending.headers[header] == by_format.headers[header]
    assert by_ending.links["next"]["url"].startswith(f"/api/queries/numbers.{ending}?")


@pytest.mark.parametrize(
    ("ending", "media_type"),
    [
        ("ttl", "text/turtle; charset=utf-8"),
        ("nt", "application/n-triples"),
        ("jsonld", "application/ld+json"),
    ],
)
def test_an_ending_names_the_format_of_triples(
    small: TestClient, ending: str, media_type: str
) -> None:
    answer = small.get(f"/api/queries/triple.{ending}?q=x")
    assert answer.status_code == 200 and answer.headers["content-type"] == media_type


def test_the_ending_html_is_the_page_for_programs_too(small: TestClient) -> None:
    answer = small.get("/api/queries/numbers.html", headers={"Accept": "application/json"})
    assert answer.headers["content-type"].startswith("text/html") and "<table>" in answer.text


def test_an_ending_that_the_query_does_not_have_is_nothing(small: TestClient) -> None:
    answer = small.get("/api/queries/numbers.ttl")
    assert answer.status_code == 404
    assert answer.json()["valid"] == ["json", "rows", "csv", "excel", "tsv", "xml", "html"]
    assert small.get("/api/queries/nope.csv").json()["type"].endswith("/unknown-query")


def test_ending_and_format_may_not_contradict_each_other(small: TestClient) -> None:
    assert small.get("/api/queries/numbers.csv?format=csv").status_code == 200
    answer = small.get("/api/queries/numbers.csv?format=xml")
    assert answer.status_code == 400 and answer.json()["parameter"] == "format"


def test_who_asks_for_the_page_by_its_format_wants_an_answer(client: TestClient) -> None:
    page = client.get("/api/queries/legal-bases", headers={"Accept": BROWSER})
    assert page.status_code == 200 and "<form" in page.text
    for ask in (client.get, client.post):
        answer = ask("/api/queries/legal-bases?format=html")
        assert answer.status_code == 400 and "<form" in answer.text and "state" in answer.text


def test_the_page_links_to_the_data_and_to_the_rows_that_follow(small: TestClient) -> None:
    page = small.get("/api/queries/numbers?limit=2&offset=2", headers={"Accept": BROWSER}).text
    assert 'href="/api/queries/numbers.csv?limit=2&amp;offset=2"' in page
    assert 'href="/api/queries/numbers?limit=2&amp;offset=4" rel="next"' in page
    assert 'href="/api/queries/numbers?limit=2&amp;offset=0" rel="prev"' in page
    assert 'href="/api/queries/numbers/explain?limit=2&amp;offset=2"' in page


def test_the_explanation_is_the_query_that_gives_the_answer(client: TestClient) -> None:
    text = client.get(f"{EXPLAIN}?state=LU&measure=A.30&limit=3").text
    store = client.context.served.store  # type: ignore[attr-defined]
    answer = store.query(text).serialize(format=ox.QueryResultsFormat.JSON)
    assert answer == client.get(f"{LEGAL_BASES}&limit=3").content


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        (None, "application/sparql-query"),
        ("*/*", "application/sparql-query"),
        ("text/plain", "text/plain; charset=utf-8"),
        ("application/json", "application/json"),
        (BROWSER, "text/html; charset=utf-8"),
    ],
)
def test_the_explanation_has_a_form_for_everyone(
    client: TestClient, accept: str | None, content_type: str
) -> None:
    headers = {"Accept": accept} if accept else {}
    answer = client.get(f"{EXPLAIN}?state=LU&measure=A.30", headers=headers)
    assert answer.headers["content-type"] == content_type
    assert "<https://w3id.org/mla-graph/id/state/lu>" in answer.text.replace("&lt;", "<").replace(
        "&gt;", ">"
    )
    tag = {"If-None-Match": answer.headers["etag"]}
    assert client.get(f"{EXPLAIN}?state=LU&measure=A.30", headers=headers | tag).status_code == 304


def test_examples_stand_in_for_what_is_missing_and_that_is_told(client: TestClient) -> None:
    told = client.get(f"{EXPLAIN}?state=BE", headers={"Accept": "application/json"}).json()
    assert told["assumed"] == ["measure"]
    assert told["terms"]["state"] == [
        {"type": "uri", "value": "https://w3id.org/mla-graph/id/state/be"}
    ]
    assert told["terms"]["lang"][0]["value"] == "en"
    assert told["defaultGraph"] and len(told["release"]) == 64
    wrong = client.get(f"{EXPLAIN}?state=XX")
    assert wrong.status_code == 400 and wrong.json()["parameter"] == "state"


def test_every_shipped_query_explains_itself(client: TestClient) -> None:
    for entry in client.get("/api/queries").json()["data"]:
        assert client.get(f"{entry['href']}/explain").status_code == 200, entry["name"]
