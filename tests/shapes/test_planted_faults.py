"""For every shape a fault that it must find: planted alone, reported by that shape alone.

A case changes a few triples of the real graph and says which shape reports which node, on which
path. Names are those of Turtle; a shape that checks one property for many classes has a name in
lower case. Cases that differ in the class alone are made from one list.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

import pyoxigraph as ox
import pytest

from mla_graph.model.namespaces import SH
from mla_graph.validation.paths import path_text
from mla_graph.validation.report import SHAPES, Report
from mla_graph.validation.run import REFEREE, validate_graph

from .conftest import RealGraph, iri, turtle


@dataclass(frozen=True)
class Case:
    """A fault: triples to remove and to add, an IRI to rename, and what is to be reported.

    ``remove`` has one pattern a line, ``near`` names what else is to be in the graph.
    """

    name: str
    shape: str
    focus: str
    path: str | None = None
    remove: str = ""
    add: str = ""
    rename: tuple[str, str] | None = None
    near: str = ""
    severity: str = "Violation"


EXAMPLE_OF = {
    "Agent": "agent:ejn",
    "Alternative": "alternative:lu-a.30-a.22",
    "Authority": "authority:lu-investigating-judge",
    "Competence": "competence:lu-a.30-eio-receive",
    "Complement": "complement:lu-a.30-e.1",
    "Condition": "condition:lu-a.30-coe-141-offence",
    "Contradiction": "contradiction:participation-coe-030-lu-since",
    "CooperationProvision": "cooperation-provision:eu-conv-2000-mla-videoconference",
    "Coverage": "coverage:coe-030-a.30",
    "FallbackBasis": "fallback-basis:lu-2000-08-08-fallback",
    "FieldEvidence": "evidence:participation-coe-030-lu-signed-date",
    "Formality": "formality:lu-a.30-hours",
    "GeneralBasis": "general-basis:national-law",
    "GroupMembership": "group-membership:eu-gb",
    "GroupParticipation": "group-participation:schengen-1990-eu",
    "Implementation": "implementation:lu-a.30",
    "Instrument": "instrument:coe-030",
    "InstrumentFeature": "instrument-feature:coe-030-first-european",
    "InstrumentRelation": "instrument-relation:coe-099-protocol-to-coe-030-ejn-lu-a.30",
    "InstrumentRule": "instrument-rule:eu-dir-2014-41-time-limit-12-3",
    "LanguageRule": "language-rule:lu-a.30-eio-fr",
    "LegalBasis": "legal-basis:lu-a.30-coe-030",
    "Measure": "measure:a.30",
    "MeasureRelation": "related-measure:a.10-a.24",
    "Notification": "notification:coe-030-lu-statute",
    "OfficialLanguage": "official-language:lu-fra",
    "OldMeasure": "old-measure:601",
    "OldTheme": "old-theme:6",
    "Participation": "participation:coe-030-lu",
    "PartyList": "party-list:benelux-1962",
    "PrecedenceRule": "precedence-rule:eu-dir-2014-41-coe-030",
    "PrincipleStatement": "principle-statement:eu-mutual-recognition",
    "ProceedingScope": "proceeding-scope:eu-conv-2000-mla-criminal",
    "Provision": "provision:coe-030-art-3",
    "Reservation": "reservation:coe-030-lu-art-3",
    "ReservationLimit": "reservation-limit:schengen-1990-art-51-coe-030-art-5",
    "ReservationList": "reservation-list:coe-030-ch",
    "ReplacedKey": "statute:pt-2017-08-31",
    "SourceDocument": "source:ejn-lu-a.30",
    "State": "state:lu",
    "StateGroup": "state-group:eu",
    "Statute": "statute:lu-1976-07-21",
    "StatutoryRole": "statutory-role:lu-1976-07-21-approves-coe-030",
    "Stipulation": "stipulation:provision-coe-030-art-3-1",
    "Theme": "theme:securing-evidence",
    "TimeLimit": "time-limit:lu-a.30-transfer",
    "TreatyListStatus": "treaty-list-status:lu",
}
"""One node of each class."""


def missing(shape: str, focus: str, path: str, **more: str) -> Case:
    """A property that is required is not there."""
    return Case(f"{focus} without {path}", shape, focus, path, remove=f"{focus} {path} *", **more)


def wrong(shape: str, focus: str, path: str, value: str, **more: str) -> Case:
    """A property has a value that it cannot have."""
    name = f"{focus} with {path} {value}"
    remove, add = f"{focus} {path} *", f"{focus} {path} {value} ."
    return Case(name, shape, focus, path, remove=remove, add=add, **more)


def extra(shape: str, focus: str, path: str, value: str, **more: str) -> Case:
    """A value too many."""
    name = f"{focus} with a further {path} {value}"
    return Case(name, shape, focus, path, add=f"{focus} {path} {value} .", **more)


def of(
    class_name: str,
    make: Callable[..., Case],
    path: str,
    *value: str,
    to: str | None = None,
    **more: str,
) -> Case:
    """A fault in the example of a class that the shape of the class, or ``to``, reports."""
    return make(to or f"{class_name}Shape", EXAMPLE_OF[class_name], path, *value, **more)


def renamed(shape: str, old: str, new: str) -> Case:
    """An IRI that does not fit what it names."""
    return Case(f"{old} named {new}", shape, new, rename=(old, new))


def role(kind: str, act: str) -> str:
    """A statute of 1948 plays a role for an act."""
    key = f"lu-1948-01-28-{kind}-{act.partition(':')[2]}"
    return f"""
        statutory-role:{key} a mla:StatutoryRole ;
            prov:wasDerivedFrom source:ejn-lu-a.30 ;
            mla:citedAsAmended false ;
            mla:concernsInstrument {act} ;
            mla:concernsState state:lu ;
            mla:fulfilledBy statute:lu-1948-01-28 ;
            mla:hasConfidence confidence:seen ;
            mla:hasStatuteRole statute-role:{kind} ;
            mla:sourceLocator "Legal Framework" .
    """


def participation(key: str, instrument: str, state: str, more: str) -> str:
    """A further participation of a state in an instrument."""
    return f"""
        participation:{key} a mla:Participation ;
            prov:wasDerivedFrom source:ejn-lu-a.30 ;
            mla:concernsInstrument {instrument} ;
            mla:concernsState {state} ;
            mla:hasConfidence confidence:seen ;
            mla:sourceLocator "Parties" ;
            {more} .
    """


UNKNOWN_PROPERTIES = [
    extra(
        f"{'RelatedMeasure' if name in ('Alternative', 'Complement') else name}Shape",
        focus,
        "mla:hasColour",
        '"blue"',
    )
    for name, focus in {
        **EXAMPLE_OF,
        "ListConcept": "framework:eio",
        "ConceptScheme": "scheme:framework",
    }.items()
]

WRONG_KINDS = [
    renamed(f"{name}IriShape", focus, focus.replace(":", "s:", 1))
    for name, focus in EXAMPLE_OF.items()
    if name != "ReplacedKey"  # it was of any kind
]

WRONG_CODES = [
    of("Authority", wrong, "mla:hasAuthorityType", "place:home"),
    of("Authority", wrong, "schema:email", '"jane.doe@example.org"'),
    of("Authority", wrong, "schema:address", '"Ms Doe, 1 High Street"'),
    of("Competence", wrong, "mla:hasRole", "place:home"),
    of("Condition", wrong, "mla:countsLawOf", "place:home"),
    of("Condition", wrong, "mla:hasConditionType", "place:home"),
    of("Condition", wrong, "mla:hasFramework", "place:home"),
    of("Condition", wrong, "mla:statesPrinciple", "place:home"),
    of("CooperationProvision", wrong, "mla:hasCooperationMode", "place:home"),
    of("CooperationProvision", wrong, "mla:servesAuthorityType", "place:home"),
    of("Coverage", wrong, "mla:hasCoverageEffect", "place:home"),
    of("Formality", wrong, "mla:hasFormalityType", "place:home"),
    of("Formality", wrong, "mla:hasModality", "place:home"),
    of("Implementation", wrong, "mla:carriedOutBy", "place:home"),
    of("Implementation", wrong, "mla:hasAvailability", "place:home"),
    of("Implementation", wrong, "mla:hasOffenceScope", "place:home"),
    of("Implementation", wrong, "mla:hasPageStatus", "place:home"),
    of("Implementation", wrong, "mla:reachesPlace", "framework:any"),
    of("Instrument", wrong, "mla:hasInstrumentKind", "place:home"),
    of("InstrumentFeature", wrong, "mla:hasFeature", "place:home"),
    of("InstrumentRelation", wrong, "mla:hasRelationType", "place:home"),
    of("LanguageRule", wrong, "mla:acceptsLanguage", "place:home"),
    of("LanguageRule", wrong, "mla:coversDocument", "place:home"),
    of("LanguageRule", wrong, "mla:hasLanguageStatus", "place:home"),
    of("LegalBasis", wrong, "mla:appliesToGroup", "place:home"),
    of("LegalBasis", wrong, "mla:yieldsToGroup", "place:home"),
    of("Participation", wrong, "mla:hasParticipationMode", "place:home"),
    of("PrecedenceRule", wrong, "mla:hasPrecedenceEffect", "place:home"),
    of("PrincipleStatement", wrong, "mla:statesPrinciple", "place:home"),
    of("ProceedingScope", wrong, "mla:hasProceedingType", "place:home"),
    of("Reservation", wrong, "mla:hasReservationKind", "place:home"),
    of("StatutoryRole", wrong, "mla:hasStatuteRole", "place:home"),
    of("TimeLimit", wrong, "mla:hasEvent", "place:home"),
    of("TimeLimit", wrong, "mla:startsOn", "place:home"),
    wrong("SourcedResourceShape", "state:lu", "mla:hasConfidence", "place:home"),
    wrong("ListConceptShape", "confidence:seen", "mla:atLeast", "place:home"),
    wrong("ListConceptShape", "framework:eio", "mla:framesInstrument", "place:home"),
    wrong("ListConceptShape", "topic:execution", "mla:bearsOnEveryMeasure", '"yes"'),
    wrong("ListConceptShape", "topic:execution", "mla:bearsOnMeasure", "place:home"),
    wrong("channel", "competence:lu-a.30-mla-receive", "mla:usesChannel", "place:home"),
    wrong("framework", EXAMPLE_OF["Competence"], "mla:hasFramework", "place:home"),
    wrong("modality", EXAMPLE_OF["TimeLimit"], "mla:hasModality", "place:home"),
    wrong("purpose", EXAMPLE_OF["Alternative"], "mla:hasPurpose", "place:home"),
    wrong("topic", EXAMPLE_OF["Provision"], "mla:hasTopic", "place:home"),
    wrong("framework", EXAMPLE_OF["Competence"], "mla:hasFramework", "framework:mlaa"),
    wrong("framework", EXAMPLE_OF["Competence"], "mla:hasFramework", '"eio"'),
]

REVIEWED = {
    "prov:wasAttributedTo": "agent:ejn-secretariat",
    "mla:decidedDate": '"2024-05-01"^^xsd:date',
    "mla:hasReviewDecision": "review-decision:accepted",
}
"""The decision on a fact."""


def undecided(path: str, said: str, name: str) -> Case:
    """A decision on a fact lacks something, or says it wrongly."""
    focus = "language-rule:lu-a.30-eio-fr"
    values = " ; ".join(f"{p} {value}" for p, value in (REVIEWED | {path: said}).items() if value)
    return Case(name, "ReviewDecisionShape", focus, path, add=f"{focus} {values} .")


DECISIONS = [
    undecided("prov:wasAttributedTo", "", "a decision of nobody"),
    undecided("prov:wasAttributedTo", "state:lu", "a decision of a state"),
    undecided("prov:wasAttributedTo", "agent:ejn , agent:ejn-secretariat", "a decision of two"),
    undecided("mla:decidedDate", "", "a decision on no day"),
    undecided("mla:decidedDate", "true", "a decision on a day that is none"),
    undecided(
        "mla:decidedDate",
        '"2024-05-01"^^xsd:date , "2024-05-02"^^xsd:date',
        "a decision on two days",
    ),
    undecided("mla:hasReviewDecision", "", "a day of a decision without it"),
    undecided("mla:hasReviewDecision", "place:home", "a decision off the list"),
    undecided(
        "mla:hasReviewDecision",
        "review-decision:accepted , review-decision:changed",
        "two decisions on one fact",
    ),
]

DANGLING_LINKS = [
    of("Competence", wrong, "mla:heldBy", "authority:lu-nobody"),
    of("Condition", wrong, "mla:limits", "instrument:coe-30"),
    of("Formality", wrong, "mla:exceptionTo", "condition:lu-a.30-coe-141-offence"),
    of("GroupMembership", wrong, "mla:concernsGroup", "theme:eu"),
    of("Implementation", wrong, "mla:reviewedBy", "agent:nobody"),
    of("Instrument", wrong, "mla:adoptedWithin", "agent:nobody"),
    of("InstrumentRelation", wrong, "mla:fromInstrument", "instrument:coe"),
    of("InstrumentRelation", wrong, "mla:toInstrument", "instrument:coe"),
    of("LegalBasis", wrong, "mla:hasStatutoryRole", "statutory-role:lu-nothing"),
    wrong("LegalBasisShape", "legal-basis:lu-a.30-benelux-1962", "mla:restsOn", "instrument:b"),
    of("Measure", wrong, "mla:hasNextMeasure", "measure:z.99"),
    of("Measure", wrong, "mla:inTheme", "theme:nothing"),
    of("Measure", wrong, "mla:coercive", '"yes"'),
    of("PrecedenceRule", wrong, "mla:concernsGroup", "state-group:nothing"),
    of("PrecedenceRule", wrong, "mla:concernsMeasure", "measure:z.99"),
    of("PrecedenceRule", wrong, "mla:concernsState", "state:zz"),
    of("PrecedenceRule", wrong, "mla:prevailing", "instrument:nothing"),
    of("PrecedenceRule", wrong, "mla:yielding", "instrument:nothing"),
    of("PrincipleStatement", wrong, "mla:concernsGroup", "state-group:eu-mutual"),
    of("PrincipleStatement", wrong, "mla:concernsInstrument", "instrument:eu"),
    of("Provision", wrong, "eli:is_part_of", "instrument:coe"),
    wrong("RelatedMeasureShape", EXAMPLE_OF["Alternative"], "mla:namesMeasure", "measure:z.99"),
    wrong("RelatedMeasureShape", EXAMPLE_OF["Complement"], "mla:namesMeasure", "measure:z.99"),
    of("Reservation", wrong, "mla:madeUnder", "participation:coe-030"),
    of("Reservation", wrong, "mla:modifiesProvision", "provision:nothing"),
    of("SourceDocument", wrong, "dcterms:publisher", "agent:nobody"),
    of("SourceDocument", wrong, "mla:reviewedBy", "agent:nobody"),
    of("StatutoryRole", wrong, "mla:concernsInstrument", "instrument:nothing"),
    of("TimeLimit", wrong, "mla:bindsAuthority", "authority:lu-nobody"),
    wrong("SourcedResourceShape", "state:lu", "prov:wasDerivedFrom", "source:nowhere"),
    wrong(
        "belongsToImplementation",
        EXAMPLE_OF["Formality"],
        "mla:belongsToImplementation",
        "implementation:lu",
    ),
    wrong(
        "concernsInstrument",
        EXAMPLE_OF["InstrumentFeature"],
        "mla:concernsInstrument",
        "instrument:coe",
    ),
    wrong("concernsState", "statute:lu-1976-07-21", "mla:concernsState", "instrument:lu"),
    wrong("statedIn", EXAMPLE_OF["Coverage"], "mla:statedIn", "provision:nothing"),
    wrong("statedInAct", EXAMPLE_OF["Competence"], "mla:statedInAct", "statute:nothing"),
    wrong("StateShape", "state:lu", "skos:inScheme", "scheme:theme"),
]

WHAT_IS_REQUIRED = [
    of("Authority", missing, "mla:actsFor"),
    of("Authority", missing, "mla:hasAuthorityType"),
    of("Competence", missing, "mla:hasRole"),
    of("Competence", missing, "mla:heldBy"),
    missing("ConceptShape", "state:lu", "skos:inScheme"),
    missing("ConceptSchemeShape", "scheme:framework", "skos:definition"),
    missing("ConceptShape", "state:lu", "skos:notation"),
    missing("ConceptShape", "measure:a.30", "skos:inScheme"),
    of("Condition", missing, "mla:hasConditionType"),
    of("CooperationProvision", missing, "mla:hasCooperationMode"),
    Case(
        "a coverage of nothing",
        "CoveredShape",
        EXAMPLE_OF["Coverage"],
        remove=f"{EXAMPLE_OF['Coverage']} mla:coversMeasure *",
    ),
    of("Coverage", missing, "mla:hasCoverageEffect"),
    of("Formality", missing, "mla:hasFormalityType"),
    of("GroupMembership", missing, "mla:concernsGroup"),
    of("GroupMembership", missing, "mla:since"),
    of("Implementation", missing, "mla:concernsMeasure"),
    of("Implementation", missing, "mla:hasAvailability"),
    of("Implementation", missing, "mla:hasPageStatus"),
    of("Instrument", missing, "eli:date_document"),
    of("Instrument", missing, "mla:hasInstrumentKind"),
    of("InstrumentFeature", missing, "mla:hasFeature"),
    of("InstrumentRelation", missing, "mla:fromInstrument"),
    of("InstrumentRelation", missing, "mla:toInstrument"),
    of("InstrumentRelation", missing, "mla:hasRelationType"),
    of("LanguageRule", missing, "mla:acceptsLanguage"),
    of("LanguageRule", missing, "mla:hasLanguageStatus"),
    of("LegalBasis", missing, "mla:appliesToGroup"),
    of("LegalBasis", missing, "mla:rank"),
    of("LegalBasis", missing, "mla:restsOn"),
    of("Measure", missing, "mla:inTheme"),
    of("PrecedenceRule", missing, "mla:hasPrecedenceEffect"),
    of("PrecedenceRule", missing, "mla:prevailing"),
    of("PrecedenceRule", missing, "mla:yielding"),
    of("PrincipleStatement", missing, "mla:statesPrinciple"),
    of("ProceedingScope", missing, "mla:hasProceedingType"),
    of("Provision", missing, "eli:is_part_of"),
    of("Provision", missing, "mla:citation"),
    missing("RelatedMeasureShape", EXAMPLE_OF["Alternative"], "mla:namesMeasure"),
    missing("RelatedMeasureShape", EXAMPLE_OF["Complement"], "mla:namesMeasure"),
    of("Reservation", missing, "mla:hasReservationKind"),
    of("Reservation", missing, "mla:madeUnder"),
    of("Reservation", missing, "mla:modifiesProvision", severity="Warning"),
    of("SourceDocument", missing, "dcterms:publisher"),
    of("SourceDocument", missing, "dcterms:title"),
    of("StatutoryRole", missing, "mla:fulfilledBy"),
    of("StatutoryRole", missing, "mla:hasStatuteRole"),
    of("TimeLimit", missing, "mla:hasEvent"),
    of("TimeLimit", missing, "mla:value"),
    *(
        missing("SourcedResourceShape", EXAMPLE_OF[name], path)
        for name in ("Condition", "Instrument", "State", "GroupMembership", "Reservation")
        for path in ("prov:wasDerivedFrom", "mla:sourceLocator", "mla:hasConfidence")
    ),
    missing("belongsToImplementation", "formality:lu-a.30-hours", "mla:belongsToImplementation"),
    missing("framework", EXAMPLE_OF["TimeLimit"], "mla:hasFramework"),
    missing("concernsInstrument", EXAMPLE_OF["ProceedingScope"], "mla:concernsInstrument"),
    missing("concernsState", EXAMPLE_OF["GroupMembership"], "mla:concernsState"),
    missing("notation", "instrument:coe-030", "skos:notation"),
    *(
        missing("englishLabel", EXAMPLE_OF[name], "rdfs:label")
        for name in (
            "Authority",
            "Condition",
            "Formality",
            "Instrument",
            "SourceDocument",
            "Statute",
            "TimeLimit",
        )
    ),
    *(
        Case(
            f"{focus} without a label in {language}",
            f"{language.lower()}PrefLabel",
            focus,
            "skos:prefLabel",
            remove=f'{focus} skos:prefLabel "*"@{tag}',
        )
        for focus in ("state:lu", "measure:a.30", "theme:assets", "state-group:eu", "framework:eio")
        for language, tag in (("English", "en"), ("French", "fr"), ("German", "de"))
    ),
]

ONE_VALUE = [
    extra("SourcedResourceShape", "instrument:coe-030", "mla:hasConfidence", "confidence:known"),
    extra("framework", EXAMPLE_OF["Competence"], "mla:hasFramework", "framework:mla"),
    of("Implementation", extra, "mla:hasAvailability", "availability:no"),
    of("Instrument", extra, "mla:hasInstrumentKind", "instrument-kind:protocol"),
    of("LegalBasis", extra, "mla:rank", "99"),
    extra("SourcedResourceShape", "state:lu", "rdf:type", "skos:Concept"),
    extra("documentDate", "instrument:coe-030", "eli:date_document", '"1959-04-21"^^xsd:date'),
]

TEXTS = [
    extra("label", "instrument:coe-030", "rdfs:label", '"A second name"@en'),
    extra("label", "instrument:coe-030", "rdfs:label", '"A name in no language"'),
    extra("prefLabel", "state:lu", "skos:prefLabel", '"A second name"@en'),
    extra("altLabel", "state:lu", "skos:altLabel", '"A name in no language"'),
    extra("definition", "framework:eio", "skos:definition", '"In no language"'),
    missing("ListConceptShape", "framework:eio", "skos:definition"),
    extra("SourcedResourceShape", "state:lu", "skos:note", '"In no language", "In English"@en'),
    extra(
        "SourcedResourceShape",
        "state:lu",
        "skos:editorialNote",
        '"In no language", "In English"@en',
    ),
    extra(
        "SourcedResourceShape", "state:lu", "mla:readingNote", '"In no language", "In English"@en'
    ),
    wrong("SourcedResourceShape", "state:lu", "mla:sourceLocator", '" "'),
    of("Implementation", extra, "skos:scopeNote", '"In no language"'),
    extra("citedAs", "condition:lu-a.30-coe-141-offence", "mla:citedAs", '"Art. 1"@en'),
    of("Participation", wrong, "dcterms:spatial", "7"),
    extra("LegalActShape", "statute:lu-1976-07-21", "mla:gazetteReference", '" "'),
    of("Provision", wrong, "mla:citation", '"Art. 3"@en'),
    of("Provision", wrong, "eli:number", "3"),
]

FORMS = [
    of("Instrument", wrong, "mla:treatySeriesNumber", '"ETS 30"'),
    of("Instrument", wrong, "mla:untsReference", '"vol. 472"'),
    of("Instrument", wrong, "mla:untcReference", '"6-19"'),
    of("Instrument", wrong, "mla:celexNumber", '"2014/41"'),
    of("Instrument", wrong, "mla:officialJournalReference", '"L 130, 1.5.2014"'),
    of("Measure", wrong, "skos:notation", '"a.30"'),
    of("State", wrong, "skos:notation", '"lu"'),
    of("State", wrong, "mla:isoCode", '"Lux"'),
    of("State", wrong, "skos:exactMatch", "state:be"),
    of("State", wrong, "skos:closeMatch", "<http://www.wikidata.org/entity/Q32>"),
    of("State", wrong, "skos:inScheme", "scheme:measure"),
    of("StateGroup", wrong, "skos:inScheme", "scheme:measure"),
    of("Measure", wrong, "skos:inScheme", "scheme:theme"),
    of("Theme", wrong, "skos:inScheme", "scheme:measure"),
    of("Theme", wrong, "mla:codeRange", '"A30 to A32"'),
    wrong("ListConceptShape", "framework:eio", "skos:topConceptOf", "scheme:place"),
    Case(
        "a code in capitals",
        "ListConceptShape",
        "framework:EIO",
        "skos:notation",
        remove="framework:EIO skos:notation *",
        add='framework:EIO skos:notation "EIO" .',
        rename=("framework:eio", "framework:EIO"),
    ),
    extra("page", "agent:ejn", "foaf:page", '"https://www.ejn-crimjust.europa.eu/"'),
    extra("sameAs", "statute:lu-1976-07-21", "owl:sameAs", "statute:lu-2000-08-08"),
    of("Condition", wrong, "mla:renewable", '"yes"'),
    of("Implementation", wrong, "mla:coercive", '"yes"'),
    of("Participation", extra, "mla:bound", "false"),
    of("StatutoryRole", wrong, "mla:citedAsAmended", '"yes"'),
    of("TimeLimit", wrong, "mla:appealReserved", '"yes"'),
    wrong("assumed", EXAMPLE_OF["Participation"], "mla:assumed", '"yes"'),
    wrong("datePrecision", EXAMPLE_OF["PrincipleStatement"], "mla:datePrecision", '"decade"'),
    of("LegalBasis", wrong, "mla:rank", "0"),
    of("Formality", wrong, "mla:notAfterTime", '"20:00:00.5"^^xsd:time'),
    of("Formality", wrong, "mla:notBeforeTime", '"06:30:00.5"^^xsd:time'),
    of("TimeLimit", wrong, "mla:value", '"P20D"^^xsd:duration'),
    of("Provision", wrong, "mla:value", '"P1Y"^^xsd:duration'),
    of("Reservation", wrong, "mla:value", '"P1Y"^^xsd:duration'),
    wrong("value", EXAMPLE_OF["Formality"], "mla:value", '"PT1H"^^xsd:duration'),
    wrong("documentDate", "instrument:coe-030", "eli:date_document", '"1959-04-20Z"^^xsd:date'),
    *(
        wrong(shape, focus, path, f'"{day}Z"^^xsd:date')
        for shape, focus, path, day in (
            (
                "entryInForceDate",
                "instrument:coe-030",
                "eli:first_date_entry_in_force",
                "1962-06-12",
            ),
            ("endOfForceDate", "instrument:coe-030", "eli:date_no_longer_in_force", "2090-06-12"),
            ("signedDate", EXAMPLE_OF["Participation"], "mla:signedDate", "1959-06-20"),
            ("ratifiedDate", EXAMPLE_OF["Participation"], "mla:ratifiedDate", "1976-11-18"),
            ("since", EXAMPLE_OF["Participation"], "mla:since", "1977-02-16"),
            ("until", EXAMPLE_OF["Participation"], "mla:until", "2090-12-31"),
            ("declaredDate", EXAMPLE_OF["Reservation"], "mla:declaredDate", "1976-11-18"),
            ("reviewedDate", EXAMPLE_OF["SourceDocument"], "mla:reviewedDate", "2022-05-31"),
            ("retrievedDate", EXAMPLE_OF["SourceDocument"], "mla:retrievedDate", "2024-01-01"),
        )
    ),
    wrong("since", "group-membership:eu-lu", "mla:since", '"1958"^^xsd:gYear'),
    wrong("since", "group-membership:eu-lu", "mla:since", '"1958-02-30"^^xsd:date'),
]
"""Codes, numbers, dates and periods that are not written as they should be."""

DATES = [
    Case(
        "a protocol older than its convention",
        "LaterInstrumentShape",
        "instrument:coe-099",
        "^mla:fromInstrument/mla:toInstrument/eli:date_document",
        remove="instrument:coe-099 eli:date_document *",
        add='instrument:coe-099 eli:date_document "1950-01-01"^^xsd:date .',
        near="instrument-relation:coe-099-protocol-to-coe-030-ejn-lu-a.30",
    ),
    Case(
        "a convention older than the one that it supplements",
        "LaterInstrumentShape",
        "instrument:eu-conv-2000-mla",
        "^mla:fromInstrument/mla:toInstrument/eli:date_document",
        remove="instrument:eu-conv-2000-mla eli:date_document *",
        add='instrument:eu-conv-2000-mla eli:date_document "1950-01-01"^^xsd:date .',
        near="instrument-relation:eu-conv-2000-mla-supplements-coe-030-e-justice-judicial-assistance",
    ),
    Case(
        "a protocol signed on the day of its convention",
        "ProtocolAfterParentShape",
        "instrument-relation:coe-099-protocol-to-coe-030-ejn-lu-a.30",
        remove="instrument:coe-099 eli:date_document *",
        add='instrument:coe-099 eli:date_document "1959-04-20"^^xsd:date .',
        near="instrument-relation:coe-099-protocol-to-coe-030-ejn-lu-a.30",
    ),
    Case(
        "an approving statute older than the instrument",
        "ApprovalAfterSignatureShape",
        "statutory-role:lu-1948-01-28-approves-coe-030",
        add=role("approves", "instrument:coe-030"),
    ),
    Case(
        "a transposing statute older than the directive",
        "TranspositionAfterAdoptionShape",
        "statutory-role:lu-1948-01-28-transposes-eu-dir-2014-41",
        add=role("transposes", "instrument:eu-dir-2014-41"),
        severity="Warning",
    ),
    wrong(
        "RatificationOrderShape",
        EXAMPLE_OF["Participation"],
        "mla:signedDate",
        '"1976-12-01"^^xsd:date',
    ),
    Case(
        "an entry into force before the ratification",
        "EntryAfterRatificationShape",
        "participation:coe-030-lu",
        remove="participation:coe-030-lu mla:since *",
        add='participation:coe-030-lu mla:since "1970-01-01"^^xsd:date .',
    ),
    Case(
        "a signature before the instrument existed",
        "ParticipationAfterInstrumentShape",
        "participation:coe-030-lu",
        "mla:concernsInstrument/eli:date_document",
        remove="participation:coe-030-lu mla:signedDate *",
        add='participation:coe-030-lu mla:signedDate "1950-01-01"^^xsd:date .',
    ),
    Case(
        "a state bound before the general entry into force",
        "ParticipationAfterInstrumentShape",
        "participation:un-1988-narcotics-cz",
        "mla:concernsInstrument/eli:first_date_entry_in_force",
        remove="participation:un-1988-narcotics-cz mla:since *",
        add='participation:un-1988-narcotics-cz mla:since "1989-01-01"^^xsd:date .',
        severity="Warning",
    ),
    Case(
        "a bound state without a first day",
        "BoundParticipationShape",
        "participation:un-1988-narcotics-cz",
        remove="participation:un-1988-narcotics-cz mla:since *",
    ),
    Case(
        "a state that is not bound, since a day",
        "BoundParticipationShape",
        "participation:schengen-1990-fr",
        add='participation:schengen-1990-fr mla:since "1995-03-26"^^xsd:date .',
    ),
    Case(
        "a membership that ends before it starts",
        "IntervalShape",
        "group-membership:eu-gb",
        "mla:since",
        remove="group-membership:eu-gb mla:until *",
        add='group-membership:eu-gb mla:until "1970-01-31"^^xsd:date .',
    ),
    Case(
        "an instrument that ends before it enters into force",
        "ForceIntervalShape",
        "instrument:coe-030",
        "eli:first_date_entry_in_force",
        add='instrument:coe-030 eli:date_no_longer_in_force "1960-01-01"^^xsd:date .',
    ),
    Case(
        "an instrument in force before its own day",
        "ForceAfterSignatureShape",
        "instrument:coe-030",
        remove="instrument:coe-030 eli:first_date_entry_in_force *",
        add='instrument:coe-030 eli:first_date_entry_in_force "1950-06-12"^^xsd:date .',
    ),
    missing("DatePrecisionShape", "principle-statement:eu-mutual-recognition", "mla:since"),
    Case(
        "a date of the eighteenth century",
        "PlausibleDateShape",
        "group-membership:eu-lu",
        "mla:since|mla:until|eli:date_document|eli:first_date_entry_in_force"
        "|eli:date_no_longer_in_force|mla:signedDate|mla:ratifiedDate|mla:declaredDate"
        "|mla:reviewedDate|mla:retrievedDate",
        remove="group-membership:eu-lu mla:since *",
        add='group-membership:eu-lu mla:since "1758-01-01"^^xsd:date .',
        severity="Warning",
    ),
    Case(
        "a review that is still to come",
        "PastReviewShape",
        "source:ejn-lu-a.30",
        remove="source:ejn-lu-a.30 mla:reviewedDate *\n"
        "source:ejn-lu-a.30 mla:retrievedDate *\n"
        "source:ejn-lu-a.30 foaf:page *",
        add='source:ejn-lu-a.30 mla:reviewedDate "2090-05-31"^^xsd:date .',
    ),
    Case(
        "a page that is still to be read",
        "PastRetrievalShape",
        "source:ejn-lu-a.30",
        remove="source:ejn-lu-a.30 mla:retrievedDate *",
        add='source:ejn-lu-a.30 mla:retrievedDate "2090-05-31"^^xsd:date .',
        severity="Warning",
    ),
    Case(
        "hours that end before they start",
        "HoursShape",
        "formality:lu-a.30-hours",
        "mla:notBeforeTime",
        remove="formality:lu-a.30-hours mla:notAfterTime *",
        add='formality:lu-a.30-hours mla:notAfterTime "05:00:00"^^xsd:time .',
    ),
]

KEYS = [
    Case(
        "a notation that is not the key",
        "NotationShape",
        "instrument:coe-030",
        remove="instrument:coe-030 skos:notation *",
        add='instrument:coe-030 skos:notation "coe-30" .',
    ),
    Case(
        "a code that is not the end of its IRI",
        "ListConceptIriShape",
        "framework:eio",
        remove="framework:eio skos:notation *",
        add='framework:eio skos:notation "order" .',
    ),
    Case(
        "an implementation with the key of another measure",
        "ImplementationKeyShape",
        "implementation:lu-a.30",
        remove="implementation:lu-a.30 mla:concernsMeasure *",
        add="implementation:lu-a.30 mla:concernsMeasure measure:a.31 .",
    ),
    Case(
        "a competence that is said to be an alignment",
        "AlignmentIriShape",
        "competence:lu-a.30-eio-receive",
        remove="competence:lu-a.30-eio-receive rdf:type *",
        add="competence:lu-a.30-eio-receive a mla:Alignment .",
    ),
    renamed("PartKeyShape", "competence:lu-a.30-eio-receive", "competence:be-a.30-eio-receive"),
    renamed("PartKeyShape", "provision:coe-030-art-3", "provision:coe-099-art-33"),
    renamed("InstrumentFactKeyShape", EXAMPLE_OF["ProceedingScope"], "proceeding-scope:criminal"),
    Case(
        "a statute with the key of another state",
        "StatuteKeyShape",
        "statute:lu-1976-07-21",
        remove="statute:lu-1976-07-21 mla:concernsState *",
        add="statute:lu-1976-07-21 mla:concernsState state:be .",
    ),
    renamed("PairKeyShape", "group-membership:eu-lu", "group-membership:eu-aa"),
    renamed("PairKeyShape", "participation:coe-030-lu", "participation:coe-030-zz"),
]

WITHIN_AN_IMPLEMENTATION = [
    Case(
        "an authority of another state",
        "AuthorityOfStateShape",
        "competence:lu-a.30-eio-receive",
        remove="competence:lu-a.30-eio-receive mla:heldBy *",
        add="competence:lu-a.30-eio-receive mla:heldBy authority:be-investigating-judge .",
    ),
    Case(
        "a statutory role for another instrument",
        "RoleForBasisShape",
        "legal-basis:lu-a.30-coe-030",
        remove="legal-basis:lu-a.30-coe-030 mla:hasStatutoryRole *",
        add="legal-basis:lu-a.30-coe-030 mla:hasStatutoryRole "
        "statutory-role:lu-2001-06-14-approves-coe-141 .",
    ),
    Case(
        "a condition on what is no legal basis",
        "ConditionOnBasisShape",
        "condition:lu-a.30-coe-141-offence",
        remove="condition:lu-a.30-coe-141-offence mla:limits *",
        add="condition:lu-a.30-coe-141-offence mla:limits instrument:schengen-1985 .",
        severity="Warning",
    ),
    Case(
        "a statutory role in another state",
        "RoleOfStateShape",
        "statutory-role:lu-1976-07-21-approves-coe-030",
        "mla:fulfilledBy/mla:concernsState",
        remove="statutory-role:lu-1976-07-21-approves-coe-030 mla:concernsState *",
        add="statutory-role:lu-1976-07-21-approves-coe-030 mla:concernsState state:be .",
    ),
    Case(
        "an exception to a rule of another implementation",
        "ExceptionShape",
        "formality:lu-a.30-hours-drugs",
        "mla:exceptionTo/mla:belongsToImplementation",
        remove="formality:lu-a.30-hours-drugs mla:exceptionTo *",
        add="formality:lu-a.30-hours-drugs mla:exceptionTo formality:be-a.30-hours .",
    ),
    Case(
        "a measure as its own alternative",
        "RelatedMeasureShape",
        "alternative:lu-a.30-a.22",
        "mla:belongsToImplementation/mla:concernsMeasure",
        remove="alternative:lu-a.30-a.22 mla:namesMeasure *",
        add="alternative:lu-a.30-a.22 mla:namesMeasure measure:a.30 .",
    ),
    wrong(
        "LegalBasisShape",
        "legal-basis:lu-a.30-act-2000",
        "mla:yieldsToGroup",
        "applies-to:non-eio-states",
    ),
    Case(
        "a threshold without a period",
        "PeriodConditionShape",
        "condition:lu-a.30-benelux-1962-penalty",
        remove="condition:lu-a.30-benelux-1962-penalty mla:value *",
    ),
    Case(
        "a threshold that is a number",
        "PeriodConditionShape",
        "condition:lu-a.30-benelux-1962-penalty",
        remove="condition:lu-a.30-benelux-1962-penalty mla:value *",
        add="condition:lu-a.30-benelux-1962-penalty mla:value 6 .",
    ),
    Case(
        "a principle without a name",
        "PrincipleConditionShape",
        "condition:lu-a.30-coe-030-opportunity",
        remove="condition:lu-a.30-coe-030-opportunity mla:statesPrinciple *",
    ),
    Case(
        "an approving role without an instrument",
        "ApprovedInstrumentShape",
        "statutory-role:lu-1976-07-21-approves-coe-030",
        remove="statutory-role:lu-1976-07-21-approves-coe-030 mla:concernsInstrument *",
    ),
]

SUPPLEMENT = (
    "instrument-relation:eu-conv-2000-mla-supplements-coe-030-e-justice-judicial-assistance"
)

BETWEEN_ACTS = [
    Case(
        "an instrument that supplements itself",
        "InstrumentRelationShape",
        SUPPLEMENT,
        "mla:fromInstrument",
        remove=f"{SUPPLEMENT} mla:toInstrument *",
        add=f"{SUPPLEMENT} mla:toInstrument instrument:eu-conv-2000-mla .",
    ),
    Case(
        "an act that prevails over itself",
        "PrecedenceRuleShape",
        "precedence-rule:eu-dir-2014-41-coe-030",
        "mla:prevailing",
        remove="precedence-rule:eu-dir-2014-41-coe-030 mla:yielding *",
        add="precedence-rule:eu-dir-2014-41-coe-030 mla:yielding instrument:eu-dir-2014-41 .",
    ),
]

VOCABULARY = [
    missing("TypedShape", "formality:lu-a.30-hours", "rdf:type"),
    wrong("TypedShape", "formality:lu-a.30-hours", "rdf:type", "mla:Formalty"),
    wrong("TypedShape", "alternative:lu-a.30-a.22", "rdf:type", "mla:RelatedMeasure"),
    Case(
        "an unknown property of an unknown resource",
        "KnownResourceShape",
        "<https://w3id.org/mla-graph/ontology>",
        add='instrument:coe-30 mla:hasColour "blue" .',
        near="<https://w3id.org/mla-graph/ontology>",
    ),
    Case(
        "a fact seen in no document",
        "SeenFactShape",
        "condition:lu-a.30-coe-141-offence",
        remove="condition:lu-a.30-coe-141-offence prov:wasDerivedFrom *",
        add="condition:lu-a.30-coe-141-offence prov:wasDerivedFrom source:general-knowledge .",
    ),
]

RECORDS = [
    Case(
        "a first day without a word on whether the state is bound",
        "BoundParticipationShape",
        EXAMPLE_OF["Participation"],
        remove=f"{EXAMPLE_OF['Participation']} mla:bound *",
    ),
    of("FieldEvidence", missing, "mla:evidenceFor"),
    of("FieldEvidence", missing, "mla:hasEvidenceField"),
    of("FieldEvidence", missing, "mla:value"),
    of("GroupMembership", wrong, "mla:lawAppliedUntil", "2020", to="lawAppliedUntil"),
    of("GroupParticipation", missing, "mla:concernsGroup"),
    of("GroupParticipation", missing, "mla:since"),
    of("GroupParticipation", missing, "mla:hasParticipationMode"),
    of("GroupParticipation", wrong, "mla:hasDateBasis", "place:home"),
    of("GroupParticipation", wrong, "mla:definitiveSince", "1995", to="definitiveSince"),
    of("Instrument", wrong, "mla:adoptedDate", "1959", to="adoptedDate"),
    of("Instrument", wrong, "mla:appliesFrom", "1962", to="appliesFrom"),
    of("Instrument", wrong, "mla:transpositionDeadline", "1962", to="transpositionDeadline"),
    of("Instrument", wrong, "mla:signedIn", '"Strasbourg"'),
    of("Instrument", wrong, "mla:unRegistrationNumber", "8842"),
    of("Measure", wrong, "mla:oldCode", '"A.601"'),
    of("OldMeasure", missing, "mla:inOldTheme"),
    of("OldMeasure", wrong, "mla:succeededBy", "theme:securing-evidence"),
    of("OldMeasure", wrong, "mla:resembles", "theme:securing-evidence"),
    of("OldMeasure", wrong, "mla:numberInAddress", "906"),
    of("OldMeasure", wrong, "mla:concernsInstrument", "theme:securing-evidence"),
    of("Participation", wrong, "mla:concludedDate", "1959", to="concludedDate"),
    of("Participation", wrong, "mla:fullySince", "1977", to="fullySince"),
    of("Participation", wrong, "mla:hasDateBasis", "place:home"),
    of("Participation", wrong, "mla:inPart", '"yes"'),
    of("Participation", wrong, "mla:suspended", '"yes"'),
    of("Participation", wrong, "mla:acceptsProvision", "theme:securing-evidence"),
    of("Participation", wrong, "mla:extendedBy", "theme:securing-evidence"),
    of(
        "Participation",
        wrong,
        "mla:corroboratedBy",
        "theme:securing-evidence",
        to="SourcedResourceShape",
    ),
    of("Reservation", wrong, "mla:partlySeen", '"yes"'),
    of("Contradiction", missing, "mla:contradictionAbout"),
    of("Implementation", wrong, "mla:partlySeen", '"yes"'),
    of("Notification", missing, "mla:hasNotificationBasis"),
    of("Notification", wrong, "mla:partlySeen", '"yes"'),
    Case(
        "a notification on nothing",
        "NotificationShape",
        EXAMPLE_OF["Notification"],
        "mla:concernsInstrument|mla:concernsBasis",
        remove=f"{EXAMPLE_OF['Notification']} mla:concernsInstrument *",
    ),
    of("Notification", wrong, "mla:concernsInstrument", "place:coe-030"),
    Case(
        "a notification on an instrument and on an act of the state",
        "NotificationShape",
        EXAMPLE_OF["Notification"],
        "mla:concernsInstrument|mla:concernsBasis",
        add=f"{EXAMPLE_OF['Notification']} mla:concernsBasis statute:lu-2000-08-08 .",
    ),
    Case(
        "a notification on an act that is no act",
        "NotificationShape",
        EXAMPLE_OF["Notification"],
        "mla:concernsBasis",
        remove=f"{EXAMPLE_OF['Notification']} mla:concernsInstrument *",
        add=f"{EXAMPLE_OF['Notification']} mla:concernsBasis place:home .",
    ),
    of("FallbackBasis", wrong, "mla:hasTreatyRequirement", "place:home"),
    of("Notification", extra, "mla:exceptsMeasure", "place:home"),
    of("Reservation", extra, "mla:exceptsState", "place:home"),
    of("Stipulation", extra, "mla:exceptsState", "place:home"),
    of("Competence", extra, "mla:appliesIf", "place:home"),
    of("Competence", wrong, "mla:concernsMeasure", "measure:z.99"),
    of("FallbackBasis", wrong, "mla:hasFramework", "place:home"),
    of("FallbackBasis", extra, "mla:limitedToOffences", "place:home"),
    extra("ListConceptShape", "framework:mla", "mla:framesMeasure", "place:home"),
    wrong(
        "belongsToNotification",
        "language-rule:coe-030-lu-statute-fr",
        "mla:belongsToNotification",
        "instrument:coe-030",
    ),
    wrong("partOfPage", EXAMPLE_OF["Competence"], "mla:belongsToImplementation", "state:lu"),
    *(
        Case(
            f"a {name} that hangs on nothing",
            f"{name}WholeShape",
            EXAMPLE_OF[name],
            remove=f"{EXAMPLE_OF[name]} mla:belongsToImplementation *",
        )
        for name in ("Competence", "LanguageRule")
    ),
    of("SourceDocument", wrong, "mla:readThrough", "theme:securing-evidence"),
    of("State", wrong, "mla:hasStateKind", "place:home"),
    of("State", wrong, "mla:partOfState", "theme:securing-evidence"),
    of("State", wrong, "mla:isoNumericCode", '"44"'),
    of("State", wrong, "mla:ejnCountryNumber", '"two"'),
    of("Stipulation", missing, "mla:stipulatedBy"),
    of("Stipulation", missing, "mla:hasStipulationType"),
    of("Stipulation", wrong, "mla:hasUnit", "place:home"),
    of("Stipulation", wrong, "mla:value", '"P1Y"^^xsd:duration'),
    *(
        Case(
            f"a stipulation with {path} {value}",
            "StipulationShape",
            EXAMPLE_OF["Stipulation"],
            path,
            remove=f"{EXAMPLE_OF['Stipulation']} mla:value *",
            add=f"{EXAMPLE_OF['Stipulation']} {path} {value} .",
        )
        for path, value in (
            ("mla:namesAuthority", "place:home"),
            ("mla:namesAuthorityType", "place:home"),
            ("mla:namesLanguage", "place:home"),
            ("mla:namesProvision", "place:home"),
            ("mla:towardsState", "place:home"),
        )
    ),
    Case(
        "a stipulation that settles nothing",
        "StipulationValueShape",
        EXAMPLE_OF["Stipulation"],
        remove=f"{EXAMPLE_OF['Stipulation']} mla:value *",
    ),
]
"""Faults in what records become: evidence, groups, old numbers, stipulations."""

DATA_QUALITY = [
    Case(
        "a state that is bound by what it opted out of",
        "OptOutShape",
        "participation:eu-dir-2014-41-dk-2",
        add=participation(
            "eu-dir-2014-41-dk-2",
            "instrument:eu-dir-2014-41",
            "state:dk",
            'mla:bound true ; mla:since "2017-05-22"^^xsd:date',
        ),
        near="participation:eu-dir-2014-41-dk",
    ),
    Case(
        "a statute that transposes what does not bind its state",
        "TransposingStateShape",
        "statutory-role:lu-2018-08-01-transposes-eu-dir-2014-41",
        add=participation(
            "eu-dir-2014-41-lu-2", "instrument:eu-dir-2014-41", "state:lu", "mla:bound false"
        ),
    ),
    Case(
        "a convention that is transposed",
        "TransposedActShape",
        "statutory-role:lu-1976-07-21-approves-coe-030",
        remove="statutory-role:lu-1976-07-21-approves-coe-030 mla:hasStatuteRole *",
        add="statutory-role:lu-1976-07-21-approves-coe-030 "
        "mla:hasStatuteRole statute-role:transposes .",
    ),
    Case(
        "a directive that is approved",
        "TransposedActShape",
        "statutory-role:lu-2018-08-01-transposes-eu-dir-2014-41",
        remove="statutory-role:lu-2018-08-01-transposes-eu-dir-2014-41 mla:hasStatuteRole *",
        add="statutory-role:lu-2018-08-01-transposes-eu-dir-2014-41 "
        "mla:hasStatuteRole statute-role:approves .",
    ),
    Case(
        "a party before the state existed",
        "ExistingStateShape",
        "participation:coe-030-lu",
        add='state:lu mla:since "1976-11-19"^^xsd:date .',
    ),
    Case(
        "an act of the Union that binds a state before it joined",
        "UnionActShape",
        "participation:eu-dir-2014-41-lu",
        remove="group-membership:eu-lu mla:since *",
        add='group-membership:eu-lu mla:since "2019-01-01"^^xsd:date .',
    ),
    Case(
        "an act of the Union that binds a state that left",
        "UnionActShape",
        "participation:eu-dir-2014-41-lu",
        add='group-membership:eu-lu mla:until "2022-12-31"^^xsd:date .',
    ),
    Case(
        "two periods in one instrument that overlap",
        "OnePeriodShape",
        "participation:un-1988-narcotics-cz-2",
        add=participation(
            "un-1988-narcotics-cz-2",
            "instrument:un-1988-narcotics",
            "state:cz",
            'mla:bound true ; mla:since "2000-01-01"^^xsd:date',
        ),
        near="participation:un-1988-narcotics-cz",
    ),
    Case(
        "two periods in one group that overlap",
        "OnePeriodShape",
        "group-membership:eu-gb-2",
        add="""group-membership:eu-gb-2 a mla:GroupMembership ;
            prov:wasDerivedFrom source:ejn-lu-a.30 ;
            mla:concernsGroup state-group:eu ;
            mla:concernsState state:gb ;
            mla:hasConfidence confidence:seen ;
            mla:since "2000-01-01"^^xsd:date ;
            mla:sourceLocator "Members" .""",
        near="group-membership:eu-gb",
    ),
    Case(
        "a party to a protocol without its convention",
        "ProtocolPartyShape",
        "participation:coe-099-lu",
        near="participation:coe-030-be instrument-relation:coe-099-protocol-to-coe-030-ejn-lu-a.30",
        severity="Warning",
    ),
    Case(
        "a declaration before there was a convention",
        "StatementDateShape",
        "reservation:coe-030-lu-art-3",
        "mla:madeUnder/mla:concernsInstrument/eli:date_document",
        remove="reservation:coe-030-lu-art-3 mla:declaredDate *\n"
        "participation:coe-030-lu mla:signedDate *",
        add='reservation:coe-030-lu-art-3 mla:declaredDate "1959-04-19"^^xsd:date .',
    ),
    Case(
        "a declaration before the signature",
        "StatementDateShape",
        "reservation:coe-030-lu-art-3",
        "mla:madeUnder/mla:signedDate",
        remove="reservation:coe-030-lu-art-3 mla:declaredDate *\n"
        "participation:coe-030-lu mla:signedDate *",
        add='reservation:coe-030-lu-art-3 mla:declaredDate "1959-05-01"^^xsd:date . '
        'participation:coe-030-lu mla:signedDate "1959-05-02"^^xsd:date .',
        severity="Warning",
    ),
    Case(
        "a declaration on a provision of another convention",
        "StatementProvisionShape",
        "reservation:coe-030-lu-art-3",
        remove="reservation:coe-030-lu-art-3 mla:modifiesProvision *",
        add="reservation:coe-030-lu-art-3 mla:modifiesProvision provision:coe-099-art-1 .",
    ),
    Case(
        "a coverage before there was an instrument",
        "CoverageAfterInstrumentShape",
        "coverage:coe-030-a.30",
        "mla:concernsInstrument/eli:date_document",
        add='coverage:coe-030-a.30 mla:since "1959-04-19"^^xsd:date .',
    ),
    Case(
        "a page that cites a convention before it bound the state",
        "CitedPartyShape",
        "legal-basis:lu-a.30-coe-030",
        remove="participation:coe-030-lu mla:since *",
        add='participation:coe-030-lu mla:since "2023-01-01"^^xsd:date .',
        severity="Warning",
    ),
    Case(
        "a legal basis with an article of another act",
        "BasisProvisionShape",
        "legal-basis:lu-a.30-coe-030",
        add="legal-basis:lu-a.30-coe-030 mla:statedIn provision:coe-099-art-1 .",
    ),
    Case(
        "a review of another day than that of the page",
        "ReviewOfSourceShape",
        "implementation:lu-a.30",
        remove="implementation:lu-a.30 mla:reviewedDate *",
        add='implementation:lu-a.30 mla:reviewedDate "2022-05-30"^^xsd:date .',
    ),
    wrong(
        "ReviewBeforeRetrievalShape",
        "source:ejn-lu-a.30",
        "mla:reviewedDate",
        '"2026-11-22"^^xsd:date',
    ),
    Case(
        "a statute with the date of another day in its key",
        "StatuteDateKeyShape",
        "statute:lu-1976-07-21",
        remove="statute:lu-1976-07-21 eli:date_document *",
        add='statute:lu-1976-07-21 eli:date_document "1976-07-22"^^xsd:date .',
    ),
    Case(
        "an instrument with an other name in French alone",
        "EnglishAltLabelShape",
        "instrument:coe-030",
        remove="instrument:coe-030 skos:altLabel *",
        add='instrument:coe-030 skos:altLabel "Convention de 1959"@fr .',
    ),
    *(
        Case(
            f"a {path} in French alone",
            f"English{shape}Shape",
            "instrument:coe-030",
            path,
            remove=f"instrument:coe-030 {path} *",
            add=f'instrument:coe-030 {path} "Une remarque"@fr .',
        )
        for shape, path in (
            ("Note", "skos:note"),
            ("EditorialNote", "skos:editorialNote"),
            ("ReadingNote", "mla:readingNote"),
        )
    ),
    Case(
        "a scope in French alone",
        "EnglishScopeNoteShape",
        "implementation:lu-a.30",
        "skos:scopeNote",
        remove="implementation:lu-a.30 skos:scopeNote *",
        add='implementation:lu-a.30 skos:scopeNote "Une perquisition"@fr .',
    ),
    Case(
        "a name in a language that does not exist",
        "KnownLanguageShape",
        "instrument:coe-030",
        "rdfs:label|skos:altLabel|skos:prefLabel|dcterms:title",
        add='instrument:coe-030 rdfs:label "Convention"@xx .',
    ),
    Case(
        "a title that is no label",
        "TitleShape",
        "source:ejn-lu-a.30",
        remove="source:ejn-lu-a.30 dcterms:title *",
        add='source:ejn-lu-a.30 dcterms:title "Measure A.30"@en ; rdfs:label "Measure A.30"@fr .',
    ),
    Case(
        "a period that is text",
        "TypedValueShape",
        "condition:lu-a.30-coe-141-offence",
        "mla:value",
        add='condition:lu-a.30-coe-141-offence mla:value "P20D" .',
    ),
    Case(
        "a value of the fourth century",
        "TypedValueShape",
        EXAMPLE_OF["Stipulation"],
        "mla:value",
        remove=f"{EXAMPLE_OF['Stipulation']} mla:value *",
        add=f'{EXAMPLE_OF["Stipulation"]} mla:value "0377-02-16"^^xsd:date .',
        severity="Warning",
    ),
    Case(
        "evidence for a value that is not there",
        "EvidenceValueShape",
        EXAMPLE_OF["FieldEvidence"],
        remove=f"{EXAMPLE_OF['FieldEvidence']} mla:value *",
        add=f'{EXAMPLE_OF["FieldEvidence"]} mla:value "1959-04-21"^^xsd:date .',
    ),
    Case(
        "a fact of a class of another vocabulary",
        "TypedShape",
        "formality:lu-a.30-hours",
        "rdf:type/rdfs:isDefinedBy",
        remove="formality:lu-a.30-hours rdf:type *",
        add="formality:lu-a.30-hours a eli:Work .",
    ),
    of("Coverage", extra, "mla:coversMeasure", "theme:a.30"),
    Case(
        "a coverage of the measures of two instruments",
        "CoverageShape",
        EXAMPLE_OF["Coverage"],
        "mla:coversMeasuresOf",
        remove=f"{EXAMPLE_OF['Coverage']} mla:coversMeasure *",
        add=f"{EXAMPLE_OF['Coverage']} "
        "mla:coversMeasuresOf instrument:coe-099, instrument:coe-141 .",
    ),
    of("Coverage", extra, "mla:limitedToOffences", "place:home"),
    of("Coverage", extra, "mla:needsFullApplication", '"yes"'),
    of("ReservationLimit", missing, "mla:limitedProvision"),
    of("ReservationLimit", wrong, "mla:limitedProvision", "theme:securing-evidence"),
    of("ReservationLimit", missing, "mla:concernsMeasure"),
    of("ReservationLimit", wrong, "mla:concernsMeasure", "place:home"),
    of("ReservationLimit", missing, "mla:limitsStipulation"),
    of("ReservationLimit", wrong, "mla:limitsStipulation", "place:home"),
    of("Coverage", wrong, "mla:essentialProvision", "theme:securing-evidence"),
    extra("knownUntil", "party-list:benelux-1962", "mla:knownUntil", '"2024-05-01Z"^^xsd:date'),
    wrong(
        "FallbackBasisShape",
        "fallback-basis:lu-2000-08-08-fallback",
        "mla:concernsMeasure",
        "place:home",
    ),
    wrong(
        "GroupParticipationShape",
        "group-participation:eu-jp-mla-2009-eu",
        "mla:asOneSide",
        '"yes"',
    ),
]
"""What goes wrong when facts of many sources are brought together."""

LATER_FIRST_DAY = "participation:eu-fd-2005-214-hu"
"""A participation with an assumed first day, and a day by which the state was seen to be bound."""

IDENTITY = [
    of("SourceDocument", missing, "mla:hasSourceClass"),
    of("SourceDocument", wrong, "mla:hasSourceClass", "place:home"),
    extra("boundAtLatest", LATER_FIRST_DAY, "mla:boundAtLatest", '"2024-05-01Z"^^xsd:date'),
    Case(
        "a day by which the state is seen to be bound beside one that is known",
        "BoundAtLatestShape",
        EXAMPLE_OF["Participation"],
        "mla:hasConfidence",
        add=f'{EXAMPLE_OF["Participation"]} mla:boundAtLatest "2000-01-01"^^xsd:date ; '
        "mla:corroboratedBy source:ejn-lu-a.30 .",
    ),
    wrong("BoundAtLatestShape", LATER_FIRST_DAY, "mla:since", '"2020-01-01"^^xsd:date'),
    Case(
        "no document shows the state to be bound by the day",
        "BoundAtLatestSourceShape",
        LATER_FIRST_DAY,
        remove=f"{LATER_FIRST_DAY} mla:corroboratedBy *",
    ),
    Case(
        "an assumed day that is known",
        "AssumedIsUnsureShape",
        "participation:eu-dir-2023-977-at",
        remove="participation:eu-dir-2023-977-at mla:hasConfidence *",
        add="participation:eu-dir-2023-977-at mla:hasConfidence confidence:known .",
    ),
    Case(
        "an unsure coverage without a reason",
        "ReasonForDoubtShape",
        "coverage:benelux-2018-police-a.70",
        remove="coverage:benelux-2018-police-a.70 mla:readingNote *",
    ),
    Case(
        "the convention of 1959 in the place of a later treaty",
        "LaterTreatyStaysShape",
        "precedence-rule:coe-030-replaces-bilat-ch-cl-2006",
        near="participation:bilat-ch-cl-2006-ch participation:bilat-ch-cl-2006-cl "
        "participation:coe-030-ch participation:coe-030-cl",
        add="""precedence-rule:coe-030-replaces-bilat-ch-cl-2006 a mla:PrecedenceRule ;
            rdfs:label "1959 Convention replaces the treaty of 2006"@en ;
            prov:wasDerivedFrom source:ejn-lu-a.30 ;
            mla:citedAs "Art. 26(1)" ;
            mla:hasConfidence confidence:seen ;
            mla:hasPrecedenceEffect precedence-effect:replaces ;
            mla:prevailing instrument:coe-030 ;
            mla:sourceLocator "Art. 26(1)" ;
            mla:yielding instrument:bilat-ch-cl-2006 .""",
    ),
    Case(
        "a dated statute without a number",
        "DatedStatuteShape",
        EXAMPLE_OF["Statute"],
        remove=f"{EXAMPLE_OF['Statute']} mla:gazetteReference *",
        severity="Warning",
    ),
    Case(
        "a dated statute without its own title",
        "OriginalTitleShape",
        EXAMPLE_OF["Statute"],
        remove=f"{EXAMPLE_OF['Statute']} rdfs:label *",
        add=f'{EXAMPLE_OF["Statute"]} rdfs:label "Act of 21 July 1976"@en .',
        severity="Warning",
    ),
    Case(
        "two acts of one name",
        "DistinctLegalActShape",
        "instrument:coe-030",
        remove="instrument:coe-030 rdfs:label *\ninstrument:coe-099 rdfs:label *",
        add='instrument:coe-030 rdfs:label "Act of 1959"@en . '
        'instrument:coe-099 rdfs:label "Act of 1959"@en .',
    ),
    Case(
        "two statutes of one number",
        "OneStatuteShape",
        EXAMPLE_OF["Statute"],
        add=f'{EXAMPLE_OF["Statute"]} eli:number "12" . statute:lu-1997-08-27 eli:number "12" .',
    ),
    Case(
        "a state without its number",
        "IdentifiedStateShape",
        "state:lu",
        remove="state:lu mla:isoNumericCode *",
    ),
    Case(
        "a document that supports itself",
        "SourcedResourceShape",
        EXAMPLE_OF["Statute"],
        "mla:corroboratedBy",
        remove=f"{EXAMPLE_OF['Statute']} mla:corroboratedBy *",
        add=f"{EXAMPLE_OF['Statute']} mla:corroboratedBy source:ejn-lu-a.30 .",
    ),
    of("InstrumentRule", wrong, "mla:hasSpeaker", "state:lu"),
    of("InstrumentRule", wrong, "mla:answersQuestion", "place:home"),
    of("InstrumentRule", wrong, "mla:onRequestSide", "place:home"),
    of("InstrumentRule", wrong, "mla:appliesIf", "place:home"),
    of("InstrumentRule", wrong, "mla:declarationsAct", "place:home"),
    of("InstrumentRule", wrong, "mla:hasEvent", "place:home"),
    of("InstrumentRule", wrong, "mla:startsOn", "place:home"),
    of("InstrumentRule", wrong, "mla:hasUnit", "place:home"),
    of("InstrumentRule", wrong, "mla:value", '"P30D"^^xsd:duration'),
    of("InstrumentRule", wrong, "mla:setsNone", '"no"'),
    of("InstrumentRule", wrong, "mla:byRoute", '"yes"'),
    of("InstrumentRule", wrong, "mla:statedIn", "theme:securing-evidence"),
    of("InstrumentRule", wrong, "mla:givesWay", '"yes"'),
    wrong(
        "InstrumentRuleShape",
        "instrument-rule:eu-dir-2014-41-time-limit-31-1",
        "mla:concernsMeasure",
        "measure:z.99",
    ),
    of("InstrumentRule", wrong, "mla:exceptsMeasure", "measure:z.99"),
    of("InstrumentRule", wrong, "mla:limitedToOffences", "place:home"),
    of("InstrumentRule", wrong, "mla:displaces", "provision:coe-030-art-3"),
    of("InstrumentRule", wrong, "mla:caps", "provision:coe-030-art-3"),
    of("InstrumentRule", wrong, "mla:completes", "provision:coe-030-art-3"),
    Case(
        "an instrument that is silent and gives a period",
        "SilentRuleShape",
        EXAMPLE_OF["InstrumentRule"],
        add=f"{EXAMPLE_OF['InstrumentRule']} mla:setsNone true .",
    ),
    Case(
        "a rule that names a measure and leaves another out",
        "MeasureOfRuleShape",
        EXAMPLE_OF["InstrumentRule"],
        add=f"{EXAMPLE_OF['InstrumentRule']} mla:concernsMeasure measure:a.30 ; "
        "mla:exceptsMeasure measure:a.23 .",
    ),
    Case(
        "a rule that displaces one of its own instrument",
        "OwnRuleMovedShape",
        EXAMPLE_OF["InstrumentRule"],
        add=f"{EXAMPLE_OF['InstrumentRule']} mla:displaces "
        "instrument-rule:eu-dir-2014-41-time-limit-12-4 .",
    ),
    Case(
        "a period for no step",
        "PeriodOfRuleShape",
        EXAMPLE_OF["InstrumentRule"],
        remove=f"{EXAMPLE_OF['InstrumentRule']} mla:hasEvent *",
    ),
    of("InstrumentRule", wrong, "mla:inOfficialLanguage", '"yes"'),
    of("InstrumentRule", wrong, "mla:notApplicable", '"yes"'),
    of("InstrumentRule", wrong, "mla:hasSpeaker", "place:home"),
    of("InstrumentRule", extra, "mla:forRequestingState", "place:home"),
    of("InstrumentRule", extra, "mla:forExecutingState", "place:home"),
    of("InstrumentRule", wrong, "mla:changesAction", '"yes"'),
    of("OfficialLanguage", missing, "mla:concernsState"),
    of("OfficialLanguage", missing, "mla:namesLanguage"),
    of("OfficialLanguage", wrong, "mla:namesLanguage", "place:home"),
    of("OfficialLanguage", wrong, "mla:appliesIf", "place:home"),
    of("MeasureRelation", missing, "mla:fromMeasure"),
    of("MeasureRelation", missing, "mla:toMeasure"),
    of("MeasureRelation", missing, "mla:hasMeasureRelation"),
    of("MeasureRelation", wrong, "mla:hasMeasureRelation", "place:home"),
    of("MeasureRelation", wrong, "mla:concernsInstrument", "place:home"),
    Case(
        "a measure that stands to itself",
        "MeasureRelationShape",
        EXAMPLE_OF["MeasureRelation"],
        "mla:fromMeasure",
        remove=f"{EXAMPLE_OF['MeasureRelation']} mla:toMeasure *",
        add=f"{EXAMPLE_OF['MeasureRelation']} mla:toMeasure measure:a.10 .",
    ),
    extra("ListConceptShape", "condition-type:minors", "mla:bearsOnQuestion", "place:home"),
    wrong("ListConceptShape", "dossier-warning:eppo", "mla:changesAction", '"yes"'),
    wrong("ListConceptShape", "dossier-warning:eppo", "mla:changesActionWithoutBasis", '"yes"'),
    of("ReservationList", missing, "mla:knownUntil"),
    of("TreatyListStatus", missing, "mla:knownUntil"),
    of("TreatyListStatus", missing, "mla:hasListExtent"),
    of("TreatyListStatus", wrong, "mla:hasListExtent", "place:home"),
    of("ReplacedKey", missing, "dcterms:isReplacedBy"),
    of("ReplacedKey", missing, "skos:historyNote"),
    renamed("ReplacedKeyIriShape", EXAMPLE_OF["ReplacedKey"], "statute:pt_2017"),
]
"""One thing, one IRI, and what is said of first days and sources."""

CASES = [
    *IDENTITY,
    *RECORDS,
    *UNKNOWN_PROPERTIES,
    *WRONG_KINDS,
    *WRONG_CODES,
    *DANGLING_LINKS,
    *DECISIONS,
    *WHAT_IS_REQUIRED,
    *ONE_VALUE,
    *TEXTS,
    *FORMS,
    *DATES,
    *KEYS,
    *WITHIN_AN_IMPLEMENTATION,
    *BETWEEN_ACTS,
    *VOCABULARY,
    *DATA_QUALITY,
]

Plant = Callable[[Case], Report]


@pytest.fixture(scope="session")
def plant(real_graph: RealGraph, shapes: list[ox.Quad]) -> Plant:
    """Plant a fault and validate the graph around it; each case is run once."""
    done: dict[Case, Report] = {}

    def planted(case: Case) -> Report:
        if case not in done:
            done[case] = validate_graph(list(faulty(case, real_graph)), shapes)
        return done[case]

    return planted


def faulty(case: Case, graph: RealGraph) -> list[ox.Quad]:
    """The graph around the fault, with the fault in it."""
    added = turtle(case.add)
    old, new = map(iri, case.rename) if case.rename else (None, None)
    starts = {iri(case.focus), *map(iri, case.near.split()), old}
    starts |= {node for triple in added for node in (triple.subject, triple.object)}
    kept = [
        triple for triple in map(renaming(old, new), graph.around(starts)) if stays(case, triple)
    ]
    assert not case.remove or case.add or len(kept) < len(list(graph.around(starts)))
    return [ox.Quad(*triple) for triple in [*kept, *added]]


def renaming(old: object, new: object) -> Callable[[ox.Triple], ox.Triple]:
    """Put one IRI in the place of another."""
    return lambda triple: ox.Triple(*(new if term == old else term for term in triple))


def stays(case: Case, triple: ox.Triple) -> bool:
    """Whether the case leaves the triple where it is."""
    return not any(removes(line, triple) for line in case.remove.splitlines())


def removes(line: str, triple: ox.Triple) -> bool:
    """Whether a line takes the triple away: subject, predicate, and ``*`` or a language."""
    subject, predicate, value = line.split(" ", 2)
    if triple.subject != iri(subject) or triple.predicate != iri(predicate):
        return False
    return value == "*" or getattr(triple.object, "language", None) == value.partition("@")[2]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_fault_is_reported_by_its_shape_alone(case: Case, plant: Plant) -> None:
    report = plant(case)
    expected_path = case.path and re.sub(
        r"[\w-]+:[\w]+", lambda m: f"<{iri(m[0]).value}>", case.path
    )
    assert {
        (r.severity, str(r.focus), r.path and path_text(r.path), r.shape) for r in report.results
    } == {(case.severity, str(iri(case.focus)), expected_path, SHAPES + case.shape)}
    assert report.conforms == (case.severity != "Violation")


@pytest.mark.parametrize(
    "case",
    [
        case if number % 16 == 0 else pytest.param(case, marks=pytest.mark.referee)
        for number, case in enumerate(CASES)
    ],
    ids=lambda case: case.name,
)
def test_the_referee_reports_the_same(
    case: Case, plant: Plant, real_graph: RealGraph, shapes: list[ox.Quad]
) -> None:
    assert plant(case) == validate_graph(list(faulty(case, real_graph)), shapes, REFEREE)


def test_without_a_fault_nothing_is_reported(real_graph: RealGraph, shapes: list[ox.Quad]) -> None:
    starts = [iri(focus) for focus in EXAMPLE_OF.values()]
    report = validate_graph([ox.Quad(*t) for t in real_graph.around(starts)], shapes)
    assert report.results == ()


def test_every_constraint_has_a_fault_that_it_finds(plant: Plant, shapes: list[ox.Quad]) -> None:
    found = {result.message for case in CASES for result in plant(case).results}
    unproven = [
        quad.object.value
        for quad in shapes
        if quad.predicate.value == f"{SH}message" and not any(map(said_as(quad.object), found))
    ]
    assert unproven == []


def said_as(message: ox.Literal) -> Callable[[str], bool]:
    """Whether a message is this one, its variables replaced."""
    parts = [re.escape(part) for part in re.split(r"\{\?\w+\}", message.value)]
    return lambda text: re.fullmatch(".*".join(parts), text) is not None
