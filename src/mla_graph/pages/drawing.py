"""What drawings of pages need to know: shapes of states, places of boxes."""

import json
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

_LETTERS: Final = 30
"""Letters in a line of a box."""
_LINES: Final = 2
_STEP: Final = 70
"""Height of a box with the room below it, in units of the drawing."""
_MOST: Final = 12
"""Boxes on a side of the drawing; the list beside it has all."""


@dataclass(frozen=True)
class Box:
    """A thing in the drawing: what stands in it, where it leads, the line to the middle."""

    iri: str
    lines: Sequence[str]
    relation: str
    outgoing: bool
    top: int


@dataclass(frozen=True)
class Network:
    """An instrument in the middle, those that point to it at the left, the others at the right."""

    lines: Sequence[str]
    boxes: Sequence[Box]
    height: int


@cache
def world() -> Mapping[str, Any]:
    """Give the map: shapes as SVG paths and points by code, the land of no state, the size.

    Natural Earth, public domain; ``tools/world.py`` makes the file.
    """
    shapes: dict[str, Any] = json.loads(Path(__file__).with_name("world.json").read_text("utf-8"))
    return shapes


def network(name: str, relations: Sequence[Mapping[str, Any]]) -> Network:
    """Place an instrument between those to which it has a relation (rows of the saved query)."""
    boxes = []
    sides = {
        way: [r for r in relations if r["direction"] == way] for way in ("incoming", "outgoing")
    }
    for way, found in sides.items():
        alike = list({(row["other"], row["relation"]): row for row in found}.values())[:_MOST]
        boxes += [
            Box(row["other"], _wrapped(row["otherLabel"]), row["relationLabel"],
                way == "outgoing", number * _STEP)
            for number, row in enumerate(alike)
        ]  # fmt: skip
    most = max((box.top for box in boxes), default=0)
    return Network(_wrapped(name), boxes, most + _STEP)


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, _LETTERS, max_lines=_LINES, placeholder=" …")
