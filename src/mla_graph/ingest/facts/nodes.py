"""Nodes of the graph with their properties and provenance."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

import pyoxigraph as ox

from mla_graph.ingest.facts.records import Rejected
from mla_graph.model.errors import InvalidValue
from mla_graph.model.namespaces import MLAD, PREFIXES, XSD
from mla_graph.model.terms import Term, canonical, date_term, iri_term

CONFIDENCES: Final = ("seen", "known", "unsure")
"""From the best founded to the weakest."""

GENERAL_KNOWLEDGE: Final = "general-knowledge"
"""The source of what was read nowhere."""

_LETTERS: Final = str.maketrans({"ß": "ss", "ł": "l", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe"})
_KEY = re.compile(r"[a-z0-9]+(?:[.-]+[a-z0-9]+)*", re.ASCII)
_LONGEST: Final = 200
_ASCII_WORD = re.compile(r"[a-z0-9]+")
_HOURS = re.compile(r"PT(\d{1,9})H")
_DURATION = re.compile(r"-?P(?=.)(\d+Y)?(\d+M)?(\d+W)?(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+S)?)?")


@dataclass(frozen=True)
class Provenance:
    """A source document, the place in it, and the confidence."""

    source: str
    locator: str
    confidence: str

    def weakened(self, confidence: str) -> "Provenance":
        """Return the same with at most this confidence."""
        return replace(self, confidence=weakest(self.confidence, confidence))


@dataclass(frozen=True)
class Node:
    """One resource of the graph: ``https://w3id.org/mla-graph/id/{kind}/{key}``.

    ``cls`` is the class, ``Participation`` or with a prefix ``skos:Concept``; None adds properties
    to a resource that is described elsewhere. ``file`` is the natural unit that it is written
    into: its path without suffix. ``properties`` go from prefixed names (``mla:since``) to terms.
    A ``stub`` is there only because another node refers to it, and steps back behind any other
    node with its key.
    """

    kind: str
    key: str
    cls: str | None
    file: str
    properties: Mapping[str, tuple[Term, ...]] = field(hash=False)
    provenance: Provenance | None = None
    stub: bool = False

    def __post_init__(self) -> None:
        """Refuse unsafe keys: they become IRIs and names of files.

        Raises:
            Rejected: kind, key or file have other characters than keys have.
        """
        for part in (self.kind, self.key, *self.file.split("/")):
            if not _KEY.fullmatch(part) or len(part) > _LONGEST:
                raise Rejected(
                    f"{part[:80]!r} is no key: up to {_LONGEST} lower-case letters, digits, "
                    "hyphens and full stops"
                )

    @property
    def iri(self) -> str:
        """Return the IRI of the resource."""
        return f"{MLAD}{self.kind}/{self.key}"

    @property
    def cls_name(self) -> str | None:
        """Return the class with its prefix, by default that of this ontology."""
        return self.cls if self.cls is None or ":" in self.cls else f"mla:{self.cls}"

    @property
    def name(self) -> str:
        """Return kind and key, as reports print them."""
        return f"{self.kind}/{self.key}"


def properties(
    values: Mapping[str, Term | Iterable[Term | None] | None],
) -> dict[str, tuple[Term, ...]]:
    """Return the properties that have a value, with several values sorted."""
    found: dict[str, tuple[Term, ...]] = {}
    for name, value in values.items():
        terms = (value,) if isinstance(value, ox.NamedNode | ox.Literal) else value or ()
        kept = sorted({term for term in terms if term is not None}, key=str)
        if kept:
            found[name] = tuple(kept)
    return found


def weakest(*confidences: str) -> str:
    """Return the lowest of these confidences."""
    return max(confidences, key=CONFIDENCES.index)


def slug(text: str, longest: int = 80) -> str:
    """Convert text to a key of lower-case ASCII words joined by hyphens."""
    plain = unicodedata.normalize("NFKD", text.lower().translate(_LETTERS))
    words = _ASCII_WORD.findall(plain.encode("ascii", "ignore").decode())
    key = ""
    for word in words:
        if key and len(key) + 1 + len(word) > longest:
            break
        key = f"{key}-{word}" if key else word[:longest]
    return key


def ref(kind: str, key: str) -> ox.NamedNode:
    """Return the IRI of a resource of this graph."""
    return ox.NamedNode(f"{MLAD}{kind}/{key}")


def state(code: str) -> ox.NamedNode:
    """Return the IRI of a state by its two-letter code."""
    return ref("state", code.lower())


def full(name: str) -> ox.NamedNode:
    """Expand a prefixed name such as ``mla:since``."""
    prefix, _, local = name.partition(":")
    return ox.NamedNode(PREFIXES[prefix] + local)


def page(url: str) -> ox.NamedNode:
    """Return an address as an IRI; raise InvalidValue unless it is one."""
    return iri_term(url)


def day(value: str | None) -> ox.Literal | None:
    """Return a calendar day as a literal."""
    return None if value is None else date_term(value)


def text(value: str | None, language: str = "en") -> ox.Literal | None:
    """Return text in a language as a literal."""
    return None if value is None else ox.Literal(value, language=language)


def code(value: str | None) -> ox.Literal | None:
    """Return a code as a plain literal."""
    return None if value is None else ox.Literal(value)


def truth(value: bool | None) -> ox.Literal | None:
    """Return a truth value as a literal."""
    return None if value is None else ox.Literal(value)


def number(value: str) -> ox.Literal:
    """Return a whole or decimal number in digits as a literal."""
    return canonical(_typed(value, "decimal" if "." in value else "integer"))


def duration(value: str) -> ox.Literal:
    """Return an ISO 8601 period in its ordered type; weeks become days.

    Raises:
        InvalidValue: not such a period, or one that mixes months with days.
    """
    match = _DURATION.fullmatch(value)
    if not match:
        raise InvalidValue(f"{value!r} is no period such as P30D, PT48H or P6M.", value=value)
    years, months, weeks, days, time = match.group(1, 2, 3, 4, 5)
    if (years or months) and (weeks or days or time):
        raise InvalidValue(f"{value!r} mixes months with days, which have no order.", value=value)
    if years or months:
        return canonical(_typed(value, "yearMonthDuration"))
    if weeks:
        total = 7 * int(weeks[:-1]) + int((days or "0D")[:-1])
        value = f"P{total}D{time or ''}"
    return canonical(_typed(value, "dayTimeDuration"))


def by_the_hour(value: object) -> ox.NamedNode | None:
    """Return the unit of a period in hours; its canonical form would be in days."""
    written = _HOURS.fullmatch(str(value))
    return ref("unit", "hour") if written and int(written[1]) % 24 == 0 else None


def _typed(value: str, kind: str) -> ox.Literal:
    return ox.Literal(value, datatype=ox.NamedNode(XSD + kind))
