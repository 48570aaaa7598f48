"""The combination of several records' statements on one node."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from mla_graph.ingest.facts.nodes import CONFIDENCES, GENERAL_KNOWLEDGE, Node, ref
from mla_graph.ingest.facts.records import Record
from mla_graph.ingest.facts.report import Claim
from mla_graph.model.namespaces import MLAD
from mla_graph.model.terms import Term

SEVERAL: Final = frozenset(
    {
        "dcterms:identifier",
        "foaf:page",
        "mla:corroboratedBy",
        "mla:gazetteReference",
        "mla:hasTopic",
        "mla:oldCode",
        "mla:resembles",
        "mla:succeededBy",
        "mla:readThrough",
        "mla:readingNote",
        "mla:statedIn",
        "mla:usesChannel",
        "owl:sameAs",
        "skos:altLabel",
        "skos:note",
    }
)
"""Properties that may have any number of values; all others contradict when values differ."""

_LABELS: Final = ("rdfs:label", "skos:prefLabel")

Contradict = Callable[[str, str, Sequence[Claim], str], None]
"""Reports sides that cannot all be right: about, property, claims, note."""


@dataclass
class Handled:
    """A record with its nodes and its outcome."""

    record: Record
    nodes: list[Node] = field(default_factory=list)
    reason: str | None = None
    main: str | None = None
    lost: list[str] = field(default_factory=list)
    merged: set[str] = field(default_factory=set)


def combine(claims: Sequence[tuple[Node, Handled]], contradict: Contradict) -> Node:
    """Combine nodes with one IRI; the best founded gives the provenance.

    Values that differ become a contradiction, unless the property may have several.
    """
    own = [claim for claim in claims if not claim[0].stub]
    claims = sorted(own or claims, key=lambda claim: _strength(claim[0]))
    best, _ = claims[0]
    if len(claims) == 1 or best.stub:
        return best
    for _, handled in claims[1:]:
        handled.merged.add(f"merged into {best.name}")
    values: dict[str, tuple[Term, ...]] = {}
    for name in sorted({name for node, _ in claims for name in node.properties}):
        sides = [
            (node.properties[name], node, handled)
            for node, handled in claims
            if name in node.properties
        ]
        every = tuple(sorted({term for terms, _, _ in sides for term in terms}, key=str))
        if name in SEVERAL or len({terms for terms, _, _ in sides}) == 1:
            values[name] = every
        elif name in _LABELS:
            values[name] = sides[0][0]
            spare = tuple(term for term in every if term not in sides[0][0])
            values["skos:altLabel"] = values.get("skos:altLabel", ()) + spare
        else:
            found = [
                Claim(words(terms), source(node), confidence(node), handled.record.where)
                for terms, node, handled in sides
            ]
            contradict(best.name, name, found, "Left out of the node.")
    further = sorted({source(node) for node, _ in claims} - {source(best)})
    witnesses = tuple(ref("source", key) for key in further if key != GENERAL_KNOWLEDGE)
    if witnesses and best.provenance:
        values["mla:corroboratedBy"] = values.get("mla:corroboratedBy", ()) + witnesses
    ordered = {name: tuple(sorted(set(terms), key=str)) for name, terms in values.items()}
    return replace(best, properties=ordered)


def source(node: Node) -> str:
    """Return the key of the source document of a node."""
    return node.provenance.source if node.provenance else GENERAL_KNOWLEDGE


def confidence(node: Node) -> str:
    """Return how well founded a node is."""
    return node.provenance.confidence if node.provenance else "known"


def words(terms: Iterable[Term]) -> str:
    """Write values for a report."""
    return ", ".join(term.value.removeprefix(MLAD) for term in terms)


def _strength(node: Node) -> tuple[int, str, str, str]:
    """Order claims: the best founded first, equal ones by their content."""
    return (
        CONFIDENCES.index(confidence(node)),
        source(node),
        node.provenance.locator if node.provenance else "",
        str(sorted((name, words(terms)) for name, terms in node.properties.items())),
    )
