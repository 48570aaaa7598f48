"""`mla-graph validate`: facts against the shapes."""

from collections.abc import Sequence
from pathlib import Path

import click

from mla_graph.cli.failures import VIOLATIONS
from mla_graph.model.about import NOTICE
from mla_graph.model.sources import Sources


@click.command("validate", short_help="Check facts against the shapes.")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[PATH]...")
@click.option(
    "--format",
    "format",
    type=click.Choice(["text", "json", "turtle"]),
    default="text",
    show_default=True,
    help="turtle: a SHACL validation report.",
)
@click.option(
    "--engine",
    default="fast",
    show_default=True,
    help="fast, or pyshacl: the slow referee.",
)
def command(paths: Sequence[Path], format: str, engine: str) -> None:
    """Check files, and the Turtle files of folders, against the shapes, together with the shipped
    graph: what they say about a resource takes the place of what it says. Warnings are those about
    what the files describe. Without PATH the shipped ontology and facts are checked.

    Exit codes: 0 conforms, 1 violations, 2 cannot be read.

    \b
    Examples:
      mla-graph validate
      mla-graph validate graph_data/instruments/coe-030.ttl
      mla-graph validate my-facts --format json
    """
    from mla_graph.validation.run import validate_paths, validate_sources

    sources = Sources.shipped()
    report = validate_paths(paths, sources, engine) if paths else validate_sources(sources, engine)
    if format == "json":
        click.echo(report.to_json())
    elif format == "turtle":
        click.echo(report.to_turtle(), nl=False)
    else:
        click.echo(report.text(), nl=False)
        click.echo(NOTICE, err=True)
    click.get_current_context().exit(0 if report.conforms else VIOLATIONS)
