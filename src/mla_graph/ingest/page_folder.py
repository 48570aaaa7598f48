"""A whole folder of saved pages, read by several processes; one bad page stops no other."""

import json
import multiprocessing
import signal
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Final

from mla_graph.ingest.page_reader import PageReader
from mla_graph.model.errors import MlaGraphError
from mla_graph.model.sources import Sources

SECONDS: Final = 30
"""The time for one page; real pages take less than one."""

FIELDS: Final = (
    "availability", "alternatives", "instruments", "statutes", "conditions",
    "receiving_authorities", "executing_authorities", "languages", "deadlines",
)  # fmt: skip
"""The fields of the record whose facts are counted."""


@dataclass(frozen=True)
class PageOutcome:
    """What became of one file: a draft with its facts by field, or the reason for none."""

    file: str
    refused: str | None = None
    implementation: str | None = None
    turtle: str = field(default="", repr=False)
    facts: dict[str, int] = field(default_factory=dict)
    not_read: tuple[str, ...] = ()
    not_understood: tuple[str, ...] = ()


@dataclass
class FolderReport:
    """The account of a folder of pages."""

    outcomes: list[PageOutcome] = field(default_factory=list)

    @property
    def refused(self) -> list[PageOutcome]:
        """Return the files that gave no draft."""
        return [one for one in self.outcomes if one.refused]

    @property
    def read(self) -> list[PageOutcome]:
        """Return the files that gave a draft."""
        return [one for one in self.outcomes if not one.refused]

    def counts(self) -> dict[str, int]:
        """Count the facts of every field, over all pages."""
        total = Counter(dict.fromkeys(FIELDS, 0))
        for one in self.outcomes:
            total.update(one.facts)
        return {name: total[name] for name in FIELDS}

    def as_json(self) -> str:
        """Format the account for programs; the drafts are not in it."""
        pages = [asdict(one) for one in sorted(self.outcomes, key=lambda one: one.file)]
        for page in pages:
            del page["turtle"]
        numbers = {"read": len(self.read), "refused": len(self.refused), "facts": self.counts()}
        return json.dumps(numbers | {"pages": pages}, ensure_ascii=False, indent=1) + "\n"

    def as_text(self) -> str:
        """Format the account for people."""
        lines = [f"Read: {len(self.read)} of {len(self.outcomes)} files", "", "Facts by field"]
        lines += [f"  {name}: {number}" for name, number in self.counts().items()]
        lines += ["", f"Refused ({len(self.refused)})"]
        lines += [f"  {one.file}: {one.refused}" for one in _sorted(self.refused)]
        for title, name in (
            ("Not read", "not_read"),
            ("Sentences that are not understood", "not_understood"),
        ):
            found = [(one.file, what) for one in _sorted(self.read) for what in getattr(one, name)]
            lines += ["", f"{title} ({len(found)})"]
            lines += [f"  {file}: {what}" for file, what in found]
        return "\n".join(lines) + "\n"


def read_folder(
    folder: Path, pages: Sequence[Path], sources: Sources, processes: int
) -> Iterator[PageOutcome]:
    """Read the pages of a folder, each as soon as it is done, whatever the order."""
    left = dict.fromkeys(pages)
    try:
        for path, outcome in _read(folder, pages, sources, processes):
            del left[path]
            yield outcome
    except BrokenProcessPool:
        for path in left:  # one of them ended its process: each gets one of its own
            yield _read_alone(folder, path, sources)


def _read(
    folder: Path, pages: Sequence[Path], sources: Sources, processes: int
) -> Iterator[tuple[Path, PageOutcome]]:
    """Read pages with a pool of processes.

    Raises:
        BrokenProcessPool: a page ended its process.
    """
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(processes, context, _prepare, (sources,))
    try:
        waiting: dict[Future[PageOutcome], Path] = {
            pool.submit(_outcome, folder, path): path for path in pages
        }
        for done in as_completed(waiting):
            yield waiting[done], done.result()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _read_alone(folder: Path, path: Path, sources: Sources) -> PageOutcome:
    try:
        ((_, outcome),) = _read(folder, [path], sources, 1)
    except BrokenProcessPool:
        return PageOutcome(_name(folder, path), refused="the page ended the process that read it")
    return outcome


_reader: PageReader
"""The graph of this worker process."""


def _prepare(sources: Sources) -> None:
    """Load the graph of a worker; Ctrl-C is for its parent alone."""
    global _reader
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGALRM, _too_long)
    _reader = PageReader(sources)


def _too_long(*_: object) -> None:
    raise TimeoutError


def _outcome(folder: Path, path: Path) -> PageOutcome:
    name = _name(folder, path)
    signal.alarm(SECONDS)
    try:
        draft = _reader.draft(path)
        turtle = draft.turtle
    except MlaGraphError as error:
        return PageOutcome(name, refused=error.detail.replace(str(path), path.name))
    except TimeoutError:
        return PageOutcome(name, refused=f"the page takes more than {SECONDS} seconds")
    except Exception as error:  # a fault of ours, which must not stop the rest
        return PageOutcome(name, refused=f"a fault of mla-graph ({type(error).__name__}: {error})")
    finally:
        signal.alarm(0)
    account = draft.reading.account
    return PageOutcome(
        name,
        implementation=f"implementation/{draft.reading.key}",
        turtle=turtle,
        facts={field: _number(draft.fields.get(field)) for field in FIELDS},
        not_read=tuple(f"{section}: {what}" for section, what in account.unread),
        not_understood=tuple(f"{section}: {what}" for section, what in account.sentences),
    )


def _number(value: object) -> int:
    """Count the facts of a field; an availability that is unknown is none."""
    return len(value) if isinstance(value, list) else int(value not in (None, "unknown"))


def _name(folder: Path, path: Path) -> str:
    return path.relative_to(folder).as_posix()


def _sorted(outcomes: Sequence[PageOutcome]) -> list[PageOutcome]:
    return sorted(outcomes, key=lambda one: one.file)
