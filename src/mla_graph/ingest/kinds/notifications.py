"""Notifications of states on an instrument: authorities, languages, channels."""

from collections.abc import Iterator
from typing import Any, Final

from mla_graph.ingest.draft.merge import Merge
from mla_graph.ingest.facts.nodes import Node, Provenance, code, properties, ref, text, truth
from mla_graph.ingest.facts.nodes import state as state_ref
from mla_graph.ingest.facts.records import Record, Rejected
from mla_graph.ingest.kinds.instruments import instrument_key
from mla_graph.ingest.kinds.shared.offices import office, office_nodes
from mla_graph.ingest.kinds.states import state_code

LOCATOR: Final = "Notifications and declarations"
BASES: Final = ("statute", "ejn-notification", "ejn-page", "secondary", "case-law", "coe-sheet")
REGROUPED: Final = {
    "fiches-merged": "pages on measures",
    "declaration": "reservations and declarations",
}
"""Bases of records that only repeat other records, and which records those are."""

_KNOWN: Final = "general-knowledge"
_ROLES: Final = (
    ("receiving_authorities", "receive"),
    ("executing_authorities", "execute"),
    ("issuing_authorities", "issue"),
    ("judicial_authorities", "execute"),
)
_ORDER: Final = "eu-dir-2014-41"
_UNION_ACTS: Final = ("directive", "framework-decision", "regulation")
"""The kinds of instruments whose orders are recognised; the others are on requests."""
_CHANNELS: Final = {"judicial-authority": "direct"}


def convert(record: Record, merge: Merge) -> Iterator[Node]:
    """Make the notification with its competences and language rules."""
    if regrouped := _regroups(record):
        record.merged_into = f"regroups {regrouped}"
        return
    instrument, iso = instrument_key(record), state_code(record.required("state"))
    basis = record.text("basis_type") or _KNOWN
    if basis not in (*BASES, _KNOWN):
        raise Rejected(f"basis_type {basis!r} is none of {', '.join((*BASES, *REGROUPED))}")
    record.skip("source_path", "official_ref", "other_sources", "measure")
    cited = record.text("legal_basis")
    provenance = merge.provenance(record, record.text("section") or cited or LOCATOR)
    key = f"{instrument}-{iso.lower()}-{basis}"
    notes = [str(note) for note in record.items("restrictions")]
    if rule := record.text("reciprocity_rule"):
        notes.append(f"On reciprocity: {rule}")
    if receipt := _receipt(record):
        notes.append(receipt)
    file = f"notifications/{iso.lower()}"
    values = {
        "mla:concernsState": state_ref(iso),
        "mla:concernsInstrument": ref("instrument", instrument),
        "mla:hasNotificationBasis": ref("notification-basis", basis),
        "mla:citedAs": code(cited),
        "mla:partlySeen": truth(record.flag("partial")),
        "mla:usesChannel": [ref("channel", channel) for channel in _channels(record)],
        "skos:note": [text(note) for note in notes],
        "skos:editorialNote": text(record.text("note")),
    }
    yield Node("notification", key, "Notification", file, properties(values), provenance)
    framework = _framework(merge, instrument)
    yield from _competences(record, merge, iso, key, framework, provenance)
    yield from _languages(record, merge, key, framework, file, provenance)
    _compare(record, merge, instrument, iso, key)


def _regroups(record: Record) -> str | None:
    return REGROUPED.get(str(record.fields.get("basis_type")))


def _receipt(record: Record) -> str | None:
    found = record.raw("receipt_confirmation")
    if found is None:
        return None
    if not isinstance(found, dict):
        raise Rejected(f"receipt_confirmation is {found!r}; it should be an object")
    words = [
        f"within {found['period']}" if found.get("period") else "",
        str(found.get("form") or ""),
    ]
    return f"Receipt is confirmed {', '.join(word for word in words if word)}"


def _channels(record: Record) -> list[str]:
    return [_CHANNELS.get(str(channel), str(channel)) for channel in record.items("channels")]


def _framework(merge: Merge, instrument: str) -> str:
    if instrument == _ORDER:
        return "eio"
    kinds = merge.known.values("instrument", instrument, "mla:hasInstrumentKind")
    union = {ref("instrument-kind", kind).value for kind in _UNION_ACTS}
    handed_in = {
        other.text("kind")
        for other in merge.facts.of("instruments")
        if other.fields.get("key") == instrument
    }
    return "mutual-recognition" if kinds & union or handed_in & set(_UNION_ACTS) else "mla"


def _competences(
    record: Record, merge: Merge, iso: str, key: str, framework: str, provenance: Provenance
) -> Iterator[Node]:
    items = [(role, item) for name, role in _ROLES for item in record.objects(name)]
    if central := record.raw("central_authority"):
        items.append(("central-authority", central))
    found: dict[str, Node] = {}
    for role, item in items:
        if not isinstance(item, dict) or not isinstance(item.get("name"), str):
            raise Rejected(f"{role}: an authority without a name")
        named = office(item["name"])
        offices = office_nodes(merge, iso, named, item.get("type"), provenance)
        yield from offices
        limits = [str(part) for part in (named.limits, item.get("scope"), item.get("role")) if part]
        values: dict[str, Any] = {
            "mla:belongsToNotification": ref("notification", key),
            "mla:hasRole": ref("authority-role", role),
            "mla:heldBy": ref("authority", offices[0].key),
            "mla:hasFramework": ref("framework", str(item.get("for") or framework)),
            "skos:note": [text(f"{limit[:1].upper()}{limit[1:]}.") for limit in limits],
        }
        name = f"{key}-{role}-{offices[0].key.removeprefix(f'{iso.lower()}-')}"
        file = f"notifications/{iso.lower()}"
        node = Node("competence", name, "Competence", file, properties(values), provenance)
        if name in found:
            notes = {
                *found[name].properties.get("skos:note", ()),
                *node.properties.get("skos:note", ()),
            }
            values["skos:note"] = sorted(notes, key=str)
            node = Node("competence", name, "Competence", file, properties(values), provenance)
        found[name] = node
    yield from found.values()


def _languages(
    record: Record, merge: Merge, key: str, framework: str, file: str, provenance: Provenance
) -> Iterator[Node]:
    known = merge.known.notations("language")
    for item in record.objects("languages"):
        language = str(item.get("lang")).lower()
        if language not in known:
            raise Rejected(f"language {language!r} is not in the list of languages")
        status = "accepted"
        for name, found in (
            ("reciprocity", "on-reciprocity"),
            ("discretionary", "discretionary"),
            ("urgent_only", "urgent-only"),
        ):
            if item.get(name):
                status = found
        values = {
            "mla:belongsToNotification": ref("notification", key),
            "mla:acceptsLanguage": known[language],
            "mla:hasFramework": ref("framework", str(item.get("for") or framework)),
            "mla:hasLanguageStatus": ref("language-status", status),
        }
        name = f"{key}-{language}" + ("" if status == "accepted" else f"-{status}")
        yield Node("language-rule", name, "LanguageRule", file, properties(values), provenance)


def _compare(record: Record, merge: Merge, instrument: str, iso: str, key: str) -> None:
    """Report records of one state and instrument that accept different languages."""
    mark = (instrument, iso)
    same = [
        (", ".join(sorted(_said(other))), other)
        for other in merge.facts.of("notifications")
        if (other.fields.get("instrument"), str(other.fields.get("state")).upper()) == mark
        and other.fields.get("languages")
    ]
    same.sort(key=lambda found: (_regroups(found[1]) is not None, found[1].content))
    first = next(other for _, other in same) if same else None
    if first is record and len({given for given, _ in same}) > 1:
        merge.contradiction(
            f"notification/{key}",
            "mla:acceptsLanguage",
            same,
            "Kept side by side, each with its source.",
        )


def _said(record: Record) -> set[str]:
    return {
        str(item.get("lang")) + (" (urgent)" if item.get("urgent_only") else "")
        for item in record.fields["languages"]
        if isinstance(item, dict)
    }
