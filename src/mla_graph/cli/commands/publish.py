"""`mla-graph publish`: bring the release to a server that many ask."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from mla_graph.cli.stores import progress, shipped_release
from mla_graph.model.errors import UnreadableInput
from mla_graph.model.settings import Settings
from mla_graph.release import directory
from mla_graph.release.directory import Release
from mla_graph.store.dialects.dialect import known_dialects

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from mla_graph.publish.run import Plan


@click.command("publish", short_help="Bring the release to a remote store.")
@click.option(
    "--to", "to", required=True, metavar="URL",
    help="Where the server answers queries: the address that --store takes.",
)  # fmt: skip
@click.option(
    "--graph-store", metavar="URL",
    help="Where it takes graphs (SPARQL 1.1 Graph Store HTTP Protocol). Known for "
    f"{', '.join(dialect.name for dialect in known_dialects())}.",
)  # fmt: skip
@click.option(
    "--update", metavar="URL", help="Where it takes SPARQL updates: use these instead."
)  # fmt: skip
@click.option(
    "--release", type=click.Path(exists=True, file_okay=False, path_type=Path), metavar="DIR",
    help="A built release, instead of the shipped graph.",
)  # fmt: skip
@click.option(
    "--keep", type=click.IntRange(min=0), default=1, show_default=True, metavar="N",
    help="How many earlier releases stay for those who still ask them.",
)  # fmt: skip
@click.option(
    "--check-all", is_flag=True,
    help="Read back every graph, also those that were verified when they were sent.",
)  # fmt: skip
@click.option("--dry-run", is_flag=True, help="Say what would be sent and removed; change nothing.")
def command(
    to: str,
    graph_store: str | None,
    update: str | None,
    release: Path | None,
    keep: int,
    check_all: bool,
    dry_run: bool,
) -> None:
    """Send what the server lacks of the release: the graph of each source file, then the merged
    graph. Each is read back and compared, by count and hash. Then the release becomes current in
    one step, and old ones are removed. Readers of the release before are not disturbed.

    Killed at any moment or cut off, the same command does what is left. One publisher at a time: a
    second one is refused.

    MLA_REMOTE_AUTH (basic, digest or bearer) with MLA_REMOTE_USER and MLA_REMOTE_PASSWORD, or with
    MLA_REMOTE_TOKEN, say who you are.

    \b
    Examples:
      mla-graph publish --to http://127.0.0.1:7878/query
      mla-graph publish --to http://127.0.0.1:7878/query --dry-run
      MLA_REMOTE_AUTH=digest MLA_REMOTE_USER=dba MLA_REMOTE_PASSWORD=… \\
        mla-graph publish --to https://sparql.example.org/sparql
      mla-graph publish --to https://example.org/sparql --update https://example.org/update
      mla-graph publish --to http://127.0.0.1:7878/query --release /srv/last-week
      mla-graph serve --store http://127.0.0.1:7878/query
    """
    if graph_store and update:
        raise click.UsageError("Give --graph-store or --update, not both.")
    from mla_graph.publish.content import content
    from mla_graph.publish.run import plan, publish
    from mla_graph.publish.server import connect

    settings = Settings.from_environ()
    with connect(to, settings, graph_store=graph_store, update=update, told=progress) as server:
        wanted = content(_release(release, settings))
        if dry_run:
            _tell(plan(wanted, server, keep=keep, check_all=check_all), wanted.release)
            return
        with _bar() as bar:
            report = publish(wanted, server, keep=keep, check_all=check_all, watcher=_Watcher(bar))
    click.echo(f"{wanted.release} {len(report.sent)} graphs, {report.triples} triples sent")


def _release(folder: Path | None, settings: Settings) -> Release:
    if folder is None:
        return shipped_release(settings)
    release = directory.read(folder)
    if release is None:
        raise UnreadableInput(f"{folder} holds no release; `mla-graph build --out` makes one.")
    return release


def _tell(todo: Plan, release: str) -> None:
    """Print what would be done."""

    def line(what: str, graphs: int, triples: int) -> None:
        click.echo(f"{what:<24} {graphs:>6,} graphs {triples:>12,} triples")

    click.echo(f"release {release}")
    for what, graphs in (
        ("would be sent", todo.missing),
        ("would be read back", todo.present),
        ("verified already", todo.verified),
    ):
        line(what, len(graphs), sum(graph.triples for graph in graphs))
    for iri in todo.removed:
        click.echo(f"would be removed         {iri.rpartition('/')[2]}")


def _bar() -> Progress:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("triples"),
        TimeElapsedColumn(),
        console=Console(stderr=True),
    )


class _Watcher:
    """Shows a bar on a terminal, and lines everywhere."""

    def __init__(self, bar: Progress) -> None:
        self._bar = bar
        self._task: TaskID | None = None

    def say(self, message: str) -> None:
        """Print a line."""
        self._bar.console.print(message, markup=False, highlight=False)

    def begin(self, what: str, triples: int) -> None:
        """Start the bar."""
        self._task = self._bar.add_task(what, total=triples)
        self.say(f"{what} {triples:,} triples.")

    def advance(self, triples: int) -> None:
        """Move the bar."""
        if self._task is not None:
            self._bar.advance(self._task, triples)
