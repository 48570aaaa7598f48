"""Participations of states in instruments."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from pyoxigraph import NamedNode

from mla_graph.ingest.draft.merge import Merge
from mla_graph.ingest.facts.nodes import Node, day, properties, ref, text, truth
from mla_graph.ingest.facts.nodes import state as state_ref
from mla_graph.ingest.facts.periods import last_day
from mla_graph.ingest.facts.records import Record
from mla_graph.ingest.kinds.instruments import entry_into_force, instrument_key
from mla_graph.ingest.kinds.shared.evidence import DateField, dated, in_order
from mla_graph.ingest.kinds.states import state_code
from mla_graph.model.terms import Term

DATES: Final = (
    DateField("signed", "signed", "mla:signedDate", "signed-date"),
    DateField("ratified", "ratified", "mla:ratifiedDate", "ratified-date"),
    DateField("in_force", "in_force", "mla:since", "since"),
    DateField("ended", "ended", "mla:until", "until"),
    DateField("concluded", "concluded", "mla:concludedDate", "concluded-date"),
)
_PROVISIONAL: Final = {
    "mla:since": DateField("in_force", "in_force", "mla:definitiveSince", "definitive-since"),
}
"""What the entry into force is where provisional application came first."""
_PROVISIONAL_START: Final = DateField("provisional_from", "provisional", "mla:since", "since")

_BY_SIGNATURE: Final = ("agreement", "treaty")
SIGNATORY: Final = re.compile(
    r"signator|signature seen|not ratified|not yet in force", re.IGNORECASE
)
_LATER = re.compile(r"at the date of the source|\blater\b", re.IGNORECASE)
_DISAGREEMENT = re.compile(r"\bprints\b|\bgives both\b|\bdoes not fit\b|\bmarks\b", re.IGNORECASE)
_OFTEN: Final = 10
_UNION: Final = "European Union"
_UNION_CODE: Final = "EU"


def convert(record: Record, merge: Merge) -> Iterator[Node]:
    """Make a participation, and evidence for dates from a further source."""
    instrument, iso = instrument_key(record), state_code(record.required("state"))
    in_order(record, "signed", "ratified")
    source = record.text("source")
    locator = merge.documents.row(source, iso) if source else f"Participation in treaties: {iso}"
    found = dated(record, merge, _dates(record), locator, ("in_force", "ended"))
    values: dict[str, Term | None] = dict(found.values)
    if ended := record.day("ended"):
        until = last_day(ended)
        if until != ended:
            record.changed(f"ended {ended} is the first day outside: the day before is stored")
        values["mla:until"] = day(until)
    provenance = found.provenance
    note = _note(record, merge)
    bound = _interval(record, merge, values, instrument)
    if bound.confidence:
        provenance = provenance.weakened(bound.confidence)
    if note and _DISAGREEMENT.search(note):
        provenance = provenance.weakened("unsure")
        merge.contradiction(
            f"participation/{instrument}-{iso.lower()}",
            "dates",
            [(note, record)],
            "The record's own note; its date is kept as unsure.",
        )
    values |= _terms(record, merge, bound) | {
        "mla:concernsState": state_ref(iso),
        "mla:concernsInstrument": ref("instrument", instrument),
        "skos:note": text(note),
    }
    key, file = f"{instrument}-{iso.lower()}", f"participations/{instrument}"
    node = Node("participation", key, "Participation", file, properties(values), provenance)
    yield node
    _check(record, merge, node, instrument)
    yield from found.evidence(node)
    if iso == _UNION_CODE and _is_of_the_union(merge, record):
        yield _for_members(node, instrument)


def _dates(record: Record) -> list[DateField]:
    """Return the fields with dates; provisional application comes first."""
    if record.day("provisional_from") is None:
        return list(DATES)
    return [*(_PROVISIONAL.get(item.property, item) for item in DATES), _PROVISIONAL_START]


class _Bound(NamedTuple):
    """Whether and how an instrument binds a state; None where the record is open."""

    mode: str | None
    bound: bool | None
    basis: str | None = None
    assumed: bool = False
    confidence: str | None = None


def _terms(record: Record, merge: Merge, bound: "_Bound") -> dict[str, Term | None]:
    """Return the properties on whether and how the instrument binds the state."""
    extended = record.text("extension_by")
    partial = record.text("participation") == "partial"
    return {
        "mla:hasParticipationMode": ref("participation-mode", bound.mode) if bound.mode else None,
        "mla:hasDateBasis": ref("date-basis", bound.basis) if bound.basis else None,
        "mla:assumed": truth(True) if bound.assumed else None,
        "mla:bound": truth(bound.bound),
        "mla:inPart": truth(True) if partial else None,
        "mla:extendedBy": state_ref(state_code(extended)) if extended else None,
        "mla:corroboratedBy": _witness(record, merge),
    }


def _interval(
    record: Record, merge: Merge, values: dict[str, Term | None], instrument: str
) -> _Bound:
    """Decide whether and since when the instrument binds the state; may set ``mla:since``.

    A signatory is not bound, unless the note leaves open what came later. A party without a day
    of its own takes the later of the instrument's entry into force, its deposit and, for an
    instrument of the European Union, its accession: assumed and unsure.
    """
    act, basis = record.text("act"), _basis(record)
    articles = record.day("mla_articles_since")
    if articles:
        values["mla:fullySince"] = values.get("mla:since")
        values["mla:since"] = day(articles)
    general = entry_into_force(merge, instrument)
    kind = _kind(merge, instrument)
    if values.get("mla:since"):
        if act is None and kind in _BY_SIGNATURE:
            act = "conclusion"
            record.changed(f"act: a party to this {kind} concluded it")
        return _Bound(act, True, basis)
    note = record.text("note")
    only_signed = act is None and not record.day("ratified")
    if only_signed and (kind not in _BY_SIGNATURE or SIGNATORY.search(note or "")):
        if _LATER.search(note or ""):
            record.changed("signed, what came later is open: not settled, unsure")
            return _Bound("unsettled", None, confidence="unsure")
        record.changed("signed and no more: mode signature, not bound")
        return _Bound("signature", False)
    if not general:
        record.changed("a party, but the instrument has no entry into force: not bound yet")
        return _Bound(act or "signature", False)
    since = max(date for date in (general, record.day("ratified"), _joined(merge, record)) if date)
    values["mla:since"] = day(since)
    record.changed(f"no day of its own: assumed since {since}")
    return _Bound(act or "conclusion", True, "instrument", True, "unsure")


def _joined(merge: Merge, record: Record) -> str | None:
    """Return the accession of the state to the Union, for an instrument of the Union."""
    state = merge.facts.one("states", "state", record.required("state"))
    return state.day("eu_member_since") if state and _is_of_the_union(merge, record) else None


def _is_of_the_union(merge: Merge, record: Record) -> bool:
    instrument = merge.facts.one("instruments", "key", record.required("instrument"))
    return instrument is not None and instrument.text("adopted_by") == _UNION


def _for_members(union: Node, instrument: str) -> Node:
    """Make the participation of all members in an agreement of the Union."""
    names = ("mla:concernsInstrument", "mla:hasParticipationMode", "mla:since", "mla:until")
    values = {name: union.properties[name] for name in names if name in union.properties}
    return Node(
        "group-participation",
        f"{instrument}-eu",
        "GroupParticipation",
        union.file,
        values | properties({"mla:concernsGroup": ref("state-group", "eu")}),
        union.provenance,
    )


def _basis(record: Record) -> str | None:
    """Return how the first day was found if it was not read."""
    given = record.text("in_force_basis")
    if given is None:
        return None
    return "succession" if given == "succession" else "treaty-rule"


def _kind(merge: Merge, instrument: str) -> str | None:
    found = merge.facts.one("instruments", "key", instrument)
    if found:
        return found.text("kind")
    iri = merge.known.value("instrument", instrument, "mla:hasInstrumentKind")
    return iri.rpartition("/")[2] if iri else None


def _witness(record: Record, merge: Merge) -> NamedNode | None:
    """Return a further page that shows the state as a party."""
    seen = record.text("party_seen")
    return ref("source", merge.documents.key(seen)) if seen else None


def _note(record: Record, merge: Merge) -> str | None:
    """Return the note unless many rows of the instrument repeat it."""
    note = record.text("note")
    if note is None:
        return None
    same = Counter(
        other.fields.get("note")
        for other in merge.facts.of("parties")
        if other.fields.get("instrument") == record.fields.get("instrument")
    )
    if same[note] < _OFTEN:
        return note
    record.changed("note left out: many rows of this instrument repeat it")
    return None


def _check(record: Record, merge: Merge, node: Node, instrument: str) -> None:
    """List a first day before the state's deposit, or before the instrument was in force."""
    since = _date(node.properties, "mla:since")
    if since is None:
        return
    ratified = _date(node.properties, "mla:ratifiedDate")
    general = entry_into_force(merge, instrument)
    other = merge.facts.one("instruments", "key", instrument)
    provisional = record.day("provisional_from")
    if general and since < general and other and not provisional:
        merge.contradiction(
            node.name,
            "mla:since",
            [(since, record), (general, other)],
            "In force for the state before the instrument; both are kept.",
        )
    if ratified and since < ratified and record.text("act") != "succession":
        merge.contradiction(
            node.name,
            "mla:since",
            [(f"{since} before deposit on {ratified}", record)],
            "Both dates of the record are kept.",
        )


def _date(found: Mapping[str, tuple[Term, ...]], name: str) -> str | None:
    return found[name][0].value if name in found else None
