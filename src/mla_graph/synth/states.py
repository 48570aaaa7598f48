"""What a state has: statutes, authorities, and a page on each measure; all made up."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from mla_graph.synth.catalogue import State
from mla_graph.synth.lines import (
    FALSE,
    RETRIEVED,
    TRUE,
    Unit,
    day,
    document,
    fact,
    node,
    plain,
    ref,
    text,
    typed,
)
from mla_graph.synth.treaties import ARTICLES, DIRECTIVE, Party

_LANGUAGES: Final = ("ENG", "FRA", "DEU", "SPA", "ITA", "NLD", "POL", "POR", "RUS", "SWE", "ELL")
_EIO_STATES: Final = {DIRECTIVE: "eio-states"}
_CENTRAL: Final = (
    ("ministry", "Ministry of Justice", "ministry-of-justice"),
    ("supreme-court", "Supreme Court", "court"),
    ("police", "National Police", "police"),
)
_CONDITIONS: Final = (
    ("judicial-authorisation", "An order of a judge is needed", None, None),
    ("dual-criminality", "The act is an offence in both states", "both", None),
    ("minimum-penalty", "At least one year of imprisonment", "both", ("P1Y", "yearMonthDuration")),
    ("offence-list", "Only for offences of the national list", "executing", None),
    ("proportionality", "The measure must be proportionate", None, None),
    ("maximum-duration", "At most one month at a time", None, ("P1M", "yearMonthDuration")),
    ("use-limit", "Only for the proceedings named in the request", None, None),
)
_FORMALITIES: Final = (
    ("request-content", "The facts and the offence", "always"),
    ("request-form", "In writing, signed and sealed", "always"),
    ("translation", "Translation of the request and its annexes", "as-a-rule"),
    ("requested-procedure", "Procedures asked for are followed", "where-possible"),
    ("presence", "Officials of the requesting state may be present", "optional"),
    ("secrecy", "The request is kept secret on demand", "where-applicable"),
    ("time-of-day", "Homes are searched by day", "always"),
)
_HOURS: Final = (
    ("mla:notBeforeTime", typed("06:30:00", "time")),
    ("mla:notAfterTime", typed("20:00:00", "time")),
)
_LIMITS: Final = (
    ("recognition", "Decision on recognition", "eio", "P30D"),
    ("execution", "Execution of the order", "eio", "P90D"),
    ("other", "Answer to a request", "mla", "P60D"),
    ("transfer", "Transfer of what was found", "any", "P20D"),
)


@dataclass(frozen=True)
class Home:
    """A state with what its pages refer to."""

    state: State
    seed: int
    bound: Sequence[Party]
    measures: Sequence[str]
    roles: dict[str, tuple[str, str]] = field(default_factory=dict)
    """By key of the instrument: the statute that gives it effect, and the role of that."""

    def law(self) -> Unit:
        """Its statutes and what they do, its central authorities and where all that stands."""
        code, name = self.state.code, self.state.name
        source, publisher = f"synth-{code}", f"synth-{code}"
        labels = [("rdfs:label", text(f"Gazette of {name}", tag)) for tag in ("en", "fr", "de")]
        lines = node("agent", publisher, "mla:Agent", [("skos:notation", plain(publisher)), *labels])
        lines += document(source, f"law and authorities of {name}", publisher)
        lines += self._statute("code-of-criminal-procedure", "Code of Criminal Procedure", None)
        lines += self._statute("assistance-act", "Act on Mutual Legal Assistance", None)
        lines += self._role("code-of-criminal-procedure", "procedure", None)
        lines += self._role("assistance-act", "basis", None)
        for party in self.bound:
            lines += self._gives_effect(party)
        for key, label, kind in _CENTRAL:
            lines += self._authority(key, f"{label} of {name}", kind)
        lines += self._fallback()
        if DIRECTIVE in self.roles:
            lines += self._notification()
        return Unit(f"graph_data/statutes/{code}", lines)

    def district(self, number: int, measures: Sequence[str]) -> Unit:
        """A district with its prosecutor and court, and for which measures they are competent."""
        code, name = self.state.code, self.state.name
        prosecutor, court = f"prosecutor-{number}", f"court-{number}"
        area = text(f"Of the area of District {number}.")
        lines = self._authority(
            prosecutor, f"Public prosecutor of District {number}, {name}", "public-prosecutor"
        )
        lines += self._authority(court, f"Court of District {number}, {name}", "court")
        for measure in measures:
            page = f"{code}-{measure}"
            for role, holder in (("receive", prosecutor), ("execute", court)):
                lines += fact(
                    "competence",
                    f"{page}-{holder}-{role}",
                    "mla:Competence",
                    f"synth-{page}",
                    "Competent Authority",
                    (
                        ("mla:belongsToImplementation", ref("implementation", page)),
                        ("mla:hasFramework", ref("framework", "any")),
                        ("mla:hasRole", ref("authority-role", role)),
                        ("mla:heldBy", ref("authority", f"{code}-{holder}")),
                        ("skos:note", area),
                    ),
                )
        return Unit(f"graph_data/authorities/{code}-{number}", lines)

    def fiches(self) -> Iterator[Unit]:
        """A page on each measure."""
        for measure in self.measures:
            yield self._fiche(measure)

    def _statute(self, key: str, label: str, signed: str | None) -> list[str]:
        key = f"{self.state.code}-{key}"
        pairs = [
            ("mla:concernsState", ref("state", self.state.code)),
            ("rdfs:label", text(f"{label} of {self.state.name}")),
            ("skos:notation", plain(key)),
        ]
        if signed:
            pairs.append(("eli:date_document", day(signed)))
        return self._stated("statute", key, "mla:Statute", pairs)

    def _role(self, statute: str, role: str, instrument: str | None) -> list[str]:
        statute = f"{self.state.code}-{statute}"
        pairs = [
            ("mla:concernsState", ref("state", self.state.code)),
            ("mla:fulfilledBy", ref("statute", statute)),
            ("mla:hasStatuteRole", ref("statute-role", role)),
        ]
        key = f"{statute}-{role}"
        if instrument:
            pairs.append(("mla:concernsInstrument", ref("instrument", instrument)))
            key += f"-{instrument}"
            self.roles[instrument] = (statute, key)
        return self._stated("statutory-role", key, "mla:StatutoryRole", pairs)

    def _gives_effect(self, party: Party) -> list[str]:
        """The statute that approves or transposes an instrument, of the day it was ratified."""
        transposes = party.instrument.key == DIRECTIVE
        key = f"{'transposing' if transposes else 'approving'}-{party.instrument.key}"
        signed = party.ratified or party.since
        label = f"Law on {party.instrument.key.upper()}"
        return [
            *self._statute(key, label, signed),
            *self._role(key, "transposes" if transposes else "approves", party.instrument.key),
        ]

    def _authority(self, key: str, label: str, kind: str) -> list[str]:
        key = f"{self.state.code}-{key}"
        pairs = [
            ("mla:actsFor", ref("state", self.state.code)),
            ("mla:hasAuthorityType", ref("authority-type", kind)),
            ("rdfs:label", text(label)),
            ("skos:notation", plain(key)),
        ]
        return self._stated("authority", key, "mla:Authority", pairs, "Competent Authority")

    def _fallback(self) -> list[str]:
        statute = f"{self.state.code}-assistance-act"
        pairs = [
            ("mla:citedAs", plain("Art. 1")),
            ("mla:concernsMeasure", ref("measure", "a.30")),
            ("mla:concernsState", ref("state", self.state.code)),
            ("mla:fulfilledBy", ref("statute", statute)),
        ]
        return self._stated("fallback-basis", f"{statute}-fallback", "mla:FallbackBasis", pairs)

    def _notification(self) -> list[str]:
        code = self.state.code
        key = f"{DIRECTIVE}-{code}-ejn-notification"
        whole = ("mla:belongsToNotification", ref("notification", key))
        return [
            *self._stated("notification", key, "mla:Notification", [
                ("mla:concernsInstrument", ref("instrument", DIRECTIVE)),
                ("mla:concernsState", ref("state", code)),
                ("mla:hasNotificationBasis", ref("notification-basis", "ejn-notification")),
                ("mla:partlySeen", FALSE),
                ("mla:usesChannel", ref("channel", "direct")),
            ]),
            *self._stated("competence", f"{key}-receive", "mla:Competence", [
                whole,
                ("mla:hasFramework", ref("framework", "eio")),
                ("mla:hasRole", ref("authority-role", "receive")),
                ("mla:heldBy", ref("authority", f"{code}-ministry")),
            ]),
            *self._stated("language-rule", f"{key}-eng", "mla:LanguageRule", [
                whole,
                ("mla:acceptsLanguage", _language("ENG")),
                ("mla:hasFramework", ref("framework", "eio")),
                ("mla:hasLanguageStatus", ref("language-status", "accepted")),
            ]),
        ]  # fmt: skip

    def _stated(
        self,
        kind: str,
        key: str,
        cls: str,
        pairs: list[tuple[str, str]],
        locator: str = "Legal Framework",
    ) -> list[str]:
        return fact(kind, key, cls, f"synth-{self.state.code}", locator, pairs)

    def _fiche(self, measure: str) -> Unit:
        code, name = self.state.code, self.state.name
        page = f"{code}-{measure}"
        source, whole = f"synth-{page}", ("mla:belongsToImplementation", ref("implementation", page))
        draw = random.Random(f"{self.seed}/fiche/{page}")
        reviewed = _earlier(RETRIEVED, draw.randrange(1600)) if draw.random() < 0.5 else None
        title = f"judicial cooperation measure {measure.upper()} in {name}"
        lines = document(source, title, f"synth-{code}", reviewed)

        def part(
            kind: str, key: str, cls: str, locator: str, *pairs: tuple[str, str]
        ) -> list[str]:
            return fact(kind, f"{page}-{key}", cls, source, locator, (whole, *pairs))

        pairs = [
            ("mla:concernsMeasure", ref("measure", measure)),
            ("mla:concernsState", ref("state", code)),
            ("mla:hasAvailability", ref("availability", draw.choice(_AVAILABILITIES))),
            ("mla:hasPageStatus", ref("page-status", "current" if reviewed else "outdated")),
            ("mla:partlySeen", FALSE),
            ("skos:notation", plain(page)),
            ("skos:scopeNote", text(f"What {name} does for measure {measure.upper()}.")),
            *(
                ("rdfs:label", text(f"{measure.upper()}: {name}", language))
                for language in ("en", "fr", "de")
            ),
        ]
        if reviewed:
            pairs.append(("mla:reviewedDate", day(reviewed)))
        if measure in _DESCRIBED:
            pairs += (
                ("mla:carriedOutBy", ref("authority-type", "police")),
                ("mla:coercive", TRUE),
                ("mla:hasOffenceScope", ref("offence-scope", "imprisonment")),
                ("mla:hasPurpose", ref("purpose", "gather-evidence")),
                ("mla:reachesPlace", ref("place", "home")),
            )
        lines += fact(
            "implementation", page, "mla:Implementation", source, "Measure Implementation", pairs
        )
        bases = draw.sample(self.bound, min(len(self.bound), draw.randint(1, 4)))
        for rank, party in enumerate(bases, 1):
            key = party.instrument.key
            lines += part(
                "legal-basis", key, "mla:LegalBasis", "Legal Framework",
                ("mla:appliesToGroup", ref("applies-to", _EIO_STATES.get(key, "treaty-parties"))),
                ("mla:hasStatutoryRole", ref("statutory-role", self.roles[key][1])),
                ("mla:rank", typed(str(rank), "integer")),
                ("mla:restsOn", ref("instrument", key)),
                ("mla:statedIn", ref("provision", f"{key}-art-{draw.randint(1, ARTICLES)}")),
            )  # fmt: skip
        lines += part(
            "legal-basis", "code", "mla:LegalBasis", "Legal Framework",
            ("mla:appliesToGroup", ref("applies-to", "any")),
            ("mla:citedAs", plain(f"Art. {draw.randint(1, 700)}")),
            ("mla:hasStatutoryRole",
             ref("statutory-role", f"{code}-code-of-criminal-procedure-procedure")),
            ("mla:rank", typed(str(len(bases) + 1), "integer")),
            ("mla:restsOn", ref("statute", f"{code}-code-of-criminal-procedure")),
        )  # fmt: skip
        limited = (
            ref("instrument", bases[0].instrument.key)
            if bases
            else ref("statute", f"{code}-code-of-criminal-procedure")
        )
        for kind, label, whose, value in draw.sample(_CONDITIONS, draw.randint(1, 3)):
            more = [("mla:countsLawOf", ref("whose-law", whose))] if whose else []
            more += [("mla:value", typed(*value))] if value else []
            more += [("mla:renewable", TRUE)] if kind == "maximum-duration" else []
            lines += part(
                "condition", kind, "mla:Condition", "Legal Framework",
                ("mla:hasConditionType", ref("condition-type", kind)),
                ("mla:limits", limited), ("rdfs:label", text(label)), *more,
            )  # fmt: skip
        for framework, role, holder in (
            ("mla", "receive", "ministry"), ("any", "execute", "police")
        ):  # fmt: skip
            lines += part(
                "competence", f"{holder}-{role}", "mla:Competence", "Competent Authority",
                ("mla:hasFramework", ref("framework", framework)),
                ("mla:hasRole", ref("authority-role", role)),
                ("mla:heldBy", ref("authority", f"{code}-{holder}")),
                ("mla:usesChannel", ref("channel", "central-authority")),
            )  # fmt: skip
        for language in draw.sample(_LANGUAGES, draw.randint(1, 3)):
            lines += part(
                "language-rule", f"any-{language.lower()}", "mla:LanguageRule",
                "Accepted languages",
                ("mla:acceptsLanguage", _language(language)),
                ("mla:coversDocument", ref("document-kind", "request")),
                ("mla:hasFramework", ref("framework", "any")),
                ("mla:hasLanguageStatus", ref("language-status", "accepted")),
            )  # fmt: skip
        for event, label, framework, value in draw.sample(_LIMITS, draw.randint(1, 2)):
            lines += part(
                "time-limit", event, "mla:TimeLimit", "Execution deadline",
                ("mla:bindsAuthority", ref("authority", f"{code}-supreme-court")),
                ("mla:hasEvent", ref("time-limit-event", event)),
                ("mla:hasFramework", ref("framework", framework)),
                ("mla:startsOn", ref("start-event", "receipt")),
                ("mla:value", typed(value, "dayTimeDuration")),
                ("rdfs:label", text(label)),
            )  # fmt: skip
        for kind, label, modality in draw.sample(_FORMALITIES, draw.randint(1, 3)):
            lines += part(
                "formality", kind, "mla:Formality", "Requirements",
                ("mla:hasFormalityType", ref("formality-type", kind)),
                ("mla:hasFramework", ref("framework", "any")),
                ("mla:hasModality", ref("modality", modality)),
                ("rdfs:label", text(label)), *(_HOURS if kind == "time-of-day" else ()),
            )  # fmt: skip
        others = draw.sample([other for other in self.measures if other != measure], 2)
        lines += part(
            "alternative", others[0], "mla:Alternative", "Measure Implementation",
            ("mla:namesMeasure", ref("measure", others[0])),
        )  # fmt: skip
        if measure in _DESCRIBED:
            lines += part(
                "complement", others[1], "mla:Complement", "Measure Implementation",
                ("mla:hasModality", ref("modality", "as-a-rule")),
                ("mla:namesMeasure", ref("measure", others[1])),
            )  # fmt: skip
        return Unit(f"graph_data/implementations/{code}/{measure}", lines)


_AVAILABILITIES: Final = ("yes", "yes", "yes", "conditional", "unknown")
_DESCRIBED: Final = ("a.30", "a.31", "a.40")
"""Measures whose pages say how they are carried out."""


def _language(code: str) -> str:
    return f"<http://publications.europa.eu/resource/authority/language/{code}>"


def _earlier(day: str, days: int) -> str:
    return (date.fromisoformat(day) - timedelta(days)).isoformat()
