"""`mla-graph diff`: what differs between two editions of the graph."""

from collections.abc import Iterator
from pathlib import Path

import click

from mla_graph.changes import writing
from mla_graph.changes.difference import Difference, compare
from mla_graph.changes.edition import Edition
from mla_graph.changes.words import account
from mla_graph.cli.output import to_stdout
from mla_graph.model.errors import UnreadableInput
from mla_graph.model.settings import Settings
from mla_graph.model.whole_file import to_file
from mla_graph.release.directory import Release, current, read, releases_folder

FORMATS = ("text", "markdown", "json", "patch")


@click.command("diff", short_help="Say what differs between two releases, files or folders.")
@click.argument("old")
@click.argument("new", default="current")
@click.option("--format", "format", type=click.Choice(FORMATS), default="text", show_default=True)
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="The file; stdout unless given."
)
def command(old: str, new: str, format: str, out: Path | None) -> None:
    """Say which facts were added, changed and withdrawn between OLD and NEW: stated facts by kind,
    in words, derived ones counted.

    OLD and NEW are each a release in MLA_HOME (the beginning of its id, or `current`), the folder
    of a release, a file of RDF (also .gz) or a folder of such files. `patch` is an RDF Patch, which
    makes OLD the same as NEW; `markdown` is a release note. Blank nodes of files are named by
    RDFC-1.0.

    \b
    Examples:
      mla-graph diff 79c329ad
      mla-graph diff 79c329ad current --format patch --out changes.rdfp
      mla-graph diff yesterday.nq.gz today.nq.gz --format markdown
      mla-graph diff old/graph_data graph_data
    """
    home = Settings.from_environ().home
    olds, news = _edition(old, home), _edition(new, home)
    pieces = _written(compare(olds, news), olds, news, format)
    if out is None:
        to_stdout(pieces)
    else:
        to_file(out, pieces)


def _written(found: Difference, old: Edition, new: Edition, format: str) -> Iterator[bytes]:
    if format == "patch":
        yield from writing.patch(found, {})
        return
    told, title = account(found, old, new), f"From {old.name} to {new.name}"
    if format == "json":
        yield writing.dumped({"from": old.name, "to": new.name} | writing.as_json(told))
        return
    write = writing.markdown if format == "markdown" else writing.text
    for piece in write(told, title):
        yield piece.encode()


def _edition(name: str, home: Path) -> Edition:
    """Find what a name means: a release of MLA_HOME first, then a path.

    Raises:
        UnreadableInput: it means nothing, or more than one release.
    """
    if release := _release(name, home) or read(Path(name)):
        try:
            return Edition.of_release(
                f"release {release.id[:12]}", release.nquads, release.store_dir
            )
        except OSError as error:
            raise UnreadableInput(f"{release.path} does not open: {error}") from error
    return Edition.of_files(Path(name))


def _release(name: str, home: Path) -> Release | None:
    if name == "current":
        return current(home)
    folder = releases_folder(home)
    known = [one for one in folder.glob(f"{name}*") if one.is_dir()] if name.isalnum() else []
    if len(known) > 1:
        raise UnreadableInput(f"{name} begins the ids of {len(known)} releases; give more of it.")
    return read(known[0]) if known else None
