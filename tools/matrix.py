"""Draws a matrix as SVG: rows, columns, shaded cells with a word in them, and a legend.

The picture carries its own colours for light and dark, in one hue from pale to deep, so that the
order of shades is seen whatever colours the eye tells apart. Every cell has a title for whoever
points at it or has the picture read out.
"""

import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

Mark = Literal["corner", "cross", "dashed"]

SHADES: Final = 8
"""Shades go from 0, the palest, to 7."""

_LIGHT: Final = ("f1f6fb", "dbe9f6", "bdd7ee", "93c1e3", "63a6d6", "2b74b3", "1a5896", "083a73")
_DARK: Final = ("12202f", "16304a", "1b4166", "20568a", "2b74b3", "63a6d6", "93c6ec", "cbe5fa")
_FIRST_WHITE: Final = 5
_LAST_WHITE_IN_DARK: Final = 4

_FONT: Final = 12
_LETTER: Final = 6.9
"""About how wide a letter is."""
_GAP: Final = 12
_HEIGHT: Final = 20
_SVG: Final = "http://www.w3.org/2000/svg"


@dataclass(frozen=True)
class Cell:
    """What stands where a row meets a column; without a shade the cell is only outlined."""

    title: str
    word: str = ""
    shade: int | None = None
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True)
class Matrix:
    """A picture to draw; cells are found by the keys of their row and column."""

    title: str
    description: str
    rows: Sequence[tuple[str, str]]
    columns: Sequence[tuple[str, str]]
    cells: dict[tuple[str, str], Cell]
    legend: Sequence[tuple[Cell, str]]
    width: int = 30
    foot: Sequence[str] = ()


def draw(matrix: Matrix) -> str:
    """Draw the picture as the text of an SVG file."""
    slanted = max(len(label) for _, label in matrix.columns) * _LETTER > matrix.width
    left = _GAP * 2 + max(len(label) for _, label in matrix.rows) * _LETTER
    head = max(len(label) for _, label in matrix.columns) * _LETTER * 0.75 if slanted else _FONT
    top = _GAP * 3 + _FONT * 1.5 + head
    right = left + matrix.width * len(matrix.columns)
    bottom = top + _HEIGHT * len(matrix.rows)
    width = right + (_GAP + head if slanted else _GAP * 2)
    legend, end = _legend(matrix, _GAP * 2, bottom + _GAP * 2.5, width - _GAP)
    height = end + _GAP

    root = ET.Element(
        "svg",
        {
            "xmlns": _SVG,
            "viewBox": f"0 0 {width:.0f} {height:.0f}",
            "width": f"{width:.0f}",
            "height": f"{height:.0f}",
            "role": "img",
            "aria-labelledby": "title desc",
        },
    )
    ET.SubElement(root, "title", {"id": "title"}).text = matrix.title
    ET.SubElement(root, "desc", {"id": "desc"}).text = matrix.description
    ET.SubElement(root, "style").text = _style()
    ET.SubElement(root, "rect", {"class": "paper", "width": "100%", "height": "100%"})
    _text(root, matrix.title, _GAP * 2, _GAP + _FONT, {"class": "name"})
    for number, (_, label) in enumerate(matrix.rows):
        y = top + number * _HEIGHT
        if number % 2:
            _rect(root, _GAP, y, right - _GAP, _HEIGHT, "band")
        _text(root, label, left - _GAP / 2, y + _HEIGHT * 0.7, {"text-anchor": "end"})
    for number, (_, label) in enumerate(matrix.columns):
        x = left + (number + 0.5) * matrix.width
        if slanted:
            turned = {"transform": f"rotate(-45 {x:g} {top - 6:g})"}
            _text(root, label, x, top - 6, turned)
        else:
            for y in (top - 6, bottom + _FONT + 2):
                _text(root, label, x, y, {"text-anchor": "middle"})
    for i, (row, _) in enumerate(matrix.rows):
        for j, (column, _) in enumerate(matrix.columns):
            if cell := matrix.cells.get((row, column)):
                x, y = left + j * matrix.width, top + i * _HEIGHT
                root.append(_cell(cell, x, y, matrix.width))
    root.extend(legend)
    for element in root:
        element.tail = "\n"
    return ET.tostring(root, "unicode") + "\n"


def _cell(cell: Cell, x: float, y: float, width: float) -> ET.Element:
    group = ET.Element("g")
    if cell.title:
        ET.SubElement(group, "title").text = cell.title
    shade = "none" if cell.shade is None else f"f{cell.shade}"
    box = f"cell {shade} dashed" if "dashed" in cell.marks else f"cell {shade}"
    _rect(group, x + 1.5, y + 1.5, width - 3, _HEIGHT - 3, box)
    ink = f"ink t{cell.shade}" if cell.shade is not None else "ink"
    if "corner" in cell.marks:
        points = f"M{x + 2:g} {y + 2:g}h8l-8 8z"
        ET.SubElement(group, "path", {"class": ink, "d": points})
    if "cross" in cell.marks:
        points = f"M{x + 4:g} {y + 4:g}L{x + width - 4:g} {y + _HEIGHT - 4:g}"
        points += f"M{x + width - 4:g} {y + 4:g}L{x + 4:g} {y + _HEIGHT - 4:g}"
        ET.SubElement(group, "path", {"class": f"{ink} line", "d": points})
    if cell.word:
        middle = {"text-anchor": "middle", "class": f"{ink} word"}
        _text(group, cell.word, x + width / 2, y + _HEIGHT * 0.7, middle)
    return group


def _legend(
    matrix: Matrix, left: float, top: float, right: float
) -> tuple[list[ET.Element], float]:
    """Draw the samples with their meanings and the foot; return where they end."""
    found: list[ET.Element] = []
    x, y = left, top
    for cell, meaning in matrix.legend:
        wide = matrix.width + 6 + len(meaning) * _LETTER
        if x > left and x + wide > right:
            x, y = left, y + _HEIGHT * 1.3
        group = ET.Element("g")
        group.append(_cell(cell, x, y, matrix.width))
        _text(group, meaning, x + matrix.width + 6, y + _HEIGHT * 0.7)
        found.append(group)
        x += wide + _GAP * 1.5
    y += _HEIGHT * 1.3
    for line in matrix.foot:
        group = ET.Element("g")
        _text(group, line, left, y + _HEIGHT * 0.7)
        found.append(group)
        y += _HEIGHT
    return found, y


def _text(
    parent: ET.Element, text: str, x: float, y: float, further: dict[str, str] | None = None
) -> None:
    place = {"x": f"{x:g}", "y": f"{y:g}"}
    ET.SubElement(parent, "text", place | (further or {})).text = text


def _rect(parent: ET.Element, x: float, y: float, width: float, height: float, kind: str) -> None:
    place = {"x": f"{x:g}", "y": f"{y:g}", "width": f"{width:g}", "height": f"{height:g}"}
    ET.SubElement(parent, "rect", {"class": kind} | place)


def _style() -> str:
    """Colours for light, and for a reader who prefers dark."""
    light = [
        "text{font-family:Helvetica,Arial,sans-serif;font-size:12px;fill:#1f2328}",
        ".name{font-size:16px;font-weight:600}",
        ".word{font-size:11px}",
        ".paper{fill:#ffffff}",
        ".band{fill:#f4f6f8}",
        ".cell{stroke:#6e7b88;stroke-width:.75}",
        ".none{fill:none}",
        ".ink{fill:#1f2328}",
        ".line{stroke:#1f2328;stroke-width:1.5;fill:none}",
        ".dashed{stroke:#1f2328;stroke-width:1.5;stroke-dasharray:3 2}",
        *_shades(_LIGHT, lambda shade: shade >= _FIRST_WHITE),
    ]
    dark = [
        "text{fill:#e6edf3}",
        ".paper{fill:#0d1117}",
        ".band{fill:#161b22}",
        ".cell{stroke:#7d8590}",
        ".ink{fill:#e6edf3}",
        ".line{stroke:#e6edf3;fill:none}",
        ".dashed{stroke:#e6edf3}",
        *_shades(_DARK, lambda shade: shade <= _LAST_WHITE_IN_DARK),
    ]
    return "\n".join([*light, "@media (prefers-color-scheme:dark){", *dark, "}"])


def _shades(colours: Sequence[str], white: Callable[[int], bool]) -> Iterator[str]:
    """Each shade, and the ink that is read on it."""
    for shade, colour in enumerate(colours):
        ink = "#ffffff" if white(shade) else "#0b1f33"
        yield f".f{shade}{{fill:#{colour}}}"
        yield f".t{shade}{{fill:{ink}}}"
        yield f".t{shade}.line{{stroke:{ink};fill:none}}"
