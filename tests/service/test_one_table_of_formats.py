"""One table of formats: every route takes the same names and types for the same kind of answer."""

import pytest
from starlette.testclient import TestClient

GRAPHS = (
    "/id/state/lu",
    "/sparql?query=CONSTRUCT%20%7B%3Fs%20%3Fp%20%3Fo%7D%20%7B%3Fs%20%3Fp%20%3Fo%7D%20LIMIT%202",
    "/api/queries/why-graph?requesting=BE&executing=LU&measure=A.30&instrument=coe-030&on=2024-05-01",
)
TABLE = "/api/queries/states?lang=fr"


@pytest.mark.parametrize("path", GRAPHS)
@pytest.mark.parametrize(
    ("asked", "media_type"),
    [
        ("turtle", "text/turtle; charset=utf-8"),
        ("ttl", "text/turtle; charset=utf-8"),
        ("text/turtle", "text/turtle; charset=utf-8"),
        ("nt", "application/n-triples"),
        ("json", "application/ld+json"),
        ("jsonld", "application/ld+json"),
        ("rdfxml", "application/rdf+xml"),
        ("XML", "application/rdf+xml"),
    ],
)
def test_a_graph_comes_in_the_format_that_is_named(
    client: TestClient, path: str, asked: str, media_type: str
) -> None:
    reply = client.get(path, params=dict([*_pairs(path), ("format", asked)]))
    assert (reply.status_code, reply.headers["content-type"]) == (200, media_type)


@pytest.mark.parametrize("path", GRAPHS)
@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("application/rdf+xml", "application/rdf+xml"),
        ("application/json", "application/ld+json"),
        ("text/plain", "application/n-triples"),
    ],
)
def test_a_graph_comes_in_the_type_that_is_accepted(
    client: TestClient, path: str, accept: str, media_type: str
) -> None:
    reply = client.get(path, headers={"Accept": accept})
    assert (reply.status_code, reply.headers["content-type"]) == (200, media_type)


def test_a_table_for_excel_begins_with_a_byte_order_mark(client: TestClient) -> None:
    plain, excel = (client.get(f"{TABLE}&format={name}") for name in ("csv", "excel"))
    assert excel.headers["content-type"] == plain.headers["content-type"]
    assert excel.content == b"\xef\xbb\xbf" + plain.content
    assert "Türkiye" in excel.content.decode("utf-8-sig") or "é" in excel.text


def test_the_first_type_of_the_description_is_the_default(client: TestClient) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    for path in ("/api/queries/measures", "/id/{kind}/{key}"):
        (first, *_) = paths[path]["get"]["responses"]["200"]["content"]
        reply = client.get(path.format(kind="state", key="lu"), headers={"Accept": "*/*"})
        assert reply.headers["content-type"].partition(";")[0] == first


def test_a_copy_of_a_dump_is_not_sent_again(client: TestClient) -> None:
    sent = client.head("/dumps/mla-graph.ttl.gz").headers["last-modified"]
    for date, status in ((sent, 304), ("Sat, 01 Jan 2000 00:00:00 GMT", 200), ("yesterday", 200)):
        reply = client.head("/dumps/mla-graph.ttl.gz", headers={"If-Modified-Since": date})
        assert reply.status_code == status
        assert "etag" in reply.headers


def test_a_missing_prefix_is_answered_with_the_line_to_add(client: TestClient) -> None:
    query = 'SELECT * { ?s rdfs:label "a:b" ; my:own ?o }'
    detail = client.get("/sparql", params={"query": query}).json()["detail"]
    assert "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>" in detail
    assert "PREFIX my: <…>" in detail
    mended = f"PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> PREFIX my: <urn:my> {query}"
    assert client.get("/sparql", params={"query": mended}).status_code == 200


def _pairs(path: str) -> list[tuple[str, str]]:
    from urllib.parse import parse_qsl, urlsplit

    return parse_qsl(urlsplit(path).query)
