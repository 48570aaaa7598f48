"""Names and media types of the formats that answers and dumps can have."""

import re
from typing import Final, TypeVar

import pyoxigraph as ox

from mla_graph.model.errors import UnsupportedFormat

_Format = TypeVar("_Format")

_NOT_IN_XML: Final = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]")


def check_xml(data: bytes) -> None:
    """Refuse characters that no XML document holds (XML 1.0, section 2.2).

    Raises:
        ValueError: there is one.
    """
    if _NOT_IN_XML.search(data):
        raise ValueError("it holds a control character, which XML cannot; ask for another format")


RESULTS: Final[dict[str, ox.QueryResultsFormat]] = {
    "json": ox.QueryResultsFormat.JSON,
    "xml": ox.QueryResultsFormat.XML,
    "csv": ox.QueryResultsFormat.CSV,
    "tsv": ox.QueryResultsFormat.TSV,
}
"""Formats of the answer to a SELECT or an ASK (an ASK has no CSV and TSV)."""

TRIPLES: Final[dict[str, ox.RdfFormat]] = {
    "turtle": ox.RdfFormat.TURTLE,
    "ntriples": ox.RdfFormat.N_TRIPLES,
    "jsonld": ox.RdfFormat.JSON_LD,
    "rdfxml": ox.RdfFormat.RDF_XML,
}
"""Formats of the answer to a CONSTRUCT or a DESCRIBE."""

DUMPS: Final[dict[str, ox.RdfFormat]] = {
    "turtle": ox.RdfFormat.TURTLE,
    "nquads": ox.RdfFormat.N_QUADS,
    "trig": ox.RdfFormat.TRIG,
    "jsonld": ox.RdfFormat.JSON_LD,
    "ntriples": ox.RdfFormat.N_TRIPLES,
}
"""Formats of a dump; N-Quads and TriG hold every graph, the others the merged graph."""


def results_format(name: str) -> ox.QueryResultsFormat:
    """Find the format of a table of results by its name.

    Raises:
        UnsupportedFormat: names the formats that exist.
    """
    return _look_up(RESULTS, name, "the answer to a SELECT or ASK query")


def triples_format(name: str) -> ox.RdfFormat:
    """Find the format of a graph by its name.

    Raises:
        UnsupportedFormat: names the formats that exist.
    """
    return _look_up(TRIPLES, name, "the answer to a CONSTRUCT or DESCRIBE query")


def dump_format(name: str) -> ox.RdfFormat:
    """Find the format of a dump by its name.

    Raises:
        UnsupportedFormat: names the formats that exist.
    """
    return _look_up(DUMPS, name, "a dump")


def _look_up(table: dict[str, _Format], name: str, what: str) -> _Format:
    try:
        return table[name]
    except KeyError:
        raise UnsupportedFormat(
            f"There is no format {name!r} for {what}; there are {', '.join(table)}.",
            value=name,
            valid=list(table),
        ) from None
