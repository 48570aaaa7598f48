"""The store that a command asks: the shipped graph, a folder, or an endpoint."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import click

from mla_graph.model.settings import Settings
from mla_graph.model.sources import Sources
from mla_graph.release import build, directory
from mla_graph.release.directory import Release
from mla_graph.store.embedded import EmbeddedStore
from mla_graph.store.interface import Store

STORE_HELP: Final = (
    "An Oxigraph store or a built release (a folder), or a SPARQL endpoint (a URL), instead of "
    "the shipped graph."
)


def store_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """``--store`` and what goes with it."""
    command = click.option(
        "--union-default-graph",
        is_flag=True,
        help="For a --store folder: ask the union of its named graphs.",
    )(command)
    return click.option("--store", metavar="DIR|URL", help=STORE_HELP)(command)


def is_url(store: str) -> bool:
    """Whether ``--store`` names an endpoint."""
    return store.lower().startswith(("http://", "https://"))


def progress(message: str) -> None:
    """Tell on stderr how far something that takes long is."""
    click.echo(message, err=True)


def shipped_release(settings: Settings) -> Release:
    """The release of the shipped sources, built now if it is missing.

    Raises:
        InvalidRelease: the sources do not conform.
        UnreadableInput: the sources cannot be read.
        StoreUnavailable: there is no place to build in.
    """
    return build.ensure(settings, Sources.shipped(), progress)


def store_folder(store: str | None, settings: Settings) -> Path:
    """The folder of the Oxigraph store that was asked for: that of a release if it holds one.

    Raises:
        StoreUnavailable: it is no such store.
    """
    release = shipped_release(settings) if store is None else directory.read(Path(store))
    if release:
        return release.store_dir
    folder = Path(str(store))
    EmbeddedStore.open_read_only(folder).close()  # says what is wrong with it, as a worker cannot
    return folder


def open_store(store: str | None, union_default_graph: bool, settings: Settings) -> Store:
    """The store that was asked for, read-only.

    Raises:
        StoreUnavailable: it does not open.
    """
    if store is None:
        return directory.open_release(shipped_release(settings), in_memory=False)
    if is_url(store):
        from mla_graph.store.published import open_endpoint

        return open_endpoint(store, settings)
    if release := directory.read(Path(store)):
        return directory.open_release(release, in_memory=False)
    return EmbeddedStore.open_read_only(Path(store), union_default_graph=union_default_graph)
