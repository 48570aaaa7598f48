"""The things that a text names, as the grammar knows them."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from mla_graph.ingest.saved_page.grammar import Thing, has_odd_sign
from mla_graph.ingest.saved_page.mentions.acts import Mention
from mla_graph.ingest.saved_page.mentions.cited import ARTICLE, mentions
from mla_graph.ingest.saved_page.mentions.offices import offices
from mla_graph.ingest.saved_page.names import Names
from mla_graph.ingest.saved_page.phrases import DAY, periods
from mla_graph.ingest.saved_page.sections import (
    AUTHORITY,
    FRAMEWORK,
    IMPLEMENTATION,
    LANGUAGES,
    REQUIREMENTS,
)

_LISTED = re.compile(r"[^,;•]+")


_BESIDE_ACTS: Final = {
    "date": re.compile(DAY, re.IGNORECASE),
    "number": re.compile(r"(?<![\w.,/–-])\d{1,4}(?:[/:]\d{1,4}){0,2}(?![\w%/]|[.,:–-]\d)"),
    "part": re.compile(
        r"\b(?:Sections?|Sec\.|Chapters?|Title|Part|Paragraphs?|Annex(?:es)?)\s(?:\d{1,4}[a-z]{0,2}|[A-Z]|[IVXLC]+)\b"
        r"(?:\s?(?:,|to|and|-|–)\s?(?:\d{1,4}[a-z]{0,2})\b)*",
        re.IGNORECASE,
    ),
    "gazette": re.compile(
        r"\b(?:Official (?:Gazette|Journal)|State Gazette|Federal Law Gazette|SFS|SG|OJ|O\.J\.)"
        r"(?:\s(?:[Nn]o\.?|[IVXLC]{1,4}|\d[\d/.]{0,14}),?){1,8}"
    ),
    "short": re.compile(r"\([A-ZÀ-Ž][\w-]{0,6}[A-ZÀ-Ž][\w-]{0,9}\)"),
}
"""What stands beside acts and says nothing that limits them."""

_NEAR: Final = 4
"""Articles so few characters behind an act are meant to be of it, though they are unclear."""

_NATIVE = re.compile(r"\([^()]{0,60}[À-žα-ωА-я][^()]{0,60}\)")
"""A name in another language than English, in brackets."""


def things_in(text: str, section: str, names: Names, before: str | None = None) -> Iterator[Thing]:
    """Find the things in a text in its order; where two overlap, the first kind stays.

    ``before`` is the instrument named last before the text.
    """
    found = [
        *_acts(text, names, before),
        *(Thing("period", *place) for place in periods(text)),
        *_states(text, names),
        *_of_section(text, section, names),
    ]
    named = {place for thing in found for place in range(thing.end, thing.end + _NEAR)}
    for match in ARTICLE.finditer(text):
        start = match.start()
        unclear = start in named and ")" not in text[start - _NEAR + 1 : start]
        found.append(Thing("unclear" if unclear else "article", *match.span(), match[0]))
    last = 0
    for thing in sorted(found, key=lambda thing: (thing.start, -thing.end)):
        if thing.start >= last and not has_odd_sign(text[thing.start : thing.end]):
            yield thing
            last = thing.end


def _acts(text: str, names: Names, before: str | None) -> Iterator[Thing]:
    for mention in mentions(text, names, before):
        start, end = mention.start, mention.end
        kind = mention.kind if mention.key else "unknown"
        yield Thing(kind, start, end, mention, text[start:end])


def _states(text: str, names: Names) -> Iterator[Thing]:
    for start, end, keys in names.states.find(text):
        yield Thing("state" if names.iso in keys else "country", start, end, keys)


def _of_section(text: str, section: str, names: Names) -> Iterator[Thing]:
    """Find what one section alone speaks of."""
    if section == AUTHORITY:
        yield from _placed("office", offices(text, names), text)
        yield from (Thing("native", *match.span(), match[0]) for match in _NATIVE.finditer(text))
    elif section == LANGUAGES:
        yield from _placed("language", names.languages.find(text), text)
    elif section in (IMPLEMENTATION, REQUIREMENTS):
        yield from _placed("measure", names.measures.find(text), text)
    elif section == FRAMEWORK:
        yield from _whole_items(text, names)
        for kind, pattern in _BESIDE_ACTS.items():
            yield from (Thing(kind, *match.span(), match[0]) for match in pattern.finditer(text))


def _placed(kind: str, places: Iterable[tuple[int, int, set[str]]], text: str) -> Iterator[Thing]:
    for start, end, keys in places:
        yield Thing(kind, start, end, keys, text[start:end])


def _whole_items(text: str, names: Names) -> Iterator[Thing]:
    """Find the items of a list that are the name of an instrument and nothing else."""
    for match in _LISTED.finditer(text):
        item = match[0].strip(" .-–•*()0123456789")
        named = names.called_exactly(item) if item else None
        if named:
            start = match.start() + match[0].index(item)
            mention = Mention("instrument", named, start, start + len(item))
            yield Thing("instrument", start, mention.end, mention, item)
