"""Mentions of instruments and national acts in a text, with the articles cited."""

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from mla_graph.ingest.saved_page.names import Names, day_behind, words
from mla_graph.ingest.saved_page.phrases import DAY, day_of, days
from mla_graph.model.errors import InvalidValue
from mla_graph.model.terms import date_term

_STATUTE = re.compile(
    r"\b(?P<name>Statute|Law|Act|Decree|Ordinance)\s(?P<act>(?:n(?:o|r|°|umber)?\.?\s?)?"
    r"\d{1,4}(?:/\d{2,4})?\s)?(?:Coll\.\s)?(?:of|dated)\s(?:the\s)?" + DAY,
    re.IGNORECASE,
)
_PROTOCOL = re.compile(rf"\bits\s(?:\w+\s)?Protocol\s(?:of|dated)\s(?:the\s)?{DAY}", re.I)
_TREATY = re.compile(r"\b(?:Convention|Treaty|Agreement|Protocol)\b")
_ABOUT_ANOTHER = re.compile(
    r"\b(?:protocols?|supplement\w*|additional|amend\w*|annex)\s(?:to\s)?(?:the\s)?$", re.I
)
_GOES_ON = re.compile(r"\s?,?\s?(?:and\s(?:on|against)|between|to\sthe)\b")
_PART: Final = r"(?:\s?\(\w{1,3}\)|,?\s(?:paragraphs?|para\.?|par\.)\s?\d{1,2}\b)"
_NUMBER: Final = rf"\d+[a-z]?\b(?:[-/.]\d+\b)*{_PART}{{0,2}}"
_NUMBERS: Final = rf"{_NUMBER}(?:\s?(?:,|and|or|to|–)\s?{_NUMBER})*"
_ARTICLES: Final = (
    rf"(?P<word>art(?:icles?|s)?)\b\.?\s?(?P<list>{_NUMBERS})(?P<more>\s?(?:ff?\.|et\sseq\.))?"
)
ARTICLE = re.compile(rf"\b{_ARTICLES}", re.IGNORECASE)
"""Articles, of whatever act."""

_BEFORE = re.compile(rf"\b{_ARTICLES}\s?,?\s?(?:of\s)?(?:the\s)?$", re.IGNORECASE)
_BEHIND = re.compile(
    rf"\s?[,(:]?\s?\b{_ARTICLES}(?!\s?(?:,|and\b|or\b|to\b|of\b|\(|par|[-–/.]?\d))\)?",
    re.IGNORECASE,
)
_ARTICLE = re.compile(rf"(?P<to>to\s|–\s?)?(?P<number>{_NUMBER})")
_RANGE = re.compile(r"(\d{1,4})-(\d{1,4})")
_LONGEST_RANGE: Final = 30
_WORD = re.compile(r"[^\W_]+")
_BETWEEN = re.compile(r"[\s,()'’/-]{1,3}")
_OF_MAKERS: Final = frozenset({"european", "parliament", "council", "union", "the", "of", "and"})
_REACH: Final = 60
"""How many characters before a name its articles or instrument may be."""


@dataclass
class Mention:
    """A place that names an act; ``key`` is None, with a ``doubt``, if uncertain."""

    kind: str
    key: str | None
    start: int
    end: int
    doubt: str | None = None
    articles: list[str] = field(default_factory=list)
    and_following: bool = False
    day: str | None = None
    name: str = ""


def mentions(text: str, names: Names) -> list[Mention]:
    """Find the acts that a text names, in the order of the text, each place once."""
    found: list[Mention] = []
    taken = bytearray(len(text))
    for finder in (_statutes, _by_name, _by_day, _protocols):
        for mention in finder(text, names, found):
            if not any(taken[mention.start : mention.end]):
                found.append(mention)
                taken[mention.start : mention.end] = b"\1" * (mention.end - mention.start)
        found.sort(key=lambda mention: mention.start)
    for place, mention in enumerate(found):
        following = found[place + 1].start if place + 1 < len(found) else len(text)
        if mention.kind == "instrument" and mention.key:
            _read_title(text, mention, names, following)
        _read_articles(text, mention)
    return found


def cited_articles(mention: Mention) -> str:
    """Format the articles of a mention as they are cited."""
    return f"Art. {', '.join(mention.articles)}{' ff.' if mention.and_following else ''}"


def _statutes(text: str, names: Names, _: list[Mention]) -> Iterator[Mention]:
    for match in _STATUTE.finditer(text):
        day, number = day_of(match), match["act"]
        name = match["name"].capitalize() + (f" No. {number.split()[-1]}" if number else "")
        try:
            date_term(day)
        except InvalidValue:
            doubt = f"{day} is no day of the calendar"
            yield Mention("statute", None, *match.span(), doubt=doubt)
            continue
        keys = names.statutes(day)
        if len(keys) > 1:
            doubt = f"the act of {day} may be {' or '.join(keys)}"
            yield Mention("statute", None, *match.span(), doubt=doubt)
        else:
            key = keys[0] if keys else f"{names.iso}-{day}"
            yield Mention("statute", key, *match.span(), day=day, name=name)


def _by_name(text: str, names: Names, _: list[Mention]) -> Iterator[Mention]:
    for start, end, keys in names.treaties.find(text):
        yield _named(text, start, end, keys, names)


def _named(text: str, start: int, end: int, keys: set[str], names: Names) -> Mention:
    """Check a name in the text against the days and words beside it."""
    _, whole = day_behind(text, end)
    named = {day for _, day in days(text[start:whole])}
    acts = [names.instruments[key] for key in sorted(keys)]
    fitting = [act.key for act in acts if all(act.is_of(day) for day in named)]
    listed = " or ".join(sorted(keys))
    doubt = None
    if not fitting:
        doubt = f"the name of {listed} with {', '.join(sorted(named))}, which is not its day"
    elif len(fitting) > 1:
        doubt = f"a name that may be {' or '.join(fitting)}"
    elif not named and (
        _ABOUT_ANOTHER.search(text[max(0, start - _REACH) : start]) or _GOES_ON.match(text, end)
    ):
        doubt = f"the name of {listed} within a longer name"
    return Mention("instrument", None if doubt else fitting[0], start, whole, doubt=doubt)


def _protocols(text: str, names: Names, found: list[Mention]) -> Iterator[Mention]:
    """Find ``its Protocol of …``, which belongs to the instrument named last."""
    before, last = deque(found), None
    for match in _PROTOCOL.finditer(text):
        while before and before[0].end <= match.start():
            mention = before.popleft()
            if mention.kind == "instrument" and not (last and last.end > mention.end):
                last = mention
        keys = names.protocols.get((last and last.key) or "", set())
        fitting = [key for key in keys if names.instruments[key].is_of(day_of(match))]
        key, doubt = (fitting[0], None) if len(fitting) == 1 else (None, "an unknown protocol")
        protocol = Mention("instrument", key, *match.span(), doubt=doubt)
        yield protocol
        if found and found[-1] is protocol:
            last = protocol


def _by_day(text: str, names: Names, _: list[Mention]) -> Iterator[Mention]:
    """Find treaties called by their day, with no word before it that their names lack."""
    for match, day in days(text):
        first = max(0, match.start() - 4 * _REACH)
        kinds = list(_TREATY.finditer(text, first, match.start()))
        fitting = [act for act in names.instruments.values() if act.is_of(day)]
        for kind in reversed(kinds) if fitting else ():
            cuts = (text.rfind(mark, first, kind.start()) for mark in (".", ";", ",", "\n", "- "))
            start = max(first, *(cut + 1 for cut in cuts))
            said = words(text[start : match.start()])
            begins = {act.key: act.named_at_end(said) for act in fitting}
            named = {key: begin for key, begin in begins.items() if begin is not None}
            if len(named) == 1:
                ((key, begin),) = named.items()
                yield Mention("instrument", key, start + begin, match.end())
                break


def _read_title(text: str, mention: Mention, names: Names, following: int) -> None:
    """Extend a mention over the words of the act's own names and days that follow it."""
    act = names.instruments[mention.key or ""]
    place = mention.end
    while between := _BETWEEN.match(text, place):
        day, end = day_behind(text, place)
        word = _WORD.match(text, between.end())
        if day and act.is_of(day):
            place = mention.end = end
        elif word and word.end() <= following and act.has_word(word[0], _OF_MAKERS):
            place = word.end()
            if not act.is_minor(word[0]):
                mention.end = place
        else:
            break


def _read_articles(text: str, mention: Mention) -> None:
    before = _BEFORE.search(text[max(0, mention.start - _REACH) : mention.start])
    match = before or _BEHIND.match(text[mention.end : mention.end + _REACH])
    articles = _listed(match, mention.kind) if match else None
    if match is None or articles is None:
        return
    mention.articles = articles
    mention.and_following = match["more"] is not None
    if before:
        mention.start -= len(before[0])
    else:
        mention.end += match.end()


def _listed(match: re.Match[str], kind: str) -> list[str] | None:
    """Return the articles that a list names, those of a range too; None if it is unclear."""
    found: list[str] = []
    for one in _ARTICLE.finditer(match["list"]):
        number = re.sub(r",?\s(?:paragraphs?|para\.?|par\.)\s?(\d+)", r"(\1)", one["number"])
        number = "".join(number.split())
        span = _RANGE.fullmatch(f"{found[-1]}-{number}" if one["to"] and found else number)
        first, last = (int(span[1]), int(span[2])) if span else (0, 0)
        if one["to"] and not span:
            return None
        if first < last <= first + _LONGEST_RANGE:
            if not one["to"] and not (kind == "instrument" or match["word"][-1] in "sS"):
                return None  # An article of a national act may have the number 3-5.
            found += map(str, range(first + bool(one["to"]), last + 1))
        elif one["to"]:
            return None
        else:
            found.append(number)
    return found
