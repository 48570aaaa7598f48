"""The federated queries on the command line and over HTTP."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from starlette.testclient import TestClient

from mla_graph.adhoc.pool import AdhocPool
from mla_graph.cli.main import main
from mla_graph.model.settings import Settings
from mla_graph.model.sources import Sources
from mla_graph.release.directory import Release, open_release
from mla_graph.saved_queries.catalogue import Catalogue
from mla_graph.service.app import create_app
from mla_graph.service.context import Opened, ServiceContext

FEDLEX = "fedlex.data.admin.ch"
TREATIES = "/api/queries/federated/swiss-treaties?instrument=coe-030"
ROWS = {"Accept": "application/json"}


def test_the_command_answers_and_names_what_is_missing_on_stderr(
    far: Any, shipped_release: Release
) -> None:
    arguments = ["query", "federated/swiss-treaties", "instrument=coe-030", "--format", "rows"]
    arguments += ["--store", str(shipped_release.path)]
    done = CliRunner().invoke(main, arguments)
    assert (done.exit_code, done.stderr) == (0, "")
    assert json.loads(done.stdout)["data"][0]["number"] == "0.351.1"
    far.down.add(FEDLEX)
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == 0
    assert done.stderr.startswith("Missing: https://fedlex.data.admin.ch/sparqlendpoint: ")
    found = json.loads(done.stdout)
    assert found["data"][0]["fedlex"] == "missing" and found["data"][0]["since"] == "1967-03-20"
    assert len(found["meta"]["missing"]) == 1


@pytest.mark.parametrize("fault", [None, "garbage"])
def test_a_store_elsewhere_gets_the_tables_and_calls_nobody(
    far: Any, start_oxigraph: Callable[[], Any], fault: str | None
) -> None:
    server = start_oxigraph()
    mla = "https://w3id.org/mla-graph/ontology#"
    act = "<https://w3id.org/mla-graph/id/instrument/eu-dir-2014-41>"
    server.load(
        f'{act} a <{mla}Instrument> ; <{mla}celexNumber> "32014L0041" ; <{mla}defaultLabel> "D" ;'
        ' <http://www.w3.org/2004/02/skos/core#notation> "eu-dir-2014-41" .'.encode(),
        "application/trig",  # to the default graph
    )
    if fault:
        far.behaviour["query.wikidata.org"] = far.behaviours[fault]
    arguments = ["query", "federated/eu-acts", "--format", "rows", "--store", server.query_url]
    done = CliRunner().invoke(main, arguments)
    (row,) = json.loads(done.stdout)["data"]
    assert (row["cellar"], row["inForce"]) == ("found", "yes")
    assert row["wikidata"] == ("missing" if fault else "found")
    assert ("Missing: https://query.wikidata.org/sparql" in done.stderr) == bool(fault)


def test_the_command_lists_them_apart() -> None:
    apart = CliRunner().invoke(main, ["queries", "--federated"]).stdout
    assert "federated/eu-acts  [instrument=IRI]" in apart
    assert "federated/" not in CliRunner().invoke(main, ["queries"]).stdout
    assert "cellar" in CliRunner().invoke(main, ["queries", "federated/eu-acts"]).stdout


@pytest.fixture
def service(shipped_release: Release, pool: AdhocPool, tmp_path: Path) -> Callable[..., TestClient]:
    def make(hosts: str | None) -> TestClient:
        context = ServiceContext(
            settings=Settings(home=tmp_path, service_hosts=hosts),
            catalogue=Catalogue.load(Sources.shipped().queries),
            sources=Sources.shipped(),
            opened=Opened(
                open_release(shipped_release, in_memory=False), shipped_release, lambda lost: pool
            ),
        )
        return TestClient(create_app(context))

    return make


def test_the_service_calls_only_hosts_that_its_operator_allows(
    far: Any, service: Callable[..., TestClient]
) -> None:
    refused = service(None).get(TREATIES)
    assert refused.status_code == 403
    assert refused.headers["content-type"] == "application/problem+json"
    assert "MLA_SERVICE_HOSTS" in refused.json()["detail"] and FEDLEX in refused.json()["detail"]
    assert far.asked == []
    answered = service(FEDLEX).get(TREATIES, headers=ROWS)
    assert answered.json()["data"][0]["fedlex"] == "found"
    assert answered.json()["meta"]["missing"] == [] and "x-missing" not in answered.headers
    assert service(FEDLEX).get("/api/queries/federated/eu-acts").status_code == 403


def test_the_service_says_what_is_missing(far: Any, service: Callable[..., TestClient]) -> None:
    far.behaviour[FEDLEX] = far.behaviours["page"]
    client = service(FEDLEX)
    found = client.get(TREATIES + "&format=rows")
    (sentence,) = found.json()["meta"]["missing"]
    assert sentence.startswith(f"https://{FEDLEX}/sparqlendpoint: ")
    assert found.headers["x-missing"] == sentence
    table = client.get(TREATIES, headers={"Accept": "text/csv"})
    assert ",missing," in table.text and table.headers["x-missing"] == sentence
    text = f"SELECT * {{ SERVICE SILENT <https://{FEDLEX}/sparqlendpoint> {{ ?s ?p ?o }} }}"
    assert client.get("/sparql", params={"query": text}).headers["x-missing"] == sentence


def test_the_service_lists_them_apart(service: Callable[..., TestClient]) -> None:
    listed = service(None).get("/api/queries/federated").json()["data"]
    assert [query["name"] for query in listed] == [
        f"federated/{name}"
        for name in ("eu-acts", "luxembourg-statutes", "swiss-treaties", "wikidata-treaties")
    ]
    assert service(None).get(listed[0]["href"] + "x").status_code == 404
