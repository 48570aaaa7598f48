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
    Value,
)

_LAYERS: Final = {"page": "page of the state", "notification": "statute or notification"}
_ABBREVIATED: Final = {"eio": "EIO", "mla": "MLA"}
_DURATION: Final = re.compile(r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?")
_UNITS: Final = ("year", "month", "day", "hour", "minute")


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
    replaced_by = names.get(row.replacedBy or "", "")
    pieces = joined(
        Piece(row.label, row.instrument),
        f", {row.provision}" if row.provision else "",
        f"; since {row.since}" if row.since else "",
        f"; for {words(row.offences)}" if row.offences else "",
        f"; {row.reason}",
        f" ({row.reasonProvision})" if row.reasonProvision != row.provision else "",
        "; this rests on an assumed first day" if row.dates == "assumed" else "",
    )
    if replaced_by:
        pieces += [Piece(", by " if row.status == "replaced" else ": "),
                   Piece(replaced_by, row.replacedBy)]  # fmt: skip
    return _line(row, pieces, row.confidence)


def proviso(row: Answer) -> str:
    """Give the condition of an answer in words; empty if it has none or its label says it."""
    return "" if row.appliesIf in (None, "other", "other-case") else words(row.appliesIf)


def answer(row: Answer, several: bool) -> Line:
    """Write one voice's answer, its provision, and its rank if it does not decide."""
    value = row.value if row.value is not None else ""
    pieces = joined(
        Piece((row.label or "").removesuffix("."), row.authority or row.fact),
        f" ({words(row.role)})" if row.role else "",
        f", {duration(value)}" if value and row.question != "form" else "",
        f"; if: {proviso(row)}" if proviso(row) else "",
        f" — {row.provision}" if row.provision else "",
        f" of {row.basisLabel}" if row.provision and several else "",
        f" ({_LAYERS[row.layer]})" if row.layer in _LAYERS else "",
        f"; {words(row.stands)}" if row.stands not in (None, "decides") else "",
    )
    return _line(row, pieces, row.confidence, row.note)


def statute(row: ApprovingStatute) -> Line:
    """Write which act gives an instrument effect."""
    amended = ", as amended," if row.amended else ""
    pieces = joined(
        Piece(row.statuteLabel, row.statute),
        f"{amended} {words(row.role)} ",
        Piece(row.instrumentLabel, row.instrument),
    )
    return _line(row, pieces, row.confidence)


def implementation(row: Implementation) -> Line:
    """Write whether the measure is available, and how old the page is."""
    reviewed = f"; last reviewed {row.reviewedDate}" if row.reviewedDate else ""
    pieces = joined(
        Piece(f"Available: {row.availability}", row.implementation),
        f" ({row.status} page{reviewed}{f' by {row.reviewer}' if row.reviewer else ''})",
    )
    return _line(row, pieces, row.confidence, row.scope)


def basis(row: LegalBasis) -> Line:
    """Write on which basis the page rests the measure."""
    pieces = joined(
        Piece(row.label, row.basis),
        f", {row.provision}" if row.provision else "",
        f"; for {words(row.appliesTo)}",
    )
    if row.statute and row.statute != row.basis:
        pieces += joined("; ", Piece(row.statuteLabel or "", row.statute),
                          ", as amended" if row.amended else "")  # fmt: skip
    return _line(row, pieces, row.confidence, row.note)


def condition(row: Condition) -> Line:
    """Write which condition the page names."""
    pieces = joined(
        Piece(row.label, row.condition),
        f"; {duration(row.value, row.unit)}" if row.value is not None else "",
        f", {row.whoseLaw} law" if row.whoseLaw and row.whoseLaw != "both" else "",
        ", in the law of both" if row.whoseLaw == "both" else "",
        ", can be prolonged" if row.renewable else "",
        "; under " if row.basis else "",
        Piece(row.basisLabel or "", row.basis),
    )
    if row.provision:
        pieces += joined("; ", row.provision, " of " if row.statute else "",
                          Piece(row.statuteLabel or "", row.statute))  # fmt: skip
    return _line(row, pieces, row.confidence, row.note)


def competence(row: Competence) -> Line:
    """Write which authority plays a role."""
    pieces = joined(
        Piece(row.label, row.authority),
        _scope(row),
        f", {row.provision}" if row.provision else "",
        f" {row.provisionActLabel}" if row.provisionActLabel else "",
        f"; channel: {words(row.channel)}" if row.channel else "",
        f"; {words(row.modality)}" if row.modality else "",
        f"; {row.email}" if row.email else "",
        f"; {row.address}" if row.address else "",
    )
    return _line(row, pieces, row.confidence, row.note)


def language(row: LanguageRule) -> Line:
    """Write which language is accepted."""
    status = "" if row.status == "accepted" else f", {words(row.status)}"
    pieces = joined(Piece(row.languageLabel, row.language), _scope(row), status)
    return _line(row, pieces, row.confidence, row.note)


def time_limit(row: TimeLimit) -> Line:
    """Write by when a step is to be taken."""
    pieces = joined(
        Piece(row.label, row.timeLimit),
        f": {duration(row.limit, row.unit)}",
        _framework(row.framework),
        f", from: {row.startsOnLabel}" if row.startsOnLabel else "",
        "; binds " if row.authorityLabel else "",
        Piece(row.authorityLabel or "", row.authority),
        f", {row.provision}" if row.provision else "",
        "; an appeal is reserved" if row.appealReserved else "",
    )
    return _line(row, pieces, row.confidence, row.note)


def formality(row: Formality) -> Line:
    """Write what is to be observed."""
    kind = f"{words(row.valueKind)} " if row.valueKind and row.valueKind != "value" else ""
    pieces = joined(
        Piece(row.label, row.formality),
        f": {kind}{duration(row.value)}" if row.value is not None else "",
        _framework(row.framework),
        f", {row.provision}" if row.provision else "",
        f" {row.provisionActLabel}" if row.provisionActLabel else "",
        f"; {words(row.modality)}" if row.modality else "",
    )
    return _line(row, pieces, row.confidence, row.note)


def alternative(row: Alternative) -> Line:
    """Write which other measure may serve."""
    pieces = joined(
        Piece(f"{row.code} {row.label}", row.measure), f": {row.purpose}" if row.purpose else ""
    )
    return _line(row, pieces, row.confidence, row.note)


def reservation(row: Reservation) -> Line:
    """Write what a state declared or reserved."""
    pieces = joined(
        f"{row.stateLabel}, ",
        Piece(f"{row.kind} on {row.provision or 'the whole'}", row.reservation),
        f" ({row.date})" if row.date else "",
        f": {row.label}",
    )
    return _line(row, pieces, row.confidence, row.note)


def _line(row: Statement, pieces: list[Piece], confidence: str, note: str | None = None) -> Line:
    unsure = [Piece(" (unsure)")] if confidence == "unsure" else []
    return Line([*pieces, *unsure], row.references, note or "")


def joined(*parts: str | Piece) -> list[Piece]:
    """Make pieces of texts, without those that are empty."""
    pieces = (Piece(part) if isinstance(part, str) else part for part in parts)
    return [piece for piece in pieces if piece.text]


def _framework(code: str) -> str:
    return "" if code == "any" else f" ({_ABBREVIATED.get(code, words(code))})"


def _scope(row: Competence | LanguageRule) -> str:
    """Write under what it holds: the instrument of a notification, else the framework."""
    name = row.instrumentLabel
    return f" (under {name})" if name else _framework(row.framework)


def words(code: str) -> str:
    """Write a code as words."""
    return code.replace("-", " ")


def duration(value: Value, unit: str | None = None) -> str:
    """Write a duration in words, and any other value unchanged."""
    found = _DURATION.fullmatch(str(value))
    if found is None or not any(found.groups()):
        return str(value)
    counts = [
        (int(count), name) for count, name in zip(found.groups(), _UNITS, strict=True) if count
    ]
    if unit == "hour" and [name for _, name in counts] == ["day"]:
        counts = [(24 * counts[0][0], "hour")]
    return " ".join(f"{count} {name}{'' if count == 1 else 's'}" for count, name in counts)
