"""The reviewed page as files for ``graph_data/``: facts with the decision on each."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from mla_graph.ingest.draft.writer import triples
from mla_graph.ingest.facts.known import Known
from mla_graph.ingest.facts.nodes import GENERAL_KNOWLEDGE, Node, day, properties, ref, slug, text
from mla_graph.ingest.page_reader import PageDraft
from mla_graph.model.errors import InvalidValue
from mla_graph.model.namespaces import MLAD
from mla_graph.model.sources import Sources
from mla_graph.model.terms import Term
from mla_graph.model.whole_file import to_file
from mla_graph.review.decisions import Decisions
from mla_graph.review.facts import AVAILABILITY, Fact, flat, implementation, kept_node, notes_of
from mla_graph.review.values import read_fields
from mla_graph.review.versions import superseded

_FROM_PAGE: Final = ("mla:reviewedDate", "mla:reviewedBy", "prov:wasDerivedFrom")


@dataclass(frozen=True)
class Reviewer:
    """Who decides: an agent of the graph, or a new one with this name."""

    key: str
    name: str | None = None

    @classmethod
    def called(cls, name: str, known: Known) -> "Reviewer":
        """Return the agent with this key or English name; a new one if there is none.

        Raises:
            InvalidValue: no key can be made of the name.
        """
        for key, names in known.names("mla:Agent").items():
            if name == key or name in names:
                return cls(key)
        if not slug(name):
            raise InvalidValue(f"The reviewer {name!r} has no letter of a key.", value=name)
        return cls(slug(name), name)


def decided_nodes(
    draft: PageDraft, facts: Iterable[Fact], decisions: Decisions, known: Known
) -> Iterator[Node]:
    """Give the facts that were accepted or changed, each with its decision."""
    facts = list(facts)
    for fact in facts:
        decision = decisions.facts[fact.id]
        if decision.choice == "rejected" and fact.proposal.kind != "implementation":
            continue
        values = dict(fact.proposal.properties)
        if decision.choice == "changed":
            values = read_fields(fact.proposal, decision.values, known)
        elif decision.choice == "rejected":
            values[AVAILABILITY] = (ref("availability", "unknown"),)
        said = "changed" if decision.choice == "rejected" else decision.choice
        provenance = properties(
            {
                "prov:wasAttributedTo": ref("agent", decision.by),
                "mla:decidedDate": day(decision.day),
                "mla:hasReviewDecision": ref("review-decision", said),
            }
        )
        node = replace(fact.proposal, properties={**values, **_founded(values), **provenance})
        if node.kind == "implementation":
            node = _whole(node, draft, decisions, known)
        yield node


def _founded(values: Mapping[str, tuple[Term, ...]]) -> dict[str, tuple[Term, ...]]:
    """Return the confidence of what a person saw; a page without an address is no document."""
    general = ref("source", GENERAL_KNOWLEDGE) in values.get("prov:wasDerivedFrom", ())
    return {"mla:hasConfidence": (ref("confidence", "known" if general else "seen"),)}


def _whole(node: Node, draft: PageDraft, decisions: Decisions, known: Known) -> Node:
    """Return the implementation: as in the graph, with what the page and the reviewer say."""
    drafted = implementation(draft)
    values = {**drafted.properties, **known.statements(node.iri)}
    values.pop("skos:editorialNote", None)
    values |= {name: drafted.properties[name] for name in _FROM_PAGE if name in drafted.properties}
    left = [text(note) for note in notes_of(draft) if note not in decisions.settled]
    values |= node.properties
    values["mla:hasPageStatus"] = (ref("page-status", decisions.status),)
    kept = known.statements(node.iri).get("skos:editorialNote", ())
    values |= properties({"skos:editorialNote": [*kept, *left]})
    return replace(node, properties=values)


def further_nodes(
    draft: PageDraft, decided: Iterable[Node], decisions: Decisions, known: Known
) -> Iterator[Node]:
    """Give the nodes of the draft outside the page's own that the decided ones refer to."""
    others = {node.iri: flat(node) for node in draft.nodes if node.file != draft.file}
    waiting = [term for node in decided for terms in node.properties.values() for term in terms]
    done: set[str] = set()
    while waiting:
        found = others.get(waiting.pop().value)
        if found is None or found.iri in done:
            continue
        done.add(found.iri)
        waiting += [term for terms in found.properties.values() for term in terms]
        if "mla:hasConfidence" in found.properties:
            found = replace(found, properties={**found.properties, **_founded(found.properties)})
        if found.kind != "source":
            yield found
    source = f"{MLAD}source/ejn-{draft.reading.key}"
    yield from _documents(source, others.get(source), draft, decisions, known)


def _documents(
    source: str, drafted: Node | None, draft: PageDraft, decisions: Decisions, known: Known
) -> Iterator[Node]:
    """Give the page as a source, with the days on which it was reviewed and read."""
    if drafted is None and not known.keeps(source):
        return
    node = drafted or kept_node(source, f"sources/{source.rpartition('/')[2]}", known)
    review = draft.fields.get("last_reviewed"), draft.fields.get("reviewed_by")
    new: dict[str, Term | None] = {
        "mla:reviewedDate": day(review[0]),
        "mla:reviewedBy": ref("agent", review[1]) if review[1] else None,
        "mla:retrievedDate": day(decisions.retrieved or None),
    }
    values = {"mla:hasSourceClass": (ref("source-class", "official"),), **node.properties}
    yield replace(node, properties={**values, **properties(new)})


def nodes_of(
    draft: PageDraft, facts: list[Fact], decisions: Decisions, known: Known, reviewer: Reviewer
) -> list[Node]:
    """Return all that the review of a page says."""
    decided = list(decided_nodes(draft, facts, decisions, known))
    found = [*decided, *further_nodes(draft, decided, decisions, known)]
    if decisions.replaces:
        taken = {node.iri for node in decided}
        gone = [fact.before.iri for fact in facts if fact.before and fact.before.iri not in taken]
        found += superseded(draft.reading.key, known, gone)
    if reviewer.name:
        found.append(_agent(reviewer, reviewer.name))
    return found


def _agent(reviewer: Reviewer, name: str) -> Node:
    values: Mapping[str, Term | Iterable[Term | None] | None] = {
        "rdf:type": ox.NamedNode("https://w3id.org/mla-graph/ontology#Agent"),
        "rdfs:label": [text(name, spoken) for spoken in ("en", "fr", "de")],
        "skos:notation": ox.Literal(reviewer.key),
    }
    return Node("agent", reviewer.key, None, "agents", properties(values))


def write(nodes: Iterable[Node], out: Path, draft: PageDraft, sources: Sources) -> list[Path]:
    """Write one file for each natural unit, each whole; return the files.

    The file of the page is written anew; any other repeats what the graph's file of its name says
    about everything else.

    Raises:
        UnreadableInput: a file cannot be written.
    """
    from mla_graph.model import turtle

    units: dict[str, list[Node]] = defaultdict(list)
    for node in nodes:
        units[node.file].append(node)
    written = []
    for unit, found in sorted(units.items()):
        path = out / f"{unit}.ttl"
        kept = "" if unit == draft.file else _kept(unit, found, out, sources)
        path.parent.mkdir(parents=True, exist_ok=True)
        to_file(path, [turtle.format_text(kept + triples(found), name=unit).encode()])
        written.append(path)
    return written


def _kept(unit: str, nodes: Iterable[Node], out: Path, sources: Sources) -> str:
    """Return what a file says about other things, as N-Triples: first that of an earlier review."""
    from mla_graph.model import rdf_files

    files = (out / f"{unit}.ttl", sources.graph_data / f"{unit}.ttl")
    path = next((file for file in files if file.exists()), None)
    if path is None:
        return ""
    new = {f"<{node.iri}>" for node in nodes}
    quads = rdf_files.parse(path, ox.RdfFormat.TURTLE)
    return "".join(f"{q.triple} .\n" for q in quads if str(q.subject) not in new)
