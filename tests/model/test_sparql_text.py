"""Refused queries are told apart and explained without parsing them again."""

import time

import pytest

from mla_graph.model.errors import QuerySyntaxError, UpdateRefused
from mla_graph.model.sparql_text import is_update, leading_keyword, nested_beyond, refusal, tokens
from mla_graph.store.embedded import EmbeddedStore


@pytest.mark.parametrize(
    ("text", "keyword"),
    [
        ("select * {}", "SELECT"),
        ("# INSERT\nPREFIX a: <urn:#> BASE <urn:x> prefix : <urn:>ASK{}", "ASK"),
        ("PREFIX my.select-1: <urn:a>\r\n\tConstruct WHERE {}", "CONSTRUCT"),
        ("", ""),
        ("{}", ""),
        ("PREFIX a: <urn:", "PREFIX"),
    ],
)
def test_the_form_of_a_query_is_its_first_keyword_after_the_prologue(
    text: str, keyword: str
) -> None:
    assert leading_keyword(text) == keyword


@pytest.mark.parametrize(
    "text",
    [
        "INSERT DATA { <a:a> <a:b> <a:c> }",
        "PREFIX a: <urn:a> # SELECT\n delete where { ?s ?p ?o }",
        "WITH <urn:g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
        "LOAD <urn:x>",
        "CLEAR ALL",
        "DROP GRAPH <urn:g>",
    ],
)
def test_an_update_is_refused_as_an_update(text: str) -> None:
    assert is_update(text)
    with pytest.raises(UpdateRefused, match="only queries"):
        EmbeddedStore.in_memory().query(text)


@pytest.mark.parametrize(
    ("text", "line", "column", "said"),
    [
        ("SELECT * {\n ?s ?p }", 2, 9, "after “?s ?p }”"),
        (
            "SELECT * { ?é no:prefix ?o }",
            1,
            24,
            "after “SELECT * { ?é no:prefix”: Prefix not found",
        ),
        ("SELECT (1 AS ?x) (2 AS ?x) {}", 1, 30, "Duplicated variable name"),
        ("", 1, 1, "a query begins with SELECT, ASK, CONSTRUCT or DESCRIBE"),
        ("what is in force?", 1, 10, "a query begins with SELECT"),
    ],
)
def test_a_text_that_is_no_query_is_refused_with_its_place(
    text: str, line: int, column: int, said: str
) -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        EmbeddedStore.in_memory().query(text)
    assert caught.value.extensions == {"line": line, "column": column}
    assert f"line {line}, column {column}" in caught.value.detail
    assert said in caught.value.detail
    assert len(caught.value.detail) < 200


@pytest.mark.parametrize(
    ("message", "line", "column"),
    [
        ("Virtuoso 37000 Error SP030: SPARQL compiler, line 3: syntax error at '}'", 3, None),
        ("Encountered '}' at line 2, column 14.", 2, 14),
        ("MALFORMED QUERY: [line: 4, col: 7]", 4, 7),
        ("No.", None, None),
    ],
)
def test_the_place_is_found_in_what_other_engines_say(
    message: str, line: int | None, column: int | None
) -> None:
    error = refusal("SELECT", message)
    assert isinstance(error, QuerySyntaxError)
    assert error.extensions == {"line": line, "column": column}
    assert message in error.detail


def test_hostile_text_is_looked_at_in_linear_time() -> None:
    assert leading_keyword("PREFIX a: <a:> # x\n" * 20_000 + "ASK {}") == "ASK"
    assert leading_keyword("PREFIX " * 50_000) == "PREFIX"
    assert leading_keyword("PREFIX " + " " * 500_000) == "PREFIX"


@pytest.mark.parametrize(
    "piece", ['"""', "'''", '\\"""', '\\"', "\\'", "<a", "'\\\\'", "{", "#", "@", "%4", "\\u"]
)
def test_twice_the_text_takes_about_twice_the_time(piece: str) -> None:
    def seconds(times: int) -> float:
        text = piece * times
        since = time.process_time()
        assert sum(len(token.text) for token in tokens(text)) == len(text)
        leading_keyword(text)
        nested_beyond(text, times)
        return time.process_time() - since

    assert seconds(40_000) < 8 * max(seconds(10_000), 0.01)


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ('""" SERVICE', ["string", "string"]),
        ('"""a" SERVICE <b>', ["string", "string", "name", "iri"]),
        ('\'\'\'a\' """b""" ?c', ["string", "string", "string", "variable"]),
        ('"a SERVICE\n<b>', ["string", "iri"]),
        ('"a"@en-GB ?x <1', ["string", "language", "variable", "mark", "name"]),
    ],
)
def test_a_string_that_is_not_closed_hides_no_more_than_it_does_from_the_engine(
    text: str, kinds: list[str]
) -> None:
    assert [token.kind for token in tokens(text) if token.kind != "space"] == kinds


@pytest.mark.parametrize("piece", ["[\\a", "[", '"\\a', "A", "Ab ", "\\"])
def test_a_hostile_message_of_an_endpoint_is_read_in_linear_time(piece: str) -> None:
    since = time.process_time()
    refusal("SELECT", "error at 1:1: expected one of " + piece * 20_000)
    assert time.process_time() - since < 0.5
