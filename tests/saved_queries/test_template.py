"""Cutting a query at its parameters changes nothing else in it."""

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib import Graph

from mla_graph.model.sparql_text import tokens
from mla_graph.saved_queries.template import Template, sparql

NO_QUOTES = st.text(st.sampled_from("$_x?a 9#<>{}'\"é\t"), max_size=12)
UNTOUCHED = st.one_of(
    NO_QUOTES.map(lambda t: '"' + t.replace('"', '\\"') + '"'),
    NO_QUOTES.map(lambda t: "'" + t.replace("'", "\\'") + "'"),
    NO_QUOTES.map(lambda t: '"""\n' + t.replace('"', '\\"') + ' "$_x" """'),
    NO_QUOTES.map(lambda t: "'''\n" + t.replace("'", "\\'") + " '$_x' '''"),
    NO_QUOTES.map(lambda t: f"# $_x {t}\n"),
    st.text(st.sampled_from("$_x?a9#é/"), max_size=12).map(lambda t: f"<http://e/{t}>"),
    st.sampled_from(
        [
            "?x",
            "?_x",
            "$x",
            "ex:a\\$_x",
            "ex:%24_x",
            "{",
            "}",
            "a",
            "<",
            "12",
            "FILTER(",
            ">",
            "@en",
        ]
    ),
)
PARAMETER = st.sampled_from(["state", "on", "x", "a1_b"])


@given(st.lists(st.one_of(UNTOUCHED.map(lambda t: (t, None)), PARAMETER.map(lambda n: ("", n)))))
def test_only_parameter_tokens_are_replaced(segments: list[tuple[str, str | None]]) -> None:
    text = " ".join(f"$_{name}" if name else kept for kept, name in segments)
    expected = " ".join(f"[{name}]" if name else kept for kept, name in segments)
    template = Template.cut(text)
    names = [name for _, name in segments if name]
    assert list(template.names) == names
    assert template.fill({name: f"[{name}]" for name in names}) == expected
    assert template.fill({}) == text


@given(st.text())
def test_any_text_is_the_sum_of_its_tokens(text: str) -> None:
    assert "".join(token.text for token in tokens(text)) == text
    assert Template.cut(text).fill({}) == text


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("?s ?p $_x.", "?s ?p 1."),
        ("FILTER(?a<$_x && ?b > 2)", "FILTER(?a<1 && ?b > 2)"),
        ("$_x$_x", "11"),
        ("$_xy $_x", "$_xy 1"),
        ("?a IN ($_x)", "?a IN (1)"),
        ("ex:p+/ex:q? $_x", "ex:p+/ex:q? 1"),
        ('""" "" $_x """ $_x', '""" "" $_x """ 1'),
        (r'"\\" $_x "\"$_x"', r'"\\" 1 "\"$_x"'),
        ('"unclosed $_x\n$_x', '"unclosed $_x\n1'),
    ],
)
def test_parameters_in_awkward_places(text: str, filled: str) -> None:
    assert Template.cut(text).fill({"x": "1"}) == filled


LITERALS = st.one_of(
    st.text(st.sampled_from("\\uU0024abAB'\"$_x?}{ \n\t#<>.;\x7f\u200e"), max_size=16),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=16),
)


@given(LITERALS)
def test_a_literal_comes_back_from_the_query_as_it_was(text: str) -> None:
    query = Template.cut("SELECT ($_x AS ?y) {}").fill({"x": sparql([ox.Literal(text)])})
    (row,) = ox.Store().query(query)
    assert row["y"] == ox.Literal(text)


@pytest.mark.parametrize("text", ["\\u0022", "a\\u000Ab", "\\\\u0022", "\\U00000022 }", "\\\x01"])
def test_a_typed_escape_is_no_escape_for_an_engine_that_decodes_the_text_first(text: str) -> None:
    (row,) = Graph().query(f"SELECT ({sparql([ox.Literal(text)])} AS ?y) {{}}")
    assert str(row[0]) == text


def test_several_terms_are_separated_by_commas() -> None:
    terms = [ox.NamedNode("http://e/a"), ox.Literal("b, c"), ox.Literal("d", language="en")]
    assert sparql(terms) == '<http://e/a>, "b, c", "d"@en'
