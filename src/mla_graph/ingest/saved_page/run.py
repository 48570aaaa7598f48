"""One saved page: its state and measure, its record, its draft."""

import re
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from mla_graph.ingest.draft.merge import Merge
from mla_graph.ingest.draft.writer import triples
from mla_graph.ingest.facts.known import Known
from mla_graph.ingest.facts.nodes import ref
from mla_graph.ingest.facts.records import Facts, Rejected
from mla_graph.ingest.identity.documents import Documents
from mla_graph.ingest.kinds import fiches
from mla_graph.ingest.saved_page.account import Account
from mla_graph.ingest.saved_page.names import Names
from mla_graph.ingest.saved_page.reading import Reading
from mla_graph.ingest.saved_page.record import facts_of
from mla_graph.ingest.saved_page.sections import CODE, SECTIONS, SectionedPage, divide
from mla_graph.ingest.saved_page.text import read
from mla_graph.model.errors import InvalidValue, UnreadableInput
from mla_graph.model.names import EXACT
from mla_graph.model.sources import Sources

_ADDRESS = re.compile(
    r"/(?:EJN_)?FichesBelges\w{0,20}/(?P<spoken>[A-Za-z]{2})"
    r"/(?:(?P<measure>[A-Z]\.\d{1,2})|(?P<old>\d{3}))/(?P<number>\d{1,6})\b"
)
"""The address of a page in the current or, with a number for the measure, the old catalogue."""


@dataclass(frozen=True)
class Draft:
    """The draft as canonical Turtle, its file in graph_data, and the account."""

    turtle: str
    implementation: str
    file: str
    account: Account


def draft_of(
    path: Path, iso: str | None = None, measure: str | None = None, sources: Sources | None = None
) -> Draft:
    """Draft a saved page; ``iso`` and ``measure`` where the page does not give them.

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
    known.release(reading.key)
    merge = _converted(facts_of(reading, path.name), known, path)
    nodes, file = merge.finish(), f"implementations/{reading.iso}/{reading.measure}".lower()
    for node in nodes:
        if node.file != file:
            reading.account.took("New to the graph", f"{node.name}, for {node.file}.ttl")
    written = turtle.format_text(triples(nodes), name=file)
    return Draft(written, f"implementation/{reading.key}", f"{file}.ttl", reading.account)


def _converted(facts: Facts, known: Known, path: Path) -> Merge:
    """Convert the record of a page like any other."""
    merge = Merge(facts, known, Documents(facts, known))
    (record,) = facts.of("fiches")
    try:
        merge.put(record, fiches.convert(record, merge))
    except Rejected as reason:
        raise UnreadableInput(f"{path}: {reason}.") from reason
    return merge


def _reading(found: SectionedPage, known: Known, iso: str | None, measure: str | None) -> Reading:
    """Settle state and measure by the address, the options and the first lines.

    Raises:
        UnreadableInput: the page is in another language.
        InvalidValue: state or measure is unknown or contradicts the page.
    """
    address = _ADDRESS.search(found.address or "")
    if address and address["spoken"].upper() != "EN":
        raise UnreadableInput(
            f"The page is the one in {address['spoken'].upper()}; save the English one."
        )
    if address and address["old"]:
        found.old, found.old_number = True, address["old"]
    states = [_state_of(address["number"], known)] if address else _states_before(found, known)
    iso = _agreed("state", iso and _code_of("state", iso, known), states, "LU")
    codes = [address["measure"]] if address else sorted(set(CODE.findall(" ".join(found.before))))
    if found.old_number:
        named = known.resolve("measure", found.old_number)
        codes = [one.key.upper() for one in named if one.how in EXACT]
    given = measure and _code_of("measure", measure, known)
    measure = _agreed("measure", given, codes, _hint(found, known))
    return Reading(found, Names(known, iso), iso, measure)


def _agreed(what: str, given: str | None, found: list[str], example: str) -> str:
    """Return what the option and the page agree on.

    Raises:
        InvalidValue: they differ, or neither gives one value.
    """
    if len(found) == 1 and given and found[0] != given:
        raise InvalidValue(
            f"--{what} says {given}, the page is about {found[0]}; leave the option out, "
            "or name the right file.",
            value=given,
        )
    if given:
        return given
    if len(found) != 1:
        listed = f" (it names {', '.join(found[:5])})" if found else ""
        raise InvalidValue(
            f"The page does not say which {what} it is about{listed}; "
            f"add it as in --{what} {example}.",
            value=None,
        )
    return found[0]


def _state_of(number: str, known: Known) -> str:
    """Return the state with this number in the addresses of the network.

    Raises:
        InvalidValue: the graph knows none.
    """
    for iri in known.subjects("mla:ejnCountryNumber", ox.Literal(number)):
        if "/state/" in iri:
            return iri.rpartition("/")[2].upper()
    raise InvalidValue(f"No state has the number {number} of the page's address.", value=number)


def _code_of(kind: str, text: str, known: Known) -> str:
    """Return the code of the one state or measure that is called so.

    Raises:
        InvalidValue: the graph knows none, or several.
    """
    found = known.resolve(kind, text)
    exact = [one.key.upper() for one in found if one.how in EXACT]
    if len(exact) == 1:
        return exact[0]
    near = ", ".join(f"{one.label} ({one.key.upper()})" for one in found[:5])
    example = "LU or Luxembourg" if kind == "state" else "A.30 or house search"
    raise InvalidValue(
        f"{text!r} may be each of {near}; write the code."
        if exact
        else f"{text!r} is no {kind} of the graph; {f'near are {near}' if near else example}.",
        value=text,
    )


def _states_before(found: SectionedPage, known: Known) -> list[str]:
    """Return the states whose name is a whole line before the first section."""
    called = [known.resolve("state", line) for line in found.before]
    return sorted({one.key.upper() for named in called for one in named if one.how == "name"})


def _hint(found: SectionedPage, known: Known) -> str:
    """Return the measure before the one that the page links to, for the message."""
    for following in CODE.findall("\n".join(found.following)):
        before = known.subjects("mla:hasNextMeasure", ref("measure", following.lower()))
        if len(before) == 1:
            return before[0].rpartition("/")[2].upper()
    return "A.30"
