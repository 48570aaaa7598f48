"""Nodes of national acts and of their roles."""

from mla_graph.ingest.draft.merge import Merge
from mla_graph.ingest.facts.nodes import Node, Provenance, day, properties, ref, state, text
from mla_graph.ingest.facts.nodes import code as coded

ROLES = ("approves", "transposes", "basis", "procedure")
"""The codes of what a statute does."""


def statute(
    merge: Merge,
    iso: str,
    title: str,
    date: str | None,
    provenance: Provenance,
    *,
    in_force: str | None = None,
    note: str | None = None,
) -> Node:
    """Make the node of an act, with the title and day that most records give."""
    key = merge.acts.key(iso, title, date)
    values = {
        "rdfs:label": text(merge.acts.title(key)),
        "skos:notation": coded(key),
        "skos:editorialNote": text(note),
        "eli:date_document": day(merge.acts.date(key)),
        "eli:first_date_entry_in_force": day(in_force),
        "mla:concernsState": state(iso),
    }
    file = f"statutes/{iso.lower()}/{key}"
    return Node(
        "statute", key, "Statute", file, properties(values), provenance, stub=in_force is None
    )


def statutory_role(act: Node, iso: str, role: str, instrument: str | None) -> Node:
    """Make the node on what an act does for an instrument, or for assistance in general."""
    values = {
        "mla:fulfilledBy": ref("statute", act.key),
        "mla:hasStatuteRole": ref("statute-role", role),
        "mla:concernsInstrument": ref("instrument", instrument) if instrument else None,
        "mla:concernsState": state(iso),
    }
    key = f"{act.key}-{role}" + (f"-{instrument}" if instrument else "")
    return Node(
        "statutory-role",
        key,
        "StatutoryRole",
        act.file,
        properties(values),
        act.provenance,
        stub=True,
    )
