"""What a page says about a measure, part by part."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

import pyoxigraph as ox

from mla_graph.ingest.draft.merge import Draft
from mla_graph.ingest.facts.nodes import (
    Node,
    Provenance,
    by_the_hour,
    code,
    day,
    duration,
    properties,
    ref,
    slug,
    text,
)
from mla_graph.ingest.facts.records import Record, Rejected
from mla_graph.ingest.facts.tables import mapping, rows
from mla_graph.ingest.identity.acts import whole_day
from mla_graph.ingest.kinds.shared.offices import office, office_nodes
from mla_graph.ingest.kinds.shared.provision_nodes import provision
from mla_graph.ingest.kinds.shared.statutes import ROLES, statute, statutory_role
from mla_graph.model.errors import InvalidValue
from mla_graph.model.terms import Term

CONDITION_TYPES: Final = frozenset(
    {
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
    }
)
EVENTS: Final = frozenset({"recognition", "execution", "transfer", "postponement", "other"})
SCOPES: Final = {
    "eio": "eio",
    "mla": "mla",
    "any": "any",
    "mutual-recognition": "mutual-recognition",
}
LOCATOR: Final = "Page on the measure"
"""Where the facts of a record stand: it does not say under which heading of the page."""
GROUPS: Final = frozenset({"eio-states", "non-eio-states", "treaty-parties", "any"})

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
_ARTICLE = re.compile(r"\d+[a-z]?(?:[-/.]\d+[a-z]*)*(?:\(\w+\))*")
_CENTRAL: Final = frozenset({"ministry-of-justice", "ministry-of-interior", "prosecutor-general"})
_BOUND_BY_ORDER: Final = "eu-dir-2014-41"
_LONGEST_LABEL: Final = 140
_OPTIONAL = re.compile(
    r"\b(may|can|could|possible|preferred|advised|welcome|useful)\b", re.IGNORECASE
)
_ORDER = re.compile(r"\bEIOs?\b|\bAnnex [ABC]\b|investigation order", re.IGNORECASE)
_REQUEST = re.compile(
    r"\bMLA\b|rogatory|\b(19)?59 Convention|2000 Convention|letter of request", re.IGNORECASE
)
_CERTIFICATE = re.compile(r"certificate|\bwarrant\b|framework decision|Regulation", re.IGNORECASE)
_OTHER_PERIODS: Final = "maximum-duration"


@dataclass(frozen=True)
class Fiche:
    """A page on its way: its record, its key, the file and source of everything on it."""

    record: Record
    draft: Draft
    iso: str
    key: str
    file: str
    provenance: Provenance

    def part(self, kind: str, name: str, cls: str, values: dict[str, Any]) -> Node:
        """A node that belongs to the implementation."""
        values = values | {"mla:belongsToImplementation": ref("implementation", self.key)}
        key = f"{self.key}-{name}"
        return Node(kind, key, cls, self.file, properties(values), self.provenance)


def skip(record: Record) -> None:
    """Count all parts as read."""
    record.skip(*_FIELDS)


def parts(fiche: Fiche, left: list[str]) -> Iterator[Node]:
    """All parts of a page; what has no place of its own is added to ``left``, in our words."""
    found: dict[str, Node] = {}
    for node in _all(fiche, left):
        known = found.get(node.iri)
        if known is None or node.cls is None:
            found[node.iri if node.cls else f"{node.iri} +"] = node
        elif node.properties != known.properties and not node.stub:
            found[node.iri] = _joined(known, node)
    yield from found.values()


def _joined(first: Node, second: Node) -> Node:
    """Two parts with one key: what both say, and the notes and articles of both."""
    values = dict(first.properties)
    for name, terms in second.properties.items():
        if name in ("skos:note", "mla:statedIn", "mla:usesChannel") or name not in values:
            values[name] = tuple(sorted({*values.get(name, ()), *terms}, key=str))
    return replace(first, properties=values)


def _all(fiche: Fiche, left: list[str]) -> Iterator[Node]:
    yield from _bases(fiche, left)
    yield from _conditions(fiche)
    yield from _competences(fiche, left)
    yield from _languages(fiche)
    yield from _time_limits(fiche, left)
    yield from _formalities(fiche)
    yield from _alternatives(fiche)


def objects(record: Record, name: str) -> list[dict[str, Any]]:
    """The field as a list of objects.

    Raises:
        Rejected: something in it is none.
    """
    found = record.items(name)
    if bad := next((item for item in found if not isinstance(item, dict)), None):
        raise Rejected(f"{name} holds {bad!r}; it should be an object")
    return found


def _bases(fiche: Fiche, left: list[str]) -> Iterator[Node]:
    """Legal bases: instruments with the acts that give them effect, then acts on their own.

    An act that gives an instrument effect is a basis of its own where the page cites its articles.
    """
    rank = 0
    roles = _roles(fiche)
    yield from roles.nodes
    given: set[str] = set()
    for item in objects(fiche.record, "instruments"):
        key = item.get("key") or mapping("instrument-names").get(str(item.get("ref")).lower())
        if not key:
            left.append(f"Also cites: {item.get('ref')}.")
            continue
        rank += 1
        given.add(key)
        group = item.get("scope") or "treaty-parties"
        if group not in GROUPS:
            raise Rejected(f"scope {group!r} is none of {', '.join(sorted(GROUPS))}")
        if key == _BOUND_BY_ORDER:
            group = "eio-states"
        articles, slip = _slips(fiche, key, item.get("articles") or [])
        values, provisions = _cited(fiche, "instrument", key, articles)
        yield from provisions
        effect = [role for role, instrument, _ in roles.of_statutes if instrument == key]
        values |= {
            "mla:readingNote": text(slip),
            "mla:restsOn": ref("instrument", key),
            "mla:appliesToGroup": ref("applies-to", group),
            "mla:rank": _whole(rank),
            "mla:hasStatutoryRole": [ref("statutory-role", role) for role in effect[:1]],
        }
        yield fiche.part("legal-basis", key, "LegalBasis", values)
    for key in dict.fromkeys(
        item["instrument"]
        for item in objects(fiche.record, "conditions")
        if item.get("instrument") and item["instrument"] not in given
    ):
        rank += 1
        given.add(key)
        group = "eio-states" if key == _BOUND_BY_ORDER else "treaty-parties"
        values = {
            "mla:readingNote": text("Named by the page with a condition alone."),
            "mla:restsOn": ref("instrument", key),
            "mla:appliesToGroup": ref("applies-to", group),
            "mla:rank": _whole(rank),
            "mla:hasStatutoryRole": [
                ref("statutory-role", role)
                for role, instrument, _ in roles.of_statutes
                if instrument == key
            ][:1],
        }
        yield fiche.part("legal-basis", key, "LegalBasis", values)
    for role, instrument, act in roles.of_statutes:
        if instrument in given and not roles.articles[role]:
            continue
        rank += 1
        values, provisions = _cited(fiche, "statute", act, roles.articles[role])
        yield from provisions
        values |= {
            "mla:restsOn": ref("statute", act),
            "mla:appliesToGroup": ref("applies-to", "any"),
            "mla:rank": _whole(rank),
            "mla:hasStatutoryRole": ref("statutory-role", role),
        }
        name = role.removeprefix(f"{fiche.iso.lower()}-")
        yield fiche.part("legal-basis", name, "LegalBasis", values)


def _slips(fiche: Fiche, instrument: str, articles: list[str]) -> tuple[list[str], str | None]:
    """The articles without those known to be slips of the page, and what is told of them."""
    for state, measure, key, article, note in rows("slips"):
        where = f"{state}-{measure}".lower()
        if (where, key) == (fiche.key, instrument) and article in articles:
            fiche.record.changed(f"article {article} of {key} left out: a slip of the page")
            return [other for other in articles if other != article], note
    return articles, None


def _whole(value: int) -> ox.Literal:
    return ox.Literal(value)


@dataclass
class _Roles:
    """The national acts of a page: nodes, and (role, instrument, act) for each role."""

    nodes: list[Node]
    of_statutes: list[tuple[str, str | None, str]]
    articles: dict[str, list[str]]


def _roles(fiche: Fiche) -> _Roles:
    found = _Roles([], [], {})
    for item in objects(fiche.record, "statutes"):
        title, role = item.get("title"), item.get("role")
        if not isinstance(title, str) or role not in ROLES:
            raise Rejected(f"statutes holds {item!r}; it should have title, date and role")
        instrument = item.get("instrument")
        act = statute(
            fiche.draft,
            fiche.iso,
            title.strip(),
            _date(item),
            fiche.provenance,
        )
        found.nodes.append(act)
        if role in ("approves", "transposes") and not instrument:
            fiche.record.changed(f"{title}: {role}, but the record does not say what")
            role = "basis"
        (node,) = statutory_role(act, fiche.iso, role, instrument)
        found.nodes.append(node)
        mark = (node.key, instrument, act.key)
        if mark not in found.of_statutes:
            found.of_statutes.append(mark)
        found.articles.setdefault(node.key, []).extend(item.get("articles") or [])
    return found


def _date(item: dict[str, Any]) -> str | None:
    try:
        day(date := whole_day(item.get("date")))
    except InvalidValue as error:
        raise Rejected(f"statutes: {error.detail.rstrip('.')}") from None
    return date


def _cited(
    fiche: Fiche, kind: str, key: str, articles: list[str]
) -> tuple[dict[str, Any], list[Node]]:
    """The provisions that are cited; what is more than a number stays as it is cited."""
    plain = [article for article in articles if _ARTICLE.fullmatch(article)]
    values: dict[str, Any] = {}
    if len(plain) < len(articles):
        cited = ", ".join(dict.fromkeys(articles))
        values["mla:citedAs"] = code(f"Art. {cited}" if cited[:1].isdigit() else cited)
    nodes = []
    for article in plain:
        if kind == "instrument":
            nodes.append(provision(key, article, fiche.provenance))
        else:
            node = provision(key, article, fiche.provenance)
            owner = properties({"eli:is_part_of": ref("statute", key)})
            file = f"statutes/{fiche.iso.lower()}/{key}"
            nodes.append(replace(node, file=file, properties={**node.properties, **owner}))
    values["mla:statedIn"] = [ref("provision", node.key) for node in nodes]
    return values, nodes


def _conditions(fiche: Fiche) -> Iterator[Node]:
    for item in objects(fiche.record, "conditions"):
        kind, note = item.get("type"), item.get("note")
        if kind not in CONDITION_TYPES:
            raise Rejected(
                f"condition type {kind!r} is none of {', '.join(sorted(CONDITION_TYPES))}"
            )
        value = _period(fiche, item.get("value"), "condition")
        instrument = item.get("instrument")
        kind = _condition_type(kind, note or "", value is not None)
        label, further = _label(fiche.draft, "condition-type", kind, note)
        values: dict[str, Any] = {
            "rdfs:label": text(label),
            "skos:note": text(further),
            "mla:hasConditionType": ref("condition-type", kind),
            "mla:countsLawOf": _whose(kind, note or ""),
            "mla:limits": ref("instrument", instrument) if instrument else None,
            "mla:value": value,
            "mla:hasUnit": by_the_hour(item.get("value")),
        }
        name = "-".join(word for word in (kind, slug(note or instrument or "", 40)) if word)
        yield fiche.part("condition", name, "Condition", values)


def _condition_type(kind: str, note: str, has_value: bool) -> str:
    """The code of the list; notes that recur without a type of their own have found one."""
    if kind == "minimum-penalty" and not has_value:
        return "punishability-threshold"
    if kind != "other":
        return kind
    for pattern, found in rows("condition-types"):
        if re.search(pattern, note.lower()) and (found != _OTHER_PERIODS or has_value):
            return found
    return kind


def _whose(kind: str, note: str) -> ox.NamedNode | None:
    """Whose law decides, where the note says it."""
    lowered = note.lower()
    if "both states" in lowered or (kind == "dual-criminality" and not note):
        return ref("whose-law", "both")
    if "issuing state" in lowered or "requesting state" in lowered or "foreign penalty" in lowered:
        return ref("whose-law", "requesting")
    return ref("whose-law", "executing") if kind == "minimum-penalty" else None


def _label(draft: Draft, scheme: str, kind: str, note: str | None) -> tuple[str, str | None]:
    """The note as label while it is short; else the name of its type, with the note beside it."""
    name = draft.known.label(scheme, kind) or kind
    name = name[:1].upper() + name[1:]
    if not note:
        return name, None
    plain = note.strip().rstrip(".")
    plain = plain[:1].upper() + plain[1:]
    return (plain, None) if len(plain) <= _LONGEST_LABEL else (name, note)


def _period(fiche: Fiche, value: object, what: str) -> ox.Literal | None:
    if value in (None, ""):
        return None
    try:
        return duration(str(value))
    except InvalidValue as error:
        raise Rejected(f"{what}: {error.detail.rstrip('.')}") from None


def _framework(scope: object) -> str:
    found = SCOPES.get(str(scope or "any"))
    if found is None:
        raise Rejected(f"scope {scope!r} is none of {', '.join(SCOPES)}")
    return found


def _competences(fiche: Fiche, left: list[str]) -> Iterator[Node]:
    channels = [str(channel) for channel in fiche.record.items("channel")]
    receivers = objects(fiche.record, "receiving_authorities")
    if channels and not receivers:
        left.append(f"Channel, of an authority that was not seen: {', '.join(channels)}.")
    for role, items in (
        ("receive", receivers),
        ("execute", objects(fiche.record, "executing_authorities")),
    ):
        for item in items:
            said, kind = item.get("name"), item.get("type")
            if not isinstance(said, str) or not said.strip():
                raise Rejected(f"{role}: an authority without a name")
            framework, found = _framework(item.get("scope")), office(said)
            offices = office_nodes(fiche.draft, fiche.iso, found, kind, fiche.provenance)
            yield from offices
            held = offices[0].key
            values: dict[str, Any] = {
                "mla:hasRole": ref("authority-role", role),
                "mla:heldBy": ref("authority", held),
                "mla:hasFramework": ref("framework", framework),
                "mla:usesChannel": _channels(channels, str(kind), said)
                if role == "receive"
                else None,
                "skos:note": text(found.limits[:1].upper() + found.limits[1:] + ".")
                if found.limits
                else None,
            }
            name = f"{framework}-{role}-{held.removeprefix(f'{fiche.iso.lower()}-')}"
            yield fiche.part("competence", name, "Competence", values)


def _channels(channels: list[str], kind: str, name: str) -> list[ox.NamedNode]:
    """The channels of a page that fit an authority, where the page has several."""
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
    known = fiche.draft.known.notations("language")
    for item in objects(fiche.record, "languages"):
        language, framework = str(item.get("lang")).lower(), _framework(item.get("for"))
        if language not in known:
            raise Rejected(f"language {language!r} is not in the list of languages")
        status = "urgent-only" if item.get("urgent_only") else "accepted"
        values = {
            "mla:acceptsLanguage": known[language],
            "mla:hasFramework": ref("framework", framework),
            "mla:hasLanguageStatus": ref("language-status", status),
        }
        ending = "-urgent" if status == "urgent-only" else ""
        name = f"{framework}-{language}{ending}"
        yield fiche.part("language-rule", name, "LanguageRule", values)


def _time_limits(fiche: Fiche, left: list[str]) -> Iterator[Node]:
    for item in objects(fiche.record, "deadlines"):
        event, note = item.get("for"), item.get("note")
        if event not in EVENTS:
            raise Rejected(f"deadline for {event!r} is none of {', '.join(sorted(EVENTS))}")
        value = _period(fiche, item.get("value"), "deadline")
        if value is None:
            if note:
                left.append(f"Time limits: {note.rstrip('.')}.")
            continue
        label, further = _label(fiche.draft, "time-limit-event", str(event), note)
        values: dict[str, Any] = {
            "rdfs:label": text(label),
            "skos:note": text(further),
            "mla:hasEvent": ref("time-limit-event", str(event)),
            "mla:hasFramework": ref("framework", _told_framework(note or "")),
            "mla:value": value,
            "mla:hasUnit": by_the_hour(item.get("value")),
        }
        name = "-".join(
            word for word in (str(event), slug(value.value), slug(note or "", 30)) if word
        )
        yield fiche.part("time-limit", name, "TimeLimit", values)


def _told_framework(note: str) -> str:
    """The framework that a note names."""
    order, request = bool(_ORDER.search(note)), bool(_REQUEST.search(note))
    if order != request:
        return "eio" if order else "mla"
    return "mutual-recognition" if not order and _CERTIFICATE.search(note) else "any"


def _formalities(fiche: Fiche) -> Iterator[Node]:
    for note in fiche.record.items("requirements"):
        if not isinstance(note, str):
            raise Rejected(f"requirements holds {note!r}; it should be text")
        lowered = note.lower()
        kind = next((k for p, k in rows("formality-types") if re.search(p, lowered)), "other")
        label, further = _label(fiche.draft, "formality-type", kind, note)
        values: dict[str, Term | None] = {
            "rdfs:label": text(label),
            "skos:note": text(further),
            "mla:hasFormalityType": ref("formality-type", kind),
            "mla:hasFramework": ref("framework", _told_framework(note)),
            "mla:hasModality": ref("modality", "optional") if _OPTIONAL.search(note) else None,
        }
        name = f"{kind}-{slug(note, 40)}"
        yield fiche.part("formality", name, "Formality", values)


def _alternatives(fiche: Fiche) -> Iterator[Node]:
    for measure in fiche.record.items("alternatives"):
        key = str(measure).lower()
        if not fiche.draft.known.describes(ref("measure", key).value):
            fiche.record.changed(f"alternative {measure}: no measure of the catalogue")
            continue
        if fiche.key.startswith(f"{fiche.iso.lower()}-{key}"):
            fiche.record.changed(f"alternative {measure} is the measure itself: left out")
            continue
        values = {"mla:namesMeasure": ref("measure", key)}
        yield fiche.part("alternative", key, "Alternative", values)
