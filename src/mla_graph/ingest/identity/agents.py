"""Organisations that adopt instruments."""

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from mla_graph.ingest.facts.nodes import Node, code, page, properties, text
from mla_graph.ingest.facts.records import Rejected
from mla_graph.ingest.facts.tables import rows


class Organisation(NamedTuple):
    """One line of the table of organisations."""

    name: str
    key: str
    en: str
    fr: str
    de: str
    page: str


@cache
def organisations() -> dict[str, Organisation]:
    """Return the organisations by their name in records, in lower case."""
    return {row[0].lower(): Organisation(*row) for row in rows("organisations")}


def organisation(name: str) -> Organisation:
    """Return the organisation that a record names.

    Raises:
        Rejected: the table does not know it.
    """
    found = organisations().get(name.lower())
    if found is None:
        known = ", ".join(item.name for item in organisations().values())
        raise Rejected(f"adopted_by {name!r} is none of {known}")
    return found


def nodes(found: Organisation) -> Iterator[Node]:
    """Make the node of an organisation."""
    values = {
        "rdfs:label": [text(found.en, "en"), text(found.fr, "fr"), text(found.de, "de")],
        "skos:notation": code(found.key),
        "foaf:page": page(found.page) if found.page else None,
    }
    yield Node("agent", found.key, "Agent", "agents", properties(values), stub=True)
