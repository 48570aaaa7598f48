"""A page on one measure in one state, for the converters of its parts."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Final

import pyoxigraph as ox

from mla_graph.ingest.draft.merge import Merge
from mla_graph.ingest.facts.nodes import Node, Provenance, duration, properties, ref
from mla_graph.ingest.facts.records import Record, Rejected
from mla_graph.model.errors import InvalidValue

FRAMEWORKS: Final = ("eio", "mla", "any", "mutual-recognition")

_LONGEST_LABEL: Final = 140
_ORDER = re.compile(r"\bEIOs?\b|\bAnnex [ABC]\b|investigation order", re.IGNORECASE)
_REQUEST = re.compile(
    r"\bMLA\b|rogatory|\b(19)?59 Convention|2000 Convention|letter of request", re.IGNORECASE
)
_CERTIFICATE = re.compile(r"certificate|\bwarrant\b|framework decision|Regulation", re.IGNORECASE)

Item = Mapping[str, Any]
"""One object in a list of parts. ``part`` ends its IRI; ``section`` is its place on the page."""

NOTHING: Final[Item] = MappingProxyType({})


@dataclass(frozen=True)
class Fiche:
    """A page with its record and key, and the file and provenance of all its parts."""

    record: Record
    merge: Merge
    iso: str
    key: str
    file: str
    provenance: Provenance

    @property
    def open(self) -> bool:
        """Return whether a curator has yet to complete the record, so that nothing is assumed."""
        return bool(self.record.items("open"))

    def place(self, item: Item) -> Provenance:
        """Return the provenance of an item: that of the page, at the section of the item."""
        section = item.get("section")
        return replace(self.provenance, locator=section) if section else self.provenance

    def part(
        self, kind: str, name: str, cls: str, values: Mapping[str, Any], item: Item = NOTHING
    ) -> Node:
        """Make a node that belongs to the implementation; ``name`` ends its IRI by default."""
        owner = {"mla:belongsToImplementation": ref("implementation", self.key)}
        key = f"{self.key}-{item.get('part') or name}"
        return Node(kind, key, cls, self.file, properties({**values, **owner}), self.place(item))

    def label(self, scheme: str, kind: str, note: str | None) -> tuple[str, str | None]:
        """Return label and note: a short note is the label, else the name of the type is."""
        name = _capital(self.merge.known.label(scheme, kind) or kind)
        if not note:
            return name, None
        plain = _capital(note.strip().rstrip("."))
        return (plain, None) if len(plain) <= _LONGEST_LABEL else (name, note)


def framework(scope: object) -> str:
    """Return the code of a framework; ``any`` where none is given.

    Raises:
        Rejected: no framework has this code.
    """
    found = str(scope or "any")
    if found not in FRAMEWORKS:
        raise Rejected(f"scope {scope!r} is none of {', '.join(FRAMEWORKS)}")
    return found


def framework_of(note: str) -> str:
    """Return the framework that a note names; ``any`` where it names none or several."""
    order, request = bool(_ORDER.search(note)), bool(_REQUEST.search(note))
    if order != request:
        return "eio" if order else "mla"
    return "mutual-recognition" if not order and _CERTIFICATE.search(note) else "any"


def period(value: object, what: str) -> ox.Literal | None:
    """Return a period as a literal; None where there is none.

    Raises:
        Rejected: the value is no period.
    """
    if value in (None, ""):
        return None
    try:
        return duration(str(value))
    except InvalidValue as error:
        raise Rejected(f"{what}: {error.detail.rstrip('.')}") from None


def modality(item: Item) -> ox.NamedNode | None:
    """Return the modality of an item, such as ``as-a-rule``."""
    return ref("modality", item["modality"]) if item.get("modality") else None


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
