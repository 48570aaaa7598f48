"""The section on the legal framework: instruments, national acts, conditions."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Final

from mla_graph.ingest.saved_page.conditions import conditions_of
from mla_graph.ingest.saved_page.grammar import Statement
from mla_graph.ingest.saved_page.groups import Groups
from mla_graph.ingest.saved_page.mentions.acts import Mention
from mla_graph.ingest.saved_page.mentions.cited import cited_articles, mentions
from mla_graph.ingest.saved_page.reading import Item, Reading, item
from mla_graph.ingest.saved_page.sections import FRAMEWORK, SECTIONS
from mla_graph.ingest.saved_page.statements import statements

_GIVEN_EFFECT: Final = {
    "approves": re.compile(r"\b(?:approved|ratified)\b", re.I),
    "transposes": re.compile(r"\b(?:implemented|transposed|transposition)\b", re.I),
}
"""What stands between an instrument and the act that does something for it."""

_GIVES_EFFECT: Final = {
    "approves": re.compile(r"\b(?:approv|ratif)(?:es|ied|ed|ying|ing|ies)\b", re.I),
    "transposes": re.compile(
        r"\b(?:transpos(?:es|ed|ing)|implement(?:s|ed|ing)|transposition\sof|implementation\sof)\b",
        re.I,
    ),
}
"""What stands between an act and the instrument."""

_ITS_PROTOCOL = re.compile(r"its\b", re.IGNORECASE)


@dataclass
class _Basis:
    """The places that name a basis, and the groups of states for which."""

    places: list[Mention] = field(default_factory=list)
    groups: set[str | None] = field(default_factory=set)


def legal_framework(reading: Reading) -> dict[str, list[Item]]:
    """Read instruments, national acts with their roles, and the conditions on both."""
    taken: dict[tuple[str, str], _Basis] = defaultdict(_Basis)
    statutes: list[Item] = []
    groups = Groups()
    for statement, _ in statements(reading, FRAMEWORK):
        scope = groups.of(statement)
        for mention in _bases(statement):
            basis = taken[mention.kind, str(mention.key)]
            basis.places.append(mention)
            basis.groups.add(scope.get(mention.start))
        statutes += _with_roles(reading, statement)
    instruments = []
    for rank, ((kind, key), basis) in enumerate(taken.items(), start=1):
        cited = next((place for place in basis.places if place.articles), None)
        what = f"legal basis {kind}/{key}"
        what += f", {cited_articles(cited)}" if cited else ""
        own = {"articles": _articles(cited) if cited else [], "rank": rank}
        if kind == "instrument":
            (group, *others) = basis.groups
            if others or group == "some":
                reading.account.left(FRAMEWORK, f"{what}: for which states it is one")
            known = None if others or group == "some" else group
            instruments.append(item(FRAMEWORK, {"key": key, **own, "scope": known}))
        else:
            reading.account.left(FRAMEWORK, f"{what}: for which states it is one")
            act = {**_act(basis.places[0]), "role": "basis", "part": key}
            statutes.append(item(FRAMEWORK, {**act, **own}))
        reading.account.took(FRAMEWORK, what)
    new = {str(act.get("key")) for act in statutes}
    conditions = list(conditions_of(reading, new))
    used = {key for _, key in taken} | new | {str(one.get("instrument")) for one in conditions}
    _report_unused(reading, used)
    return {"instruments": instruments, "statutes": statutes, "conditions": conditions}


def _bases(statement: Statement) -> list[Mention]:
    """Return the bases that a statement names."""
    if statement.says == "conditions":
        return []
    found = [*statement.all("instrument"), *statement.all("statute", "basis")]
    for mention in list(found):
        found += [replace(mention, key=key, also=[], articles=[]) for key in mention.also]
    return found


def _with_roles(reading: Reading, statement: Statement) -> Iterator[Item]:
    """Read the acts that do something for the instrument before or behind them."""
    acts = [thing for thing in statement.parts[""] if thing.kind in ("instrument", "statute")]
    for place, (before, thing) in enumerate(pairwise(acts)):
        between = statement.text[before.end : thing.start]
        if (before.kind, thing.kind) == ("instrument", "statute"):
            concerned, act, patterns = [before.value], thing.value, _GIVEN_EFFECT
            if _ITS_PROTOCOL.match(before.text) and place and acts[place - 1].kind == "instrument":
                concerned.insert(0, acts[place - 1].value)
        elif (before.kind, thing.kind) == ("statute", "instrument"):
            concerned, act, patterns = [thing.value], before.value, _GIVES_EFFECT
        else:
            continue
        for role, pattern in patterns.items():
            for mention in concerned if pattern.search(between) else ():
                what = f"{act.name if not act.key else f'statute/{act.key}'} {role}"
                reading.account.took(FRAMEWORK, f"{what} instrument/{mention.key}")
                values = {"role": role, "instrument": mention.key}
                yield item(FRAMEWORK, {**_act(act), **values})


def _act(mention: Mention) -> Item:
    from babel.dates import format_date, parse_date

    title = mention.name
    if mention.day:
        day = format_date(parse_date(mention.day, locale="en_CA"), "d MMMM yyyy", locale="en")
        title = f"{title} of {day}"
    values = {
        "key": mention.key, "title": title, "date": mention.day, "number": mention.number,
    }  # fmt: skip
    return {name: value for name, value in values.items() if value}


def _articles(mention: Mention) -> list[str]:
    """Return the articles as records write them, the last with ``ff.`` where the page has it."""
    *first, last = mention.articles
    return [*first, f"{last} ff." if mention.and_following else last]


def _report_unused(reading: Reading, used: set[str]) -> None:
    """Report the acts that a page names and that nothing was read of, and doubtful names."""
    for name in SECTIONS:
        section = reading.page.section(name)
        for mention in mentions(section.text, reading.names):
            if mention.doubt:
                reading.account.left(name, mention.doubt)
            elif name != FRAMEWORK or mention.key not in used:
                ending = f", {cited_articles(mention)}" if mention.articles else ""
                what = f"{mention.kind}/{mention.key}{ending} is named; for what was not read"
                reading.account.left(name, what)
