"""Mentions of national acts, with number and date in the manners of the states."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from mla_graph.ingest.facts.nodes import slug
from mla_graph.ingest.saved_page.names import Names, act_number
from mla_graph.ingest.saved_page.phrases import DAY, day_of, one_day
from mla_graph.model.errors import InvalidValue
from mla_graph.model.terms import date_term

_KIND: Final = (
    r"(?:(?:Organic|Royal|Legislative|Government|Presidential|Federal|Emergency|Constitutional|"
    r"Ministerial)\s){0,2}(?:Statute|Law|Act|Decree(?:-Law)?|Ordinance|Legal\sNotice)"
)
_SIGN: Final = r"(?:n(?:o|r|°|º|umber|um)s?\.?\s?)"
_NUMBER: Final = (
    rf"{_SIGN}?\(?(?:\d{{1,4}}(?:\s?\([IVX]{{1,4}}\)\s?)?[/:]\d{{2,4}})\)?|{_SIGN}?\d{{4}}-\d{{2,4}}|{_SIGN}?\d{{1,4}}|"
    r"[CDILMVX]{1,9}"
)
_GAZETTE: Final = (
    r"(?:\s?\((?:Official\sGazette|Official\sJournal|Federal\sLaw\sGazette|State\sGazette|OJ|OG|SG)"
    r"[^()]{0,120}\))?"
)
_ABBREVIATION: Final = r"(?:\s\((?!EIO|MLA|EAW|ETS)[A-Z][\w/-]{1,14}\))?"
_STATUTE = re.compile(
    rf"\b(?P<name>{_KIND})(?:,?\s(?P<act>{_NUMBER}))?(?:,?\sColl\.?)?"
    rf"(?:,?\s(?:of|dated|from)\s(?:the\s)?(?:{DAY}|(?P<only>\d{{4}})\b|"
    r"(?P<of>\d{1,2})\s(?:of\s)?(?P<which>[A-Z][a-z]{2,8})\b))?",
    re.IGNORECASE,
)
_AFTER = re.compile(rf"{_GAZETTE}{_ABBREVIATION}{_GAZETTE}")
_TITLE: Final = r"(?:(?:[A-Z][\w-]+|\([A-Z][\w\s-]{2,40}\)|and|of|in|for|on|the)\s){1,12}"
_CALLED = re.compile(rf"\b{_TITLE}Act\s(?P<year>\d{{4}})\b")


@dataclass
class Mention:
    """A place that names an act; ``key`` is None, with a ``doubt``, if uncertain.

    ``also`` are the keys of further instruments that it names, ``options`` those that an uncertain
    name may mean.
    """

    kind: str
    key: str | None
    start: int
    end: int
    doubt: str | None = None
    articles: list[str] = field(default_factory=list)
    and_following: bool = False
    day: str | None = None
    name: str = ""
    number: str | None = None
    also: list[str] = field(default_factory=list)
    options: list[str] = field(default_factory=list)


def national_acts(text: str, names: Names) -> Iterator[Mention]:
    """Find the national acts that a text names by day, by number or by title and year."""
    for match in _STATUTE.finditer(text):
        after = _AFTER.match(text, match.end())
        end = after.end() if after else match.end()
        if match["day"]:
            yield _dated(match, end, names)
        elif match["act"] and (act_number(match["act"]) or match["only"]):
            yield _numbered(match, end, names)
    for match in _CALLED.finditer(text):
        name = " ".join(match[0].split()).removeprefix("The ").removeprefix("the ")
        key = f"{names.iso}-{slug(name, 60)}"
        yield Mention("statute", key, *match.span(), name=name)


def _dated(match: re.Match[str], end: int, names: Names) -> Mention:
    day = day_of(match)
    try:
        date_term(day)
    except InvalidValue:
        return Mention("statute", None, match.start(), end, f"{day} is no day of the calendar")
    keys = names.statutes(day)
    if len(keys) > 1:
        doubt = f"the act of {day} may be {' or '.join(keys)}"
        return Mention("statute", None, match.start(), end, doubt)
    key = keys[0] if keys else f"{names.iso}-{day}"
    name, number = _name(match)
    return Mention("statute", key, match.start(), end, day=day, name=name, number=number)


def _numbered(match: re.Match[str], end: int, names: Names) -> Mention:
    name, number = _name(match)
    day = _day_in_year(match, number or "")
    if match["only"]:
        number, name = f"{number}/{match['only']}", f"{name} of {match['only']}"
    keys = names.acts_with_number(number or "")
    if len(keys) > 1:
        doubt = f"the act {number} may be {' or '.join(keys)}"
        return Mention("statute", None, match.start(), end, doubt)
    key = keys[0] if keys else _key(names.iso, number or "")
    if day and len(of_day := names.statutes(day)) == 1:
        key = of_day[0]
    return Mention("statute", key, match.start(), end, day=day, name=name, number=number)


def _day_in_year(match: re.Match[str], number: str) -> str | None:
    """Return the day of an act such as Law No. 88/2017 of 21 August."""
    year = number.rpartition("/")[2]
    if not match["of"] or len(year) != len("2017"):
        return None
    return one_day(f"{match['of']} {match['which']} {year}")


def _key(iso: str, number: str) -> str:
    return f"{iso}-act-{'-'.join(re.findall(r'[a-z0-9]+', number.lower()))}"


def _name(match: re.Match[str]) -> tuple[str, str | None]:
    """Return the name of an act with its number as it is cited, and the number alone."""
    kind = " ".join(match["name"].split()).capitalize()
    if not match["act"]:
        return kind, None
    number = re.sub(rf"^{_SIGN}", "", match["act"], flags=re.I).strip("() ").replace(" ", "")
    if number.startswith(tuple("IVXLCDM")) or ":" in number:
        return f"{kind} {number}", number
    return f"{kind} No. {number}", number
