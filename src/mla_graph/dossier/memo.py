"""A dossier as a lawyer's memo in sections of short lines, for terminal and page."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from mla_graph.dossier import rows
from mla_graph.dossier.model import (
    Answer,
    Bundle,
    Dossier,
    Reference,
    Statement,
    Warning,
)
from mla_graph.dossier.rows import Line, Piece, phrase
from mla_graph.dossier.speech import later, said, worded

S = TypeVar("S", bound=Statement)

_STATUSES: Final = {
    "governs": later("Governs"),
    "fallback": later("Nothing is known to govern; what is left"),
    "supplements": later("Goes along with it"),
    "subject-specific": later("Only for its kind of offence"),
    "replaced": later("In force, but replaced for this measure"),
}
_OFFENCE: Final = "subject-specific"
_FALLBACK: Final = "fallback"
HEADINGS: Final = {
    "basis": later("Basis"),
    "authority": later("Whom to write to"),
    "channel": later("Channel"),
    "language": later("Language"),
    "form": later("Form"),
    "content": later("Content"),
    "issuing": later("Who may issue, and when"),
    "timeLimit": later("Time limit"),
    "dualCriminality": later("Dual criminality"),
    "refusal": later("Refusal"),
    "cost": later("Costs"),
    "formality": later("Formalities"),
    "specialty": later("Use of what is obtained"),
    "confidentiality": later("Confidentiality"),
    "remedies": later("Remedies"),
    "alternative": later("Other measures"),
}
"""The question of each member of a bundle, in the order in which they are read."""
_SHORT: Final = frozenset(
    ("authority", "channel", "language", "form", "timeLimit", "dualCriminality", "cost")
)
"""The questions of the first screen."""
_EACH: Final = {
    "conflicts": later("Contradicts this answer:"),
    "begins": later("Begins within 90 days:"),
}
_INCOMPLETE: Final = later("We know of nothing; the lists that were read are not complete.")
_SOURCE_CLASSES: Final = {
    "mirror": later("a copy of an official document"),
    "other": later("not an official document"),
    "own-knowledge": later("without a document"),
}


@dataclass(frozen=True)
class Group:
    """Lines under a heading, which is empty where there is one group alone.

    ``key`` names the group within the memo, where a line may refer to it.
    """

    heading: str
    lines: Sequence[Line]
    key: str = ""


@dataclass(frozen=True)
class Section:
    """A section of the memo; ``empty`` is its text if it has no lines."""

    key: str
    title: str
    groups: Sequence[Group]
    empty: str = ""


def title(dossier: Dossier) -> str:
    """Return the question in one line."""
    asked = dossier.question
    return (
        f"{asked.requesting.label} asks {asked.executing.label}: "
        f"{asked.measure.code} {asked.measure.label}"
    )


def essentials(dossier: Dossier) -> list[Group]:
    """Return the answers on each basis; an offence's own basis is only named."""
    general = [one for one in dossier.essentials.bundles if one.basisStatus != _OFFENCE]
    offence = [one for one in dossier.essentials.bundles if one.basisStatus == _OFFENCE]
    choose = [said("Or choose:")]
    groups = [
        Group(" ".join((*choose[:place], _named(one))), _short(one))
        for place, one in enumerate(general)
    ]
    if offence:
        lines = [
            Line([Piece(_named(one), one.bundle)], one.basis.references if one.basis else ())
            for one in offence
        ]
        groups.append(Group(said("Beside it, for its kind of offence"), lines))
    return groups


def beware(dossier: Dossier) -> list[Line]:
    """Return the warnings that may change what to do, one line a kind."""
    return _warned(dossier.essentials.beware)


def notes(dossier: Dossier) -> list[Line]:
    """Return the other warnings, one line a kind."""
    return _warned([warning for warning in dossier.warnings if warning.weight != "act"])


def _named(bundle: Bundle) -> str:
    return bundle.basis.text if bundle.basis else said("Basis below the confidence asked for")


def _short(bundle: Bundle) -> list[Line]:
    """Return a note if nothing governs, then a line for each question with an answer."""
    note = bundle.basis.rows[0].note if bundle.basis else None
    left = [Line([Piece(note)])] if note and bundle.basisStatus == _FALLBACK else []
    return left + [
        Line(
            [
                Piece(f"{said(heading)}: "),
                Piece(topic.text or worded("answer-status", topic.status)),
            ]
            + (phrase(" (unsure)") if topic.confidence == "unsure" else []),
            topic.references,
        )
        for name, heading in HEADINGS.items()
        if name in _SHORT and (topic := getattr(bundle, name)) is not None
    ]


def _warned(found: Iterable[Warning]) -> list[Line]:
    kinds: dict[str, list[Warning]] = {}
    for warning in found:
        kinds.setdefault(warning.code, []).append(warning)
    return [line for alike in kinds.values() for line in _lines_of_kind(alike)]


def _lines_of_kind(alike: Sequence[Warning]) -> list[Line]:
    """Return one line for warnings of a kind, or one each where their texts differ."""
    if alike[0].code in _EACH:
        return [
            Line(
                rows.joined(f"{said(_EACH[one.code])} ", Piece(one.label, one.about),
                            *((" (", Piece(one.aboutLabel), ")") if one.aboutLabel else ())),
                one.references,
            )
            for one in alike
        ]  # fmt: skip
    return [
        Line(
            [
                Piece(alike[0].label),
                *rows.joined(f" ({alike[0].provision})" if alike[0].provision else ""),
                *_listed(alike),
            ],
            sorted({number for warning in alike for number in warning.references}),
        )
    ]


def sections(dossier: Dossier) -> list[Section]:
    """Return every section in reading order."""
    executing = dossier.question.executing.label
    states = {"one": dossier.question.requesting.label, "other": executing, "state": executing}
    names = {row.instrument: row.label for row in dossier.instruments}
    no_page = _titled("Nothing from %(state)s on this was found in the sources read.", **states)
    return [
        Section(
            "instruments",
            _titled("Instruments between %(one)s and %(other)s", **states),
            _grouped(
                dossier.instruments,
                lambda row: said(_STATUSES[row.status]),
                lambda row: rows.instrument(row, names),
            ),
        ),
        Section("voices", said("Every answer, and who gives it"), _voices(dossier)),
        Section(
            "statutes",
            _titled("Acts that give them effect in %(state)s", **states),
            _plain(dossier.approvingStatutes, rows.statute),
            said("We know of none."),
        ),
        Section(
            "measure",
            _titled("The measure in %(state)s", **states),
            _plain(dossier.implementations, rows.implementation),
            no_page,
        ),
        *_fiche(dossier, "first", no_page),
        Section(
            "declarations",
            _titled("What %(state)s declared that bears on the measure", **states),
            _plain(_on("first", dossier.declarations), rows.reservation),
            said(_INCOMPLETE),
        ),
        Section(
            "held-against",
            _titled("What %(one)s declared, which %(other)s may hold against it", **states),
            _plain(_on("first", dossier.heldAgainst), rows.reservation),
            said(_INCOMPLETE),
        ),
    ]


def other_paths(dossier: Dossier) -> list[Section]:
    """Return what belongs to bases that do not govern here, and other declarations."""
    declared = _on("other", [*dossier.declarations, *dossier.heldAgainst])
    found = [
        *_fiche(dossier, "other", ""),
        Section("declarations", said("Other declarations"), _plain(declared, rows.reservation)),
    ]
    return [section for section in found if section.groups]


def source_class(reference: Reference) -> str:
    """Return in words how a document differs from an official one."""
    name = _SOURCE_CLASSES.get(reference.sourceClass)
    return said(name) if name else ""


def _titled(template: str, **states: str) -> str:
    return Line(phrase(template, **states)).text


def _heading(scheme: str, code: str) -> str:
    name = worded(scheme, code)
    return name[:1].upper() + name[1:]


def _fiche(dossier: Dossier, path: str, empty: str) -> list[Section]:
    def own(statements: Iterable[S]) -> list[S]:
        return _on(path, statements)

    parts = (
        ("bases", later("Legal bases that %(state)s names"),
         _plain(own(dossier.legalBases), rows.basis)),
        ("conditions", later("Conditions"), _plain(own(dossier.conditions), rows.condition)),
        ("authorities", later("Authorities"),
         _grouped(own(dossier.authorities), _role, rows.competence)),
        ("languages", later("Languages"), _plain(own(dossier.languages), rows.language)),
        ("time-limits", later("Time limits"), _plain(own(dossier.timeLimits), rows.time_limit)),
        ("formalities", later("Formalities"),
         _grouped(own(dossier.formalities), _type, rows.formality)),
        ("alternatives", later("Other measures that may serve"),
         _plain(own(dossier.alternatives), rows.alternative)),
    )  # fmt: skip
    executing = dossier.question.executing.label
    return [
        Section(key, _titled(title, state=executing), groups, empty) for key, title, groups in parts
    ]


def _role(row: Statement) -> str:
    return _heading("authority-role", row.role)


def _type(row: Statement) -> str:
    return _heading("formality-type", row.type)


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
    """Write the lines; equal lines become one with the references of each."""
    found: dict[tuple[str, str], Line] = {}
    for one in map(line, statements):
        before = found.get((one.text, one.note))
        if before is None:
            found[one.text, one.note] = one
        else:
            numbers = dict.fromkeys((*before.references, *one.references))
            found[one.text, one.note] = Line(one.pieces, list(numbers), one.note)
    return list(found.values())


def _voices(dossier: Dossier) -> list[Group]:
    """Group all rows of the essentials by question, and by bundle if there are several."""
    bundles = [one for one in dossier.essentials.bundles if one.basisStatus != _OFFENCE]
    return [
        Group(
            said(heading) if len(bundles) == 1 else f"{said(heading)}: {_named(bundle)}",
            _lines(topic.rows, _answer(bundle)),
            f"{name}{place or ''}",
        )
        for place, bundle in enumerate(bundles)
        for name, heading in HEADINGS.items()
        if name != "basis" and (topic := getattr(bundle, name)) is not None
    ]


def _answer(bundle: Bundle) -> Callable[[Answer], Line]:
    several = bundle.basis is not None and (
        len({row.basis for row in bundle.basis.rows if row.stands != "set-aside"}) > 1
    )
    return lambda row: rows.answer(row, several)


def _listed(alike: Sequence[Warning]) -> list[Piece]:
    """Write what the warnings of one kind are about, unless it is the page itself."""
    about = {w.about: w.aboutLabel for w in alike if w.about and w.aboutLabel}
    if not about or alike[0].code.startswith("fiche-"):
        return []
    pieces = [piece for iri, label in about.items() for piece in (Piece("; "), Piece(label, iri))]
    return [Piece(" "), *pieces[1:]]
