"""`make bench-growth`: how loading, opening and answering grow with the graph.

Invented worlds of several sizes, each the beginning of the next, so that the probes have the same
answers in all of them and what grows is due to the graph alone (queries on the whole graph, marked
*, have longer answers too). Prints medians, the ratio of largest to smallest, and the exponent of a
fit: 0 does not grow, 1 grows as the graph does.
"""

import argparse
import json
import math
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from statistics import median

import pyoxigraph as ox

from mla_graph.dossier.compose import compose, understand
from mla_graph.model.sources import Sources
from mla_graph.release.derive import derive
from mla_graph.release.directory import Release, open_release, read
from mla_graph.release.large import build_large, load
from mla_graph.saved_queries.catalogue import Catalogue
from mla_graph.saved_queries.run import bind
from mla_graph.store.embedded import EmbeddedStore
from mla_graph.synth.probes import GLOBAL, PAIRS, probes
from mla_graph.synth.world import units, write

SIZES, MODES = (100_000, 1_000_000), ("memory", "disk")
PER_QUERY, MOST_RUNS, FEWEST_RUNS = 1.0, 50, 3
"""Seconds after which a query is not asked again, and how often it is asked."""
Figures = dict[str, float]


def timed(call: Callable[[], object]) -> float:
    """The seconds of one call."""
    since = time.perf_counter()
    call()
    return time.perf_counter() - since


def seconds(call: Callable[[], object]) -> float:
    """The median time of a call, after one that warms up."""
    call()
    found: list[float] = []
    while len(found) < FEWEST_RUNS or (sum(found) < PER_QUERY and len(found) < MOST_RUNS):
        found.append(timed(call))
    return median(found)


def prepared(size: int, folder: Path) -> Release:
    """The release of a world of this size, made unless the folder has it."""
    out = folder / f"world-{size}"
    if release := read(out):
        return release
    facts = folder / f"world-{size}.nt"
    with facts.open("wb") as file:
        write(units(Sources.shipped()), size, file, named_graphs=False)
    return build_large(Sources.shipped(), facts, out, progress=tell)


def rules(size: int, folder: Path) -> Figures:
    """Processor seconds of each rule that derives triples, one after the other, on disk."""
    sources = Sources.shipped()
    with tempfile.TemporaryDirectory(dir=folder) as place:
        store = ox.Store(place)
        load(store, sources, folder / f"world-{size}.nt")
        found: Figures = {}
        for rule in sources.rule_files():
            since = time.process_time()
            derive(store, [rule])
            found[f"rule {rule.stem}"] = time.process_time() - since
            tell(f"{rule.stem}: {found[f'rule {rule.stem}']:.1f} s")
        del store
    return found


def opened(release: Release, mode: str) -> tuple[EmbeddedStore, Figures]:
    """The store, and the seconds until it has given a first answer."""
    since = time.perf_counter()
    store = open_release(release, in_memory=mode == "memory")
    list(store.query("SELECT ?s WHERE { ?s ?p ?o } LIMIT 1"))
    first = time.perf_counter() - since
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return store, {"open and first answer": first, "memory in MB": peak}


def loading(release: Release, mode: str) -> Figures:
    """Seconds of a load as the product does it, and of the bare engine's, taken in turns."""

    def ours() -> None:
        with tempfile.TemporaryDirectory() as place:
            store = EmbeddedStore.create(Path(place)) if mode == "disk" else None
            store = store or EmbeddedStore.in_memory()
            store.load(release.nquads, ox.RdfFormat.N_QUADS)
            store.close()

    def bare() -> None:
        with tempfile.TemporaryDirectory() as place:
            store = ox.Store(place) if mode == "disk" else ox.Store()
            store.bulk_load(path=release.nquads, format=ox.RdfFormat.N_QUADS)

    pairs = [(timed(ours), timed(bare)) for _ in range(3)]
    mine, bares = (median(column) for column in zip(*pairs, strict=True))
    return {"load": mine, "load, bare engine": bares}


def answering(store: EmbeddedStore) -> Iterator[tuple[str, float]]:
    """Seconds of every saved query, of what applies, and of a dossier, with the rows."""
    catalogue = Catalogue.load(Sources.shipped().queries)
    for name, values in probes(catalogue):
        text = bind(catalogue.get(name), store, values).text
        shown = f"{name}{' *' if name in GLOBAL else ''}"
        yield f"rows of {shown}", len(list(store.query(text)))
        yield shown, seconds(lambda text=text: list(store.query(text)))
    applicable, dossiers = [], []
    for pair in PAIRS:
        names = ("requesting", "executing", "measure", "on")
        raw = {name: [value] for name, value in zip(names, pair, strict=True)}
        text = bind(catalogue.get("applicable-instruments"), store, raw).text
        applicable.append(seconds(lambda text=text: list(store.query(text))))
        asked = understand(catalogue, store, raw)
        dossiers.append(seconds(lambda asked=asked: compose(catalogue, store, asked)))
    yield "applicable-instruments, five questions", median(applicable)
    yield "dossier, five questions", median(dossiers)


def measure(size: int, mode: str, folder: Path) -> Figures:
    """All figures of one size and mode; in a process of its own, for the memory's sake."""
    release = prepared(size, folder)
    store, found = opened(release, mode)
    found["quads"] = release.manifest.quads
    found |= dict(answering(store))
    store.close()
    return found


def exponent(sizes: Sequence[int], values: Sequence[float]) -> float:
    """The slope of a straight line through the logarithms."""
    xs, ys = [math.log(size) for size in sizes], [math.log(max(v, 1e-9)) for v in values]
    mean_x, mean_y = sum(xs) / len(xs), sum(ys) / len(ys)
    above = sum((x - mean_x) * (y - mean_y) for x, y in zip(xs, ys, strict=True))
    return above / sum((x - mean_x) ** 2 for x in xs)


def table(found: dict[int, Figures]) -> Iterator[str]:
    """A row for each figure: its values by size, and how it grows."""
    sizes = sorted(found)
    yield f"{'':<42}" + "".join(f"{size:>14,}" for size in sizes) + "   ratio  exponent"
    for name in found[sizes[0]]:
        values = [found[size][name] for size in sizes]
        counted = name.startswith("rows of") or name in ("quads", "memory in MB")
        shown = [f"{v:,.0f}" if counted else f"{1000 * v:,.2f} ms" for v in values]
        growth = values[-1] / values[0] if values[0] else math.nan
        slope = exponent(sizes, values) if len(sizes) > 1 else 0.0
        yield f"{name:<42}" + "".join(f"{v:>14}" for v in shown) + f"{growth:8.2f} {slope:9.2f}"


def apart(what: str, size: int, mode: str, folder: Path) -> Figures:
    """Take figures in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.growth", "--one", what, str(size), mode]
    answer = subprocess.run(
        [*command, "--folder", str(folder)], check=True, stdout=subprocess.PIPE, text=True
    )
    figures: Figures = json.loads(answer.stdout)
    return figures


def one(what: str, size: int, mode: str, folder: Path) -> Figures:
    """The figures of one kind, size and mode."""
    if what == "load":
        return loading(prepared(size, folder), mode)
    return rules(size, folder) if what == "rules" else measure(size, mode, folder)


def tell(message: str) -> None:
    """Say on stderr how far it is."""
    print(message, file=sys.stderr, flush=True)


def main() -> int:
    """Measure what was asked for."""
    parser = argparse.ArgumentParser(prog="make bench-growth", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="triples of each world")
    parser.add_argument("--modes", nargs="+", default=MODES, choices=MODES)
    parser.add_argument("--folder", type=Path, help="keep the worlds here, and use what it has")
    parser.add_argument("--json", type=Path, help="write the figures here too")
    parser.add_argument("--no-load", action="store_true", help="leave out the times of loading")
    parser.add_argument("--rules", action="store_true", help="time each rule that derives triples")
    parser.add_argument("--one", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        what, size, mode = options.one
        print(json.dumps(one(what, int(size), mode, options.folder)))
        return 0
    with tempfile.TemporaryDirectory(prefix="mla-graph-growth-") as place:
        folder = (options.folder or Path(place)).absolute()
        folder.mkdir(parents=True, exist_ok=True)
        everything: dict[str, dict[int, Figures]] = {}
        for size in options.sizes:
            needed = timed(lambda size=size: prepared(size, folder))
            tell(f"A world of {size:,} triples took {needed:.0f} s.")
            if options.rules:
                everything.setdefault("rules", {})[size] = apart("rules", size, "disk", folder)
            for mode in options.modes:
                found = {} if options.no_load else apart("load", size, mode, folder)
                found |= apart("answers", size, mode, folder)
                everything.setdefault(mode, {})[size] = found
    for name, found in everything.items():
        print(f"\n{name}")
        print("\n".join(table(found)))
    if options.json:
        figures = {"cpus": os.cpu_count(), "engine": ox.__version__, "figures": everything}
        options.json.write_text(json.dumps(figures, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
