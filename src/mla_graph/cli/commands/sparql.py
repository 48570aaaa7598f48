"""`mla-graph sparql`: run any query."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click
import pyoxigraph as ox

from mla_graph.cli.answers import format_option, write, write_graph
from mla_graph.cli.output import to_stdout
from mla_graph.cli.stores import progress, store_option, worker_pool
from mla_graph.model.errors import UnreadableInput
from mla_graph.model.settings import Settings
from mla_graph.release.opening import Endpoint, find_graph

if TYPE_CHECKING:
    from mla_graph.adhoc.pool import AdhocPool


LONGEST: Final = 1 << 20


@click.command("sparql", short_help="Run any SPARQL query.")
@click.argument("file", type=click.Path(allow_dash=True, path_type=Path), default="-")
@format_option
@store_option
def command(file: Path, format: str | None, store: str | None, union_default_graph: bool) -> None:
    """Run the SPARQL query in FILE, or from standard input (-). It runs in a process of its own
    with a deadline (MLA_QUERY_TIMEOUT) and a limit on memory (MLA_QUERY_MEMORY). Updates and
    SERVICE are refused.

    \b
    Examples:
      mla-graph sparql my.rq
      echo 'SELECT * WHERE { ?s ?p ?o } LIMIT 5' | mla-graph sparql --format csv
      mla-graph sparql my.rq --store https://example.org/sparql
    """
    text, settings = _text(file), Settings.from_environ()
    graph = find_graph(store, settings, progress)
    if isinstance(graph, Endpoint):
        remote = graph.open(settings, union_default_graph)
        write(remote.query(text, timeout=settings.query_timeout), format, {})
        return
    with worker_pool(graph, union_default_graph, settings) as pool:
        _relay(pool, text, format)


def _text(file: Path) -> str:
    """Read the query; a pipe that a shell made, such as ``<(echo …)``, has somebody at its end."""
    try:
        if file.is_fifo() and not file.is_relative_to("/dev") and not file.is_relative_to("/proc"):
            raise UnreadableInput(f"{file} is a pipe; give it as standard input: - < {file}")
        with click.open_file(str(file), "rb") as stream:
            data: bytes = stream.read(LONGEST + 1)
        if len(data) > LONGEST:
            raise UnreadableInput(f"The query is longer than {LONGEST} bytes.")
        return data.decode()
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableInput(f"The query cannot be read: {error}.") from error


def _relay(pool: AdhocPool, text: str, format: str | None) -> None:
    """Write the worker's answer as it is; tables and Turtle for people are made here."""

    def transport(kind: str) -> str:
        if kind == "graph":
            return "ntriples" if format in (None, "turtle") else format
        return "json" if format in (None, "table", "rows") else format

    answer = pool.run(text, transport)
    if answer.kind == "graph" and format in (None, "turtle"):
        quads = ox.parse(answer.read(), ox.RdfFormat.N_TRIPLES)
        write_graph((quad.triple for quad in quads), "turtle")
    elif answer.kind != "graph" and format in (None, "table", "rows"):
        results = ox.parse_query_results(answer.read(), format=ox.QueryResultsFormat.JSON)
        write(results, format, {})
    else:
        to_stdout(answer.chunks)
