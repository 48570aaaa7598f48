"""Formats go by short names, and a name that does not exist is answered with those that do."""

from collections.abc import Callable
from typing import Any

import pytest

from mla_graph.model.errors import UnsupportedFormat
from mla_graph.store import formats


@pytest.mark.parametrize(
    ("look_up", "name", "media_type"),
    [
        (formats.results_format, "json", "application/sparql-results+json"),
        (formats.results_format, "csv", "text/csv; charset=utf-8"),
        (formats.triples_format, "turtle", "text/turtle"),
        (formats.triples_format, "jsonld", "application/ld+json"),
        (formats.dump_format, "nquads", "application/n-quads"),
    ],
)
def test_each_name_stands_for_one_media_type(
    look_up: Callable[[str], Any], name: str, media_type: str
) -> None:
    assert look_up(name).media_type == media_type


@pytest.mark.parametrize(
    ("look_up", "name", "valid"),
    [
        (formats.results_format, "turtle", "json, xml, csv, tsv"),
        (formats.triples_format, "csv", "turtle, ntriples, jsonld, rdfxml"),
        (formats.dump_format, "xlsx", "turtle, nquads, trig, jsonld, ntriples"),
    ],
)
def test_another_name_is_refused_with_the_names_that_exist(
    look_up: Callable[[str], object], name: str, valid: str
) -> None:
    with pytest.raises(UnsupportedFormat, match=f"'{name}'.*there are {valid}"):
        look_up(name)
