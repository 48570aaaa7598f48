"""What a dossier holds.

The fields of a statement are named as the columns of the saved query of which it is a row.
"""

from dataclasses import dataclass

Value = str | int | float | bool


@dataclass(frozen=True, kw_only=True)
class Statement:
    """One row of a saved query.

    ``path`` is first or other: whether it belongs to a basis that governs or applies between the
    two states. ``references`` are the numbers of the references on which it rests.
    """

    path: str
    references: list[int]


@dataclass(frozen=True, kw_only=True)
class Warning(Statement):
    """Something to mind: a row of ``dossier-warnings``."""

    code: str
    label: str
    about: str | None
    aboutLabel: str | None
    provision: str | None
    source: str | None
    locator: str | None
    weight: str


@dataclass(frozen=True, kw_only=True)
class ApplicableInstrument(Statement):
    """An instrument in its place: a row of ``applicable-instruments``."""

    rank: int
    instrument: str
    label: str
    status: str
    reason: str
    since: str | None
    reasonProvision: str | None
    replacedBy: str | None
    source: str
    reasonCode: str
    offences: str | None
    provision: str | None
    requestingParticipation: str | None
    executingParticipation: str | None
    confidence: str
    dates: str


@dataclass(frozen=True, kw_only=True)
class Answer(Statement):
    """One voice on one question: a row of ``essentials``."""

    question: str
    status: str
    label: str | None
    value: Value | None
    stands: str | None
    layer: str | None
    basis: str
    basisLabel: str | None
    basisStatus: str
    bundle: str
    side: str | None
    role: str | None
    authority: str | None
    language: str | None
    channel: str | None
    event: str | None
    startsOn: str | None
    provisional: str | None
    appliesIf: str | None
    provision: str | None
    since: str | None
    note: str | None
    source: str | None
    confidence: str
    fact: str | None
    locator: str | None


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


@dataclass(frozen=True, kw_only=True)
class ApprovingStatute(Statement):
    """An act that gives an instrument effect: a row of ``approving-statutes``."""

    statute: str
    statuteLabel: str
    statuteDate: str | None
    role: str
    instrument: str
    instrumentLabel: str
    signedDate: str | None
    amended: bool | None
    source: str
    instrumentKey: str
    statutoryRole: str
    confidence: str


@dataclass(frozen=True, kw_only=True)
class Implementation(Statement):
    """The page on the measure in the executing state: a row of ``implementation``."""

    implementation: str
    measureLabel: str
    availability: str
    scope: str | None
    reviewedDate: str | None
    reviewer: str | None
    status: str
    source: str
    confidence: str


@dataclass(frozen=True, kw_only=True)
class LegalBasis(Statement):
    """A basis as that page names it: a row of ``legal-bases``."""

    rank: int
    basis: str
    label: str
    kind: str
    provision: str | None
    appliesTo: str
    statute: str | None
    statuteLabel: str | None
    statuteDate: str | None
    statuteRole: str | None
    amended: bool | None
    source: str
    legalBasis: str
    yieldsTo: str | None
    note: str | None
    confidence: str


@dataclass(frozen=True, kw_only=True)
class Condition(Statement):
    """A row of ``conditions``."""

    condition: str
    type: str
    label: str
    value: Value | None
    whoseLaw: str | None
    basis: str | None
    basisLabel: str | None
    statute: str | None
    statuteLabel: str | None
    statuteDate: str | None
    provision: str | None
    source: str
    renewable: bool | None
    note: str | None
    confidence: str
    unit: str | None
    layer: str
    stands: str | None


@dataclass(frozen=True, kw_only=True)
class Competence(Statement):
    """An authority in a role: a row of ``authorities``."""

    role: str
    authority: str
    label: str
    authorityType: str
    framework: str
    provision: str | None
    channel: str | None
    source: str
    provisionActLabel: str | None
    modality: str | None
    note: str | None
    competence: str
    confidence: str
    layer: str
    stands: str | None


@dataclass(frozen=True, kw_only=True)
class LanguageRule(Statement):
    """A row of ``languages``."""

    framework: str
    language: str
    languageLabel: str
    status: str
    source: str
    languageCode: str
    note: str | None
    languageRule: str
    confidence: str
    layer: str
    stands: str | None


@dataclass(frozen=True, kw_only=True)
class TimeLimit(Statement):
    """A row of ``time-limits``."""

    event: str
    label: str
    limit: str
    framework: str
    authority: str | None
    provision: str | None
    source: str
    authorityLabel: str | None
    startsOn: str | None
    startsOnLabel: str | None
    appealReserved: bool | None
    modality: str | None
    note: str | None
    timeLimit: str
    confidence: str
    unit: str | None
    layer: str
    stands: str | None


@dataclass(frozen=True, kw_only=True)
class Formality(Statement):
    """A row of ``formalities``."""

    formality: str
    type: str
    label: str
    value: Value | None
    framework: str
    provision: str | None
    source: str
    valueKind: str | None
    provisionActLabel: str | None
    modality: str | None
    exceptionTo: str | None
    note: str | None
    confidence: str
    layer: str
    stands: str | None


@dataclass(frozen=True, kw_only=True)
class Alternative(Statement):
    """Another measure that serves: a row of ``alternatives``."""

    alternative: str
    code: str
    label: str
    purpose: str | None
    source: str
    measure: str
    purposeCode: str | None
    note: str | None
    confidence: str
    layer: str
    stands: str | None


@dataclass(frozen=True, kw_only=True)
class Reservation(Statement):
    """A reservation or declaration: a row of ``reservations``."""

    state: str
    code: str
    kind: str
    provision: str | None
    topic: str | None
    label: str
    date: str | None
    source: str
    since: str | None
    until: str | None
    locator: str
    note: str | None
    reservation: str
    stateLabel: str
    confidence: str


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
