"""A dossier as a lawyer's memo: sections of short lines, which the terminal and the page share."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from mla_graph.dossier.model import (
    Alternative,
    ApplicableInstrument,
    ApprovingStatute,
    Competence,
    Condition,
    Dossier,
    Formality,
    Implementation,
    InstrumentRule,
    LanguageRule,
    LegalBasis,
    Reference,
    Reservation,
    Statement,
    TimeLimit,
    Value,
    Warning,
)

S = TypeVar("S", bound=Statement)

_STATUSES: Final = {
    "governs": "Governs",
    "fallback": "Nothing governs; what is left",
    "supplements": "Goes along with it",
    "subject-specific": "Only for its kind of offence",
    "replaced": "In force, but replaced for this measure",
}
_SOURCE_CLASSES: Final = {
    "mirror": "a copy of an official document",
    "other": "not an official document",
    "own-knowledge": "without a document",
}
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
        """The line without links."""
        return "".join(piece.text for piece in self.pieces)


@dataclass(frozen=True)
class Group:
    """Lines under a heading, which is empty where there is one group alone."""

    heading: str
    lines: Sequence[Line]


@dataclass(frozen=True)
class Section:
    """A section of the memo; ``empty`` says what it means that there is nothing in it."""

    key: str
    title: str
    groups: Sequence[Group]
    empty: str = ""


def title(dossier: Dossier) -> str:
    """The question in one line."""
    asked = dossier.question
    return (
        f"{asked.requesting.label} asks {asked.executing.label}: "
        f"{asked.measure.code} {asked.measure.label}"
    )


def warnings(dossier: Dossier) -> list[Line]:
    """What to mind, the weightiest first; warnings of one kind in one line."""
    kinds: dict[str, list[Warning]] = {}
    for warning in dossier.warnings:
        kinds.setdefault(warning.code, []).append(warning)
    return [
        Line(
            [
                Piece(alike[0].label),
                *_joined(f" ({alike[0].provision})" if alike[0].provision else ""),
                *_listed(alike),
            ],
            sorted({number for warning in alike for number in warning.references}),
        )
        for alike in kinds.values()
    ]


def sections(dossier: Dossier) -> list[Section]:
    """Every section, in the order in which they are read."""
    executing = dossier.question.executing.label
    requesting = dossier.question.requesting.label
    names = {row.instrument: row.label for row in dossier.instruments}
    no_page = f"The graph has nothing from {executing} on this."
    return [
        Section(
            "instruments",
            f"Instruments between {requesting} and {executing}",
            _grouped(
                dossier.instruments,
                lambda row: _STATUSES.get(row.status, row.status),
                lambda row: _instrument(row, names),
            ),
        ),
        Section(
            "instrument-rules",
            "What the instruments themselves say",
            _rules(dossier, "decides"),
            "The graph has no rules of these instruments.",
        ),
        Section(
            "statutes",
            f"Acts that give them effect in {executing}",
            _plain(dossier.approvingStatutes, _statute),
            "The graph knows none.",
        ),
        Section(
            "measure",
            f"The measure in {executing}",
            _plain(dossier.implementations, _implementation),
            no_page,
        ),
        *_fiche(dossier, "first", no_page),
        Section(
            "declarations",
            f"What {executing} declared that bears on the measure",
            _plain(_on("first", dossier.declarations), _reservation),
            "The graph knows nothing; the lists that were read are not complete.",
        ),
        Section(
            "held-against",
            f"What {requesting} declared, which {executing} may hold against it",
            _plain(_on("first", dossier.heldAgainst), _reservation),
            "The graph knows nothing; the lists that were read are not complete.",
        ),
    ]


def other_paths(dossier: Dossier) -> list[Section]:
    """What belongs to bases that do not govern here, and declarations on other matters."""
    declared = _on("other", [*dossier.declarations, *dossier.heldAgainst])
    found = [
        Section(
            "instrument-rules", "Rules that another one displaces", _rules(dossier, "set-aside")
        ),
        *_fiche(dossier, "other", ""),
        Section("declarations", "Other declarations", _plain(declared, _reservation)),
    ]
    return [section for section in found if section.groups]


def source_class(reference: Reference) -> str:
    """Say how near a document stands to who made the law; nothing of an official one."""
    return _SOURCE_CLASSES.get(reference.sourceClass, "")


def _fiche(dossier: Dossier, path: str, empty: str) -> list[Section]:
    executing = dossier.question.executing.label
    return [
        Section(key, title, groups, empty)
        for key, title, groups in (
            ("bases", f"Legal bases that {executing} names",
             _plain(_on(path, dossier.legalBases), _basis)),
            ("conditions", "Conditions", _plain(_on(path, dossier.conditions), _condition)),
            ("authorities", "Authorities",
             _grouped(_on(path, dossier.authorities), lambda row: _words(row.role).capitalize(),
                      _competence)),
            ("languages", "Languages", _plain(_on(path, dossier.languages), _language)),
            ("time-limits", "Time limits", _plain(_on(path, dossier.timeLimits), _time_limit)),
            ("formalities", "Formalities",
             _grouped(_on(path, dossier.formalities), lambda row: _words(row.type).capitalize(),
                      _formality)),
            ("alternatives", "Other measures that may serve",
             _plain(_on(path, dossier.alternatives), _alternative)),
        )
    ]  # fmt: skip


def _on(path: str, statements: Iterable[S]) -> list[S]:
    return [statement for statement in statements if statement.path == path]


def _plain(statements: Sequence[S], line: Callable[[S], Line]) -> list[Group]:
    return [Group("", _lines(statements, line))] if statements else []


def _grouped(
    statements: Iterable[S], heading: Callable[[S], str], line: Callable[[S], Line]
) -> list[Group]:
    groups: dict[str, list[S]] = {}
    for statement in statements:
        groups.setdefault(heading(statement), []).append(statement)
    return [Group(name, _lines(members, line)) for name, members in groups.items()]


def _lines(statements: Iterable[S], line: Callable[[S], Line]) -> list[Line]:
    """The lines, those that read alike once, with the references of each."""
    found: dict[tuple[str, str], Line] = {}
    for one in map(line, statements):
        before = found.get((one.text, one.note))
        if before is None:
            found[one.text, one.note] = one
        else:
            numbers = dict.fromkeys((*before.references, *one.references))
            found[one.text, one.note] = Line(one.pieces, list(numbers), one.note)
    return list(found.values())


def _instrument(row: ApplicableInstrument, names: dict[str, str]) -> Line:
    replaced_by = names.get(row.replacedBy or "", "")
    pieces = _joined(
        Piece(row.label, row.instrument),
        f", {row.provision}" if row.provision else "",
        f"; since {row.since}" if row.since else "",
        f"; for {_words(row.offences)}" if row.offences else "",
        f"; {row.reason}",
        f" ({row.reasonProvision})" if row.reasonProvision != row.provision else "",
        "; this rests on an assumed first day" if row.dates == "assumed" else "",
    )
    if replaced_by:
        pieces += [Piece(", by " if row.status == "replaced" else ": "),
                   Piece(replaced_by, row.replacedBy)]  # fmt: skip
    return _line(row, pieces, row.confidence)


def _rules(dossier: Dossier, stands: str) -> list[Group]:
    """The rules by question; the instrument is named where several speak."""
    found = [row for row in dossier.instrumentRules if row.stands == stands]
    several = len({row.basis for row in dossier.instrumentRules}) > 1

    def rule(row: InstrumentRule) -> Line:
        pieces = _joined(
            Piece(row.label, row.instrumentRule),
            f" {row.provision}" if row.provision else "",
            (" of " if row.provision else " ") if several else "",
            Piece(row.basisLabel if several else "", row.basis),
        )
        return _line(row, pieces, row.confidence, row.note)

    return _grouped(found, lambda row: row.questionLabel.capitalize(), rule)


def _statute(row: ApprovingStatute) -> Line:
    amended = ", as amended," if row.amended else ""
    pieces = _joined(
        Piece(row.statuteLabel, row.statute),
        f"{amended} {_words(row.role)} ",
        Piece(row.instrumentLabel, row.instrument),
    )
    return _line(row, pieces, row.confidence)


def _implementation(row: Implementation) -> Line:
    reviewed = f"; last reviewed {row.reviewedDate}" if row.reviewedDate else ""
    pieces = _joined(
        Piece(f"Available: {row.availability}", row.implementation),
        f" ({row.status} page{reviewed}{f' by {row.reviewer}' if row.reviewer else ''})",
    )
    return _line(row, pieces, row.confidence, row.scope)


def _basis(row: LegalBasis) -> Line:
    pieces = _joined(
        Piece(row.label, row.basis),
        f", {row.provision}" if row.provision else "",
        f"; for {_words(row.appliesTo)}",
    )
    if row.statute and row.statute != row.basis:
        pieces += _joined("; ", Piece(row.statuteLabel or "", row.statute),
                          ", as amended" if row.amended else "")  # fmt: skip
    return _line(row, pieces, row.confidence, row.note)


def _condition(row: Condition) -> Line:
    pieces = _joined(
        Piece(row.label, row.condition),
        f"; {duration(row.value, row.unit)}" if row.value is not None else "",
        f", {row.whoseLaw} law" if row.whoseLaw and row.whoseLaw != "both" else "",
        ", in the law of both" if row.whoseLaw == "both" else "",
        ", can be prolonged" if row.renewable else "",
        "; under " if row.basis else "",
        Piece(row.basisLabel or "", row.basis),
    )
    if row.provision:
        pieces += _joined("; ", row.provision, " of " if row.statute else "",
                          Piece(row.statuteLabel or "", row.statute))  # fmt: skip
    return _line(row, pieces, row.confidence, row.note)


def _competence(row: Competence) -> Line:
    pieces = _joined(
        Piece(row.label, row.authority),
        _framework(row.framework),
        f", {row.provision}" if row.provision else "",
        f" {row.provisionActLabel}" if row.provisionActLabel else "",
        f"; channel: {_words(row.channel)}" if row.channel else "",
        f"; {_words(row.modality)}" if row.modality else "",
    )
    return _line(row, pieces, row.confidence, row.note)


def _language(row: LanguageRule) -> Line:
    status = "" if row.status == "accepted" else f", {_words(row.status)}"
    pieces = _joined(Piece(row.languageLabel, row.language), _framework(row.framework), status)
    return _line(row, pieces, row.confidence, row.note)


def _time_limit(row: TimeLimit) -> Line:
    pieces = _joined(
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


def _formality(row: Formality) -> Line:
    kind = f"{_words(row.valueKind)} " if row.valueKind and row.valueKind != "value" else ""
    pieces = _joined(
        Piece(row.label, row.formality),
        f": {kind}{duration(row.value)}" if row.value is not None else "",
        _framework(row.framework),
        f", {row.provision}" if row.provision else "",
        f" {row.provisionActLabel}" if row.provisionActLabel else "",
        f"; {_words(row.modality)}" if row.modality else "",
    )
    return _line(row, pieces, row.confidence, row.note)


def _alternative(row: Alternative) -> Line:
    pieces = _joined(
        Piece(f"{row.code} {row.label}", row.measure), f": {row.purpose}" if row.purpose else ""
    )
    return _line(row, pieces, row.confidence, row.note)


def _reservation(row: Reservation) -> Line:
    pieces = _joined(
        f"{row.stateLabel}, ",
        Piece(f"{row.kind} on {row.provision or 'the whole'}", row.reservation),
        f" ({row.date})" if row.date else "",
        f": {row.label}",
    )
    return _line(row, pieces, row.confidence, row.note)


def _line(row: Statement, pieces: list[Piece], confidence: str, note: str | None = None) -> Line:
    unsure = [Piece(" (unsure)")] if confidence == "unsure" else []
    return Line([*pieces, *unsure], row.references, note or "")


def _listed(alike: Sequence[Warning]) -> list[Piece]:
    """What the warnings of one kind are about, unless it is the page itself."""
    about = {w.about: w.aboutLabel for w in alike if w.about and w.aboutLabel}
    if not about or alike[0].code.startswith("fiche-"):
        return []
    pieces = [piece for iri, label in about.items() for piece in (Piece("; "), Piece(label, iri))]
    return [Piece(" "), *pieces[1:]]


def _joined(*parts: str | Piece) -> list[Piece]:
    pieces = (Piece(part) if isinstance(part, str) else part for part in parts)
    return [piece for piece in pieces if piece.text]


def _framework(code: str) -> str:
    return "" if code == "any" else f" ({_ABBREVIATED.get(code, _words(code))})"


def _words(code: str) -> str:
    return code.replace("-", " ")


def duration(value: Value, unit: str | None = None) -> str:
    """Write a duration in words, one that runs by the hour in hours; any other value as it is."""
    found = _DURATION.fullmatch(str(value))
    if found is None or not any(found.groups()):
        return str(value)
    counts = [
        (int(count), name) for count, name in zip(found.groups(), _UNITS, strict=True) if count
    ]
    if unit == "hour" and [name for _, name in counts] == ["day"]:
        counts = [(24 * counts[0][0], "hour")]
    return " ".join(f"{count} {name}{'' if count == 1 else 's'}" for count, name in counts)
