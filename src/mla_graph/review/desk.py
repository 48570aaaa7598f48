"""The pages of a folder under review: opened, decided on, written."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from mla_graph.ingest.facts.nodes import ref
from mla_graph.ingest.page_reader import PageDraft, PageReader, pages_in
from mla_graph.model.errors import InvalidValue, MlaGraphError
from mla_graph.model.sources import Sources
from mla_graph.model.terms import date_term
from mla_graph.review.decisions import Choice, Decision, Decisions, load, save
from mla_graph.review.facts import Fact, facts_of, notes_of
from mla_graph.review.result import Reviewer, nodes_of, write
from mla_graph.review.spans import Piece, sections
from mla_graph.review.values import read_fields

STATUSES: Final = ("current", "outdated", "suspect")
_CHOICES: Final[dict[str, Choice]] = {
    "accepted": "accepted", "changed": "changed", "rejected": "rejected",
}  # fmt: skip


@dataclass
class OpenPage:
    """A page with its draft, the facts to decide on and the decisions so far.

    ``version`` says how the day of its review stands to that in the graph, ``kept``: ``new``,
    ``newer``, ``same`` or ``older``.
    """

    name: str
    draft: PageDraft
    facts: list[Fact]
    decisions: Decisions
    sections: dict[str, list[Piece]]
    version: str
    kept: str | None
    written: list[Path] = field(default_factory=list)

    def decision(self, fact: Fact) -> Decision | None:
        """Return the decision on a fact; None if what is proposed has changed since."""
        found = self.decisions.facts.get(fact.id)
        return found if found and found.proposal == fact.digest else None

    @property
    def undecided(self) -> list[Fact]:
        """Return the facts on which nothing was decided."""
        return [fact for fact in self.facts if self.decision(fact) is None]

    @property
    def notes(self) -> list[str]:
        """Return what was not read and is to be settled by the reviewer."""
        return notes_of(self.draft)


class Desk:
    """The folder, the graph to compare with, the reviewer and the folder for the result."""

    def __init__(self, folder: Path, out: Path, reviewer: str, sources: Sources) -> None:
        self.folder = folder
        self.out = out
        self.pages = {path.relative_to(folder).as_posix(): path for path in pages_in(folder)}
        self.reader = PageReader(sources)
        self.reviewer = Reviewer.called(reviewer, self.reader.known)
        self._sources = sources
        self._drafts: dict[str, tuple[float, PageDraft]] = {}

    def progress(self, name: str) -> tuple[int, int] | None:
        """Return the numbers of decisions and of facts of a page; None if it was never opened."""
        decisions = load(self.pages[name])
        return (len(decisions.facts), decisions.total) if decisions.total else None

    def open(self, name: str) -> OpenPage:
        """Read a page and its decisions.

        Raises:
            UnreadableInput, InvalidValue: it is no such page.
        """
        path, known = self.pages[name], self.reader.known
        draft = self._draft(name, path)
        facts = facts_of(draft, known)
        kept = known.value("implementation", draft.reading.key, "mla:reviewedDate")
        decisions = load(path)
        version = _version(draft, kept) if known.keeps(_iri(draft)) else "new"
        if decisions.replaces is None:
            decisions.replaces = version == "newer"
        shown = sections(draft.reading, facts, draft.nodes)
        return OpenPage(name, draft, facts, decisions, shown, version, kept)

    def decide(self, name: str, fact_id: str, choice: str, values: Mapping[str, str]) -> OpenPage:
        """Decide on a fact, write the decision, and the result if it was the last one.

        Raises:
            InvalidValue: there is no such fact, or a value has another form than it should have.
        """
        page = self.open(name)
        fact = next((fact for fact in page.facts if fact.id == fact_id), None)
        if fact is None:
            raise InvalidValue(f"The page has no fact {fact_id!r}.", value=fact_id)
        if choice == "undecided":
            page.decisions.facts.pop(fact.id, None)
        elif choice not in _CHOICES:
            raise InvalidValue(f"{choice!r} is none of {', '.join(_CHOICES)}.", value=choice)
        else:
            self._check(fact, choice, values)
            page.decisions.facts[fact.id] = Decision(
                choice=_CHOICES[choice],
                proposal=fact.digest,
                by=self.reviewer.key,
                day=datetime.now(UTC).date().isoformat(),
                values=dict(values) if choice == "changed" else {},
            )
        return self._keep(page)

    def settle(self, name: str, form: Mapping[str, list[str]]) -> OpenPage:
        """Say what the page leaves open: its status, the day it was saved, the notes that are done.

        Raises:
            InvalidValue: the status or the day is none.
        """
        page = self.open(name)
        status, retrieved = form.get("status", ["current"])[0], form.get("retrieved", [""])[0]
        if status not in STATUSES:
            raise InvalidValue(f"{status!r} is none of {', '.join(STATUSES)}.", value=status)
        date_term(retrieved, "the day on which the page was saved")
        page.decisions.status, page.decisions.retrieved = status, retrieved
        page.decisions.replaces = form.get("replaces") == ["yes"]
        page.decisions.settled = [note for note in form.get("settled", []) if note in page.notes]
        return self._keep(page)

    def _check(self, fact: Fact, choice: str, values: Mapping[str, str]) -> None:
        known = self.reader.known
        given = read_fields(fact.proposal, values, known) if choice == "changed" else None
        lacking = [name for name in fact.needs if not (given and given.get(name))]
        if lacking and choice != "rejected":
            raise InvalidValue(
                f"The page does not say {', '.join(lacking)}: choose Change and give it.",
                value=None,
            )

    def _keep(self, page: OpenPage) -> OpenPage:
        """Write the decisions, and the result if nothing is left to decide."""
        page.decisions.total = len(page.facts)
        save(self.pages[page.name], page.decisions)
        if not page.undecided and page.version != "older":
            known = self.reader.known
            nodes = nodes_of(page.draft, page.facts, page.decisions, known, self.reviewer)
            page.written = write(nodes, self.out, page.draft, self._sources)
        return page

    def _draft(self, name: str, path: Path) -> PageDraft:
        changed = path.stat().st_mtime
        if self._drafts.get(name, (None,))[0] != changed:
            self._drafts[name] = (changed, self.reader.draft(path))
        return self._drafts[name][1]


def reason(error: MlaGraphError, folder: Path) -> str:
    """Return the detail of an error without the folder in the names of files."""
    return error.detail.replace(f"{folder}/", "")


def _iri(draft: PageDraft) -> str:
    return ref("implementation", draft.reading.key).value


def _version(draft: PageDraft, kept: str | None) -> str:
    """Compare the day of the review of a page with that in the graph."""
    day = str(draft.fields.get("last_reviewed") or "")
    if not day or not kept or day == kept:
        return "same"
    return "newer" if day > kept else "older"
