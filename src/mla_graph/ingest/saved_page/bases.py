"""The section on the legal framework: instruments, national acts, conditions."""

import re
from collections.abc import Iterator

from mla_graph.ingest.facts.nodes import ref
from mla_graph.ingest.saved_page.cited import ARTICLE, Mention, cited_articles, mentions
from mla_graph.ingest.saved_page.phrases import DOUBT, PERIOD, Sentence, period_of, sentences
from mla_graph.ingest.saved_page.reading import Item, Reading, item
from mla_graph.ingest.saved_page.sections import FRAMEWORK, SECTIONS, Section

_BASIS = re.compile(r"\bbasis\s?:?\s?(?:the\s)?$", re.IGNORECASE)
_PENALTY = re.compile(
    r"\b(?:imprisonment|prison|custod\w+|detention|deprivation of liberty|sentences?)\b", re.I
)
_AT_LEAST = re.compile(
    rf"\b(?:at\sleast|not\sless\sthan|(?:a\s)?minimum\sof)\s{PERIOD}", re.IGNORECASE
)
_DUAL = re.compile(
    r"\b(?:subject\sto|requires?|condition(?:al)?\s(?:of|on|upon))\s(?:the\s)?"
    r"(?:principle\sof\s)?(?:dual|double)\scriminality\b"
    r"|\b(?:dual|double)\scriminality\s(?:is|as)\s(?:always\s)?(?:an?\s)?"
    r"(?:required|necessary|requirement|condition)\b",
    re.IGNORECASE,
)
_BOTH = re.compile(
    r"\b(?:both|two)\s(?:States|countries|parties)\b"
    r"|\blaw\sand\sthe\slaw\sof\sthe\s(?:requesting|issuing)\b",
    re.IGNORECASE,
)


def legal_framework(reading: Reading) -> dict[str, list[Item]]:
    """Read instruments, national acts with their roles, and the conditions on both."""
    section = reading.page.section(FRAMEWORK)
    found = mentions(section.text, reading.names)
    for mention in found:
        if mention.doubt:
            reading.account.left(FRAMEWORK, mention.doubt)
        else:
            section.mark(mention.start, mention.end)
    statutes = list(_with_roles(reading, found))
    taken: dict[str, list[Mention]] = {}
    for mention in found:
        if mention.key and (mention.kind == "instrument" or _is_basis(section, mention)):
            taken.setdefault(mention.key, []).append(mention)
    _report_unused(reading, found, taken)
    instruments = []
    for rank, (key, places) in enumerate(taken.items(), start=1):
        cited = next((place for place in places if place.articles), None)
        what = f"legal basis {places[0].kind}/{key}"
        what += f", {cited_articles(cited)}" if cited else ""
        own = {"articles": _articles(cited) if cited else [], "rank": rank}
        if places[0].kind == "instrument":
            instruments.append(item(FRAMEWORK, {"key": key, **own}))
        else:
            reading.account.left(FRAMEWORK, f"{what}: for which states it is one")
            act = {**_act(places[0]), "role": "basis", "part": key}
            statutes.append(item(FRAMEWORK, {**act, **own}))
        reading.account.took(FRAMEWORK, what)
    acts = {str(act["key"]) for act in statutes}
    conditions = list(_conditions(reading, section, found, acts))
    _report_elsewhere(reading)
    return {"instruments": instruments, "statutes": statutes, "conditions": conditions}


def _is_basis(section: Section, mention: Mention) -> bool:
    """Return whether the page calls the act a basis right before its name."""
    return _BASIS.search(section.text[: mention.start][-40:]) is not None


def _with_roles(reading: Reading, found: list[Mention]) -> Iterator[Item]:
    """Read the acts that do something for an instrument."""
    for mention in found:
        if mention.key and mention.role:
            role, instrument = mention.role
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


def _report_unused(reading: Reading, found: list[Mention], taken: dict[str, list[Mention]]) -> None:
    for mention in found:
        if mention.kind == "statute" and mention.key not in (None, *taken) and not mention.role:
            what = f"statute/{mention.key} is named; for what was not read"
            reading.account.left(FRAMEWORK, what)


def _conditions(
    reading: Reading, section: Section, found: list[Mention], acts: set[str]
) -> Iterator[Item]:
    """Read thresholds and dual criminality whose sentence names one basis."""
    for sentence in sentences(section.text):
        penal = _PENALTY.search(sentence.text) is not None
        at_least = list(_AT_LEAST.finditer(sentence.text)) if penal else []
        dual = _DUAL.search(sentence.text)
        if not (at_least or dual):
            continue
        inside = [
            m for m in found if m.start < sentence.end and sentence.start < m.end and not m.role
        ]
        bare = sentence.text
        for mention in inside:
            bare = bare.replace(section.text[mention.start : mention.end], " ")
        what = f"a threshold of {period_of(at_least[0])}" if at_least else "dual criminality"
        if len(at_least) > 1:
            reading.account.left(FRAMEWORK, "several thresholds in one sentence")
        elif DOUBT.search(bare):
            reading.account.left(FRAMEWORK, f"{what} beside a negation or an exception")
        elif not (basis := _one_basis(reading, inside, acts)):
            reading.account.left(FRAMEWORK, f"{what}: which basis it limits")
        else:
            section.mark(sentence.start, sentence.end)
            reading.account.took(FRAMEWORK, f"{what} for {basis.kind}/{basis.key}")
            if at_least:
                yield _condition("minimum-penalty", sentence, basis, at_least[0])
            if dual:
                yield _condition("dual-criminality", sentence, basis)


def _one_basis(reading: Reading, inside: list[Mention], acts: set[str]) -> Mention | None:
    """Return the one act among the mentions that the draft or the graph describes."""
    if len({(mention.kind, mention.key) for mention in inside}) != 1 or not inside[0].key:
        return None
    basis, key = inside[0], inside[0].key
    known = reading.names.known.describes(ref(basis.kind, key).value)
    return basis if known or key in acts else None


def _condition(
    kind: str, sentence: Sentence, basis: Mention, period: re.Match[str] | None = None
) -> Item:
    note = "Dual criminality"
    if period:
        number, unit = period["number"].lower(), period["unit"].lower()
        note = f"Penalty of at least {number} {unit}{'' if number in ('1', 'one') else 's'}"
    both = kind == "dual-criminality" or _BOTH.search(sentence.text)
    values = {
        "type": kind,
        "note": note,
        "value": period_of(period) if period else None,
        "law": "both" if both else None,
        basis.kind: basis.key,
        "articles": basis.articles,
        "part": f"{basis.key}-{kind}",
    }
    return item(FRAMEWORK, values)


def _report_elsewhere(reading: Reading) -> None:
    """Report acts in other sections, and articles that belong to no act for certain."""
    for name in SECTIONS:
        section = reading.page.section(name)
        found = mentions(section.text, reading.names)
        if name != FRAMEWORK:
            for mention in found:
                if mention.key:
                    ending = f", {cited_articles(mention)}" if mention.articles else ""
                    what = f"{mention.kind}/{mention.key}{ending} is named; for what was not read"
                    reading.account.left(name, what)
        owned = bytearray(len(section.text))
        for mention in found:
            if mention.key:
                owned[mention.start : mention.end] = b"\1" * (mention.end - mention.start)
        for match in ARTICLE.finditer(section.text):
            if not owned[match.start()]:
                what = f"Art. {match['list']} is cited; of which act was not read"
                reading.account.left(name, what)
