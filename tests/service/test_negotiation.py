"""Which representation a caller gets for an Accept header or ``?format=``."""

import pytest

from mla_graph.model.errors import UnsupportedFormat
from mla_graph.service.negotiation import NotAcceptable, Representation, choose, wants_page

JSON = Representation("json", "application/json")
CSV = Representation("csv", "text/csv")
XML = Representation("xml", "application/sparql-results+xml", ("application/xml",))
OFFERED = (JSON, CSV, XML)


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, JSON),
        ("", JSON),
        ("*/*", JSON),
        ("text/csv", CSV),
        ("TEXT/CSV", CSV),
        ("text/*", CSV),
        ("application/json;q=0.4, text/csv;q=0.5", CSV),
        ("text/csv;q=0.5, */*;q=0.5", JSON),
        ("text/csv, application/json", JSON),
        ("application/json;q=0, */*", CSV),
        ("application/*;q=0.2, text/csv;q=0.1", JSON),
        ("application/xml", XML),
        ("text/csv;header=present", CSV),
        ("text/csv;q=nonsense, application/json;q=0.1", JSON),
        ("rubbish, text/csv", CSV),
    ],
)
def test_the_best_liked_is_sent_and_ties_go_to_the_first(
    accept: str | None, expected: Representation
) -> None:
    assert choose(OFFERED, accept) is expected


@pytest.mark.parametrize("accept", ["image/png", "*/*;q=0", "text/html;q=1, text/plain"])
def test_nothing_that_fits_is_not_acceptable_and_names_what_there_is(accept: str) -> None:
    with pytest.raises(NotAcceptable) as caught:
        choose(OFFERED, accept)
    assert "text/csv" in caught.value.extensions["valid"]


def test_format_wins_over_accept() -> None:
    assert choose(OFFERED, "text/csv", "xml") is XML


def test_an_unknown_format_names_those_that_exist() -> None:
    with pytest.raises(UnsupportedFormat) as caught:
        choose(OFFERED, None, "pdf")
    assert caught.value.extensions["valid"] == ["json", "csv", "xml"]


@pytest.mark.parametrize(
    ("accept", "page"),
    [
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", True),
        ("text/html", True),
        ("*/*", False),
        (None, False),
        ("application/json, text/html;q=0.5", False),
    ],
)
def test_only_who_likes_html_best_gets_pages(accept: str | None, page: bool) -> None:
    assert wants_page(accept) is page
