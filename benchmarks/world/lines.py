"""Facts as lines of N-Triples, written fast: every term is text that is escaped already."""

from collections.abc import Iterable
from typing import NamedTuple

from mla_graph.model.namespaces import MLAD, PREFIXES, RDF, XSD

_TYPE = f"<{RDF}type>"
_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r"})

Pairs = Iterable[tuple[str, str]]
"""Prefixed names of properties, such as ``mla:since``, and terms."""


class Unit(NamedTuple):
    """What stands in one file of the graph: its path without suffix, and its lines."""

    name: str
    lines: list[str]


class _Names(dict[str, str]):
    """Prefixed names in full, each made once."""

    def __missing__(self, name: str) -> str:
        prefix, _, local = name.partition(":")
        self[name] = full = f"<{PREFIXES[prefix]}{local}>"
        return full


_FULL = _Names()


def ref(kind: str, key: str) -> str:
    """A resource of the graph."""
    return f"<{MLAD}{kind}/{key}>"


def language(code: str) -> str:
    """A language of the table of the European Union, such as ENG."""
    return f"<{PREFIXES['language']}{code}>"


def text(value: str, language: str = "en") -> str:
    """Text in a language."""
    return f'"{value.translate(_ESCAPES)}"@{language}'


def plain(value: str) -> str:
    """A code or number as plain text."""
    return f'"{value.translate(_ESCAPES)}"'


def typed(value: str, datatype: str) -> str:
    """A value of a datatype of XML Schema, such as ``date``, in canonical form."""
    return f'"{value}"^^<{XSD}{datatype}>'


def day(value: str) -> str:
    """A calendar day such as 2024-05-01."""
    return typed(value, "date")


TRUE, FALSE = typed("true", "boolean"), typed("false", "boolean")
_SEEN = ref("confidence", "seen")


def node(kind: str, key: str, cls: str, pairs: Pairs) -> list[str]:
    """The lines on one resource of a class such as ``mla:Agent``."""
    subject = ref(kind, key)
    lines = [f"{subject} {_TYPE} {_FULL[cls]} .\n"]
    lines += [f"{subject} {_FULL[name]} {value} .\n" for name, value in pairs]
    return lines


def fact(kind: str, key: str, cls: str, source: str, locator: str, pairs: Pairs) -> list[str]:
    """The lines on one resource that a source document, given by its key, states."""
    said = (
        ("prov:wasDerivedFrom", ref("source", source)),
        ("mla:hasConfidence", _SEEN),
        ("mla:sourceLocator", plain(locator)),
    )
    return node(kind, key, cls, (*said, *pairs))


def document(key: str, title: str, publisher: str, reviewed: str | None = None) -> list[str]:
    """The lines on a source document; ``publisher`` is the key of an agent."""
    name = text(f"Invented: {title}")
    pairs = [
        ("skos:notation", plain(key)),
        ("dcterms:title", name),
        ("rdfs:label", name),
        ("dcterms:publisher", ref("agent", publisher)),
        ("foaf:page", f"<https://synth.example/{key}>"),
        ("mla:hasSourceClass", ref("source-class", "other")),
        ("mla:retrievedDate", day(RETRIEVED)),
    ]
    if reviewed:
        pairs.append(("mla:reviewedDate", day(reviewed)))
    return node("source", key, "mla:SourceDocument", pairs)


RETRIEVED = "2025-06-30"
"""The day on which every document of the world was read."""
