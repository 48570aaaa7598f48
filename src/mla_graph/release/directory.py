"""Releases on disk: ``MLA_HOME/releases/{id}``, and ``MLA_HOME/current`` that points to one.

A release never changes once it has its name. ``current`` is replaced by rename, so that a reader
sees the old release or the new one, never neither.
"""

import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mla_graph.release.manifest import Manifest
from mla_graph.store.embedded import EmbeddedStore

_ID: Final = re.compile("[0-9a-f]{64}")
UNFINISHED: Final = ".building-"
SOURCES_NAME: Final = "sources.json"
"""The file of a release that names the source files; see ``release.changed``."""
KEPT: Final = 2


@dataclass(frozen=True)
class Release:
    """One built release."""

    path: Path
    manifest: Manifest

    @property
    def id(self) -> str:
        """SHA-256 of the release's sorted N-Quads."""
        return self.manifest.id

    @property
    def store_dir(self) -> Path:
        """The Oxigraph store; open it for reading only."""
        return self.path / "store"

    @property
    def nquads(self) -> Path:
        """Every graph of the release as sorted canonical N-Quads."""
        return self.path / "release.nq"

    @property
    def dumps(self) -> Path:
        """The folder of the compressed dumps, which ``manifest.dumps`` lists."""
        return self.path / "dumps"


def releases_folder(home: Path) -> Path:
    """Name the folder that holds the releases of this home."""
    return home / "releases"


def read(folder: Path) -> Release | None:
    """Read the release in the folder; None if there is no finished one."""
    manifest = Manifest.read(folder)
    return Release(folder, manifest) if manifest else None


def beside(release: Release) -> list[Release]:
    """List the release and those in folders of their ids beside it, newest first."""
    try:
        folders = [path for path in release.path.parent.iterdir() if _ID.fullmatch(path.name)]
    except OSError:  # a release may be served from where nothing else may be seen
        folders = []
    others = [other for path in folders if (other := read(path)) and other.id == path.name]
    found = {other.id: other for other in others} | {release.id: release}
    return sorted(found.values(), key=lambda one: one.manifest.created, reverse=True)


def current(home: Path) -> Release | None:
    """Read the release that ``current`` points to; None if none was built yet."""
    try:
        target = (home / "current").readlink()
    except OSError:
        return None
    return read(home / target)


def open_release(release: Release, in_memory: bool) -> EmbeddedStore:
    """Open the release read-only: its merged graph in memory, or every graph on disk.

    Raises:
        UnreadableInput, StoreUnavailable: the release is damaged.
    """
    if in_memory:
        stated = release.manifest
        store = EmbeddedStore.merged_copy(
            release.nquads, stated.graphs, stated.merged.triples, release_id=release.id
        )
    else:
        store = EmbeddedStore.open_read_only(release.store_dir, release_id=release.id)
    store.release_folder = release.path
    where = "in memory" if in_memory else "on disk"
    store.description = f"release {release.id[:12]} {where}"
    return store


def switch(home: Path, release: Release) -> None:
    """Point ``current`` to the release, in one step."""
    pointer = home / f"{UNFINISHED}current"
    pointer.unlink(missing_ok=True)
    pointer.symlink_to(release.path.relative_to(home))
    pointer.replace(home / "current")
    sync(home)


def sweep(home: Path) -> None:
    """Delete what a killed build left and all but the last releases.

    Only the holder of the build lock calls this. A deleted release still answers whoever has it
    open.
    """
    folder = releases_folder(home)
    now = current(home)
    old: list[tuple[float, Path]] = []
    for path in folder.iterdir():
        if path.name.startswith(UNFINISHED):
            shutil.rmtree(path, ignore_errors=True)
        elif not now or path != now.path:
            old.append((path.stat().st_mtime, path))
    for _, path in sorted(old, reverse=True)[KEPT - 1 :]:
        shutil.rmtree(path, ignore_errors=True)


def sync(folder: Path) -> None:
    """Make the names in a folder survive a power cut."""
    _sync(folder)


def sync_tree(folder: Path) -> None:
    """Make a folder and everything below it survive a power cut."""
    for parent, _, names in os.walk(folder, topdown=False):
        for name in names:
            _sync(Path(parent, name))
        _sync(Path(parent))


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
