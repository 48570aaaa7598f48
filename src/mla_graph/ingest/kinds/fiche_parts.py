"""All parts of a page: bases, conditions, authorities, languages, periods, formalities."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

import pyoxigraph as ox

from mla_graph.ingest.facts.nodes import Node, by_the_hour, ref, slug, text
from mla_graph.ingest.facts.records import Record, Rejected
from mla_graph.ingest.kinds.fiche_bases import bases
from mla_graph.ingest.kinds.fiche_conditions import conditions, formalities
from mla_graph.ingest.kinds.shared.fiche import (
    Fiche,
    Item,
    framework,
    framework_of,
    modality,
    period,
)
from mla_graph.ingest.kinds.shared.offices import office, office_nodes

EVENTS: Final = ("execution", "other", "postponement", "recognition", "surrender", "transfer")

_FIELDS: Final = (
    "alternatives",
    "channel",
    "conditions",
    "deadlines",
    "executing_authorities",
    "instruments",
    "languages",
    "receiving_authorities",
    "requirements",
    "statutes",
)
_CENTRAL: Final = frozenset({"ministry-of-justice", "ministry-of-interior", "prosecutor-general"})
_JOINED: Final = ("skos:note", "mla:statedIn", "mla:usesChannel")


def skip(record: Record) -> None:
    """Count all parts as read."""
    record.skip(*_FIELDS)


def parts(fiche: Fiche, left: list[str]) -> Iterator[Node]:
    """Make all parts of a page; what has no place of its own is added to ``left``."""
    found: dict[str, Node] = {}
    for node in _all(fiche, left):
        known = found.get(node.iri)
        if known is None or node.cls is None:
            found[node.iri if node.cls else f"{node.iri} +"] = node
        elif node.properties != known.properties and not node.stub:
            found[node.iri] = _joined(known, node)
    yield from found.values()


def _joined(first: Node, second: Node) -> Node:
    """Join two parts with one key: the first, with the notes, articles and channels of both."""
    values = dict(first.properties)
    for name, terms in second.properties.items():
        if name in _JOINED or name not in values:
            values[name] = tuple(sorted({*values.get(name, ()), *terms}, key=str))
    return replace(first, properties=values)


def _all(fiche: Fiche, left: list[str]) -> Iterator[Node]:
    yield from bases(fiche, left)
    yield from conditions(fiche)
    yield from _competences(fiche, left)
    yield from _languages(fiche)
    yield from _time_limits(fiche, left)
    yield from formalities(fiche)
    yield from _alternatives(fiche)


def _competences(fiche: Fiche, left: list[str]) -> Iterator[Node]:
    channels = [str(channel) for channel in fiche.record.items("channel")]
    receivers = fiche.record.objects("receiving_authorities")
    if channels and not receivers:
        left.append(f"Channel, of an authority that was not seen: {', '.join(channels)}.")
    for item in receivers:
        yield from _competence(fiche, "receive", item, channels)
    for item in fiche.record.objects("executing_authorities"):
        yield from _competence(fiche, "execute", item, [])


def _competence(fiche: Fiche, role: str, item: Item, channels: list[str]) -> Iterator[Node]:
    """Make the competence of an office, and the office unless the item has its key."""
    name, kind = item.get("name"), item.get("type")
    if not isinstance(name, str) or not name.strip():
        raise Rejected(f"{role}: an authority without a name")
    scope, found, held = framework(item.get("scope")), office(name), item.get("key")
    if held is None:
        offices = office_nodes(fiche.merge, fiche.iso, found, kind, fiche.place(item))
        yield from offices
        held = offices[0].key
    limits = item.get("limits") or (None if item.get("key") else found.limits)
    values: dict[str, Any] = {
        "mla:hasRole": ref("authority-role", role),
        "mla:heldBy": ref("authority", held),
        "mla:hasFramework": ref("framework", scope),
        "mla:hasModality": modality(item),
        "mla:usesChannel": _channels(channels, str(kind), name),
        "skos:note": text(f"{limits[:1].upper()}{limits[1:]}.") if limits else None,
    }
    part = f"{scope}-{role}-{held.removeprefix(f'{fiche.iso.lower()}-')}"
    yield fiche.part("competence", part, "Competence", values, item)


def _channels(channels: list[str], kind: str, name: str) -> list[ox.NamedNode]:
    """Return the channels that fit an authority, where the page has several."""
    if len(channels) < 2:
        return [ref("channel", channel) for channel in channels]
    central = kind in _CENTRAL or "central authority" in name.lower()
    fitting = {
        "direct": not central,
        "central-authority": central,
        "diplomatic": central,
        "interpol": kind == "police",
    }
    return [ref("channel", channel) for channel in channels if fitting.get(channel, True)]


def _languages(fiche: Fiche) -> Iterator[Node]:
    known = fiche.merge.known.notations("language")
    for item in fiche.record.objects("languages"):
        language, scope = str(item.get("lang")).lower(), framework(item.get("for"))
        if language not in known:
            raise Rejected(f"language {language!r} is not in the list of languages")
        status = item.get("status") or ("urgent-only" if item.get("urgent_only") else "accepted")
        values = {
            "mla:acceptsLanguage": known[language],
            "mla:hasFramework": ref("framework", scope),
            "mla:hasLanguageStatus": ref("language-status", status),
        }
        ending = "-urgent" if status == "urgent-only" else ""
        name = f"{scope}-{language}{ending}"
        yield fiche.part("language-rule", name, "LanguageRule", values, item)


def _time_limits(fiche: Fiche, left: list[str]) -> Iterator[Node]:
    for item in fiche.record.objects("deadlines"):
        event, note = item.get("for"), item.get("note")
        if event not in EVENTS:
            raise Rejected(f"deadline for {event!r} is none of {', '.join(EVENTS)}")
        value = period(item.get("value"), "deadline")
        if value is None:
            if note:
                left.append(f"Time limits: {note.rstrip('.')}.")
            continue
        label, further = fiche.label("time-limit-event", event, note)
        scope = framework(item["scope"]) if item.get("scope") else framework_of(note or "")
        starts = item.get("starts")
        values: dict[str, Any] = {
            "rdfs:label": text(label),
            "skos:note": text(further),
            "mla:hasEvent": ref("time-limit-event", event),
            "mla:hasFramework": ref("framework", scope),
            "mla:hasModality": modality(item),
            "mla:startsOn": ref("start-event", starts) if starts else None,
            "mla:value": value,
            "mla:hasUnit": by_the_hour(item.get("value")),
        }
        words = (event, slug(value.value), slug(note or "", 30))
        name = "-".join(word for word in words if word)
        yield fiche.part("time-limit", name, "TimeLimit", values, item)


def _alternatives(fiche: Fiche) -> Iterator[Node]:
    for measure in fiche.record.items("alternatives"):
        key = str(measure).lower()
        if not fiche.merge.known.describes(ref("measure", key).value):
            fiche.record.changed(f"alternative {measure}: no measure of the catalogue")
            continue
        if fiche.key.startswith(f"{fiche.iso.lower()}-{key}"):
            fiche.record.changed(f"alternative {measure} is the measure itself: left out")
            continue
        values = {"mla:namesMeasure": ref("measure", key)}
        yield fiche.part("alternative", key, "Alternative", values)
