"""The page of a state on a measure: all made up."""

import random
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Final

from benchmarks.world.catalogue import State
from benchmarks.world.lines import (
    FALSE,
    RETRIEVED,
    TRUE,
    Unit,
    day,
    document,
    fact,
    language,
    plain,
    ref,
    text,
    typed,
)
from benchmarks.world.treaties import ARTICLES, DIRECTIVE

CODE: Final = "code-of-criminal-procedure"
"""The key of the statute on which every page rests, after the code of its state."""

_AVAILABILITIES: Final = ("yes", "yes", "yes", "conditional", "unknown")
_DESCRIBED: Final = ("a.30", "a.31", "a.40")
"""Measures whose pages say how they are carried out."""

_LANGUAGES: Final = ("ENG", "FRA", "DEU", "SPA", "ITA", "NLD", "POL", "POR", "RUS", "SWE", "ELL")
_CONDITIONS: Final = (
    ("judicial-authorisation", "An order of a judge is needed", ()),
    ("dual-criminality", "The act is an offence in both states",
     (("mla:countsLawOf", ref("whose-law", "both")),)),
    ("minimum-penalty", "At least one year of imprisonment",
     (("mla:countsLawOf", ref("whose-law", "both")),
      ("mla:value", typed("P1Y", "yearMonthDuration")))),
    ("offence-list", "Only for offences of the national list",
     (("mla:countsLawOf", ref("whose-law", "executing")),)),
    ("proportionality", "The measure must be proportionate", ()),
    ("maximum-duration", "At most one month at a time",
     (("mla:value", typed("P1M", "yearMonthDuration")), ("mla:renewable", TRUE))),
    ("use-limit", "Only for the proceedings named in the request", ()),
)  # fmt: skip
_FORMALITIES: Final = (
    ("request-content", "The facts and the offence", "always", ()),
    ("request-form", "In writing, signed and sealed", "always", ()),
    ("translation", "Translation of the request and its annexes", "as-a-rule", ()),
    ("requested-procedure", "Procedures asked for are followed", "where-possible", ()),
    ("presence", "Officials of the requesting state may be present", "optional", ()),
    ("secrecy", "The request is kept secret on demand", "where-applicable", ()),
    ("time-of-day", "Homes are searched by day", "always",
     (("mla:notBeforeTime", typed("06:30:00", "time")),
      ("mla:notAfterTime", typed("20:00:00", "time")))),
)  # fmt: skip
_HOLDERS: Final = (("mla", "receive", "ministry"), ("any", "execute", "police"))
_LIMITS: Final = (
    ("recognition", "Decision on recognition", "eio", "P30D"),
    ("execution", "Execution of the order", "eio", "P90D"),
    ("other", "Answer to a request", "mla", "P60D"),
    ("transfer", "Transfer of what was found", "any", "P20D"),
)


class Fiche:
    """One page; ``roles`` has the key of the statutory role for each instrument it may cite."""

    def __init__(
        self,
        state: State,
        measure: str,
        measures: Sequence[str],
        roles: Mapping[str, str],
        seed: int,
    ) -> None:
        self._state, self._measure, self._measures, self._roles = state, measure, measures, roles
        self._page = f"{state.code}-{measure}"
        self._draw = random.Random(f"{seed}/fiche/{self._page}")
        reviewed = self._draw.random() < 0.5
        self._reviewed = _earlier(RETRIEVED, self._draw.randrange(1600)) if reviewed else None
        self._cited = self._draw.sample(list(roles), min(len(roles), self._draw.randint(1, 4)))

    def unit(self) -> Unit:
        """The page with all its parts, and the document that it is."""
        title = f"judicial cooperation measure {self._measure.upper()} in {self._state.name}"
        lines = document(f"synth-{self._page}", title, f"synth-{self._state.code}", self._reviewed)
        parts: tuple[Callable[[], list[str]], ...] = (
            self._implementation,
            self._legal_bases,
            self._conditions,
            self._competences,
            self._languages,
            self._time_limits,
            self._formalities,
            self._related,
        )
        for part in parts:
            lines += part()
        return Unit(f"graph_data/implementations/{self._state.code}/{self._measure}", lines)

    def _part(
        self, kind: str, key: str, cls: str, locator: str, *pairs: tuple[str, str]
    ) -> list[str]:
        whole = ("mla:belongsToImplementation", ref("implementation", self._page))
        return fact(
            kind, f"{self._page}-{key}", cls, f"synth-{self._page}", locator, (whole, *pairs)
        )

    def _implementation(self) -> list[str]:
        code, name, measure = self._state.code, self._state.name, self._measure
        status = "current" if self._reviewed else "outdated"
        pairs = [
            ("mla:concernsMeasure", ref("measure", measure)),
            ("mla:concernsState", ref("state", code)),
            ("mla:hasAvailability", ref("availability", self._draw.choice(_AVAILABILITIES))),
            ("mla:hasPageStatus", ref("page-status", status)),
            ("mla:partlySeen", FALSE),
            ("skos:notation", plain(self._page)),
            ("skos:scopeNote", text(f"What {name} does for measure {measure.upper()}.")),
            *(
                ("rdfs:label", text(f"{measure.upper()}: {name}", tag))
                for tag in ("en", "fr", "de")
            ),
        ]
        if self._reviewed:
            pairs.append(("mla:reviewedDate", day(self._reviewed)))
        if measure in _DESCRIBED:
            pairs += (
                ("mla:carriedOutBy", ref("authority-type", "police")),
                ("mla:coercive", TRUE),
                ("mla:hasOffenceScope", ref("offence-scope", "imprisonment")),
                ("mla:hasPurpose", ref("purpose", "gather-evidence")),
                ("mla:reachesPlace", ref("place", "home")),
            )
        return fact(
            "implementation", self._page, "mla:Implementation", f"synth-{self._page}",
            "Measure Implementation", pairs,
        )  # fmt: skip

    def _legal_bases(self) -> list[str]:
        lines: list[str] = []
        for rank, key in enumerate(self._cited, 1):
            group = "eio-states" if key == DIRECTIVE else "treaty-parties"
            article = self._draw.randint(1, ARTICLES)
            lines += self._part(
                "legal-basis", key, "mla:LegalBasis", "Legal Framework",
                ("mla:appliesToGroup", ref("applies-to", group)),
                ("mla:hasStatutoryRole", ref("statutory-role", self._roles[key])),
                ("mla:rank", typed(str(rank), "integer")),
                ("mla:restsOn", ref("instrument", key)),
                ("mla:statedIn", ref("provision", f"{key}-art-{article}")),
            )  # fmt: skip
        code = f"{self._state.code}-{CODE}"
        return lines + self._part(
            "legal-basis", "code", "mla:LegalBasis", "Legal Framework",
            ("mla:appliesToGroup", ref("applies-to", "any")),
            ("mla:citedAs", plain(f"Art. {self._draw.randint(1, 700)}")),
            ("mla:hasStatutoryRole", ref("statutory-role", f"{code}-procedure")),
            ("mla:rank", typed(str(len(self._cited) + 1), "integer")),
            ("mla:restsOn", ref("statute", code)),
        )  # fmt: skip

    def _conditions(self) -> list[str]:
        limited = (
            ref("instrument", self._cited[0])
            if self._cited
            else ref("statute", f"{self._state.code}-{CODE}")
        )
        lines: list[str] = []
        for kind, label, more in self._draw.sample(_CONDITIONS, self._draw.randint(1, 3)):
            lines += self._part(
                "condition", kind, "mla:Condition", "Legal Framework",
                ("mla:hasConditionType", ref("condition-type", kind)),
                ("mla:limits", limited), ("rdfs:label", text(label)), *more,
            )  # fmt: skip
        return lines

    def _competences(self) -> list[str]:
        lines: list[str] = []
        for framework, role, holder in (
            ("mla", "receive", "ministry"),
            ("any", "execute", "police"),
        ):
            lines += self._part(
                "competence", f"{holder}-{role}", "mla:Competence", "Competent Authority",
                ("mla:hasFramework", ref("framework", framework)),
                ("mla:hasRole", ref("authority-role", role)),
                ("mla:heldBy", ref("authority", f"{self._state.code}-{holder}")),
                ("mla:usesChannel", ref("channel", "central-authority")),
            )  # fmt: skip
        return lines

    def _languages(self) -> list[str]:
        lines: list[str] = []
        for code in self._draw.sample(_LANGUAGES, self._draw.randint(1, 3)):
            lines += self._part(
                "language-rule", f"any-{code.lower()}", "mla:LanguageRule", "Accepted languages",
                ("mla:acceptsLanguage", language(code)),
                ("mla:coversDocument", ref("document-kind", "request")),
                ("mla:hasFramework", ref("framework", "any")),
                ("mla:hasLanguageStatus", ref("language-status", "accepted")),
            )  # fmt: skip
        return lines

    def _time_limits(self) -> list[str]:
        lines: list[str] = []
        for event, label, framework, value in self._draw.sample(_LIMITS, self._draw.randint(1, 2)):
            lines += self._part(
                "time-limit", event, "mla:TimeLimit", "Execution deadline",
                ("mla:bindsAuthority", ref("authority", f"{self._state.code}-supreme-court")),
                ("mla:hasEvent", ref("time-limit-event", event)),
                ("mla:hasFramework", ref("framework", framework)),
                ("mla:startsOn", ref("start-event", "receipt")),
                ("mla:value", typed(value, "dayTimeDuration")),
                ("rdfs:label", text(label)),
            )  # fmt: skip
        return lines

    def _formalities(self) -> list[str]:
        lines: list[str] = []
        for kind, label, modality, more in self._draw.sample(
            _FORMALITIES, self._draw.randint(1, 3)
        ):
            lines += self._part(
                "formality", kind, "mla:Formality", "Requirements",
                ("mla:hasFormalityType", ref("formality-type", kind)),
                ("mla:hasFramework", ref("framework", "any")),
                ("mla:hasModality", ref("modality", modality)),
                ("rdfs:label", text(label)), *more,
            )  # fmt: skip
        return lines

    def _related(self) -> list[str]:
        """One other measure, and where much is told a second one that goes along."""
        first, second = self._draw.sample([m for m in self._measures if m != self._measure], 2)
        lines = self._part(
            "alternative", first, "mla:Alternative", "Measure Implementation",
            ("mla:namesMeasure", ref("measure", first)),
        )  # fmt: skip
        if self._measure in _DESCRIBED:
            lines += self._part(
                "complement", second, "mla:Complement", "Measure Implementation",
                ("mla:hasModality", ref("modality", "as-a-rule")),
                ("mla:namesMeasure", ref("measure", second)),
            )  # fmt: skip
        return lines


def _earlier(start: str, days: int) -> str:
    return (date.fromisoformat(start) - timedelta(days)).isoformat()
