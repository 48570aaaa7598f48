"""National acts: one node for one act, and what it does for an instrument."""

from collections.abc import Iterator

from mla_graph.ingest.draft.merge import Draft
from mla_graph.ingest.facts.nodes import Node, Provenance, day, properties, ref, state, text
from mla_graph.ingest.facts.nodes import code as coded

ROLES = ("approves", "transposes", "basis", "procedure")
"""The codes of what a statute does."""


def statute(
    draft: Draft,
    iso: str,
    title: str,
    date: str | None,
    provenance: Provenance,
    *,
    in_force: str | None = None,
    note: str | None = None,
) -> Node:
    """The act that a record names, as a node with the title and day that all records give it."""
    key = draft.acts.key(iso, title, date)
    values = {
        "rdfs:label": text(draft.acts.title(key)),
        "skos:notation": coded(key),
        "skos:editorialNote": text(note),
        "eli:date_document": day(draft.acts.date(key)),
        "eli:first_date_entry_in_force": day(in_force),
        "mla:concernsState": state(iso),
    }
    file = f"statutes/{iso.lower()}/{key}"
    return Node(
        "statute", key, "Statute", file, properties(values), provenance, stub=in_force is None
    )


def statutory_role(act: Node, iso: str, role: str, instrument: str | None) -> Iterator[Node]:
    """What an act does for an instrument, or for assistance in general."""
    values = {
        "mla:fulfilledBy": ref("statute", act.key),
        "mla:hasStatuteRole": ref("statute-role", role),
        "mla:concernsInstrument": ref("instrument", instrument) if instrument else None,
        "mla:concernsState": state(iso),
    }
    key = f"{act.key}-{role}" + (f"-{instrument}" if instrument else "")
    yield Node(
        "statutory-role",
        key,
        "StatutoryRole",
        act.file,
        properties(values),
        act.provenance,
        stub=True,
    )
