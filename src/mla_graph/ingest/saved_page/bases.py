"""The section on the legal framework: instruments, national acts, conditions."""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from mla_graph.ingest.facts.nodes import ref
from mla_graph.ingest.saved_page.cited import Mention, cited_articles, mentions
from mla_graph.ingest.saved_page.grammar import Statement
from mla_graph.ingest.saved_page.reading import Item, Reading, item
from mla_graph.ingest.saved_page.sections import FRAMEWORK, SECTIONS
from mla_graph.ingest.saved_page.statements import statements

_ROLES: Final = {
    "approves": re.compile(r"\b(?:approved|ratified)\b", re.I),
    "transposes": re.compile(r"\b(?:implemented|transposed)\b", re.I),
}
_UNITS: Final = {"H": "hour", "D": "day", "M": "month", "Y": "year"}


def legal_framework(reading: Reading) -> dict[str, list[Item]]:
    """Read instruments, national acts with their roles, and the conditions on both."""
    said = [statement for statement, _ in statements(reading, FRAMEWORK)]
    taken: dict[tuple[str, str], list[Mention]] = {}
    statutes = []
    for statement in said:
        acts = [*statement.all("instrument"), *statement.all("statute", "basis")]
        for mention in acts if statement.says != "conditions" else ():
            taken.setdefault((mention.kind, mention.key), []).append(mention)
        if "protocols" in statement:
            what = f"the protocols to {acts[-1].kind}/{acts[-1].key}: which are meant"
            reading.account.left(FRAMEWORK, what)
        statutes += list(_with_roles(reading, statement))
    instruments = []
    for rank, ((kind, key), places) in enumerate(taken.items(), start=1):
        cited = next((place for place in places if place.articles), None)
        what = f"legal basis {kind}/{key}"
        what += f", {cited_articles(cited)}" if cited else ""
        own = {"articles": _articles(cited) if cited else [], "rank": rank}
        if kind == "instrument":
            instruments.append(item(FRAMEWORK, {"key": key, **own}))
        else:
            reading.account.left(FRAMEWORK, f"{what}: for which states it is one")
            act = {**_act(places[0]), "role": "basis", "part": key}
            statutes.append(item(FRAMEWORK, {**act, **own}))
        reading.account.took(FRAMEWORK, what)
    new = {str(act["key"]) for act in statutes}
    limits = [statement for statement in said if statement.says == "conditions"]
    conditions = [found for statement in limits for found in _conditions(reading, statement, new)]
    used = {key for _, key in taken} | new | {str(one.get("instrument")) for one in conditions}
    _report_unused(reading, used)
    return {"instruments": instruments, "statutes": statutes, "conditions": conditions}


def _with_roles(reading: Reading, statement: Statement) -> Iterator[Item]:
    """Read the acts that do something for the instrument right before them."""
    acts = [thing for thing in statement.parts[""] if thing.kind in ("instrument", "statute")]
    for before, thing in pairwise(acts):
        if before.kind != "instrument" or thing.kind != "statute":
            continue
        for role, pattern in _ROLES.items():
            if pattern.search(statement.text[before.end : thing.start]):
                mention, instrument = thing.value, before.value.key
                what = f"statute/{mention.key} {role} instrument/{instrument}"
                reading.account.took(FRAMEWORK, what)
                yield item(FRAMEWORK, {**_act(mention), "role": role, "instrument": instrument})


def _act(mention: Mention) -> Item:
    from babel.dates import format_date, parse_date

    day = format_date(parse_date(mention.day or "", locale="en_CA"), "d MMMM yyyy", locale="en")
    return {"key": mention.key, "title": f"{mention.name} of {day}", "date": mention.day}


def _articles(mention: Mention) -> list[str]:
    """Return the articles as records write them, the last with ``ff.`` where the page has it."""
    *first, last = mention.articles
    return [*first, f"{last} ff." if mention.and_following else last]


def _conditions(reading: Reading, statement: Statement, new: set[str]) -> Iterator[Item]:
    """Read a threshold or dual criminality, for one basis or for all."""
    bases = [*statement.all("instrument", "basis"), *statement.all("statute", "basis")]
    basis = bases[0] if bases else None
    what = "dual criminality" if "dual" in statement else "a threshold"
    if basis and not (basis.key in new or reading.names.known.describes(_iri(basis))):
        reading.account.left(FRAMEWORK, f"{what}: which basis it limits")
        return
    limited = f"{basis.kind}/{basis.key}" if basis else "every basis"
    reading.account.took(FRAMEWORK, f"{what} for {limited}")
    kind, value, note = "dual-criminality", None, "Dual criminality"
    if "dual" not in statement:
        kind, (value,) = "minimum-penalty", statement.all("period", "period")
        note = f"Penalty of at least {_spoken(value)}"
    values = {
        "type": kind,
        "note": note,
        "value": value,
        "law": "both" if "both" in statement or "dual" in statement else None,
        "part": f"{basis.key}-{kind}" if basis else kind,
    }
    if basis:
        values |= {basis.kind: basis.key, "articles": basis.articles}
    yield item(FRAMEWORK, values)


def _iri(mention: Mention) -> str:
    return ref(mention.kind, str(mention.key)).value


def _spoken(value: str) -> str:
    """Format a period of one unit, such as P6M, as 6 months."""
    number = value.strip("PTHDMY")
    return f"{number} {_UNITS[value[-1]]}{'' if number == '1' else 's'}"


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
