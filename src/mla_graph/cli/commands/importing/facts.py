"""`mla-graph import`: facts from elsewhere to draft Turtle."""

from pathlib import Path
from typing import Any, Final

import click

from mla_graph.cli.commands.importing import fiche, fiches
from mla_graph.model.sources import Sources
from mla_graph.model.whole_file import to_file

REJECTED: Final = 1
"""The exit code if a record was rejected, or a line or file held none."""


@click.group("import", short_help="Turn raw facts into draft Turtle.")
def command() -> None:
    """Turn facts that were gathered elsewhere into draft Turtle for graph_data/.

    \b
    Examples:
      mla-graph import facts my-facts --out draft --report report.txt
      mla-graph import fiche lu-a30.html --out draft.ttl
      mla-graph import fiches saved-pages --out drafts --report report.txt
    """


command.add_command(fiche.command)
command.add_command(fiches.command)


@command.command("facts", short_help="Records in JSON Lines or CSV.")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("draft"),
    show_default=True,
    help="The folder for the Turtle files: a new one, or that of an earlier import.",
)
@click.option(
    "--keep",
    type=click.Path(file_okay=False, exists=True, path_type=Path),
    multiple=True,
    help="Facts kept by hand, which are not described again; the shipped ones unless given.",
)
@click.option(
    "--report",
    "report_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the account into this file; stdout unless given.",
)
@click.option("--format", "format", type=click.Choice(["text", "json"]), default="text")
def facts(
    folder: Path, out: Path, keep: tuple[Path, ...], report_file: Path | None, format: str
) -> None:
    """Read the records in DIR and write one Turtle file for each natural unit. The account says
    of every record whether it was taken, changed, merged, superseded or rejected, and why; and
    it lists what the records contradict.

    Nothing is half-written: the folder appears whole, or stays as it was. The same records give
    the same files, whatever the order of their lines.

    Exit codes: 0 every record was taken, 1 some were rejected, 2 nothing could be read.

    \b
    Examples:
      mla-graph import facts my-facts --out draft --report report.txt
      mla-graph import facts my-facts --format json > report.json
    """
    from mla_graph.ingest.run import import_facts

    with _Progress() as progress:
        report = import_facts(
            folder, out, sources=Sources.shipped(), keep=keep or None, progress=progress.show
        )
    text = report.as_json() if format == "json" else report.as_text()
    if report_file is None:
        click.echo(text, nl=False)
    else:
        to_file(report_file, [text.encode()])
    counts = report.counts()["all"]
    counted = ", ".join(f"{number} {status}" for status, number in counts.items() if number)
    click.echo(f"{counted}; {report.files} files in {out}", err=True)
    if counts["rejected"]:
        click.get_current_context().exit(REJECTED)


class _Progress:
    """A bar on stderr for each step."""

    def __enter__(self) -> "_Progress":
        from rich.console import Console
        from rich.progress import Progress

        self._bars = Progress(console=Console(stderr=True), transient=True)
        self._tasks: dict[str, Any] = {}
        self._bars.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bars.stop()

    def show(self, step: str, done: int, of: int) -> None:
        """Move the bar of a step."""
        if step not in self._tasks:
            self._tasks[step] = self._bars.add_task(step, total=of)
        self._bars.update(self._tasks[step], completed=done)
