"""The text of a page in pieces: what each fact was read from, and what was not understood."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import pyoxigraph as ox

from mla_graph.ingest.facts.nodes import Node, duration
from mla_graph.ingest.saved_page.mentions.cited import mentions
from mla_graph.ingest.saved_page.phrases import framed, periods
from mla_graph.ingest.saved_page.reading import Reading
from mla_graph.ingest.saved_page.sections import IMPLEMENTATION, SECTIONS
from mla_graph.model.namespaces import MLAD
from mla_graph.review.facts import Fact

_ANY: Final = "any"


@dataclass(frozen=True)
class Piece:
    """A piece of a section: its text, the facts read from it, whether it was not understood."""

    text: str
    facts: tuple[str, ...] = ()
    missed: bool = False


@dataclass(frozen=True)
class Sentence:
    """A clause of a section, the frameworks it is about, and the things that it names."""

    start: int
    end: int
    frameworks: frozenset[str]
    names: frozenset[str]


def sections(
    reading: Reading, facts: Sequence[Fact], nodes: Iterable[Node]
) -> dict[str, list[Piece]]:
    """Cut the text of every section of a page into pieces."""
    kept = {node.name: node for node in nodes}
    codes = {term.value: code for code, term in reading.names.known.notations("language").items()}
    found = {}
    missed = {(section, sentence) for section, sentence in reading.account.sentences}
    for name in SECTIONS:
        text = reading.page.section(name).text
        own = [fact for fact in facts if fact.section == name and fact.change != "missing"]
        said = list(_sentences(text, name, reading))
        marks = [
            (one.start, one.end, fact.id)
            for fact in own
            for one in said
            if _says(one, name, fact, kept, codes, first=one is said[0])
        ]
        gaps = [_place(text, sentence) for section, sentence in missed if section == name]
        found[name] = list(_cut(text, marks, [gap for gap in gaps if gap]))
    for section in reading.page.unknown:
        found.setdefault(section.name, [Piece(section.text, missed=True)])
    return {name: pieces for name, pieces in found.items() if pieces}


def _sentences(text: str, section: str, reading: Reading) -> Iterator[Sentence]:
    names = reading.names
    things = [(m.start, f"{m.kind}/{m.key}") for m in mentions(text, names) if m.key]
    things += [(start, duration(value).value) for start, _, value in periods(text)]
    for index, kind in (
        (names.languages, "language"),
        (names.offices, ""),
        (names.measures, "measure"),
    ):
        things += [
            (start, f"{kind}/{key}".lstrip("/"))
            for start, _, keys in index.find(text)
            for key in keys
        ]
    for sentence, frameworks in framed(text):
        inside = {thing for start, thing in things if sentence.start <= start < sentence.end}
        yield Sentence(sentence.start, sentence.end, frozenset(frameworks), frozenset(inside))


def _says(
    sentence: Sentence,
    section: str,
    fact: Fact,
    nodes: dict[str, Node],
    codes: dict[str, str],
    *,
    first: bool,
) -> bool:
    """Return whether a sentence is one that the fact was read from."""
    if fact.proposal.kind == "implementation":
        return section == IMPLEMENTATION and first
    framework = _value(fact.proposal, "mla:hasFramework").rpartition("/")[2]
    about = sentence.frameworks
    if about and framework not in ("", _ANY) and not about & {framework, _ANY}:
        return False
    return bool(sentence.names & set(_names(fact.proposal, nodes, codes)))


def _names(node: Node, nodes: dict[str, Node], codes: dict[str, str]) -> Iterator[str]:
    """Name the things that a fact is about as a page names them."""
    for name in ("mla:restsOn", "mla:heldBy", "mla:namesMeasure", "mla:limits"):
        if value := _value(node, name):
            yield value
            office = nodes.get(value)
            kind = _value(office, "mla:hasAuthorityType") if office else ""
            yield from [kind] if kind else []
    if language := _value(node, "mla:acceptsLanguage", whole=True):
        yield f"language/{codes.get(language, '')}"
    if value := _value(node, "mla:value"):
        yield value
    for role in node.properties.get("mla:hasStatutoryRole", ()):
        yield role.value.removeprefix(MLAD)


def _value(node: Node, name: str, *, whole: bool = False) -> str:
    terms = node.properties.get(name, ())
    if not terms:
        return ""
    term = terms[0]
    plain = whole or not isinstance(term, ox.NamedNode)
    return term.value if plain else term.value.removeprefix(MLAD)


def _place(text: str, sentence: str) -> tuple[int, int] | None:
    start = text.find(sentence)
    return (start, start + len(sentence)) if start >= 0 and sentence else None


def _cut(
    text: str, marks: list[tuple[int, int, str]], gaps: list[tuple[int, int]]
) -> Iterator[Piece]:
    """Cut a text at the ends of all spans."""
    ends = {0, len(text)} | {place for start, end, _ in marks for place in (start, end)}
    cuts = sorted(ends | {place for gap in gaps for place in gap})
    for start, end in pairwise(cuts):
        facts = [fact for a, b, fact in marks if a <= start and end <= b]
        missed = any(a <= start and end <= b for a, b in gaps)
        yield Piece(text[start:end], tuple(dict.fromkeys(facts)), missed and not facts)
