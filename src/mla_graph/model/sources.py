"""The source files: ontology, shapes, facts and queries."""

import hashlib
import json
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import quote

from mla_graph import __version__
from mla_graph.model import rdf_files
from mla_graph.model.errors import UnreadableInput
from mla_graph.model.namespaces import GRAPH

HASHED: Final = ("ontology", "shapes", "graph_data", "queries")
"""The folders that decide what a release holds and whether it is valid."""

_SETTLED_NS: Final = 3_000_000_000


@dataclass(frozen=True)
class Sources:
    """The source folders below one root."""

    root: Path

    @classmethod
    def shipped(cls) -> "Sources":
        """Find the sources of this installation: package data, else the checkout.

        Raises:
            UnreadableInput: the installation carries no sources.
        """
        here = Path(__file__).resolve()
        for root in (here.parents[1] / "_data", here.parents[3]):
            if (root / "ontology").is_dir():
                return cls(root)
        raise UnreadableInput("This installation of mla-graph carries no graph; install it again.")

    @property
    def ontology(self) -> Path:
        """The vocabulary, its controlled lists, and the rules in ``rules/``."""
        return self.root / "ontology"

    @property
    def shapes(self) -> Path:
        """The SHACL shapes."""
        return self.root / "shapes"

    @property
    def graph_data(self) -> Path:
        """The facts."""
        return self.root / "graph_data"

    @property
    def queries(self) -> Path:
        """The saved queries."""
        return self.root / "queries"

    @property
    def guide(self) -> Path:
        """The page on one's own SPARQL, whose worked questions are examples."""
        return self.root / "docs" / "sparql.md"

    def graph_files(self) -> list[Path]:
        """List the Turtle files of ontology and facts; each is a named graph."""
        return [*self._turtle(self.ontology), *self._turtle(self.graph_data)]

    def shape_files(self) -> list[Path]:
        """List the Turtle files of the shapes."""
        return self._turtle(self.shapes)

    def rule_files(self) -> list[Path]:
        """List the CONSTRUCT queries that derive triples, in order."""
        return sorted((self.ontology / "rules").glob("*.rq"))

    def name(self, path: Path) -> str:
        """Give the path of a source file below the root, with ``/``."""
        return path.relative_to(self.root).as_posix()

    def graph_iri(self, path: Path) -> str:
        """Name the graph of a source file by its path without the suffix."""
        name = self.name(path).removesuffix(".ttl")
        return GRAPH + quote(name, safe="/~!$&'()*+,;=:@", errors="surrogateescape")

    def source_hash(self, cache: Path | None = None) -> str:
        """Hash name and bytes of every file of a release with SHA-256.

        With ``cache``, a file that remembers the hash of a tree: the bytes are read again only
        when a name, size, inode or time of change differs. A tree that changed within the last
        seconds is not remembered, as a further change might leave the same times.

        Raises:
            UnreadableInput: a source file cannot be read.
        """
        try:
            return self._source_hash(cache)
        except OSError as error:
            raise UnreadableInput(f"{error.filename}: {error.strerror}") from error

    def _source_hash(self, cache: Path | None) -> str:
        before = time.time_ns()
        paths = sorted(self._hashed(), key=self.name)
        newest, fingerprint = self._fingerprint(paths)
        known = _remembered(cache)
        entry = known.get(str(self.root))
        if isinstance(entry, dict) and entry.get("fingerprint") == fingerprint:
            return str(entry["hash"])
        digest = hashlib.sha256(__version__.encode())
        for path in paths:
            content = rdf_files.raw(path)
            digest.update(f"\0{self.name(path)}\0{len(content)}\0".encode(errors="surrogateescape"))
            digest.update(content)
        found = digest.hexdigest()
        if cache and newest < before - _SETTLED_NS:
            known[str(self.root)] = {"fingerprint": fingerprint, "hash": found}
            _remember(cache, known)
        return found

    def is_prevalidated(self, source_hash: str) -> bool:
        """Tell whether these very sources passed validation when the wheel was built."""
        try:
            stated = json.loads((self.root / "validated.json").read_bytes())
        except (OSError, ValueError):
            return False
        return isinstance(stated, dict) and stated.get("source_hash") == source_hash

    def _turtle(self, folder: Path) -> list[Path]:
        return sorted((p for p in _files(folder) if p.suffix == ".ttl"), key=self.name)

    def _hashed(self) -> Iterator[Path]:
        for folder in HASHED:
            yield from _files(self.root / folder)

    def _fingerprint(self, paths: list[Path]) -> tuple[int, str]:
        newest, digest = 0, hashlib.sha256(__version__.encode())
        for path in paths:
            stat = path.stat()
            newest = max(newest, stat.st_mtime_ns, stat.st_ctime_ns)
            state = (stat.st_size, stat.st_ino, stat.st_mtime_ns, stat.st_ctime_ns)
            digest.update(f"{path}\0{state}\0".encode(errors="surrogateescape"))
        return newest, digest.hexdigest()


def _files(folder: Path) -> Iterator[Path]:
    """List every file below the folder but the hidden ones, which editors and systems leave."""
    for parent, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            if not name.startswith("."):
                yield Path(parent, name)


def _remembered(cache: Path | None) -> dict[str, object]:
    try:
        known = json.loads(cache.read_bytes()) if cache else {}
    except (OSError, ValueError):
        return {}
    return known if isinstance(known, dict) else {}


def _remember(cache: Path, known: dict[str, object]) -> None:
    """Write the cache whole or not at all; a home that cannot be written goes without."""
    partial = cache.with_name(f"{cache.name}.{os.getpid()}")
    try:
        partial.write_text(json.dumps(known, indent=1))
        partial.replace(cache)
    except OSError:
        partial.unlink(missing_ok=True)
