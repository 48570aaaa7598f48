"""Changes to fields of other records, each judged by its source."""

import re
from collections.abc import Iterable
from typing import Any, Final

from mla_graph.ingest.draft.merge import Merge
from mla_graph.ingest.facts.nodes import Node
from mla_graph.ingest.facts.records import Record, Rejected
from mla_graph.ingest.kinds.participations import SIGNATORY

_COMPANION: Final = {
    "signed": "signed",
    "ratified": "ratified",
    "in_force": "in_force",
    "ended": "ended",
}
_CONFIRMS: Final = (
    (re.compile(r"in-force|entry into force", re.IGNORECASE), "in_force"),
    (re.compile(r"signature|signed", re.IGNORECASE), "signed"),
    (re.compile(r"deposit|ratif", re.IGNORECASE), "ratified"),
)


def convert(record: Record, merge: Merge) -> Iterable[Node]:
    """Apply a correction to the record that it names; it has no nodes of its own.

    It applies if the value that it replaces is still there, and if it is better founded: a source
    beats nothing and general knowledge; a correction without a source only fills a gap.
    """
    target = _target(record, merge)
    merge.facts.replace(target, _changed(record, target, merge))
    record.merged_into = f"applied to {record.required('field')} of {record.required('key')}"
    return ()


def _target(correction: Record, merge: Merge) -> Record:
    kind = correction.required("file").rsplit(".", 1)[0]
    if kind not in merge.facts.kinds:
        raise Rejected(f"file {kind!r} holds no kind of records")
    parts = correction.required("key").split("/")
    names = ("instrument", "state") if len(parts) == 2 else ("key",)
    found = [
        record
        for record in merge.facts.of(kind)
        if [record.fields.get(name) for name in names] == parts
    ]
    if len(found) != 1:
        raise Rejected(f"{len(found)} records of {kind} have the key {'/'.join(parts)}")
    return found[0]


def _changed(correction: Record, target: Record, merge: Merge) -> Record:
    name = correction.required("field")
    old, new = correction.raw("old"), correction.raw("new")
    stands = target.fields.get(name)
    if stands != old:
        raise Rejected(f"{name} of {target.where} is {stands!r}, no longer {old!r}")
    source = merge.provenance(correction, "")
    replaces = stands is not None
    well_founded = target.fields.get("source") and not target.fields.get(f"{name}_confidence")
    if replaces and (not correction.text("source") or well_founded):
        raise Rejected(f"{name} of {target.where} is at least as well founded")
    correction.skip("note", "confidence", "basis")
    if name == "source":
        return target.with_fields(**_with_source(correction, target, str(new)))
    fields: dict[str, Any] = {name: new}
    if companion := _COMPANION.get(name):
        if correction.text("source"):
            fields[f"{companion}_source"] = correction.text("source")
        else:
            fields[f"{companion}_confidence"] = source.confidence
        if name == "in_force" and correction.text("basis"):
            fields["in_force_basis"] = correction.text("basis")
    elif name == "act" and correction.text("source"):
        fields["party_seen"] = correction.text("source")
    note = target.fields.get("note")
    if correction.text("note") or SIGNATORY.search(note or ""):
        fields["note"] = correction.text("note")
    return target.with_fields(**fields)


def _with_source(correction: Record, target: Record, source: str) -> dict[str, Any]:
    """Return the new source, and the old confidence of each date that the note does not name."""
    confirmed = (correction.text("note") or "").split(";")[0]
    before = target.fields.get("confidence") or "known"
    fields: dict[str, Any] = {"source": source, "confidence": None}
    for pattern, name in _CONFIRMS:
        if not pattern.search(confirmed) and target.fields.get(name):
            fields[f"{_COMPANION[name]}_confidence"] = before
    return fields
