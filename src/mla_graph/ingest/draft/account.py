"""The outcome of every record, and the contradictions as nodes of the graph."""

from collections.abc import Iterable, Iterator, Set

from mla_graph.ingest.draft.claims import Handled
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
from mla_graph.ingest.facts.report import Claim, Contradiction, Outcome, Status
from mla_graph.ingest.identity.documents import Documents
from mla_graph.model.namespaces import MLAD


def outcome(handled: Handled) -> Outcome:
    """Return what became of a record."""
    record = handled.record
    details = [*handled.lost, *record.changes]
    status: Status = "taken"
    if handled.reason:
        status, details = "rejected", [handled.reason]
    elif record.superseded_by:
        status, details = "superseded", [f"newer: {record.superseded_by}", *details]
    elif handled.merged and _adds_nothing(handled):
        status, details = "merged", [*sorted(handled.merged), *handled.lost]
    else:
        if unread := record.unread():
            details.append(f"not taken: {', '.join(unread)}")
        if handled.lost or record.changes or unread:
            status = "changed"
    names = tuple(node.name for node in handled.nodes)
    return Outcome(record.file, record.line, status, tuple(details), names)


def _adds_nothing(handled: Handled) -> bool:
    merged = {text.removeprefix("merged into ") for text in handled.merged}
    return all(node.name in merged for node in handled.nodes if not node.stub)


def contradiction_nodes(
    found: Iterable[Contradiction], described: Set[str], known: Known, documents: Documents
) -> Iterator[Node]:
    """Make a node of each contradiction about a described thing, so that queries can list it."""
    for item in found:
        name = slug(item.property.rpartition(":")[2])
        key = f"{item.about.replace('/', '-')}-{name}"
        if known.keeps(ref("contradiction", key).value):
            continue
        if not (known.describes(f"{MLAD}{item.about}") or item.about in described):
            continue
        cited = (_document(claim, documents) for claim in item.claims)
        sources = sorted({document for document in cited if document})
        kind, _, about = item.about.partition("/")
        values = {
            "rdfs:label": text(f"Sources differ on {item.property} of {item.about}"),
            "mla:contradictionAbout": ref(kind, about),
            "skos:note": [text(f"{claim.value} ({claim.source})") for claim in item.claims],
            "skos:editorialNote": text(item.note),
            "prov:wasDerivedFrom": [ref("source", source) for source in sources],
        }
        weakest = max((claim.confidence or "seen" for claim in item.claims), key=CONFIDENCES.index)
        first = sources[0] if sources else GENERAL_KNOWLEDGE
        if first == GENERAL_KNOWLEDGE and weakest == "seen":
            weakest = "known"
        provenance = Provenance(first, "See the notes", weakest)
        file = "contradictions"
        yield Node("contradiction", key, "Contradiction", file, properties(values), provenance)


def _document(claim: Claim, documents: Documents) -> str | None:
    """Return the key of the document of a claim; None for kept facts."""
    if "://" in claim.source or "." in claim.source:
        return documents.key(claim.source)
    return claim.source if claim.confidence else None
