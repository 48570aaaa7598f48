"""`mla-graph format`: canonical Turtle."""

from collections.abc import Sequence
from pathlib import Path

import click

from mla_graph.cli.failures import BAD_INPUT, VIOLATIONS
from mla_graph.model.errors import UnreadableInput


@click.command("format", short_help="Bring Turtle files into canonical form.")
@click.argument(
    "paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="PATH..."
)
@click.option("--check", is_flag=True, help="Change nothing; name the files, exit 1 if any.")
def command(paths: Sequence[Path], check: bool) -> None:
    """Rewrite Turtle files (of folders: every .ttl in them) in the one canonical form: sorted, one
    statement a line, canonical values. A file with comments is refused, as they would be lost.

    \b
    Examples:
      mla-graph format graph_data/instruments/coe-030.ttl
      mla-graph format --check ontology shapes graph_data
    """
    from mla_graph.model import turtle

    status = 0
    for file in (file for path in paths for file in turtle.files(path)):
        try:
            if not check:
                turtle.format_file(file)
            elif not turtle.is_canonical(file):
                click.echo(f"{file} is not in canonical form")
                status = max(status, VIOLATIONS)
        except UnreadableInput as error:
            click.echo(error.detail, err=True)
            status = BAD_INPUT
    click.get_current_context().exit(status)
