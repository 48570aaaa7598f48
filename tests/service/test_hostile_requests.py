"""Hostile texts in every place of a request: refused as any wrong value is, or an empty answer."""

import json
from collections.abc import Callable
from itertools import cycle, islice
from urllib.parse import quote

import pytest
from httpx import Response
from starlette.testclient import TestClient

from mla_graph.model.sources import Sources
from mla_graph.release.directory import Release
from mla_graph.saved_queries.catalogue import Catalogue
from mla_graph.store.remote import RemoteStore

from ..conftest import OxigraphServer
from ..payloads import HOSTILE
from .conftest import Serve

pytestmark = pytest.mark.slow

SHIPPED = Catalogue.load(Sources.shipped().queries)
DOSSIER = {"requesting": "BE", "executing": "LU", "measure": "A.30", "on": "2024-05-01"}
REFUSALS = {"invalid-value", "unknown-value", "malformed-request", "missing-parameter",
            "unsupported-format", "unknown-parameter"}  # fmt: skip
NOT_FOUND = {"unknown-query", "unknown-resource", "not-found"}
ORDINARY = {"iri": "instrument/no-such-thing", "text": "no such thing anywhere"}
"""A value that is well formed and names nothing, for parameters without a list of values."""

SENT = [text for text in HOSTILE if "\ud800" not in text]
"""Half of a surrogate pair cannot be sent but in JSON."""

SOME = pytest.param(1, id="some")
ALL = pytest.param(len(SENT), id="all", marks=pytest.mark.fuzz)
many = pytest.mark.parametrize("count", [SOME, ALL])


@pytest.fixture(scope="module")
def remote(
    serve: Serve, shipped_release: Release, start_oxigraph: Callable[[], OxigraphServer]
) -> TestClient:
    """A client of the service on a server that holds the whole graph."""
    server = start_oxigraph()
    server.load(shipped_release.nquads.read_bytes(), "application/n-quads")
    return serve(store=RemoteStore(server.query_url, release_id="fixed"))


@pytest.fixture(params=["client", pytest.param("remote", marks=pytest.mark.fuzz)])
def asked(request: pytest.FixtureRequest) -> TestClient:
    """The service on its own store, and on an endpoint elsewhere."""
    client: TestClient = request.getfixturevalue(request.param)
    return client


def refused(answer: Response, among: set[str] = REFUSALS) -> bool:
    """Whether the answer is a problem of the caller's making that tells nothing of the inside."""
    if answer.status_code == 200:
        return False
    problem = answer.json()
    assert answer.status_code in (400, 404) and problem["status"] == answer.status_code
    assert problem["type"].rpartition("/")[2] in among, problem
    assert "Traceback" not in answer.text and "PREFIX" not in problem["detail"]
    return True


def told(answer: Response) -> object:
    """The rows or triples of an answer."""
    assert answer.status_code == 200, answer.text
    rows = answer.headers["content-type"] == "application/json"
    return answer.json()["data"] if rows else answer.text


@many
@pytest.mark.parametrize("name", SHIPPED.names)
def test_each_parameter_of_a_saved_query(name: str, asked: TestClient, count: int) -> None:
    query, texts = SHIPPED.get(name), cycle(SENT)
    examples = {p.name: list(p.example) if p.list else p.example[0]
                for p in query.parameters if p.required}  # fmt: skip
    format = "rows" if query.form == "select" else "ntriples"
    path = f"/api/queries/{name}"
    ordinary = {p.name: ORDINARY.get(p.type, "no-such-thing") for p in query.parameters}
    for parameter in (*ordinary, "limit", "offset", "format"):
        given = {"format": format} | examples
        usual = asked.get(path, params=given | {parameter: ordinary.get(parameter, "no")})
        for text in islice(texts, count):
            for answer in (
                asked.get(path, params=given | {parameter: text}),
                asked.post(path, data=given | {parameter: text}),
                asked.post(path, json=given | {parameter: text}),
            ):
                assert refused(answer) or told(answer) == told(usual), (parameter, text[:80])


@many
@pytest.mark.parametrize("parameter", [*DOSSIER, "lang", "confidence", "format"])
def test_each_parameter_of_the_dossier(parameter: str, asked: TestClient, count: int) -> None:
    for text in SENT[:count]:
        assert refused(asked.get("/api/dossier", params=DOSSIER | {parameter: text})), text[:80]


@many
@pytest.mark.parametrize(
    "path",
    ["/api/queries/{}", "/id/{}/lu", "/id/state/{}", "/dumps/mla-graph.{}", "/static/{}", "/{}"],
)
def test_each_segment_of_a_path(path: str, asked: TestClient, count: int) -> None:
    for text in (*SENT[:count], "../../etc/passwd", "..%2f..%2fetc%2fpasswd", "%00", "%ff"):
        if not text.strip():
            continue
        encoded = text if text.startswith("%") or "%2f" in text else quote(text, safe="")
        answer = asked.get(path.format(encoded), headers={"Accept": "application/json"})
        assert refused(answer, NOT_FOUND | REFUSALS), (path, text[:80])


@pytest.mark.parametrize(
    "body",
    [
        '{"state": "\\ud800", "measure": "A.30"}',
        '{"state": {"$ne": null}, "measure": "A.30"}',
        '{"state": ["LU", "BE"], "measure": "A.30"}',
        '{"state": "LU", "state": "BE", "measure": "A.30"}',
        '{"state": null, "measure": "A.30"}',
        '{"__proto__": {}, "state": "LU", "measure": "A.30"}',
        '{"state": "LU", "measure": "A.30", "limit": 1e400}',
        '{"state": "LU", "measure": "A.30", "limit": NaN}',
        '{"state": "LU", "measure": "A.30", "limit": ' + "9" * 5000 + "}",
        "[" * 100_000,
        json.dumps([["state", "LU"]]),
        "state=LU&measure=A.30",
    ],
)
def test_a_hostile_json_body_is_refused(client: TestClient, body: str) -> None:
    answer = client.post(
        "/api/queries/legal-bases", content=body, headers={"Content-Type": "application/json"}
    )
    assert refused(answer)
