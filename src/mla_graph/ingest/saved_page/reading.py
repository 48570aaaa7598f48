"""A page under reading: its sections, its cell, and the account so far."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mla_graph.ingest.saved_page.account import Account
from mla_graph.ingest.saved_page.grammar import Statement
from mla_graph.ingest.saved_page.names import Names
from mla_graph.ingest.saved_page.sections import SectionedPage

Item = dict[str, Any]
"""One object in a list of the record."""


Said = tuple[Statement, list[str]]
"""A statement with the frameworks that it is about."""


@dataclass
class Reading:
    """A page in sections with its state and measure, the account, and what its sections say."""

    page: SectionedPage
    names: Names
    iso: str
    measure: str
    account: Account = field(default_factory=Account)
    said: dict[str, list[Said]] = field(default_factory=dict)
    last_instrument: str | None = None

    @property
    def key(self) -> str:
        """Return the key of the implementation."""
        return f"{self.iso}-{self.measure}".lower()


def item(section: str, values: Mapping[str, Any]) -> Item:
    """Make an item of the record from the values that there are."""
    return {name: value for name, value in values.items() if value} | {"section": section}
