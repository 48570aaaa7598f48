"""`mla-graph serve`: the HTTP service."""

import sys

import click

from mla_graph.cli.stores import progress, store_option
from mla_graph.model.allocator import restart_with_mimalloc
from mla_graph.model.settings import Settings


@click.command("serve", short_help="Serve the graph over HTTP.")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="The port."
)
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    help="Server processes, each with the graph in memory.",
)
@store_option
def command(
    host: str, port: int, workers: int, store: str | None, union_default_graph: bool
) -> None:
    """Serve pages, saved queries (/api/queries), SPARQL (/sparql), resources (/id/…) and dumps,
    until stopped with Ctrl-C. The documentation of the service is at /docs.

    \b
    Examples:
      mla-graph serve
      mla-graph serve --host 0.0.0.0 --port 80 --workers 2
      mla-graph serve --store /srv/oxigraph
    """
    if sys.argv[1:2] == ["serve"]:  # this process is the server's alone
        restart_with_mimalloc()
    from mla_graph.service.serve import serve

    serve(
        host,
        port,
        store,
        workers=workers,
        settings=Settings.from_environ(),
        union_default_graph=union_default_graph,
        progress=progress,
    )
