"""Instruments and their relations."""

import re
from collections.abc import Iterator
from typing import Any, Final

from mla_graph.ingest.draft.merge import Merge
from mla_graph.ingest.facts.nodes import (
    Node,
    Provenance,
    code,
    page,
    properties,
    ref,
    text,
)
from mla_graph.ingest.facts.records import Record, Rejected
from mla_graph.ingest.identity import agents
from mla_graph.ingest.kinds.shared.evidence import DateField, dated

LOCATOR: Final = "Whole document"
KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
DATES: Final = (
    DateField("signed", "signed", "eli:date_document", "signed-date"),
    DateField("entered_into_force", "in_force", "eli:first_date_entry_in_force", "in-force-date"),
    DateField("ended", "ended", "eli:date_no_longer_in_force", "end-date"),
    DateField("adopted", "adopted", "mla:adoptedDate", "adopted-date"),
    DateField("applies_from", "applies_from", "mla:appliesFrom", "application-date"),
    DateField(
        "transposition_deadline",
        "transposition_deadline",
        "mla:transpositionDeadline",
        "transposition-deadline",
    ),
)

_AMENDS = re.compile(r"\bamend", re.IGNORECASE)


def convert(record: Record, merge: Merge) -> Iterator[Node]:
    """Make an instrument with its identifiers and relations."""
    key = instrument_key(record, "key")
    title = record.required("title")
    found = dated(record, merge, DATES, LOCATOR, ("signed", "entered_into_force"))
    organisation = agents.organisation(record.required("adopted_by"))
    yield (
        node := Node(
            "instrument",
            key,
            "Instrument",
            f"instruments/{key}",
            properties(
                {
                    "rdfs:label": text(title),
                    "skos:altLabel": text(record.text("short_title")),
                    "skos:notation": code(key),
                    "skos:note": text(record.text("note")),
                    "mla:adoptedWithin": ref("agent", organisation.key),
                    "mla:hasInstrumentKind": ref("instrument-kind", record.required("kind")),
                    "mla:signedIn": text(record.text("place")),
                    **found.values,
                    **_identifiers(record),
                }
            ),
            found.provenance,
        )
    )
    yield from agents.nodes(organisation)
    yield from found.evidence(node)
    yield from _relations(record, merge, key)


def instrument_key(record: Record, name: str = "instrument") -> str:
    """Return the key of an instrument in a record.

    Raises:
        Rejected: not lower-case words joined by hyphens.
    """
    key = record.required(name)
    if not KEY.fullmatch(key):
        raise Rejected(f"{name} {key!r} is no key such as coe-030")
    return key


def entry_into_force(merge: Merge, key: str) -> str | None:
    """Return the entry into force of an instrument, from its record or the graph."""
    record = merge.facts.one("instruments", "key", key)
    found = record.day("entered_into_force") if record else None
    return found or merge.known.value("instrument", key, "eli:first_date_entry_in_force")


def relation(
    from_key: str, kind: str, to_key: str, provenance: Provenance, note: str | None = None
) -> Node:
    """Make the relation of one instrument to another."""
    values = {
        "mla:fromInstrument": ref("instrument", from_key),
        "mla:toInstrument": ref("instrument", to_key),
        "mla:hasRelationType": ref("relation-type", kind),
        "skos:note": text(note),
    }
    key = f"{from_key}-{kind}-{to_key}-{provenance.source}"
    return Node(
        "instrument-relation",
        key,
        "InstrumentRelation",
        f"instruments/{from_key}",
        properties(values),
        provenance,
    )


def _identifiers(record: Record) -> dict[str, Any]:
    raw = record.raw("identifiers") or {}
    if not isinstance(raw, dict):
        raise Rejected("identifiers should be an object")
    left = sorted(set(raw) - _KNOWN_IDENTIFIERS)
    if left:
        record.changed(f"identifiers not taken: {', '.join(left)}")
    journal = raw.get("oj") or raw.get("oj_provisional")
    return {
        "mla:treatySeriesNumber": code(raw.get("series")),
        "mla:celexNumber": code(raw.get("celex")),
        "mla:officialJournalReference": code(journal),
        "mla:untsReference": code(raw.get("unts")),
        "mla:untcReference": code(raw.get("un_treaty")),
        "mla:unRegistrationNumber": code(raw.get("un_registration")),
        "mla:gazetteReference": code(raw.get("trb")),
        "owl:sameAs": page(raw["eli"]) if raw.get("eli") else None,
        "foaf:page": page(raw["url"]) if raw.get("url") else None,
    }


_KNOWN_IDENTIFIERS: Final = frozenset(
    {
        "celex",
        "cets",
        "eli",
        "oj",
        "oj_provisional",
        "series",
        "trb",
        "un_registration",
        "un_treaty",
        "unts",
        "url",
    }
)


def _relations(record: Record, merge: Merge, key: str) -> Iterator[Node]:
    provenance = merge.provenance(record, LOCATOR)
    parent = record.text("protocol_to")
    if parent:
        yield relation(key, "protocol-to", parent, provenance)
    amends = bool(_AMENDS.search(record.required("title")))
    for other in record.items("supplements"):
        if amends:
            record.changed(f"supplements {other} is read as amends, as the title says")
        yield relation(key, "amends" if amends else "supplements", other, provenance)
    for other, scope in _named(record, "replaces"):
        yield relation(key, "replaces", other, provenance, scope)
    for other, scope in _named(record, "replaced_by"):
        if not _states_replacing(merge, other, key):
            yield relation(other, "replaces", key, provenance, scope)


def _named(record: Record, name: str) -> Iterator[tuple[str, str | None]]:
    """Read a list of keys or of objects with key and scope."""
    for item in record.items(name):
        if isinstance(item, str):
            yield item, None
        elif isinstance(item, dict) and isinstance(item.get("key"), str):
            yield item["key"], item.get("scope")
        else:
            raise Rejected(f"{name} holds {item!r}; it should be a key, or key and scope")


def _states_replacing(merge: Merge, newer: str, older: str) -> bool:
    """Return whether the newer instrument's record replaces the older one."""
    record = merge.facts.one("instruments", "key", newer)
    return record is not None and any(other == older for other, _ in _named(record, "replaces"))
