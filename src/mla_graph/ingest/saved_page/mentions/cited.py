"""Mentions of instruments and national acts in a text, with the articles cited."""

import re
from collections import deque
from collections.abc import Iterator
from itertools import takewhile
from typing import Final

from mla_graph.ingest.saved_page.mentions.acts import Mention, national_acts
from mla_graph.ingest.saved_page.mentions.index import Word, day_behind, words
from mla_graph.ingest.saved_page.names import Names
from mla_graph.ingest.saved_page.phrases import DAY, day_of, days

_PROTOCOL = re.compile(
    rf"\b(?:its\s(?:\w+\s)?Protocol|Protocol\sthereto)\s(?:(?:of|dated|from)\s(?:the\s)?{DAY}|of\s(?P<only>\d{{4}})\b)",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?<![\w./:-])(?:19|20)\d\d(?![\w/:-]|\.\d)")
_ABOUT_ANOTHER = re.compile(
    r"\b(?:protocols?|supplement\w*|additional|amend\w*|annex)\s"
    r"(?:(?:of|from|dated)\s(?:\w+\s){0,2}\d{4}\s|\(\d{4}\)\s)?(?:to\s)?(?:the\s)?$",
    re.IGNORECASE,
)
_CLOSED = re.compile(r"\d|\b(?:directive|regulation|decision|EIO)\b", re.IGNORECASE)
_GOES_ON = re.compile(r"\s?,?\s?(?:and\s(?:on|against)|between|to\sthe)\b")
_PART: Final = r"(?:\s?\(\w{1,3}\)|,?\s(?:paragraphs?|para\.?|par\.)\s?\d{1,2}\b)"
_NUMBER: Final = rf"\d+[a-z]?\b(?:[-/.]\d+\b)*{_PART}{{0,2}}"
_NUMBERS: Final = rf"{_NUMBER}(?:\s?(?:,|and|or|to|–)\s?{_NUMBER})*"
_ARTICLES: Final = (
    rf"(?P<word>art(?:icles?|s)?)\b\.?\s?(?P<list>{_NUMBERS})"
    r"(?P<more>\s?(?:and\s)?(?:ff?\b\.?|et\sseqq?\b\.?|following\b))?"
)
ARTICLE = re.compile(rf"\b{_ARTICLES}", re.IGNORECASE)
"""Articles, of whatever act."""

_BEFORE = re.compile(rf"\b{_ARTICLES}\s?,?\s?(?:of\s)?(?:the\s)?(?:(?:CoE|EU|UN)\s)?$", re.I)
_BEHIND = re.compile(
    rf"\s?[,(:]?\s?\b{_ARTICLES}(?!\s?(?:,\s?\d|and\b|or\b|to\b|of\b|\((?!annex)|par|[-–/.]?\d))\)?",
    re.IGNORECASE,
)
_ARTICLE = re.compile(rf"(?P<to>to\s|–\s?)?(?P<number>{_NUMBER})")
_RANGE = re.compile(r"(\d{1,4})-(\d{1,4})")
_LONGEST_RANGE: Final = 30
_STOPS: Final = (".", ";", ":", "\n", "- ", "– ")
_MADE_BY = re.compile(
    r",?\s(?:established\sby\sthe\sCouncil\s)?in\saccordance\swith\sArticle\s34\sof\sthe\sTreaty"
    r"\son\s(?:the\s)?European\sUnion\b,?|\sdrawn\sup\son\sthe\sbasis\sof\sArticle\sK\.3\sof\sthe\s"
    r"Treaty\son\sEuropean\sUnion\b,?",
    re.IGNORECASE,
)
"""What stands in the titles of the Union's conventions and in few of their names."""

_TO = re.compile(
    r"\s(?:(?:of|from|dated)\s(?:\w+\s){0,2}\d{4}\s|\(\d{4}\)\s)?to\s(?:the\s)?(?:(?:EU|CoE)\s)?",
    re.IGNORECASE,
)
_WITHIN: Final = "within a longer name"
_COUNTED = re.compile(
    r"\b(?:its|with|and|the|their)\s(?:its\s)?(?P<count>(?:two|both|first\sand\ssecond)\s)?"
    r"(?:its\s)?(?:additional\s)?(?:protocol|(?P<several>protocols))\b"
    r"(?:(?!\s(?:of|to|dated|from|on|thereto|\d))|(?P<years>\s\(?(?:(?:of|from)\s)?\d{4}(?:(?:,|\sand)\s\d{4})+\b))",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W_]+")
_BETWEEN = re.compile(r"[\s,()'’/-]{1,3}")
_OPENED = re.compile(r"\s\($")
_LONG_TITLE: Final = 3
_SURE: Final = 5
"""A name of so many words is that of its instrument, also with another day of its year."""

_OF_MAKERS: Final = frozenset(
    {"coe", "council", "eu", "europe", "european", "parliament", "union", "the", "of", "and"}
)
_REACH: Final = 60
"""How many characters before a name its articles or instrument may be."""


def mentions(text: str, names: Names, before: str | None = None) -> list[Mention]:
    """Find the acts that a text names, in the order of the text, each place once.

    ``before`` is the instrument named last before the text.
    """
    found: list[Mention] = []
    taken = bytearray(len(text))
    text = _MADE_BY.sub(lambda match: " " * len(match[0]), text)
    for finder in (_statutes, _by_name, _protocols, _counted_protocols, _by_date, _within_others):
        for mention in finder(text, names, found):
            if not any(taken[mention.start : mention.end]):
                found.append(mention)
                taken[mention.start : mention.end] = b"\1" * (mention.end - mention.start)
        found.sort(key=lambda mention: mention.start)
    found = list(_with_what_they_protocol(text, found, names, before))
    for place, mention in enumerate(found):
        following = found[place + 1].start if place + 1 < len(found) else len(text)
        if mention.kind == "instrument" and mention.key:
            _read_title_before(text, mention, names, found[place - 1].end if place else 0)
            _read_title(text, mention, names, following)
        _read_articles(text, mention)
    return found


def _with_what_they_protocol(
    text: str, found: list[Mention], names: Names, before: str | None
) -> Iterator[Mention]:
    """Give the mentions; a protocol is one to what the text says, or to what is named before."""
    waiting = deque(found)
    while waiting:
        mention = waiting.popleft()
        if waiting and _TO.fullmatch(text[mention.end : waiting[0].start]):
            targets = waiting[0].options or [waiting[0].key or ""]
            known = {key for target in targets for key in names.protocols.get(target, ())}
            fitting = [key for key in mention.options or [mention.key or ""] if key in known]
            if len(targets) == len(fitting) == 1:
                mention.key, mention.doubt = fitting[0], None
                mention.end = waiting.popleft().end
        if mention.key is None and before:
            fitting = [key for key in mention.options if key in names.protocols.get(before, ())]
            if len(fitting) == 1:
                mention.key, mention.doubt = fitting[0], None
        before = mention.key if mention.kind == "instrument" and mention.key else before
        yield mention


def cited_articles(mention: Mention) -> str:
    """Format the articles of a mention as they are cited."""
    return f"Art. {', '.join(mention.articles)}{' ff.' if mention.and_following else ''}"


def _statutes(text: str, names: Names, _: list[Mention]) -> Iterator[Mention]:
    yield from national_acts(text, names)


def _by_name(text: str, names: Names, _: list[Mention]) -> Iterator[Mention]:
    own = [match.span() for match in _PROTOCOL.finditer(text)]
    for start, end, keys in names.treaties.find(text):
        if any(first < start < last for first, last in own):
            continue
        mention = _named(text, start, end, keys, names)
        if not (mention.doubt or "").endswith(_WITHIN):
            yield mention


def _within_others(text: str, names: Names, _: list[Mention]) -> Iterator[Mention]:
    """Find names that are part of a longer one, which no other finder has read."""
    for start, end, keys in names.treaties.find(text):
        mention = _named(text, start, end, keys, names)
        if mention.doubt:
            yield mention


def _named(text: str, start: int, end: int, keys: set[str], names: Names) -> Mention:
    """Check a name in the text against the days and words beside it."""
    _, whole = day_behind(text, end)
    named = {day for _, day in days(text[start:whole])}
    acts = [names.instruments[key] for key in sorted(keys)]
    long = len(words(text[start:end])) >= _SURE
    fitting = [
        act.key
        for act in acts
        if all(act.is_of(day) or (long and act.is_of(day[:4])) for day in named)
    ]
    listed = " or ".join(sorted(keys))
    doubt = None
    if not fitting:
        doubt = f"the name of {listed} with {', '.join(sorted(named))}, which is not its day"
    elif len(fitting) > 1:
        doubt = f"a name that may be {' or '.join(fitting)}"
    elif not named and (
        _ABOUT_ANOTHER.search(text[max(0, start - _REACH) : start])
        or (_GOES_ON.match(text, end) and not _CLOSED.search(text[start:end]))
    ):
        doubt = f"the name of {listed} {_WITHIN}"
    key = None if doubt else fitting[0]
    return Mention("instrument", key, start, whole, doubt=doubt, options=fitting)


def _protocols(text: str, names: Names, found: list[Mention]) -> Iterator[Mention]:
    """Find ``its Protocol of …``, which belongs to the instrument named last."""
    before, last = deque(found), None
    for match in _PROTOCOL.finditer(text):
        while before and before[0].end <= match.start():
            mention = before.popleft()
            if mention.kind == "instrument" and not (last and last.end > mention.end):
                last = mention
        keys = names.protocols.get((last and last.key) or "", set())
        date = match["only"] or day_of(match)
        fitting = [key for key in keys if names.instruments[key].is_of(date)]
        key, doubt = (fitting[0], None) if len(fitting) == 1 else (None, "an unknown protocol")
        protocol = Mention("instrument", key, *match.span(), doubt=doubt)
        yield protocol
        if found and found[-1] is protocol:
            last = protocol


def _counted_protocols(text: str, names: Names, found: list[Mention]) -> Iterator[Mention]:
    """Find ``its Protocol`` of what has one, ``its two Protocols`` of what has two."""
    for match in _COUNTED.finditer(text):
        before = [m for m in found if m.kind == "instrument" and m.end <= match.start()]
        known = names.protocols_in_force((before[-1].key if before else None) or "")
        if match["years"]:
            years = re.findall(r"\d{4}", match["years"])
            said = {y: [key for key in known if names.instruments[key].is_of(y)] for y in years}
            known = [key for keys in said.values() for key in keys if len(keys) == 1]
            fits = len(known) == len(years)
        elif match["count"]:
            fits = len(known) == len(("first", "second"))
        else:
            fits = len(known) == 1 and not match["several"]
        if fits:
            yield Mention("instrument", known[0], *match.span(), also=known[1:])


def _by_date(text: str, names: Names, found: list[Mention]) -> Iterator[Mention]:
    """Find instruments called by a day or year, with the words of their names beside it."""
    dates = [(*match.span(), day) for match, day in days(text)]
    dates += [
        (*match.span(), match[0])
        for match in _YEAR.finditer(text)
        if not any(start <= match.start() < end for start, end, _ in dates)
    ]
    for start, end, date in dates:
        first = max((m.end for m in found if m.end <= start), default=max(0, start - 4 * _REACH))
        last = min((m.start for m in found if m.start >= end), default=end + 4 * _REACH)
        cut = max(text.rfind(mark, first, start) for mark in _STOPS)
        stops = [place for mark in _STOPS if (place := text.find(mark, end, last)) >= 0]
        left = max(first, cut + 1)
        before = [Word((w, left + a, left + b)) for w, a, b in words(text[left:start])]
        after = [Word((w, end + a, end + b)) for w, a, b in words(text[end : min([last, *stops])])]
        named = {
            act.key: span
            for act in names.instruments.values()
            if act.is_of(date) and (span := act.named_around(before, after, date))
        }
        if len(named) > 1:
            spans = {key: (min(a, start), max(b, end)) for key, (a, b) in named.items()}
            longest = max(b - a for a, b in spans.values())
            named = {key: (a, b) for key, (a, b) in spans.items() if b - a == longest}
        if named:
            begin, finish = next(iter(named.values()))
            key = next(iter(named)) if len(named) == 1 else None
            doubt = None if key else f"a name that may be {' or '.join(sorted(named))}"
            span = min(begin, start), max(finish, end)
            yield Mention("instrument", key, *span, doubt=doubt, options=sorted(named))


def _read_title(text: str, mention: Mention, names: Names, following: int) -> None:
    """Extend a mention over the words of the act's own names and days that are beside it."""
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


def _read_title_before(text: str, mention: Mention, names: Names, last: int) -> None:
    """Extend a mention back over a title of the act before a bracket or comma."""
    if (bracket := _OPENED.search(text[: mention.start])) is None:
        return
    act = names.instruments[mention.key or ""]
    start = max(last, *(text.rfind(mark, 0, bracket.start()) + 1 for mark in _STOPS))
    own = list(
        takewhile(
            lambda word: act.has_word(word[0], _OF_MAKERS),
            reversed(words(text[start : bracket.start()])),
        )
    )
    while own and act.is_minor(own[-1][0]):
        own.pop()
    if len(own) >= _LONG_TITLE:
        mention.start = start + own[-1][1]


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
