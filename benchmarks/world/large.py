"""A release of very many facts, from one file.

What it holds is in the merged graph; that of derived triples is the one named graph. Nothing is
checked against the shapes, and there are no dumps. Facts that would not fit into memory are derived
from on disk, which takes about four times as long.
"""

import hashlib
import heapq
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from mla_graph import __version__
from mla_graph.model.errors import StoreUnavailable, UnreadableInput
from mla_graph.model.namespaces import DERIVED_GRAPH
from mla_graph.model.rdf_files import unreadable
from mla_graph.model.sources import Sources
from mla_graph.release.derive import derive
from mla_graph.release.directory import UNFINISHED, Release, sync_tree
from mla_graph.release.manifest import GraphSummary, Manifest

_CHUNK: Final = 200_000_000
"""Bytes that are sorted in memory at once; as lines they take about half as much again."""

_IN_MEMORY: Final = 4_000_000_000
"""Bytes of facts up to which the store is in memory; it takes about four times as much there."""

_DERIVED_END: Final = f" <{DERIVED_GRAPH}> .\n".encode()


def build_large(
    sources: Sources, facts: Path, out: Path, *, progress: Callable[[str], None]
) -> Release:
    """Build a release of the ontology of the sources and a file of N-Triples or N-Quads.

    ``out`` is a new folder; it appears once all is done.

    Raises:
        UnreadableInput: ``facts`` cannot be read or parsed, or ``out`` exists.
        StoreUnavailable: the release cannot be written.
    """
    out = out.absolute()
    if out.exists():
        raise UnreadableInput(f"{out} exists; give a new folder.")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=UNFINISHED, dir=out.parent) as workspace:
            manifest = _write(sources, facts, Path(workspace, "new"), progress)
            Path(workspace, "new").rename(out)
    except OSError as error:
        raise StoreUnavailable(f"{out} cannot be written: {error.strerror or error}.") from error
    progress(f"Wrote the release of {manifest.quads:,} quads.")
    return Release(out, manifest)


def _write(
    sources: Sources, facts: Path, folder: Path, progress: Callable[[str], None]
) -> Manifest:
    """Everything of a release into a new folder, synced to disk."""
    folder.mkdir()
    on_disk = facts.stat().st_size > _IN_MEMORY
    store = ox.Store(str(folder / "store")) if on_disk else ox.Store()
    load(store, sources, facts)
    progress(f"Read {len(store):,} triples.")
    added = derive(store, sources.rule_files())
    progress(f"Derived {sum(added.values()):,} triples by {len(added)} rules.")
    manifest = _dump(store, folder / "release.nq", sources.source_hash())
    if not on_disk:
        store = ox.Store(str(folder / "store"))
        store.bulk_load(path=folder / "release.nq", format=ox.RdfFormat.N_QUADS)
    store.optimize()
    store.flush()
    del store
    manifest.write(folder)
    sync_tree(folder)
    return manifest


def load(store: ox.Store, sources: Sources, facts: Path) -> None:
    """Load the ontology of the sources and a file of facts into the default graph.

    Raises:
        UnreadableInput: a file cannot be read or parsed.
    """
    try:
        for path in sources.graph_files():
            if path.is_relative_to(sources.ontology):
                store.bulk_load(path=path, format=ox.RdfFormat.TURTLE)
        if facts.suffix == ".nq":
            parsed = ox.parse(path=facts, format=ox.RdfFormat.N_QUADS)
            store.bulk_extend(ox.Quad(q.subject, q.predicate, q.object) for q in parsed)
        else:
            store.bulk_load(path=facts, format=ox.RdfFormat.N_TRIPLES)
    except (SyntaxError, OSError) as error:
        raise unreadable(error, facts) from error


def _dump(store: ox.Store, path: Path, source_hash: str) -> Manifest:
    """Write the sorted N-Quads and sum up each graph."""
    whole, merged, derived = hashlib.sha256(), _Summary(), _Summary()
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        unsorted = Path(folder, "unsorted.nq")
        store.dump(unsorted, ox.RdfFormat.N_QUADS)
        with path.open("wb") as file:
            for line in _sorted_lines(unsorted, Path(folder)):
                file.write(line)
                whole.update(line)
                if line.endswith(_DERIVED_END):
                    derived.add(line[: -len(_DERIVED_END)] + b" .\n")
                else:
                    merged.add(line)
    return Manifest(
        id=whole.hexdigest(),
        source_hash=source_hash,
        package_version=__version__,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        quads=merged.triples + derived.triples,
        merged=merged.done(),
        graphs={DERIVED_GRAPH: derived.done()} if derived.triples else {},
        dumps={},
    )


class _Summary:
    """Counts and hashes the lines of a graph, which come sorted."""

    def __init__(self) -> None:
        self.triples, self._hash = 0, hashlib.sha256()

    def add(self, line: bytes) -> None:
        self.triples += 1
        self._hash.update(line)

    def done(self) -> GraphSummary:
        return GraphSummary(self.triples, self._hash.hexdigest())


def _sorted_lines(path: Path, folder: Path) -> Iterator[bytes]:
    """The lines of a file in order, of which only some are in memory at once."""
    parts: list[Path] = []
    with path.open("rb") as file:
        while lines := file.readlines(_CHUNK):
            lines.sort()
            parts.append(folder / str(len(parts)))
            parts[-1].write_bytes(b"".join(lines))
    path.unlink()
    files = [part.open("rb") for part in parts]
    try:
        yield from heapq.merge(*files)
    finally:
        for file in files:
            file.close()
