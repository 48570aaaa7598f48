"""`mla-graph format`: canonical Turtle."""

from collections.abc import Sequence

import click


@click.command("format", short_help="Bring Turtle files into canonical form.")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option("--check", is_flag=True, help="Change nothing; name the files, exit 1 if any.")
def command(paths: Sequence[str], check: bool) -> None:
    """Rewrite Turtle files (of folders: every .ttl in them) in the one canonical form: sorted, one
    statement a line, canonical values. A file with comments is refused, as they would be lost.

    \b
    Examples:
      mla-graph format graph_data/instruments/coe-030.ttl
      mla-graph format --check ontology shapes graph_data
    """
    from mla_graph.model import turtle

    status = turtle.main([*(["--check"] if check else []), "--", *paths])
    click.get_current_context().exit(status)
