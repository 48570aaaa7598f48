"""The sections of a saved page, by their headings in any layout."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Final

from mla_graph.ingest.saved_page.phrases import joined
from mla_graph.ingest.saved_page.text import Line, PageText

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
    "competent authority to": AUTHORITY,
    "other useful information": CONCISE,
    "execution deadlines": DEADLINE,
}
EXECUTING: Final = "* execute/recognise the measure (if other than the receiving authority)"
"""The prompt in the section on authorities; the offices after it execute."""

_PROMPTS: Final = {
    "is this measure possible in your member state under international judicial cooperation":
        IMPLEMENTATION,
    "international legal framework applicable for this measure in your member state": FRAMEWORK,
    "receive the request/decision for judicial cooperation": AUTHORITY,
    EXECUTING.lower().removeprefix("* "): AUTHORITY,
    "accepted languages for the request/decision": LANGUAGES,
    "deadlines for the execution of the request/decision (where applicable)": DEADLINE,
}  # fmt: skip
"""The sentences that ask for the content of a section, in every layout."""

_ASKED: Final = "|".join(re.escape(prompt) for prompt in _PROMPTS)
_NUMBER = re.compile(r"^(?:\d{1,2}(?:\.\d{1,2})*[.)]?|[a-z][.)])\s+")
_PROMPT = re.compile(
    rf"(?:(?:{'|'.join(_HEADINGS)})\s)?(?:\d(?:\.\d){1, 2}\.?\s)?"
    rf"(?:\*\s?|competent authority to:?\s)?(?P<prompt>{_ASKED})\s?[?:]?",
    re.IGNORECASE,
)
_AFTER = re.compile(
    r"(?P<heading>Concise legal practical information|Special requirements|NEXT MEASURE)"
    r"(?=\s[A-Z•]|$)"
    r"|Last reviewed on\s\d|Export this Judicial Cooperation Measure"
)
"""What follows the last prompt of a page that is one line."""

_TITLE = re.compile(r"fiches belges: (?P<state>.{2,60})", re.IGNORECASE)
_OLD_NUMBER = re.compile(r"[A-Z][^.]{2,90} \((?P<number>\d{3})\)")
_END: Final = frozenset({"export this judicial cooperation measure", "file format"})
_MENU: Final = frozenset({"measure possibility", "applicable framework", "other information"})
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
    """A page in sections. ``unknown`` are the sections with any other heading.

    ``old`` says that the page is one of the old catalogue, with its number if it has one.
    """

    address: str | None
    before: list[str] = field(default_factory=list)
    sections: dict[str, Section] = field(default_factory=dict)
    unknown: list[Section] = field(default_factory=list)
    reviewed: list[tuple[str, str | None]] = field(default_factory=list)
    following: list[str] = field(default_factory=list)
    old: bool = False
    old_number: str | None = None

    def section(self, name: str) -> Section:
        """Return the section with this heading; an empty one if the page has none."""
        return self.sections.get(name) or Section(name)

    def open(self, name: str) -> list[str]:
        """Return the lines of a section, to which more may be added."""
        return self.sections.setdefault(name, Section(name)).lines


def divide(text: PageText) -> SectionedPage:
    """Sort the lines of a page under its headings and prompts, in any layout."""
    page, lines = _begun(text)
    into, inside = page.before, False
    for place, line in enumerate(lines):
        bare = _NUMBER.sub("", line.text, count=1).strip(_MARKS)
        name = bare.lower()
        if name in _HEADINGS:
            page.old |= line.text[0].isdigit()
            into, inside = page.open(_HEADINGS[name]), True
        elif asked := _PROMPT.fullmatch(line.text):
            prompt = asked["prompt"].lower()
            into, inside = page.open(_PROMPTS[prompt]), True
            into += [EXECUTING] if EXECUTING.lower().endswith(prompt) else []
        elif name == _NEXT:
            into, inside = page.following, False
        elif name in _END:
            into, inside = [], False
        elif match := _REVIEWED.fullmatch(line.text):
            day, *reviewer = _BY.split(match[1], maxsplit=1)
            page.reviewed.append((day.strip(": .,"), "".join(reviewer).strip(" .,") or None))
            into, inside = [], False
        elif name in _MENU:
            continue
        elif inside and _heads(line, into, lines[place + 1 : place + 2]):
            page.unknown.append(Section(line.text[:_LONGEST_HEADING]))
            into = page.unknown[-1].lines
        else:
            into.append(line.text)
    return page


def _begun(text: PageText) -> tuple[SectionedPage, list[Line]]:
    """Return the page with what its title says, and the lines after the title and menus."""
    page = SectionedPage(text.address)
    lines = [piece for line in text.lines for piece in _pieces(line)]
    for place, line in enumerate(lines):
        if title := _TITLE.fullmatch(line.text):
            page.old, page.before, lines = True, [title["state"]], lines[place + 1 :]
            break
    numbers = (_OLD_NUMBER.fullmatch(line.text) for line in lines if page.old)
    page.old_number = next((number["number"] for number in numbers if number), None)
    return page, lines


def _pieces(line: Line) -> Iterator[Line]:
    """Cut a line at the prompts in it: a page that was flattened is one line."""
    cuts = [0, *(place for match in _PROMPT.finditer(line.text) for place in match.span())]
    if len(cuts) > 1:
        after = _AFTER.finditer(line.text, cuts[-1])
        cuts += [
            place for match in after for place in (match.start(), match.end("heading")) if place > 0
        ]
    for start, end in pairwise([*cuts, len(line.text)]):
        if piece := line.text[start:end].strip():
            yield replace(line, text=piece)


def _heads(line: Line, before: Iterable[str], after: list[Line]) -> bool:
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
