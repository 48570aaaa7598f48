"""`mla-graph validate`: facts against the shapes."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mla_graph.cli.failures import VIOLATIONS
from mla_graph.cli.stores import progress
from mla_graph.model.about import NOTICE
from mla_graph.model.settings import Settings
from mla_graph.model.sources import Sources
from mla_graph.release.directory import current

if TYPE_CHECKING:
    from mla_graph.validation.report import Report


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
@click.option(
    "--changed",
    is_flag=True,
    help="Only what the files changed since the last build can affect; fast engine.",
)
def command(paths: Sequence[Path], format: str, engine: str, changed: bool) -> None:
    """Check files, and the Turtle files of folders, against the shapes, together with the shipped
    graph: what they say about a resource takes the place of what it says. Warnings are those about
    what the files describe. Without PATH the shipped ontology and facts are checked.

    Exit codes: 0 conforms, 1 violations, 2 cannot be read.

    \b
    Examples:
      mla-graph validate
      mla-graph validate --changed
      mla-graph validate graph_data/instruments/coe-030.ttl
      mla-graph validate my-facts --format json
    """
    from mla_graph.validation.run import DEFAULT_ENGINE, validate_paths, validate_sources

    if changed and (paths or engine != DEFAULT_ENGINE):
        raise click.UsageError("--changed takes no PATH and no other engine.")
    sources = Sources.shipped()
    report = _of_changes(sources) if changed else None
    if report is None:
        report = (
            validate_paths(paths, sources, engine, progress=progress)
            if paths
            else validate_sources(sources, engine)
        )
    if format == "json":
        click.echo(report.to_json())
    elif format == "turtle":
        click.echo(report.to_turtle(), nl=False)
    else:
        click.echo(report.text(), nl=False)
        click.echo(NOTICE, err=True)
    click.get_current_context().exit(0 if report.conforms else VIOLATIONS)


def _of_changes(sources: Sources) -> "Report | None":
    """Report on what a change can affect; say so and give None if that is everything."""
    from mla_graph.release.changed import validate_changed

    release = current(Settings.from_environ().home)
    report = validate_changed(sources, release) if release else None
    if report is None:
        click.echo("Nothing to compare with, or all may be affected: checking all.", err=True)
    return report
