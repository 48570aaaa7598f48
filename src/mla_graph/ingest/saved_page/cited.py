"""Mentions of instruments and national acts in a text, with the articles cited."""

import re
from bisect import bisect_left
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from mla_graph.ingest.saved_page.names import Names, Word, day_behind, words
from mla_graph.ingest.saved_page.phrases import DAY, DOUBT, day_of, days, sentences
from mla_graph.model.errors import InvalidValue
from mla_graph.model.terms import date_term

_NUMBERED = re.compile(
    r"\b(?P<kind>Framework\sDecision|Directive|Decision|Regulation)\s"
    r"(?:\((?:EU|EC)\)\s?)?(?:No\.?\s?)?(?P<first>\d{1,4})/(?P<second>\d{1,4})\b(?:/(?:EU|EC|JHA))?"
)
_SERIES = re.compile(r"\bC?ETS\s?(?:No\.?|Nr\.?|n°)?\s?0*(\d{1,3})\b")
_KINDS: Final = {"directive": "dir", "decision": "dec", "framework decision": "fd",
                 "regulation": "reg"}  # fmt: skip
_STATUTE = re.compile(
    rf"\b(?P<name>Statute|Law|Act|Decree|Ordinance)\sof\s(?:the\s)?{DAY}", re.IGNORECASE
)
_PROTOCOL = re.compile(rf"\bits\s(?:\w+\s)?Protocol\s(?:of|dated)\s(?:the\s)?{DAY}", re.I)
_TREATY = re.compile(r"\b(?:Convention|Treaty|Agreement|Protocol)\b")
_ABOUT_ANOTHER = re.compile(
    r"\b(?:protocols?|supplement\w*|additional|amend\w*|annex)\s(?:to\s)?(?:the\s)?$", re.I
)
_GOES_ON = re.compile(r"\s?,?\s?(?:and\s(?:on|against)|between|to\sthe)\b")
_NUMBERS: Final = r"\d+[a-z]?\b(?:\s?(?:,|and)\s?\d+[a-z]?\b)*"
_ARTICLES: Final = rf"\bart(?:icles?|s)?\b\.?\s?(?P<list>{_NUMBERS})(?P<more>\s?ff?\.)?"
ARTICLE = re.compile(_ARTICLES, re.IGNORECASE)
_BEFORE = re.compile(rf"{_ARTICLES}\s?,?\s?(?:of\s)?(?:the\s)?$", re.IGNORECASE)
_BEHIND = re.compile(rf"\s?[,(:]?\s?{_ARTICLES}(?!\s?(?:,|and\b|of\b|\(|par|\d))", re.IGNORECASE)
_ARTICLE = re.compile(r"\d+[a-z]?")
_COLON = re.compile(r"(?<=:)\s")
_END: Final = frozenset(".;:")
_ROLES: Final = {
    "approves": re.compile(r"\b(?:approved|ratified)\sby\s(?:the\s)?$", re.I),
    "transposes": re.compile(r"\b(?:implemented|transposed)\sby\s(?:the\s)?$", re.I),
}
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
    role: tuple[str, str] | None = None


def mentions(text: str, names: Names) -> list[Mention]:
    """Find the acts that a text names, in the order of the text, each place once."""
    found: list[Mention] = []
    taken = bytearray(len(text))
    for finder in (_numbered, _in_series, _statutes, _by_name, _by_day, _protocols):
        for mention in finder(text, names, found):
            if not any(taken[mention.start : mention.end]):
                found.append(mention)
                taken[mention.start : mention.end] = b"\1" * (mention.end - mention.start)
        found.sort(key=lambda mention: mention.start)
    _doubt_negated(text, found)
    for place, mention in enumerate(found):
        _read_articles(text, mention)
        if mention.kind == "statute" and mention.key and place:
            _read_role(text, mention, found[place - 1])
    return found


def cited_articles(mention: Mention) -> str:
    """Format the articles of a mention as they are cited."""
    return f"Art. {', '.join(mention.articles)}{' ff.' if mention.and_following else ''}"


def _numbered(text: str, names: Names, _: list[Mention]) -> Iterator[Mention]:
    for match in _NUMBERED.finditer(text):
        kind = _KINDS[" ".join(match["kind"].lower().split())]
        pairs = [(match["first"], match["second"]), (match["second"], match["first"])]
        keys = [f"eu-{kind}-{year}-{int(number)}" for year, number in pairs if len(year) == 4]
        found = _one("instrument", [k for k in keys if k in names.instruments], match, match[0])
        day, end = day_behind(text, match.end())
        if found.key and day and names.instruments[found.key].is_of(day):
            found.end = end
        yield found


def _in_series(text: str, names: Names, _: list[Mention]) -> Iterator[Mention]:
    for match in _SERIES.finditer(text):
        yield _one("instrument", names.series.get(match[1], ()), match, f"ETS No. {match[1]}")


def _one(kind: str, keys: object, match: re.Match[str], named: str) -> Mention:
    candidates = sorted(keys) if isinstance(keys, list | set | tuple) else []
    if len(candidates) == 1:
        return Mention(kind, candidates[0], *match.span())
    reason = "may be " + " or ".join(candidates) if candidates else "is not in the graph"
    return Mention(kind, None, *match.span(), doubt=f"{named} {reason}")


def _statutes(text: str, names: Names, _: list[Mention]) -> Iterator[Mention]:
    for match in _STATUTE.finditer(text):
        day, name = day_of(match), match["name"].capitalize()
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
    named = words(text)
    place = 0
    while place < len(named):
        found = _longest(named, place, names)
        if found is None:
            place += 1
            continue
        length, keys = found
        start, end = named[place][1], named[place + length - 1][2]
        yield _named(text, start, end, keys, names)
        place += length


def _longest(named: list[Word], place: int, names: Names) -> tuple[int, set[str]] | None:
    for name, keys in names.by_first_word.get(named[place][0], ()):
        if tuple(word[0] for word in named[place : place + len(name)]) == name:
            return len(name), keys
    return None


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
        protocol = _one("instrument", fitting, match, f"a protocol of {day_of(match)}")
        yield protocol
        if found and found[-1] is protocol:
            last = protocol


def _by_day(text: str, names: Names, _: list[Mention]) -> Iterator[Mention]:
    """Find treaties called by their day, with the main words of their names before it."""
    for match, day in days(text):
        if _STATUTE.search(text, max(0, match.start() - 20), match.end()):
            continue
        first = max(0, match.start() - 4 * _REACH)
        kinds = list(_TREATY.finditer(text, first, match.start()))
        fitting = [act for act in names.instruments.values() if act.is_of(day)]
        for kind in reversed(kinds) if fitting else ():
            cuts = (text.rfind(mark, first, kind.start()) for mark in (".", ";", ",", "\n", "- "))
            start = max(first, *(cut + 1 for cut in cuts))
            named = words(text[start : match.start()])
            keys = [act.key for act in fitting if act.is_named_in({word[0] for word in named})]
            if len(keys) == 1:
                yield Mention("instrument", keys[0], start + named[0][1], match.end())
                break


def _doubt_negated(text: str, found: list[Mention]) -> None:
    """Doubt the instruments of a clause with a word that may reverse it."""
    starts = [mention.start for mention in found]
    for sentence in sentences(text):
        start = sentence.start
        for clause in _COLON.split(sentence.text):
            end = start + len(clause)
            between = found[bisect_left(starts, start) : bisect_left(starts, end)]
            inside = [mention for mention in between if mention.kind == "instrument"]
            bare = _without(text, start, end, inside)
            for mention in inside if DOUBT.search(bare) else ():
                if mention.key:
                    mention.doubt = f"{mention.key} stands beside a negation or an exception"
                    mention.key = None
            start = end + 1


def _without(text: str, start: int, end: int, inside: list[Mention]) -> str:
    """Return a clause without the names in it."""
    pieces = []
    for mention in inside:
        pieces.append(text[start : mention.start])
        start = mention.end
    return " ".join([*pieces, text[start:end]])


def _read_articles(text: str, mention: Mention) -> None:
    before = _BEFORE.search(text[max(0, mention.start - _REACH) : mention.start])
    match = before or _BEHIND.match(text[mention.end : mention.end + _REACH])
    if match is None:
        return
    mention.articles = _ARTICLE.findall(match["list"])
    mention.and_following = match["more"] is not None
    if before:
        mention.start -= len(before[0])
    else:
        mention.end += match.end()


def _read_role(text: str, mention: Mention, before: Mention) -> None:
    """Set what a statute does for the instrument right before it."""
    between = text[before.end : mention.start]
    if before.kind != "instrument" or not before.key or len(between) > _REACH:
        return
    if not _END.isdisjoint(between) or DOUBT.search(between):
        return
    for role, pattern in _ROLES.items():
        if pattern.search(between):
            mention.role = (role, before.key)
