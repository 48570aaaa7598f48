"""The ``--store`` option of the commands."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

import click

from mla_graph.model.settings import Settings
from mla_graph.model.sources import Sources
from mla_graph.release import build
from mla_graph.release.directory import Release
from mla_graph.release.opening import Folder, find_graph
from mla_graph.store.interface import Store

if TYPE_CHECKING:
    from mla_graph.adhoc.federation import Federation
    from mla_graph.adhoc.pool import AdhocPool

STORE_HELP: Final = (
    "An Oxigraph store or a built release (a folder), or a SPARQL endpoint (a URL), instead of "
    "the shipped graph."
)


def store_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--store`` and ``--union-default-graph`` to a command."""
    command = click.option(
        "--union-default-graph",
        is_flag=True,
        help="For a --store folder: ask the union of its named graphs.",
    )(command)
    return click.option("--store", metavar="DIR|URL", help=STORE_HELP)(command)


def progress(message: str) -> None:
    """Write the progress of a long step to stderr."""
    click.echo(message, err=True)


def shipped_release(settings: Settings) -> Release:
    """Give the release of the shipped sources, built now if it is missing.

    Raises:
        InvalidRelease: the sources do not conform.
        UnreadableInput: the sources cannot be read.
        StoreUnavailable: there is no place to build in.
    """
    return build.ensure(settings, Sources.shipped(), progress)


def open_store(store: str | None, union_default_graph: bool, settings: Settings) -> Store:
    """Open the store that was asked for, read-only.

    Raises:
        StoreUnavailable: it does not open.
    """
    return find_graph(store, settings, progress).open(settings, union_default_graph)


def worker_pool(
    folder: Folder,
    union_default_graph: bool,
    settings: Settings,
    federation: Federation | None = None,
) -> AdhocPool:
    """Start one worker for one query on the folder.

    Raises:
        StoreUnavailable: the folder is no store.
    """
    from mla_graph.adhoc.outcomes import Limits
    from mla_graph.adhoc.pool import AdhocPool

    if folder.release is None:  # a worker cannot say what is wrong with it
        folder.open(settings, union_default_graph).close()
    return AdhocPool(
        folder.store_dir,
        union_default_graph=union_default_graph,
        size=1,
        spare=0,
        federation=federation,
        limits=Limits(deadline=settings.query_timeout, memory=settings.query_memory),
    )
