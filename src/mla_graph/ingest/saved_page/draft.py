"""One saved page: read it, find out what it is about, and write what is safe as a draft."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pyoxigraph as ox

from mla_graph.ingest.draft.writer import triples
from mla_graph.ingest.facts.known import Known
from mla_graph.ingest.facts.nodes import Node, code, day, page, properties, ref, state, text
from mla_graph.ingest.identity.documents import publishers
from mla_graph.ingest.kinds.states import territory
from mla_graph.ingest.saved_page.account import Account
from mla_graph.ingest.saved_page.bases import bases
from mla_graph.ingest.saved_page.names import Names
from mla_graph.ingest.saved_page.parts import Reading
from mla_graph.ingest.saved_page.phrases import one_day
from mla_graph.ingest.saved_page.rules import (
    alternatives,
    availability,
    competences,
    languages,
    time_limits,
)
from mla_graph.ingest.saved_page.sections import IMPLEMENTATION, SECTIONS, Page, divide
from mla_graph.ingest.saved_page.text import read
from mla_graph.model.errors import InvalidValue, UnreadableInput
from mla_graph.model.sources import Sources
from mla_graph.model.terms import date_term, iri_term

_ADDRESS = re.compile(
    r"/FichesBelges\w*/(?P<spoken>[A-Za-z]{2})/(?P<measure>[A-Z]\.\d{1,2})/(?P<number>\d{1,6})\b"
)
_OLD = re.compile(r"/EJN_FichesBelges\w*/", re.IGNORECASE)
_CODE = re.compile(r"(?<![–—-] )\b[A-Z]\.\d{1,2}\b(?! ?[–—-])")
_ISO = re.compile(r"[A-Za-z]{2}")
_SITE: Final = "https://www.ejn-crimjust.europa.eu/ejn2021/FichesBelgesDetail/EN"
_HOST: Final = "ejn-crimjust.europa.eu"
_COLONS: Final = {"en": ": ", "fr": " : ", "de": ": "}
_REVIEW: Final = "Last reviewed on"
_MARK: Final = (
    "Draft that a rule read from a saved page: check every statement against the page, complete "
    "what is missing, set the confidence and the status of the page, then delete this note."
)


@dataclass(frozen=True)
class Draft:
    """The draft as canonical Turtle, the file of graph_data it is for, and the account."""

    turtle: str
    implementation: str
    file: str
    account: Account


def draft_of(
    path: Path, iso: str | None = None, measure: str | None = None, sources: Sources | None = None
) -> Draft:
    """The draft of a saved page; ``iso`` and ``measure`` where the page does not say them.

    Raises:
        UnreadableInput: the file is no such page, or not in English.
        InvalidValue: state or measure is unknown to the graph, or is not the one of the page.
    """
    from mla_graph.model import turtle

    found = divide(read(path))
    if not found.sections:
        raise UnreadableInput(
            f"{path} has none of the headings of such a page in English: {', '.join(SECTIONS)}."
        )
    vocabulary = sources or Sources.shipped()
    known = Known(vocabulary.ontology, [vocabulary.graph_data])
    reading = _reading(found, known, iso, measure)
    nodes = [_implementation(reading), *_parts(reading)]
    _tell_rest(reading)
    nodes[0] = _with_notes(nodes[0], reading)
    nodes += _source(reading)
    written = turtle.format_text(triples(_new(nodes, reading)), name=reading.file)
    return Draft(written, nodes[0].name, f"{reading.file}.ttl", reading.account)


def _reading(found: Page, known: Known, iso: str | None, measure: str | None) -> Reading:
    address = _ADDRESS.search(found.address or "")
    if address and address["spoken"].upper() != "EN":
        raise UnreadableInput(
            f"The page is the one in {address['spoken'].upper()}; save the English one."
        )
    if _OLD.search(found.address or ""):
        raise UnreadableInput(
            "The page is one of the old catalogue; hand it in as a record with old_code "
            "(docs/records.md)."
        )
    told = [_state_of(address["number"], known)] if address else _states_before(found, known)
    iso = _agreed("state", iso and iso.upper(), told, "LU")
    codes = [address["measure"]] if address else sorted(set(_CODE.findall(" ".join(found.before))))
    measure = _agreed("measure", measure and measure.upper(), codes, _hint(found, known))
    if not _ISO.fullmatch(iso) or not known.describes(ref("state", iso.lower()).value):
        raise InvalidValue(f"{iso!r} is no state of the graph; a code such as LU is.", value=iso)
    if not _CODE.fullmatch(measure) or not known.describes(ref("measure", measure.lower()).value):
        raise InvalidValue(
            f"{measure!r} is no measure of the catalogue; a code such as A.30 is.", value=measure
        )
    return Reading(found, Names(known, iso), iso, measure)


def _agreed(what: str, given: str | None, told: list[str], example: str) -> str:
    """What the option and the page say, where they agree and one of them says it."""
    if len(told) == 1 and given and told[0] != given:
        raise InvalidValue(
            f"--{what} says {given}, the page is about {told[0]}; leave the option out, "
            "or name the right file.",
            value=given,
        )
    if given:
        return given
    if len(told) != 1:
        listed = f" (it names {', '.join(told[:5])})" if told else ""
        raise InvalidValue(
            f"The page does not say which {what} it is about{listed}; "
            f"add it as in --{what} {example}.",
            value=None,
        )
    return told[0]


def _state_of(number: str, known: Known) -> str:
    """The state with this number in the addresses of the network.

    Raises:
        InvalidValue: the graph knows none.
    """
    for iri in known.subjects("mla:ejnCountryNumber", ox.Literal(number)):
        if "/state/" in iri:
            return iri.rpartition("/")[2].upper()
    raise InvalidValue(f"No state has the number {number} of the page's address.", value=number)


def _states_before(found: Page, known: Known) -> list[str]:
    """The states whose name is a line of its own before the first section."""
    said = {line.lower() for line in found.before}
    states = known.names("mla:State").items()
    return sorted(key.upper() for key, names in states if {n.lower() for n in names} & said)


def _hint(found: Page, known: Known) -> str:
    """The measure before the one that the page links to, as an example for the message."""
    for following in re.findall(r"\b[A-Z]\.\d{1,2}\b(?! ?[–—-])", "\n".join(found.following)):
        before = known.subjects("mla:hasNextMeasure", ref("measure", following.lower()))
        if len(before) == 1:
            return before[0].rpartition("/")[2].upper()
    return "A.30"


def _implementation(reading: Reading) -> Node:
    known, key = reading.names.known, reading.key
    labels = {
        spoken: (
            known.label("measure", reading.measure.lower(), spoken),
            territory(reading.iso, spoken),
        )
        for spoken in _COLONS
    }
    date, agent = _review(reading)
    values: dict[str, Any] = {
        "rdfs:label": [
            text(f"{name}{_COLONS[spoken]}{place}", spoken)
            for spoken, (name, place) in labels.items()
            if name and place
        ],
        "skos:notation": code(key),
        "mla:concernsState": state(reading.iso),
        "mla:concernsMeasure": ref("measure", reading.measure.lower()),
        "mla:hasAvailability": ref("availability", availability(reading)),
        "mla:reviewedDate": day(date),
        "mla:reviewedBy": ref("agent", agent) if agent else None,
    }
    return Node(
        "implementation",
        key,
        "Implementation",
        reading.file,
        properties(values),
        reading.at(IMPLEMENTATION),
    )


def _review(reading: Reading) -> tuple[str | None, str | None]:
    """The day and the agent of the last review, where the page says one."""
    said = dict.fromkeys(reading.page.reviewed)
    if len(said) != 1:
        reading.account.left(_REVIEW, "several reviews" if said else "no day of a review")
        return None, None
    ((written, reviewer),) = said
    date = one_day(written)
    try:
        date_term(date or "")
    except InvalidValue:
        reading.account.left(_REVIEW, "the day is none of the calendar")
        date = None
    else:
        reading.account.took(_REVIEW, f"day {date}")
        kept = reading.names.known.values("source", f"ejn-{reading.key}", "mla:reviewedDate")
        if kept and date not in kept:
            told = f"the source document in the graph is of {', '.join(sorted(kept))}: correct it"
            reading.account.left(_REVIEW, told)
    agent = reading.names.agent(reviewer) if reviewer else None
    if agent:
        reading.account.took(_REVIEW, f"reviewer agent/{agent}")
    elif reviewer:
        reading.account.left(_REVIEW, f"{reviewer[:60]} is no agent of the graph")
    return date, agent


def _parts(reading: Reading) -> Iterator[Node]:
    yield from alternatives(reading)
    yield from bases(reading)
    yield from competences(reading)
    yield from languages(reading)
    yield from time_limits(reading)


def _tell_rest(reading: Reading) -> None:
    """Tell how much of each section was not read, the unknown ones by name."""
    account = reading.account
    for name in SECTIONS:
        section = reading.page.sections.get(name)
        if section is None:
            account.left(name, "the page has no such section")
        elif words := section.unread_words():
            account.left(name, f"text that was not read: {_words(words)}")
    for section in reading.page.unknown:
        unread = _words(section.unread_words())
        account.left(section.name, f"unknown heading, its text was not read: {unread}")
    codes = sorted(set(_CODE.findall("\n".join(reading.page.following))))
    known = reading.names.known.values("measure", reading.measure.lower(), "mla:hasNextMeasure")
    for following in codes:
        agrees = ref("measure", following.lower()).value in known
        told = "as in the graph" if agrees else "not so in the graph: check the catalogue"
        (account.took if agrees else account.left)("Next measure", f"{following}, {told}")


def _words(number: int) -> str:
    return "1 word" if number == 1 else f"{number} words"


def _with_notes(node: Node, reading: Reading) -> Node:
    notes = [_MARK, *(f"Section {name!r}: {what}." for name, what in reading.account.unread)]
    values = {**node.properties, "skos:editorialNote": tuple(text(note) for note in notes)}
    return Node(node.kind, node.key, node.cls, node.file, properties(values), node.provenance)


def _source(reading: Reading) -> Iterator[Node]:
    """The page as a source document, where the graph has none."""
    key = f"ejn-{reading.key}"
    title = f"Judicial cooperation measure {reading.measure} in {territory(reading.iso, 'en')}"
    numbers = reading.names.known.values("state", reading.iso.lower(), "mla:ejnCountryNumber")
    address = _safe(reading.page.address)
    if address is None and len(numbers) == 1:
        address = f"{_SITE}/{reading.measure}/{min(numbers)}/-1"
    values = {
        "rdfs:label": text(title),
        "dcterms:title": text(title),
        "dcterms:publisher": ref("agent", publishers()[_HOST].agent),
        "skos:notation": code(key),
        "foaf:page": page(address) if address else None,
    }
    file = f"sources/ejn-{reading.iso.lower()}"
    yield Node("source", key, "SourceDocument", file, properties(values))


def _safe(address: str | None) -> str | None:
    """The address of the page if it is one of the network."""
    if not address or not re.match(rf"https?://(?:www\.)?{re.escape(_HOST)}/", address):
        return None
    try:
        iri_term(address)
    except InvalidValue:
        return None
    return address


def _new(nodes: Iterable[Node], reading: Reading) -> list[Node]:
    """Each node once; of what lies outside the file of the page only what the graph has not."""
    found: dict[str, Node] = {}
    for node in nodes:
        if node.file == reading.file or not reading.names.known.describes(node.iri):
            found.setdefault(node.iri, node)
    for node in found.values():
        if node.file != reading.file:
            reading.account.took("New to the graph", f"{node.name}, for {node.file}.ttl")
    return list(found.values())
