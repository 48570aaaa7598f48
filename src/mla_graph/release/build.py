"""The build of a release: parse, validate, derive, write, switch."""

import dataclasses
import hashlib
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, TypeVar

import pyoxigraph as ox

from mla_graph import __version__
from mla_graph.model import rdf_files
from mla_graph.model.errors import (
    InvalidRelease,
    StoreUnavailable,
    UnreadableInput,
    UnreliableEngine,
)
from mla_graph.model.namespaces import ENDPOINT, EXAMPLES_GRAPH
from mla_graph.model.settings import Settings
from mla_graph.model.sources import Sources
from mla_graph.release import dumps
from mla_graph.release.derive import derive
from mla_graph.release.directory import (
    SOURCES_NAME,
    UNFINISHED,
    Release,
    current,
    read,
    releases_folder,
    sweep,
    switch,
    sync,
    sync_tree,
)
from mla_graph.release.manifest import GraphSummary, Manifest
from mla_graph.release.workspace import replace, workspace
from mla_graph.search import index
from mla_graph.store.embedded import EmbeddedStore

Progress = Callable[[str], None]

_Term = TypeVar("_Term")

_HASHES: Final = "source-hashes.json"


def ensure(settings: Settings, sources: Sources, progress: Progress) -> Release:
    """Give the release of these sources; build it if there is none yet.

    Of several processes that ask at the same time one builds and the others wait for it.

    Raises:
        UnreadableInput: a source file cannot be read or parsed.
        InvalidRelease: the sources do not conform; ``current`` is as before.
        StoreUnavailable: the release cannot be written.
    """
    home = settings.home
    source_hash = sources.source_hash(home / _HASHES)
    if release := _current_of(home, source_hash):
        return release
    with _writing(home):
        releases_folder(home).mkdir(parents=True, exist_ok=True)
        with _build_lock(home, progress):
            return _current_of(home, source_hash) or _renew(home, sources, progress)


def build(sources: Sources, out: Path, *, progress: Progress, validate: bool = True) -> Release:
    """Build a release into the folder ``out``, which is new, empty, or holds a release.

    The folder gets its content in one step, after everything succeeded.

    Raises:
        UnreadableInput: a source file cannot be read or parsed, or ``out`` holds something else.
        InvalidRelease: the sources do not conform; ``out`` is as before.
        StoreUnavailable: the release cannot be written.
    """
    out = out.absolute()
    if out.exists() and not read(out) and (not out.is_dir() or any(out.iterdir())):
        raise UnreadableInput(f"{out} holds something other than a release; give a new folder.")
    with _writing(out.parent):
        out.parent.mkdir(parents=True, exist_ok=True)
        with workspace(out) as folder:
            manifest = _write(sources, folder / "new", progress, validate)
            replace(folder / "new", out)
            sync(out.parent)
    return Release(out, manifest)


def _current_of(home: Path, source_hash: str) -> Release | None:
    release = current(home)
    return release if release and release.manifest.source_hash == source_hash else None


def _renew(home: Path, sources: Sources, progress: Progress) -> Release:
    folder = releases_folder(home)
    sweep(home)
    with _workspace(folder) as workspace:
        manifest = _write(sources, workspace / "new", progress, validate=True, since=current(home))
        path = folder / manifest.id
        if known := read(path):  # the same graph from other sources: only its origin is new
            dataclasses.replace(manifest, dumps=known.manifest.dumps).write(path)
            (workspace / "new" / SOURCES_NAME).replace(path / SOURCES_NAME)
            sync_tree(path)
        else:
            shutil.rmtree(path, ignore_errors=True)
            (workspace / "new").rename(path)
        sync(folder)
    release = Release(path, manifest)
    switch(home, release)
    sweep(home)
    progress(f"Release {release.id[:12]} is ready in {path}.")
    return release


def _write(
    sources: Sources,
    folder: Path,
    progress: Progress,
    validate: bool,
    since: Release | None = None,
) -> Manifest:
    """Write everything of a release into a new folder, synced to disk.

    `since` is a release that conforms: what has not changed since is not checked again.
    """
    step = _Steps(progress)
    source_hash = sources.source_hash()
    store = ox.Store()
    paths = sources.graph_files()
    if not paths:
        raise UnreadableInput(f"{sources.root} holds no Turtle file in ontology/ or graph_data/.")
    _read_sources(store, sources, paths)
    step(f"Read {len(paths)} files with {_merged_count(store):,} triples")
    if validate and not sources.is_prevalidated(source_hash):
        step(_validate(sources, progress, since))
    added = derive(store, sources.rule_files())
    step(f"Derived {sum(added.values()):,} triples by {len(added)} rules")
    _add_examples(store, sources)
    folder.mkdir()
    manifest = _dump(store, folder, source_hash)
    on_disk = ox.Store(str(folder / "store"))
    on_disk.bulk_load(path=folder / "release.nq", format=ox.RdfFormat.N_QUADS)
    # Few files: a worker opens none after its start, and the engine opens sixteen then.
    on_disk.optimize()
    on_disk.flush()
    if len(on_disk) != manifest.quads:
        raise StoreUnavailable(
            f"The store holds {len(on_disk)} of {manifest.quads} quads; the disk may be damaged."
        )
    del on_disk
    _record(sources, folder)
    _index_words(store, folder)
    manifest.write(folder)
    sync_tree(folder)
    step(f"Wrote the release of {manifest.quads:,} quads")
    return manifest


def _record(sources: Sources, folder: Path) -> None:
    from mla_graph.release.changed import record  # brings the validation, which most do not need

    record(sources, folder)


def _index_words(store: ox.Store, folder: Path) -> None:
    """Write the index of the search, which is no part of what the release's id stands for."""
    if index.installed():
        index.write(EmbeddedStore(store, "the new release"), folder / index.FOLDER)


def _read_sources(store: ox.Store, sources: Sources, paths: list[Path]) -> None:
    """Load each file into its named graph and into the default graph; all faults in one error."""
    faults: list[str] = []
    for path in paths:
        name, graph = sources.name(path), ox.NamedNode(sources.graph_iri(path))
        try:
            parsed = ox.Dataset(rdf_files.parse(path, ox.RdfFormat.TURTLE, name))
            rdf_files.check_blank_nodes(parsed, Path(name))
        except UnreadableInput as error:
            faults.append(error.detail)
            continue
        if any(_has_blank_node(quad) for quad in parsed):
            if path.is_relative_to(sources.graph_data):
                faults.append(f"{name} has a blank node; give every node of the data an IRI.")
                continue
            parsed = _with_stable_labels(parsed, name)
        store.extend(parsed)
        store.extend(ox.Quad(q.subject, q.predicate, q.object, graph) for q in parsed)
    if faults:
        raise UnreadableInput("\n".join(faults), faults=faults)


def _has_blank_node(quad: ox.Quad) -> bool:
    return isinstance(quad.subject, ox.BlankNode) or isinstance(quad.object, ox.BlankNode)


def _with_stable_labels(parsed: ox.Dataset, name: str) -> ox.Dataset:
    """Blank nodes named after file and content (RDFC-1.0), so that the release's id is stable."""
    parsed.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    prefix = f"f{hashlib.sha256(name.encode()).hexdigest()[:12]}"

    def renamed(term: _Term) -> _Term | ox.BlankNode:
        return ox.BlankNode(prefix + term.value) if isinstance(term, ox.BlankNode) else term

    return ox.Dataset(ox.Quad(renamed(q.subject), q.predicate, renamed(q.object)) for q in parsed)


def _validate(sources: Sources, progress: Progress, since: Release | None) -> str:
    from mla_graph.validation.run import REFEREE, validate_sources

    report, done = None, "Checked what changed against the shapes"
    try:
        if since:
            from mla_graph.release.changed import validate_changed

            report = validate_changed(sources, since)
        if report is None:
            report, done = validate_sources(sources), "Checked them against the shapes"
    except UnreliableEngine as error:
        progress(f"{error.detail} Doing so now, which takes longer.")
        report = validate_sources(sources, REFEREE)
    if not report.conforms:
        raise InvalidRelease(f"The sources do not conform to the shapes.\n{report.text()}")
    return done


def _add_examples(store: ox.Store, sources: Sources) -> None:
    """Add the saved queries, ready to run, as a named graph outside the merged graph."""
    from mla_graph.saved_queries.catalogue import Catalogue  # only who builds reads every query
    from mla_graph.saved_queries.executable import executables, statements

    if not sources.queries.is_dir():
        return
    found = executables(Catalogue.load(sources.queries), EmbeddedStore(store, "the new release"))
    graph = ox.NamedNode(EXAMPLES_GRAPH)
    store.extend(
        ox.Quad(t.subject, t.predicate, t.object, graph) for t in statements(found, ENDPOINT)
    )


def _dump(store: ox.Store, folder: Path, source_hash: str) -> Manifest:
    """Write the sorted N-Quads and the dumps; the store has made every value canonical."""
    merged = _sorted_triples(store, ox.DefaultGraph())
    lines, graphs = list(merged), {}
    for graph in sorted(store.named_graphs(), key=str):
        triples = _sorted_triples(store, graph)
        graphs[graph.value] = _summary(triples)
        lines += [b"%s %s ." % (line[:-2], str(graph).encode()) for line in triples]
    every_graph = _joined(lines)
    lines.sort()
    content = _joined(lines)
    (folder / "release.nq").write_bytes(content)
    return Manifest(
        id=hashlib.sha256(content).hexdigest(),
        source_hash=source_hash,
        package_version=__version__,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        quads=len(lines),
        merged=_summary(merged),
        graphs=graphs,
        dumps=dumps.write(folder / "dumps", _joined(merged), every_graph, content),
    )


def _sorted_triples(
    store: ox.Store, graph: ox.NamedNode | ox.BlankNode | ox.DefaultGraph
) -> list[bytes]:
    dump: bytes | None = store.dump(format=ox.RdfFormat.N_TRIPLES, from_graph=graph)
    return sorted(dump.split(b"\n")[:-1]) if dump else []


def _summary(lines: list[bytes]) -> GraphSummary:
    return GraphSummary(len(lines), hashlib.sha256(_joined(lines)).hexdigest())


def _joined(lines: list[bytes]) -> bytes:
    return b"".join(line + b"\n" for line in lines)


def _merged_count(store: ox.Store) -> int:
    return sum(1 for _ in store.quads_for_pattern(None, None, None, ox.DefaultGraph()))


@contextmanager
def _build_lock(home: Path, progress: Progress) -> Iterator[None]:
    """Hold the lock for one build at a time; it falls with its process."""
    from filelock import FileLock, Timeout  # a third of the time of a saved query's imports

    lock = FileLock(home / "build.lock")
    try:
        lock.acquire(blocking=False)
    except Timeout:
        progress("Another process is building the graph; waiting for it.")
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


@contextmanager
def _workspace(parent: Path) -> Iterator[Path]:
    """Make a folder beside the result, on the same file system, gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix=UNFINISHED, dir=parent))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _writing(place: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StoreUnavailable(
            f"The release cannot be written to {place}: {error.strerror or error}. "
            "MLA_HOME names the folder that is used."
        ) from error


class _Steps:
    """Reports each step with the seconds that it took."""

    def __init__(self, progress: Progress) -> None:
        self._progress, self._since = progress, time.monotonic()

    def __call__(self, done: str) -> None:
        now = time.monotonic()
        self._progress(f"{done} ({now - self._since:.1f} s).")
        self._since = now
