"""Loading as the product does it beside the bare engine, in turns, each in a process of its own."""

import multiprocessing
import tempfile
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median
from typing import Final

import pyoxigraph as ox

from benchmarks.suite.measured import once
from benchmarks.suite.worlds import World
from mla_graph.release.directory import open_release, read
from mla_graph.store.embedded import EmbeddedStore

ROUNDS: Final = 3
ENOUGH: Final = 240.0
"""Seconds after which there is no further round."""


def bare_memory(world: Path, scratch: Path) -> None:
    """The bare engine, in memory."""
    store = ox.Store()
    store.bulk_load(path=world / "merged.nt", format=ox.RdfFormat.N_TRIPLES)


def bare_disk(world: Path, scratch: Path) -> None:
    """The bare engine, on disk."""
    store = ox.Store(str(scratch))
    store.bulk_load(path=world / "merged.nt", format=ox.RdfFormat.N_TRIPLES)


def load_memory(world: Path, scratch: Path) -> None:
    """A file into memory."""
    store = EmbeddedStore.in_memory()
    store.load(world / "merged.nt", ox.RdfFormat.N_TRIPLES)


def load_disk(world: Path, scratch: Path) -> None:
    """A file into a folder that ``serve --store`` takes."""
    store = EmbeddedStore.create(scratch)
    store.load(world / "merged.nt", ox.RdfFormat.N_TRIPLES)


def serve_memory(world: Path, scratch: Path) -> None:
    """The merged graph of a release into memory, as ``serve`` does."""
    release = read(world / "release")
    assert release is not None
    open_release(release, in_memory=True)


PAIRS: Final = {
    "memory": {"bare": bare_memory, "load": load_memory, "serve": serve_memory},
    "disk": {"bare": bare_disk, "load": load_disk},
}


def loads(world: World, mode: str) -> dict[str, float]:
    """The median seconds of each way to load; an even number of turns, so that none is first."""
    ways = PAIRS[mode]
    taken: dict[str, list[float]] = {name: [] for name in ways}
    since = time.monotonic()
    for number in range(ROUNDS):
        order = list(ways) if number % 2 == 0 else list(reversed(ways))
        for name in order:
            taken[name].append(_apart(ways[name], world.folder))
        if time.monotonic() - since > ENOUGH:
            break
    return {name: median(found) for name, found in taken.items()}


def _apart(load: Callable[[Path, Path], None], world: Path) -> float:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    with tempfile.TemporaryDirectory(dir=world) as scratch:
        process = context.Process(target=_timed, args=(load, world, Path(scratch), theirs))
        process.start()
        theirs.close()
        found: float = ours.recv()
        process.join()
    return found


def _timed(load: Callable[[Path, Path], None], world: Path, scratch: Path, to: Connection) -> None:
    to.send(once(lambda: load(world, scratch)))
