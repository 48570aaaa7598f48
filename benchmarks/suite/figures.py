"""Looking up measurements, and showing them as text."""

from collections.abc import Iterable, Sequence
from typing import Final

from benchmarks.suite.growth import exponent
from benchmarks.suite.machine import NOISY
from benchmarks.suite.results import Measurement

ENGINES: Final = {
    "memory": "embedded, memory",
    "disk": "embedded, disk",
    "oxigraph": "Oxigraph server",
    "virtuoso": "Virtuoso",
    "rdflib": "rdflib",
    "rdflib-endpoint": "rdflib-endpoint",
}
"""How each engine is called on the page, in the order of the columns."""
NOTHING: Final = "–"


class Figures:
    """Measurements of one part, by size, engine and name."""

    def __init__(self, measurements: Iterable[Measurement], part: str) -> None:
        self._found = {
            (one["size"], one["engine"], one["name"]): one
            for one in measurements
            if one["part"] == part
        }
        self.sizes = sorted({size for size, _, _ in self._found})
        self.names = sorted({name for _, _, name in self._found})
        present = {engine for _, engine, _ in self._found}
        self.engines = [engine for engine in ENGINES if engine in present]

    def get(self, size: int, engine: str, name: str) -> Measurement:
        """The measurement; an empty one if there is none."""
        return self._found.get((size, engine, name), {})

    def series(
        self, engine: str, name: str, figure: str = "seconds"
    ) -> tuple[list[int], list[float]]:
        """The sizes at which there is a figure, and the figures."""
        found = [
            (size, one[figure])
            for size in self.sizes
            if figure in (one := self.get(size, engine, name))
        ]
        return [size for size, _ in found], [value for _, value in found]

    def exponent(self, engine: str, name: str, figure: str = "seconds") -> float | None:
        """How the figure grows: see ``growth.exponent``."""
        return exponent(*self.series(engine, name, figure))

    def ratio(self, engine: str, name: str) -> float | None:
        """The figure of the largest size relative to that of the smallest."""
        _, values = self.series(engine, name)
        return values[-1] / values[0] if len(values) > 1 and values[0] else None


def differing(queries: Figures) -> list[tuple[int, str, dict[str, list[int]]]]:
    """Size, query and rows by engine wherever engines answer the same text differently."""
    found = []
    for size in queries.sizes:
        for name in queries.names:
            answers: dict[tuple[str, str], dict[str, list[int]]] = {}
            for engine in queries.engines:
                one = queries.get(size, engine, name)
                if "rows" in one:
                    same = answers.setdefault((one["text"], one["world"]), {})
                    same[engine] = one["rows"]
            found += [
                (size, name, rows)
                for rows in answers.values()
                if len({tuple(counts) for counts in rows.values()}) > 1
            ]
    return found


def noisy(measurement: Measurement) -> bool:
    """Whether others used the machine when this was measured."""
    return bool(measurement.get("others", 0) >= NOISY)


def milliseconds(measurement: Measurement) -> str:
    """The figure of a question in milliseconds, or why there is none."""
    if "seconds" in measurement:
        return significant(1000 * measurement["seconds"])
    if "over" in measurement:
        return f"> {measurement['over']:g} s"
    if "missing" in measurement:
        return NOTHING
    return "refused" if "fault" in measurement else ""


def seconds(measurement: Measurement) -> str:
    """The same in seconds."""
    if "seconds" in measurement:
        return significant(measurement["seconds"])
    return milliseconds(measurement)


def significant(value: float) -> str:
    """Three digits, without a power of ten."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}" if value >= 0.1 else f"{value:.3f}"


def plain(value: float | None) -> str:
    """Two decimals, or a dash."""
    return NOTHING if value is None else f"{value:.2f}"


def power(size: int) -> str:
    """10⁵ for 100,000; other numbers in full."""
    digits = str(size)
    if digits.strip("0") != "1":
        return f"{size:,}"
    return "10" + str(len(digits) - 1).translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"))


def table(head: Sequence[str], rows: Iterable[Sequence[str]], left: int = 1) -> str:
    """A table in Markdown, the first columns to the left, the others to the right."""
    marks = ["---" if number < left else "--:" for number in range(len(head))]
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, marks, *rows))
