"""Short lines of a lawyer's memo for the rows of a dossier."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from mla_graph.dossier.model import (
    Alternative,
    Answer,
    ApplicableInstrument,
    ApprovingStatute,
    Competence,
    Condition,
    Formality,
    Implementation,
    LanguageRule,
    LegalBasis,
    Reservation,
    Statement,
    TimeLimit,
)
from mla_graph.dossier.speech import duration, later, said, worded
from mla_graph.saved_queries.rows import Text

_LAYERS: Final = {
    "page": later("page of the state"),
    "notification": later("statute or notification"),
}
_LAWS: Final = {
    "both": later(", in the law of both"),
    "executing": later(", executing law"),
    "requesting": later(", requesting law"),
}
_ABBREVIATED: Final = {"eio": later("EIO"), "mla": later("MLA")}
_KINDS: Final = {"not-before": later("not before"), "not-after": later("not after")}
_SLOT: Final = re.compile(r"%\((\w+)\)s")


@dataclass(frozen=True)
class Piece:
    """A part of a line; ``iri`` is the resource that it names."""

    text: str
    iri: str | None = None


@dataclass(frozen=True)
class Line:
    """One fact; ``note`` explains it, ``references`` are numbers in the list of references."""

    pieces: Sequence[Piece]
    references: Sequence[int] = ()
    note: str = ""

    @property
    def text(self) -> str:
        """Return the line without links."""
        return "".join(piece.text for piece in self.pieces)


def instrument(row: ApplicableInstrument, names: dict[str, str]) -> Line:
    """Write in which place an instrument applies, and why."""
    kind = worded("offence-subject", row.offences) if row.offences else ""
    pieces = joined(
        Piece(row.label, row.instrument),
        f", {row.provision}" if row.provision else "",
        phrase("; since %(day)s", day=row.since) if row.since else "",
        phrase("; for %(what)s", what=kind) if kind else "",
        then(Piece(row.reason)),
        f" ({row.reasonProvision})" if row.reasonProvision != row.provision else "",
        phrase("; this rests on an assumed first day") if row.dates == "assumed" else "",
    )
    if other := names.get(row.replacedBy or ""):
        by = Piece(other, row.replacedBy)
        pieces += phrase(", by %(what)s", what=by) if row.status == "replaced" else joined(": ", by)
    return _line(row, pieces, row.confidence)


def proviso(row: Answer) -> str:
    """Give the condition of an answer in words; empty if it has none or its label says it."""
    if row.appliesIf in (None, "other", "other-case"):
        return ""
    return Line(phrase("if: %(what)s", what=worded("applies-if", row.appliesIf))).text


def answer(row: Answer, several: bool) -> Line:
    """Write one voice's answer, its provision, and its rank if it does not decide."""
    value = row.value if row.value is not None else ""
    pieces = joined(
        Piece(bare(row.label), row.authority or row.fact),
        f" ({worded('authority-role', row.role)})" if row.role else "",
        f", {duration(value)}" if value and row.question != "form" else "",
        then(proviso(row)),
        f" — {row.provision}" if row.provision else "",
        phrase(" of %(act)s", act=Piece(row.basisLabel)) if row.provision and several else "",
        f" ({said(_LAYERS[row.layer])})" if row.layer in _LAYERS else "",
        then(worded("standing", row.stands)) if row.stands not in (None, "decides") else "",
    )
    return _line(row, pieces, row.confidence, row.note)


def bare(label: str | None) -> str:
    """Give a label without its full stop, in its language."""
    text = Text((label or "").removesuffix("."))
    text.language = getattr(label, "language", "")
    return text


def statute(row: ApprovingStatute) -> Line:
    """Write which act gives an instrument effect."""
    pieces = joined(
        Piece(row.statuteLabel, row.statute),
        phrase(", as amended,") if row.amended else "",
        f" {worded('statute-role', row.role)} ",
        Piece(row.instrumentLabel, row.instrument),
    )
    return _line(row, pieces, row.confidence)


def implementation(row: Implementation) -> Line:
    """Write whether the measure is available, and how old the page is."""
    status = worded("page-status", row.status)
    found = worded("availability", row.availability)
    day = row.reviewedDate or ""
    pieces = joined(
        Piece(Line(phrase("Available: %(what)s", what=found)).text, row.implementation),
        " (",
        phrase("%(status)s page", status=status),
        phrase("; last reviewed %(day)s", day=day) if day else "",
        phrase(" by %(whom)s", whom=row.reviewer) if day and row.reviewer else "",
        ")",
    )
    return _line(row, pieces, row.confidence, row.scope)


def basis(row: LegalBasis) -> Line:
    """Write on which basis the page rests the measure."""
    pieces = joined(
        Piece(row.label, row.basis),
        f", {row.provision}" if row.provision else "",
        phrase("; for %(what)s", what=worded("applies-to", row.appliesTo)),
    )
    if row.statute and row.statute != row.basis:
        pieces += then(Piece(row.statuteLabel or "", row.statute))
        pieces += phrase(", as amended") if row.amended else []
    return _line(row, pieces, row.confidence, row.note)


def condition(row: Condition) -> Line:
    """Write which condition the page names."""
    pieces = joined(
        Piece(row.label, row.condition),
        then(duration(row.value, row.unit)) if row.value is not None else "",
        said(_LAWS[row.whoseLaw]) if row.whoseLaw else "",
        phrase(", can be prolonged") if row.renewable else "",
        phrase("; under %(act)s", act=Piece(row.basisLabel or "", row.basis)) if row.basis else "",
    )
    if row.provision:
        act = Piece(row.statuteLabel or "", row.statute)
        pieces += then(row.provision)
        pieces += phrase(" of %(act)s", act=act) if row.statute else []
    return _line(row, pieces, row.confidence, row.note)


def competence(row: Competence) -> Line:
    """Write which authority plays a role."""
    channel = worded("channel", row.channel) if row.channel else ""
    pieces = joined(
        Piece(row.label, row.authority),
        _scope(row),
        f", {row.provision}" if row.provision else "",
        *((" ", Piece(row.provisionActLabel)) if row.provisionActLabel else ()),
        phrase("; channel: %(which)s", which=channel) if channel else "",
        then(worded("modality", row.modality)) if row.modality else "",
        then(row.email or ""),
        then(row.address or ""),
    )
    return _line(row, pieces, row.confidence, row.note)


def language(row: LanguageRule) -> Line:
    """Write which language is accepted."""
    status = "" if row.status == "accepted" else f", {worded('language-status', row.status)}"
    pieces = joined(Piece(row.languageLabel, row.language), _scope(row), status)
    return _line(row, pieces, row.confidence, row.note)


def time_limit(row: TimeLimit) -> Line:
    """Write by when a step is to be taken."""
    start, bound = Piece(row.startsOnLabel or ""), Piece(row.authorityLabel or "", row.authority)
    pieces = joined(
        Piece(row.label, row.timeLimit),
        f": {duration(row.limit, row.unit)}",
        _framework(row.framework),
        phrase(", from: %(start)s", start=start) if start.text else "",
        phrase("; binds %(whom)s", whom=bound) if bound.text else "",
        f", {row.provision}" if row.provision else "",
        phrase("; an appeal is reserved") if row.appealReserved else "",
    )
    return _line(row, pieces, row.confidence, row.note)


def formality(row: Formality) -> Line:
    """Write what is to be observed."""
    kind = f"{said(_KINDS[row.valueKind])} " if row.valueKind in _KINDS else ""
    pieces = joined(
        Piece(row.label, row.formality),
        f": {kind}{duration(row.value)}" if row.value is not None else "",
        _framework(row.framework),
        f", {row.provision}" if row.provision else "",
        *((" ", Piece(row.provisionActLabel)) if row.provisionActLabel else ()),
        then(worded("modality", row.modality)) if row.modality else "",
    )
    return _line(row, pieces, row.confidence, row.note)


def alternative(row: Alternative) -> Line:
    """Write which other measure may serve."""
    pieces = joined(
        Piece(f"{row.code} "),
        Piece(row.label, row.measure),
        *((": ", Piece(row.purpose)) if row.purpose else ()),
    )
    return _line(row, pieces, row.confidence, row.note)


def reservation(row: Reservation) -> Line:
    """Write what a state declared or reserved."""
    kind = worded("reservation-kind", row.kind)
    part = row.provision or said("the whole")
    on = Line(phrase("%(kind)s on %(part)s", kind=kind, part=part)).text
    pieces = joined(
        Piece(row.stateLabel),
        ", ",
        Piece(on, row.reservation),
        f" ({row.date})" if row.date else "",
        ": ",
        Piece(row.label),
    )
    return _line(row, pieces, row.confidence, row.note)


def _line(row: Statement, pieces: list[Piece], confidence: str, note: str | None = None) -> Line:
    unsure = phrase(" (unsure)") if confidence == "unsure" else []
    return Line([*pieces, *unsure], row.references, note or "")


def joined(*parts: str | Piece | list[Piece]) -> list[Piece]:
    """Make pieces of texts, without those that are empty."""
    pieces: list[Piece] = []
    for part in parts:
        if isinstance(part, list):
            pieces += part
        else:
            pieces.append(part if isinstance(part, Piece) else Piece(part))
    return [piece for piece in pieces if piece.text]


def phrase(template: str, **values: str | Piece) -> list[Piece]:
    """Give a text of ours in the language of the lines, with pieces in its ``%(slots)s``."""
    parts = _SLOT.split(said(template))
    return joined(*(values[part] if place % 2 else part for place, part in enumerate(parts)))


def then(what: str | Piece) -> list[Piece]:
    """Go on with something after a semicolon; nothing if it is empty."""
    given = isinstance(what, Piece) or what
    return phrase("; %(what)s", what=what) if given else []


def _framework(code: str) -> str:
    if code == "any":
        return ""
    name = said(_ABBREVIATED[code]) if code in _ABBREVIATED else worded("framework", code)
    return f" ({name})"


def _scope(row: Competence | LanguageRule) -> list[Piece]:
    """Write under what it holds: the instrument of a notification, else the framework."""
    if row.instrumentLabel:
        return phrase(" (under %(act)s)", act=Piece(row.instrumentLabel))
    return joined(_framework(row.framework))
