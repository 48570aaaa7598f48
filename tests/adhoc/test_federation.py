"""Calls to other endpoints: made only to hosts on the list, and never to what is not public."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import parse_qs

import pyoxigraph as ox
import pytest

from mla_graph.adhoc import vetted_http
from mla_graph.adhoc.federation import Federation
from mla_graph.adhoc.outcomes import Limits
from mla_graph.adhoc.pool import AdhocPool
from mla_graph.adhoc.vetted_http import (
    Refused,
    Unanswered,
    VettedHttp,
    VettedNetwork,
    is_public,
)
from mla_graph.model.errors import InputError, LimitReached, StoreUnavailable

LOOPBACK = ip_address("127.0.0.1")
Answer = Callable[[BaseHTTPRequestHandler, str], None]


class StandIn:
    """An endpoint on this machine; `paths` answer in special ways, all others as endpoints do."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.paths: dict[str, Answer] = {}
        self.store = ox.Store()
        self.store.add(
            ox.Quad(ox.NamedNode("urn:lu"), ox.NamedNode("urn:name"), ox.Literal('Lu"x\n'))
        )
        self.store.add(
            ox.Quad(
                ox.NamedNode("urn:be"), ox.NamedNode("urn:name"), ox.Literal("B", language="en")
            )
        )
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                text = self.rfile.read(int(self.headers["content-length"])).decode()
                if self.headers["content-type"] == "application/x-www-form-urlencoded":
                    text = parse_qs(text)["query"][0]
                outer.asked.append(text)
                if self.path in outer.paths:
                    outer.paths[self.path](self, text)
                    return
                body = outer.store.query(text).serialize(format=ox.QueryResultsFormat.JSON)
                assert body is not None
                answer(self, 200, body, "application/sparql-results+json")

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.host = f"localhost:{self.server.server_port}"
        self.url = f"http://{self.host}/sparql"


def answer(handler: BaseHTTPRequestHandler, status: int, body: bytes, media_type: str) -> None:
    handler.send_response(status)
    handler.send_header("Content-Type", media_type)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


@pytest.fixture
def stand_in() -> Iterator[StandIn]:
    made = StandIn()
    thread = threading.Thread(target=made.server.serve_forever, args=(0.05,))
    thread.start()
    yield made
    made.server.shutdown()
    thread.join()
    made.server.server_close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("store")
    store = ox.Store(str(path))
    for key in ("lu", "fr"):
        store.add(ox.Quad(ox.NamedNode(f"urn:{key}"), ox.NamedNode("urn:is"), ox.Literal(key)))
    store.flush()
    return path


@pytest.fixture
def pool(folder: Path, stand_in: StandIn) -> Iterator[AdhocPool]:
    http = VettedHttp([stand_in.host], most_bytes=100_000, network=VettedNetwork([LOOPBACK]))
    with AdhocPool(
        folder, size=1, spare=0, federation=Federation(http), limits=Limits(deadline=3)
    ) as pool:
        yield pool


def rows(pool: AdhocPool, text: str, base: str | None = None) -> list[dict[str, str]]:
    bindings = json.loads(pool.run(text, lambda _: "json", base=base).read())["results"]["bindings"]
    return [{name: term["value"] for name, term in row.items()} for row in bindings]


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { ?s <urn:is> ?is SERVICE <URL> { ?s <urn:name> ?name } }",
        "SELECT * { SERVICE <URL> { ?s <urn:name> ?name } ?s <urn:is> ?is }",
        "PREFIX e: <HOST> PREFIX : <urn:> SELECT * { ?s :is ?is . service silent e:sparql "
        "{ ?s :name ?name FILTER(?name != 'SERVICE } {') # }\n } }",
        "BASE <HOST> SELECT * { { ?s <urn:is> ?is } SERVICE<sparql>{?s <urn:name> ?name}}",
        "SELECT * { ?s <urn:is> ?is { SELECT * { SERVICE <URL> { { ?s <urn:name> ?name } } } } }",
    ],
)
def test_what_another_endpoint_knows_is_joined(
    pool: AdhocPool, stand_in: StandIn, query: str
) -> None:
    text = query.replace("URL", stand_in.url).replace("HOST", f"http://{stand_in.host}/")
    assert rows(pool, text) == [{"s": "urn:lu", "is": "lu", "name": 'Lu"x\n'}]
    assert len(stand_in.asked) == 1


def test_it_may_be_optional_and_say_nothing(pool: AdhocPool, stand_in: StandIn) -> None:
    call = f"SERVICE <{stand_in.url}> {{ ?s <urn:name> ?n }}"
    optional = f"SELECT * {{ ?s <urn:is> ?is OPTIONAL {{ {call} }} }}"
    assert sorted(row["is"] for row in rows(pool, optional) if "n" not in row) == ["fr"]
    stand_in.paths["/away"] = lambda handler, _: handler.send_error(500)
    silent = (
        f"SELECT * {{ ?s <urn:is> ?is SERVICE SILENT <{stand_in.url[:-7]}/away> {{ ?s ?p ?n }} }}"
    )
    assert len(rows(pool, silent)) == 2
    with pytest.raises(StoreUnavailable, match="status 500"):
        rows(pool, silent.replace("SILENT", ""))


def test_the_word_in_a_relative_address_is_resolved(pool: AdhocPool, stand_in: StandIn) -> None:
    text = "SELECT ?name { SERVICE <sparql> { <urn:lu> <urn:name> ?name } }"
    assert rows(pool, text, base=f"http://{stand_in.host}/x") == [{"name": 'Lu"x\n'}]


@pytest.mark.parametrize(
    ("query", "message"),
    [
        (
            "SELECT * { SERVICE <http://else.example/sparql> { ?s ?p ?o } }",
            "may not be called",
        ),
        (
            "SELECT * { SERVICE SILENT <http://else.example/> { ?s ?p ?o } }",
            "may not be called",
        ),
        ("SELECT * { SERVICE <http://localhost/sparql> { ?s ?p ?o } }", "may not be called"),
        ("SELECT * { SERVICE <http://u:p@HOST/sparql> { ?s ?p ?o } }", "may not be called"),
        ("SELECT * { SERVICE <http://HOST@elsewhere.example/> { ?s ?p ?o } }", "may not be called"),
        ("SELECT * { SERVICE <https://localhost:99999/> { ?s ?p ?o } }", "no address"),
        ("SELECT * { SERVICE <file:///etc/passwd> { ?s ?p ?o } }", "no address"),
        ("SELECT * { VALUES ?e { <URL> } SERVICE ?e { ?s ?p ?o } }", "not a variable"),
        ("SELECT * { SERVICE <URL> { SERVICE <URL> { ?s ?p ?o } } }", "no further call"),
        ("SELECT * { SERVICE <URL> ", "followed by an IRI"),
        ("SELECT * { \\u0053ERVICE <URL> { ?s ?p ?o } }", "escapes"),
        ("SELECT * { " + "SERVICE <URL> { ?s ?p ?o } " * 9 + "}", "8 times"),
    ],
)
def test_any_other_call_is_refused(
    pool: AdhocPool, stand_in: StandIn, query: str, message: str
) -> None:
    text = query.replace("URL", stand_in.url).replace("HOST", stand_in.host)
    with pytest.raises(InputError, match=message):
        rows(pool, text)


def test_a_host_that_is_listed_and_not_public_is_refused(stand_in: StandIn) -> None:
    federation = Federation(VettedHttp([stand_in.host]))
    text = f"SELECT * {{ SERVICE SILENT <{stand_in.url}> {{ ?s ?p ?o }} }}"
    with pytest.raises(InputError, match="not on the public internet"):
        federation.called(text, None, time.monotonic() + 5)
    assert stand_in.asked == []


@pytest.mark.parametrize(
    "target", ["http://127.0.0.1:1/", "http://169.254.169.254/latest/", "http://[::1]/", "ftp://a/"]
)
@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_looked_at_like_the_first_address(
    stand_in: StandIn, target: str, status: int
) -> None:
    def redirect(handler: BaseHTTPRequestHandler, _: str) -> None:
        handler.send_response(status)
        handler.send_header("Location", target)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    stand_in.paths["/sparql"] = redirect
    http = VettedHttp(
        [stand_in.host, "169.254.169.254", "[::1]"], network=VettedNetwork([LOOPBACK])
    )
    with pytest.raises(Refused):
        http.post(stand_in.url, b"", "a/b", "*/*", time.monotonic() + 5)
    assert len(stand_in.asked) == 1


def test_a_redirect_within_the_list_is_followed_but_not_for_ever(stand_in: StandIn) -> None:
    def redirect(handler: BaseHTTPRequestHandler, _: str) -> None:
        handler.send_response(307)
        handler.send_header("Location", "/loop" if handler.path == "/loop" else "/sparql")
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    stand_in.paths |= {"/once": redirect, "/loop": redirect}
    http = VettedHttp([stand_in.host], network=VettedNetwork([LOOPBACK]))
    base, until = f"http://{stand_in.host}", time.monotonic() + 5
    _, body = http.post(f"{base}/once", b"SELECT * {}", "a/b", "*/*", until)
    assert json.loads(body)["results"]["bindings"] == [{}]
    with pytest.raises(Unanswered, match="too many redirects"):
        http.post(f"{base}/loop", b"", "a/b", "*/*", until)


def test_the_name_is_resolved_once_and_the_address_that_was_looked_at_is_asked(
    stand_in: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name server that gives a harmless address first and another one then gains nothing."""
    asked: list[str] = []

    real = vetted_http.socket.getaddrinfo

    def resolve(host: str, port: int, *rest: int, **more: int) -> object:
        if host != "changing.example":  # an address
            return real(host, port, *rest, **more)
        asked.append(host)
        return [(2, 1, 6, "", ("127.0.0.1" if len(asked) == 1 else "10.0.0.1", port))]

    monkeypatch.setattr(vetted_http.socket, "getaddrinfo", resolve)
    host = f"changing.example:{stand_in.server.server_port}"
    http = VettedHttp([host], network=VettedNetwork([LOOPBACK]))
    url, until = f"http://{host}/sparql", time.monotonic() + 5
    assert http.post(url, b"SELECT * {}", "a/b", "*/*", until)[1]
    assert len(asked) == len(stand_in.asked) == 1
    with pytest.raises(Refused):
        http.post(url, b"SELECT * {}", "a/b", "*/*", until)


@pytest.mark.parametrize(
    ("public", "addresses"),
    [
        (True, "8.8.8.8 2001:4860:4860::8888 ::ffff:8.8.8.8 64:ff9b::808:808"),
        (
            False,
            "127.0.0.1 10.1.2.3 172.16.0.1 192.168.1.1 169.254.169.254 100.64.0.1 0.0.0.0 224.0.0.1"
            " 255.255.255.255 240.0.0.1 192.0.2.1 ::1 :: fe80::1 fc00::1 fec0::1 ff02::1"
            " ::ffff:127.0.0.1 64:ff9b::7f00:1 2002:7f00:1:: 2001:db8::1",
        ),
    ],
)
def test_which_addresses_are_public(public: bool, addresses: str) -> None:
    for address in addresses.split():
        assert is_public(ip_address(address)) is public, address


def drip(handler: BaseHTTPRequestHandler, _: str) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", "application/sparql-results+json")
    handler.end_headers()
    try:
        for _ in range(100):
            handler.wfile.write(b" ")
            time.sleep(0.1)
    except OSError:
        pass


def large(handler: BaseHTTPRequestHandler, _: str) -> None:
    answer(handler, 200, b" " * 200_000, "application/sparql-results+json")


def test_time_and_size_of_another_endpoints_answer_are_bounded(
    pool: AdhocPool, stand_in: StandIn
) -> None:
    stand_in.paths |= {"/drip": drip, "/large": large}
    base = f"http://{stand_in.host}"
    began = time.monotonic()
    with pytest.raises((StoreUnavailable, LimitReached), match="not in time"):
        rows(pool, f"SELECT * {{ SERVICE <{base}/drip> {{ ?s ?p ?o }} }}")
    assert time.monotonic() - began < 4
    with pytest.raises(StoreUnavailable, match="more than 100000 bytes"):
        rows(pool, f"SELECT * {{ SERVICE <{base}/large> {{ ?s ?p ?o }} }}")


@pytest.mark.parametrize(
    ("body", "media_type", "error"),
    [
        (b'{"head":{"vars":["a"]},"results":{"bindings":[{"a":{"type":"bnode","value":"x"}}]}}',
         "application/sparql-results+json", "blank node"),
        (b'{"head":{},"boolean":true}', "application/sparql-results+json", "no table"),
        (b"{", "application/sparql-results+json", "cannot be read"),
        (b"<html>", "text/html", "text/html"),
    ],
)  # fmt: skip
def test_answers_that_cannot_be_used_are_told(
    pool: AdhocPool, stand_in: StandIn, body: bytes, media_type: str, error: str
) -> None:
    stand_in.paths["/sparql"] = lambda handler, _: answer(handler, 200, body, media_type)
    with pytest.raises((InputError, StoreUnavailable), match=error):
        rows(pool, f"SELECT * {{ SERVICE <{stand_in.url}> {{ ?s ?p ?o }} }}")
    assert rows(pool, "SELECT * { ?s <urn:is> 'fr' }") == [{"s": "urn:fr"}]


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/away", "status 500"),
        ("/drip", "not in time"),
        ("/large", "more than 100000 bytes"),
        ("/page", "type text/html"),
        ("/half", "cannot be read"),
    ],
)
def test_a_silent_call_that_fails_leaves_the_rest_and_is_told(
    pool: AdhocPool, stand_in: StandIn, path: str, reason: str
) -> None:
    """Two calls, of which one answers; the slow one leaves time for this graph's own part."""
    json_type = "application/sparql-results+json"
    stand_in.paths |= {
        "/away": lambda handler, _: handler.send_error(500),
        "/drip": drip,
        "/large": large,
        "/page": lambda handler, _: answer(handler, 200, b"<html>", "text/html"),
        "/half": lambda handler, _: answer(handler, 200, b'{"head":', json_type),
    }
    text = (
        f"SELECT * {{ ?s <urn:is> ?is "
        f"OPTIONAL {{ SERVICE SILENT <http://{stand_in.host}{path}> {{ ?s <urn:x> ?x }} }} "
        f"OPTIONAL {{ SERVICE SILENT <{stand_in.url}> {{ ?s <urn:name> ?name }} }} }}"
    )
    found = pool.run(text, lambda _: "json")
    bindings = json.loads(found.read())["results"]["bindings"]
    assert {row["is"]["value"]: "name" in row for row in bindings} == {"lu": True, "fr": False}
    (missing,) = found.missing
    assert missing.startswith(f"http://{stand_in.host}{path}: ") and reason in missing
