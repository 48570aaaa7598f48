"""`mla-graph build`: make the release."""

from pathlib import Path

import click

from mla_graph.cli.stores import progress
from mla_graph.model.settings import Settings
from mla_graph.model.sources import Sources
from mla_graph.release import build


@click.command("build", short_help="Build and validate the store.")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Build into this folder, new or holding a release; unless given, into MLA_HOME.",
)
def command(out: Path | None) -> None:
    """Read ontology and facts, check them against the shapes, derive what follows, and write the
    release. Prints its folder. Without --out nothing is done if the release is there already.

    \b
    Examples:
      mla-graph build
      mla-graph build --out /srv/mla-graph
      mla-graph query states --store /srv/mla-graph
    """
    sources = Sources.shipped()
    if out is None:
        release = build.ensure(Settings.from_environ(), sources, progress)
    else:
        release = build.build(sources, out, progress=progress)
    click.echo(release.path)
