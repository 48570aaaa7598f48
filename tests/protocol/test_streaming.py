"""Large answers: they stream, are bounded, and never end as if they were whole."""

import http.client
import json
import socket
import time
import urllib.parse
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

from .conftest import ROWS, Server, serving

pytestmark = pytest.mark.slow

ALL = "SELECT ?s ?o { ?s <http://example.org/p> ?o }"
PAIRS = "SELECT * { ?a ?p ?b . ?c ?q ?d }"
GRAPH = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
CROSS = "SELECT (COUNT(*) AS ?n) { ?a ?p ?b . ?c ?q ?d }"
ROW_BY_ROW = """SELECT ?s ?text {
    ?s ?p ?o FILTER EXISTS { ?x ?q ?y FILTER(?y + 0 = ?o) } BIND("TEXT" AS ?text)
}"""
"""Looks at all triples for each row."""
DEADLINE = 3.0
MOST = 50_000


@pytest.fixture(scope="module")
def bounded(store: Path) -> Iterator[Server]:
    with serving(
        store,
        query_timeout=str(DEADLINE),
        sparql_max_rows=str(MOST),
        sparql_max_bytes=str(4 << 20),
        sparql_per_client="3",
        query_memory=str(512 << 20),
    ) as running:
        yield running


@pytest.fixture(scope="module")
def proxied(store: Path) -> Iterator[Server]:
    """Behind a proxy that is trusted; one query a client, and little time to take its answer."""
    with serving(
        store,
        query_timeout=str(DEADLINE),
        sparql_per_client="1",
        send_timeout="1.5",
        trusted_proxies="127.0.0.1",
    ) as running:
        yield running


def get(
    server: Server, query: str, accept: str, method: str = "GET", **headers: str
) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    path = "/sparql?" + urllib.parse.urlencode({"query": query})
    connection.request(method, path, headers={"Accept": accept} | headers)
    return connection.getresponse()


def raw(server: Server, query: str, accept: str, address: str = "127.0.0.1") -> socket.socket:
    """A request whose answer nobody reads yet."""
    client = socket.socket()
    client.bind((address, 0))
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client.connect(("127.0.0.1", server.port))
    path = "/sparql?" + urllib.parse.urlencode({"query": query})
    client.sendall(f"GET {path} HTTP/1.1\r\nHost: h\r\nAccept: {accept}\r\n\r\n".encode())
    return client


def test_a_small_answer_has_its_length_and_a_large_one_comes_in_chunks(server: Server) -> None:
    small = get(server, "ASK {}", "*/*")
    assert small.headers["content-length"] == str(len(small.read()))
    large = get(server, ALL, "text/tab-separated-values")
    assert large.headers["content-length"] is None
    assert large.headers["transfer-encoding"] == "chunked"
    assert large.read().count(b"\n") == ROWS + 1


def test_the_first_bytes_leave_long_before_the_last_are_written(server: Server) -> None:
    """And an answer that nobody wants any more gives its worker back."""
    for _ in range(3):  # more often than there are workers
        answer = get(server, PAIRS, "text/csv")  # 10¹⁰ rows
        assert answer.read(10) == b"a,b,c,d,p,"
        answer.close()
    assert get(server, "ASK {}", "*/*").status == 200


def test_answers_that_nobody_reads_keep_no_worker_from_others(server: Server) -> None:
    unread = [raw(server, PAIRS, "text/csv", f"127.0.0.{number}") for number in (2, 3, 4)]
    time.sleep(1)
    since = time.monotonic()
    assert get(server, "ASK {}", "*/*").status == 200
    assert time.monotonic() - since < 5
    for each in unread:
        each.close()


def test_the_headers_of_a_large_answer_can_be_had_alone(server: Server) -> None:
    for query in (ALL, "ASK {}"):
        answer = get(server, query, "application/sparql-results+json", method="HEAD")
        assert answer.status == 200 and answer.read() == b""
        assert answer.headers.get_content_type() == "application/sparql-results+json"


def test_a_table_in_json_that_is_cut_says_so_at_its_end(bounded: Server) -> None:
    body = get(bounded, ALL, "application/sparql-results+json").read()
    assert body.endswith(b'],"truncated":true}') or body.endswith(b']},"truncated":true}')
    document = json.loads(body)
    assert document["truncated"] is True
    assert 0 < len(document["results"]["bindings"]) <= MOST


def test_a_table_in_xml_that_is_cut_says_so_before_its_end(bounded: Server) -> None:
    body = get(bounded, ALL, "application/sparql-results+xml").read()
    assert body.endswith(b"results --></results></sparql>")
    rows = sum(1 for _ in ox.parse_query_results(body, ox.QueryResultsFormat.XML))
    assert 0 < rows <= MOST


def test_a_query_has_so_much_memory_at_most(bounded: Server) -> None:
    answer = get(bounded, "SELECT * { ?a ?p ?b . ?c ?q ?d } ORDER BY ?d ?b", "*/*")
    assert answer.status == 503
    assert "512 MiB of memory" in json.loads(answer.read())["detail"]


@pytest.mark.parametrize(
    ("query", "accept"),
    [
        (ALL, "text/csv"),
        (ALL, "text/tab-separated-values"),
        (GRAPH, "application/n-triples"),
        (GRAPH, "text/turtle"),
    ],
)
def test_other_formats_break_off_where_they_are_cut(
    bounded: Server, query: str, accept: str
) -> None:
    answer = get(bounded, query, accept)
    assert answer.status == 200
    with pytest.raises(http.client.IncompleteRead):
        answer.read()


@pytest.mark.parametrize("coding", ["identity", "gzip"])
def test_a_deadline_in_mid_answer_breaks_it_off(bounded: Server, coding: str) -> None:
    query = ROW_BY_ROW.replace("TEXT", "long " * 60)
    began = time.monotonic()
    answer = get(bounded, query, "application/sparql-results+json", **{"Accept-Encoding": coding})
    assert answer.status == 200
    with pytest.raises(http.client.IncompleteRead):
        answer.read()
    assert DEADLINE <= time.monotonic() - began < DEADLINE + 4


def test_a_deadline_before_the_first_64_kib_is_a_problem(bounded: Server) -> None:
    # No triple is found, so that each row takes as long as the last.
    slow = ROW_BY_ROW.replace("FILTER EXISTS", "FILTER NOT EXISTS").replace("= ?o", "= -1")
    answer = get(bounded, slow, "text/csv")
    assert answer.status == 503
    assert answer.headers["retry-after"]
    assert json.loads(answer.read())["limit"] == "time"


def test_one_client_may_ask_so_much_at_a_time(bounded: Server) -> None:
    idle = [raw(bounded, CROSS, "*/*") for _ in range(3)]
    time.sleep(1.5)
    try:
        answer = get(bounded, "ASK {}", "*/*", **{"X-Forwarded-For": "192.0.2.1"})
        assert answer.status == 429
        assert answer.headers["retry-after"]
        problem = json.loads(answer.read())
        assert problem["type"].endswith("/too-many-requests") and "3 ad-hoc" in problem["detail"]
        connection = http.client.HTTPConnection("127.0.0.1", bounded.port, timeout=10)
        connection.request("GET", "/api/queries/languages?state=LU&measure=A.30&limit=1")
        assert connection.getresponse().status != 429
    finally:
        for each in idle:
            each.close()
    until = time.monotonic() + 20
    while get(bounded, "ASK {}", "*/*").status != 200:
        assert time.monotonic() < until
        time.sleep(0.2)


def test_a_client_that_reads_nothing_does_not_keep_a_worker(proxied: Server) -> None:
    xml = "application/sparql-results+xml"
    idle = [raw(proxied, PAIRS, f"{xml}\r\nX-Forwarded-For: 192.0.2.{i}") for i in range(2)]
    time.sleep(0.5)
    try:
        assert get(proxied, "ASK {}", "*/*").status == 200  # waits for a worker
    finally:
        for each in idle:
            each.close()


def test_clients_behind_a_trusted_proxy_are_told_apart(proxied: Server) -> None:
    idle = raw(proxied, CROSS, "*/*\r\nX-Forwarded-For: 192.0.2.8")
    time.sleep(0.5)
    same = get(proxied, "ASK {}", "*/*", **{"X-Forwarded-For": "192.0.2.8"})
    other = get(proxied, "ASK {}", "*/*", **{"X-Forwarded-For": "192.0.2.9"})
    assert (same.status, other.status) == (429, 200)
    idle.close()
