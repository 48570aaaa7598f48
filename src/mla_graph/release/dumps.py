"""The dumps of a release: made once, kept compressed, with size and hash of every file."""

import gzip
import hashlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from mla_graph.model.namespaces import prefixes_for
from mla_graph.release.manifest import FileSummary

STEM: Final = "mla-graph"
COMPRESSED: Final = ".gz"
ENDINGS: Final[dict[str, str]] = {
    "ttl": "turtle",
    "nt": "ntriples",
    "jsonld": "jsonld",
    "nq": "nquads",
    "trig": "trig",
}
"""File ending to the name of the format, one of ``formats.DUMPS``."""


def write(folder: Path, merged: bytes, every_graph: bytes, nquads: bytes) -> dict[str, FileSummary]:
    """Make the folder with a compressed dump in each format; gives its files by name.

    Each file is told twice, as it is kept (``mla-graph.ttl.gz``) and as it is unpacked
    (``mla-graph.ttl``). ``merged`` is the merged graph as N-Triples, ``every_graph`` the release as
    N-Quads with the merged graph first, ``nquads`` the release as it is hashed.
    """
    folder.mkdir()
    with ThreadPoolExecutor() as pool:  # zlib works outside Python's lock
        waiting = [
            pool.submit(_keep, folder, f"{STEM}.{ending}", content)
            for ending, content in _contents(merged, every_graph, nquads)
        ]
        return {name: file for done in waiting for name, file in done.result().items()}


def _contents(merged: bytes, every_graph: bytes, nquads: bytes) -> Iterator[tuple[str, bytes]]:
    yield "nq", nquads
    yield "nt", merged
    quads = list(ox.parse(every_graph, format=ox.RdfFormat.N_QUADS))
    subjects = {line.partition(b" ")[0] for line in merged.split(b"\n")}
    prefixes = prefixes_for(b"\n".join(subjects).decode())
    yield "trig", _serialised(quads, ox.RdfFormat.TRIG, prefixes)
    del quads[merged.count(b"\n") :]
    yield "ttl", _serialised(quads, ox.RdfFormat.TURTLE, prefixes)
    yield "jsonld", _serialised(quads, ox.RdfFormat.JSON_LD, prefixes)


def _serialised(quads: list[ox.Quad], format: ox.RdfFormat, prefixes: dict[str, str]) -> bytes:
    content: bytes | None = ox.serialize(quads, format=format, prefixes=prefixes)
    return content or b""


def _keep(folder: Path, name: str, content: bytes) -> dict[str, FileSummary]:
    packed = gzip.compress(content, compresslevel=6, mtime=0)
    (folder / f"{name}{COMPRESSED}").write_bytes(packed)
    return {name: _summary(content), f"{name}{COMPRESSED}": _summary(packed)}


def _summary(content: bytes) -> FileSummary:
    return FileSummary(len(content), hashlib.sha256(content).hexdigest())
