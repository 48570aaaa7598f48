"""The W3C tests of the SPARQL 1.1 Protocol: queries are answered, updates refused."""

import json
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path

import pyoxigraph as ox
import pytest

from .conftest import ROWS, Server, serving
from .w3c_requests import QUERIES, UPDATES, Request

MEDIA_TYPES = {
    "boolean": ["application/sparql-results+json", "application/sparql-results+xml"],
    "tabular": [
        "application/sparql-results+json",
        "application/sparql-results+xml",
        "text/csv",
        "text/tab-separated-values",
    ],
    "RDF": ["text/turtle", "application/n-triples", "application/rdf+xml"],
}


@pytest.fixture(scope="module", params=["default graph", "union default graph"])
def either(request: pytest.FixtureRequest, store: Path, server: Server) -> Iterator[Server]:
    if request.param == "default graph":
        yield server
        return
    with serving(store, "--union-default-graph") as union:
        yield union


def send(server: Server, request: Request) -> tuple[HTTPResponse, bytes]:
    connection = HTTPConnection("127.0.0.1", server.port, timeout=30)
    path = "/sparql" + (f"?{request.parameters}" if request.parameters else "")
    connection.request(request.method, path, request.body, request.headers)
    response = connection.getresponse()
    return response, response.read()


@pytest.mark.parametrize("request_", QUERIES, ids=[one.name for one in QUERIES])
def test_a_query(either: Server, request_: Request) -> None:
    response, body = send(either, request_)
    if request_.expected == "refused":
        assert 400 <= response.status < 500
        assert response.headers.get_content_type() == "application/problem+json"
        return
    assert response.status == 200, body
    assert response.headers.get_content_type() in MEDIA_TYPES[request_.expected]
    if request_.expected == "boolean":
        assert json.loads(body)["boolean"] is True


@pytest.mark.parametrize("request_", UPDATES, ids=[one.name for one in UPDATES])
def test_an_update_is_refused(server: Server, request_: Request) -> None:
    response, _ = send(server, request_)
    assert 400 <= response.status < 500
    assert response.headers.get_content_type() == "application/problem+json"


def test_nothing_was_changed(server: Server, store: Path) -> None:
    for request in UPDATES:
        send(server, request)
    assert len(ox.Store.read_only(str(store))) == ROWS + 3
