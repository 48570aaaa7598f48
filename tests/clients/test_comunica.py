"""Comunica, which asks several sources at once and finds out for itself what each one is."""

import json
import subprocess
import urllib.request
from pathlib import Path

import pytest

pytestmark = pytest.mark.clients

FOLDER = Path(__file__).parent / "comunica"
PREFIXES = """
PREFIX mla: <https://w3id.org/mla-graph/ontology#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX instrument: <https://w3id.org/mla-graph/id/instrument/>
PREFIX state: <https://w3id.org/mla-graph/id/state/>
"""
SAVED = Path(__file__).parents[2] / "queries" / "states.rq"


def asked(query: str, *sources: str) -> list[dict[str, str]]:
    """The rows, with each term as its text."""
    done = subprocess.run(
        ["node", "ask.mjs", query, *sources], cwd=FOLDER, capture_output=True, text=True,
        timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    rows: list[dict[str, str]] = json.loads(done.stdout)
    return rows


def here(service: str, path: str, accept: str) -> str:
    """What the service itself answers."""
    request = urllib.request.Request(service + path, headers={"Accept": accept})
    with urllib.request.urlopen(request, timeout=60) as answer:
        text: str = answer.read().decode()
        return text


def test_a_saved_query_as_it_stands_on_the_endpoint(service: str) -> None:
    """``$_lang`` stays a variable there, as in any editor."""
    found = asked(SAVED.read_text(), json.dumps({"type": "sparql", "value": f"{service}/sparql"}))
    expected = json.loads(here(service, "/api/queries/states", "application/json"))["data"]
    assert {row["code"] for row in found} == {row["code"] for row in expected}


def test_the_endpoint_is_found_by_its_service_description(service: str) -> None:
    query = f"{PREFIXES} SELECT ?code WHERE {{ state:lu skos:notation ?code }}"
    assert asked(query, f"{service}/sparql") == [{"code": "LU"}]


def test_a_join_of_the_endpoint_with_the_document_of_a_resource(service: str) -> None:
    """The document says who takes part in the convention, the endpoint what state that is."""
    query = f"""{PREFIXES} SELECT DISTINCT ?participation ?code WHERE {{
        ?participation mla:concernsInstrument instrument:benelux-1962 .
        ?participation mla:concernsState ?state .
        ?state skos:notation ?code .
    }}"""
    found = asked(query, f"{service}/id/instrument/benelux-1962", f"{service}/sparql")
    assert sorted(row["code"] for row in found) == ["BE", "LU", "NL"]
