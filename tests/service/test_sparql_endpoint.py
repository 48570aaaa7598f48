"""``/sparql``: the protocol for queries, its limits, its page."""

import threading
import time
from urllib.parse import urlencode

import anyio
import pyoxigraph as ox
import pytest
from starlette.testclient import TestClient

from mla_graph.store.embedded import EmbeddedStore

from .conftest import BROWSER, Serve

SELECT = "SELECT ?s WHERE { ?s a <https://w3id.org/mla-graph/ontology#State> } ORDER BY ?s LIMIT 2"
CONSTRUCT = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o } LIMIT 3"
HEAVY = """SELECT (COUNT(*) AS ?n) WHERE {
    ?a ?b ?c FILTER NOT EXISTS { ?d ?e ?f FILTER(?f + 0 = -1) }
}"""
"""Looks at all triples for each triple, and needs no memory for it."""
DIRECT = {"Content-Type": "application/sparql-query"}


def test_a_query_can_be_sent_in_all_ways_of_the_protocol(client: TestClient) -> None:
    got = client.get("/sparql", params={"query": SELECT})
    form = client.post("/sparql", data={"query": SELECT})
    direct = client.post("/sparql", content=SELECT, headers=DIRECT)
    assert got.status_code == 200
    assert len(got.json()["results"]["bindings"]) == 2
    assert got.json() == form.json() == direct.json()


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        (None, "application/sparql-results+json"),
        ("application/json", "application/sparql-results+json"),
        ("application/sparql-results+xml", "application/sparql-results+xml"),
        ("text/csv", "text/csv; charset=utf-8"),
        ("text/tab-separated-values", "text/tab-separated-values; charset=utf-8"),
    ],
)
def test_a_table_comes_in_the_format_asked_for(
    client: TestClient, accept: str | None, media_type: str
) -> None:
    headers = {"Accept": accept} if accept else {}
    answer = client.get("/sparql", params={"query": SELECT}, headers=headers)
    assert answer.headers["content-type"] == media_type


@pytest.mark.parametrize(
    ("format", "rdf"),
    [
        ("turtle", ox.RdfFormat.TURTLE),
        ("ntriples", ox.RdfFormat.N_TRIPLES),
        ("jsonld", ox.RdfFormat.JSON_LD),
        ("rdfxml", ox.RdfFormat.RDF_XML),
        ("trig", ox.RdfFormat.TRIG),
        ("nquads", ox.RdfFormat.N_QUADS),
        ("text/turtle", ox.RdfFormat.TURTLE),
    ],
)
def test_a_graph_comes_in_the_format_asked_for(
    client: TestClient, format: str, rdf: ox.RdfFormat
) -> None:
    answer = client.get("/sparql", params={"query": CONSTRUCT, "format": format})
    assert len(list(ox.parse(answer.content, format=rdf))) == 3


def test_an_ask_is_answered_in_json_or_xml_only(client: TestClient) -> None:
    assert client.get("/sparql", params={"query": "ASK {}"}).json()["boolean"] is True
    csv = client.get("/sparql", params={"query": "ASK {}"}, headers={"Accept": "text/csv"})
    assert csv.status_code == 406


@pytest.mark.parametrize("format", ["csv", "tsv", "text/csv"])
def test_an_ask_in_a_format_of_tables_is_refused(client: TestClient, format: str) -> None:
    answer = client.get("/sparql", params={"query": "ASK {}", "format": format})
    assert answer.status_code in (400, 406)
    assert {"json", "application/sparql-results+json"} & set(answer.json()["valid"])


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("text/turtle;q=0.5, application/rdf+xml", "application/rdf+xml"),
        ("application/trig", "application/trig"),
        ("application/n-quads;q=0.9, */*;q=0.1", "application/n-quads"),
        ('application/ld+json;profile="a,text/turtle;q=1";q=0.9', "application/ld+json"),
        ("text/*", "text/turtle; charset=utf-8"),
        ("text/turtle;charset=utf-8", "text/turtle; charset=utf-8"),
        ("*/*", "text/turtle; charset=utf-8"),
    ],
)
def test_the_accept_header_chooses_the_format_of_a_graph(
    client: TestClient, accept: str, media_type: str
) -> None:
    answer = client.get("/sparql", params={"query": CONSTRUCT}, headers={"Accept": accept})
    assert answer.headers["content-type"] == media_type


def test_a_relative_iri_is_one_of_the_endpoint(client: TestClient) -> None:
    text = "CONSTRUCT { <#a> <urn:b> 1 } WHERE {}"
    answer = client.get("/sparql", params={"query": text, "format": "ntriples"})
    assert "/sparql#a> <urn:b>" in answer.text


@pytest.mark.parametrize(
    ("content", "content_type", "status"),
    [
        (b"ASK {}", 'application/sparql-query; charset="UTF-8"', 200),
        (b"ASK {}", "Application/SPARQL-Query", 200),
        (b"ASK {}", "application/sparql-query; charset=iso-8859-1", 415),
        (b'ASK { ?s ?p "\xe9" }', "application/sparql-query", 400),
        (b"query=ASK+%7B+?s+?p+%22%E9%22+%7D", "application/x-www-form-urlencoded", 400),
        (b"query=ASK+%7B%7D&query=ASK+%7B%7D", "application/x-www-form-urlencoded", 400),
        (b"", "application/sparql-query", 400),
        (b"ASK {}", "text/plain", 415),
        (b" " * 1_100_000, "application/sparql-query", 413),
    ],
)
def test_what_a_body_must_be(
    client: TestClient, content: bytes, content_type: str, status: int
) -> None:
    answer = client.post("/sparql", content=content, headers={"Content-Type": content_type})
    assert answer.status_code == status


def test_a_second_query_is_refused_wherever_it_stands(client: TestClient) -> None:
    twice = client.post("/sparql", params={"query": "ASK {}"}, content="ASK {}", headers=DIRECT)
    assert twice.status_code == 400


def test_a_cut_table_says_so_in_its_headers_if_it_is_small(serve: Serve) -> None:
    client = serve(sparql_max_rows=3)
    states = "SELECT ?s { ?s a <https://w3id.org/mla-graph/ontology#State> }"
    answer = client.get("/sparql", params={"query": states})
    assert answer.headers["x-truncated"] == "true"
    assert answer.json()["truncated"] is True and len(answer.json()["results"]["bindings"]) == 3
    refused = client.get("/sparql", params={"query": states, "format": "csv"})
    assert refused.status_code == 413 and refused.json()["limit"] == "rows"
    assert refused.json()["type"].endswith("/answer-too-large")
    assert "retry-after" not in refused.headers


def test_the_data_set_can_be_named_in_the_request(client: TestClient) -> None:
    graph = "https://w3id.org/mla-graph/graph/graph_data/states/lu"
    query = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"
    whole = client.get("/sparql", params={"query": query, "format": "csv"})
    part = client.get(
        "/sparql", params={"query": query, "format": "csv", "default-graph-uri": graph}
    )
    assert 0 < int(part.text.split()[1]) < int(whole.text.split()[1])


@pytest.mark.parametrize("text", ["INSERT DATA { <a:a> <a:b> <a:c> }", "CLEAR ALL"])
def test_an_update_is_refused_in_every_way(client: TestClient, text: str) -> None:
    answers = [
        client.get("/sparql", params={"query": text}),
        client.get("/sparql", params={"update": text}),
        client.post("/sparql", data={"query": text}),
        client.post("/sparql", data={"update": text}),
        client.post("/sparql", content=text, headers=DIRECT),
        client.post("/sparql", content=text, headers={"Content-Type": "application/sparql-update"}),
    ]
    for answer in answers:
        assert answer.status_code == 403
        assert answer.json()["type"].endswith("/update-refused")


def test_other_bodies_are_not_read(client: TestClient) -> None:
    answer = client.post("/sparql", json={"query": SELECT})
    assert answer.status_code == 415


def test_no_other_endpoint_is_called(client: TestClient) -> None:
    query = "SELECT * WHERE { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }"
    assert client.get("/sparql", params={"query": query}).status_code == 400


def test_a_query_that_takes_too_long_is_ended_and_others_run_on(serve: Serve) -> None:
    client = serve(query_timeout=0.5)
    client.get("/sparql", params={"query": "ASK {}"})
    began = time.monotonic()
    answer = client.get("/sparql", params={"query": HEAVY})
    assert answer.status_code == 503
    assert answer.json()["type"].endswith("/limit-reached")
    assert "retry-after" in answer.headers
    assert time.monotonic() - began < 5
    assert client.get("/sparql", params={"query": "ASK {}"}).status_code == 200


def test_a_query_that_takes_too_long_is_told_within_a_second_of_the_deadline(serve: Serve) -> None:
    client = serve(query_timeout=1.0)
    client.get("/sparql", params={"query": "ASK {}"})
    late = []
    for _ in range(3):  # what else the machine does may delay one of them
        began = time.monotonic()
        assert client.get("/sparql", params={"query": HEAVY}).status_code == 503
        late.append(time.monotonic() - began - 1.0)
        if late[-1] < 1:
            break
    assert min(late) < 1


def test_the_query_of_a_client_that_leaves_ends_with_it(serve: Serve) -> None:
    client = serve(query_timeout=60)
    client.get("/sparql", params={"query": "ASK {}"})
    sent: list[object] = []

    async def leave() -> None:
        coming = [{"type": "http.request", "body": b"", "more_body": False}]

        async def receive() -> dict[str, object]:
            if coming:
                return coming.pop()
            await anyio.sleep(0.5)
            return {"type": "http.disconnect"}

        async def send(message: object) -> None:
            sent.append(message)

        scope = {
            "type": "http", "method": "GET", "path": "/sparql", "scheme": "http", "root_path": "",
            "query_string": urlencode({"query": HEAVY}).encode(), "headers": [(b"host", b"a")],
            "client": ("192.0.2.1", 1), "server": ("a", 80), "http_version": "1.1",
        }  # fmt: skip
        await client.app(scope, receive, send)

    assert client.portal is not None
    began = time.monotonic()
    client.portal.call(leave)
    assert time.monotonic() - began < 20
    assert not sent
    assert client.get("/sparql", params={"query": "ASK {}"}).status_code == 200
    assert 'replaced_total{reason="unread"}' in client.get("/metrics").text


def test_saved_queries_are_answered_while_strangers_fill_every_worker(serve: Serve) -> None:
    client = serve(query_timeout=3, sparql_per_client=100)
    client.get("/sparql", params={"query": "ASK {}"})
    statuses: list[int] = []
    killers = [
        threading.Thread(
            target=lambda: statuses.append(
                client.get("/sparql", params={"query": HEAVY}).status_code
            )
        )
        for _ in range(6)
    ]
    for each in killers:
        each.start()
    time.sleep(0.5)
    seconds = []
    while any(each.is_alive() for each in killers):
        began = time.monotonic()
        saved = client.get("/api/queries/states", params={"offset": len(seconds)})
        assert saved.status_code == 200
        seconds.append(time.monotonic() - began)
    for each in killers:
        each.join()
    assert statuses == [503] * 6
    assert sorted(seconds)[len(seconds) // 2] < 1


def test_a_query_that_crashes_its_parser_harms_nobody(client: TestClient) -> None:
    text = "ASK " + "{" * 20_000
    answer = client.post("/sparql", content=text, headers=DIRECT)
    assert answer.status_code == 400
    assert client.get("/sparql", params={"query": "ASK {}"}).status_code == 200


def test_a_browser_gets_the_editor_with_examples(client: TestClient) -> None:
    page = client.get("/sparql", headers={"Accept": BROWSER})
    assert page.headers["content-type"].startswith("text/html")
    assert '<label for="query">' in page.text
    assert 'data-name="legal-bases"' in page.text


def test_the_examples_of_the_editor_run(client: TestClient) -> None:
    context = client.context  # type: ignore[attr-defined]
    examples = context.examples(context.served)
    assert {"states", "legal-bases", "search"} <= {example.name for example in examples}
    for example in examples:
        answer = client.post("/sparql", content=example.text, headers=DIRECT)
        assert answer.status_code == 200, (example.name, answer.text)


def test_a_link_with_a_query_opens_it_in_the_editor(client: TestClient) -> None:
    page = client.get("/sparql", params={"query": "ASK { <&> }"}, headers={"Accept": BROWSER})
    assert "ASK { &lt;&amp;&gt; }" in page.text


def test_programs_get_the_description_of_the_service(client: TestClient) -> None:
    answer = client.get("/sparql")
    assert answer.headers["content-type"].startswith("text/turtle")
    triples = {str(quad.predicate): quad for quad in ox.parse(answer.content, ox.RdfFormat.TURTLE)}
    endpoint = triples["<http://www.w3.org/ns/sparql-service-description#endpoint>"].object
    assert endpoint.value.endswith("/sparql")


def test_an_endpoint_elsewhere_is_asked_directly(serve: Serve) -> None:
    client = serve(store=EmbeddedStore.in_memory())
    assert client.get("/sparql", params={"query": "ASK {}"}).json()["boolean"] is True
    graph = client.get("/sparql", params={"query": "ASK {}", "default-graph-uri": "urn:a"})
    assert graph.status_code == 400
