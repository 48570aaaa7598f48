"""Checklist and draft of a request as PDF and DOCX; needs the extra ``paper``."""

from collections.abc import Iterator
from html import unescape
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from typing import Final

from mla_graph.dossier.model import Dossier
from mla_graph.pages.card import cards
from mla_graph.pages.language import spoken
from mla_graph.pages.render import render

_STYLES: Final = {"# ": 0, "## ": 1, "### ": 2}
_BOX: Final = "[ ] "
_SIZES: Final = (16, 13, 11)


def available() -> bool:
    """Tell whether the libraries of the extra are installed."""
    return all(find_spec(name) for name in ("docx", "fpdf", "font_roboto"))


def docx(dossier: Dossier) -> bytes:
    """Write the DOCX."""
    from docx import Document

    paper = Document()
    paper.core_properties.language = spoken().language
    for level, text in _lines(dossier):
        if level is not None:
            paper.add_heading(text, level)
        else:
            paper.add_paragraph(text)
    written = BytesIO()
    paper.save(written)
    return written.getvalue()


def pdf(dossier: Dossier) -> bytes:
    """Write the PDF."""
    import font_roboto
    from fpdf import FPDF

    paper = FPDF(format="A4")
    paper.set_lang(spoken().language)
    paper.set_auto_page_break(auto=True, margin=18)
    files = Path(font_roboto.__file__).parent / "files"
    paper.add_font("Roboto", "", str(files / "Roboto-Regular.ttf"))
    paper.add_font("Roboto", "B", str(files / "Roboto-Bold.ttf"))
    paper.add_page()
    for level, text in _lines(dossier):
        style, size = ("", 10) if level is None else ("B", _SIZES[level])
        paper.set_font("Roboto", style, size)
        paper.multi_cell(0, size * 0.55, text, align="L", new_x="LMARGIN", new_y="NEXT")
    return bytes(paper.output())


def _lines(dossier: Dossier) -> Iterator[tuple[int | None, str]]:
    """Give each line with its level if it is a heading; on the first basis."""
    found = cards(dossier)
    if not found:
        return
    for line in unescape(render("paper.txt", dossier=dossier, card=found[0])).splitlines():
        if not line.strip():
            continue
        start = next((start for start in _STYLES if line.startswith(start)), None)
        if start:
            yield _STYLES[start], line.removeprefix(start)
        elif line.startswith(_BOX):
            yield None, f"[   ]  {line.removeprefix(_BOX)}"
        else:
            yield None, line.replace("________", "_" * 60)
