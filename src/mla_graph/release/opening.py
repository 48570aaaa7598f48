"""The graph that ``--store`` names: nothing = the shipped graph, a URL = an endpoint, a folder."""

from collections.abc import Callable
from dataclasses import dataclass
from os.path import realpath
from pathlib import Path

from mla_graph.model.settings import Settings
from mla_graph.model.sources import Sources
from mla_graph.release import build, directory
from mla_graph.release.directory import Release
from mla_graph.store.embedded import EmbeddedStore
from mla_graph.store.interface import Store


@dataclass(frozen=True)
class Endpoint:
    """A graph behind the SPARQL 1.1 Protocol."""

    url: str

    def open(self, settings: Settings, union_default_graph: bool) -> Store:
        """Open the release that is current there, else the endpoint's default graph.

        Raises:
            InvalidValue: the address or a setting is wrong.
            StoreUnavailable: the endpoint does not answer.
        """
        # Here, because few callers wait for the import of an HTTP client.
        from mla_graph.store.releases import open_endpoint

        return open_endpoint(self.url, settings)


@dataclass(frozen=True)
class Folder:
    """A graph on disk: ``path`` as it was named, and the release in it, if it holds one."""

    path: Path
    release: Release | None

    @property
    def store_dir(self) -> Path:
        """The folder of the Oxigraph store."""
        return self.release.store_dir if self.release else self.path

    def open(self, settings: Settings, union_default_graph: bool) -> Store:
        """Open the store read-only; the default graph of a release is its merged graph.

        Raises:
            StoreUnavailable: there is no such store.
        """
        if self.release:
            return directory.open_release(self.release, in_memory=False)
        return EmbeddedStore.open_read_only(self.path, union_default_graph=union_default_graph)


def find_graph(
    store: str | None, settings: Settings, progress: Callable[[str], None]
) -> Endpoint | Folder:
    """Find the graph that ``store`` names; the shipped one is built now if it is missing.

    Raises:
        InvalidRelease: the shipped sources do not conform.
        UnreadableInput: the sources, or the manifest of a release, cannot be read.
        StoreUnavailable: there is no place to build in.
    """
    if store is None:
        release = build.ensure(settings, Sources.shipped(), progress)
        return Folder(settings.home / "current", release)
    if store.lower().startswith(("http://", "https://")):
        return Endpoint(store)
    # Path.resolve() fails where links lead in a circle; this gives a path that is no folder.
    return Folder(Path(store), directory.read(Path(realpath(store))))
