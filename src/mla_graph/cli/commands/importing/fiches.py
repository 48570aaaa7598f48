"""`mla-graph import fiches`: a whole folder of saved pages to draft Turtle."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from mla_graph.model.sources import Sources
from mla_graph.model.whole_file import to_file

if TYPE_CHECKING:
    from rich.progress import Progress

REFUSED: Final = 1
"""The exit code if a file gave no draft."""


@click.command("fiches", short_help="A folder of saved pages.")
@click.argument("folder", metavar="FOLDER", type=click.Path(path_type=Path))
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("drafts"),
    show_default=True,
    help="The folder for the drafts, one for each page.",
)
@click.option(
    "--report",
    "report_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the account into this file; stdout unless given.",
)
@click.option("--format", "format", type=click.Choice(["text", "json"]), default="text")
@click.option(
    "--processes",
    type=click.IntRange(1, 64),
    default=os.cpu_count() or 1,
    show_default="one for each processor",
    help="How many pages are read at once.",
)
def command(folder: Path, out: Path, report_file: Path | None, format: str, processes: int) -> None:
    """Read every saved page in FOLDER and its folders as `mla-graph import fiche` reads one, and
    write a draft for each: OUT/page.html.ttl for page.html. The account lists the files that were
    read, those that were refused with the reason, how many facts of each field were read, what was
    not read and which sentences were not understood.

    A page that names no state or measure, such as text that was copied, is read if the name of its
    file says both: LU-A.30.txt. A page that cannot be read stops no other. Every draft appears
    whole, also after Ctrl-C.

    Exit codes: 0 every file gave a draft, 1 some were refused, 2 nothing could be read.

    \b
    Examples:
      mla-graph import fiches saved-pages --out drafts --report report.txt
      mla-graph import fiches saved-pages --format json > report.json
      mla-graph review saved-pages        the next step: decide on each fact
    """
    from mla_graph.ingest.page_folder import FolderReport, read_folder
    from mla_graph.ingest.page_reader import pages_in

    pages, report = pages_in(folder), FolderReport()
    with _progress() as bar:
        task = bar.add_task("Reading pages", total=len(pages))
        for outcome in read_folder(folder, pages, Sources.shipped(), min(processes, len(pages))):
            report.outcomes.append(outcome)
            if not outcome.refused:
                path = out / f"{outcome.file}.ttl"
                path.parent.mkdir(parents=True, exist_ok=True)
                to_file(path, [outcome.turtle.encode()])
            bar.update(task, advance=1)
    text = report.as_json() if format == "json" else report.as_text()
    if report_file is None:
        click.echo(text, nl=False)
    else:
        to_file(report_file, [text.encode()])
    counted = f"{len(report.read)} read, {len(report.refused)} refused"
    click.echo(f"{counted}; {sum(report.counts().values())} facts; drafts in {out}", err=True)
    if report.refused:
        click.get_current_context().exit(REFUSED)


def _progress() -> "Progress":
    from rich.console import Console
    from rich.progress import MofNCompleteColumn, Progress, TimeElapsedColumn

    columns = (*Progress.get_default_columns(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=Console(stderr=True))
