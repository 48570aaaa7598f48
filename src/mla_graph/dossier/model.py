"""What a dossier holds.

A statement is a row of a saved query: its fields are the columns in the header of that query.
"""

from dataclasses import dataclass, make_dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar, cast

Value = str | int | float | bool
S = TypeVar("S", bound="Statement")


@dataclass(frozen=True, kw_only=True)
class Statement:
    """One row of a saved query.

    ``path`` is first or other: whether it belongs to a basis that governs or applies between the
    two states. ``references`` are the numbers of the references on which it rests.
    """

    path: str
    references: list[int]

    if TYPE_CHECKING:

        def __getattr__(self, column: str) -> Any:
            """Return the value of a column; ``row_class`` adds the columns."""


def row_class(kind: type[S], columns: tuple[str, ...]) -> type[S]:
    """Return the class of the rows of a kind, which has these columns."""
    return cast(type[S], _made(cast(Any, kind), columns))


@cache
def _made(kind: type, columns: tuple[str, ...]) -> type:
    members = [(column, Any) for column in columns]
    return make_dataclass(kind.__name__, members, bases=(kind,), frozen=True, kw_only=True)


class Warning(Statement):
    """Something to mind: a row of ``dossier-warnings``."""


class ApplicableInstrument(Statement):
    """An instrument in its place: a row of ``applicable-instruments``."""


class Answer(Statement):
    """One voice on one question: a row of ``essentials``."""


class ApprovingStatute(Statement):
    """An act that gives an instrument effect: a row of ``approving-statutes``."""


class Implementation(Statement):
    """The page on the measure in the executing state: a row of ``implementation``."""


class LegalBasis(Statement):
    """A basis as that page names it: a row of ``legal-bases``."""


class Condition(Statement):
    """A row of ``conditions``."""


class Competence(Statement):
    """An authority in a role: a row of ``authorities``."""


class LanguageRule(Statement):
    """A row of ``languages``."""


class TimeLimit(Statement):
    """A row of ``time-limits``."""


class Formality(Statement):
    """A row of ``formalities``."""


class Alternative(Statement):
    """Another measure that serves: a row of ``alternatives``."""


class Reservation(Statement):
    """A reservation or declaration: a row of ``reservations``."""


@dataclass(frozen=True, kw_only=True)
class Topic:
    """All that is said on one question in one bundle; the first row is the answer.

    ``status`` and ``confidence`` are those of the answer; ``text`` puts what decides in words.
    """

    status: str
    text: str
    rows: list[Answer]
    references: list[int]
    confidence: str


@dataclass(frozen=True, kw_only=True)
class Bundle:
    """The answers on one basis, with what adds to it; None where a question is not spoken of."""

    bundle: str | None
    basisStatus: str | None
    basis: Topic | None
    authority: Topic | None
    channel: Topic | None
    language: Topic | None
    form: Topic | None
    content: Topic | None
    issuing: Topic | None
    timeLimit: Topic | None
    dualCriminality: Topic | None
    refusal: Topic | None
    cost: Topic | None
    formality: Topic | None
    specialty: Topic | None
    confidentiality: Topic | None
    remedies: Topic | None
    alternative: Topic | None


@dataclass(frozen=True, kw_only=True)
class Essentials(Bundle):
    """The first bundle's answers, all bundles in their order, and what to beware of."""

    bundles: list[Bundle]
    beware: list[Warning]


@dataclass(frozen=True)
class Named:
    """A state or a measure."""

    iri: str
    code: str
    label: str


@dataclass(frozen=True)
class Question:
    """What was asked, as it was understood."""

    requesting: Named
    executing: Named
    measure: Named
    on: str
    lang: str
    confidence: str


@dataclass(frozen=True)
class Reference:
    """A place in a source document."""

    number: int
    source: str
    title: str
    publisher: str
    section: str | None
    reviewedDate: str | None
    retrievedDate: str | None
    page: str | None
    sourceClass: str


@dataclass(frozen=True)
class Dossier:
    """The whole answer: what applies, what the executing state says, and where each fact stands.

    ``declarations`` are of the executing state; ``heldAgainst`` those of the requesting state,
    which the executing state may hold against it.
    """

    question: Question
    essentials: Essentials
    warnings: list[Warning]
    instruments: list[ApplicableInstrument]
    approvingStatutes: list[ApprovingStatute]
    implementations: list[Implementation]
    legalBases: list[LegalBasis]
    conditions: list[Condition]
    authorities: list[Competence]
    languages: list[LanguageRule]
    timeLimits: list[TimeLimit]
    formalities: list[Formality]
    alternatives: list[Alternative]
    declarations: list[Reservation]
    heldAgainst: list[Reservation]
    references: list[Reference]
    release: str | None
    disclaimer: str
