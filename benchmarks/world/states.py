"""What a state has: statutes, authorities, and a page on each measure; all made up."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from benchmarks.world.catalogue import State
from benchmarks.world.fiches import CODE, Fiche
from benchmarks.world.lines import (
    FALSE,
    RETRIEVED,
    Unit,
    day,
    document,
    fact,
    language,
    node,
    plain,
    ref,
    text,
)
from benchmarks.world.treaties import DIRECTIVE, Party

_CENTRAL: Final = (
    ("ministry", "Ministry of Justice", "ministry-of-justice"),
    ("supreme-court", "Supreme Court", "court"),
    ("police", "National Police", "police"),
)


@dataclass(frozen=True)
class Home:
    """A state with what its pages refer to."""

    state: State
    seed: int
    bound: Sequence[Party]
    measures: Sequence[str]
    roles: dict[str, str] = field(default_factory=dict)
    """By key of the instrument: the role of the statute that gives it effect."""

    def law(self) -> Unit:
        """Its statutes and what they do, its central authorities and where all that stands."""
        code, name = self.state.code, self.state.name
        source, publisher = f"synth-{code}", f"synth-{code}"
        labels = [("rdfs:label", text(f"Gazette of {name}", tag)) for tag in ("en", "fr", "de")]
        lines = node(
            "agent", publisher, "mla:Agent", [("skos:notation", plain(publisher)), *labels]
        )
        lines += document(source, f"law and authorities of {name}", publisher)
        lines += fact("treaty-list-status", code, "mla:TreatyListStatus", source, "Treaties", [
            ("mla:concernsState", ref("state", code)),
            ("mla:hasListExtent", ref("list-extent", "searched")),
            ("mla:knownUntil", day(RETRIEVED)),
        ])  # fmt: skip
        lines += self._statute(CODE, "Code of Criminal Procedure", None)
        lines += self._statute("assistance-act", "Act on Mutual Legal Assistance", None)
        lines += self._role(CODE, "procedure", None)
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
            yield Fiche(self.state, measure, self.measures, self.roles, self.seed).unit()

    def _statute(self, key: str, label: str, signed: str | None) -> list[str]:
        key = f"{self.state.code}-{key}"
        pairs = [
            ("mla:concernsState", ref("state", self.state.code)),
            ("rdfs:label", text(f"{label} of {self.state.name}")),
            ("rdfs:label", text(f"{label} of {self.state.name}", "fr")),
            ("skos:notation", plain(key)),
        ]
        if signed:
            pairs.append(("eli:date_document", day(signed)))
            pairs.append(("mla:gazetteReference", plain(f"Gazette, {key}")))
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
            self.roles[instrument] = key
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
                ("mla:acceptsLanguage", language("ENG")),
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
