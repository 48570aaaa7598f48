"""The answer card: which rows of a dossier are the seven lines of its first screen."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from mla_graph.dossier.model import Answer, Bundle, Dossier, Reference, Topic, Warning

_RECEIVES: Final = ("receive", "central-authority")
_PERIODS: Final = ("recognition", "execution", "surrender")
_STANDING: Final = ("decides", "adds", None)
_OFFENCE: Final = "subject-specific"
_MOST_TO_DO: Final = 4
_LATER: Final = "begins"
MAIN: Final = ("authority", "form", "language", "timeLimit", "dualCriminality")
"""The topics of the first screen that may be unknown."""
_TO_DO: Final = ("form", "content", "issuing", "formality", "confidentiality")


@dataclass(frozen=True)
class Line:
    """What decides one question: its rows, each said once; none where nothing is known."""

    key: str
    rows: Sequence[Answer]
    more: int = 0

    @property
    def known(self) -> bool:
        """Tell whether there is an answer, be it that there is no rule."""
        return bool(self.rows) and self.rows[0].status != "unknown"


@dataclass(frozen=True)
class Card:
    """The answer on one basis.

    ``place``: empty for the first, else its number. ``available``: code of the availability that
    the page of the executing state tells, else of how the basis stands. ``todo``: what the
    requesting side does before it sends, by question.
    """

    place: str
    bundle: Bundle
    available: str
    page: Any
    use: Answer | None
    beside: Sequence[Answer]
    lines: dict[str, Line]
    watch: Sequence[Answer | Warning]
    todo: Sequence[tuple[str, Sequence[Answer]]]

    @property
    def unknown(self) -> list[str]:
        """List the topics of the first screen on which nothing is known."""
        return [key for key in MAIN if not self.lines[key].known]

    @property
    def known(self) -> list[str]:
        """List the lines that have an answer."""
        return [key for key, line in self.lines.items() if line.known]

    @property
    def languages(self) -> list[Answer]:
        """List the languages, if the answer names any."""
        return [row for row in self.lines["language"].rows if row.language]

    @property
    def addressees(self) -> list[Answer]:
        """List the authorities to write to, if the answer names any."""
        return [row for row in self.lines["authority"].rows if row.authority]

    @property
    def cited(self) -> set[int]:
        """Give the numbers of the references on the card and in the list of what to do."""
        shown: list[Any] = [*self.watch, *self.beside, *filter(None, (self.use, self.page))]
        shown += [row for line in self.lines.values() for row in line.rows]
        shown += [row for _, rows in self.todo for row in rows]
        return {row.references[0] for row in shown if row.references}


def cards(dossier: Dossier) -> list[Card]:
    """Give a card for each basis that is not only for one kind of offence."""
    general = [one for one in dossier.essentials.bundles if one.basisStatus != _OFFENCE]
    return [_card(dossier, bundle, str(place or "")) for place, bundle in enumerate(general)]


def offences(dossier: Dossier) -> list[Any]:
    """Give the instruments that serve only their kind of offence."""
    return [row for row in dossier.instruments if row.status == _OFFENCE]


def certainty(row: Any, references: Sequence[Reference]) -> str:
    """Tell how well founded a row is: official, other, known or unsure."""
    if row.confidence != "seen":
        return str(row.confidence or "unsure")
    first = references[row.references[0] - 1] if row.references else None
    return "other" if first and first.sourceClass == "other" else "official"


def _card(dossier: Dossier, bundle: Bundle, place: str) -> Card:
    basis = bundle.basis.rows if bundle.basis else []
    page = next((row for row in dossier.implementations if row.status != "superseded"), None)
    lines = {
        "authority": _authority(bundle.authority),
        "form": _line("form", bundle.form, 1),
        "language": _line("language", bundle.language, 6),
        "timeLimit": _deadline(bundle.timeLimit),
        "channel": _line("channel", bundle.channel, 2),
        "dualCriminality": _line("dualCriminality", bundle.dualCriminality, 1),
        "cost": _line("cost", bundle.cost, 1),
        "specialty": _line("specialty", bundle.specialty, 1),
        "urgent": Line("urgent", _urgent(bundle)),
    }
    return Card(
        place=place,
        bundle=bundle,
        available=_available(page, basis),
        page=page,
        use=basis[0] if basis else None,
        beside=[row for row in basis[1:] if row.stands == "adds"],
        lines=lines,
        watch=_watch(dossier, bundle),
        todo=[(key, rows) for key in _TO_DO if (rows := _to_do(getattr(bundle, key)))],
    )


def _available(page: Any, basis: Sequence[Answer]) -> str:
    """Prefer what the state says; a basis alone does not tell that its law has the measure."""
    if basis and basis[0].status == "not-applicable":
        return "not-applicable"
    if page is not None and page.availability != "unknown":
        return str(page.availability)
    if not basis:
        return "unknown"
    return "by-law" if basis[0].basisStatus == "fallback" else "by-treaty"


def _deciding(topic: Topic | None) -> list[Answer]:
    """Give the rows that stand as the first one does, each text once."""
    if topic is None:
        return []
    alike = [row for row in topic.rows if row.stands == topic.rows[0].stands]
    return _once([row for row in alike if not row.appliesIf] or alike)


def _once(rows: Iterable[Answer]) -> list[Answer]:
    found: dict[str, Answer] = {}
    for row in rows:
        found.setdefault(row.label, row)
    return list(found.values())


def _line(key: str, topic: Topic | None, most: int) -> Line:
    rows = _deciding(topic)
    return Line(key, rows[:most], max(0, len(rows) - most))


def _authority(topic: Topic | None) -> Line:
    rows = _deciding(topic)
    receiving = [row for row in rows if row.role in _RECEIVES] or rows
    return Line("authority", receiving[:2], max(0, len(receiving) - 2))


def _deadline(topic: Topic | None) -> Line:
    """Take the period of each step, also where it depends on something; else the first row."""
    rows = topic.rows if topic else []
    alike = [row for row in rows if row.stands == rows[0].stands and row.value is not None]
    periods = {row.event: row for row in reversed(alike) if row.event in _PERIODS}
    found = [periods[event] for event in _PERIODS if event in periods]
    return Line("timeLimit", found or _deciding(topic)[:1])


def _urgent(bundle: Bundle) -> list[Answer]:
    topics = (bundle.channel, bundle.timeLimit)
    rows = [row for topic in topics if topic for row in topic.rows if row.appliesIf == "urgent"]
    return _once(row for row in rows if row.stands in _STANDING)[:1]


def _watch(dossier: Dossier, bundle: Bundle) -> list[Answer | Warning]:
    """Take what may change what to do, the first word on dual criminality and on refusal."""
    topics = (bundle.dualCriminality, bundle.refusal)
    said: list[Answer | Warning] = [
        row for topic in topics for row in _deciding(topic)[:1] if row.status != "unknown"
    ]
    found = [one for one in dossier.essentials.beware if one.code == _LATER]
    return [*said, *found][:3]


def _to_do(topic: Topic | None) -> list[Answer]:
    rows = topic.rows if topic else []
    own = [row for row in rows if row.side != "executing" and row.stands in _STANDING]
    plain = [row for row in own if not row.appliesIf and row.status == "answered"]
    return _once(row for row in plain if row.authority is None)[:_MOST_TO_DO]
