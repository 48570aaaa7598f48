"""Who takes part in which instrument, what it serves, what it stands to: all made up."""

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from benchmarks.world.catalogue import PUBLISHER, Catalogue, Instrument, State
from benchmarks.world.lines import (
    FALSE,
    RETRIEVED,
    TRUE,
    Unit,
    day,
    document,
    fact,
    language,
    node,
    plain,
    ref,
    text,
    typed,
)

DIRECTIVE: Final = "eu-dir-2014-41"
PROTOCOLS: Final = {
    "coe-099": "coe-030",
    "coe-182": "coe-030",
    "eu-prot-2001-mla": "eu-conv-2000-mla",
}
SOURCE: Final = "synth-treaties"
MODEL: Final = "coe-030"
ARTICLES: Final = 12

_OUTSIDE: Final = ("dk", "ie")
_OFFENCES: Final = {
    "coe-141": "laundering",
    "coe-185": "cybercrime",
    "un-1988-narcotics": "narcotics",
    "un-2000-untoc": "organised-crime",
    "un-2003-uncac": "corruption",
}
_TOPICS: Final = (
    "scope", "definitions", "search-and-seizure", "refusal", "execution", "languages",
    "channels", "judicial-authorities", "time-limits", "costs", "summoning", "videoconference",
)  # fmt: skip


@dataclass(frozen=True)
class Party:
    """That an instrument binds a state; days as text."""

    instrument: Instrument
    state: State
    signed: str | None
    ratified: str | None
    since: str
    until: str | None
    mode: str


class Treaties:
    """The instruments that many states share, with their parties."""

    def __init__(self, catalogue: Catalogue, seed: int) -> None:
        self._catalogue, self._seed = catalogue, seed
        self.parties: dict[str, dict[str, Party]] = {}
        # A convention before its protocols, which only its parties can join.
        for key in sorted(catalogue.instruments, key=lambda key: (key in PROTOCOLS, key)):
            self.parties[key] = {p.state.code: p for p in self._drawn(catalogue.instruments[key])}

    def bound(self, state: State, by: str = "2020-12-31") -> list[Party]:
        """What binds a state from a day that is not after ``by``, without an end."""
        found = (parties.get(state.code) for parties in self.parties.values())
        return [party for party in found if party and party.since <= by and not party.until]

    def units(self) -> Iterator[Unit]:
        """The facts on these instruments, each group of facts as one file."""
        yield Unit("graph_data/sources/synth", document(SOURCE, "chart of treaties", PUBLISHER))
        for key in self.parties:
            yield Unit(f"graph_data/instruments/{key}-provisions", self._provisions(key))
            yield Unit(f"graph_data/participations/{key}", self._participations(key))
            yield Unit(f"graph_data/coverage/{key}", self._coverage(key))
        yield Unit("graph_data/precedence/synth", self._precedence())
        for key in ("coe-030", "coe-182"):
            yield Unit(f"graph_data/reservations/{key}", self._reservations(key))
        yield Unit("graph_data/principles", self._single_facts())

    def _random(self, name: str) -> random.Random:
        return random.Random(f"{self._seed}/{name}")

    def _drawn(self, instrument: Instrument) -> Iterator[Party]:
        draw = self._random(f"parties/{instrument.key}")
        parent = PROTOCOLS.get(instrument.key)
        for state in self._catalogue.states:
            number = draw.random()
            union, europe = state.member("eu"), state.member("council-of-europe")
            if parent and state.code not in self.parties[parent]:
                continue
            if instrument.key == "schengen-1990":
                if joined := state.member("schengen"):
                    yield Party(instrument, state, None, None, joined.since, None, "accession")
            elif instrument.key == DIRECTIVE:
                if union and state.code not in _OUTSIDE:
                    since = _later("2017-05-22", draw.randrange(400))
                    until = "2020-12-31" if union.until else None
                    yield Party(instrument, state, None, None, since, until, "eu-act")
            elif instrument.key.startswith(("eu-conv", "eu-prot")):
                if union and not union.until:
                    yield _ratification(instrument, state, draw)
            elif instrument.key.startswith("coe-"):
                if europe and number < 0.9:
                    yield _ratification(instrument, state, draw)
            elif instrument.key.startswith("un-") and number < 0.95 and not state.territory:
                yield _ratification(instrument, state, draw)

    def _provisions(self, key: str) -> list[str]:
        lines: list[str] = []
        for number, topic in enumerate(_TOPICS, 1):
            pairs = [
                ("eli:is_part_of", ref("instrument", key)),
                ("eli:number", plain(str(number))),
                ("mla:citation", plain(f"Art. {number}")),
                ("mla:hasTopic", ref("topic", topic)),
                ("rdfs:label", text(f"Article {number}: {topic.replace('-', ' ')}")),
            ]
            lines += fact(
                "provision", f"{key}-art-{number}", "mla:Provision", SOURCE, f"Art. {number}", pairs
            )
        return lines

    def _participations(self, key: str) -> list[str]:
        lines: list[str] = []
        for party in self.parties[key].values():
            lines += participation(party)
            lines += _evidence(party)
        if key == DIRECTIVE:
            lines += [line for code in _OUTSIDE for line in self._opt_out(key, code)]
        elif not self.parties[key]:
            lines += _group_participation(self._catalogue.instruments[key])
        return lines + party_list(key)

    def _opt_out(self, key: str, code: str) -> list[str]:
        pairs = [
            ("mla:bound", FALSE),
            ("mla:concernsInstrument", ref("instrument", key)),
            ("mla:concernsState", ref("state", code)),
            ("mla:hasParticipationMode", ref("participation-mode", "eu-act")),
        ]
        return fact("participation", f"{key}-{code}", "mla:Participation", SOURCE, "Outside", pairs)

    def _coverage(self, key: str) -> list[str]:
        draw = self._random(f"coverage/{key}")
        lines: list[str] = []
        for measure in self._catalogue.measures:
            if measure != "a.30" and draw.random() < 0.6:
                continue
            article = f"Art. {draw.randint(1, ARTICLES)}"
            pairs = [
                ("mla:citedAs", plain(article)),
                ("mla:concernsInstrument", ref("instrument", key)),
                ("mla:coversMeasure", ref("measure", measure)),
                ("mla:hasCoverageEffect", ref("coverage-effect", "covered")),
            ]
            if key in _OFFENCES:
                pairs.append(("mla:limitedToOffences", ref("offence-subject", _OFFENCES[key])))
            if key in PROTOCOLS and draw.random() < 0.3:
                pairs.append(("mla:essentialProvision", ref("provision", f"{key}-art-11")))
            if key == "schengen-1990" and draw.random() < 0.3:
                pairs.append(("mla:needsFullApplication", TRUE))
            lines += fact("coverage", f"{key}-{measure}", "mla:Coverage", SOURCE, article, pairs)
        if parent := PROTOCOLS.get(key):
            lines += coverage_of(key, parent, "accompanies", SOURCE)
        return lines

    def _precedence(self) -> list[str]:
        lines: list[str] = []
        for key, parent in PROTOCOLS.items():
            lines += relation(key, "protocol-to", parent, SOURCE)
        for key in ("coe-030", *PROTOCOLS, "eu-conv-2000-mla", "schengen-1990"):
            lines += relation(DIRECTIVE, "replaces", key, SOURCE)
            lines += rule(DIRECTIVE, "replaces", key, SOURCE, "2017-05-22")
        for key in ("eu-conv-2000-mla", "schengen-1990"):
            lines += relation(key, "supplements", "coe-030", SOURCE)
            lines += rule(key, "supplements", "coe-030", SOURCE)
        return lines

    def _reservations(self, key: str) -> list[str]:
        draw = self._random(f"reservations/{key}")
        lines: list[str] = []
        for party in self.parties[key].values():
            for article in sorted(draw.sample(range(1, ARTICLES + 1), 3)):
                lines += _reservation(party, article, draw)
        return lines

    def _single_facts(self) -> list[str]:
        """One of each kind of fact of which the graph has few."""
        return [
            *_about("principle-statement", "eu-conv-2000-mla-direct", "mla:PrincipleStatement",
                    ("mla:statesPrinciple", ref("principle", "direct-contact"))),
            *_about("principle-statement", "coe-030-counterpart", "mla:PrincipleStatement",
                    ("mla:statesPrinciple", ref("principle", "counterpart-assistance"))),
            *_about("proceeding-scope", "eu-conv-2000-mla-criminal", "mla:ProceedingScope",
                    ("mla:hasProceedingType", ref("proceeding-type", "criminal"))),
            *_about("cooperation-provision", "eu-conv-2000-mla-video", "mla:CooperationProvision",
                    ("mla:hasCooperationMode", ref("cooperation-mode", "videoconference"))),
            *_about("instrument-feature", "coe-030-first", "mla:InstrumentFeature",
                    ("mla:hasFeature", ref("instrument-feature-type", "first-european"))),
            *_instrument_rule(DIRECTIVE, "time-limit", 9,
                              ("mla:value", typed("P30D", "dayTimeDuration")),
                              ("mla:hasEvent", ref("time-limit-event", "recognition")),
                              ("mla:startsOn", ref("start-event", "receipt"))),
            *_instrument_rule("coe-030", "time-limit", 1, ("mla:setsNone", TRUE)),
            *_instrument_rule("coe-030", "channel", 15, ("mla:byRoute", TRUE),
                              ("mla:usesChannel", ref("channel", "central-authority")),
                              ("mla:exceptsMeasure", ref("measure", self._catalogue.measures[0]))),
            *_instrument_rule("coe-182", "channel", 4, ("mla:byRoute", TRUE),
                              ("mla:usesChannel", ref("channel", "direct")),
                              ("mla:concernsMeasure", ref("measure", "a.30")),
                              ("mla:displaces", ref("instrument-rule", "coe-030-channel"))),
            *_instrument_rule("coe-030", "language", 16,
                              ("mla:appliesIf", ref("applies-if", "no-declaration")),
                              ("mla:declarationsAct", ref("declaration-effect", "restricts"))),
            *fact("reservation-limit", "schengen-1990-coe-030-art-5", "mla:ReservationLimit",
                  SOURCE, "Art. 5", [
                      ("rdfs:label", text("Schengen limits what a reservation to Art. 5 demands")),
                      ("mla:citedAs", plain("Art. 5")),
                      ("mla:concernsInstrument", ref("instrument", "schengen-1990")),
                      ("mla:concernsMeasure", ref("measure", "a.30")),
                      ("mla:limitedProvision", ref("provision", "coe-030-art-5")),
                  ]),
            *fact("reservation-list", "coe-030-lu", "mla:ReservationList",
                  SOURCE, "Declarations, Luxembourg", [
                      ("mla:concernsInstrument", ref("instrument", "coe-030")),
                      ("mla:concernsState", ref("state", "lu")),
                      ("mla:knownUntil", day(RETRIEVED)),
                  ]),
            *node("statute", "lu-old-key", "mla:ReplacedKey", [
                ("dcterms:isReplacedBy", ref("instrument", "coe-030")),
                ("skos:historyNote", text("An invented key.")),
            ]),
            *fact("contradiction", "participation-coe-030-lu-since", "mla:Contradiction",
                  SOURCE, "See the notes", [
                      ("rdfs:label", text("Sources differ on participation/coe-030-lu")),
                      ("mla:contradictionAbout", ref("participation", "coe-030-lu")),
                      ("skos:note", text("The invented chart gives two days.")),
                      ("skos:editorialNote", text("Kept side by side, each with its source.")),
                  ]),
        ]  # fmt: skip


def bilateral(first: State, second: State, measures: Iterable[str], seed: int) -> Unit:
    """A treaty of two states, which are in order of their codes, from one of three models."""
    draw = random.Random(f"{seed}/bilateral/{first.code}/{second.code}")
    signed = _later("1965-01-01", draw.randrange(12_000))
    treaty = Instrument(
        f"bilat-{first.code}-{second.code}-{signed[:4]}", signed, _later(signed, 700)
    )
    source = f"synth-{treaty.key}"
    title = f"treaty of {first.name} and {second.name}"
    lines = document(source, title, PUBLISHER)
    name = f"Treaty between {first.name} and {second.name} on mutual legal assistance"
    lines += fact("instrument", treaty.key, "mla:Instrument", source, "Whole document", [
        ("skos:notation", plain(treaty.key)),
        ("rdfs:label", text(name)),
        ("mla:hasInstrumentKind", ref("instrument-kind", "treaty")),
        ("eli:date_document", day(treaty.signed)),
        ("eli:first_date_entry_in_force", day(treaty.in_force)),
    ])  # fmt: skip
    for state in (first, second):
        ratified = _later(treaty.signed, draw.randrange(600))
        party = Party(treaty, state, treaty.signed, ratified, treaty.in_force, None, "ratification")
        lines += participation(party, source)
    lines += party_list(treaty.key, source)
    if first.member("council-of-europe") and second.member("council-of-europe"):
        lines += relation(treaty.key, "supplements", MODEL, source)
        lines += rule(treaty.key, "supplements", MODEL, source)
    for measure in measures:
        if draw.random() < 0.15:
            lines += fact("coverage", f"{treaty.key}-{measure}", "mla:Coverage", source, "Art. 1", [
                ("mla:citedAs", plain("Art. 1")),
                ("mla:concernsInstrument", ref("instrument", treaty.key)),
                ("mla:coversMeasure", ref("measure", measure)),
                ("mla:hasCoverageEffect", ref("coverage-effect", "covered")),
            ])  # fmt: skip
    lines += coverage_of(treaty.key, MODEL, "covered", source)
    return Unit(f"graph_data/instruments/{treaty.key}", lines)


def _instrument_rule(key: str, question: str, article: int, *more: tuple[str, str]) -> list[str]:
    """The lines on what an instrument itself says on a question."""
    pairs = [
        ("mla:hasSpeaker", ref("instrument", key)),
        ("mla:answersQuestion", ref("question", question)),
        ("mla:onRequestSide", ref("request-side", "both")),
        ("mla:citedAs", plain(f"Art. {article}")),
        ("rdfs:label", text(f"A rule on {question} of {key}.")),
        *more,
    ]
    place = f"Art. {article}"
    return fact("instrument-rule", f"{key}-{question}", "mla:InstrumentRule", SOURCE, place, pairs)


def participation(party: Party, source: str = SOURCE) -> list[str]:
    """The lines on a party to an instrument."""
    pairs = [
        ("mla:bound", TRUE),
        ("mla:concernsInstrument", ref("instrument", party.instrument.key)),
        ("mla:concernsState", ref("state", party.state.code)),
        ("mla:hasParticipationMode", ref("participation-mode", party.mode)),
        ("mla:since", day(party.since)),
        *((name, day(value)) for name, value in _other_days(party)),
    ]
    if party.ratified:
        pairs.append(("mla:hasDateBasis", ref("date-basis", "treaty-rule")))
    if party.mode == "accession":
        pairs.append(("skos:note", text("Some of its articles were applied from accession on.")))
    key = f"{party.instrument.key}-{party.state.code}"
    row = f"Table of parties, row {party.state.code.upper()}"
    return fact("participation", key, "mla:Participation", source, row, pairs)


def party_list(key: str, source: str = SOURCE) -> list[str]:
    """The lines that say that the parties of an instrument are known."""
    pairs = [("mla:concernsInstrument", ref("instrument", key))]
    return fact("party-list", key, "mla:PartyList", source, "Parties", pairs)


def coverage_of(key: str, other: str, effect: str, source: str) -> list[str]:
    """The lines that say that an instrument serves, or goes along with, what another serves."""
    pairs = [
        ("mla:citedAs", plain("Treaty")),
        ("mla:concernsInstrument", ref("instrument", key)),
        ("mla:coversMeasuresOf", ref("instrument", other)),
        ("mla:hasCoverageEffect", ref("coverage-effect", effect)),
    ]
    return fact("coverage", f"{key}-as-{other}", "mla:Coverage", source, "Treaty", pairs)


def relation(key: str, kind: str, other: str, source: str) -> list[str]:
    """The lines on how an instrument stands to another."""
    pairs = [
        ("mla:fromInstrument", ref("instrument", key)),
        ("mla:hasRelationType", ref("relation-type", kind)),
        ("mla:toInstrument", ref("instrument", other)),
    ]
    name = f"{key}-{kind}-{other}"
    return fact(
        "instrument-relation", name, "mla:InstrumentRelation", source, "Whole document", pairs
    )


def rule(key: str, effect: str, other: str, source: str, since: str | None = None) -> list[str]:
    """The lines on an instrument that replaces or supplements another."""
    pairs = [
        ("mla:citedAs", plain("Art. 3")),
        ("mla:hasPrecedenceEffect", ref("precedence-effect", effect)),
        ("mla:prevailing", ref("instrument", key)),
        ("mla:yielding", ref("instrument", other)),
        ("rdfs:label", text(f"{key} {effect} {other}")),
    ]
    if since:
        pairs.append(("mla:since", day(since)))
    return fact(
        "precedence-rule", f"{key}-{effect}-{other}", "mla:PrecedenceRule", source, "Art. 3", pairs
    )


def _ratification(instrument: Instrument, state: State, draw: random.Random) -> Party:
    """Signed and ratified, or acceded to later by one state in three."""
    signed = _later(instrument.signed, draw.randrange(300)) if draw.random() < 0.67 else None
    ratified = _later(signed or instrument.signed, 100 + draw.randrange(2500))
    since = max(_later(ratified, 90), instrument.in_force)
    mode = "ratification" if signed else "accession"
    return Party(instrument, state, signed, ratified, since, None, mode)


def _other_days(party: Party) -> list[tuple[str, str]]:
    days = [
        ("mla:signedDate", party.signed),
        ("mla:ratifiedDate", party.ratified),
        ("mla:until", party.until),
        ("mla:fullySince", _later(party.since, 365) if party.mode == "accession" else None),
    ]
    return [(name, value) for name, value in days if value]


def _evidence(party: Party) -> list[str]:
    """Another document that gives the day of signature, for one party in three."""
    if not party.signed or int(party.signed[-2:]) % 3:
        return []
    key = f"{party.instrument.key}-{party.state.code}"
    pairs = [
        ("mla:evidenceFor", ref("participation", key)),
        ("mla:hasEvidenceField", ref("evidence-field", "signed-date")),
        ("mla:value", day(party.signed)),
    ]
    return fact(
        "evidence", f"participation-{key}-signed-date", "mla:FieldEvidence", SOURCE, "Chart", pairs
    )


def _group_participation(instrument: Instrument) -> list[str]:
    pairs = [
        ("mla:concernsGroup", ref("state-group", "eu")),
        ("mla:concernsInstrument", ref("instrument", instrument.key)),
        ("mla:hasParticipationMode", ref("participation-mode", "eu-act")),
        ("mla:since", day(instrument.in_force)),
    ]
    key = f"{instrument.key}-eu"
    return fact(
        "group-participation", key, "mla:GroupParticipation", SOURCE, "Acts of the Union", pairs
    )


def _reservation(party: Party, article: int, draw: random.Random) -> list[str]:
    kind = draw.choice(("declaration", "reservation"))
    key = f"{party.instrument.key}-{party.state.code}-art-{article}-{kind}"
    locator = f"Art. {article}"
    declared = party.ratified or party.since
    lines = fact("reservation", key, "mla:Reservation", SOURCE, locator, [
        ("rdfs:label", text(f"{party.state.name} applies Article {article} within its own law.")),
        ("mla:declaredDate", day(declared)),
        ("mla:hasReservationKind", ref("reservation-kind", kind)),
        ("mla:hasTopic", ref("topic", _TOPICS[article - 1])),
        ("mla:madeUnder", ref("participation", f"{party.instrument.key}-{party.state.code}")),
        ("mla:modifiesProvision", ref("provision", f"{party.instrument.key}-art-{article}")),
    ])  # fmt: skip
    stipulations = (
        ("dual-criminality", "mla:value", TRUE),
        ("accepted-language", "mla:namesLanguage", language("ENG")),
        ("judicial-authority", "mla:namesAuthorityType", ref("authority-type", "court")),
        ("provision-excluded", "mla:namesProvision",
         ref("provision", f"{party.instrument.key}-art-{article}")),
    )  # fmt: skip
    kind, name, value = draw.choice(stipulations)
    pairs = [
        ("mla:hasStipulationType", ref("stipulation-type", kind)),
        ("mla:stipulatedBy", ref("reservation", key)),
        (name, value),
    ]
    return lines + fact("stipulation", f"{key}-1", "mla:Stipulation", SOURCE, locator, pairs)


def _about(kind: str, key: str, cls: str, said: tuple[str, str]) -> list[str]:
    """A fact on the instrument with which its key starts."""
    instrument = "coe-030" if key.startswith("coe-030") else "eu-conv-2000-mla"
    pairs = [("mla:concernsInstrument", ref("instrument", instrument)), said]
    return fact(kind, key, cls, SOURCE, "Mutual legal assistance", pairs)


def _later(start: str, days: int) -> str:
    return (date.fromisoformat(start) + timedelta(days)).isoformat()
