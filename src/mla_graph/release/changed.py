"""Validation of what changed in the source files since a conforming release."""

import hashlib
import json
from collections.abc import Iterator
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

import pyoxigraph as ox

from mla_graph import __version__
from mla_graph.model import rdf_files
from mla_graph.model.errors import UnreliableEngine
from mla_graph.model.sources import Sources
from mla_graph.model.terms import canonical
from mla_graph.release.directory import SOURCES_NAME, Release
from mla_graph.validation.partial.graphs import StoredGraph
from mla_graph.validation.partial.incremental import Change, Scope, revalidate
from mla_graph.validation.partial.reads import ShapeReads, shape_reads
from mla_graph.validation.report import Report
from mla_graph.validation.run import DEFAULT_ENGINE, ENGINES, ensure_trusted, read


class _Recorded(NamedTuple):
    """The hashes of files by name, those that are read anew, and what the shapes read."""

    files: dict[str, str]
    rewritten: set[str]
    scope: Scope

    @classmethod
    def read(cls, release: Release) -> "_Recorded | None":
        """Read the record of the release; None if this engine may not rely on it."""
        try:
            stated = json.loads((release.path / SOURCES_NAME).read_bytes())
            if stated["engine"] != _engine():
                return None
            scope = Scope([ShapeReads.from_json(shape) for shape in stated["reads"]])
            return cls(dict(stated["files"]), set(stated["rewritten"]), scope)
        except (OSError, ValueError, TypeError, KeyError):
            return None


def record(sources: Sources, folder: Path) -> None:
    """Note in a new release the files from which it is made, and what their shapes read.

    A store writes some values in another way, such as P12M as P1Y. The files that have such are
    read anew whenever a change is validated.

    Raises:
        UnreadableInput: a file cannot be read or parsed.
    """
    kept = cache(canonical)
    rewritten = [
        sources.name(path)
        for path in sources.graph_files()
        if any(kept(value) != value for value in _literals(path))
    ]
    stated: dict[str, Any] = {"files": _hashes(sources), "rewritten": rewritten}
    rules = tuple(quad.triple for quad in read(sources.shape_files()))
    try:
        ensure_trusted(DEFAULT_ENGINE, rules)
        stated["reads"] = [shape.to_json() for shape in shape_reads(rules)]
        stated["engine"] = _engine()
    except UnreliableEngine:
        stated["engine"] = None  # so that all is validated, by the referee
    (folder / SOURCES_NAME).write_text(json.dumps(stated, indent=1))


def validate_changed(sources: Sources, release: Release) -> Report | None:
    """Validate the nodes that changed files can affect.

    As the release conforms, there are no other violations. None if all may be affected: the shapes
    or the engine are others, or the release does not say of which files it is made.

    Raises:
        UnreadableInput: a file cannot be read or parsed.
    """
    if not (recorded := _Recorded.read(release)):
        return None
    files, rewritten, scope = recorded
    now = _hashes(sources)
    differing = {name for name in files.keys() | now.keys() if files.get(name) != now.get(name)}
    if any((sources.root / name).is_relative_to(sources.shapes) for name in differing):
        return None
    rules = [quad.triple for quad in read(sources.shape_files())]
    store = ox.Store.read_only(str(release.store_dir))
    graphs = {name: sources.graph_iri(sources.root / name) for name in files}
    before = StoredGraph(store, frozenset(graphs.values()))
    anew = sorted(differing | rewritten)
    gone = {
        quad.triple
        for name in anew
        if name in graphs
        for quad in store.quads_for_pattern(None, None, None, ox.NamedNode(graphs[name]))
    }
    paths = [path for name in anew if (path := sources.root / name).exists()]
    come = {quad.triple for quad in read(paths)}
    kept = StoredGraph(
        store, frozenset(iri for name, iri in graphs.items() if name not in differing | rewritten)
    )
    change = Change(
        frozenset(triple for triple in gone - come if not _has(kept, triple)),
        frozenset(triple for triple in come if not _has(before, triple)),
    )
    return revalidate(Report(()), before, change, rules, ENGINES[DEFAULT_ENGINE], scope)


def _engine() -> str:
    """List the versions of the engine and of what derives the scope."""
    return f"{version('pyshifty')} {__version__}"


def _has(graph: StoredGraph, triple: ox.Triple) -> bool:
    """Tell whether it is there as it is written: to a store PT48H and P2D are the same."""
    return triple in graph.match(triple.subject, triple.predicate.value, triple.object)


def _hashes(sources: Sources) -> dict[str, str]:
    """SHA-256 of the files that validation reads, by name."""
    return {
        sources.name(path): hashlib.sha256(rdf_files.raw(path)).hexdigest()
        for path in (*sources.graph_files(), *sources.shape_files())
    }


def _literals(path: Path) -> Iterator[ox.Literal]:
    for quad in rdf_files.parse(path, ox.RdfFormat.TURTLE):
        if isinstance(quad.object, ox.Literal):
            yield quad.object
