"""Authorities: one node for one office of a state, however records spell it."""

import re
from typing import Final

from mla_graph.ingest.facts.known import Known
from mla_graph.ingest.facts.nodes import Node, Provenance, code, properties, ref, slug, state, text
from mla_graph.ingest.facts.records import Rejected
from mla_graph.ingest.facts.tables import mapping, rows

_BRACKETS = re.compile(r"\s?\((?:[^()]|\([^()]*\))*\)")
_POSSESSIVE = re.compile(r"['’]s?\b")
_WORDS = re.compile(r"\w+")
_PROSECUTOR = re.compile(r"\b(office )?(public )?prosecutor( office)?\b")
_GENERAL: Final = ("general prosecutor", "prosecutor general")
_LONGEST: Final = 60


def plain_name(name: str) -> str:
    """Return the name without brackets and outer blanks."""
    return _BRACKETS.sub("", name).strip(" .,;")


def authority_key(iso: str, name: str) -> str:
    """Return the key of an office: its state and the distinctive words of its name.

    Articles and possessives fall away, plurals and abbreviations become the common form.

    Raises:
        Rejected: the name has no word.
    """
    words = _WORDS.findall(_POSSESSIVE.sub("", plain_name(name)).lower())
    table = mapping("authority-words")
    common = " ".join(" ".join(table.get(word, word) for word in words).split())
    found = slug(_PROSECUTOR.sub("prosecutor", common).replace(*_GENERAL), _LONGEST)
    if not found:
        raise Rejected(f"authority {name!r} has no name")
    return f"{iso.lower()}-{found}"


def authority_type(name: str) -> str:
    """Return the type of an authority by its name; ``other`` if unclear."""
    lowered = name.lower()
    found = (kind for word, kind in rows("authority-types") if re.search(word, lowered))
    return next(found, "other")


def authority(iso: str, name: str, kind: str | None, provenance: Provenance) -> Node:
    """Make the node of an office; ``kind`` is a code of the list."""
    plain = plain_name(name)
    key = authority_key(iso, name)
    values = {
        "rdfs:label": text(plain[:1].upper() + plain[1:]),
        "skos:notation": code(key),
        "mla:actsFor": state(iso),
        "mla:hasAuthorityType": ref("authority-type", kind or authority_type(plain)),
    }
    file = f"authorities/{iso.lower()}"
    return Node("authority", key, "Authority", file, properties(values), provenance)


def kept_authorities(known: Known) -> dict[str, str]:
    """Map the key of each name of a kept authority to its key in the graph."""
    found: dict[str, str] = {}
    for key, names in sorted(known.names("mla:Authority").items()):
        for name in sorted(names):
            found.setdefault(authority_key(key[:2], name), key)
    return found
