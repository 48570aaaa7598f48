"""Tables from the words of records to the codes of the graph."""

import csv
from functools import cache
from importlib.resources import files


@cache
def rows(name: str) -> tuple[tuple[str, ...], ...]:
    """Return the lines of a table below its header."""
    content = (files("mla_graph.ingest.facts") / "data" / f"{name}.csv").read_text(encoding="utf-8")
    return tuple(tuple(row) for row in csv.reader(content.splitlines()))[1:]


@cache
def mapping(name: str) -> dict[str, str]:
    """Return a table of two columns by the first in lower case."""
    return {row[0].lower(): row[1] for row in rows(name)}
