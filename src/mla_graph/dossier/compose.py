"""Composing a dossier: which saved queries are asked, and which facts stand behind each row."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any, Final, TypeVar

from mla_graph.dossier.model import (
    Alternative,
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
    Reference,
    Reservation,
    Statement,
    TimeLimit,
    Warning,
)
from mla_graph.model.about import NOTICE
from mla_graph.model.errors import InvalidValue, MissingParameter
from mla_graph.saved_queries.catalogue import Catalogue
from mla_graph.saved_queries.header import Parameter
from mla_graph.saved_queries.rows import rows
from mla_graph.saved_queries.run import bind, run
from mla_graph.store.interface import Store

S = TypeVar("S", bound=Statement)
Row = dict[str, Any]
Places = list[tuple[str, str | None]]
"""Source documents, each with the section in it where it is known."""

STATEMENTS: Final[dict[type[Statement], tuple[str, str | None]]] = {
    Warning: ("dossier-warnings", None),
    ApplicableInstrument: ("applicable-instruments", None),
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
"""The saved query of which each statement is a row, and the column that holds the fact itself."""

_ASKED: Final = "applicable-instruments"
_GOVERNS: Final = ("governs", "fallback")
_REPLACED: Final = "replaced"


@dataclass(frozen=True)
class Asked:
    """A question that was understood: IRIs, a day, and whether that day is only today's."""

    requesting: str
    executing: str
    measure: str
    on: str
    lang: str
    confidence: str
    depends_on_today: bool


def parameters(catalogue: Catalogue) -> list[Parameter]:
    """What a dossier takes: the parameters of the first query that it asks, and the measure."""
    return [
        replace(parameter, required=parameter.required or parameter.name == "measure")
        for parameter in catalogue.get(_ASKED).parameters
    ]


def understand(
    catalogue: Catalogue,
    store: Store,
    raw: Mapping[str, Sequence[str]],
    *,
    today: date | None = None,
) -> Asked:
    """Look up what was written for each parameter.

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
    bound = bind(catalogue.get(_ASKED), store, raw, today=today)
    found = {name: terms[0].value for name, terms in bound.terms.items()}
    if found["requesting"] == found["executing"]:
        raise InvalidValue(
            "The requesting and the executing state are the same; name two.", parameter="executing"
        )
    return Asked(**found, depends_on_today=bound.depends_on_today)


def compose(catalogue: Catalogue, store: Store, asked: Asked) -> Dossier:
    """Ask every query and put the answers together.

    Raises:
        StoreUnavailable, LimitReached: the store did not answer.
    """
    ask = _Questions(catalogue, store, asked)
    pair = {name: getattr(asked, name) for name in ("requesting", "executing", "measure", "on")}
    fiche = {"state": asked.executing, "measure": asked.measure}
    instruments = ask(ApplicableInstrument, pair)
    applying = [row["instrument"] for row in instruments if row["status"] != _REPLACED]
    governing = [row["instrument"] for row in instruments if row["status"] in _GOVERNS]
    facts = _Facts(
        ask.rows("dossier-facts", {**pair, "governing": governing, "applying": applying})
    )
    references = _References(ask)

    def stated(kind: type[S], found: Iterable[Row]) -> list[S]:
        return [_statement(kind, row, facts, references) for row in found]

    def of_fiche(kind: type[S]) -> list[S]:
        return stated(kind, ask(kind, fiche))

    def declared(state: str) -> list[Reservation]:
        return [
            statement
            for instrument in dict.fromkeys(applying)
            if (state, instrument) in facts.declared
            for statement in stated(
                Reservation, ask(Reservation, {"state": state, "instrument": instrument})
            )
        ]

    statutes = ask(ApprovingStatute, {"state": asked.executing})
    return Dossier(
        question=Question(
            requesting=ask.named(asked.requesting),
            executing=ask.named(asked.executing),
            measure=ask.named(asked.measure),
            on=asked.on,
            lang=asked.lang,
            confidence=ask.named(asked.confidence).code,
        ),
        warnings=stated(Warning, ask(Warning, pair)),
        instruments=stated(ApplicableInstrument, instruments),
        approvingStatutes=stated(
            ApprovingStatute, [row for row in statutes if row["instrument"] in applying]
        ),
        implementations=of_fiche(Implementation),
        legalBases=of_fiche(LegalBasis),
        conditions=of_fiche(Condition),
        authorities=of_fiche(Competence),
        languages=of_fiche(LanguageRule),
        timeLimits=of_fiche(TimeLimit),
        formalities=of_fiche(Formality),
        alternatives=of_fiche(Alternative),
        declarations=declared(asked.executing),
        heldAgainst=declared(asked.requesting),
        references=references.listed,
        release=store.release_id,
        disclaimer=NOTICE,
    )


class _Questions:
    """Saved queries on one store, in one language, above one level of confidence."""

    def __init__(self, catalogue: Catalogue, store: Store, asked: Asked) -> None:
        self._catalogue = catalogue
        self._store = store
        self._common = {"lang": asked.lang, "confidence": asked.confidence}

    def __call__(self, kind: type[Statement], raw: Mapping[str, str]) -> list[Row]:
        return self.rows(STATEMENTS[kind][0], raw)

    def rows(self, name: str, raw: Mapping[str, str | list[str]]) -> list[Row]:
        """The rows of a query; language and confidence are given to those that take them."""
        query = self._catalogue.get(name)
        taken = [parameter.name for parameter in query.parameters]
        common = {key: text for key, text in self._common.items() if key in taken}
        return rows(run(self._store, bind(query, self._store, {**common, **raw})))

    def named(self, iri: str) -> Named:
        """A resource with its code and its name."""
        first, *_ = self.rows("label", {"resource": iri})
        return Named(iri, first["code"], first["label"])


class _Facts:
    """What `dossier-facts` tells: on which path a fact is, and where it stands."""

    def __init__(self, found: Iterable[Row]) -> None:
        self.places: defaultdict[str, Places] = defaultdict(list)
        self._paths: dict[tuple[str, str | None], str] = {}
        self.declared: set[tuple[str, str]] = set()
        for row in found:
            fact, basis, place = row["fact"], row["basis"], (row["source"], row["locator"])
            if place not in self.places[fact]:
                self.places[fact].append(place)
            self._paths.setdefault((fact, basis), row["path"])
            self._paths.setdefault((fact, None), row["path"])
            if row["part"] == "declaration":
                self.declared.add((row["state"], basis))

    def path(self, fact: str | None, basis: str | None) -> str:
        """The path of a fact as far as it rests on the basis."""
        if fact is None:
            return "first"
        return self._paths.get((fact, basis)) or self._paths.get((fact, None), "first")


class _References:
    """The places that are referred to, numbered as they come."""

    def __init__(self, ask: _Questions) -> None:
        self.listed: list[Reference] = []
        self._ask = ask
        self._numbers: dict[tuple[str, str | None], int] = {}
        self._documents: dict[str, Row] = {}

    def numbers(self, places: Places) -> list[int]:
        """The numbers of the places, each once."""
        return list(dict.fromkeys(self._number(source, section) for source, section in places))

    def _number(self, source: str, section: str | None) -> int:
        key = (source, section)
        if key not in self._numbers:
            self._numbers[key] = len(self._numbers) + 1
            document = self._document(source)
            self.listed.append(Reference(number=self._numbers[key], section=section, **document))
        return self._numbers[key]

    def _document(self, source: str) -> Row:
        if source not in self._documents:
            self._documents[source] = self._ask.rows("source-document", {"source": source})[0]
        return self._documents[source]


def _statement(kind: type[S], row: Row, facts: _Facts, references: _References) -> S:
    _, column = STATEMENTS[kind]
    fact = row[column] if column else None
    values = {field.name: row[field.name] for field in fields(kind) if field.name in row}
    return kind(
        **values,
        path=facts.path(fact, row.get("basis")),
        references=references.numbers(_places(row, fact, facts)),
    )


def _places(row: Row, fact: str | None, facts: _Facts) -> Places:
    """Where a row stands: its own fact, else its source; and how both states take part."""
    places = list(facts.places.get(fact, ())) if fact else []
    if not places and row["source"]:
        places.append((row["source"], row.get("locator")))
    for participation in ("requestingParticipation", "executingParticipation"):
        if row.get(participation):
            places += facts.places.get(row[participation], ())
    return places
