"""The section on the legal framework: bases, national acts, and conditions that limit a basis."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

import pyoxigraph as ox

from mla_graph.ingest.facts.nodes import (
    Node,
    by_the_hour,
    code,
    day,
    duration,
    properties,
    ref,
    state,
    text,
)
from mla_graph.ingest.kinds.shared.provision_nodes import provision, provision_key
from mla_graph.ingest.saved_page.cited import ARTICLE, Mention, cited_articles, mentions
from mla_graph.ingest.saved_page.parts import Reading
from mla_graph.ingest.saved_page.phrases import DOUBT, PERIOD, Sentence, period_of, sentences
from mla_graph.ingest.saved_page.sections import FRAMEWORK, SECTIONS, Section

_ORDER: Final = "eu-dir-2014-41"
_BASIS = re.compile(r"\bbasis\s*:?\s*(?:the\s+)?$", re.IGNORECASE)
_PENALTY = re.compile(
    r"\b(?:imprisonment|prison|custod\w+|detention|deprivation of liberty|sentences?)\b", re.I
)
_AT_LEAST = re.compile(
    rf"\b(?:at\s+least|not\s+less\s+than|(?:a\s+)?minimum\s+of)\s+{PERIOD}", re.IGNORECASE
)
_DUAL = re.compile(
    r"\b(?:subject\s+to|requires?|condition(?:al)?\s+(?:of|on|upon))\s+(?:the\s+)?"
    r"(?:principle\s+of\s+)?(?:dual|double)\s+criminality\b"
    r"|\b(?:dual|double)\s+criminality\s+(?:is|as)\s+(?:always\s+)?(?:a\s+|an?\s+)?"
    r"(?:required|necessary|requirement|condition)\b",
    re.IGNORECASE,
)
_BOTH = re.compile(
    r"\b(?:both|two)\s+(?:States|countries|parties)\b"
    r"|\blaw\s+and\s+the\s+law\s+of\s+the\s+(?:requesting|issuing)\b",
    re.IGNORECASE,
)


def bases(reading: Reading) -> Iterator[Node]:
    """Legal bases with their provisions, national acts with their roles, then conditions."""
    section = reading.page.section(FRAMEWORK)
    found = mentions(section.text, reading.names)
    for mention in found:
        if mention.doubt:
            reading.account.left(FRAMEWORK, mention.doubt)
        else:
            section.mark(mention.start, mention.end)
    yield from _acts(reading, section, found)
    yield from _rests_on(reading, section, found)
    yield from _conditions(reading, section, found)
    _tell_elsewhere(reading)


def _is_basis(section: Section, mention: Mention) -> bool:
    """Whether the page calls the act a basis right before it."""
    return _BASIS.search(section.text[: mention.start][-40:]) is not None


def _acts(reading: Reading, section: Section, found: list[Mention]) -> Iterator[Node]:
    """The national acts that are a basis or do something for an instrument, and what they do."""
    for mention in found:
        if mention.kind != "statute" or not (mention.role or _is_basis(section, mention)):
            continue
        if mention.key is None:
            continue
        key, file = mention.key, f"statutes/{reading.iso.lower()}/{mention.key}"
        values: dict[str, Any] = {
            "rdfs:label": text(f"{mention.name} of {_spoken(mention.day)}"),
            "skos:notation": code(key),
            "eli:date_document": day(mention.day),
            "mla:concernsState": state(reading.iso),
        }
        yield Node("statute", key, "Statute", file, properties(values), reading.at(FRAMEWORK))
        if mention.role is None:
            continue
        role, instrument = mention.role
        reading.account.took(FRAMEWORK, f"statute/{key} {role} instrument/{instrument}")
        values = {
            "mla:fulfilledBy": ref("statute", key),
            "mla:hasStatuteRole": ref("statute-role", role),
            "mla:concernsInstrument": ref("instrument", instrument),
            "mla:concernsState": state(reading.iso),
        }
        own = f"{key}-{role}-{instrument}"
        yield Node(
            "statutory-role", own, "StatutoryRole", file, properties(values), reading.at(FRAMEWORK)
        )


def _spoken(date: str | None) -> str:
    from babel.dates import format_date, parse_date

    return format_date(parse_date(date or "", locale="en_CA"), "d MMMM yyyy", locale="en")


def _rests_on(reading: Reading, section: Section, found: list[Mention]) -> Iterator[Node]:
    """An instrument that is named is a basis; a national act only where the page calls it one."""
    taken: dict[str, list[Mention]] = {}
    for mention in found:
        if mention.key is None:
            continue
        if mention.kind == "instrument" or _is_basis(section, mention):
            taken.setdefault(mention.key, []).append(mention)
    for mention in found:
        if mention.kind == "statute" and mention.key not in (None, *taken) and not mention.role:
            what = f"statute/{mention.key} is named; for what was not read"
            reading.account.left(FRAMEWORK, what)
    for rank, (key, places) in enumerate(taken.items(), start=1):
        kind = places[0].kind
        cited = next((place for place in places if place.articles), None)
        roles = [m for m in found if m.role and m.role[1] == key]
        values: dict[str, Any] = {
            "mla:restsOn": ref(kind, key),
            "mla:rank": ox.Literal(rank),
            "mla:appliesToGroup": _group(kind, key),
        }
        if len({(m.key, m.role) for m in roles}) == 1 and roles[0].role:
            act = f"{roles[0].key}-{roles[0].role[0]}-{key}"
            values["mla:hasStatutoryRole"] = ref("statutory-role", act)
        what = f"legal basis {kind}/{key}"
        if cited:
            what += f", {cited_articles(cited)}"
            values["mla:statedIn"] = _provisions(kind, key, cited)
            values["mla:citedAs"] = code(cited_articles(cited)) if cited.and_following else None
            yield from _provision_nodes(reading, kind, key, cited)
        if kind == "statute":
            reading.account.left(FRAMEWORK, f"{what}: for which states it is one")
        reading.account.took(FRAMEWORK, what)
        yield reading.part("legal-basis", key, "LegalBasis", values, FRAMEWORK)


def _group(kind: str, key: str) -> ox.NamedNode | None:
    """For whom: a treaty serves its parties, the order those who gave it effect."""
    if kind == "statute":
        return None
    return ref("applies-to", "eio-states" if key == _ORDER else "treaty-parties")


def _provisions(kind: str, key: str, cited: Mention) -> list[ox.NamedNode]:
    return [ref("provision", provision_key(key, article)) for article in cited.articles]


def _provision_nodes(reading: Reading, kind: str, key: str, cited: Mention) -> Iterator[Node]:
    folder = "instruments" if kind == "instrument" else f"statutes/{reading.iso.lower()}"
    for article in cited.articles:
        node = provision(key, article, reading.at(FRAMEWORK))
        owner = properties({"eli:is_part_of": ref(kind, key)})
        yield replace(node, file=f"{folder}/{key}", properties={**node.properties, **owner})


def _conditions(reading: Reading, section: Section, found: list[Mention]) -> Iterator[Node]:
    """Thresholds and dual criminality, where the same sentence says of which one basis."""
    for sentence in sentences(section.text):
        at_least = list(_AT_LEAST.finditer(sentence.text)) if _penal(sentence) else []
        dual = _DUAL.search(sentence.text)
        if not (at_least or dual):
            continue
        inside = [
            m for m in found if m.start < sentence.end and sentence.start < m.end and not m.role
        ]
        keys = {(m.kind, m.key) for m in inside}
        bare = sentence.text
        for mention in inside:
            bare = bare.replace(section.text[mention.start : mention.end], " ")
        what = f"a threshold of {period_of(at_least[0])}" if at_least else "dual criminality"
        if len(at_least) > 1:
            reading.account.left(FRAMEWORK, "several thresholds in one sentence")
        elif DOUBT.search(bare):
            reading.account.left(FRAMEWORK, f"{what} beside a negation or an exception")
        elif len(keys) != 1 or inside[0].key is None:
            reading.account.left(FRAMEWORK, f"{what}: which basis it limits")
        else:
            section.mark(sentence.start, sentence.end)
            reading.account.took(FRAMEWORK, f"{what} for {inside[0].kind}/{inside[0].key}")
            if at_least:
                yield from _condition(reading, "minimum-penalty", sentence, inside[0], at_least[0])
            if dual:
                yield from _condition(reading, "dual-criminality", sentence, inside[0], None)


def _within(mention: Mention, sentence: Sentence) -> bool:
    return mention.start < sentence.end and sentence.start < mention.end


def _penal(sentence: Sentence) -> bool:
    return _PENALTY.search(sentence.text) is not None


def _condition(
    reading: Reading,
    kind: str,
    sentence: Sentence,
    basis: Mention,
    period: re.Match[str] | None,
) -> Iterator[Node]:
    key = basis.key or ""
    label = "Dual criminality"
    if period:
        number, unit = period["number"].lower(), period["unit"].lower()
        plural = "" if number in ("1", "one") else "s"
        label = f"Penalty of at least {number} {unit}{plural}"
    both = kind == "dual-criminality" or _BOTH.search(sentence.text)
    values: dict[str, Any] = {
        "rdfs:label": text(label),
        "mla:hasConditionType": ref("condition-type", kind),
        "mla:countsLawOf": ref("whose-law", "both") if both else None,
        "mla:limits": ref(basis.kind, key),
        "mla:statedIn": _provisions(basis.kind, key, basis),
        "mla:value": duration(period_of(period)) if period else None,
        "mla:hasUnit": by_the_hour(period_of(period)) if period else None,
    }
    yield from _provision_nodes(reading, basis.kind, key, basis)
    yield reading.part("condition", f"{key}-{kind}", "Condition", values, FRAMEWORK)


def _tell_elsewhere(reading: Reading) -> None:
    """Tell of acts named in other sections, and of articles that belong to no act for certain."""
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
