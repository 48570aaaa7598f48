"""Results of other engines come in one form, however their JSON is written."""

import json
from typing import Any

import pytest

from mla_graph.model.namespaces import XSD
from mla_graph.store.dialects.dialect import even_out

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
        terms = [row["x"] for row in json.loads(even_out(body, "SELECT"))["results"]["bindings"]]
        expected = also | ({"value": "true"} if also is LATER else {})
        if "datatype" in also:
            expected["type"] = "literal"
        assert terms == [
            DATE | {"type": "literal"},
            MONTHS | {"type": "literal", "value": "P1Y6M"},
            expected,
        ]
