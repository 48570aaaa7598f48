"""The embedded engine: Oxigraph in this process, in memory or on disk."""

import os
import resource
from collections.abc import Collection
from contextlib import suppress
from math import inf
from pathlib import Path
from threading import Thread
from typing import BinaryIO, Final

import pyoxigraph as ox

from mla_graph.model.errors import (
    QuerySyntaxError,
    ReadOnlyStore,
    StoreUnavailable,
)
from mla_graph.model.rdf_files import unreadable
from mla_graph.model.sparql_text import refusal
from mla_graph.store.interface import Answer, Store

_BLOCK: Final = 1 << 20
_LOADING: Final = 256 << 20
_A_TRIPLE: Final = 500
"""Bytes that a copy in memory takes while it is made, and for each triple; rather too many."""
_STATM: Final = Path("/proc/self/statm")


class EmbeddedStore(Store):
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
        """Create an empty store in memory."""
        return cls(ox.Store(), description, never_waits=True)

    @classmethod
    def open_read_only(
        cls, folder: Path, *, union_default_graph: bool = False, release_id: str | None = None
    ) -> "EmbeddedStore":
        """Open an Oxigraph store on disk, beside any other reader.

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
    def merged_copy(
        cls, nquads: Path, graphs: Collection[str], triples: int, *, release_id: str | None = None
    ) -> "EmbeddedStore":
        """Copy the default graph of a file of N-Quads into memory, read-only.

        In memory a lookup passes over every quad of a subject. Without the source graphs, which
        say the same again, it is half as long. ``graphs`` are the named graphs of the file,
        ``triples`` is the size of its default graph; a line is written as Oxigraph does.

        Raises:
            StoreUnavailable: the file cannot be read, is damaged, or holds something else; or there
                is too little memory, for want of which the engine would end the process.
        """
        needed, room = _LOADING + _A_TRIPLE * triples, _room()
        if needed > room:
            raise StoreUnavailable(
                f"A copy in memory takes some {needed >> 20} MiB, and this process may have "
                f"{room / 2**20:.0f} MiB more."
            )
        copy = cls(ox.Store(), f"{nquads} in memory", release_id=release_id, never_waits=True)
        try:
            with nquads.open("rb") as file:
                reading, writing = os.pipe()
                sender = Thread(target=_send_merged, args=(file, graphs, writing), daemon=True)
                sender.start()
                try:
                    copy._store.bulk_load(path=f"/dev/fd/{reading}", format=ox.RdfFormat.N_TRIPLES)
                finally:
                    os.close(reading)  # so that the sender does not wait for a reader
                    sender.join()
            found = len(copy)
        except (OSError, RuntimeError, SyntaxError) as error:
            raise StoreUnavailable(f"{nquads} cannot be copied into memory: {error}") from error
        if found != triples:
            raise StoreUnavailable(
                f"{nquads} is damaged: its merged graph has {found:,} triples, not {triples:,}."
            )
        copy._writable = False
        return copy

    @classmethod
    def create(cls, folder: Path) -> "EmbeddedStore":
        """Open a store on disk for writing; create it if it is missing.

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
        """List the IRIs of the named graphs, sorted."""
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
        """Count the quads."""
        return len(self._store)

    def close(self) -> None:
        """Close the store; its files are closed when the last running answer is read."""
        self._opened = None

    @property
    def _store(self) -> ox.Store:
        if self._opened is None:
            raise StoreUnavailable(f"{self.description} is closed.")
        return self._opened


def _send_merged(file: BinaryIO, graphs: Collection[str], to: int) -> None:
    """Write the lines of the default graph, of sorted N-Quads, to a pipe, and close it.

    The reader notices what is missing if it ends early.
    """
    named = {f"<{graph}>".encode() for graph in graphs}
    with os.fdopen(to, "wb") as pipe, suppress(OSError):
        while lines := file.readlines(_BLOCK):
            # The last word before the full stop; of a triple it can be a graph too, as object.
            merged = [
                line
                for line in lines
                if line[line.rfind(b" ", 0, -3) + 1 : -3] not in named or line.count(b" ") == 3
            ]
            pipe.write(b"".join(merged))


def _room() -> float:
    """Give the bytes that this process may still ask for, by its limit on memory."""
    limit, _ = resource.getrlimit(resource.RLIMIT_AS)
    if limit == resource.RLIM_INFINITY or not _STATM.exists():
        return inf
    return limit - int(_STATM.read_text().split()[0]) * resource.getpagesize()
