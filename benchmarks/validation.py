"""`make bench-validation`: the fast engine beside pySHACL, and one edit beside the whole graph.

Invented worlds with planted faults, each measurement in a process of its own. Says whether both
engines give the same report (focus nodes, paths, values, constraint components, severities) and how
much longer pySHACL takes; a limit ends it, and then the ratio is a lower bound. Processor seconds
are what a busy machine changes least, and what the ratio is made of. ``in parts`` is how files that
are too large for memory are validated: from a store on disk, some nodes at a time.
"""

import argparse
import hashlib
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import pyoxigraph as ox

from benchmarks.world.world import units, write
from mla_graph.model.namespaces import PREFIXES
from mla_graph.model.sources import Sources
from mla_graph.validation.partial.graphs import MemoryGraph, StoredGraph
from mla_graph.validation.partial.incremental import Change, revalidate, validate_in_parts
from mla_graph.validation.paths import path_text
from mla_graph.validation.report import Report
from mla_graph.validation.run import (
    AT_ONCE,
    DEFAULT_ENGINE,
    ENGINES,
    REFEREE,
    read,
    validate_graph,
)

RESULTS = Path(__file__).with_name("results") / "validation.json"
FAULTS_PER_MILLION, EDITS = 1_000, 20
EDIT, PARTS, FAULTY = "edit", "in parts", "faulty"
WAYS = (DEFAULT_ENGINE, PARTS, EDIT, REFEREE)
Figures = dict[str, Any]


def world(size: int, folder: Path) -> list[ox.Quad]:
    """Ontology and facts of about so many triples with a fault in every thousandth."""
    facts = folder / f"world-{size}.nt"
    if not facts.exists():
        with facts.open("wb") as file:
            write(units(Sources.shipped()), size, file, named_graphs=False)
    quads = list(ox.parse(path=facts, format=ox.RdfFormat.N_TRIPLES))
    chance = random.Random(size)
    for number in chance.sample(range(len(quads)), len(quads) * FAULTS_PER_MILLION // 1_000_000):
        quad, other = quads[number], chance.choice(quads)
        if chance.random() < 0.5 and isinstance(quad.object, ox.NamedNode):
            quads[number] = ox.Quad(quad.subject, quad.predicate, other.subject)
        else:
            quads[number] = other
    return [*ontology(), *quads]


def ontology() -> list[ox.Quad]:
    """The terms of which the facts are made."""
    sources = Sources.shipped()
    return read(it for it in sources.graph_files() if it.is_relative_to(sources.ontology))


def faulty(size: int, folder: Path) -> Figures:
    """Write the same world to a file; in a process of its own, as it is in memory there."""
    file = folder / f"faulty-{size}.nt"
    if not file.exists():
        triples = (quad.triple for quad in world(size, folder))
        ox.serialize(triples, file.with_suffix(".partial"), format=ox.RdfFormat.N_TRIPLES)
        file.with_suffix(".partial").rename(file)
    return {}


def in_parts(size: int, folder: Path) -> Figures:
    """Validate the file of a whole world from a store on disk, the loading included."""
    rules = [quad.triple for quad in read(Sources.shipped().shape_files())]
    since, used = time.perf_counter(), time.process_time()
    with tempfile.TemporaryDirectory(dir=folder) as place:
        store = ox.Store(place)
        store.bulk_load(path=folder / f"faulty-{size}.nt", format=ox.RdfFormat.N_TRIPLES)
        engine = ENGINES[DEFAULT_ENGINE]
        report = validate_in_parts(StoredGraph(store), rules, engine, AT_ONCE, _tell)
        found = {
            "triples": len(store),
            "seconds": time.perf_counter() - since,
            "processor seconds": time.process_time() - used,
            "results": len(report.results),
            "digest": digest(report),
        }
        del store  # which keeps files open in the folder
    return found


def _tell(message: str) -> None:
    print(f"  {message}", file=sys.stderr, flush=True)


def digest(report: Report) -> str:
    """The report in short: equal for equal results."""
    lines = sorted(
        f"{r.focus} {path_text(r.path) if r.path else ''} {r.value} {r.component} {r.severity}"
        for r in report.results
    )
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def whole(engine: str, size: int, folder: Path) -> Figures:
    """Validate a whole world."""
    data, shapes = world(size, folder), read(Sources.shipped().shape_files())
    since, used = time.perf_counter(), time.process_time()
    report = validate_graph(data, shapes, engine)
    return {
        "triples": len(data),
        "seconds": time.perf_counter() - since,
        "processor seconds": time.process_time() - used,
        "results": len(report.results),
        "digest": digest(report),
    }


def edits(size: int, folder: Path) -> Figures:
    """Change one value of a fiche at a time, and validate what this can affect."""
    data = list({quad.triple for quad in world(size, folder)})
    rules = [quad.triple for quad in read(Sources.shipped().shape_files())]
    engine, graph = ENGINES[DEFAULT_ENGINE], MemoryGraph(data)
    page = f"<{PREFIXES['implementation']}"
    of_fiches = sorted((t for t in data if str(t.subject).startswith(page)), key=str)
    chosen = random.Random(size).choices(of_fiches or data, k=EDITS)
    wall: list[float] = []
    processor: list[float] = []
    for number, triple in enumerate([chosen[0], *chosen]):
        since, used = time.perf_counter(), time.process_time()
        report = revalidate(
            Report(()), graph, Change(frozenset([triple]), frozenset()), rules, engine
        )
        assert report is not None
        if number:  # the first derives what the shapes read
            wall.append(time.perf_counter() - since)
            processor.append(time.process_time() - used)
    return {
        "triples": len(data),
        "seconds": median(wall),
        "processor seconds": median(processor),
        "slowest": max(processor),
    }


def measured(what: str, size: int, folder: Path, limit: float) -> Figures:
    """The figures of one run in a process of its own, or that the limit ended it."""
    command = [sys.executable, "-m", __spec__.name if __spec__ else "", "--one", what, str(size)]
    print(f"{what} at {size:,} …", file=sys.stderr, flush=True)
    try:
        done = subprocess.run(
            [*command, "--folder", str(folder)], timeout=limit, check=True, stdout=subprocess.PIPE
        )
    except subprocess.TimeoutExpired:
        return {"ended after": limit}
    found: Figures = json.loads(done.stdout)
    return found


def table(found: dict[str, dict[str, Figures]]) -> Iterable[str]:
    """Markdown: a row for each size and way."""
    yield "| triples | how | seconds | processor s | peak MB | results | same report | times |"
    yield "|--:|---|--:|--:|--:|--:|---|--:|"
    for size, ways in found.items():
        fast = next(iter(ways.values()))
        for way, it in ways.items():
            if "ended after" in it:
                least = it["ended after"] / fast["seconds"]
                yield f"| {int(size):,} | {way} | > {it['ended after']:.0f} ||||| > {least:.1f} |"
                continue
            same = ("yes" if it["digest"] == fast["digest"] else "NO") if "digest" in it else ""
            cells = (
                f"{it['triples']:,}",
                way,
                *(f"{it[key]:.2f}" for key in ("seconds", "processor seconds")),
                f"{it['peak MB']:.0f}",
                str(it.get("results", "")),
                same if it is not fast else "",
                f"{it['processor seconds'] / fast['seconds']:.3g}" if it is not fast else "",
            )
            yield f"| {' | '.join(cells)} |"


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, print a table, and write the figures beside this file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[200_000, 1_000_000])
    parser.add_argument("--limit", type=float, default=1500, help="seconds for pySHACL")
    parser.add_argument("--folder", type=Path, help="where worlds are kept")
    parser.add_argument("--only", nargs="+", choices=WAYS, default=WAYS, help="keep the others")
    parser.add_argument("--one", nargs=2, metavar=("WAY", "SIZE"), help=argparse.SUPPRESS)
    asked = parser.parse_args(arguments)
    if asked.one:
        way, size = asked.one[0], int(asked.one[1])
        ways = {EDIT: edits, PARTS: in_parts, FAULTY: faulty}
        found = (ways.get(way) or partial(whole, way))(size, asked.folder)
        found["peak MB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps(found))
        return
    with tempfile.TemporaryDirectory() as scratch:
        folder = asked.folder or Path(scratch)
        kept = json.loads(RESULTS.read_text("utf-8")) if RESULTS.exists() else {}
        for size in asked.sizes:
            found = kept.setdefault(str(size), {})
            for way in asked.only:
                if way == PARTS:
                    measured(FAULTY, size, folder, 7200)
                found[way] = measured(way, size, folder, asked.limit if way == REFEREE else 7200)
            kept[str(size)] = {way: found[way] for way in WAYS if way in found}
    RESULTS.write_text(json.dumps(kept, indent=1) + "\n")
    print("\n".join(table({str(size): kept[str(size)] for size in asked.sizes})))


if __name__ == "__main__":
    main()
