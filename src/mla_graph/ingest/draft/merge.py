"""The draft: nodes collected from records, made one where they are one, checked, reported."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final

import pyoxigraph as ox

from mla_graph.ingest.facts.known import Known
from mla_graph.ingest.facts.nodes import (
    CONFIDENCES,
    GENERAL_KNOWLEDGE,
    Node,
    Provenance,
    properties,
    ref,
    slug,
    text,
)
from mla_graph.ingest.facts.records import Facts, Record, Rejected
from mla_graph.ingest.facts.report import Claim, Contradiction, Outcome, Report, Status
from mla_graph.ingest.identity.acts import Acts
from mla_graph.ingest.identity.authorities import kept_authorities
from mla_graph.ingest.identity.documents import Documents
from mla_graph.ingest.identity.pages import Pages
from mla_graph.model.namespaces import MLAD
from mla_graph.model.terms import XSD_DATE, Term

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


@dataclass
class _Told:
    """A record on its way: what it put, and what was said about it."""

    record: Record
    nodes: list[Node] = field(default_factory=list)
    reason: str | None = None
    main: str | None = None
    lost: list[str] = field(default_factory=list)
    told_before: set[str] = field(default_factory=set)


@dataclass
class Draft:
    """Everything that records have become so far, and what they may refer to.

    A converter gets a record and this draft, reads ``facts`` and ``known``, and returns nodes,
    the main one first; or it raises Rejected.
    """

    facts: Facts
    known: Known
    documents: Documents
    report: Report = field(default_factory=Report)
    _told: list[_Told] = field(default_factory=list)

    @cached_property
    def pages(self) -> Pages:
        """The pages of the European Judicial Network, judged together."""
        return Pages(self.facts)

    @cached_property
    def acts(self) -> Acts:
        """The national acts, each under one key."""
        return Acts(self.facts, self.known)

    @cached_property
    def kept_authorities(self) -> dict[str, str]:
        """Names of kept authorities, as keys, to the keys that they have."""
        return kept_authorities(self.known)

    def provenance(self, record: Record, locator: str, name: str = "source") -> Provenance:
        """Where a record comes from: its source document, or general knowledge.

        Raises:
            Rejected: the source is no address, or the confidence is none of the list.
        """
        source, said = record.text(name), record.text("confidence")
        record.skip("as_of", "via")
        if said and said not in CONFIDENCES:
            raise Rejected(f"confidence {said!r} is none of {', '.join(CONFIDENCES)}")
        if source is None:
            return Provenance(GENERAL_KNOWLEDGE, locator, said or "known")
        return Provenance(self.documents.key(source), locator, said or "seen")

    def put(self, record: Record, nodes: Iterable[Node]) -> None:
        """Take the nodes of a record, the main one first."""
        found = list(nodes)
        self._told.append(_Told(record, found, main=found[0].iri if found else None))

    def merge(self, record: Record, into: str) -> None:
        """Count a record as merged into another or into a node."""
        self._told.append(_Told(record, told_before={into}))

    def reject(self, record: Record, reason: str) -> None:
        """Leave a record out, for this reason."""
        self._told.append(_Told(record, reason=reason))

    def remark(self, text: str) -> None:
        """Tell the reader of the report about something that looks odd."""
        if text not in self.report.remarks:
            self.report.remarks.append(text)

    def contradiction(
        self, about: str, name: str, claims: Iterable[tuple[str, Record]], note: str
    ) -> None:
        """List statements of records that cannot all be right."""
        sides = [
            Claim(
                value,
                record.text("source") or GENERAL_KNOWLEDGE,
                self.provenance(record, "").confidence,
                record.where,
            )
            for value, record in claims
        ]
        self._contradict(about, name, sides, note)

    def finish(self) -> list[Node]:
        """One node for each IRI, with the documents that they rest on; the report is complete.

        A node that a kept file describes is dropped, so is one that refers to what nobody
        describes.
        """
        self._drop_kept()
        merged = self._merge()
        self._drop_dangling(merged)
        self._account(merged)
        merged |= {node.iri: node for node in self._contradictions(merged)}
        used = {document for node in merged.values() for document in _documents(node)}
        own = {node.iri for node in merged.values()}
        documents = (node for node in self.documents.nodes(used) if node.iri not in own)
        found = [*merged.values(), *documents]
        self.report.nodes = dict(sorted(Counter(node.kind for node in found).items()))
        self.report.contradictions.sort(key=lambda item: (item.about, item.property))
        self.report.remarks.sort()
        return sorted(found, key=lambda node: (node.iri, node.cls is None))

    def _contradictions(self, nodes: Mapping[str, Node]) -> Iterator[Node]:
        """What the records contradict, as nodes, so that the graph itself can list it."""
        described = {node.name for node in nodes.values()}
        for item in self.report.contradictions:
            known = self.known.describes(f"{MLAD}{item.about}")
            name = slug(item.property.rpartition(":")[2])
            key = f"{item.about.replace('/', '-')}-{name}"
            kept = self.known.keeps(ref("contradiction", key).value)
            if kept or not (known or item.about in described):
                continue
            documents = (self._document(claim) for claim in item.claims)
            sources = sorted({document for document in documents if document})
            kind, _, about = item.about.partition("/")
            values = {
                "rdfs:label": text(f"Sources differ on {item.property} of {item.about}"),
                "mla:contradictionAbout": ref(kind, about),
                "skos:note": [text(_side(claim)) for claim in item.claims],
                "skos:editorialNote": text(item.note),
                "prov:wasDerivedFrom": [ref("source", source) for source in sources],
            }
            weakest_claim = max(
                (claim.confidence or "seen" for claim in item.claims), key=CONFIDENCES.index
            )
            first = sources[0] if sources else GENERAL_KNOWLEDGE
            if first == GENERAL_KNOWLEDGE and weakest_claim == "seen":
                weakest_claim = "known"
            yield Node(
                "contradiction",
                key,
                "Contradiction",
                "contradictions",
                properties(values),
                Provenance(first, "See the notes", weakest_claim),
            )

    def _document(self, claim: Claim) -> str | None:
        """The key of the document of a claim, which may have its address; None for kept facts."""
        if "://" in claim.source or "." in claim.source:
            return self.documents.key(claim.source)
        return claim.source if claim.confidence else None

    def _drop_kept(self) -> None:
        for told in self._told:
            kept = {
                node.iri
                for node in told.nodes
                if node.cls is not None and self.known.keeps(node.iri)
            }
            told.told_before |= {f"{iri.removeprefix(MLAD)} is kept by hand" for iri in kept}
            for node in told.nodes:
                if node.cls is not None and node.iri in kept:
                    self._compare(node, told.record)
            told.nodes = [
                node
                for node in told.nodes
                if not kept
                & set(_founded(node) if node.cls is None else (node.iri, *_founded(node)))
            ]

    def _compare(self, node: Node, record: Record) -> None:
        """List every day that the record gives otherwise than the kept node."""
        for name, terms in node.properties.items():
            days = {term.value for term in terms if _is_day(term)}
            kept = self.known.values(node.kind, node.key, name) if days else set()
            if kept and kept != days:
                self._contradict(
                    node.name,
                    name,
                    [
                        Claim(", ".join(sorted(kept)), "kept by hand", "", ""),
                        Claim(
                            ", ".join(sorted(days)), _source(node), _confidence(node), record.where
                        ),
                    ],
                    "The kept value stays.",
                )

    def _merge(self) -> dict[str, Node]:
        claims: dict[str, list[tuple[Node, _Told]]] = defaultdict(list)
        for told in self._told:
            for node in told.nodes:
                claims[f"{node.iri} {node.cls is None}"].append((node, told))
        return {iri: self._one(found) for iri, found in claims.items()}

    def _one(self, claims: list[tuple[Node, _Told]]) -> Node:
        own = [claim for claim in claims if not claim[0].stub]
        claims = sorted(own or claims, key=lambda claim: _strength(claim[0]))
        best, _ = claims[0]
        if len(claims) == 1 or best.stub:
            return best
        for _, told in claims[1:]:
            told.told_before.add(f"merged into {best.name}")
        values: dict[str, tuple[Term, ...]] = {}
        for name in sorted({name for node, _ in claims for name in node.properties}):
            sides = [
                (node.properties[name], node, told)
                for node, told in claims
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
                self._contradict(
                    best.name,
                    name,
                    [
                        Claim(_said(terms), _source(node), _confidence(node), told.record.where)
                        for terms, node, told in sides
                    ],
                    "Left out of the node.",
                )
        further = sorted({_source(node) for node, _ in claims} - {_source(best)})
        witnesses = tuple(ref("source", key) for key in further if key != GENERAL_KNOWLEDGE)
        if witnesses and best.provenance:
            values["mla:corroboratedBy"] = values.get("mla:corroboratedBy", ()) + witnesses
        ordered = {name: tuple(sorted(set(terms), key=str)) for name, terms in values.items()}
        return replace(best, properties=ordered)

    def _drop_dangling(self, nodes: dict[str, Node]) -> None:
        """Drop what refers to nothing, again and again, as each loss may leave others hanging."""
        sources = {MLAD + "source/", MLAD + "agent/"}
        while True:
            described = {node.iri for node in nodes.values() if node.cls is not None}
            lost = {
                iri: missing
                for iri, node in nodes.items()
                if (missing := self._missing(node, described, sources))
            }
            if not lost:
                return
            for iri, missing in lost.items():
                node = nodes.pop(iri)
                for told in self._told:
                    if node.iri in {other.iri for other in told.nodes}:
                        told.lost.append(f"{node.name} names {missing}, which nothing describes")
                        told.nodes = [other for other in told.nodes if other.iri != node.iri]
                        if told.main == node.iri:
                            told.reason = told.lost[-1]

    def _missing(self, node: Node, described: set[str], passed: set[str]) -> str | None:
        for terms in node.properties.values():
            for term in terms:
                iri = term.value if isinstance(term, ox.NamedNode) else ""
                if not iri.startswith(MLAD) or any(iri.startswith(space) for space in passed):
                    continue
                if iri not in described and not self.known.describes(iri):
                    return iri.removeprefix(MLAD)
        if node.cls is None and node.iri not in described and not self.known.describes(node.iri):
            return node.name
        return None

    def _account(self, nodes: dict[str, Node]) -> None:
        for item in self.facts.unreadable:
            self.report.outcomes.append(
                Outcome(item.file, item.line, "rejected", (item.reason,), ())
            )
        for told in self._told:
            record = told.record
            details = [*told.lost, *record.changes]
            status: Status = "taken"
            if told.reason:
                status, details = "rejected", [told.reason]
            elif record.superseded_by:
                status, details = "superseded", [f"newer: {record.superseded_by}", *details]
            elif told.told_before and self._adds_nothing(told):
                status, details = "merged", [*sorted(told.told_before), *told.lost]
            else:
                if unread := record.unread():
                    details.append(f"not taken: {', '.join(unread)}")
                if told.lost or record.changes or unread:
                    status = "changed"
            names = tuple(node.name for node in told.nodes)
            self.report.outcomes.append(
                Outcome(record.file, record.line, status, tuple(details), names)
            )

    def _adds_nothing(self, told: _Told) -> bool:
        merged = {text.removeprefix("merged into ") for text in told.told_before}
        return all(node.name in merged for node in told.nodes if not node.stub)

    def _contradict(self, about: str, name: str, sides: Sequence[Claim], note: str) -> None:
        ordered = tuple(sorted(sides, key=lambda side: (side.value, side.source, side.record)))
        item = Contradiction(about, name, ordered, note)
        if item not in self.report.contradictions:
            self.report.contradictions.append(item)


def _side(claim: Claim) -> str:
    """One side of a contradiction as a note."""
    return f"{claim.value} ({claim.source})"


def _strength(node: Node) -> tuple[int, str, str, str]:
    """Order of claims about one node: the best founded first, then one that is ever the same."""
    return (
        CONFIDENCES.index(_confidence(node)),
        _source(node),
        node.provenance.locator if node.provenance else "",
        str(sorted((name, _said(terms)) for name, terms in node.properties.items())),
    )


def _is_day(term: Term) -> bool:
    return isinstance(term, ox.Literal) and term.datatype == XSD_DATE


def _founded(node: Node) -> list[str]:
    """What a piece of evidence is about."""
    return [term.value for term in node.properties.get("mla:evidenceFor", ())]


def _source(node: Node) -> str:
    return node.provenance.source if node.provenance else GENERAL_KNOWLEDGE


def _confidence(node: Node) -> str:
    return node.provenance.confidence if node.provenance else "known"


def _said(terms: Iterable[Term]) -> str:
    return ", ".join(term.value.removeprefix(MLAD) for term in terms)


def _documents(node: Node) -> list[str]:
    prefix = f"{MLAD}source/"
    named = [
        term.value.removeprefix(prefix)
        for terms in node.properties.values()
        for term in terms
        if isinstance(term, ox.NamedNode) and term.value.startswith(prefix)
    ]
    return [*named, node.provenance.source] if node.provenance else named
