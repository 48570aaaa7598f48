"""Dumps of a release, made on demand from its sorted N-Quads: the same bytes every time."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import pyoxigraph as ox

from mla_graph.model.namespaces import prefixes_for
from mla_graph.release.directory import Release
from mla_graph.store.formats import dump_format

_CHUNK: Final = 1 << 18


def export(release: Release, format: str) -> Iterator[bytes]:
    """The release in one of ``formats.DUMPS``, piece by piece.

    N-Quads and TriG hold the merged graph (as default graph) and every named graph; Turtle,
    N-Triples and JSON-LD hold the merged graph.

    Raises:
        UnsupportedFormat: at once, not at the first piece.
    """
    wanted = dump_format(format)
    if wanted == ox.RdfFormat.N_QUADS:
        return _pieces(release.nquads)
    return _converted(release.nquads, wanted)


def _converted(nquads: Path, wanted: ox.RdfFormat) -> Iterator[bytes]:
    quads = ox.parse(path=nquads, format=ox.RdfFormat.N_QUADS)
    statements: Iterator[ox.Quad] | Iterator[ox.Triple]
    if wanted == ox.RdfFormat.TRIG:
        statements = iter(sorted(quads, key=_graph_name))
    else:
        statements = (quad.triple for quad in quads if not _graph_name(quad))
    with TemporaryDirectory(prefix="mla-graph-") as folder:
        path = Path(folder, "dump")
        ox.serialize(statements, path, wanted, prefixes=prefixes_for(nquads.read_text()))
        yield from _pieces(path)


def _graph_name(quad: ox.Quad) -> str:
    return "" if isinstance(quad.graph_name, ox.DefaultGraph) else quad.graph_name.value


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(_CHUNK):
            yield piece
