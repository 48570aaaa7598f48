"""The account of what was read from each section of a page."""

from dataclasses import dataclass, field

from mla_graph.ingest.saved_page.sections import SECTIONS


@dataclass
class Account:
    """Two lists of (section, what): read and not read."""

    read: list[tuple[str, str]] = field(default_factory=list)
    unread: list[tuple[str, str]] = field(default_factory=list)
    _seen: set[tuple[str, str]] = field(default_factory=set)

    def took(self, section: str, what: str) -> None:
        """Add what was read."""
        self.read.append((section, what))

    def left(self, section: str, what: str) -> None:
        """Add what was not taken, and why, without the words of the page."""
        if (section, what) not in self._seen:
            self._seen.add((section, what))
            self.unread.append((section, what))

    def as_text(self) -> str:
        """Format both lists for people."""
        lines = []
        for title, items in (("Read", self.read), ("Not read", self.unread)):
            lines += [f"{title} ({len(items)})"]
            lines += [f"  {name}: {what}" for name, what in sorted(items, key=_place)]
        return "\n".join(lines) + "\n"


def _place(item: tuple[str, str]) -> int:
    return SECTIONS.index(item[0]) if item[0] in SECTIONS else len(SECTIONS)
