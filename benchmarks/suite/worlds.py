"""Invented worlds of a size: the facts, the release, and the merged graph as a file."""

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

import benchmarks.world
from benchmarks.world.large import build_large
from benchmarks.world.world import units, write
from mla_graph.model.sources import Sources
from mla_graph.release.directory import Release, read

Tell = Callable[[str], None]


@dataclass(frozen=True)
class World:
    """A world in a folder of its own, made step by step as it is asked for.

    ``made_of`` is the hash of what it is made of: program, vocabulary, rules and facts.
    """

    size: int
    folder: Path
    made_of: str

    @classmethod
    def of(cls, size: int, parent: Path) -> "World":
        """The world of about so many triples below a folder."""
        made_of = _made_of()
        return cls(size, parent / f"{size}-{made_of}", made_of)

    @property
    def facts(self) -> Path:
        """The facts as N-Triples."""
        return self.folder / "facts.nt"

    @property
    def merged(self) -> Path:
        """The merged graph of the release as N-Triples: what every engine loads."""
        return self.folder / "merged.nt"

    def release(self) -> Release:
        """The finished release.

        Raises:
            SystemExit: it was not made.
        """
        found = read(self.folder / "release")
        if found is None:
            raise SystemExit(f"{self.folder} holds no release")
        return found

    def make(self, tell: Tell) -> dict[str, float]:
        """Make what is missing; the seconds of each step that was made now."""
        self.folder.mkdir(parents=True, exist_ok=True)
        steps = {
            "invent the facts": (self.facts, self._invent),
            "build --facts": (
                self.folder / "release" / "manifest.json",
                lambda: self._build(tell),
            ),
            "write the merged graph": (self.merged, self._merge),
        }
        taken: dict[str, float] = {}
        for name, (result, step) in steps.items():
            if not result.exists():
                tell(f"{self.size:,} triples: {name}")
                since = time.perf_counter()
                step()
                taken[name] = time.perf_counter() - since
        return taken

    def _invent(self) -> None:
        partial = self.facts.with_suffix(".partial")
        with partial.open("wb") as file:
            write(units(Sources.shipped()), self.size, file, named_graphs=False)
        partial.rename(self.facts)

    def _build(self, tell: Tell) -> None:
        build_large(Sources.shipped(), self.facts, self.folder / "release", progress=tell)

    def _merge(self) -> None:
        store = ox.Store.read_only(str(self.release().store_dir))
        partial = self.merged.with_suffix(".partial")
        store.dump(partial, ox.RdfFormat.N_TRIPLES, from_graph=ox.DefaultGraph())
        partial.rename(self.merged)


def _made_of() -> str:
    sources = Sources.shipped()
    program = Path(str(benchmarks.world.__file__)).parent
    digest = hashlib.sha256()
    for path in [*sources.graph_files(), *sources.rule_files(), *sorted(program.glob("*.py"))]:
        digest.update(f"\0{path.name}\0".encode() + path.read_bytes())
    return digest.hexdigest()[:12]
