"""What the invented world shares with the graph: names and codes of states, measures, instruments.

They are taken from the shipped facts, with an invented document as their source, as only the names
are the same: what the world says of them is made up.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from benchmarks.world.lines import Unit, document, fact, node, plain, ref, text
from mla_graph.model.namespaces import MLA, MLAD, PREFIXES
from mla_graph.model.sources import Sources

SOURCE: Final = "synth-catalogue"
"""The document to which shared names are ascribed."""

PUBLISHER: Final = "synth"

_DERIVED, _CONFIDENCE = f"{PREFIXES['prov']}wasDerivedFrom", f"{MLA}hasConfidence"
_LEFT = {_DERIVED, _CONFIDENCE, f"{MLA}corroboratedBy"}
"""What a resource does not keep: its sources."""
_LEFT_OF_STATES = {f"{MLA}since"}
"""Nor does a state its first day: in the invented world it was always there."""
_ELI, _SKOS = PREFIXES["eli"], PREFIXES["skos"]
_AGENTS: Final = ("benelux", "council-of-europe", "european-union", "schengen", "united-nations")
_INSTRUMENTS: Final = (
    "coe-030",
    "coe-099",
    "coe-182",
    "coe-141",
    "coe-185",
    "schengen-1990",
    "eu-conv-2000-mla",
    "eu-prot-2001-mla",
    "un-1988-narcotics",
    "un-2000-untoc",
    "un-2003-uncac",
)


@dataclass(frozen=True)
class Membership:
    """The time in which a state belongs to a group; days as text."""

    group: str
    since: str
    until: str | None


@dataclass(frozen=True)
class State:
    """A state or territory, by its code in lower case."""

    code: str
    name: str
    territory: bool
    memberships: tuple[Membership, ...]

    def member(self, group: str) -> Membership | None:
        """Its membership in a group."""
        return next((m for m in self.memberships if m.group == group), None)


@dataclass(frozen=True)
class Instrument:
    """An instrument by its key, with its own day and that of its entry into force."""

    key: str
    signed: str
    in_force: str


@dataclass(frozen=True)
class Catalogue:
    """The shared names, and the lines that state them."""

    states: tuple[State, ...]
    measures: tuple[str, ...]
    instruments: dict[str, Instrument]
    units: tuple[Unit, ...]

    @classmethod
    def read(cls, sources: Sources, states: int, measures: int) -> "Catalogue":
        """The first states, members of the Union before others, and as many measures.

        Measures beyond those of the catalogue have made-up codes from H.1 on.

        Raises:
            UnreadableInput: the installation carries no facts.
        """
        facts = _Facts(sources)
        found = sorted(facts.states(), key=_order)[:states]
        codes = sorted(facts.keys("measure", "measures"))
        extra = [f"h.{n}" for n in range(1, measures - len(codes) + 1)]
        framed = {ox_key(o) for o in facts.framed}
        keys = sorted({*_INSTRUMENTS, *framed})
        units = (
            Unit("ontology-of-the-world", _frame()),
            Unit("graph_data/agents", facts.lines("agents.ttl", ("agent",), _AGENTS)),
            Unit("graph_data/schemes", facts.lines("schemes.ttl", ("scheme",))),
            Unit("graph_data/general-bases", facts.lines("general-bases.ttl", ("general-basis",))),
            Unit("graph_data/state-groups", facts.lines("state-groups.ttl", ("state-group",))),
            Unit("graph_data/themes", facts.lines("themes", ("theme",))),
            *(
                Unit(
                    f"graph_data/states/{state.code}",
                    facts.lines(f"states/{state.code}.ttl", ("state", "group-membership")),
                )
                for state in found
            ),
            Unit("graph_data/measures", facts.lines("measures", ("measure",)) + _extra(extra)),
            *(
                Unit(
                    f"graph_data/instruments/{key}",
                    facts.lines(f"instruments/{key}.ttl", ("instrument",), (key,)),
                )
                for key in keys
            ),
            Unit("graph_data/old-measures", facts.old_measures(set(keys))),
        )
        instruments = {key: facts.instrument(key) for key in keys}
        return cls(tuple(found), (*codes, *extra), instruments, units)


class _Facts:
    """The shipped facts, read file by file."""

    def __init__(self, sources: Sources) -> None:
        self._folder = sources.graph_data
        lists = ox.parse(
            path=sources.ontology / "lists" / "framework.ttl", format=ox.RdfFormat.TURTLE
        )
        self.framed = [q.object for q in lists if q.predicate.value == f"{MLA}framesInstrument"]

    def lines(
        self, path: str, kinds: tuple[str, ...], keys: Iterable[str] | None = None
    ) -> list[str]:
        """The lines on resources of these kinds and keys, with the invented source."""
        wanted = None if keys is None else set(keys)
        lines: list[str] = []
        for subject, pairs in self._nodes(path):
            kind, key = subject.removeprefix(MLAD).split("/", 1)
            if kind in kinds and (wanted is None or key in wanted):
                lines += _as_invented(subject, pairs)
        return lines

    def old_measures(self, instruments: set[str]) -> list[str]:
        """The old catalogue, but for links to instruments that the world has not."""
        known = {ref("instrument", key) for key in instruments}
        return [
            line
            for line in self.lines("old-measures.ttl", ("old-measure", "old-theme"))
            if "/id/instrument/" not in line or any(iri in line for iri in known)
        ]

    def keys(self, kind: str, path: str) -> set[str]:
        """The keys of a kind."""
        space = f"{MLAD}{kind}/"
        return {s.removeprefix(space) for s, _ in self._nodes(path) if s.startswith(space)}

    def states(self) -> Iterator[State]:
        """All states; territories and organisations come with them."""
        for path in sorted((self._folder / "states").glob("*.ttl")):
            nodes = dict(self._nodes(f"states/{path.name}"))
            said = _values(nodes[f"{MLAD}state/{path.stem}"])
            memberships = (_values(n) for s, n in nodes.items() if "/group-membership/" in s)
            yield State(
                path.stem,
                next(
                    o.value
                    for p, o in nodes[f"{MLAD}state/{path.stem}"]
                    if p == f"{_SKOS}prefLabel" and isinstance(o, ox.Literal) and o.language == "en"
                ),
                "/territory" in said.get(f"{MLA}hasStateKind", "")
                or "/organisation" in said.get(f"{MLA}hasStateKind", ""),
                tuple(
                    Membership(
                        m[f"{MLA}concernsGroup"].rsplit("/", 1)[1],
                        m[f"{MLA}since"],
                        m.get(f"{MLA}until"),
                    )
                    for m in sorted(memberships, key=lambda m: m[f"{MLA}concernsGroup"])
                ),
            )

    def instrument(self, key: str) -> Instrument:
        """An instrument with its days."""
        said = _values(dict(self._nodes(f"instruments/{key}.ttl"))[f"{MLAD}instrument/{key}"])
        signed = said[f"{_ELI}date_document"]
        return Instrument(key, signed, said.get(f"{_ELI}first_date_entry_in_force", signed))

    def _nodes(
        self, path: str
    ) -> Iterator[tuple[str, list[tuple[str, ox.NamedNode | ox.Literal]]]]:
        place = self._folder / path
        files = [place] if place.is_file() else sorted(place.rglob("*.ttl"))
        for file in files:
            yield from sorted(_by_subject(file).items())


def ox_key(term: object) -> str:
    """The key at the end of an IRI."""
    assert isinstance(term, ox.NamedNode)
    return term.value.rsplit("/", 1)[1]


def _by_subject(file: Path) -> dict[str, list[tuple[str, ox.NamedNode | ox.Literal]]]:
    found: dict[str, list[tuple[str, ox.NamedNode | ox.Literal]]] = defaultdict(list)
    for quad in ox.parse(path=file, format=ox.RdfFormat.TURTLE):
        assert isinstance(quad.subject, ox.NamedNode)
        assert isinstance(quad.object, ox.NamedNode | ox.Literal)
        found[quad.subject.value].append((quad.predicate.value, quad.object))
    return found


def _values(pairs: Iterable[tuple[str, ox.NamedNode | ox.Literal]]) -> dict[str, str]:
    return {predicate: value.value for predicate, value in pairs}


def _as_invented(subject: str, pairs: Iterable[tuple[str, ox.NamedNode | ox.Literal]]) -> list[str]:
    """The lines of a shipped resource, with the invented document in the place of its sources."""
    left = _LEFT | _LEFT_OF_STATES if subject.startswith(f"{MLAD}state/") else _LEFT
    kept = [f"<{subject}> <{p}> {o} .\n" for p, o in pairs if p not in left]
    if any(p == _DERIVED for p, _ in pairs):
        kept.append(f"<{subject}> <{_DERIVED}> {ref('source', SOURCE)} .\n")
        kept.append(f"<{subject}> <{_CONFIDENCE}> {ref('confidence', 'known')} .\n")
    return kept


def _frame() -> list[str]:
    label = [("rdfs:label", text("Invented world", tag)) for tag in ("en", "fr", "de")]
    agent = node("agent", PUBLISHER, "mla:Agent", [("skos:notation", plain(PUBLISHER)), *label])
    return agent + document(SOURCE, "names of states, measures and instruments", PUBLISHER)


def _extra(codes: Iterable[str]) -> list[str]:
    lines: list[str] = []
    for code in codes:
        names = [
            ("skos:prefLabel", text(f"{word} {code.upper()}", language))
            for word, language in (
                ("Further measure", "en"),
                ("Autre mesure", "fr"),
                ("Weitere Maßnahme", "de"),
            )
        ]
        pairs = [
            ("skos:notation", plain(code.upper())),
            ("skos:inScheme", ref("scheme", "measure")),
            ("mla:inTheme", ref("theme", "other-measures")),
            *names,
        ]
        lines += fact("measure", code, "mla:Measure", SOURCE, "Catalogue of measures", pairs)
    return lines


def _order(state: State) -> tuple[bool, bool, bool, str]:
    """Members of the Union, then of the Council of Europe, then others; territories last."""
    return (
        state.territory,
        state.member("eu") is None,
        state.member("council-of-europe") is None,
        state.code,
    )
