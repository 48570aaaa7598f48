"""What a stranger writes for a parameter is a value, whatever it looks like."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import pytest

from mla_graph.model.errors import InputError
from mla_graph.model.sources import Sources
from mla_graph.saved_queries.catalogue import Catalogue
from mla_graph.saved_queries.header import Parameter
from mla_graph.saved_queries.run import bind
from mla_graph.store.embedded import EmbeddedStore

Ask = Callable[[str, Mapping[str, Any]], Sequence[Mapping[str, object]]]

SHIPPED = Catalogue.load(Sources.shipped().queries)
TAKEN = [(query.name, parameter) for query in SHIPPED for parameter in query.parameters]


def each(taken: Iterable[tuple[str, Parameter]]) -> list[Any]:
    """The parameters of queries as cases of a test."""
    return [pytest.param(name, p, id=f"{name} {p.name}") for name, p in taken]


ORDINARY = {"iri": "instrument/no-such-thing", "text": "no such thing anywhere"}
"""A value that is well formed and names nothing, for parameters without a list of values."""

HOSTILE = [
    '"} UNION { ?s ?p ?o } #',
    '" ) || true || ( "',
    "'} UNION {?s ?p ?o} #",
    '"""} UNION { ?s ?p ?o } #',
    "'''} } #",
    '\\"} UNION { ?s ?p ?o } #',
    '\\\\"} UNION { ?s ?p ?o } #',
    "\\u0022} UNION { ?s ?p ?o } #",
    "\\U00000022} UNION { ?s ?p ?o } #",
    "\\\\u0022} UNION { ?s ?p ?o } #",
    "LU> . ?s ?p ?o . <",
    "<https://w3id.org/mla-graph/id/state/lu>",
    "https://w3id.org/mla-graph/id/state/lu> . ?s ?p ?o . <urn:x",
    "https://w3id.org/mla-graph/id/state/lu\\u003E . ?s ?p ?o . <urn:x",
    "https://w3id.org/mla-graph/id/state/lu%3E%20.%20?s%20?p%20?o",
    "state:lu",
    "urn:x:y?a=1#}",
    "instrument/coe-030> ?p ?o } #",
    "instrument/../state/lu",
    "instrument/$_lang",
    "$_lang",
    "?state",
    "$_resource",
    "_:b0",
    "[]",
    "UNDEF",
    "NULL",
    "LU, BE",
    "LU' OR '1'='1",
    "1; DROP ALL",
    "} ; DELETE WHERE { ?s ?p ?o }",
    "SERVICE <http://127.0.0.1:9/> { ?s ?p ?o }",
    "{" * 400,
    "(" * 400,
    '"@en',
    '"^^<http://www.w3.org/2001/XMLSchema#string>',
    'en"@fr',
    "*.*|.+",
    "%s%n{0}${x}{{7*7}}",
    "2024-13-45",
    "-1e999",
    "true||true",
    "line\nbreak } #",
    "tab\there } #",
    "carriage\rreturn } #",
    "nul\x00byte",
    "\ud800",
    "\u202egnp.exe",
    "ﬁ\u0130ß\U0001d11e",
    "é" * 500,
    "a" * 501,
    "a" * 5000,
    " ",
    "",
]


def outcome(ask: Ask, name: str, values: Mapping[str, Any]) -> Sequence[object] | None:
    """The rows, or None where the value is refused; any other exception is the test's."""
    try:
        return ask(name, values)
    except InputError as error:
        assert error.detail
        return None


def others(name: str, parameter: str) -> dict[str, list[str]]:
    """The examples of the other parameters that are required."""
    return {
        p.name: list(p.example)
        for p in SHIPPED.get(name).parameters
        if p.required and p.name != parameter
    }


@pytest.mark.parametrize(("name", "parameter"), each(TAKEN))
def test_a_hostile_value_is_refused_or_answers_like_any_unknown_value(
    name: str, parameter: Parameter, ask: Ask
) -> None:
    rest = others(name, parameter.name)
    ordinary = ORDINARY.get(parameter.type, "no-such-thing")
    usual = outcome(ask, name, rest | {parameter.name: ordinary})
    for text in HOSTILE:
        found = outcome(ask, name, rest | {parameter.name: text})
        assert found is None or found == usual, repr(text[:80])


@pytest.mark.parametrize(
    ("name", "parameter"),
    each((name, p) for name, p in TAKEN if p.enumeration or p.type in ("date", "integer")),
)
def test_a_value_that_is_not_in_the_list_or_no_date_is_refused(
    name: str, parameter: Parameter, shipped_store: EmbeddedStore
) -> None:
    rest = others(name, parameter.name)
    for text in HOSTILE:
        with pytest.raises(InputError):
            bind(SHIPPED.get(name), shipped_store, rest | {parameter.name: [text]})


@pytest.mark.parametrize(("name", "parameter"), each((name, p) for name, p in TAKEN if not p.list))
def test_a_second_value_is_refused_where_one_is_taken(
    name: str, parameter: Parameter, shipped_store: EmbeddedStore
) -> None:
    rest = others(name, parameter.name)
    twice = [parameter.example[0], HOSTILE[0]]
    with pytest.raises(InputError):
        bind(SHIPPED.get(name), shipped_store, rest | {parameter.name: twice})


@pytest.mark.parametrize("name", SHIPPED.names)
def test_a_hostile_name_of_a_parameter_is_refused(name: str, shipped_store: EmbeddedStore) -> None:
    for text in HOSTILE:
        with pytest.raises(InputError):
            bind(SHIPPED.get(name), shipped_store, others(name, "") | {text: ["LU"]})


@pytest.mark.parametrize("name", SHIPPED.names)
def test_a_hostile_limit_or_offset_is_refused(name: str, shipped_store: EmbeddedStore) -> None:
    rest = others(name, "")
    for text in [*HOSTILE, "1 } #", "-1", "1e3", "٣", "9" * 30]:
        with pytest.raises(InputError):
            bind(SHIPPED.get(name), shipped_store, rest, limit=text)
        with pytest.raises(InputError):
            bind(SHIPPED.get(name), shipped_store, rest, offset=text)
