"""The merge: one node for each IRI, dangling nodes dropped, every record reported."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import pyoxigraph as ox

from mla_graph.ingest.draft.account import contradiction_nodes, outcome
from mla_graph.ingest.draft.claims import Handled, combine, confidence, source
from mla_graph.ingest.facts.known import Known
from mla_graph.ingest.facts.nodes import CONFIDENCES, GENERAL_KNOWLEDGE, Node, Provenance
from mla_graph.ingest.facts.records import Facts, Record, Rejected
from mla_graph.ingest.facts.report import Claim, Contradiction, Outcome, Report
from mla_graph.ingest.identity.acts import Acts
from mla_graph.ingest.identity.authorities import kept_authorities
from mla_graph.ingest.identity.documents import Documents
from mla_graph.ingest.identity.pages import Pages
from mla_graph.model.namespaces import MLAD
from mla_graph.model.terms import XSD_DATE, Term


@dataclass
class Merge:
    """The nodes of all records so far, and the facts that they may refer to.

    A converter gets a record and this merge, reads ``facts`` and ``known``, and returns nodes,
    the main one first; or it raises Rejected.
    """

    facts: Facts
    known: Known
    documents: Documents
    report: Report = field(default_factory=Report)
    _handled: list[Handled] = field(default_factory=list)

    @cached_property
    def pages(self) -> Pages:
        """Return the pages of the European Judicial Network, judged together."""
        return Pages(self.facts)

    @cached_property
    def acts(self) -> Acts:
        """Return the national acts, each under one key."""
        return Acts(self.facts, self.known)

    @cached_property
    def kept_authorities(self) -> dict[str, str]:
        """Return the key of each kept authority by the keys that its names would give."""
        return kept_authorities(self.known)

    def provenance(self, record: Record, locator: str, name: str = "source") -> Provenance:
        """Return the provenance of a record: its source document, or general knowledge.

        Raises:
            Rejected: the source is no address, or the confidence is none of the list.
        """
        address, given = record.text(name), record.text("confidence")
        record.skip("as_of", "via")
        if given and given not in CONFIDENCES:
            raise Rejected(f"confidence {given!r} is none of {', '.join(CONFIDENCES)}")
        if address is None:
            return Provenance(GENERAL_KNOWLEDGE, locator, given or "known")
        return Provenance(self.documents.key(address), locator, given or "seen")

    def put(self, record: Record, nodes: Iterable[Node]) -> None:
        """Add the nodes of a record, the main one first."""
        found = list(nodes)
        merged = {record.merged_into} if record.merged_into else set()
        main = found[0].iri if found else None
        self._handled.append(Handled(record, found, main=main, merged=merged))

    def reject(self, record: Record, reason: str) -> None:
        """Leave a record out for a reason."""
        self._handled.append(Handled(record, reason=reason))

    def contradiction(
        self, about: str, name: str, claims: Iterable[tuple[str, Record]], note: str
    ) -> None:
        """Report statements of records that cannot all be right."""
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
        """Return one node for each IRI, with the documents that they cite; complete the report.

        A node that a kept file describes is dropped; so is one that refers to nothing.
        """
        self._drop_kept()
        merged = self._merge()
        self._drop_dangling(merged)
        self.report.outcomes += [
            Outcome(item.file, item.line, "rejected", (item.reason,), ())
            for item in self.facts.unreadable
        ]
        self.report.outcomes += map(outcome, self._handled)
        described = {node.name for node in merged.values()}
        contradictions = self.report.contradictions
        for node in contradiction_nodes(contradictions, described, self.known, self.documents):
            merged[node.iri] = node
        used = {document for node in merged.values() for document in _documents(node)}
        documents = (node for node in self.documents.nodes(used) if node.iri not in merged)
        found = [*merged.values(), *documents]
        self.report.nodes = dict(sorted(Counter(node.kind for node in found).items()))
        self.report.contradictions.sort(key=lambda item: (item.about, item.property))
        return sorted(found, key=lambda node: (node.iri, node.cls is None))

    def _drop_kept(self) -> None:
        for handled in self._handled:
            kept = {
                node.iri
                for node in handled.nodes
                if node.cls is not None and self.known.keeps(node.iri)
            }
            handled.merged |= {f"{iri.removeprefix(MLAD)} is kept by hand" for iri in kept}
            for node in handled.nodes:
                if node.cls is not None and node.iri in kept:
                    self._compare(node, handled.record)
            handled.nodes = [
                node
                for node in handled.nodes
                if not kept
                & set(_founded(node) if node.cls is None else (node.iri, *_founded(node)))
            ]

    def _compare(self, node: Node, record: Record) -> None:
        """Report every day of the record that differs from the kept node."""
        for name, terms in node.properties.items():
            days = {term.value for term in terms if _is_day(term)}
            kept = self.known.values(node.kind, node.key, name) if days else set()
            if kept and kept != days:
                new = Claim(", ".join(sorted(days)), source(node), confidence(node), record.where)
                sides = [Claim(", ".join(sorted(kept)), "kept by hand", "", ""), new]
                self._contradict(node.name, name, sides, "The kept value stays.")

    def _merge(self) -> dict[str, Node]:
        claims: dict[str, list[tuple[Node, Handled]]] = defaultdict(list)
        for handled in self._handled:
            for node in handled.nodes:
                claims[f"{node.iri} +" if node.cls is None else node.iri].append((node, handled))
        return {iri: combine(found, self._contradict) for iri, found in claims.items()}

    def _drop_dangling(self, nodes: dict[str, Node]) -> None:
        """Drop nodes that refer to nothing until each loss has had its effect."""
        while True:
            described = {node.iri for node in nodes.values() if node.cls is not None}
            lost = {
                iri: missing
                for iri, node in nodes.items()
                if (missing := self._missing(node, described))
            }
            if not lost:
                return
            for iri, missing in lost.items():
                self._drop(nodes.pop(iri), missing)

    def _drop(self, node: Node, missing: str) -> None:
        for handled in self._handled:
            if all(node.iri != other.iri for other in handled.nodes):
                continue
            handled.lost.append(f"{node.name} names {missing}, which nothing describes")
            handled.nodes = [other for other in handled.nodes if other.iri != node.iri]
            if handled.main == node.iri:
                handled.reason = handled.lost[-1]

    def _missing(self, node: Node, described: set[str]) -> str | None:
        """Return the first thing that a node refers to and nothing describes."""
        for terms in node.properties.values():
            for term in terms:
                iri = term.value if isinstance(term, ox.NamedNode) else ""
                if not iri.startswith(MLAD) or iri.startswith(_ADDED_LATER):
                    continue
                if iri not in described and not self.known.describes(iri):
                    return iri.removeprefix(MLAD)
        if node.cls is None and node.iri not in described and not self.known.describes(node.iri):
            return node.name
        return None

    def _contradict(self, about: str, name: str, sides: Sequence[Claim], note: str) -> None:
        ordered = tuple(sorted(sides, key=lambda side: (side.value, side.source, side.record)))
        item = Contradiction(about, name, ordered, note)
        if item not in self.report.contradictions:
            self.report.contradictions.append(item)


_ADDED_LATER = (f"{MLAD}source/", f"{MLAD}agent/")


def _is_day(term: Term) -> bool:
    return isinstance(term, ox.Literal) and term.datatype == XSD_DATE


def _founded(node: Node) -> list[str]:
    """Return what a piece of evidence is about."""
    return [term.value for term in node.properties.get("mla:evidenceFor", ())]


def _documents(node: Node) -> list[str]:
    prefix = f"{MLAD}source/"
    named = [
        term.value.removeprefix(prefix)
        for terms in node.properties.values()
        for term in terms
        if isinstance(term, ox.NamedNode) and term.value.startswith(prefix)
    ]
    return [*named, node.provenance.source] if node.provenance else named
