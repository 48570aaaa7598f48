"""Composing a dossier: which saved queries are asked, and which facts stand behind each row."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, fields
from datetime import date, timedelta
from typing import Any, Final, TypeVar

from mla_graph.dossier.model import (
    Alternative,
    Answer,
    ApplicableInstrument,
    ApprovingStatute,
    Bundle,
    Competence,
    Condition,
    Dossier,
    Essentials,
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
    Topic,
    Warning,
)
from mla_graph.dossier.rows import duration
from mla_graph.model.about import NOTICE
from mla_graph.model.errors import MissingParameter
from mla_graph.saved_queries.catalogue import Catalogue
from mla_graph.saved_queries.header import Parameter
from mla_graph.saved_queries.parameters import today_utc
from mla_graph.saved_queries.rows import rows
from mla_graph.saved_queries.run import Earlier, bind, run
from mla_graph.saved_queries.run import understand as understood
from mla_graph.store.interface import Store

S = TypeVar("S", bound=Statement)
Row = dict[str, Any]
Places = list[tuple[str, str | None]]
"""Source documents, each with the section in it where it is known."""

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
"""The saved query of which each statement is a row, and the column that holds the fact itself."""

_OF_PAGE: Final[tuple[type[Statement], ...]] = (
    LegalBasis, Condition, Competence, LanguageRule, TimeLimit, Formality, Alternative,
    Implementation,
)  # fmt: skip
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
_IN_TEXT: Final = 3
"""So many answers that decide are put into the text of a topic."""

TOPICS: Final[dict[str, str]] = {
    "basis": "basis",
    "authority": "authority",
    "channel": "channel",
    "language": "language",
    "form": "form",
    "content": "content",
    "issuing": "issuing",
    "time-limit": "timeLimit",
    "dual-criminality": "dualCriminality",
    "refusal": "refusal",
    "cost": "cost",
    "formality": "formality",
    "specialty": "specialty",
    "confidentiality": "confidentiality",
    "remedies": "remedies",
    "alternative": "alternative",
}
"""The member of a bundle for each question."""


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
    """Give what a dossier takes: the parameters of the essentials."""
    return list(catalogue.get(_ASKED).parameters)


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
    terms, depends_on_today = understood(catalogue.get(_ASKED), store, raw, today or today_utc())
    found = {name: values[0].value for name, values in terms.items() if name != "offence"}
    offence = tuple(term.value for term in terms["offence"]) if raw.get("offence") else ()
    return Asked(**found, offence=offence, depends_on_today=depends_on_today)


def compose(catalogue: Catalogue, store: Store, asked: Asked) -> Dossier:
    """Ask every query, several at a time, and put the answers together.

    Raises:
        StoreUnavailable, LimitReached: the store did not answer.
    """
    with ThreadPoolExecutor(_AT_A_TIME) as threads:
        return _composed(_Questions(catalogue, store, asked, threads), asked, store.release_id)


def _composed(ask: "_Questions", asked: Asked, release: str | None) -> Dossier:
    pair = {name: getattr(asked, name) for name in ("requesting", "executing", "measure", "on")}
    fiche = {"state": asked.executing, "measure": asked.measure}
    offence: dict[str, str | list[str]] = {"offence": list(asked.offence)} if asked.offence else {}
    # The slowest first, so that the others run beside them.
    started_answers = ask(Answer, {**pair, **offence})
    started_instruments = ask(ApplicableInstrument, pair)
    started_warnings = ask(Warning, pair)
    started_soon = ask(ApplicableInstrument, {**pair, "on": _later(asked.on)})
    page = {kind: ask(kind, fiche) for kind in _OF_PAGE}
    started_statutes = ask(ApprovingStatute, {"state": asked.executing})
    names = [
        ask.start("label", {"resource": iri})
        for iri in (asked.requesting, asked.executing, asked.measure, asked.confidence)
    ]
    instruments = started_instruments.result()
    applying = [row["instrument"] for row in instruments if row["status"] != _REPLACED]
    governing = [row["instrument"] for row in instruments if row["status"] in _GOVERNS]
    facts = _Facts(
        ask.start("dossier-facts", {**pair, "governing": governing, "applying": applying}).result()
    )
    reservations = {
        state: [
            ask(Reservation, {"state": state, "instrument": instrument})
            for instrument in dict.fromkeys(applying)
            if (state, instrument) in facts.declared
        ]
        for state in (asked.executing, asked.requesting)
    }
    references = _References()
    answers = started_answers.result()
    standing = {row["fact"]: row["stands"] for row in reversed(answers)}

    def stated(kind: type[S], found: Iterable[Row]) -> list[S]:
        return [_statement(kind, row, facts, references) for row in found]

    def of_page(kind: type[S]) -> list[S]:
        found = page[kind].result()
        if kind in _VOICES:
            column = STATEMENTS[kind][1] or ""
            found = [{**row, "stands": standing.get(row[column])} for row in found]
            # What the state notified for an instrument that does not count here is another matter.
            found = [row for row in found if row["stands"] or row["layer"] == "page"]
        return stated(kind, found)

    def declared(state: str) -> list[Reservation]:
        return stated(Reservation, (row for one in reservations[state] for row in one.result()))

    requesting, executing, measure, confidence = (_named(one.result()) for one in names)
    warnings = stated(Warning, started_warnings.result())
    begins = _beginning(started_soon.result(), instruments)
    beware = [
        *(warning for warning in warnings if warning.weight == _ACT),
        *stated(Warning, [_conflict(row) for row in answers if row["stands"] == _CONFLICTS]),
        *stated(Warning, begins),
    ]
    return Dossier(
        question=Question(requesting, executing, measure, asked.on, asked.lang, confidence.code),
        essentials=_essentials(stated(Answer, answers), beware),
        warnings=warnings,
        instruments=stated(ApplicableInstrument, instruments),
        approvingStatutes=stated(
            ApprovingStatute,
            (row for row in started_statutes.result() if row["instrument"] in applying),
        ),
        implementations=of_page(Implementation),
        legalBases=of_page(LegalBasis),
        conditions=of_page(Condition),
        authorities=of_page(Competence),
        languages=of_page(LanguageRule),
        timeLimits=of_page(TimeLimit),
        formalities=of_page(Formality),
        alternatives=of_page(Alternative),
        declarations=declared(asked.executing),
        heldAgainst=declared(asked.requesting),
        references=references.listed(ask),
        release=release,
        disclaimer=NOTICE,
    )


def _essentials(answers: Sequence[Answer], beware: list[Warning]) -> Essentials:
    rows: dict[str, dict[str, list[Answer]]] = {}
    for answer in answers:
        rows.setdefault(answer.bundle, {}).setdefault(TOPICS[answer.question], []).append(answer)
    bundles = [
        Bundle(
            bundle=bundle,
            basisStatus=_head_status(topics, bundle),
            **{name: _topic(topics.get(name)) for name in TOPICS.values()},
        )
        for bundle, topics in rows.items()
    ]
    first = {
        field.name: getattr(bundles[0], field.name) if bundles else None for field in fields(Bundle)
    }
    return Essentials(**first, bundles=bundles, beware=beware)


def _head_status(topics: Mapping[str, list[Answer]], bundle: str) -> str | None:
    found = (row.basisStatus for rows in topics.values() for row in rows if row.basis == bundle)
    return next(found, None)


def _topic(found: list[Answer] | None) -> Any:
    """All on one question; None where nothing is said of it."""
    if not found:
        return None
    alike = [row for row in found if row.stands == found[0].stands]
    answers = [row for row in alike if not row.appliesIf] or alike
    shown = list(dict.fromkeys(map(_in_words, answers)))[:_IN_TEXT]
    return Topic(
        status=found[0].status,
        text="; ".join(shown),
        rows=found,
        references=found[0].references,
        confidence=found[0].confidence,
    )


def _in_words(answer: Answer) -> str:
    """The answer in a few words; a rule's own words have its period in them."""
    label = (answer.label or "").removesuffix(".")
    period = answer.layer != "instrument" and answer.question == "time-limit" and answer.value
    return f"{label}: {duration(answer.value)}" if period and answer.value is not None else label


def _later(day: str) -> str:
    return (date.fromisoformat(day) + _SOON).isoformat()


def _beginning(soon: Iterable[Row], now: Sequence[Row]) -> list[Row]:
    """What governs within 90 days and is not in force between the two today, as warnings."""
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
    """A voice that cannot be squared with the answer, as a warning."""
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


class _Questions:
    """Saved queries on one store, in one language, above one level of confidence."""

    def __init__(
        self, catalogue: Catalogue, store: Store, asked: Asked, threads: ThreadPoolExecutor
    ) -> None:
        self._catalogue = catalogue
        self._store = store
        self._common = {"lang": asked.lang, "confidence": asked.confidence}
        self._threads = threads
        self._earlier = Earlier(store)

    def __call__(
        self, kind: type[Statement], raw: Mapping[str, str | list[str]]
    ) -> Future[list[Row]]:
        return self.start(STATEMENTS[kind][0], raw)

    def start(self, name: str, raw: Mapping[str, str | list[str]]) -> Future[list[Row]]:
        """Begin to ask a query for its rows."""
        return self._threads.submit(self._rows, name, raw)

    def _rows(self, name: str, raw: Mapping[str, str | list[str]]) -> list[Row]:
        """Language and confidence are given to the queries that take them."""
        query = self._catalogue.get(name)
        taken = [parameter.name for parameter in query.parameters]
        common = {key: text for key, text in self._common.items() if key in taken}
        bound = bind(query, self._store, {**common, **raw}, earlier=self._earlier)
        return rows(run(self._store, bound))


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
        if fact is None or not self._paths:
            return "first"
        return self._paths.get((fact, basis)) or self._paths.get((fact, None), "other")


class _References:
    """The places that are referred to, numbered as they come."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[str, str | None], int] = {}

    def numbers(self, places: Places) -> list[int]:
        """The numbers of the places, each once."""
        return list(
            dict.fromkeys(
                self._numbers.setdefault(place, len(self._numbers) + 1) for place in places
            )
        )

    def listed(self, ask: _Questions) -> list[Reference]:
        """The places with what is known of their documents."""
        documents = {
            source: ask.start("source-document", {"source": source})
            for source in dict.fromkeys(source for source, _ in self._numbers)
        }
        return [
            Reference(number=number, section=section, **documents[source].result()[0])
            for (source, section), number in self._numbers.items()
        ]


def _named(found: Sequence[Row]) -> Named:
    return Named(found[0]["resource"], found[0]["code"], found[0]["label"])


def _statement(kind: type[S], row: Row, facts: _Facts, references: _References) -> S:
    _, column = STATEMENTS[kind]
    fact = row[column] if column else None
    values = {field.name: row[field.name] for field in fields(kind) if field.name in row}
    path = facts.path(fact, row.get("basis"))
    if row.get("stands"):
        path = "other" if row["stands"] == _SET_ASIDE else "first"
    return kind(
        **values,
        path=path,
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
