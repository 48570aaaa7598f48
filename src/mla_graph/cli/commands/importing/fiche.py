"""`mla-graph import fiche`: a saved page on one measure in one state to draft Turtle."""

from pathlib import Path

import click

from mla_graph.cli.output import to_stdout
from mla_graph.model.whole_file import to_file


@click.command("fiche", short_help="A saved page on one measure in one state.")
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--state", metavar="CODE", help="The state, as LU, if the page does not say it.")
@click.option(
    "--measure", metavar="CODE", help="The measure, as A.30, if the page does not say it."
)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the draft into this file; stdout unless given.",
)
def command(file: Path, state: str | None, measure: str | None, out: Path | None) -> None:
    """Read an English page of the Fiches Belges of the European Judicial Network, saved by a
    browser as HTML or as text, and write what can be read off safely as draft Turtle, in the form
    of a file of graph_data/implementations/. All of it is marked unsure; no sentence of the page
    is copied. What is doubtful is left out. The account on stderr says what was read from which
    section and what was not; the draft has the second part as editorial notes.

    `mla-graph validate` on the draft then asks for what only a curator can say: the status of the
    page, for whom a national act is a basis, when the page was read.

    \b
    Examples:
      mla-graph import fiche lu-a30.html --out draft.ttl
      mla-graph import fiche page.txt --state LU --measure A.30 > draft.ttl
      mla-graph validate draft.ttl
    """
    from mla_graph.ingest.saved_page.run import draft_of

    draft = draft_of(file, state, measure)
    content = draft.turtle.encode()
    if out is None:
        to_stdout([content])
    else:
        to_file(out, [content])
    click.echo(draft.account.as_text(), err=True, nl=False)
    click.echo(f"Draft of {draft.implementation}, for graph_data/{draft.file}", err=True)
