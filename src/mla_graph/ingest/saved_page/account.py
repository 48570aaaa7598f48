"""The account of what was read from each section of a page."""

from dataclasses import dataclass, field

from mla_graph.ingest.saved_page.sections import SECTIONS


@dataclass
class Account:
    """Lists of (section, what): read, not read, and the sentences that are not understood."""

    read: list[tuple[str, str]] = field(default_factory=list)
    unread: list[tuple[str, str]] = field(default_factory=list)
    sentences: list[tuple[str, str]] = field(default_factory=list)
    _seen: set[tuple[str, str]] = field(default_factory=set)

    def took(self, section: str, what: str) -> None:
        """Add what was read."""
        self.read.append((section, what))

    def left(self, section: str, what: str) -> None:
        """Add what was not taken, and why, without the words of the page."""
        if (section, what) not in self._seen:
            self._seen.add((section, what))
            self.unread.append((section, what))

    def missed(self, section: str, sentence: str) -> None:
        """Add a sentence of the page that is not understood, for the curator to read."""
        self.sentences.append((section, sentence))

    def as_text(self) -> str:
        """Format the lists for people."""
        lines = []
        for title, items in (
            ("Read", self.read),
            ("Not read", self.unread),
            ("Sentences that are not understood", self.sentences),
        ):
            lines += [f"{title} ({len(items)})"]
            lines += [f"  {name}: {what}" for name, what in sorted(items, key=_place)]
        return "\n".join(lines) + "\n"


def _place(item: tuple[str, str]) -> int:
    return SECTIONS.index(item[0]) if item[0] in SECTIONS else len(SECTIONS)
