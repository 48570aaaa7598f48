"""A page on its way to a draft, and the nodes that hang on its implementation."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mla_graph.ingest.facts.nodes import Node, Provenance, properties, ref
from mla_graph.ingest.saved_page.account import Account
from mla_graph.ingest.saved_page.names import Names
from mla_graph.ingest.saved_page.sections import Page


@dataclass
class Reading:
    """A divided page, the cell that it is about, and what was read of it so far."""

    page: Page
    names: Names
    iso: str
    measure: str
    account: Account = field(default_factory=Account)

    @property
    def key(self) -> str:
        """The key of the implementation."""
        return f"{self.iso}-{self.measure}".lower()

    @property
    def file(self) -> str:
        """The file of graph_data that the draft is for, without suffix."""
        return f"implementations/{self.iso}/{self.measure}".lower()

    def at(self, section: str) -> Provenance:
        """Where a statement stands; what a rule has read is unsure until somebody checked it."""
        return Provenance(f"ejn-{self.key}", section, "unsure")

    def part(self, kind: str, name: str, cls: str, values: Mapping[str, Any], section: str) -> Node:
        """A node that belongs to the implementation."""
        owner = {"mla:belongsToImplementation": ref("implementation", self.key)}
        found = properties({**values, **owner})
        return Node(kind, f"{self.key}-{name}", cls, self.file, found, self.at(section))
