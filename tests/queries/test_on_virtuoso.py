"""The command and the service say on Virtuoso what they say on the embedded store."""

import json
from collections.abc import Iterator

import pytest
from click.testing import CliRunner
from starlette.testclient import TestClient

from mla_graph.cli.main import main
from mla_graph.model.settings import Settings
from mla_graph.service.app import create_app
from mla_graph.service.serve import open_context
from mla_graph.store.remote import RemoteStore

from ..virtuoso_server import VirtuosoServer
from .conftest import SMALL, Ask

STATES = """
PREFIX mla: <https://w3id.org/mla-graph/ontology#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?code WHERE { ?state a mla:State ; skos:notation ?code } ORDER BY ?code
"""


@pytest.fixture(autouse=True)
def in_the_small_graph(
    small_virtuoso: RemoteStore, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """What a user sets."""
    monkeypatch.setenv("MLA_REMOTE_GRAPH", SMALL)
    monkeypatch.setenv("MLA_QUERY_TIMEOUT", "60")
    yield


def test_the_command_asks_it(virtuoso_server: VirtuosoServer, ask_small: Ask) -> None:
    run = CliRunner().invoke
    url = virtuoso_server.query_url
    command = ["query", "time-limits", "state=LU", "measure=A.30", "--format", "rows"]
    saved = run(main, [*command, "--store", url])
    assert json.loads(saved.stdout)["data"] == ask_small(
        "time-limits", {"state": "LU", "measure": "A.30"}
    )
    typed = run(main, ["sparql", "--store", url], input=STATES)
    assert typed.stdout.split() == ["code", "BE", "GB", "IE", "LU", "US"]


def test_the_service_answers_from_it(virtuoso_server: VirtuosoServer, ask_small: Ask) -> None:
    context = open_context(
        virtuoso_server.query_url, False, Settings.from_environ(), lambda message: None
    )
    with TestClient(create_app(context)) as client:
        table = client.get(
            "/api/queries/legal-bases?state=LU&measure=A.30", headers={"Accept": "application/json"}
        )
        typed = client.get("/sparql", params={"query": STATES}, headers={"Accept": "text/csv"})
    assert table.status_code == 200, table.text
    assert table.json()["data"] == ask_small("legal-bases", {"state": "LU", "measure": "A.30"})
    assert typed.text.split() == ["code", "BE", "GB", "IE", "LU", "US"]
