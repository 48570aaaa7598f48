"""Conditions and formalities of a page."""

import re
from collections.abc import Iterator
from typing import Any, Final

import pyoxigraph as ox

from mla_graph.ingest.facts.nodes import Node, by_the_hour, ref, slug, text
from mla_graph.ingest.facts.records import Rejected
from mla_graph.ingest.facts.tables import rows
from mla_graph.ingest.kinds.fiche_bases import cited
from mla_graph.ingest.kinds.shared.fiche import Fiche, Item, framework_of, period

CONDITION_TYPES: Final = (
    "consent",
    "domestic-availability",
    "dual-criminality",
    "fiscal-offence",
    "judicial-authorisation",
    "minimum-penalty",
    "offence-list",
    "other",
    "proportionality",
    "reciprocity",
)

_OPTIONAL = re.compile(
    r"\b(may|can|could|possible|preferred|advised|welcome|useful)\b", re.IGNORECASE
)
_OTHER_PERIODS: Final = "maximum-duration"


def conditions(fiche: Fiche) -> Iterator[Node]:
    """Make the conditions, with the act that each limits and the articles cited of it."""
    for item in fiche.record.objects("conditions"):
        kind, note = item.get("type"), item.get("note")
        if kind not in CONDITION_TYPES:
            raise Rejected(f"condition type {kind!r} is none of {', '.join(CONDITION_TYPES)}")
        value = period(item.get("value"), "condition")
        instrument, act = item.get("instrument"), item.get("statute")
        kind = _type(kind, note or "", value is not None)
        label, further = fiche.label("condition-type", kind, note)
        values: dict[str, Any] = {
            "rdfs:label": text(label),
            "skos:note": text(further),
            "mla:hasConditionType": ref("condition-type", kind),
            "mla:countsLawOf": _whose_law(fiche, item, kind),
            "mla:value": value,
            "mla:hasUnit": by_the_hour(item.get("value")),
        }
        if key := instrument or act:
            owner = "instrument" if instrument else "statute"
            articles, provisions = cited(fiche, owner, key, item.get("articles") or [], item)
            yield from provisions
            values |= articles | {"mla:limits": ref(owner, key)}
        name = "-".join(word for word in (kind, slug(note or instrument or "", 40)) if word)
        yield fiche.part("condition", name, "Condition", values, item)


def _type(kind: str, note: str, has_value: bool) -> str:
    """Return the code of the list; the note gives the type of a condition filed under other."""
    if kind == "minimum-penalty" and not has_value:
        return "punishability-threshold"
    if kind != "other":
        return kind
    for pattern, found in rows("condition-types"):
        if re.search(pattern, note.lower()) and (found != _OTHER_PERIODS or has_value):
            return found
    return kind


def _whose_law(fiche: Fiche, item: Item, kind: str) -> ox.NamedNode | None:
    """Return whose law decides: as given, or as the note says; an open record gives it."""
    if fiche.open or item.get("law"):
        return ref("whose-law", item["law"]) if item.get("law") else None
    note = str(item.get("note") or "").lower()
    if "both states" in note or (kind == "dual-criminality" and not note):
        return ref("whose-law", "both")
    if "issuing state" in note or "requesting state" in note or "foreign penalty" in note:
        return ref("whose-law", "requesting")
    return ref("whose-law", "executing") if kind == "minimum-penalty" else None


def formalities(fiche: Fiche) -> Iterator[Node]:
    """Make the formalities that the page asks for."""
    for note in fiche.record.items("requirements"):
        if not isinstance(note, str):
            raise Rejected(f"requirements holds {note!r}; it should be text")
        lowered = note.lower()
        kind = next((k for p, k in rows("formality-types") if re.search(p, lowered)), "other")
        label, further = fiche.label("formality-type", kind, note)
        values: dict[str, Any] = {
            "rdfs:label": text(label),
            "skos:note": text(further),
            "mla:hasFormalityType": ref("formality-type", kind),
            "mla:hasFramework": ref("framework", framework_of(note)),
            "mla:hasModality": ref("modality", "optional") if _OPTIONAL.search(note) else None,
        }
        yield fiche.part("formality", f"{kind}-{slug(note, 40)}", "Formality", values)
