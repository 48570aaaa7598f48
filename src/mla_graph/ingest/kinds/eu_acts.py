"""Participations of states in acts of the European Union."""

from collections.abc import Iterator
from typing import Any, Final

from mla_graph.ingest.draft.merge import Merge
from mla_graph.ingest.facts.nodes import Node, day, properties, ref, text, truth
from mla_graph.ingest.facts.nodes import state as state_ref
from mla_graph.ingest.facts.periods import last_day
from mla_graph.ingest.facts.records import Record, Rejected
from mla_graph.ingest.kinds.instruments import instrument_key
from mla_graph.ingest.kinds.shared.statutes import statute, statutory_role
from mla_graph.ingest.kinds.states import state_code

LOCATOR: Final = "Status of implementation"

_DIRECT: Final = ("regulation",)
_UNCHECKED: Final = "not checked"


def convert(record: Record, merge: Merge) -> Iterator[Node]:
    """Make the participation in an act of the Union, and the act that transposes it."""
    instrument, iso = instrument_key(record), state_code(record.required("state"))
    bound = record.flag("bound")
    if bound is None:
        raise Rejected("bound is missing")
    provenance = merge.provenance(record, f"{LOCATOR}, row {iso}")
    note = record.text("note")
    values: dict[str, Any] = {
        "mla:concernsState": state_ref(iso),
        "mla:concernsInstrument": ref("instrument", instrument),
        "mla:hasParticipationMode": ref("participation-mode", "eu-act"),
        "mla:bound": truth(bound),
        "skos:note": text(note) if not _repeats(record, merge) else None,
    }
    if bound:
        interval = _interval(record, merge, instrument, iso)
        values |= interval
        if _UNCHECKED in (note or "") or interval["mla:assumed"]:
            provenance = provenance.weakened("unsure")
    elif record.day("in_force"):
        raise Rejected("bound is false, but in_force has a day")
    key = f"{instrument}-{iso.lower()}"
    file = f"participations/{instrument}"
    yield Node("participation", key, "Participation", file, properties(values), provenance)
    if title := record.text("act_title"):
        date = record.day("act_date")
        act = statute(
            merge,
            iso,
            title,
            date,
            provenance,
            in_force=record.day("in_force"),
            note=record.text("date_note"),
        )
        yield act
        yield statutory_role(act, iso, "transposes", instrument)


def _interval(record: Record, merge: Merge, instrument: str, iso: str) -> dict[str, Any]:
    """Return the interval from the day on which the state's own act took effect.

    Where that day is unknown, the latest of the deadline, the accession of the state and the date
    of its own act stands in for it, and the first day is marked assumed. A regulation needs no act
    of the state.

    Raises:
        Rejected: the act of the Union is unknown, or has no day from which it can bind.
    """
    act = merge.facts.one("instruments", "key", instrument)
    if act is None:
        raise Rejected(f"{instrument} is in no record of instruments")
    applies, deadline = act.day("applies_from"), act.day("transposition_deadline")
    if not applies and not deadline:
        raise Rejected(f"{instrument} has neither applies_from nor transposition_deadline")
    member = merge.facts.one("states", "state", iso)
    joined = member.day("eu_member_since") if member else None
    own, signed = record.day("in_force"), record.day("act_date")
    direct = act.text("kind") in _DIRECT
    earliest = applies or (act.day("entered_into_force") if own else deadline)
    since = max(date for date in (earliest, joined, own, signed) if date)
    assumed = own is None and not direct
    if own and own < since:
        record.changed(f"in_force {own}: the instrument binds since {since}")
    if assumed:
        record.changed(f"own act in effect unknown: assumed since {since}")
    ended = record.day("ended")
    until = last_day(ended) if ended else None
    return {
        "mla:since": day(since),
        "mla:until": day(until),
        "mla:assumed": truth(True) if assumed else None,
        "mla:hasDateBasis": ref("date-basis", "deadline") if assumed else None,
    }


def _repeats(record: Record, merge: Merge) -> bool:
    """Return whether most rows of the instrument repeat the note of this one."""
    note = record.fields.get("note")
    same = [
        other
        for other in merge.facts.of("eu-implementation")
        if other.fields.get("note") == note
        and other.fields.get("instrument") == record.fields.get("instrument")
    ]
    repeated = note is not None and len(same) > 10
    if repeated:
        record.changed("note left out: many rows of this instrument repeat it")
    return repeated
