"""`mla-graph sparql`: run any query."""

from typing import BinaryIO

import click
import pyoxigraph as ox

from mla_graph.cli.answers import format_option, write, write_graph
from mla_graph.cli.output import to_stdout
from mla_graph.cli.stores import is_url, open_store, store_folder, store_option
from mla_graph.model.errors import UnreadableInput
from mla_graph.model.settings import Settings


@click.command("sparql", short_help="Run any SPARQL query.")
@click.argument("file", type=click.File("rb"), default="-")
@format_option
@store_option
def command(
    file: BinaryIO, format: str | None, store: str | None, union_default_graph: bool
) -> None:
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
    if store is not None and is_url(store):
        remote = open_store(store, union_default_graph, settings)
        write(remote.query(text, timeout=settings.query_timeout), format, {})
    else:
        _in_a_worker(text, format, store, union_default_graph, settings)


def _text(file: BinaryIO) -> str:
    try:
        return file.read().decode()
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableInput(f"The query cannot be read: {error}.") from error


def _in_a_worker(
    text: str, format: str | None, store: str | None, union_default_graph: bool, settings: Settings
) -> None:
    """Relay what the worker has written; what people read is made from it here."""
    from mla_graph.adhoc.pool import AdhocPool

    def transport(kind: str) -> str:
        if kind == "graph":
            return "ntriples" if format in (None, "turtle") else format
        return "json" if format in (None, "table", "rows") else format

    with AdhocPool(
        store_folder(store, settings),
        union_default_graph=union_default_graph,
        size=1,
        spare=0,
        deadline=settings.query_timeout,
        memory=settings.query_memory,
    ) as pool:
        answer = pool.run(text, transport)
    if answer.kind == "graph" and format in (None, "turtle"):
        quads = ox.parse(answer.read(), ox.RdfFormat.N_TRIPLES)
        write_graph((quad.triple for quad in quads), "turtle")
    elif answer.kind != "graph" and format in (None, "table", "rows"):
        results = ox.parse_query_results(answer.read(), format=ox.QueryResultsFormat.JSON)
        write(results, format, {})
    else:
        to_stdout(answer.chunks)
