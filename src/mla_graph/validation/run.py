"""Validation of graphs, of the sources, or of files in the context of the sources."""

import os
import tempfile
from codecs import BOM_UTF8
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import pyoxigraph as ox

from mla_graph.model import rdf_files
from mla_graph.model.errors import InvalidValue, UnreadableInput, UnreliableEngine
from mla_graph.model.sources import Sources
from mla_graph.validation import canary, release_outputs
from mla_graph.validation.engines import pyshacl as pyshacl_engine
from mla_graph.validation.engines import shifty as shifty_engine
from mla_graph.validation.partial.graphs import StoredGraph
from mla_graph.validation.partial.incremental import validate_in_parts
from mla_graph.validation.report import VIOLATION, Engine, Report

REFEREE: Final = "pyshacl"
DEFAULT_ENGINE: Final = "fast"
ENGINES: Final[dict[str, Engine]] = {
    DEFAULT_ENGINE: shifty_engine.validate,
    REFEREE: pyshacl_engine.validate,
}

LARGE: Final = 300_000_000
"""Bytes of files that are not read into memory: about two million triples, and 8 GB there."""

AT_ONCE: Final = 500_000
"""Triples of a large graph that the engine gets at once; each takes up to 5 kB there."""

_HEAD: Final = 200
"""Bytes from which a file in XML is recognised."""

_GIVEN: Final = ox.NamedNode("urn:mla-graph:given")


def validate_graph(
    data: Iterable[ox.Quad], shapes: Iterable[ox.Quad], engine: str = DEFAULT_ENGINE
) -> Report:
    """Validate data, taken as one graph, that holds the ontology too: shapes follow its classes.

    Raises:
        InvalidValue: there is no such engine.
        UnreadableInput: the shapes are not well-formed SHACL.
        UnreliableEngine: another engine than the referee misses a fault planted to test it.
    """
    if engine not in ENGINES:
        raise InvalidValue(
            f"The engine is {engine!r}; it should be one of {', '.join(ENGINES)}.",
            parameter="engine",
            value=engine,
        )
    triples, rules = (list(dict.fromkeys(q.triple for q in quads)) for quads in (data, shapes))
    if engine != REFEREE:
        ensure_trusted(engine, tuple(rules))
    return Report.read(ENGINES[engine](triples, rules), rules)


def validate_sources(sources: Sources, engine: str = DEFAULT_ENGINE) -> Report:
    """Validate ontology and facts as they are asserted, before anything is derived.

    Raises:
        InvalidValue: there is no such engine.
        UnreadableInput: a source file cannot be read or parsed; names file and line.
    """
    return validate_graph(read(sources.graph_files()), read(sources.shape_files()), engine)


def validate_paths(
    paths: Iterable[Path],
    sources: Sources,
    engine: str = DEFAULT_ENGINE,
    *,
    progress: Callable[[str], None] = lambda message: None,
) -> Report:
    """Validate files, and the Turtle files of folders, as if they were part of the sources.

    What the files say about a resource takes the place of what the sources say about it. Readings
    to check, in the rest of the sources, are left out: they have been there before. Very large
    files go through a store on disk and the fast engine gets one part after the other, so that
    memory grows little with them; ``progress`` is told how far that is.

    Raises:
        InvalidValue: there is no such engine.
        UnreadableInput: a file cannot be read or parsed, or a folder has none; names file and line.
    """
    paths = list(paths)
    if engine == DEFAULT_ENGINE and _size(paths) > LARGE:
        return _validate_large([file for path in paths for file in _files(path)], sources, progress)
    given = read((file for path in paths for file in _files(path)), sources)
    facts = read(sources.graph_files())
    if release_outputs.is_output(given):
        given, facts = release_outputs.combined(given, facts, sources)
        described = {quad.subject for quad in given}
    else:
        described = {quad.subject for quad in given}
        facts = [quad for quad in facts if quad.subject not in described]
    context = facts
    report = validate_graph([*context, *given], read(sources.shape_files()), engine)
    return Report(
        tuple(r for r in report.results if r.severity == VIOLATION or r.focus in described)
    )


def _validate_large(
    files: Iterable[Path], sources: Sources, progress: Callable[[str], None]
) -> Report:
    rules = [quad.triple for quad in read(sources.shape_files())]
    ensure_trusted(DEFAULT_ENGINE, tuple(rules))
    with tempfile.TemporaryDirectory() as folder:
        store = ox.Store(folder)
        for file in files:
            try:
                store.bulk_load(path=file, format=_format(file), to_graph=_GIVEN)
            except (SyntaxError, OSError) as error:
                raise rdf_files.unreadable(error, file) from error
        context = read(sources.graph_files())
        store.extend(quad for quad in context if not _describes(store, quad.subject))
        progress(f"Read {len(store):,} triples.")
        engine = ENGINES[DEFAULT_ENGINE]
        report = validate_in_parts(StoredGraph(store), rules, engine, AT_ONCE, progress)
        kept = (r for r in report.results if r.severity == VIOLATION or _describes(store, r.focus))
        found = Report(tuple(kept))
        del store  # which keeps files open in the folder
    return found


def _describes(store: ox.Store, node: Any) -> bool:
    """Tell whether the given files say something about the node."""
    return any(store.quads_for_pattern(node, None, None, _GIVEN))


def _size(paths: Iterable[Path]) -> int:
    """Count the bytes of the files; one that cannot be read counts nothing here."""
    size = 0
    for path in paths:
        with suppress(OSError, ValueError):
            files = path.rglob("*.ttl") if path.is_dir() else [path]
            size += sum(file.stat().st_size for file in files)
    return size


def read(paths: Iterable[Path], sources: Sources | None = None) -> list[ox.Quad]:
    """Parse the files; the suffix of a file gives its format.

    JSON-LD may name the context that services publish by its address if ``sources`` are given.

    Raises:
        UnreadableInput: a file cannot be read or parsed; names all such files and the lines.
    """
    quads: list[ox.Quad] = []
    faults: list[UnreadableInput] = []
    for path in paths:
        try:
            format = _format(path)
            if sources and format == ox.RdfFormat.JSON_LD:
                data = release_outputs.with_context(rdf_files.content(path), sources)
                quads += rdf_files.parsed(data, format, path)
            else:
                quads += rdf_files.parse(path, format)
        except UnreadableInput as error:
            faults.append(error)
    if len(faults) == 1:
        raise faults[0]
    if faults:
        details = [fault.detail for fault in faults]
        raise UnreadableInput("\n".join(details), faults=details)
    return quads


@lru_cache(maxsize=8)
def ensure_trusted(engine: str, shapes: tuple[ox.Triple, ...]) -> None:
    """Have an engine prove once for these shapes that it overlooks nothing.

    Raises:
        UnreliableEngine: it overlooks something.
    """
    try:
        canary.check(ENGINES[engine], shapes)
    except UnreliableEngine as error:
        raise UnreliableEngine(f"{error.detail} Use the engine {REFEREE}.") from error


def _format(path: Path) -> ox.RdfFormat:
    """Recognise XML by how the file begins, whatever it is called; else its suffix decides."""
    begin = b""
    with suppress(OSError, ValueError):
        if path.is_file():  # a pipe would be waited for
            with path.open("rb") as file:
                begin = file.read(_HEAD).removeprefix(BOM_UTF8).lstrip()
    if begin.startswith((b"<?xml", b"<rdf:RDF", b"<!DOCTYPE", b"<!--")):
        return ox.RdfFormat.RDF_XML
    return ox.RdfFormat.from_extension(path.suffix[1:]) or ox.RdfFormat.TURTLE


def _files(path: Path) -> list[Path]:
    if not os.path.isdir(path):  # noqa: PTH112 (which minds no name, however long)
        return [path]
    if files := sorted(path.rglob("*.ttl")):
        return files
    raise UnreadableInput(f"{path} holds no Turtle file.", file=str(path), line=None)
