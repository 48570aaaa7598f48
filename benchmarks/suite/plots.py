"""The plots of docs/performance.md: narrow, in black and white, as SVG with real text."""

import re
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any, Final

import matplotlib

from benchmarks.suite.figures import ENGINES, Figures, plain, power
from benchmarks.suite.growth import exponent

matplotlib.use("svg")
from matplotlib import pyplot

WIDTH: Final = 4.3
"""Inches; 72 points each: as wide as a phone."""
STYLES: Final[dict[str, dict[str, Any]]] = {
    "memory": {"marker": "o", "linestyle": "-", "color": "black"},
    "disk": {"marker": "s", "linestyle": "--", "color": "black"},
    "oxigraph": {"marker": "^", "linestyle": "-.", "color": "0.35"},
    "virtuoso": {"marker": "D", "linestyle": ":", "color": "0.35"},
    "rdflib": {"marker": "x", "linestyle": "-", "color": "0.6"},
    "rdflib-endpoint": {"marker": "+", "linestyle": "--", "color": "0.6"},
}
SETTINGS: Final = {
    "svg.fonttype": "none", "svg.hashsalt": "mla-graph", "font.family": "sans-serif",
    "font.size": 8, "lines.markersize": 3.5, "lines.linewidth": 0.9, "axes.linewidth": 0.6,
    "legend.frameon": False, "axes.grid": True, "grid.linewidth": 0.3, "grid.color": "0.8",
    "axes.spines.top": False, "axes.spines.right": False,
}  # fmt: skip

Series = tuple[Sequence[float], Sequence[float]]


def growth(path: Path, title: str, unit: str, series: dict[str, Series]) -> None:
    """One plot with logarithmic axes; the legend gives the exponent of each engine."""
    with pyplot.rc_context(SETTINGS):
        figure, axes = pyplot.subplots(figsize=(WIDTH, 4.2), layout="constrained")
        for engine, (sizes, values) in series.items():
            label = f"{ENGINES[engine]}{_grows(exponent(sizes, values))}"
            axes.plot(sizes, values, label=label, **STYLES[engine])
        _logarithmic(axes, sorted({size for sizes, _ in series.values() for size in sizes}))
        axes.set_title(title, fontsize=9)
        axes.set_xlabel("triples")
        axes.set_ylabel(unit)
        axes.legend(loc="upper left", bbox_to_anchor=(0, -0.18), fontsize=7)
        _save(figure, path)


def each_query(path: Path, queries: Figures) -> None:
    """A small plot for each query, all with the same axes."""
    names, columns = queries.names, 3
    lines = -(-len(names) // columns)
    with pyplot.rc_context(SETTINGS | {"font.size": 6, "lines.markersize": 2.2}):
        figure, grid = pyplot.subplots(
            lines, columns, figsize=(WIDTH, 1.15 * lines + 0.6), sharex=True, sharey=True,
            layout="constrained", squeeze=False,
        )  # fmt: skip
        for axes, name in zip(grid.flat, names, strict=False):
            for engine in queries.engines:
                sizes, values = queries.series(engine, name)
                axes.plot(sizes, [1000 * v for v in values], label=ENGINES[engine],
                          **STYLES[engine])  # fmt: skip
            fitted = [plain(queries.exponent(engine, name)) for engine in ("memory", "disk")]
            axes.set_title(f"{name}\n{' · '.join(fitted)}", fontsize=6, pad=2)
            _logarithmic(axes, queries.sizes)
        for axes in grid.flat[len(names) :]:
            axes.set_axis_off()
        figure.legend(*grid.flat[0].get_legend_handles_labels(), loc="outside upper center",
                      ncols=3, fontsize=6)  # fmt: skip
        figure.supylabel("milliseconds", fontsize=7)
        figure.supxlabel("triples", fontsize=7)
        _save(figure, path)


def middle(queries: Figures, kind: str) -> dict[str, Series]:
    """For each engine the median, over the queries of a kind, of their milliseconds.

    A query that an engine did not answer in time counts with its limit.
    """
    found: dict[str, Series] = {}
    for engine in queries.engines:
        sizes, values = [], []
        for size in queries.sizes:
            taken = [
                1000 * one.get("seconds", one.get("over"))
                for name in queries.names
                if (one := queries.get(size, engine, name)).get("kind") == kind
                and ("seconds" in one or "over" in one)
            ]
            if taken:
                sizes.append(size)
                values.append(median(taken))
        found[engine] = (sizes, values)
    return found


def _grows(slope: float | None) -> str:
    return "" if slope is None else f", exponent {slope:.2f}"


def _logarithmic(axes: Any, sizes: Sequence[float]) -> None:
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xticks(sizes, [power(int(size)) for size in sizes])
    axes.minorticks_off()
    axes.tick_params(length=0)


def _save(figure: Any, path: Path) -> None:
    figure.savefig(path, metadata={"Date": None})
    pyplot.close(figure)
    short = re.sub(r"(\.\d\d)\d+", r"\1", path.read_text("utf-8"))
    path.write_text("".join(f"{line.strip()}\n" for line in short.splitlines()), "utf-8")
