"""The answer to a query in one of the formats of the command line."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import click
import pyoxigraph as ox

from mla_graph.cli.output import to_stdout
from mla_graph.model.about import NOTICE
from mla_graph.model.errors import UnsupportedFormat
from mla_graph.model.namespaces import prefixes_for
from mla_graph.store.formats import RESULTS, TRIPLES, results_format, triples_format
from mla_graph.store.interface import Answer

FORMATS: Final = ("table", "rows", *RESULTS, *TRIPLES)

format_option = click.option(
    "--format",
    "format",
    type=click.Choice(FORMATS),
    metavar="NAME",
    help="Of a table: table (default), json (SPARQL results), rows (plain JSON), csv, tsv, xml. "
    "Of a graph: turtle (default), ntriples, jsonld, rdfxml.",
)


def write(
    answer: Answer,
    format: str | None,
    about: Mapping[str, Any],
    columns: Sequence[str] = (),
    *,
    limit: int | None = None,
    offset: int = 0,
) -> None:
    """Write the answer to stdout; ``columns`` narrow a table.

    ``about``, ``limit`` and ``offset`` go into the document of plain rows; see ``rows_document``.

    Raises:
        UnsupportedFormat: this kind of answer does not have the format.
    """
    if isinstance(answer, ox.QueryTriples):
        write_graph(answer, format or "turtle")
    elif format in (None, "table"):
        _show(answer, columns)
    elif format == "rows":
        from mla_graph.saved_queries.rows import rows, rows_document

        document = rows_document(rows(answer), about, limit=limit, offset=offset)
        click.echo(json.dumps(document, ensure_ascii=False, indent=1))
    else:
        assert format is not None
        wanted_table = results_format(format)
        if isinstance(answer, ox.QueryBoolean) and format in ("csv", "tsv"):
            raise UnsupportedFormat(
                f"The answer to an ASK query has no format {format!r}; there are table, json, xml.",
                value=format,
            )
        to_stdout([answer.serialize(format=wanted_table) or b""])


def write_graph(triples: Iterable[ox.Triple], format: str) -> None:
    """Write triples to stdout, with the prefixes that they use.

    Raises:
        UnsupportedFormat: there is no such format of a graph.
    """
    wanted = triples_format(format)
    found = list(triples)
    text = "".join(map(str, found))
    used = {prefix: space for prefix, space in prefixes_for(text).items() if f"<{space}" in text}
    to_stdout([ox.serialize(found, format=wanted, prefixes=used) or b""])


def _show(answer: ox.QuerySolutions | ox.QueryBoolean, columns: Sequence[str]) -> None:
    if isinstance(answer, ox.QueryBoolean):
        click.echo("true" if answer else "false")
        return
    from mla_graph.cli.table import show_solutions

    count = show_solutions(answer, columns)
    click.echo(f"{count} row{'' if count == 1 else 's'}. {NOTICE}", err=True)
