"""National acts: one node for one act, and what it does for an instrument."""

from collections.abc import Iterator

from mla_graph.ingest.nodes import Node, Provenance, day, properties, ref, slug, state, text
from mla_graph.ingest.nodes import code as coded

ROLES = ("approves", "transposes", "basis", "procedure")
"""The codes of what a statute does."""


def statute_key(iso: str, date: str | None, title: str) -> str:
    """The key of an act: its state and day; without a day, its state and title."""
    return f"{iso.lower()}-{date or slug(title, 60)}"


def statute(
    iso: str,
    title: str,
    date: str | None,
    provenance: Provenance,
    *,
    key: str | None = None,
    in_force: str | None = None,
    note: str | None = None,
) -> Node:
    """An act as a node; ``key`` tells acts of one day apart."""
    name = key or statute_key(iso, date, title)
    values = {
        "rdfs:label": text(title),
        "skos:notation": coded(name),
        "skos:editorialNote": text(note),
        "eli:date_document": day(date),
        "eli:first_date_entry_in_force": day(in_force),
        "mla:concernsState": state(iso),
    }
    file = f"statutes/{iso.lower()}"
    return Node("statute", name, "Statute", file, properties(values), provenance)


def statutory_role(act: Node, iso: str, role: str, instrument: str | None) -> Iterator[Node]:
    """What an act does for an instrument, or for assistance in general."""
    values = {
        "mla:fulfilledBy": ref("statute", act.key),
        "mla:hasStatuteRole": ref("statute-role", role),
        "mla:concernsInstrument": ref("instrument", instrument) if instrument else None,
        "mla:concernsState": state(iso),
    }
    key = f"{act.key}-{role}" + (f"-{instrument}" if instrument else "")
    yield Node("statutory-role", key, "StatutoryRole", act.file, properties(values), act.provenance)
