"""Cutting what the engine writes at a number of rows or bytes."""

import csv
import io
import json

import pyoxigraph as ox
import pytest

from mla_graph.adhoc.bounded import CHUNK, Bounded

ROWS = 300
FORMATS = {
    "json": ox.QueryResultsFormat.JSON,
    "xml": ox.QueryResultsFormat.XML,
    "csv": ox.QueryResultsFormat.CSV,
    "tsv": ox.QueryResultsFormat.TSV,
}
VALUES = {
    "plain": '"value"',
    "quotes and braces": """'"},{"a":{}},{},{"'""",
    "lines": r"'a\r\nb\nc\\'",
    "marks": "'<result></result>,{},{},{\"'",
    "unbound": "UNDEF",
    "long": "'" + ",{}" * CHUNK + "'",
}


def rows_of(body: bytes, format: str) -> int:
    """The number of rows of a whole document."""
    if format == "json":  # the engine's own reader takes no further member
        return len(json.loads(body)["results"]["bindings"])
    return sum(1 for _ in ox.parse_query_results(body, FORMATS[format]))


def serialised(
    value: str, format: str, rows: int | None, size: int | None
) -> tuple[bytes, Bounded]:
    """What is passed on of a table of the value, numbered."""
    passed: list[bytes] = []
    output = Bounded(passed.append, format, rows, size)
    repeated = 3 if len(value) > CHUNK else ROWS
    table = "VALUES ?v { " + f"{value} " * repeated + "}"
    answer = ox.Store().query(f"SELECT ?v ?w {{ {table} }}")
    assert isinstance(answer, ox.QuerySolutions)
    try:
        answer.serialize(output, FORMATS[format])  # type: ignore[call-overload]
        output.finish()
    except BufferError:
        assert output.cut
    return b"".join(passed), output


@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES)
@pytest.mark.parametrize("format", ["json", "xml"])
def test_exactly_the_rows_that_are_given_come_through(value: str, format: str) -> None:
    whole, _ = serialised(value, format, None, None)
    there_are = 3 if len(value) > CHUNK else ROWS
    for rows in (1, 2, there_are - 1, there_are, there_are + 1):
        body, output = serialised(value, format, rows, None)
        assert rows_of(body, format) == min(rows, there_are)
        assert output.cut == ("rows" if rows < there_are else None)
        assert (body == whole) is (rows >= there_are)


@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES)
@pytest.mark.parametrize("format", ["csv", "tsv"])
def test_rows_are_counted_where_a_cut_cannot_be_marked(value: str, format: str) -> None:
    whole, _ = serialised(value, format, None, None)
    there_are = 3 if len(value) > CHUNK else ROWS
    if format == "csv" and len(value) < CHUNK:
        assert len(list(csv.reader(io.StringIO(whole.decode(), newline="")))) == there_are + 1
    for rows in (1, there_are - 1, there_are):
        body, output = serialised(value, format, rows, None)
        assert output.cut == ("rows" if rows < there_are else None)
        assert whole.startswith(body)


@pytest.mark.parametrize("size", [500, 5_000, CHUNK - 1, CHUNK + 1])
def test_a_table_is_cut_between_rows_at_a_number_of_bytes(size: int) -> None:
    value = "'" + "long " * 100 + "'"
    for format in ("json", "xml"):
        body, output = serialised(value, format, None, size)
        assert output.cut == "bytes"
        if format == "json" and not body:  # no row fits
            continue
        assert size - 700 < len(body) < size + 70
        assert rows_of(body, format) >= size // 700 - 1


def test_the_mark_is_the_last_member() -> None:
    body, _ = serialised('"value"', "json", 2, None)
    assert list(json.loads(body)) == ["head", "results", "truncated"]
    assert json.loads(body)["truncated"] is True
