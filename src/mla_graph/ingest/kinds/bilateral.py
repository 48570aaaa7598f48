"""Bilateral treaties: an instrument and the participation of its two parties."""

import re
from collections.abc import Iterator
from typing import Final

from mla_graph.ingest.draft.merge import Merge
from mla_graph.ingest.facts.nodes import Node, code, properties, ref, text, truth
from mla_graph.ingest.facts.nodes import state as state_ref
from mla_graph.ingest.facts.records import Record, Rejected
from mla_graph.ingest.kinds import states
from mla_graph.ingest.kinds.instruments import instrument_key, relation
from mla_graph.ingest.kinds.shared.evidence import DateField, dated, in_order
from mla_graph.ingest.kinds.states import state_code

LOCATOR: Final = "Whole document"
DATES: Final = (
    DateField("signed", "signed", "eli:date_document", "signed-date"),
    DateField("entered_into_force", "in_force", "eli:first_date_entry_in_force", "in-force-date"),
)

_FOR_PARTY: Final = (
    DateField("signed", "signed", "mla:signedDate", "signed-date"),
    DateField("entered_into_force", "in_force", "mla:since", "since"),
)
_DOUBT = re.compile(r"\balso prints\b", re.IGNORECASE)


def convert(record: Record, merge: Merge) -> Iterator[Node]:
    """Make the instrument with its relations, and a participation of each state."""
    key = instrument_key(record, "key")
    parties = [state_code(str(party)) for party in record.items("parties")]
    for party in parties:
        if not states.is_described(merge, party):
            raise Rejected(f"party {party} is in no record of states")
    if len(parties) != 2 or parties[0] == parties[1]:
        raise Rejected(f"parties are {parties}; there should be two states")
    in_order(record, "signed", "entered_into_force")
    title, note = record.required("title"), record.text("note")
    dates = dated(record, merge, DATES, LOCATOR, ("signed", "entered_into_force"))
    provenance = dates.provenance
    if note and _DOUBT.search(note):
        provenance = provenance.weakened("unsure")
        merge.contradiction(
            f"instrument/{key}",
            "eli:date_document",
            [(note, record)],
            "The record's own note; its date is kept as unsure.",
        )
    file = "instruments/bilateral/" + "-".join(party.lower() for party in parties)
    values = {
        "rdfs:label": text(title),
        "skos:notation": code(key),
        "skos:note": text(note),
        "mla:hasInstrumentKind": ref("instrument-kind", record.required("kind")),
        **dates.values,
    }
    node = Node("instrument", key, "Instrument", file, properties(values), provenance)
    yield node
    yield from dates.evidence(node)
    for party in parties:
        yield from _participation(record, merge, key, party, file)
    for other in record.items("supplements"):
        link = relation(key, "supplements", other, merge.provenance(record, LOCATOR))
        yield Node(link.kind, link.key, link.cls, file, link.properties, link.provenance)


def _participation(record: Record, merge: Merge, key: str, iso: str, file: str) -> Iterator[Node]:
    """Make the participation of a party; without an entry into force it is unsettled."""
    dates = dated(record, merge, _FOR_PARTY, LOCATOR, ("entered_into_force",))
    in_force = record.day("entered_into_force") is not None
    values = {
        **dates.values,
        "mla:concernsState": state_ref(iso),
        "mla:concernsInstrument": ref("instrument", key),
        "mla:hasParticipationMode": ref(
            "participation-mode", "conclusion" if in_force else "unsettled"
        ),
        "mla:bound": truth(True) if in_force else None,
    }
    yield (
        node := Node(
            "participation",
            f"{key}-{iso.lower()}",
            "Participation",
            file,
            properties(values),
            dates.provenance,
        )
    )
    yield from dates.evidence(node)
