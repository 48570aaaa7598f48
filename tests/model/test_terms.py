"""What people write becomes a term, or an error that says what would be right."""

from collections.abc import Callable

import pyoxigraph as ox
import pytest

from mla_graph.model import terms
from mla_graph.model.errors import InvalidValue
from mla_graph.model.namespaces import XSD


def typed(value: str, datatype: str) -> ox.Literal:
    return ox.Literal(value, datatype=ox.NamedNode(XSD + datatype))


def test_values_become_terms_of_their_type() -> None:
    assert terms.date_term("2024-05-01") == typed("2024-05-01", "date")
    assert terms.integer_term("+007") == typed("7", "integer")
    assert terms.language_term("DE-at") == ox.Literal("de-at")
    assert terms.iri_term("urn:a") == ox.NamedNode("urn:a")
    assert terms.text_term('"} DROP ALL #') == ox.Literal('"} DROP ALL #')


@pytest.mark.parametrize(
    ("make", "value"),
    [
        (terms.date_term, "2024-02-30"),
        (terms.date_term, "20240501"),
        (terms.date_term, "2024-W18-3"),
        (terms.date_term, "٢٠٢٤-05-01"),
        (terms.date_term, "0000-01-01"),
        (terms.integer_term, "1.0"),
        (terms.integer_term, "9" * 19),
        (terms.integer_term, ""),
        (terms.language_term, "english language"),
        (terms.language_term, 'en")'),
        (terms.iri_term, "state/lu"),
        (terms.iri_term, "https://example.org/a>b"),
        (terms.iri_term, "https://example.org/a b"),
        (terms.iri_term, ""),
        (terms.text_term, "half \ud800"),
        (terms.iri_term, "urn:\ud800"),
    ],
)
def test_a_value_of_the_wrong_form_is_refused_with_the_parameter_and_the_right_form(
    make: Callable[[str, str], terms.Term], value: str
) -> None:
    with pytest.raises(InvalidValue, match=r"^on is .*; it should be ") as caught:
        make(value, "on")
    assert caught.value.extensions == {"parameter": "on", "value": value}


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        (typed("P12M", "yearMonthDuration"), "P1Y"),
        (typed("PT48H", "dayTimeDuration"), "P2D"),
        (typed("1.50", "decimal"), "1.5"),
        (typed("1", "boolean"), "true"),
        (typed("06:30:00", "time"), "06:30:00"),
        (typed("not a number", "integer"), "not a number"),
        (ox.Literal("P12M"), "P12M"),
        (ox.Literal("oui", language="fr"), "oui"),
    ],
)
def test_canonical_values_are_those_that_the_store_gives_back(
    written: ox.Literal, kept: str
) -> None:
    canonical = terms.canonical(written)
    assert (canonical.value, canonical.datatype) == (kept, written.datatype)
