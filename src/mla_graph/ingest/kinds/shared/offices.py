"""Offices in pages: the office, and the limits of its competence."""

import re
from dataclasses import replace
from typing import Final, NamedTuple

from mla_graph.ingest.draft.merge import Merge
from mla_graph.ingest.facts.nodes import Node, Provenance, properties, text
from mla_graph.ingest.identity.authorities import authority

_BRACKETS = re.compile(r"\s?\(((?:[^()]|\([^()]*\))*)\)")
_TAIL = re.compile(
    r"(?:;|,? otherwise|,? with (?:local )?jurisdiction| where "
    r"| (?:of|at|in|from) (?:the )?"
    r"(?:same |last |permanent |expected |landing |relevant |competent )*"
    r"(?:place|court district|district|area|border crossing|addressee|person|suspect|defendant"
    r"|convicted|protected|court of residence|residence|execution|procedural stage|linked|related)"
    r"\b|, (?:pre-trial|trial) stage|, by residence|, stay or arrest| after talks with)",
    re.IGNORECASE,
)
"""Where an office name ends and its limits begin."""

_LOCAL = re.compile(r"[^\x00-\x7f]")
_SHORT = re.compile(r"[A-Z][A-Za-z]*[A-Z][A-Za-z]*")
_CODES: Final = frozenset({"EAW", "EIO", "MLA"})
_SPOKEN: Final = {"PL": "pl", "PT": "pt", "ES": "es"}


class Office(NamedTuple):
    """The plain name of an office, its other names, the limits of its competence."""

    name: str
    others: tuple[str, ...]
    limits: str | None


def office(written: str) -> Office:
    """Separate the office from the limits of its competence."""
    brackets = _BRACKETS.findall(written)
    others = tuple(word for word in brackets if _is_name(word))
    limits = [word for word in brackets if not _is_name(word)]
    plain = _BRACKETS.sub("", written).strip()
    if (tail := _TAIL.search(plain)) and plain[: tail.start()].strip():
        limits.insert(0, plain[tail.start() :].strip(" ,;"))
        plain = plain[: tail.start()]
    return Office(plain.strip(" ,;"), others, "; ".join(limits) or None)


def _is_name(word: str) -> bool:
    named = _LOCAL.search(word) or _SHORT.fullmatch(word)
    return bool(named) and "," not in word and word not in _CODES


def office_nodes(
    merge: Merge, iso: str, found: Office, kind: str | None, provenance: Provenance
) -> list[Node]:
    """Make the authority with its other names, or refer to the kept one.

    Raises:
        Rejected: the name has no word.
    """
    node = authority(iso, found.name, None if kind == "other" else kind, provenance)
    if (key := merge.kept_authorities.get(node.key)) is not None:
        return [replace(node, key=key, stub=True)]
    nodes = [replace(node, stub=True)]
    if found.others:
        names = properties(
            {"skos:altLabel": [text(other, _spoken(iso, other)) for other in found.others]}
        )
        nodes.append(Node("authority", node.key, None, node.file, names))
    return nodes


def _spoken(iso: str, name: str) -> str:
    """Return the language of a further name; abbreviations are English."""
    return _SPOKEN.get(iso, "en") if _LOCAL.search(name) else "en"
