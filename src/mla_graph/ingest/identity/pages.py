"""Pages of the European Judicial Network by measure and state.

A cell is one measure in one state. The best page of a cell gets the plain key; an older page of
the same cell is a superseded version of it, one of another measure is suspect.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from mla_graph.ingest.facts.records import Facts, Record
from mla_graph.ingest.facts.tables import rows

NEWER_INSTRUMENTS: Final = frozenset({"eu-dir-2014-41", "eu-reg-2018-1805"})
"""A page that cites one of these does not predate them."""

_NEW_CATALOGUE: Final = "/ejn2021/"


@dataclass(frozen=True)
class PageVersion:
    """One record of a page: its measure, key and status among those of the cell.

    ``by_content`` tells that an old number was matched with the measure by content alone.
    """

    key: str
    measure: str
    status: str
    by_content: bool = False
    carries: str | None = None
    newer: Record | None = None


@dataclass
class Pages:
    """All pages of an import, judged together."""

    facts: Facts
    _found: dict[str, PageVersion] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Sort the pages into cells."""
        cells: dict[tuple[str, str], list[Record]] = defaultdict(list)
        for record in self.facts.of("fiches"):
            if code := self._measure(record):
                cells[str(record.fields.get("state")).upper(), code].append(record)
        for (state, code), records in cells.items():
            self._judge(f"{state}-{code}".lower(), code, sorted(records, key=self._order))

    def of(self, record: Record) -> PageVersion | None:
        """Return the page of a record; None if its old number has no successor."""
        return self._found.get(record.where)

    def rivals(self, record: Record) -> Sequence[Record]:
        """Return the current pages of the same cell if this one is current."""
        own = self._found[record.where]
        return [
            other
            for other in self.facts.of("fiches")
            if (page := self._found.get(other.where))
            and page.status == own.status == "current"
            and page.measure == own.measure
            and other.fields.get("state") == record.fields.get("state")
        ]

    def _measure(self, record: Record) -> str | None:
        if code := record.fields.get("measure"):
            return str(code)
        old = self._old(record)
        return str(old.fields["code"]) if old and old.fields.get("code") else None

    def _old(self, record: Record) -> Record | None:
        """Return the old measure with the number of a page or of its address."""
        number = str(record.fields.get("old_code"))
        for name in ("old_code", "url_id"):
            for other in self.facts.of("measures"):
                if other.fields.get("catalogue") == "old" and other.fields.get(name) == number:
                    return other
        return None

    def _judge(self, key: str, code: str, records: list[Record]) -> None:
        taken: set[str] = set()
        best = records[0]
        for record in records:
            number = record.fields.get("old_code")
            own = key if record is best else f"{key}-{number or 'further'}".lower()
            while own in taken:
                own = f"{own}-further"
            taken.add(own)
            carries = _suspect(record)
            newer = (
                best
                if record is not best and is_current_catalogue(best) and is_old_catalogue(record)
                else None
            )
            status = "current"
            if carries:
                status = "suspect"
            elif newer and not _suspect(best):
                status = "superseded"
            elif is_old_catalogue(record) and not _cites_newer(record):
                status = "outdated"
            by_content = record.fields.get("measure") is None
            self._found[record.where] = PageVersion(
                own, code, status, by_content, carries, newer if status == "superseded" else None
            )

    def _order(self, record: Record) -> tuple[bool, bool, bool, str, int, str]:
        """Order pages, the best first; their content decides between equals."""
        reviewed = str(record.fields.get("last_reviewed") or "")
        return (
            _suspect(record) is not None,
            not is_current_catalogue(record),
            not _cites_newer(record),
            "".join(chr(0x10FFFF - ord(letter)) for letter in reviewed)
            if reviewed
            else "\U0010ffff",
            -len(record.content),
            record.content,
        )


def is_current_catalogue(record: Record) -> bool:
    """Return whether a page is in the current catalogue."""
    return _NEW_CATALOGUE in str(record.fields.get("source"))


def is_old_catalogue(record: Record) -> bool:
    """Return whether a page has a number of the old catalogue."""
    return record.fields.get("old_code") not in (None, "")


def _cites_newer(record: Record) -> bool:
    cited = record.fields.get("instruments")
    return isinstance(cited, list) and any(
        isinstance(item, dict) and item.get("key") in NEWER_INSTRUMENTS for item in cited
    )


def _suspect(record: Record) -> str | None:
    """Return the measure whose text a page seems to carry by mistake."""
    if given := record.fields.get("suspect"):
        return str(given)
    mark = (
        str(record.fields.get("state")),
        str(record.fields.get("measure")),
        str(record.fields.get("old_code") or ""),
    )
    return next((row[3] for row in rows("suspect-pages") if row[:3] == mark), None)
