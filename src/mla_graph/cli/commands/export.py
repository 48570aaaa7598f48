"""`mla-graph export`: the whole graph as one file."""

from pathlib import Path

import click

from mla_graph.cli.output import to_stdout
from mla_graph.cli.stores import shipped_release
from mla_graph.model.settings import Settings
from mla_graph.model.whole_file import to_file
from mla_graph.release.export import export
from mla_graph.store.formats import DUMPS


@click.command("export", short_help="Write the whole graph as one file.")
@click.option(
    "--format", "format", type=click.Choice(list(DUMPS)), default="turtle", show_default=True
)
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="The file; stdout unless given."
)
def command(format: str, out: Path | None) -> None:
    """Write the graph: nquads and trig with the named graph of every source file, turtle, ntriples
    and jsonld the merged graph. A file appears whole or not at all.

    \b
    Examples:
      mla-graph export --out mla.ttl
      mla-graph export --format nquads | gzip > mla.nq.gz
    """
    pieces = export(shipped_release(Settings.from_environ()), format)
    if out is None:
        to_stdout(pieces)
    else:
        to_file(out, pieces)
