"""The remote engine answers as the embedded one, and says plainly what is wrong when it cannot."""

import gc
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st
from SPARQLWrapper import SPARQLWrapper

from mla_graph.model.errors import (
    InvalidValue,
    LimitReached,
    QuerySyntaxError,
    ReadOnlyStore,
    StoreUnavailable,
    UpdateRefused,
)
from mla_graph.store.embedded import EmbeddedStore
from mla_graph.store.protocol import LONGEST_GET, Composer, encoded
from mla_graph.store.remote import RemoteStore

from .stand_in import Exchange, Respond, endpoint, fixed, results

GRAPH = "urn:test:merged"
DATA = """
<urn:lu> <urn:label> "Luxembourg"@en, "Lëtzebuerg 𝄞"@lb, "a \\"quoted\\"\\nline" ;
    <urn:limit> "P12M"^^<http://www.w3.org/2001/XMLSchema#yearMonthDuration> ;
    <urn:member> true ; <urn:rank> 1 ; <urn:share> 1.50 ; <urn:near> <urn:be> .
<urn:be> <urn:rank> 2 .
""".encode()
QUERIES = [
    "SELECT ?s ?p ?o WHERE { ?s ?p ?o } ORDER BY ?s ?p ?o",
    "SELECT ?s ?none WHERE { ?s <urn:rank> ?r OPTIONAL { ?s <urn:none> ?none } } ORDER BY ?r",
    "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }",
    "SELECT ?s WHERE { ?s <urn:none> ?o }",
    "ASK { <urn:lu> <urn:near> <urn:be> }",
    "ASK { <urn:be> <urn:near> <urn:lu> }",
    "PREFIX : <urn:> # a comment\nCONSTRUCT { ?o :of ?s } WHERE { ?s :near ?o }",
    "CONSTRUCT WHERE { ?s ?p ?o }",
    "CONSTRUCT WHERE { ?s <urn:none> ?o }",
    "DESCRIBE <urn:be>",
]


@pytest.fixture(scope="module")
def served(oxigraph_server: Any) -> Any:
    oxigraph_server.load(DATA, "text/turtle", GRAPH)
    oxigraph_server.load(b"<urn:other> <urn:rank> 3 .", "text/turtle", "urn:test:other")
    return oxigraph_server


@pytest.fixture
def remote(served: Any) -> RemoteStore:
    return RemoteStore(served.query_url, GRAPH, timeout=10)


@pytest.fixture(scope="module")
def embedded() -> EmbeddedStore:
    store = EmbeddedStore.in_memory()
    store.load(DATA, ox.RdfFormat.TURTLE)
    return store


def content(answer: object) -> object:
    if isinstance(answer, ox.QueryBoolean):
        return bool(answer)
    if isinstance(answer, ox.QueryTriples):
        return sorted(map(str, answer))
    assert isinstance(answer, ox.QuerySolutions)
    return [str(v) for v in answer.variables], [list(map(str, row)) for row in answer]


@pytest.mark.parametrize("sparql", QUERIES)
def test_both_engines_give_the_same_answer(
    remote: RemoteStore, embedded: EmbeddedStore, sparql: str
) -> None:
    assert content(remote.query(sparql)) == content(embedded.query(sparql))


def test_a_query_too_long_for_an_address_is_answered(remote: RemoteStore) -> None:
    values = " ".join(f'"{number}é"' for number in range(LONGEST_GET))
    answer = remote.query(f'SELECT ?v {{ VALUES ?v {{ {values} }} FILTER(?v = "7é") }}')
    assert content(answer) == (["?v"], [['"7é"']])


@given(st.text(st.characters(exclude_categories=["Cs"])), st.integers(1, 300))
def test_a_query_reaches_the_endpoint_as_it_was_written(text: str, times: int) -> None:
    query = f"{text} /?&=+%\n" * times
    assert parse_qs(f"query={encoded(query)}") == {"query": [query]}
    assert encoded(query).isascii()


def test_without_a_default_graph_the_endpoints_own_answers(served: Any) -> None:
    store = RemoteStore(served.query_url)
    assert bool(store.query("ASK { <urn:be> ?p ?o }")) is False
    assert bool(store.query(f"ASK {{ GRAPH <{GRAPH}> {{ <urn:be> ?p ?o }} }}")) is True


def test_the_named_graphs_are_those_of_the_endpoint(remote: RemoteStore) -> None:
    assert {GRAPH, "urn:test:other"} <= set(remote.graphs())


def test_a_syntax_error_has_its_place(remote: RemoteStore) -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        remote.query("SELECT * {\n ?s ?p }")
    assert caught.value.extensions == {"line": 2, "column": 9}


@pytest.mark.parametrize("sparql", ["", "what?", "SELECT"])
def test_what_is_no_query_is_refused(remote: RemoteStore, sparql: str) -> None:
    with pytest.raises(QuerySyntaxError):
        remote.query(sparql)


def test_nothing_is_ever_written(remote: RemoteStore) -> None:
    with pytest.raises(UpdateRefused):
        remote.query("PREFIX a: <urn:> INSERT DATA { a:x a:y a:z }")
    with pytest.raises(ReadOnlyStore):
        remote.load(b"<urn:a> <urn:b> <urn:c> .", ox.RdfFormat.TURTLE)


@pytest.mark.parametrize(
    "url", ["", "store", "file:///etc/passwd", "ftp://example.org/", "http://", "http://h/?a=b"]
)
def test_only_web_addresses_are_endpoints(url: str) -> None:
    with pytest.raises(InvalidValue, match="is not the address of an endpoint"):
        RemoteStore(url)


# What other servers do, shown by stand-ins.


def dripping(exchange: Exchange) -> None:
    exchange.send_response(200)
    exchange.send_header("Content-Type", "application/sparql-results+json")
    exchange.end_headers()
    for _ in range(40):
        exchange.wfile.write(b" ")
        exchange.wfile.flush()
        time.sleep(0.05)


def endless(exchange: Exchange) -> None:
    exchange.send_response(200)
    exchange.send_header("Content-Type", "application/sparql-results+json")
    exchange.end_headers()
    while True:
        exchange.wfile.write(b" " * 65536)


def hanging_up(exchange: Exchange) -> None:
    exchange.connection.shutdown(socket.SHUT_RDWR)


def cut_off_in_a_chunk(exchange: Exchange) -> None:
    exchange.send_response(200)
    exchange.send_header("Content-Type", "text/turtle")
    exchange.send_header("Transfer-Encoding", "chunked")
    exchange.end_headers()
    exchange.wfile.write(b"ff\r\n<urn:a> <urn:b> <urn:c> .\n")


@pytest.mark.parametrize(
    ("respond", "says"),
    [
        (fixed("<html>log in</html>", "text/html"), "answers with text/html"),
        (fixed(results({"x": {"type": "uri", "value": "urn:a"}})[:-9]), "cannot be read"),
        (fixed("[]"), "cannot be read"),
        (fixed('{"head": {}}'), "cannot be read"),
        (fixed('{"head": {"vars": ["x"]}, "results": {"bindings": [{"x": 1}]}}'), "cannot be read"),
        (fixed(results({"x": {"type": "uri", "value": "not an IRI"}})), "cannot be read"),
        (fixed("[" * 100_000), "cannot be read"),
        (fixed(b"\xff\xfe"), "cannot be read"),
        (lambda e: e.answer(results().encode(), "application/json", length=999), "cut its answer"),
        (hanging_up, "cannot be reached"),
        (dripping, "did not answer in time"),
        (lambda e: time.sleep(30), "did not answer in time"),
        (lambda e: e.answer(b"", "text/plain", 404), "404: no reason given"),
        (lambda e: e.answer(b"Who are you?", "text/plain", 401), "401: Who are you?"),
        (lambda e: e.answer(b"No.", "text/plain", 403), "403: No."),
        (lambda e: e.answer(b"x" * 9999, "text/plain", 500), "500: xxx"),
        (lambda e: e.answer(b"Busy", "text/plain", 503), "503: Busy"),
        (lambda e: e.answer(b"", "text/plain", 302, Location="file:///etc/hostname"), "302"),
    ],
)
def test_an_endpoint_that_cannot_be_trusted_is_unavailable(respond: Respond, says: str) -> None:
    timeout = 0.5 if "in time" in says else 20
    with endpoint(respond) as url, pytest.raises(StoreUnavailable) as caught:
        RemoteStore(url, timeout=timeout).query("SELECT ?x { ?x ?y ?z }")
    assert url in caught.value.detail
    assert says in caught.value.detail
    assert len(caught.value.detail) < 400


@pytest.mark.filterwarnings("error::pytest.PytestUnraisableExceptionWarning")
def test_the_error_can_be_handed_to_another_thread() -> None:
    """What the engine reads with may be dropped only in the thread that made it."""
    answer = fixed(results({"x": {"type": "uri", "value": "not an IRI"}}))
    with endpoint(answer) as url, ThreadPoolExecutor(1) as pool:
        error = pool.submit(RemoteStore(url).query, "SELECT ?x { ?x ?y ?z }").exception()
    assert isinstance(error, StoreUnavailable)
    del error
    gc.collect()


@pytest.mark.parametrize(
    ("respond", "says"),
    [
        (cut_off_in_a_chunk, "cut its answer off"),
        (fixed("<urn:a> <urn:b> <urn:", "text/turtle"), "cannot be read"),
        (fixed("<rdf/>", "application/rdf+xml"), "not with Turtle"),
    ],
)
def test_a_graph_that_is_cut_off_or_of_another_kind_is_not_taken_for_whole(
    respond: Respond, says: str
) -> None:
    with endpoint(respond) as url, pytest.raises(StoreUnavailable, match=says):
        RemoteStore(url, timeout=2).query("CONSTRUCT WHERE { ?x ?y ?z }")


def test_an_endpoint_that_is_down_is_unavailable() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}/sparql"
        with pytest.raises(StoreUnavailable, match="cannot be reached"):
            RemoteStore(url, timeout=2).query("ASK {}")


def test_an_answer_beyond_the_bound_is_not_read_to_its_end() -> None:
    with endpoint(endless) as url, pytest.raises(LimitReached, match="more than 1,000,000 bytes"):
        RemoteStore(url, timeout=10, max_bytes=1_000_000).query("SELECT * { ?s ?p ?o }")


def test_an_answer_that_the_endpoint_shortened_is_not_taken_for_whole() -> None:
    row = {"x": {"type": "uri", "value": "urn:a"}}
    with (
        endpoint(fixed(results(row, row), X_SPARQL_MaxRows="2")) as url,
        pytest.raises(LimitReached),
    ):
        RemoteStore(url).query("SELECT ?x { ?x ?y ?z }")
    with endpoint(fixed(results(row), X_SPARQL_MaxRows="2")) as url:
        assert content(RemoteStore(url).query("SELECT ?x { ?x ?y ?z }")) == (["?x"], [["<urn:a>"]])


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ("Virtuoso 42000 Error The estimated execution time 90 exceeds the limit", LimitReached),
        ("Virtuoso S1TAT Error SR171: Transaction timed out", LimitReached),
        ("Virtuoso 37000 Error SP031: SPARQL compiler: line 2: no such thing", QuerySyntaxError),
        ("Virtuoso 22023 Error SR324: something else", StoreUnavailable),
    ],
)
def test_reasons_that_virtuoso_hides_in_a_500_are_told_apart(
    body: str, error: type[Exception]
) -> None:
    with (
        endpoint(lambda e: e.answer(body.encode(), "text/plain", 500)) as url,
        pytest.raises(error),
    ):
        RemoteStore(url).query("SELECT ?x { ?x ?y ?z }")


@pytest.mark.parametrize(("rows", "truth"), [([{"__ASK_RETVAL": "1"}], True), ([], False)])
def test_an_ask_that_virtuoso_answers_as_a_select_is_a_boolean(
    rows: list[dict[str, str]], truth: bool
) -> None:
    typed = [{n: {"type": "typed-literal", "value": v} for n, v in row.items()} for row in rows]
    with endpoint(fixed(results(*typed))) as url:
        assert content(RemoteStore(url).query("ASK { ?x ?y ?z }")) is truth


def test_typed_values_of_other_dialects_come_in_the_embedded_stores_form() -> None:
    xsd = "http://www.w3.org/2001/XMLSchema#"
    row = {
        name: {"type": "typed-literal", "datatype": f"{xsd}{datatype}", "value": value}
        for name, datatype, value in [
            ("a", "boolean", "1"),
            ("b", "yearMonthDuration", "P12M"),
            ("c", "decimal", "1.50"),
            ("d", "yearMonthDuration", "18"),
            ("e", "dayTimeDuration", "3.888e+06"),
            ("f", "dayTimeDuration", "-5400"),
        ]
    }
    with endpoint(fixed(results(row))) as url:
        answer = RemoteStore(url).query("SELECT ?a ?b ?c ?d ?e ?f { ?x ?y ?z }")
    assert isinstance(answer, ox.QuerySolutions)
    assert [[term.value for term in row] for row in answer] == [
        ["true", "P1Y", "1.5", "P1Y6M", "P45D", "-PT1H30M"]
    ]


def test_the_request_names_one_graph_and_what_is_understood() -> None:
    seen: list[Exchange] = []

    def note(exchange: Exchange) -> None:
        seen.append(exchange)
        exchange.answer(results().encode(), "application/sparql-results+json")

    with endpoint(note) as url:
        RemoteStore(url, "urn:g").query("SELECT ?x { ?x ?y ?z }")
    assert parse_qs(urlsplit(seen[0].path).query) == {
        "query": ["SELECT ?x { ?x ?y ?z }"],
        "default-graph-uri": ["urn:g"],
    }
    assert seen[0].headers["Accept"] == "application/sparql-results+json"
    assert seen[0].headers["User-Agent"].startswith("mla-graph/")


def test_every_request_is_composed_by_sparqlwrapper(monkeypatch: pytest.MonkeyPatch) -> None:
    composed: list[str] = []
    compose = SPARQLWrapper._createRequest

    def note(self: SPARQLWrapper) -> Any:
        composed.append(self.queryString)
        return compose(self)

    monkeypatch.setattr(SPARQLWrapper, "_createRequest", note)
    short, long = "SELECT ?x { ?x ?y ?z }", f"SELECT ?x {{ ?x ?y ?z }} # {'long' * 1000}"
    with endpoint(fixed(results())) as url:
        for text in (short, long):
            RemoteStore(url).select(text)
    assert composed == [short, long]


def test_a_text_that_stalls_the_look_of_sparqlwrapper_at_its_form_does_not_stall_us() -> None:
    """Why the composer sets what ``setQuery`` sets, which reads the form by expressions."""
    hostile = "PREFIX a:<a>" + "PREFIX a:a <" * 20_000
    since = time.process_time()
    request = Composer("http://127.0.0.1/sparql", "me").request(hostile, "text/turtle", None)
    assert request.content and time.process_time() - since < 1
