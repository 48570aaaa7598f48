"""Writes the tables and plots of docs/performance.md from the measurements."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from benchmarks.suite.figures import (
    ENGINES,
    NOTHING,
    Figures,
    differing,
    milliseconds,
    noisy,
    plain,
    power,
    seconds,
    significant,
    table,
)
from benchmarks.suite.results import FILE, Measurement, Results

DOCS: Final = Path(__file__).parents[2] / "docs"
PAGE: Final = DOCS / "performance.md"
VALIDATION: Final = FILE.with_name("validation.json")
HTTP: Final = FILE.with_name("http.json")
LOAD_RATIO, COLD_SECONDS, GROWTH = 0.8, 1.0, 3.0
"""What is asked: of the bare engine's pace, until a first answer, from smallest to largest."""
_NOT_YET: Final = "Not measured yet."
_PLACE: Final = "<!-- written by make bench-suite: {} -->\n", "<!-- end of {} -->"


def write(results: Results) -> None:
    """Renew every table and plot for which there are figures."""
    found = list(results)
    text = PAGE.read_text("utf-8")
    for name, content in sections(found).items():
        text = placed(text, name, content)
    PAGE.write_text(text, "utf-8")
    _draw(found)


def placed(text: str, name: str, content: str) -> str:
    """The page with this content between the marks of the name."""
    start, end = (mark.format(name) for mark in _PLACE)
    before, found, rest = text.partition(start)
    if not found:
        raise ValueError(f"the page has no place for {name}")
    return f"{before}{start}\n{content}\n\n{end}{rest.partition(end)[2]}"


def sections(found: list[Measurement]) -> dict[str, str]:
    """The content of each place of the page."""
    queries, samples = Figures(found, "query"), Figures(found, "sample")
    return {
        "machine": machine(found),
        "load": load(Figures(found, "loading")),
        "cold start": cold(Figures(found, "cold")),
        "memory": memory(Figures(found, "memory")),
        "engines": engines(Figures(found, "load"), "load", seconds),
        "growth": growth(queries),
        "random values": growth(samples),
        "lists": growth(Figures(found, "list")),
        "dossier": growth(Figures(found, "dossier")),
        "side by side": side_by_side(queries),
        "differences": differences(queries, samples),
        "refusals": refusals(found),
        "making": making(Figures(found, "making")),
        "validation": validation(),
        "http": http(),
    }


def machine(found: list[Measurement]) -> str:
    """What was measured when, on what, and whether others used the machine meanwhile."""
    runs = {one["at"]: one for one in found if one["part"] == "machine"}
    groups: dict[tuple[int, str], list[Measurement]] = {}
    for one in found:
        if one["part"] != "machine" and one["engine"]:
            groups.setdefault((one["size"], one["engine"]), []).append(one)
    machines = sorted({_machine(runs[one["at"]]) for one in found if one["at"] in runs})
    rows = [
        (
            power(size),
            ENGINES[engine],
            max(one["at"] for one in group)[:16].replace("T", " "),
            f"{max(one['others'] for one in group):.0%}",
            "**noisy**" if any(map(noisy, group)) else "quiet",
        )
        for (size, engine), group in sorted(
            groups.items(), key=lambda item: (item[0][0], list(ENGINES).index(item[0][1]))
        )
    ]
    head = ("triples", "engine", "measured (UTC)", "used by others", "")
    return "\n\n".join([*machines, table(head, rows, 2), *mixed(found)])


def mixed(found: list[Measurement]) -> Iterator[str]:
    """A warning if the figures are not all of the same program and the same queries."""
    worlds = {one["world"] for one in found if "world" in one}
    texts: dict[str, set[str]] = {}
    for one in found:
        if one["part"] == "query":
            texts.setdefault(one["name"], set()).add(one["text"])
    changed = sorted(name for name, known in texts.items() if len(known) > 1)
    if len(worlds) > 1:
        yield f"**These are figures of {len(worlds)} states of facts and rules.**"
    if changed:
        yield f"**These queries changed between the measurements: {', '.join(changed)}.**"


def load(found: Figures) -> str:
    """Loading beside the bare engine."""

    def rows() -> Iterator[tuple[str, ...]]:
        for size in found.sizes:
            for engine in found.engines:
                one = found.get(size, engine, "loading")
                for way, name in (("load", "a file"), ("serve", "a release, as `serve` does")):
                    if way in one:
                        ratio = one["bare"] / one[way]
                        yield (
                            power(size), ENGINES[engine], name, significant(one["bare"]),
                            significant(one[way]), _judged(ratio, ratio >= LOAD_RATIO),
                        )  # fmt: skip

    return table(("triples", "into", "what", "bare, s", "here, s", "pace"), rows(), 3)


def cold(found: Figures) -> str:
    """Times until a first answer."""

    def rows() -> Iterator[tuple[str, ...]]:
        for size in found.sizes:
            one = found.get(size, "disk", "cold")
            if "instrument" in one:
                yield (
                    power(size),
                    *(_judged(one[way], one[way] < COLD_SECONDS) for way in ("open", "instrument")),
                    significant(one["command"]),
                    significant(one["serve"]),
                )

    head = (
        "triples",
        "store, s",
        "an instrument, s",
        "`mla-graph query`, s",
        "`mla-graph serve`, s",
    )
    return table(head, rows())


def memory(found: Figures) -> str:
    """Resident memory at rest and at most."""

    def shown(one: Measurement) -> str:
        if "steady" not in one:
            return NOTHING
        return f"{one['steady'] / 2**20:,.0f} ({one['peak'] / 2**20:,.0f})"

    rows = (
        (ENGINES[engine], *(shown(found.get(size, engine, "memory")) for size in found.sizes))
        for engine in found.engines
    )
    return table(("engine", *map(power, found.sizes)), rows)


def engines(found: Figures, name: str, shown: Any) -> str:
    """A figure of each engine by size."""
    rows = (
        (
            ENGINES[engine],
            *(shown(found.get(size, engine, name)) or NOTHING for size in found.sizes),
            plain(found.exponent(engine, name)),
        )
        for engine in found.engines
    )
    return table(("engine", *map(power, found.sizes), "exponent"), rows)


def growth(found: Figures) -> str:
    """Milliseconds of each question in both storage modes, and how they grow."""
    parts = []
    for engine in ("memory", "disk"):
        if engine not in found.engines:
            continue
        sizes = [
            size for size in found.sizes if any(found.get(size, engine, n) for n in found.names)
        ]
        rows = [_growth_row(found, engine, name, sizes) for name in found.names]
        head = ("", "about", "rows", *map(power, sizes), "ratio", "exponent")
        parts.append(f"**{ENGINES[engine].capitalize()}**, milliseconds\n\n{table(head, rows, 2)}")
    return "\n\n".join(parts)


def _growth_row(found: Figures, engine: str, name: str, sizes: list[int]) -> tuple[str, ...]:
    ones = [found.get(size, engine, name) for size in sizes]
    kind = next((one["kind"] for one in ones if "kind" in one), "pair" if name == "dossier" else "")
    counts = [sum(one["rows"]) for one in ones if "rows" in one]
    rows = NOTHING if not counts else f"{counts[0]}" if len(set(counts)) == 1 else (
        f"{counts[0]} … {counts[-1]}"
    )  # fmt: skip
    ratio = found.ratio(engine, name)
    judged = plain(ratio)
    if ratio is not None and kind in ("state", "pair"):
        judged = _judged(ratio, ratio <= GROWTH)
    return (
        name, kind, rows, *map(milliseconds, ones), judged, plain(found.exponent(engine, name)),
    )  # fmt: skip


def side_by_side(queries: Figures) -> str:
    """Every engine, at each size."""
    parts = []
    for size in queries.sizes:
        asked = [e for e in queries.engines if any(queries.get(size, e, n) for n in queries.names)]
        rows = [
            (name, *(milliseconds(queries.get(size, engine, name)) for engine in asked))
            for name in queries.names
        ]
        head = ("", *(ENGINES[engine] for engine in asked))
        parts.append(f"**{power(size)} triples**, milliseconds\n\n{table(head, rows)}")
    return "\n\n".join(parts)


def differences(*parts: Figures) -> str:
    """Where engines gave different numbers of rows for the same text."""
    rows = [
        (power(size), name, ", ".join(f"{ENGINES[e]}: {_counts(n)}" for e, n in counts.items()))
        for part in parts
        for size, name, counts in differing(part)
    ]
    if not rows:
        return "Every engine gave as many rows as every other, for every text."
    return f"**{len(rows)} faults**\n\n{table(('triples', 'query', 'rows'), rows, 3)}"


def refusals(found: list[Measurement]) -> str:
    """What an engine said where it did not answer."""
    said: dict[tuple[str, str], list[str]] = {}
    for one in found:
        reason = one.get("fault") or one.get("missing")
        if reason and one["part"] != "machine":
            said.setdefault((one["engine"], reason.replace("|", "/")), []).append(
                f"{one['name']} ({power(one['size'])})"
            )
    if not said:
        return "None."
    rows = (
        (ENGINES.get(engine, engine), ", ".join(sorted(set(names))), reason)
        for (engine, reason), names in said.items()
    )
    return table(("engine", "asked", "said"), rows, 3)


def making(found: Figures) -> str:
    """What it takes to make the worlds."""
    rows = (
        (name, *(seconds(found.get(size, "", name)) for size in found.sizes))
        for name in found.names
    )
    return table(("seconds", *map(power, found.sizes)), rows)


def validation(path: Path = VALIDATION) -> str:
    """The figures that the benchmark of validation keeps: by size, then by way."""
    found = _kept(path)
    if found is None:
        return _NOT_YET

    def rows() -> Iterator[tuple[str, ...]]:
        for size, ways in found.items():
            first = next(iter(ways.values()))
            for way, one in ways.items():
                late = one.get("ended after")
                # All but the fast engine have one thread, which never waits: a busy machine makes
                # them seem slower, but takes no more of the processor.
                taken = late or one["seconds" if one is first else "processor seconds"]
                same = {True: "yes", False: "**no**"}[one.get("digest") == first.get("digest")]
                yield (
                    power(int(size)),
                    way,
                    f"> {late:g}" if late else significant(taken),
                    f"{one['peak MB']:,.0f}" if "peak MB" in one else NOTHING,
                    same if "digest" in one and one is not first else NOTHING,
                    f"{'> ' if late else ''}{significant(taken / first['seconds'])}"
                    if len(ways) > 1
                    else NOTHING,
                )

    return table(("triples", "how", "seconds", "peak MB", "same report", "times"), rows(), 2)


def http(path: Path = HTTP) -> str:
    """The table that ``make bench-http`` keeps."""
    found = _kept(path)
    if found is None:
        return _NOT_YET
    return f"{found['at']}, {found['machine']}\n\n{table(found['head'], found['rows'])}"


def _kept(path: Path) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] = json.loads(path.read_bytes())
    except FileNotFoundError:
        return None
    return found


def _draw(found: list[Measurement]) -> None:
    from benchmarks.suite import plots

    queries, loads, memories = (Figures(found, part) for part in ("query", "load", "memory"))
    plots.growth(
        DOCS / "performance-queries.svg", "Queries about a state, median", "milliseconds",
        plots.middle(queries, "state"),
    )  # fmt: skip
    plots.growth(
        DOCS / "performance-load.svg", "Load, until a first answer", "seconds",
        {engine: loads.series(engine, "load") for engine in loads.engines},
    )  # fmt: skip
    gigabytes = {
        engine: (sizes, [value / 2**30 for value in values])
        for engine in memories.engines
        for sizes, values in [memories.series(engine, "memory", "steady")]
    }
    plots.growth(DOCS / "performance-memory.svg", "Memory, at rest", "GiB", gigabytes)
    plots.each_query(DOCS / "performance-each.svg", queries)


def _machine(run: Measurement) -> str:
    versions = ", ".join(f"{name} {number}" for name, number in run["versions"].items())
    return (
        f"{run['cores']} cores ({run['processor']}), {run['memory'] / 2**30:.0f} GiB, "
        f"{run['system']}, Python {run['python']}; {versions}."
    )


def _counts(rows: list[int]) -> str:
    return " ".join(map(str, rows))


def _judged(value: float, held: bool) -> str:
    return f"{value:.2f}" if held else f"**{value:.2f}**"


if __name__ == "__main__":
    write(Results())
