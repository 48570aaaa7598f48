"""The layouts of the network's site since 2010, as browsers and people save them."""

import html
import textwrap
from collections.abc import Callable, Mapping
from email import policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any, Final

Page = Mapping[str, Any]
_POSSIBLE = (
    "Is this measure possible in your Member State under International Judicial Cooperation?"
)
_LEGAL = "International legal framework applicable for this measure in your Member State"
_RECEIVE = "* receive the request/decision for judicial cooperation"
_EXECUTE = "* execute/recognise the measure (if other than the receiving authority)"
_LANGUAGES = "Accepted languages for the request/decision"
_DEADLINES = "Deadlines for the execution of the request/decision (where applicable)"
_REVIEW = "Last reviewed on 3 May 2023 by EJN Secretariat"
_PARTS: Final = (
    ("Measure Implementation", _POSSIBLE, "possible"),
    ("Legal Framework", _LEGAL, "framework"),
    ("Competent Authority", _RECEIVE, "receive"),
    ("", _EXECUTE, "execute"),
    ("Accepted languages", _LANGUAGES, "languages"),
    ("Execution deadline", _DEADLINES, "deadlines"),
    ("Concise legal practical information", "Special requirements", "requirements"),
)


def _rows(page: Page, execute: bool = False) -> list[tuple[str, str, str]]:
    return [
        (heading, prompt, str(page.get(name, "N/A")).strip())
        for heading, prompt, name in _PARTS
        if execute or name != "execute" or name in page
    ]


def as_text(page: Page, folder: Path) -> Path:
    """A page copied as text, with its headings."""
    rows = [part for row in _rows(page) for part in row if part]
    ending = [_REVIEW, "NEXT MEASURE", "• A.31 Provisional measures", "next", "File format"]
    return _written(folder / "page.txt", "\n\n".join([*rows, *ending]))


def as_prompts(page: Page, folder: Path) -> Path:
    """A page copied as text without the headings."""
    rows = [part for _, prompt, said in _rows(page) for part in (prompt, said) if part]
    return _written(folder / "page.txt", "\n".join([*rows, _REVIEW]))


def flattened(page: Page, folder: Path) -> Path:
    """A page copied as one line."""
    rows = [" ".join(part.split()) for row in _rows(page) for part in row if part]
    return _written(folder / "page.txt", " ".join([*rows, _REVIEW, "File format"]))


def wrapped(page: Page, folder: Path) -> Path:
    """The text of a PDF: lines broken at a width."""
    rows = [part for row in _rows(page) for part in row if part]
    lines = [line for row in rows for line in [*row.split("\n"), ""]]
    return _written(
        folder / "page.txt", "\n".join(textwrap.fill(line, 78) for line in [*lines, _REVIEW])
    )


def _headings(page: Page) -> str:
    blocks = "".join(
        f"<h3>{heading}</h3><h4>{prompt}</h4><div><p>"
        + "</p><p>".join(html.escape(said).split("\n"))
        + "</p></div>"
        for heading, prompt, said in _rows(page)
    )
    head = "<!DOCTYPE html><html><head><title>EJN</title></head>"
    return f"{head}<body>{blocks}<p>{_REVIEW}</p></body></html>"


def as_headings(page: Page, folder: Path) -> Path:
    """A page that Firefox saved."""
    return _written(folder / "page.html", _headings(page))


def as_broken_lines(page: Page, folder: Path) -> Path:
    """A page that Chrome saved, with line breaks in one block."""
    blocks = "".join(
        f"<div><span>{heading}</span></div><div><b>{prompt}</b></div><div><span>"
        + html.escape(said).replace("\n", "<br>\n")
        + "</span></div>"
        for heading, prompt, said in _rows(page)
    )
    return _written(
        folder / "page.html", f"<html><body><div>{blocks}</div><p>{_REVIEW}</p></body></html>"
    )


def as_archive(page: Page, folder: Path) -> Path:
    """A page that Edge saved as a single file."""
    message = EmailMessage(policy.SMTP)
    message["From"] = "<Saved by Blink>"
    message["MIME-Version"] = "1.0"
    message.add_related(_headings(page), subtype="html", cte="quoted-printable")
    path = folder / "page.mhtml"
    path.write_bytes(message.as_bytes())
    return path


def as_table(page: Page, folder: Path) -> Path:
    """A page laid out as a table."""
    rows = "".join(
        f"<tr><th>{heading}</th><td>{prompt}</td><td>"
        + html.escape(said).replace("\n", "<br/>")
        + "</td></tr>"
        for heading, prompt, said in _rows(page)
    )
    return _written(folder / "page.html", f"<table>{rows}</table><p>{_REVIEW}</p>")


def old_numbered(page: Page, folder: Path) -> Path:
    """A page of the old catalogue, with the numbers of its headings."""
    return _written(folder / "page.txt", _old(page, numbered=True, bar=""))


def old_bars(page: Page, folder: Path) -> Path:
    """A page of the old catalogue, whose table was copied with bars between its cells."""
    return _written(folder / "page.txt", _old(page, numbered=True, bar=" |"))


def old_unnumbered(page: Page, folder: Path) -> Path:
    """A page of the old catalogue without numbers."""
    return _written(folder / "page.txt", _old(page, numbered=False, bar=""))


def _old(page: Page, *, numbered: bool, bar: str) -> str:
    lines, number = ["Fiches Belges: State", f"Some measure (601){bar}"], 0
    for heading, prompt, said in _rows(page, execute=True):
        if heading:
            number += 1
            name = "COMPETENT AUTHORITY TO:" if "Authority" in heading else heading.upper()
            lines.append(f"{number}. {name}{bar}" if numbered else name)
        asked = f"a. {prompt}" if heading.startswith("Concise") else prompt
        lines += [f"{asked}{bar} {said}{bar}"] if bar else [asked, said]
    return "\n".join([*lines, f"b. Other useful information{bar}", "N/A"])


LAYOUTS: Final[tuple[Callable[[Page, Path], Path], ...]] = (
    as_text, as_headings, old_numbered, as_broken_lines, as_prompts, as_archive, wrapped,
    old_bars, as_table, flattened, old_unnumbered,
)  # fmt: skip
"""Each writes a page into a folder."""


def _written(path: Path, text: str) -> Path:
    path.write_text(text, "utf-8")
    return path
