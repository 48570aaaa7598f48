"""What ``/api/queries/{name}`` answers: formats, limits, caching."""

import csv
import io
import json
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree

import pytest
from rdflib import Graph
from starlette.testclient import TestClient

from mla_graph.model.about import NOTICE
from mla_graph.store.embedded import EmbeddedStore

from .conftest import BROWSER, LEGAL_BASES, Serve


@pytest.fixture
def small(serve: Serve, own_queries: Path) -> TestClient:
    """The service with the small queries."""
    return serve(queries=own_queries)


def test_the_default_is_sparql_results_json(client: TestClient) -> None:
    answer = client.get(LEGAL_BASES)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/sparql-results+json"
    assert "basis" in answer.json()["head"]["vars"]
    assert answer.json()["results"]["bindings"][0]["rank"]["value"] == "1"


@pytest.mark.parametrize(
    ("format", "media_type"),
    [
        ("json", "application/sparql-results+json"),
        ("rows", "application/json"),
        ("csv", "text/csv; charset=utf-8"),
        ("tsv", "text/tab-separated-values; charset=utf-8"),
        ("xml", "application/sparql-results+xml"),
    ],
)
def test_format_and_accept_give_the_same_bytes(
    client: TestClient, format: str, media_type: str
) -> None:
    by_format = client.get(f"{LEGAL_BASES}&format={format}")
    by_accept = client.get(LEGAL_BASES, headers={"Accept": media_type})
    assert by_format.headers["content-type"] == by_accept.headers["content-type"] == media_type
    assert by_format.headers["etag"] == by_accept.headers["etag"]


def test_every_format_holds_the_same_rows(client: TestClient) -> None:
    count = len(client.get(LEGAL_BASES).json()["results"]["bindings"])
    rows = client.get(f"{LEGAL_BASES}&format=rows").json()["data"]
    table = list(csv.DictReader(io.StringIO(client.get(f"{LEGAL_BASES}&format=csv").text)))
    lines = client.get(f"{LEGAL_BASES}&format=tsv").text.splitlines()
    xml = ElementTree.fromstring(client.get(f"{LEGAL_BASES}&format=xml").content)
    results = xml.findall(".//{http://www.w3.org/2005/sparql-results#}result")
    assert count == len(rows) == len(table) == len(lines) - 1 == len(results) > 1
    assert [row["basis"] for row in rows] == [row["basis"] for row in table]


def test_rows_are_plain_json_and_say_what_was_asked(client: TestClient) -> None:
    answer = client.get(f"{LEGAL_BASES}&format=rows").json()
    meta = answer["meta"]
    assert set(answer) == {"data", "meta"}
    assert answer["data"][0]["rank"] == 1
    assert meta["query"] == "legal-bases"
    assert meta["parameters"]["state"] == ["https://w3id.org/mla-graph/id/state/lu"]
    assert meta["parameters"]["lang"] == ["en"]
    assert meta["count"] == len(answer["data"])
    assert meta["truncated"] is False
    assert len(meta["release"]) == 64
    assert meta["disclaimer"] == NOTICE


def test_values_become_json_values(small: TestClient) -> None:
    data = small.get("/api/queries/values?format=rows").json()["data"]
    assert [row["v"] for row in data] == [True, 1, 1.5, "},{", "2024-05-01", "urn:a", None]


def test_a_code_in_any_case_and_the_full_iri_are_the_same_value(client: TestClient) -> None:
    tags = {
        client.get("/api/queries/legal-bases", params={"state": state, "measure": measure})
        .headers["etag"]
        for state in ("LU", "lu", "https://w3id.org/mla-graph/id/state/lu")
        for measure in ("A.30", "a.30")
    }  # fmt: skip
    assert len(tags) == 1


def test_post_answers_as_get_does(client: TestClient) -> None:
    asked = {"state": "LU", "measure": "A.30"}
    path = "/api/queries/legal-bases"
    got = client.get(path, params=asked).json()
    assert client.post(path, data=asked).json() == got
    assert client.post(path, json=asked).json() == got
    assert client.post(f"{path}?state=LU", data={"measure": "A.30"}).json() == got


def test_post_answers_are_not_kept_by_caches(client: TestClient) -> None:
    answer = client.post("/api/queries/states")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"


def test_a_list_is_repeated_in_addresses_and_an_array_in_json(small: TestClient) -> None:
    expected = [{"m": 2}, {"m": 3}]
    by_address = small.get("/api/queries/listed?n=2&n=3&format=rows")
    by_json = small.post("/api/queries/listed?format=rows", json={"n": [3, 2]})
    assert by_address.json()["data"] == by_json.json()["data"] == expected


@pytest.mark.parametrize("format", ["rows", "json", "csv", "tsv", "xml"])
@pytest.mark.parametrize(
    ("paging", "cut"),
    [("limit=2", True), ("limit=5", False), ("limit=6", False), ("limit=2&offset=3", False),
     ("limit=0", True), ("offset=5", False), ("", False)],
)  # fmt: skip
def test_whether_there_are_more_rows_is_told(
    small: TestClient, format: str, paging: str, cut: bool
) -> None:
    answer = small.get(f"/api/queries/numbers?format={format}&{paging}")
    assert answer.headers["x-truncated"] == ("true" if cut else "false")
    leads_on = 'rel="next"' in answer.headers.get("link", "")
    assert leads_on is (cut and paging != "limit=0")


def test_marks_of_rows_inside_values_do_not_mislead(small: TestClient) -> None:
    answer = small.get("/api/queries/values?format=json&limit=7")
    assert answer.headers["x-truncated"] == "false"


def test_the_next_link_leads_through_all_rows(small: TestClient) -> None:
    path, seen = "/api/queries/numbers?format=rows&limit=2", []
    while path:
        answer = small.get(path)
        seen += [row["n"] for row in answer.json()["data"]]
        path = answer.links.get("next", {}).get("url", "")
    assert seen == [1, 2, 3, 4, 5]


def test_the_links_lead_back_to_the_start(small: TestClient) -> None:
    last = small.get("/api/queries/numbers.rows?limit=2&offset=3").links
    assert "next" not in last
    before = small.get(last["prev"]["url"])
    assert [row["n"] for row in before.json()["data"]] == [2, 3]
    first = small.get(last["first"]["url"])
    assert [row["n"] for row in first.json()["data"]] == [1, 2]
    assert "prev" not in first.links


def test_no_answer_holds_more_rows_than_the_setting(serve: Serve, own_queries: Path) -> None:
    client = serve(queries=own_queries, max_rows=3)
    rows = client.get("/api/queries/numbers?format=rows").json()
    assert rows["meta"]["truncated"] is True and len(rows["data"]) == 3
    table = client.get("/api/queries/numbers?format=csv")
    assert table.headers["x-truncated"] == "true" and len(table.text.splitlines()) == 4
    assert client.get("/api/queries/numbers?limit=4").status_code == 400


def test_a_copy_that_is_still_good_is_not_sent_again(client: TestClient) -> None:
    first = client.get(LEGAL_BASES)
    tag = first.headers["etag"]
    for header in (tag, f'"other", {tag}', "*", f"W/{tag}"):
        again = client.get(LEGAL_BASES, headers={"If-None-Match": header})
        assert again.status_code == 304 and again.content == b""
        assert again.headers["etag"].strip('"').partition("-")[0] in tag
    assert client.get(LEGAL_BASES, headers={"If-None-Match": '"other"'}).status_code == 200


def test_the_tag_depends_on_parameters_paging_and_format(client: TestClient) -> None:
    variants = ["", "&lang=fr", "&limit=3", "&limit=3&offset=1", "&format=csv", "&format=rows"]
    tags = [client.get(LEGAL_BASES + variant).headers["etag"] for variant in variants]
    assert len(set(tags)) == len(variants)


def test_what_depends_on_the_day_has_another_tag_than_the_same_day_by_name(
    small: TestClient,
) -> None:
    today = small.get("/api/queries/today")
    assert today.headers["cache-control"].startswith("public, max-age=")
    named = small.get("/api/queries/today", params={"on": datetime.now(UTC).date().isoformat()})
    assert named.content == today.content
    assert named.headers["etag"] != today.headers["etag"]
    fixed = small.get("/api/queries/today?on=2024-05-01")
    assert fixed.headers["cache-control"].startswith("public, max-age=")


def test_a_store_without_release_has_no_tags(serve: Serve, own_queries: Path) -> None:
    client = serve(queries=own_queries, store=EmbeddedStore.in_memory())
    answer = client.get("/api/queries/numbers")
    assert answer.status_code == 200
    assert "etag" not in answer.headers and answer.headers["cache-control"] == "no-cache"
    assert client.get("/api/queries/numbers?format=rows").json()["meta"]["release"] is None


def test_head_gives_the_headers_of_get(client: TestClient) -> None:
    head, get = client.head(LEGAL_BASES), client.get(LEGAL_BASES)
    assert head.status_code == 200
    assert head.headers["etag"] == get.headers["etag"]
    assert head.headers["content-type"] == get.headers["content-type"]


def test_caches_are_told_what_the_answer_varies_with(client: TestClient) -> None:
    vary = client.get(LEGAL_BASES).headers["vary"]
    assert "Accept" in vary.split(", ") and "Accept-Encoding" in vary


def test_long_answers_are_compressed_for_who_asks(client: TestClient) -> None:
    packed = client.get(LEGAL_BASES, headers={"Accept-Encoding": "gzip"})
    plain = client.get(LEGAL_BASES, headers={"Accept-Encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.json() == plain.json()


def test_pages_of_any_origin_may_read_the_answers(client: TestClient) -> None:
    answer = client.get(LEGAL_BASES, headers={"Origin": "https://example.org"})
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "X-Truncated" in answer.headers["access-control-expose-headers"]
    preflight = client.options(
        LEGAL_BASES,
        headers={
            "Origin": "https://example.org",
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "content-type",
        },
    )
    assert preflight.status_code == 200
    assert "POST" in preflight.headers["access-control-allow-methods"]


@pytest.mark.parametrize(
    ("format", "media_type", "part"),
    [
        ("turtle", "text/turtle; charset=utf-8", '"x"'),
        ("ntriples", "application/n-triples", '<urn:s> <urn:p> "x" .'),
        ("jsonld", "application/ld+json", '"urn:p"'),
    ],
)
def test_a_construct_query_gives_rdf(
    small: TestClient, format: str, media_type: str, part: str
) -> None:
    answer = small.get(f"/api/queries/triple?q=x&format={format}")
    assert answer.headers["content-type"] == media_type
    assert part in answer.text
    assert "x-truncated" not in answer.headers


def test_a_construct_query_is_turtle_by_default_and_no_table(small: TestClient) -> None:
    default = small.get("/api/queries/triple?q=x")
    assert default.headers["content-type"].startswith("text/turtle")
    assert small.get("/api/queries/triple?q=x&format=csv").status_code == 400


def test_an_ask_query_answers_true_or_false(small: TestClient) -> None:
    assert small.get("/api/queries/is").json()["boolean"] is True


def test_text_never_becomes_part_of_the_query(small: TestClient) -> None:
    hostile = '" } INSERT DATA { <urn:a> <urn:b> "\\u0022'
    answer = small.get("/api/queries/triple", params={"q": hostile, "format": "jsonld"})
    [node] = answer.json()
    assert node["urn:p"] == [{"@value": hostile}]


def test_the_list_describes_every_query(client: TestClient) -> None:
    listed = client.get("/api/queries").json()["data"]
    [legal_bases] = [entry for entry in listed if entry["name"] == "legal-bases"]
    assert legal_bases["href"] == "/api/queries/legal-bases"
    required = [p["name"] for p in legal_bases["parameters"] if p["required"]]
    assert required == ["state", "measure"]


def test_every_shipped_query_answers_with_its_examples(client: TestClient) -> None:
    for entry in client.get("/api/queries").json()["data"]:
        asked = {p["name"]: p["example"] for p in entry["parameters"] if p["required"]}
        if entry["form"] == "construct":
            answer = client.get(entry["href"], params=asked)
            assert len(Graph().parse(data=answer.text, format="turtle")), entry["name"]
            page = client.get(entry["href"], params=asked, headers={"Accept": BROWSER})
            assert "<h2>The triples</h2>" in page.text, entry["name"]
            continue
        answer = client.get(entry["href"], params=asked | {"format": "rows"})
        assert answer.status_code == 200, (entry["name"], answer.text)
        names = [column["name"] for column in entry["columns"]]
        for row in answer.json()["data"]:
            assert list(row) == names


def test_a_browser_gets_a_form_and_the_answer(client: TestClient) -> None:
    empty = client.get("/api/queries/legal-bases", headers={"Accept": BROWSER})
    assert empty.status_code == 200
    assert '<option value="LU"' in empty.text and "<table>" not in empty.text
    filled = client.get(f"{LEGAL_BASES}&lang=", headers={"Accept": BROWSER})
    assert filled.status_code == 200
    assert '<option value="LU" selected' in filled.text
    assert "/id/instrument/eu-dir-2014-41" in filled.text
    assert "/api/queries/legal-bases.csv?state=LU" in filled.text


def test_a_wrong_value_in_the_form_is_told_on_the_page(client: TestClient) -> None:
    page = client.get(
        "/api/queries/legal-bases?state=<b>&measure=A.30", headers={"Accept": BROWSER}
    )
    assert page.status_code == 400
    assert "No such value" in page.text and "<form" in page.text
    assert "<b>" not in page.text.partition('role="alert"')[2]


def test_json_text_is_written_as_it_is_read(client: TestClient) -> None:
    answer = client.get("/api/queries/measures?lang=fr&format=rows")
    assert "é" in answer.text and json.loads(answer.content)
