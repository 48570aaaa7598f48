"""The whole graph as one file, from the dumps that a release keeps: the same bytes every time."""

import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from mla_graph.release.directory import Release
from mla_graph.release.dumps import COMPRESSED, ENDINGS, STEM
from mla_graph.store.formats import dump_format

_CHUNK: Final = 1 << 14


def export(release: Release, format: str) -> Iterator[bytes]:
    """Write the release in one of ``formats.DUMPS``, piece by piece.

    N-Quads and TriG hold the merged graph (as default graph) and every named graph; Turtle,
    N-Triples and JSON-LD hold the merged graph.

    Raises:
        UnsupportedFormat: at once, not at the first piece.
    """
    dump_format(format)
    ending = next(ending for ending, name in ENDINGS.items() if name == format)
    return unpacked(release.dumps / f"{STEM}.{ending}{COMPRESSED}")


def unpacked(path: Path) -> Iterator[bytes]:
    """Decompress a file of gzip, piece by piece."""
    with gzip.open(path) as file:
        while piece := file.read(_CHUNK):
            yield piece
