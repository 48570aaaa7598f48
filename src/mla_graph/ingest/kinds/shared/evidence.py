"""Provenance of single dates where it differs from that of the node.

A record may name a further source for one date (``signed_source``), its confidence
(``signed_confidence``), or the fields that were seen (``seen_fields``).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from mla_graph.ingest.draft.merge import Merge
from mla_graph.ingest.facts.nodes import GENERAL_KNOWLEDGE, Node, Provenance, day, properties, ref
from mla_graph.ingest.facts.records import Record, Rejected
from mla_graph.model.terms import Term


class DateField(NamedTuple):
    """A field with a date: name, companion fields, property, code of the list."""

    name: str
    companion: str
    property: str
    code: str


@dataclass(frozen=True)
class Dated:
    """The dates of a record, each with where it comes from."""

    values: dict[str, Term]
    provenance: Provenance
    _each: Sequence[tuple[DateField, Provenance]]

    def evidence(self, about: Node) -> Iterator[Node]:
        """Make a node for every date with another provenance than its owner."""
        for item, provenance in self._each:
            if about.provenance is None or item.property not in about.properties:
                continue
            own = (about.provenance.source, about.provenance.confidence)
            if (provenance.source, provenance.confidence) != own:
                (value, *_) = about.properties[item.property]
                yield evidence(about, item.code, value, provenance)


def evidence(about: Node, item: str, value: Term | None, provenance: Provenance) -> Node:
    """Make the node on the provenance of one value of another node."""
    values = {
        "mla:evidenceFor": ref(about.kind, about.key),
        "mla:hasEvidenceField": ref("evidence-field", item),
        "mla:value": value,
    }
    key = f"{about.kind}-{about.key}-{item}"
    return Node("evidence", key, "FieldEvidence", about.file, properties(values), provenance)


def dated(
    record: Record, merge: Merge, items: Iterable[DateField], locator: str, carrying: Iterable[str]
) -> Dated:
    """Read the dates of a record; the node is as well founded as the weakest of the carrying ones.

    Raises:
        Rejected: a date, source or confidence that is none.
    """
    whole = merge.provenance(record, locator)
    seen = record.items("seen_fields")
    record.skip("other_fields")
    values: dict[str, Term] = {}
    each, confidence = [], whole.confidence
    needed = set(carrying)
    for item in items:
        date = record.day(item.name)
        companions = [f"{item.companion}_source", f"{item.companion}_confidence"]
        given = record.text(companions[1])
        own = record.text(companions[0])
        if date is None:
            continue
        if own:
            found = Provenance(merge.documents.key(own), locator, "seen")
        elif given:
            found = Provenance(GENERAL_KNOWLEDGE, locator, given)
        elif seen and item.name not in seen:
            found = Provenance(GENERAL_KNOWLEDGE, locator, "known")
        else:
            found = whole
        literal = day(date)
        assert literal is not None
        values[item.property] = literal
        each.append((item, found))
        if item.name in needed:
            confidence = whole.weakened(confidence).weakened(found.confidence).confidence
    return Dated(values, whole.weakened(confidence), each)


def in_order(record: Record, *names: str) -> None:
    """Check that the dates of these fields do not run backwards.

    Raises:
        Rejected: one lies before the one named ahead of it.
    """
    dates = [(name, date) for name in names if (date := record.day(name))]
    for (earlier, before), (later, after) in pairwise(dates):
        if after < before:
            raise Rejected(f"{later} {after} lies before {earlier} {before}")
