"""Which representation a caller gets for an Accept header or ``?format=``."""

import csv
import json
import time
from collections.abc import Callable
from io import StringIO
from itertools import permutations
from typing import Any
from xml.etree import ElementTree

import pyoxigraph as ox
import pytest
from httpx import Response
from starlette.testclient import TestClient

from mla_graph.model.errors import UnsupportedFormat
from mla_graph.service.wire.formats import NotAcceptable, Representation, choose, wants_page

from .conftest import LEGAL_BASES

JSON = Representation("json", "application/json")
CSV = Representation("csv", "text/csv")
XML = Representation("xml", "application/sparql-results+xml", ("application/xml",))
OFFERED = (JSON, CSV, XML)


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, JSON),
        ("", JSON),
        ("*/*", JSON),
        ("text/csv", CSV),
        ("TEXT/CSV", CSV),
        ("text/*", CSV),
        ("application/json;q=0.4, text/csv;q=0.5", CSV),
        ("text/csv;q=0.5, */*;q=0.5", JSON),
        ("text/csv, application/json", JSON),
        ("application/json;q=0, */*", CSV),
        ("application/*;q=0.2, text/csv;q=0.1", JSON),
        ("application/xml", XML),
        ("text/csv;header=present", CSV),
        ("text/csv;q=nonsense, application/json;q=0.1", JSON),
        ("rubbish, text/csv", CSV),
    ],
)
def test_the_best_liked_is_sent_and_ties_go_to_the_first(
    accept: str | None, expected: Representation
) -> None:
    assert choose(OFFERED, accept) is expected


@pytest.mark.parametrize("accept", ["image/png", "*/*;q=0", "text/html;q=1, text/plain"])
def test_nothing_that_fits_is_not_acceptable_and_names_what_there_is(accept: str) -> None:
    with pytest.raises(NotAcceptable) as caught:
        choose(OFFERED, accept)
    assert "text/csv" in caught.value.extensions["valid"]


@pytest.mark.parametrize(
    "piece", ['"\\"', '"', ",", ";", "a/b,", 'a/b;x="', "text/html;q=0.1,", "a/b;q=" + "0" * 99]
)
def test_a_longer_accept_takes_no_longer(piece: str) -> None:
    for size in (8_000, 16_000, 32_000, 64_000):
        header = "text/csv," + piece * (size // len(piece))
        times = []
        for _ in range(3):
            since = time.thread_time()
            assert choose(OFFERED, header) is CSV
            wants_page(header + "text/html")
            times.append(time.thread_time() - since)
        assert min(times) < 0.01


def test_an_unclosed_quote_runs_to_the_end() -> None:
    assert choose(OFFERED, 'text/csv, application/json;x=", application/xml') is JSON
    assert choose(OFFERED, 'text/csv, a/b;x=", application/json') is CSV


def test_format_wins_over_accept() -> None:
    assert choose(OFFERED, "text/csv", "xml") is XML


def test_an_unknown_format_names_those_that_exist() -> None:
    with pytest.raises(UnsupportedFormat) as caught:
        choose(OFFERED, None, "pdf")
    assert caught.value.extensions["valid"] == ["json", "csv", "xml"]


@pytest.mark.parametrize(
    ("accept", "page"),
    [
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", True),
        ("text/html", True),
        ("*/*", False),
        (None, False),
        ("application/json, text/html;q=0.5", False),
    ],
)
def test_only_who_likes_html_best_gets_pages(accept: str | None, page: bool) -> None:
    assert wants_page(accept) is page


SPARQL = "/sparql?query="
SELECT = f"{SPARQL}SELECT+?s+?o+WHERE+{{+?s+a+?o+}}+LIMIT+3"
CONSTRUCT = f"{SPARQL}CONSTRUCT+WHERE+{{+?s+a+?o+}}+LIMIT+3"
NEGOTIATED = {
    LEGAL_BASES: "/api/queries/{name}",
    "/api/queries": "/api/queries",
    "/api/dossier?requesting=BE&executing=LU&measure=A.30&on=2024-05-01": "/api/dossier",
    "/api/dossier/schema": "/api/dossier/schema",
    "/id/state/lu": "/id/{kind}/{key}",
    "/ontology": "/ontology",
    "/ontology/0.1.0": "/ontology/{version}",
    "/shapes": "/shapes",
    "/shapes/published": "/shapes/published",
    "/shapes/forms/language-rule": "/shapes/forms/{kind}",
    "/edit/choices/State": "/edit/choices/{kind}",
    "/problems/not-found": "/problems/{code}",
    "/.well-known/void": "/.well-known/void",
    "/.well-known/sparql-examples": "/.well-known/sparql-examples",
    "/.well-known/sparql-examples/legal-bases": "/.well-known/sparql-examples/{name}",
    "/dumps/": "/dumps/",
    SELECT: "/sparql",
    CONSTRUCT: "/sparql",
    f"{SPARQL}ASK+{{}}": "/sparql",
    "/sparql": "/sparql",
}
"""An address of each kind of route that chooses by Accept, and the route."""

FIXED = {
    "/health/live", "/health/ready", "/metrics", "/ontology/context.jsonld", "/graph/{name}",
    "/sparql/terms",
    "/dumps/mla-graph.{ending}", "/dumps/SHA256SUMS",
    "/dumps/{release}/", "/dumps/{release}/mla-graph.{ending}", "/dumps/{release}/SHA256SUMS",
}  # fmt: skip
"""Routes of the description that have one representation whatever is asked for, that of a graph,
which leads to a query, and those of the dumps of one release, which do as those of the dumps do."""

KNOWN = (
    "application/sparql-results+json", "application/json", "text/csv",
    "text/tab-separated-values", "application/sparql-results+xml", "text/turtle",
    "application/n-triples", "application/ld+json", "application/rdf+xml", "application/trig",
    "application/n-quads", "text/html", "text/plain", "application/schema+json",
)  # fmt: skip
NOTHING_KNOWN = ("image/png", "application/pdf", "text/turtles", "x/y;q=1", "*/*;q=0")
NONSENSE = (
    "", ",", ";", "/", "*", "text/", "/turtle", "q=1", "text/html;q=", "*/*;q=nonsense",
    "*/*;q=2", "*/*;q=-1", "*/*;q=nan", "*/*;q=1e400", ";;,,;q=1,*/*", "text/html;;;q=0.1",
    "text//html", "*/html", "a" * 4000, ",".join(["text/turtle;q=0.1"] * 400), '"text/html"',
    "\xe9/\xe9", "text/html\t;\tq=0.5",
)  # fmt: skip

addresses = pytest.mark.parametrize("address", NEGOTIATED)


def _parsed(read: Callable[[str], Any]) -> Callable[[str], bool]:
    return lambda text: read(text) is not None


def _table(text: str, delimiter: str) -> bool:
    quoting = csv.QUOTE_NONE if delimiter == "\t" else csv.QUOTE_MINIMAL
    rows = list(csv.reader(StringIO(text), delimiter=delimiter, quoting=quoting))
    return len({len(row) for row in rows}) == 1


def _triples(format: ox.RdfFormat) -> Callable[[str], bool]:
    return lambda text: bool(list(ox.parse(text, format=format)))


IS = {
    "application/sparql-results+json": lambda text: "head" in json.loads(text),
    "application/json": _parsed(json.loads),
    "application/ld+json": _parsed(json.loads),
    "application/schema+json": lambda text: "$schema" in json.loads(text),
    "text/csv": lambda text: _table(text, ","),
    "text/tab-separated-values": lambda text: _table(text, "\t"),
    "application/sparql-results+xml": lambda text: (
        ElementTree.fromstring(text).tag == "{http://www.w3.org/2005/sparql-results#}sparql"
    ),
    "application/rdf+xml": _triples(ox.RdfFormat.RDF_XML),
    "text/turtle": _triples(ox.RdfFormat.TURTLE),
    "application/n-triples": _triples(ox.RdfFormat.N_TRIPLES),
    "application/trig": _triples(ox.RdfFormat.TRIG),
    "application/n-quads": _triples(ox.RdfFormat.N_QUADS),
    "text/html": lambda text: text.startswith("<!doctype html>"),
    "text/plain": lambda text: bool(text.strip()),
}
"""Whether a text is what its media type says."""


def media_type(answer: Response) -> str:
    """The media type of an answer, without parameters."""
    return answer.headers["content-type"].partition(";")[0]


def got(client: TestClient, address: str, accept: str | None) -> Response:
    """The answer, in one of the representations that it may have, or the reason against it."""
    headers = {} if accept is None else {"Accept": accept.encode("latin-1")}
    answer = client.get(address, headers=headers)
    assert answer.status_code in (200, 406), (accept, answer.text)
    assert "accept" in answer.headers["vary"].lower(), accept
    if answer.status_code == 200:
        assert IS[media_type(answer)](answer.text), accept
    elif media_type(answer) != "text/html":  # a browser gets the reason as a page
        assert media_type(answer) == "application/problem+json"
        assert answer.json()["valid"]
    return answer


def test_the_matrix_has_every_route_of_the_description(client: TestClient) -> None:
    described = client.get("/openapi.json").json()["paths"]
    queries = {path for path in described if path.startswith("/api/queries/")}
    routes = {path for path, item in described.items() if "get" in item} - queries - FIXED
    assert routes == set(NEGOTIATED.values()) - {"/api/queries/{name}"}


@addresses
def test_each_type_alone_gives_that_type_or_is_not_acceptable(
    client: TestClient, address: str
) -> None:
    offered = set()
    for wanted in KNOWN:
        answer = got(client, address, wanted)
        if answer.status_code == 200 and media_type(answer) == wanted:
            offered.add(wanted)
        elif answer.status_code == 200:  # each may stand for a form of RDF, as clients use it
            special = {"application/json": "+json", "text/plain": "application/n-triples"}
            assert media_type(answer).endswith(special[wanted])
    usual = media_type(got(client, address, None))
    assert usual in offered
    for accept in ("*/*", "", "*/*;q=0.1", f"{usual.partition('/')[0]}/*;q=0.3, */*;q=0.3"):
        assert media_type(got(client, address, accept)) == usual
    for accept in NOTHING_KNOWN:
        assert got(client, address, accept).status_code == 406
    described = client.get("/openapi.json").json()["paths"]
    path = address.partition("?")[0] if address == LEGAL_BASES else NEGOTIATED[address]
    assert offered <= set(described[path]["get"]["responses"]["200"]["content"])


@addresses
def test_head_describes_the_answer_to_get(client: TestClient, address: str) -> None:
    for accept in ("*/*", "text/html", "text/turtle", "application/json", "image/png"):
        answer = client.get(address, headers={"Accept": accept})
        head = client.head(address, headers={"Accept": accept})
        assert (head.status_code, head.content) == (answer.status_code, b"")
        for name in ("content-type", "etag", "vary", "link", "content-encoding"):
            assert head.headers.get(name) == answer.headers.get(name), (accept, name)


@pytest.mark.parametrize("every", [False, pytest.param(True, marks=pytest.mark.fuzz)])
@addresses
def test_the_better_liked_of_two_is_sent(client: TestClient, address: str, every: bool) -> None:
    answers = [(t, got(client, address, t)) for t in KNOWN]
    offered = [t for t, answer in answers if answer.status_code == 200 and media_type(answer) == t]
    pairs = list(permutations(offered, 2))
    for best, other in pairs if every else [*pairs[:1], *pairs[-1:]]:
        for accept in (
            f"{other};q=0.5, {best};q=0.9",
            f"{best}, {other};q=0.999",
            f"*/*;q=0.1,{best.upper()} ; Q=0.4",
        ):
            assert media_type(got(client, address, accept)) == best, accept
        assert media_type(got(client, address, f"{best};q=0, */*")) != best


@addresses
def test_nonsense_is_passed_over(client: TestClient, address: str) -> None:
    for accept in NONSENSE:
        got(client, address, accept)
