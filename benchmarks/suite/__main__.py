"""``make bench-suite``: load, cold start, memory, saved queries, dossiers, by size and engine.

Invented worlds of several sizes, each the beginning of the next, so that the questions have the
same answers in all of them and what grows is due to the graph alone. Each figure is kept in
benchmarks/results/suite.jsonl as soon as it is there; with ``--resume`` what was measured on the
same world with the same text is not measured again. At the end docs/performance.md is written.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from benchmarks.suite import cold, machine, page
from benchmarks.suite.engines import ENGINES, LARGEST
from benchmarks.suite.loading import loads
from benchmarks.suite.measured import Bounds
from benchmarks.suite.questions import all_texts, questions
from benchmarks.suite.results import FILE, Measurement, Results
from benchmarks.suite.session import LOADING, Session
from benchmarks.suite.worlds import World
from mla_graph.model.allocator import restart_with_mimalloc
from mla_graph.release.directory import open_release

PARTS: Final = ("loading", "cold", "queries")
SIZES: Final = (100_000, 1_000_000)


class Suite:
    """A run: what is asked for, and where its results go."""

    def __init__(self, options: argparse.Namespace, folder: Path) -> None:
        self._options = options
        self._folder = folder
        self._results = Results(options.results)
        self._bounds = Bounds(options.budget, options.limit)
        self._since = time.monotonic()
        self._run = {"at": datetime.now(UTC).isoformat(timespec="seconds")}
        self._others = 0.0
        self._add({"part": "machine", "name": self._run["at"]} | machine.facts())

    def run(self) -> None:
        """Measure everything, the smallest world first."""
        for size in sorted(self._options.sizes):
            world = World.of(size, self._folder)
            self._look_around()
            for name, seconds in world.make(self._tell).items():
                self._add(self._of(world, "making", "", name) | {"seconds": seconds})
            if "loading" in self._options.parts:
                for mode in ("memory", "disk"):
                    if mode in self._options.engines:
                        self._take(world, "loading", mode, lambda m=mode, w=world: loads(w, m))
            if "cold" in self._options.parts and "disk" in self._options.engines:
                self._take(world, "cold", "disk", lambda w=world: cold.starts(w))
            if "queries" in self._options.parts:
                for engine in self._options.engines:
                    if size <= LARGEST.get(engine, size):
                        self._look_around()
                        self._engine(world, engine)
        self._results.tidy()

    def _engine(self, world: World, engine: str) -> None:
        store = open_release(world.release(), in_memory=False)
        asked = [
            one
            for one in questions(store)
            if not self._options.queries or one.name in self._options.queries
        ]
        store.close()
        missing = [
            (one, wanted)
            for one in asked
            if not self._measured(
                wanted := self._of(world, one.part, engine, one.name)
                | {"text": one.hash, "kind": one.kind, "limit": self._bounds.limit}
            )
        ]
        dossier = self._of(world, "dossier", engine, "dossier") | {
            "text": all_texts(),
            "limit": self._bounds.limit,
        }
        if not missing and self._measured(dossier):
            return
        folder = world.folder / engine
        with Session(engine, world.merged, folder, self._options.loading) as session:
            found = session.load()
            self._add(self._of(world, "load", engine, "load") | found)
            if "seconds" not in found:
                return
            for number, (one, wanted) in enumerate(missing, 1):
                self._add(
                    wanted | session.query(one.texts, self._bounds), f"{number}/{len(missing)} "
                )
            if not self._measured(dossier):
                self._add(dossier | session.dossiers(self._bounds))
            self._add(self._of(world, "memory", engine, "memory") | session.memory())

    def _take(
        self, world: World, part: str, engine: str, measure: Callable[[], dict[str, float]]
    ) -> None:
        wanted = self._of(world, part, engine, part)
        if not self._measured(wanted):
            self._look_around()
            try:
                self._add(wanted | measure())
            except (OSError, RuntimeError, subprocess.SubprocessError) as error:
                self._add(wanted | {"fault": str(error)[-200:]})

    def _of(self, world: World, part: str, engine: str, name: str) -> Measurement:
        return {
            "part": part, "size": world.size, "engine": engine, "name": name,
            "world": world.made_of,
        }  # fmt: skip

    def _measured(self, wanted: Measurement) -> bool:
        return bool(self._options.resume) and self._results.has(wanted)

    def _look_around(self) -> None:
        self._others = machine.used_by_others()

    def _add(self, measurement: Measurement, progress: str = "") -> None:
        self._results.add(measurement | self._run | {"others": self._others})
        self._tell(progress + ", ".join(_told(measurement)))

    def _tell(self, message: str) -> None:
        print(f"{time.monotonic() - self._since:7.0f} s  {message}", file=sys.stderr, flush=True)


def _told(measurement: Measurement) -> Iterator[str]:
    names = ("size", "engine", "part", "name")
    yield " ".join(f"{measurement[name]}" for name in names if measurement.get(name))
    silent = {*names, "world", "text", "kind", "limit"}
    for name, value in measurement.items():
        if name not in silent:
            yield f"{name} {value:.4g}" if isinstance(value, float) else f"{name} {value}"


def options(arguments: list[str] | None = None) -> Any:
    """What was asked for."""
    parser = argparse.ArgumentParser(prog="make bench-suite", description=__doc__)
    add = parser.add_argument
    add("--sizes", type=int, nargs="+", default=SIZES, help="triples of each world")
    add("--engines", nargs="+", choices=ENGINES, default=("memory", "disk"))
    add("--parts", nargs="+", choices=PARTS, default=PARTS)
    add("--queries", nargs="+", metavar="NAME", help="only these saved queries")
    add("--budget", type=float, default=1.0, help="seconds for repeating a query (1)")
    add("--limit", type=float, default=20.0, help="seconds after which it is given up (20)")
    add("--loading", type=float, default=LOADING, help="seconds for a load (3600)")
    add("--resume", action="store_true", help="leave out what is measured already")
    add("--folder", type=Path, help="where the worlds are kept; a temporary one unless given")
    add("--results", type=Path, default=FILE, help="where the figures are kept")
    add("--no-page", action="store_true", help="leave docs/performance.md as it is")
    return parser.parse_args(arguments)


def main() -> int:
    """Measure what was asked for, then write the page."""
    asked = options()
    with tempfile.TemporaryDirectory(prefix="mla-graph-suite-") as place:
        folder = (asked.folder or Path(place)).absolute()
        folder.mkdir(parents=True, exist_ok=True)
        Suite(asked, folder).run()
    if not asked.no_page:
        page.write(Results(asked.results))
    return 0


if __name__ == "__main__":
    restart_with_mimalloc()
    sys.exit(main())
