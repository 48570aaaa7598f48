"""The sections of a saved page, by their headings in any layout."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from mla_graph.ingest.saved_page.phrases import joined
from mla_graph.ingest.saved_page.text import Line, PageText
from mla_graph.model.errors import UnreadableInput

IMPLEMENTATION: Final = "Measure Implementation"
FRAMEWORK: Final = "Legal Framework"
AUTHORITY: Final = "Competent Authority"
LANGUAGES: Final = "Accepted languages"
DEADLINE: Final = "Execution deadline"
REQUIREMENTS: Final = "Special requirements"
CONCISE: Final = "Concise legal practical information"
SECTIONS: Final = (
    IMPLEMENTATION, FRAMEWORK, AUTHORITY, LANGUAGES, DEADLINE, CONCISE, REQUIREMENTS,
)  # fmt: skip

_NEXT: Final = "next measure"
_HEADINGS: Final = {name.lower(): name for name in SECTIONS} | {
    "competent authorities": AUTHORITY,
    "execution deadlines": DEADLINE,
}
EXECUTING: Final = "* execute/recognise the measure (if other than the receiving authority)"
"""The prompt in the section on authorities; the offices after it execute."""

_EXECUTING = re.compile(re.escape(EXECUTING).replace(r"\*\ ", r"(?:\*\s?)?"), re.IGNORECASE)
_RECEIVING = re.compile(r"\* receive the request/decision for judicial cooperation", re.IGNORECASE)
_OLD = re.compile(r"\d\. measure implementation", re.IGNORECASE)
_END: Final = frozenset({"export this judicial cooperation measure", "file format"})
_PROMPTS: Final = frozenset(
    {
        "is this measure possible in your member state under international judicial cooperation",
        "international legal framework applicable for this measure in your member state",
        "accepted languages for the request/decision",
        "deadlines for the execution of the request/decision (where applicable)",
    }
)
_REVIEWED = re.compile(r"last reviewed on\b(.*)", re.IGNORECASE)
_BY = re.compile(r"\bby\b", re.IGNORECASE)
_WORD = re.compile(r"\w+")
CODE = re.compile(r"(?<![–—-] )\b[A-Z]\.\d{1,2}\b(?! ?[–—-])")
"""The code of a measure, though not one that begins or ends a range."""

_MARKS: Final = " \t:*•·?-–"
_LONGEST_HEADING: Final = 60


@dataclass
class Section:
    """The text under one heading, with the spans that were read."""

    name: str
    lines: list[str] = field(default_factory=list)
    _read: list[tuple[int, int]] = field(default_factory=list)

    @property
    def text(self) -> str:
        """Return the lines under the heading, those that go on joined."""
        return joined(self.lines)

    def mark(self, start: int, end: int) -> None:
        """Count a span of the text as read."""
        self._read.append((start, end))

    def unread_words(self) -> int:
        """Count the words outside the spans that were read."""
        covered = bytearray(len(self.text))
        for start, end in self._read:
            covered[start:end] = b"\1" * (end - start)
        return sum(not covered[word.start()] for word in _WORD.finditer(self.text))


@dataclass
class SectionedPage:
    """A page in sections. ``unknown`` are the sections with any other heading."""

    address: str | None
    before: list[str] = field(default_factory=list)
    sections: dict[str, Section] = field(default_factory=dict)
    unknown: list[Section] = field(default_factory=list)
    reviewed: list[tuple[str, str | None]] = field(default_factory=list)
    following: list[str] = field(default_factory=list)

    def section(self, name: str) -> Section:
        """Return the section with this heading; an empty one if the page has none."""
        return self.sections.get(name) or Section(name)


def divide(text: PageText) -> SectionedPage:
    """Sort the lines of a page under its headings.

    Raises:
        UnreadableInput: the page is one of the old catalogue.
    """
    page = SectionedPage(text.address)
    if any(_OLD.fullmatch(line.text) for line in text.lines):
        raise UnreadableInput(
            "The page has the numbered headings of the old catalogue; hand it in as a record with "
            "old_code (docs/records.md)."
        )
    into, inside = page.before, False
    for place, line in enumerate(text.lines):
        name = line.text.strip(_MARKS).lower()
        if name in _HEADINGS:
            title = _HEADINGS[name]
            into, inside = page.sections.setdefault(title, Section(title)).lines, True
        elif name == _NEXT:
            into, inside = page.following, False
        elif name in _END:
            into, inside = [], False
        elif match := _REVIEWED.fullmatch(line.text):
            day, *reviewer = _BY.split(match[1], maxsplit=1)
            page.reviewed.append((day.strip(": .,"), "".join(reviewer).strip(" .,") or None))
            into, inside = [], False
        elif name in _PROMPTS:
            continue
        elif inside and _heads(line, into, text.lines[place + 1 : place + 2]):
            page.unknown.append(Section(line.text[:_LONGEST_HEADING]))
            into = page.unknown[-1].lines
        else:
            parted = _RECEIVING.sub("\n", _EXECUTING.sub(f"\n{EXECUTING}\n", line.text))
            into += [piece.strip() for piece in parted.split("\n") if piece.strip()]
    return page


def _heads(line: Line, before: Iterable[str], after: tuple[Line, ...]) -> bool:
    """Return whether a line is marked up as a heading, or looks like one."""
    if line.heading:
        return True
    if not (line.alone and any(before) and after) or after[0].text.lower() in _HEADINGS:
        return False
    words = line.text.split()
    return (
        len(words) <= 6
        and len(line.text) <= _LONGEST_HEADING
        and line.text[0].isupper()
        and line.text[-1].isalpha()
        and not any(c.isdigit() for c in line.text)
    )
