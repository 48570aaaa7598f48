"""Calls to other endpoints are found in any text that an engine would run."""

import pytest

from mla_graph.model.errors import InputError
from mla_graph.model.sparql_calls import calls, calls_service, without_calls

CALLED = "http://other.example/sparql"


@pytest.mark.parametrize(
    "text",
    [
        f"SELECT * {{ SERVICE <{CALLED}> {{ ?a ?b ?c }} }}",
        f"SELECT * {{ ?s ?p 1.service<{CALLED}>{{ ?a ?b ?c }} }}",
        f"SELECT * {{ ?s ?p true.SERVICE <{CALLED}> {{ ?a ?b ?c }} }}",
        f'SELECT * {{ VALUES ?x {{ """abc" }} SERVICE <{CALLED}> {{ ?a ?b ?c }} }}',
        "PREFIX o: <http://other.example/>\nSELECT * { SERVICE o:sparql { ?a ?b ?c } }",
        "BASE <http://other.example/> SELECT * { SERVICE <sparql> { ?a ?b ?c } }",
    ],
)
def test_a_call_is_found_with_its_endpoint(text: str) -> None:
    assert calls_service(text)
    (call,) = calls(text)
    assert call.endpoint == CALLED
    assert text[call.start : call.end].upper().startswith("SERVICE")
    assert "SERVICE" not in without_calls(text).upper()


@pytest.mark.parametrize(
    "text",
    [
        'SELECT * { ?s ?p "SERVICE" }',
        "SELECT * { ?service ?p <urn:SERVICE> } # SERVICE",
        'SELECT * { ?s <urn:p> "a"@service }',
        "PREFIX e: <urn:e:> SELECT * { ?s e:SERVICE e:a.SERVICE }",
    ],
)
def test_what_only_looks_like_a_call_is_none(text: str) -> None:
    assert not calls_service(text)
    assert calls(text) == []


@pytest.mark.parametrize("address", ["http://[", "http://[a]:x/", "//[", "http://\u2100/"])
def test_an_address_that_is_none_is_an_error_in_the_query(address: str) -> None:
    with pytest.raises(InputError, match="SERVICE"):
        calls(f"ASK {{ SERVICE <{address}> {{ ?s ?p ?o }} }}", "http://localhost/sparql")
