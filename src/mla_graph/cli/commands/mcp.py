"""`mla-graph mcp`: the graph as tools for language models."""

from importlib.util import find_spec

import click

from mla_graph.cli.stores import STORE_HELP, shipped_release
from mla_graph.model.errors import UnreadableInput
from mla_graph.model.settings import Settings


@click.command("mcp", short_help="Give the graph to language models as tools (MCP).")
@click.option("--url", metavar="URL", help="A running service to ask, instead of the graph here.")
@click.option("--store", metavar="DIR|URL", help=STORE_HELP)
@click.option("--http", is_flag=True, help="Listen on --host and --port instead of stdin.")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8001, show_default=True, help="The port."
)
def command(url: str | None, store: str | None, http: bool, host: str, port: int) -> None:
    """Serve the Model Context Protocol on stdin and stdout, or over HTTP at /mcp.

    The tools only read: dossier, essentials, search, compare, why, list_queries, run_query. Each
    answer names its sources, the release and the day. Needs mla-graph[mcp].

    \b
    Examples:
      mla-graph mcp
      mla-graph mcp --url https://mla.example.org
      mla-graph mcp --http --port 9001
    """
    if not find_spec("mcp"):
        raise UnreadableInput("The library of the protocol is missing: install mla-graph[mcp].")
    if url and store:
        raise click.UsageError("--url names a service, --store a graph to open here; give one.")
    if not url and not store:
        shipped_release(Settings.from_environ())  # builds it, and says so
    from mla_graph.client.mcp_server import serve_http, serve_stdio

    if http:
        serve_http(url, store, host, port)
    else:
        serve_stdio(url, store)
