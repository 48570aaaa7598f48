"""`mla-graph query`: run a saved query."""

import re
from collections.abc import Sequence
from functools import partial
from typing import Final

import click

from mla_graph.cli.answers import format_option, write
from mla_graph.cli.commands.queries import complete_name, find
from mla_graph.cli.stores import open_store, store_option
from mla_graph.model.settings import Settings
from mla_graph.saved_queries.catalogue import SavedQuery
from mla_graph.saved_queries.rows import about_query
from mla_graph.saved_queries.run import bind, run

_DIGITS: Final = re.compile(r"\d+", re.ASCII)


@click.command("query", short_help="Run a saved query.")
@click.argument("name", shell_complete=complete_name)
@click.argument("values", nargs=-1, metavar="[PARAM=VALUE]...")
@format_option
@click.option(
    "--columns",
    metavar="NAME,NAME…",
    help="Show only these columns of the table, in this order; rows that are then alike, once.",
)
@store_option
def command(
    name: str,
    values: Sequence[str],
    format: str | None,
    columns: str | None,
    store: str | None,
    union_default_graph: bool,
) -> None:
    """Run the saved query NAME. `mla-graph queries` lists them, `mla-graph queries NAME` shows one.

    Values are what people write: codes in any case, dates as 2024-05-01, full IRIs. Repeat a
    parameter to give it several values. Every query takes limit and offset, most take lang (en,
    fr, de; falls back) and confidence (seen, known or unsure, as a minimum).

    \b
    Examples:
      mla-graph query legal-bases state=LU measure=A.30
      mla-graph query authorities state=lu measure=a.30 lang=fr
      mla-graph query authorities state=LU measure=A.30 --columns role,label,provision
      mla-graph query search q=sequestration limit=5
      mla-graph query conditions state=LU measure=A.30 --format csv > conditions.csv
      mla-graph query measures --store https://example.org/sparql
      mla-graph query federated/eu-acts instrument=eu-dir-2014-41

    The queries whose name begins with federated/ also call endpoints elsewhere, such as EUR-Lex,
    within the time that MLA_QUERY_TIMEOUT gives. What gives no answer in time is named on stderr;
    the rest stands.
    """
    raw = _by_name(values)
    limit, offset = _single(raw, "limit"), _single(raw, "offset")
    query = find(name)
    settings = Settings.from_environ()
    opened = open_store(store, union_default_graph, settings)
    most = int(limit) if format == "rows" and limit and _DIGITS.fullmatch(limit) else None
    # With one row more than is shown, the document of rows knows whether there are more.
    bound = bind(query, opened, raw, limit=limit if most is None else most + 1, offset=offset)
    about = about_query(bound, opened.release_id)
    wanted = _wanted(columns, format, query)
    show = partial(write, format=format, columns=wanted, limit=most, offset=int(offset or 0))
    if not query.federated:
        show(run(opened, bound), about=about)
        return
    from mla_graph.cli.commands.federated import run_federated

    answer, missing = run_federated(bound.text, store, opened, union_default_graph, settings)
    show(answer, about={**about, "missing": missing})
    for sentence in missing:
        click.echo(f"Missing: {sentence}", err=True)


def _wanted(columns: str | None, format: str | None, query: SavedQuery) -> Sequence[str]:
    if columns is None:
        return ()
    if format not in (None, "table"):
        raise click.UsageError("--columns narrows the table; the other formats give every column.")
    names = [column.name for column in query.columns]
    wanted = [name.strip() for name in columns.split(",")]
    for name in wanted:
        if name not in names:
            raise click.UsageError(
                f"The query {query.name} has no column {name!r}; it has {', '.join(names)}."
            )
    return wanted


def _by_name(values: Sequence[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for text in values:
        name, equals, value = text.partition("=")
        if not equals or not name:
            raise click.UsageError(
                f"{text!r} is not of the form param=value, for example state=LU."
            )
        if name == "format":
            raise click.UsageError(f"The format is an option here: --format {value or 'json'}.")
        found.setdefault(name, []).append(value)
    return found


def _single(raw: dict[str, list[str]], name: str) -> str | None:
    given = raw.pop(name, [])
    if len(given) > 1:
        raise click.UsageError(f"{name} was given {len(given)} times; it takes one value.")
    return given[0] if given else None
