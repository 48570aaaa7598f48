"""Sentences, days, periods and hedging words of English legal prose."""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

_MONTHS: Final = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip
DAY: Final = (
    r"\b(?P<day>\d{1,2})(?:st|nd|rd|th)?\s(?:of\s)?"
    rf"(?P<month>{'|'.join(_MONTHS)})\s?,?\s(?P<year>\d{{4}})\b"
)
"""A day such as 8th August 2000."""

_DAY = re.compile(DAY, re.IGNORECASE)
_BREAK = re.compile(r";\s|\.\s(?=[A-Z\"“(•-])|\n|\s/\s|\s[-–•]\s(?=[A-Z])")
_NUMBERS: Final = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9, "ten": 10, "twelve": 12, "twenty": 20, "thirty": 30, "sixty": 60, "ninety": 90,
}  # fmt: skip
PERIOD: Final = (
    rf"\b(?P<number>\d{{1,3}}|{'|'.join(_NUMBERS)})[\s-]{{1,3}}(?:calendar\s)?"
    r"(?P<unit>hour|day|month|year)s?\b"
)
"""A period such as 30 days or six months; working days are none."""

DOUBT = re.compile(
    r"\b(?:not|no|never|nor|neither|cannot|except|exceptions?|excluding|excluded|unless|without"
    r"|instead|repealed|replaced|abolished|former|formerly|waived|irrespective|regardless)\b"
    r"|n[’']t\b",
    re.IGNORECASE,
)
"""Words that may reverse a statement."""

_ORDER = re.compile(r"\bEIOs?\b|investigation order|\bDirective\b", re.IGNORECASE)
_REQUEST = re.compile(
    r"\bMLA\b|rogatory|letters? of request|mutual (?:legal |judicial )?assistance", re.IGNORECASE
)
_CERTIFICATE = re.compile(
    r"\bcertificates?\b|\bEAW\b|arrest warrant|freezing order|confiscation order", re.IGNORECASE
)
_FRAMEWORKS: Final = {"eio": _ORDER, "mla": _REQUEST, "mutual-recognition": _CERTIFICATE}


class Sentence(NamedTuple):
    """A sentence; ``goes_on`` if only a semicolon is between it and the one before."""

    text: str
    start: int
    end: int
    goes_on: bool


def sentences(text: str) -> Iterator[Sentence]:
    """Split a text into sentences, at semicolons, list items and lines too."""
    start, goes_on = 0, False
    for cut in _BREAK.finditer(text):
        if text[start : cut.start()].strip():
            yield Sentence(text[start : cut.start()], start, cut.start(), goes_on)
            goes_on = cut[0].startswith(";")
        start = cut.end()
    if text[start:].strip():
        yield Sentence(text[start:], start, len(text), goes_on)


def day_of(match: re.Match[str]) -> str:
    """Format a match of DAY as 2000-08-08; it may be no day of the calendar."""
    month = _MONTHS.index(match["month"].lower()) + 1
    return f"{match['year']}-{month:02}-{int(match['day']):02}"


def one_day(text: str) -> str | None:
    """Return the day that a text is; None if it is something else."""
    match = _DAY.fullmatch(text.strip())
    return day_of(match) if match else None


def days(text: str) -> Iterator[tuple[re.Match[str], str]]:
    """Find the days in a text, each with its match."""
    for match in _DAY.finditer(text):
        yield match, day_of(match)


def period_of(match: re.Match[str]) -> str:
    """Format a match of PERIOD in ISO 8601."""
    word = match["number"].lower()
    number = int(word) if word.isdigit() else _NUMBERS[word]
    unit = match["unit"][0].upper()
    return f"PT{number}H" if unit == "H" else f"P{number}{unit}"


def frameworks(text: str) -> set[str]:
    """Return the frameworks that a text names."""
    return {code for code, pattern in _FRAMEWORKS.items() if pattern.search(text)}


def framed(text: str) -> Iterator[tuple[Sentence, str | None]]:
    """Split a text into sentences with their frameworks; ``any`` if the text names none.

    A sentence that names none goes with the one before the semicolon; None where that leaves
    it open or it names several.
    """
    silent = not frameworks(text)
    before: str | None = None
    for sentence in sentences(text):
        named = frameworks(sentence.text)
        if silent:
            before = "any"
        elif len(named) == 1:
            before = named.pop()
        elif named or not sentence.goes_on:
            before = None
        yield sentence, before
