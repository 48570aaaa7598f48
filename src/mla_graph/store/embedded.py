"""The embedded engine: Oxigraph in this process, in memory or on disk."""

import tempfile
from pathlib import Path

import pyoxigraph as ox

from mla_graph.model.errors import (
    QuerySyntaxError,
    ReadOnlyStore,
    StoreUnavailable,
)
from mla_graph.model.rdf_files import unreadable
from mla_graph.store.interface import Answer
from mla_graph.store.query_text import refusal


class EmbeddedStore:
    """A store in this process.

    A query cannot be interrupted: ``timeout`` is not kept, and a hostile text can crash the
    process. Strangers' queries belong in the workers of ``mla_graph.adhoc``.
    """

    def __init__(
        self,
        store: ox.Store,
        description: str,
        *,
        release_id: str | None = None,
        union_default_graph: bool = False,
        writable: bool = True,
        never_waits: bool = False,
    ) -> None:
        self.description = description
        self.never_waits = never_waits
        self.release_id = release_id
        self._opened: ox.Store | None = store
        self.union_default_graph = union_default_graph
        self._writable = writable

    @classmethod
    def in_memory(cls, description: str = "a graph in memory") -> "EmbeddedStore":
        """An empty store in memory."""
        return cls(ox.Store(), description, never_waits=True)

    @classmethod
    def open_read_only(
        cls, folder: Path, *, union_default_graph: bool = False, release_id: str | None = None
    ) -> "EmbeddedStore":
        """An existing Oxigraph store on disk, beside any other reader.

        Raises:
            StoreUnavailable: there is no such store.
        """
        try:
            store = ox.Store.read_only(str(folder))
        except (OSError, RuntimeError) as error:
            raise StoreUnavailable(f"{folder} is not an Oxigraph store: {error}") from error
        return cls(
            store,
            f"the Oxigraph store {folder}",
            release_id=release_id,
            union_default_graph=union_default_graph,
            writable=False,
        )

    @classmethod
    def merged_copy(cls, folder: Path, *, release_id: str | None = None) -> "EmbeddedStore":
        """The default graph of an Oxigraph store on disk, in memory, read-only.

        In memory a lookup passes over every quad of a subject. Without the source graphs, which
        say the same again, it is half as long.

        Raises:
            StoreUnavailable: there is no such store, it is damaged, or there is no room for a
                temporary file.
        """
        on_disk = cls.open_read_only(folder)
        copy = cls(ox.Store(), f"{folder} in memory", release_id=release_id, never_waits=True)
        try:
            with tempfile.TemporaryFile() as passing:  # without a name: gone if we are killed
                on_disk._store.dump(passing, ox.RdfFormat.N_TRIPLES, from_graph=ox.DefaultGraph())
                passing.seek(0)
                copy._store.bulk_load(input=passing, format=ox.RdfFormat.N_TRIPLES)
        except (OSError, RuntimeError, SyntaxError) as error:
            raise StoreUnavailable(f"{folder} cannot be copied into memory: {error}") from error
        copy._writable = False
        return copy

    @classmethod
    def create(cls, folder: Path) -> "EmbeddedStore":
        """A store on disk, made if missing, opened for writing.

        Raises:
            StoreUnavailable: the folder cannot be written or another process has it open.
        """
        try:
            return cls(ox.Store(str(folder)), f"the Oxigraph store {folder}")
        except (OSError, RuntimeError) as error:
            raise StoreUnavailable(f"{folder} cannot be opened for writing: {error}") from error

    def query(self, sparql: str, *, timeout: float | None = None) -> Answer:
        """Answer a SPARQL 1.1 query; see ``Store.query``. ``timeout`` has no effect.

        Raises:
            QuerySyntaxError: the text is not a query, with line and column; or asks for a function
                that does not exist.
            UpdateRefused: the text is an update.
            StoreUnavailable: the files of the store, or a service that is asked, cannot be read.
        """
        try:
            return self._store.query(sparql, use_default_graph_as_union=self.union_default_graph)
        except SyntaxError as error:
            raise refusal(sparql, str(error)) from None
        except RuntimeError as error:
            if "not supported" not in str(error):
                raise StoreUnavailable(f"{self.description} cannot answer: {error}") from error
            raise QuerySyntaxError(f"{error}.", line=None, column=None) from error
        except OSError as error:
            raise StoreUnavailable(f"{self.description} cannot answer: {error}") from error

    def graphs(self) -> list[str]:
        """The IRIs of the named graphs, sorted."""
        return sorted(
            graph.value for graph in self._store.named_graphs() if isinstance(graph, ox.NamedNode)
        )

    def load(self, data: bytes | Path, format: ox.RdfFormat, *, graph: str | None = None) -> None:
        """Add data; see ``Store.load``. Nothing is added if any of it cannot be parsed.

        Raises:
            ReadOnlyStore: the store is opened for reading.
            UnreadableInput: the data cannot be read or parsed; names file and line.
        """
        if not self._writable:
            raise ReadOnlyStore(f"{self.description} is opened for reading.")
        to_graph = ox.NamedNode(graph) if graph else None
        try:
            if isinstance(data, Path):
                self._store.bulk_load(path=data, format=format, to_graph=to_graph)
            else:
                self._store.bulk_load(input=data, format=format, to_graph=to_graph)
        except (SyntaxError, OSError) as error:
            raise unreadable(error, data if isinstance(data, Path) else None) from error

    def __len__(self) -> int:
        """The number of quads."""
        return len(self._store)

    def close(self) -> None:
        """Let go of the store; its files are closed when the last running answer is read."""
        self._opened = None

    @property
    def _store(self) -> ox.Store:
        if self._opened is None:
            raise StoreUnavailable(f"{self.description} is closed.")
        return self._opened
