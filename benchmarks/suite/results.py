"""The measurements, kept as one JSON object a line.

A measurement is appended as soon as it is made, so that a run that is cut off loses nothing. Of
measurements of the same thing the last one counts.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

FILE: Final = Path(__file__).parents[1] / "results" / "suite.jsonl"
KEY: Final = ("part", "size", "engine", "name")

Measurement = dict[str, Any]


def key(measurement: Measurement) -> tuple[Any, ...]:
    """What was measured: part, triples, engine and name."""
    return tuple(measurement.get(field) for field in KEY)


class Results:
    """The measurements in a file."""

    def __init__(self, path: Path = FILE) -> None:
        self.path = path
        text = path.read_text("utf-8") if path.exists() else ""
        whole, _, cut_off = text.rpartition("\n")
        self._found = {key(one): one for one in map(json.loads, whole.splitlines())}
        if cut_off:
            self.tidy()

    def __iter__(self) -> Iterator[Measurement]:
        return iter(self._found.values())

    def add(self, measurement: Measurement) -> None:
        """Keep a measurement, on disk before this returns."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("a", encoding="utf-8") as file:
            file.write(_line(measurement))
        self._found[key(measurement)] = measurement

    def has(self, wanted: Measurement) -> bool:
        """Whether this was measured on the same: all that ``wanted`` states is the same there.

        A fault does not count: it is worth another try.
        """
        found = self._found.get(key(wanted), {})
        return "fault" not in found and wanted.items() <= found.items()

    def tidy(self) -> None:
        """Write the file anew with the last measurement of everything."""
        partial = self.path.with_suffix(".partial")
        order = sorted(self._found.values(), key=lambda one: [str(part) for part in key(one)])
        partial.write_text("".join(map(_line, order)), "utf-8")
        partial.replace(self.path)


def _line(measurement: Measurement) -> str:
    return json.dumps(measurement, ensure_ascii=False) + "\n"
