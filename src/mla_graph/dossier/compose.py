"""Composition of a dossier from the rows of saved queries."""

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from mla_graph.dossier.essentials import essentials
from mla_graph.dossier.model import (
    Alternative,
    Answer,
    ApplicableInstrument,
    ApprovingStatute,
    Competence,
    Condition,
    Dossier,
    Formality,
    Implementation,
    LanguageRule,
    LegalBasis,
    Named,
    Question,
    Reservation,
    S,
    Statement,
    TimeLimit,
    Warning,
    row_class,
)
from mla_graph.dossier.questions import Questions, Row, Values
from mla_graph.dossier.references import Facts, References
from mla_graph.model.about import NOTICE
from mla_graph.model.errors import MissingParameter
from mla_graph.saved_queries.catalogue import Catalogue
from mla_graph.saved_queries.header import Parameter
from mla_graph.saved_queries.parameters import today_utc
from mla_graph.saved_queries.run import understand as understood
from mla_graph.store.interface import Store

STATEMENTS: Final[dict[type[Statement], tuple[str, str | None]]] = {
    Warning: ("dossier-warnings", None),
    ApplicableInstrument: ("applicable-instruments", None),
    Answer: ("essentials", "fact"),
    ApprovingStatute: ("approving-statutes", "statutoryRole"),
    Implementation: ("implementation", "implementation"),
    LegalBasis: ("legal-bases", "legalBasis"),
    Condition: ("conditions", "condition"),
    Competence: ("authorities", "competence"),
    LanguageRule: ("languages", "languageRule"),
    TimeLimit: ("time-limits", "timeLimit"),
    Formality: ("formalities", "formality"),
    Alternative: ("alternatives", "alternative"),
    Reservation: ("reservations", "reservation"),
}
"""The saved query of each statement, and its column with the fact itself."""

_OF_PAGE: Final[dict[type[Statement], str]] = {
    Implementation: "implementations",
    LegalBasis: "legalBases",
    Condition: "conditions",
    Competence: "authorities",
    LanguageRule: "languages",
    TimeLimit: "timeLimits",
    Formality: "formalities",
    Alternative: "alternatives",
}
"""The statements from the page of the executing state, with their member of the dossier."""
_VOICES: Final = frozenset((Condition, Competence, LanguageRule, TimeLimit, Formality, Alternative))
"""Statements that essentials ranks too."""
_AT_A_TIME: Final = 4
_ASKED: Final = "essentials"
_GOVERNS: Final = ("governs", "fallback")
_REPLACED: Final = "replaced"
_SET_ASIDE: Final = "set-aside"
_CONFLICTS: Final = "conflicts"
_ACT: Final = "act"
_ALREADY: Final = ("governs", "supplements", "replaced")
_SOON: Final = timedelta(days=90)


@dataclass(frozen=True)
class Asked:
    """A question that was understood: IRIs, a day, and whether that day is only today's."""

    requesting: str
    executing: str
    measure: str
    on: str
    offence: tuple[str, ...]
    lang: str
    confidence: str
    depends_on_today: bool


def parameters(catalogue: Catalogue) -> list[Parameter]:
    """Return the parameters of a dossier, which are those of the essentials."""
    return list(catalogue.get(_ASKED).parameters)


def understand(
    catalogue: Catalogue,
    store: Store | None,
    raw: Mapping[str, Sequence[str]],
    *,
    today: date | None = None,
) -> Asked:
    """Look up what was written for each parameter; without a store, only check its form.

    Raises:
        UnknownParameter, MissingParameter, InvalidValue, UnknownValue: a parameter is wrong.
        StoreUnavailable, LimitReached: the values could not be looked up in the store.
    """
    for parameter in parameters(catalogue):
        if parameter.required and not raw.get(parameter.name):
            raise MissingParameter(
                f"A dossier needs {parameter.name}: {parameter.description} "
                f"For example {parameter.example[0]}.",
                parameter=parameter.name,
            )
    terms, depends_on_today = understood(catalogue.get(_ASKED), store, raw, today or today_utc())
    found = {name: values[0].value for name, values in terms.items() if name != "offence"}
    offence = tuple(term.value for term in terms["offence"]) if raw.get("offence") else ()
    return Asked(**found, offence=offence, depends_on_today=depends_on_today)


def compose(catalogue: Catalogue, store: Store, asked: Asked) -> Dossier:
    """Ask every query, several at a time, and put the answers together.

    Raises:
        StoreUnavailable, LimitReached: the store did not answer.
    """
    common = {"lang": asked.lang, "confidence": asked.confidence}
    with ThreadPoolExecutor(_AT_A_TIME) as threads:
        questions = Questions(catalogue, store, common, threads)
        return _composed(_Started(questions, asked), asked, store.release_id)


class _Started:
    """The queries of a dossier, all begun at once."""

    def __init__(self, questions: Questions, asked: Asked) -> None:
        self.questions = questions
        self.pair = {
            name: getattr(asked, name) for name in ("requesting", "executing", "measure", "on")
        }
        offence: dict[str, list[str]] = {"offence": list(asked.offence)} if asked.offence else {}
        page = {"state": asked.executing, "measure": asked.measure}
        # The slowest first, so that the others run beside them.
        self.answers = self._ask(Answer, {**self.pair, **offence})
        self.instruments = self._ask(ApplicableInstrument, self.pair)
        self.warnings = self._ask(Warning, self.pair)
        self.soon = self._ask(ApplicableInstrument, {**self.pair, "on": _later(asked.on)})
        self.page = {kind: self._ask(kind, page) for kind in _OF_PAGE}
        self.statutes = self._ask(ApprovingStatute, {"state": asked.executing})
        self.names = [
            questions.ask("label", {"resource": iri})
            for iri in (asked.requesting, asked.executing, asked.measure, asked.confidence)
        ]

    def facts(self, governing: list[str], applying: list[str]) -> Facts:
        """Ask for the facts behind the rows."""
        raw = {**self.pair, "governing": governing, "applying": applying}
        return Facts(self.questions.ask("dossier-facts", raw).result())

    def declarations(
        self, asked: Asked, applying: list[str], facts: Facts
    ) -> dict[str, list[Future[list[Row]]]]:
        """Begin to ask for what both states declared to the instruments that apply."""
        return {
            state: [
                self._ask(Reservation, {"state": state, "instrument": instrument})
                for instrument in dict.fromkeys(applying)
                if (state, instrument) in facts.declared
            ]
            for state in (asked.executing, asked.requesting)
        }

    def _ask(self, kind: type[Statement], raw: Values) -> Future[list[Row]]:
        return self.questions.ask(STATEMENTS[kind][0], raw)


class _Statements:
    """Makes statements of rows, each with its path and the numbers of its references."""

    def __init__(self, questions: Questions, facts: Facts) -> None:
        self.references = References()
        self._questions = questions
        self._facts = facts

    def of(self, kind: type[S], found: Iterable[Row]) -> list[S]:
        """Make statements of the rows of one query."""
        query, column = STATEMENTS[kind]
        columns = self._questions.columns(query)
        made = row_class(kind, columns)
        statements = []
        for row in found:
            fact = row[column] if column else None
            path = self._facts.path(fact, row.get("basis"))
            if row.get("stands"):
                path = "other" if row["stands"] == _SET_ASIDE else "first"
            numbers = self.references.numbers(self._facts.behind(row, fact))
            values = {name: row.get(name) for name in columns}
            statements.append(made(path=path, references=numbers, **values))
        return statements

    def of_page(
        self, kind: type[S], found: Iterable[Row], standing: Mapping[str | None, str | None]
    ) -> list[S]:
        """Make statements of a page's rows; ``standing`` has how each fact ranks in essentials."""
        if kind in _VOICES:
            column = STATEMENTS[kind][1] or ""
            ranked = [{**row, "stands": standing.get(row[column])} for row in found]
            # What the state notified for an instrument that does not count here is another matter.
            found = [row for row in ranked if row["stands"] or row["layer"] == "page"]
        return self.of(kind, found)


def _composed(started: _Started, asked: Asked, release: str | None) -> Dossier:
    instruments = started.instruments.result()
    applying = [row["instrument"] for row in instruments if row["status"] != _REPLACED]
    governing = [row["instrument"] for row in instruments if row["status"] in _GOVERNS]
    facts = started.facts(governing, applying)
    declared = started.declarations(asked, applying, facts)
    make = _Statements(started.questions, facts)
    answers = started.answers.result()
    standing = {row["fact"]: row["stands"] for row in reversed(answers)}
    requesting, executing, measure, confidence = (_named(one.result()) for one in started.names)
    warnings = make.of(Warning, started.warnings.result())
    begins = _beginning(started.soon.result(), instruments)
    beware = [
        *(warning for warning in warnings if warning.weight == _ACT),
        *make.of(Warning, [_conflict(row) for row in answers if row["stands"] == _CONFLICTS]),
        *make.of(Warning, begins),
    ]
    statutes = [row for row in started.statutes.result() if row["instrument"] in applying]
    # References are numbered in this order.
    answered = essentials(make.of(Answer, answers), beware)
    listed = make.of(ApplicableInstrument, instruments)
    approving = make.of(ApprovingStatute, statutes)
    page: dict[str, Any] = {
        member: make.of_page(kind, started.page[kind].result(), standing)
        for kind, member in _OF_PAGE.items()
    }
    return Dossier(
        question=Question(requesting, executing, measure, asked.on, asked.lang, confidence.code),
        essentials=answered,
        warnings=warnings,
        instruments=listed,
        approvingStatutes=approving,
        **page,
        declarations=make.of(Reservation, _results(declared[asked.executing])),
        heldAgainst=make.of(Reservation, _results(declared[asked.requesting])),
        references=make.references.listed(started.questions),
        release=release,
        disclaimer=NOTICE,
    )


def _results(futures: Iterable[Future[list[Row]]]) -> list[Row]:
    return [row for future in futures for row in future.result()]


def _later(day: str) -> str:
    return (date.fromisoformat(day) + _SOON).isoformat()


def _beginning(soon: Iterable[Row], now: Sequence[Row]) -> list[Row]:
    """Make warnings of what governs within 90 days and is not in force today."""
    present = {row["instrument"] for row in now}
    return [
        {
            **dict.fromkeys(("aboutLabel", "locator")),
            "code": "begins",
            "label": f"{row['since']}: {row['label']}",
            "about": row["instrument"],
            "provision": row["reasonProvision"],
            "source": row["source"],
            "weight": _ACT,
        }
        for row in soon
        if row["status"] in _ALREADY and row["instrument"] not in present
    ]


def _conflict(row: Row) -> Row:
    """Make a warning of a voice that cannot be squared with the answer."""
    return {
        "code": _CONFLICTS,
        "label": row["label"],
        "about": row["fact"],
        "aboutLabel": row["basisLabel"],
        "provision": row["provision"],
        "source": row["source"],
        "locator": row["locator"],
        "weight": _ACT,
    }


def _named(found: Sequence[Row]) -> Named:
    return Named(found[0]["resource"], found[0]["code"], found[0]["label"])
