"""Sentences, days and periods of English legal prose."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import pairwise
from typing import Final, NamedTuple

_MONTHS: Final = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip
_SPOKEN: Final = "|".join(f"{name[:3]}(?:{name[3:]})?" for name in _MONTHS)
DAY: Final = (
    rf"\b(?P<day>\d{{1,2}})(?:(?:st|nd|rd|th)?\s(?:of\s)?(?P<month>{_SPOKEN}|octobre|sept)\b\.?,?"
    r"\s|(?P<mark>[./])\s?(?P<number>\d{1,2})(?P=mark)\s?)(?P<year>\d{4})\b"
)
"""A day such as 8th August 2000, 8 Aug 2000, 8.8.2000 or 08/08/2000."""

_DAY = re.compile(DAY, re.IGNORECASE)
_BREAK = re.compile(r"[.!?]\s(?=[A-Z\"“(•-])|\n|\s•\s(?=[A-Z])")
_NUMBERED = re.compile(r"\s{0,2}\(?(?:\d{1,2}|[a-z])")
_CLAUSE = re.compile(r";\s|\s/\s|\s[-–]\s(?=[A-Z])")
_OPEN_END = re.compile(
    r"(?:,|\b(?:a|an|and|at|by|for|from|if|in|into|is|are|not|of|on|or|the|to|with|within))$", re.I
)
_NAMED: Final = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9, "ten": 10, "twelve": 12, "fifteen": 15, "eighteen": 18, "twenty": 20, "thirty": 30,
    "forty": 40, "forty-five": 45, "sixty": 60, "ninety": 90,
}  # fmt: skip
_WORDS: Final = "|".join(sorted(_NAMED, key=len, reverse=True))
_PERIOD = re.compile(
    rf"(?<![\w.,:/–-])(?:(?P<word>{_WORDS})(?:\s\((?P<same>\d{{1,3}})\))?|(?P<number>\d{{1,3}}))"
    r"[\s-](?:calendar\s)?(?P<unit>hour|day|week|month|year)s?\b(?!-)",
    re.IGNORECASE,
)
"""A period such as 30 days or six (6) months; working days are none."""

_PROMPT = re.compile(r"^\* ", re.MULTILINE)
_ORDER = re.compile(r"\bEIOs?\b|investigation orders?\b|\bDirective\b", re.IGNORECASE)
_REQUEST = re.compile(
    r"\bMLA\b|rogatory|letters? of request"
    r"|(?<!international )(?<!authority for )(?<!office for )(?:mutual|legal|judicial) assistance"
    r"(?!\s(?:in\s\w+\smatters\)|centre|office|unit|department))"
    r"|\b(?:1959|2000)\s(?:\w+\s)?Convention|Convention\s(?:of\s)?(?:1959|2000)"
    r"|\bbased on the (?:[\w-]+\s){1,6}Convention\b|(?:third|non-EU)\s(?:States|countries)",
    re.IGNORECASE,
)
_OTHERS = re.compile(r"\bother\s(?:requests|cases)\b", re.IGNORECASE)
"""What is not done by an order, in a text that speaks of orders."""

_CERTIFICATE = re.compile(
    r"\bcertificates?\b|\bEAWs?\b|arrest warrant|freezing orders?\b|confiscation orders?\b", re.I
)
_FRAMEWORKS: Final = {"eio": _ORDER, "mla": _REQUEST, "mutual-recognition": _CERTIFICATE}


class Sentence(NamedTuple):
    """A sentence or a clause between semicolons, and the place of the whole sentence."""

    text: str
    start: int
    end: int
    whole: tuple[int, int]


def joined(lines: list[str]) -> str:
    """Join the lines that go on: the next begins in lower case, or the end is open.

    A line of a PDF or a narrow window ends anywhere.
    """
    found: list[str] = []
    for line in lines:
        if (
            found
            and not found[-1].startswith("* ")
            and (line[:1].islower() or _OPEN_END.search(found[-1]))
        ):
            found[-1] += f" {line}"
        else:
            found.append(line)
    return "\n".join(found)


def sentences(text: str) -> Iterator[Sentence]:
    """Split a text into sentences, at list items and lines too, and these into clauses."""
    for start, end in _parts(_BREAK, text, 0, len(text)):
        for clause in _parts(_CLAUSE, text, start, end):
            yield Sentence(text[slice(*clause)], *clause, (start, end))


def _parts(mark: re.Pattern[str], text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    for cut in (*mark.finditer(text, start, end), None):
        stop = cut.start() if cut else end
        if cut and _NUMBERED.fullmatch(text, start, stop):
            continue
        if text[start:stop].strip():
            yield start, stop
        start = cut.end() if cut else end


def day_of(match: re.Match[str]) -> str:
    """Format a match of DAY as 2000-08-08; it may be no day of the calendar."""
    spoken = (match["month"] or "").lower()[:3]
    month = match["number"] or 1 + [name[:3] for name in _MONTHS].index(spoken)
    return f"{match['year']}-{int(month):02}-{int(match['day']):02}"


def one_day(text: str) -> str | None:
    """Return the day that a text is; None if it is something else."""
    match = _DAY.fullmatch(text.strip())
    return day_of(match) if match else None


def days(text: str) -> Iterator[tuple[re.Match[str], str]]:
    """Find the days in a text, each with its match."""
    for match in _DAY.finditer(text):
        yield match, day_of(match)


def periods(text: str) -> Iterator[tuple[int, int, str]]:
    """Find the periods in a text, each with its place and in ISO 8601."""
    for match in _PERIOD.finditer(text):
        number = int(match["number"] or _NAMED[match["word"].lower()])
        unit = match["unit"][0].upper()
        if match["same"] in (None, str(number)):
            value = {"H": f"PT{number}H", "W": f"P{7 * number}D"}.get(unit, f"P{number}{unit}")
            yield *match.span(), value


def frameworks(text: str) -> set[str]:
    """Return the frameworks that a text names."""
    return {code for code, pattern in _FRAMEWORKS.items() if pattern.search(text)}


def framed(text: str) -> Iterator[tuple[Sentence, set[str]]]:
    """Split a text into sentences with their frameworks; ``any`` where a prompt's text names none.

    A clause that names none goes with the one before the semicolon; a sentence that names none
    in a text that names some is open.
    """
    before: tuple[tuple[int, int] | None, set[str]] = (None, set())
    starts = [0, *(match.start() for match in _PROMPT.finditer(text)), len(text)]
    said = [frameworks(text[start:end]) for start, end in pairwise(starts)]
    for sentence in sentences(text):
        all_named = said[bisect_right(starts, sentence.start, hi=len(said)) - 1]
        named = frameworks(sentence.text) if all_named else {"any"}
        if not named and "eio" in all_named and _OTHERS.search(sentence.text):
            named = {"mla"}
        if not named and before[0] == sentence.whole:
            named = before[1]
        before = (sentence.whole, named)
        yield sentence, named
