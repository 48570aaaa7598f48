"""The lines of a saved page, from HTML or plain text."""

import re
from dataclasses import dataclass
from email import policy
from email.parser import BytesParser
from itertools import pairwise
from pathlib import Path
from typing import Final

from mla_graph.model.errors import UnreadableInput

MOST_BYTES: Final = 4_000_000
"""The limit of a file; pages as browsers save them have some hundred thousand."""

MOST_CHARACTERS: Final = 100_000
"""The limit of the text in a page; real pages have some ten thousand."""

_BLOCKS: Final = frozenset(
    {
        "address", "article", "aside", "blockquote", "body", "br", "button", "caption", "dd",
        "div", "dl", "dt", "fieldset", "figcaption", "footer", "form", "h1", "h2", "h3", "h4",
        "h5", "h6", "header", "hr", "label", "legend", "li", "main", "nav", "ol", "option", "p",
        "pre", "section", "select", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
    }
)  # fmt: skip
_HEADINGS: Final = frozenset(
    {
        "h1", "h2", "h3", "h4", "h5", "h6", "th", "dt", "legend", "caption",
    }
)  # fmt: skip
_SILENT: Final = frozenset(
    {
        "script", "style", "noscript", "template", "title", "head", "svg", "iframe", "object",
    }
)  # fmt: skip
_WIDTHS: Final = (40, 120)
"""The characters in the longest line of a text whose lines were broken for a page."""
_ABBREVIATED = re.compile(r"\b(?:no|nos|art|arts|para|sec|cf|e\.g|i\.e)\.$", re.IGNORECASE)
_SHORT: Final = 4
"""A line of so few words that ends openly may be a heading."""
_HTML = re.compile(r"<(?:!doctype\s+html|html|head|body|div|table|p|h[1-6])\b", re.IGNORECASE)
_HEAD: Final = 4096
_ARCHIVE: Final = b"\nmime-version:"
_SAVED = re.compile(r"<!--\s?saved from url=\(\d{1,6}\)(\S{1,2000})\s?-->")


@dataclass(frozen=True)
class Line:
    """A line of a page; ``heading``: marked up as one; ``alone``: between empty lines."""

    text: str
    heading: bool = False
    alone: bool = False


@dataclass(frozen=True)
class PageText:
    """The lines of a page, and the address that it was saved from."""

    lines: tuple[Line, ...]
    address: str | None


def read(path: Path) -> PageText:
    """Read the lines of a saved page.

    Raises:
        UnreadableInput: no such file, empty, too large, no text, or HTML nested without end.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise UnreadableInput(f"{path} cannot be read: {error.strerror}.") from error
    if len(data) > MOST_BYTES:
        raise UnreadableInput(f"{path} has more than {MOST_BYTES} bytes: no saved page.")
    if _ARCHIVE in b"\n" + data[:_HEAD].lower():
        return _from_archive(data, path)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UnreadableInput(
            f"{path}, line {line}, is no UTF-8 text (byte 0x{data[error.start]:02X}); save the "
            "page again as HTML, or as text in UTF-8."
        ) from error
    if "\0" in text:
        raise UnreadableInput(f"{path} is binary; save the page as HTML or as text.")
    if not text.strip():
        raise UnreadableInput(f"{path} is empty.")
    found = _from_html(text, path) if _HTML.search(text) else PageText(_from_text(text), None)
    if sum(len(line.text) for line in found.lines) > MOST_CHARACTERS:
        raise UnreadableInput(f"{path} has more than {MOST_CHARACTERS} characters of text.")
    return found


def plain(text: str) -> str:
    """Put text on one line with single blanks and no control characters."""
    return " ".join("".join(c for c in text if c.isprintable() or c.isspace()).split())


def _from_text(text: str) -> tuple[Line, ...]:
    cells = text.replace("|", "\n").splitlines()
    rows = ["", *_unwrapped([plain(row) for row in cells]), ""]
    return tuple(
        Line(row, alone=not rows[place - 1] and not rows[place + 1])
        for place, row in enumerate(rows)
        if row
    )


def _unwrapped(rows: list[str]) -> list[str]:
    """Join the rows of a text of limited width, as of a PDF, where the next word had no room."""
    width = max(map(len, rows), default=0)
    if not _WIDTHS[0] <= width <= _WIDTHS[1]:
        return rows
    found: list[str] = []
    for last, row in pairwise(["", *rows]):
        full = len(last) + 1 + len(row.partition(" ")[0]) > width
        goes_on = row[-1:] in set(".;:,)?") or len(row.split()) > _SHORT
        if (
            _WIDTHS[0] <= width <= _WIDTHS[1]
            and last
            and full
            and goes_on
            and (last[-1] not in ".;:!?" or _ABBREVIATED.search(last))
        ):
            found[-1] += f" {row}"
        else:
            found.append(row)
    return found


def _from_archive(data: bytes, path: Path) -> PageText:
    """Read the page in an archive of it in one file (MHTML, RFC 2557).

    Raises:
        UnreadableInput: it holds no page that can be read.
    """
    message = BytesParser(policy=policy.default).parsebytes(data)
    pages = (part for part in message.walk() if part.get_content_type() == "text/html")
    try:
        text = next(pages).get_content()
    except (StopIteration, LookupError, ValueError) as error:
        raise UnreadableInput(f"{path} is an archive without a page; save it as HTML.") from error
    found = _from_html(text, path)
    saved = plain(str(message.get("Snapshot-Content-Location", ""))) or found.address
    if sum(len(line.text) for line in found.lines) > MOST_CHARACTERS:
        raise UnreadableInput(f"{path} has more than {MOST_CHARACTERS} characters of text.")
    return PageText(found.lines, saved)


def _from_html(text: str, path: Path) -> PageText:
    """Collect the text of the elements, one line a block, without scripts and the like."""
    # Not inscriptis: it puts all cells of a table row on one line, headings with their text.
    from lxml import etree

    parser = etree.HTMLParser(encoding="utf-8", no_network=True, remove_pis=True)
    try:
        root = etree.fromstring(text.encode(), parser)
    except etree.XMLSyntaxError:
        root = None
    if any(entry.level_name == "FATAL" for entry in parser.error_log):
        raise UnreadableInput(f"{path} nests elements too deep for a saved page.")
    if root is None:
        raise UnreadableInput(f"{path} holds no text.")
    saved = _SAVED.search(text[:4000])
    canonical = root.xpath("//link[@rel='canonical']/@href")
    addresses = [*([saved[1]] if saved else []), *(str(link) for link in canonical)]
    address = next((plain(found) for found in addresses if found.startswith("http")), None)
    pieces: list[tuple[str, bool]] = [("", False)]
    silent = headings = 0
    for event, element in etree.iterwalk(root, events=("start", "end", "comment")):
        name = element.tag if isinstance(element.tag, str) else ""
        step = 1 if event == "start" else -1 if event == "end" else 0
        silent += step * (name in _SILENT)
        headings += step * (name in _HEADINGS)
        if name in _BLOCKS:
            pieces.append(("", headings > 0))
        words = element.text if event == "start" else element.tail
        if words and not silent:
            pieces[-1] = (pieces[-1][0] + words, headings > 0)
    lines = (Line(plain(words), heading) for words, heading in pieces)
    return PageText(tuple(line for line in lines if line.text), address)
