"""Results of other engines come in one form, however their JSON is written."""

import json
from typing import Any

import pytest

from mla_graph.model.namespaces import XSD
from mla_graph.store.dialects.dialect import Dialect, dialect_of, recognised
from mla_graph.store.dialects.virtuoso import DIALECT as VIRTUOSO

DATE = {"type": "typed-literal", "datatype": f"{XSD}date", "value": "2024-05-01"}
MONTHS = {"type": "typed-literal", "datatype": f"{XSD}yearMonthDuration", "value": "18"}
WHERE = {"type": "uri", "value": "urn:x"}
TALE = {
    "type": "literal",
    "value": 'He said: "type": "typed-literal", "datatype": "urn:d", "value": "7"',
}
QUOTED = {"type": "typed-literal", "datatype": "urn:d", "value": 'a "b" \\ c'}
LATER = {"type": "literal", "value": "1", "datatype": f"{XSD}boolean"}


def answer(*terms: dict[str, str]) -> dict[str, Any]:
    rows = [{"x": term} for term in terms]
    return {"head": {"vars": ["x"]}, "results": {"bindings": rows}}


@pytest.mark.parametrize("also", [WHERE, TALE, QUOTED, LATER])
def test_typed_values_are_evened_out_beside_anything(also: dict[str, str]) -> None:
    for indent in (None, 2):
        body = json.dumps(answer(DATE, MONTHS, also), indent=indent).encode()
        terms = [
            row["x"] for row in json.loads(VIRTUOSO.even_out(body, "SELECT"))["results"]["bindings"]
        ]
        expected = also | ({"value": "true"} if also is LATER else {})
        if "datatype" in also:
            expected["type"] = "literal"
        assert terms == [
            DATE | {"type": "literal"},
            MONTHS | {"type": "literal", "value": "P1Y6M"},
            expected,
        ]


@pytest.mark.parametrize(
    ("server", "address", "name", "graphs"),
    [
        ("Virtuoso/07.20.3240 (Linux)", "http://h/sparql", "Virtuoso", "/sparql-graph-crud-auth"),
        ("Oxigraph/0.5.8", "http://h/query", "Oxigraph", "/store"),
        ("Apache Jena Fuseki (5.1.0)", "http://h/set/query", "Fuseki", "/set/data"),
        ("Jetty", "http://h/repositories/a", "RDF4J", "/repositories/a/rdf-graphs/service"),
    ],
)
def test_an_engine_is_recognised_with_the_place_of_its_graphs(
    server: str, address: str, name: str, graphs: str
) -> None:
    found = recognised(server, address)
    assert found and name in found.name
    assert found.graph_store(address) == f"http://h{graphs}"


def test_behind_a_proxy_answers_of_every_kind_are_evened_out() -> None:
    assert recognised("nginx", "http://h/sparql") is None
    hidden = dialect_of("nginx", "http://h/sparql")
    standard = {"head": {}, "boolean": False}
    assert json.loads(hidden.even_out(json.dumps(standard).encode(), "ASK")) == standard
    assert json.loads(hidden.even_out(b'{"results": {"bindings": []}}', "ASK"))["boolean"] is False


def test_an_engine_that_keeps_to_the_standards_gives_values_in_one_form() -> None:
    half = {"type": "literal", "value": "1.50", "datatype": f"{XSD}decimal"}
    body = json.dumps(answer(half, WHERE)).encode()
    rows = json.loads(Dialect().even_out(body, "SELECT"))["results"]["bindings"]
    assert [row["x"]["value"] for row in rows] == ["1.5", "urn:x"]
