"""The report: the outcome of every record, and the contradictions."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Final, Literal

Status = Literal["taken", "changed", "merged", "superseded", "rejected"]
STATUSES: Final[tuple[Status, ...]] = ("taken", "changed", "merged", "superseded", "rejected")

_MEANING: Final = {
    "taken": "as it stands",
    "changed": "with a value normalised or a field left out",
    "merged": "says what a node already says",
    "superseded": "kept as an older version",
    "rejected": "not taken",
}


@dataclass(frozen=True)
class Outcome:
    """The outcome of one record."""

    file: str
    line: int | None
    status: Status
    details: tuple[str, ...]
    nodes: tuple[str, ...]


@dataclass(frozen=True)
class Claim:
    """One side of a contradiction."""

    value: str
    source: str
    confidence: str
    record: str


@dataclass(frozen=True)
class Contradiction:
    """Two statements that cannot both be right; neither was chosen unless ``note`` says so."""

    about: str
    property: str
    claims: tuple[Claim, ...]
    note: str


@dataclass
class Report:
    """The account of one import."""

    outcomes: list[Outcome] = field(default_factory=list)
    contradictions: list[Contradiction] = field(default_factory=list)
    nodes: dict[str, int] = field(default_factory=dict)
    files: int = 0

    def counts(self) -> dict[str, dict[str, int]]:
        """Count the records by file and status; the last line is the sum."""
        found: dict[str, Counter[str]] = {}
        for outcome in self.outcomes:
            found.setdefault(outcome.file, Counter())[outcome.status] += 1
        table = {file: _line(found[file]) for file in sorted(found)}
        table["all"] = _line(sum(found.values(), Counter()))
        return table

    def as_json(self) -> str:
        """Format the whole report as JSON."""
        content = {
            "counts": self.counts(),
            "nodes": self.nodes,
            "files": self.files,
            "contradictions": [asdict(item) for item in self.contradictions],
            "records": [asdict(item) for item in self._ordered()],
        }
        return json.dumps(content, indent=1, ensure_ascii=False) + "\n"

    def as_text(self) -> str:
        """Format the report as text: counts, contradictions, then changed records."""
        counts = self.counts()
        width = max(len(file) for file in counts)
        lines = [f"{'':{width}}  {'  '.join(f'{name:>10}' for name in (*STATUSES, 'total'))}"]
        for file, line in counts.items():
            cells = "  ".join(f"{line[name]:>10}" for name in (*STATUSES, "total"))
            lines.append(f"{file:{width}}  {cells}")
        lines += ["", f"{sum(self.nodes.values())} nodes in {self.files} files"]
        lines += _section("Contradictions", map(_contradiction, self.contradictions))
        for status in ("rejected", "changed", "superseded", "merged"):
            shown = [item for item in self._ordered() if item.status == status]
            lines += _section(f"{status}: {_MEANING[status]}", map(_line_of, shown))
        return "\n".join(lines) + "\n"

    def _ordered(self) -> Sequence[Outcome]:
        return sorted(self.outcomes, key=lambda item: (item.file, item.line or 0))


def _line(counts: Counter[str]) -> dict[str, int]:
    return {**{status: counts[status] for status in STATUSES}, "total": counts.total()}


def _section(title: str, items: Iterable[str]) -> list[str]:
    found = list(items)
    return ["", f"{title} ({len(found)})", *(f"  {item}" for item in found)] if found else []


def _contradiction(item: Contradiction) -> str:
    sides = " | ".join(
        f"{claim.value} ({claim.source}, {claim.confidence}, {claim.record})"
        for claim in item.claims
    )
    return f"{item.about} {item.property}: {sides}. {item.note}"


def _line_of(item: Outcome) -> str:
    where = item.file if item.line is None else f"{item.file}:{item.line}"
    return f"{where}: {'; '.join(item.details) or ', '.join(item.nodes)}"
