"""The facts on which a reviewer decides: those of the page, of the graph, or of both."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final, Literal

from mla_graph.ingest.facts.known import Known
from mla_graph.ingest.facts.nodes import Node, code, full, ref
from mla_graph.ingest.page_reader import PageDraft
from mla_graph.model.namespaces import MLAD
from mla_graph.model.terms import Term

Change = Literal["new", "same", "changed", "missing"]
"""How a fact of the page stands to the graph; ``missing`` was not read from the page."""

OWNER: Final = "mla:belongsToImplementation"
AVAILABILITY: Final = "mla:hasAvailability"

_SAME: Final[dict[str, tuple[str, ...]]] = {
    "alternative": ("mla:namesMeasure",),
    "competence": ("mla:hasRole", "mla:hasFramework", "mla:heldBy"),
    "condition": ("mla:hasConditionType", "mla:limits"),
    "formality": ("mla:hasFormalityType", "mla:hasFramework"),
    "language-rule": ("mla:acceptsLanguage", "mla:hasFramework"),
    "legal-basis": ("mla:restsOn",),
    "time-limit": ("mla:hasEvent", "mla:hasFramework"),
}
"""The properties by which two facts are about the same thing."""

_NOT_COMPARED: Final = frozenset(
    {
        "rdf:type", "rdfs:label", "skos:note", "skos:editorialNote", "prov:wasDerivedFrom",
        "mla:hasConfidence", "mla:rank", "mla:readingNote", "mla:sourceLocator", OWNER,
    }
)  # fmt: skip
"""What a curator words, and where a fact comes from: no difference of what is stated."""

REQUIRED: Final = {"legal-basis": ("mla:appliesToGroup",)}
"""What a rule leaves to the reviewer, by kind of fact."""


_CORRECTED: Final = "the source document in the graph is of"
"""A note on what the review sets right by itself."""


@dataclass(frozen=True)
class Fact:
    """One decision to take: what is proposed, and what the graph says now.

    ``differs`` names the properties whose values are not those of the graph.
    """

    proposal: Node
    before: Node | None
    change: Change
    differs: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """Return kind and key."""
        return self.proposal.name

    @property
    def section(self) -> str:
        """Return the heading under which the fact is on the page."""
        found = self.proposal.properties.get("mla:sourceLocator")
        return found[0].value if found else ""

    @property
    def needs(self) -> tuple[str, ...]:
        """Return the properties that only a reviewer can give."""
        wanted = REQUIRED.get(self.proposal.kind, ())
        return tuple(name for name in wanted if name not in self.proposal.properties)

    @property
    def digest(self) -> str:
        """Return a hash of the proposal: a decision counts for this proposal alone."""
        said = sorted((name, str(terms)) for name, terms in self.proposal.properties.items())
        return hashlib.sha256(str(said).encode()).hexdigest()[:16]


def facts_of(draft: PageDraft, known: Known) -> list[Fact]:
    """Compare the parts of a draft with those that the graph has for the same implementation."""
    owner = ref("implementation", draft.reading.key)
    parts = [flat(node) for node in draft.nodes if owner in node.properties.get(OWNER, ())]
    kept = [kept_node(iri, draft.file, known) for iri in known.subjects(OWNER, owner)]
    waiting: dict[tuple[object, ...], list[Node]] = defaultdict(list)
    for node in kept:
        waiting[_signature(node)].append(node)
    found = [_availability(draft, known)]
    for node in parts:
        rivals = waiting[_signature(node)]
        before = min(rivals, key=lambda other: len(_differences(node, other)), default=None)
        if before is not None:
            rivals.remove(before)
        found.append(_compared(node, before))
    left = [node for nodes in waiting.values() for node in nodes]
    found += [Fact(node, node, "missing") for node in sorted(left, key=lambda node: node.name)]
    return found


def implementation(draft: PageDraft) -> Node:
    """Return the implementation of a draft."""
    wanted = f"implementation/{draft.reading.key}"
    return flat(next(node for node in draft.nodes if node.name == wanted))


def notes_of(draft: PageDraft) -> list[str]:
    """Return what was not read and is to be settled by the reviewer."""
    found = draft.fields.get("open")
    notes = [str(note) for note in found] if isinstance(found, list) else []
    return [note for note in notes if note.startswith("Section ") and _CORRECTED not in note]


def flat(node: Node) -> Node:
    """Return a node whose provenance and class are among its properties."""
    values = dict(node.properties)
    if node.cls_name:
        values["rdf:type"] = (full(node.cls_name),)
    if node.provenance:
        values["prov:wasDerivedFrom"] = (ref("source", node.provenance.source),)
        values["mla:hasConfidence"] = (ref("confidence", node.provenance.confidence),)
        values["mla:sourceLocator"] = tuple(filter(None, [code(node.provenance.locator)]))
    return replace(node, cls=None, properties=values, provenance=None)


def kept_node(iri: str, file: str, known: Known) -> Node:
    """Return a resource of the graph as a node of a file."""
    kind, _, key = iri.removeprefix(MLAD).partition("/")
    return Node(kind, key, None, file, known.statements(iri))


def _signature(node: Node) -> tuple[object, ...]:
    """Return what two facts have in common that are about the same thing."""
    names = _SAME.get(node.kind)
    if names is None:
        return (node.kind, node.key)
    return (node.kind, *(node.properties.get(name) for name in names))


def _differences(node: Node, before: Node) -> tuple[str, ...]:
    """Name what the page says and the graph does not; what only the graph says is no difference."""
    return tuple(
        name
        for name, terms in node.properties.items()
        if name not in _NOT_COMPARED and terms != before.properties.get(name)
    )


def _compared(node: Node, before: Node | None) -> Fact:
    if before is None:
        return Fact(node, None, "new")
    differs = _differences(node, before)
    if not differs:
        return Fact(before, before, "same")
    values = {**before.properties, **{name: node.properties[name] for name in differs}}
    return Fact(replace(before, properties=values), before, "changed", differs)


def _availability(draft: PageDraft, known: Known) -> Fact:
    """Return whether the measure can be had, which is a fact of the implementation itself."""
    node = implementation(draft)
    shown = replace(node, properties=_only(node, (AVAILABILITY, "mla:sourceLocator")))
    if not known.keeps(node.iri):
        return Fact(shown, None, "new")
    kept = kept_node(node.iri, node.file, known)
    before = replace(kept, properties=_only(kept, (AVAILABILITY, "mla:sourceLocator")))
    if draft.fields.get("availability") == "unknown":
        return Fact(before, before, "missing")
    return _compared(shown, before)


def _only(node: Node, names: Iterable[str]) -> dict[str, tuple[Term, ...]]:
    return {name: node.properties[name] for name in names if name in node.properties}
