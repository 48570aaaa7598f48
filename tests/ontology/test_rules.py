"""The rules in ontology/rules, each on a graph small enough to read."""

import pyoxigraph as ox
import pytest
from rdflib import XSD

from mla_graph.release.derive import derive

PREFIXES = """
PREFIX eli: <http://data.europa.eu/eli/ontology#>
PREFIX availability: <https://w3id.org/mla-graph/id/availability/>
PREFIX coverage-effect: <https://w3id.org/mla-graph/id/coverage-effect/>
PREFIX coverage: <https://w3id.org/mla-graph/id/coverage/>
PREFIX group-membership: <https://w3id.org/mla-graph/id/group-membership/>
PREFIX implementation: <https://w3id.org/mla-graph/id/implementation/>
PREFIX instrument: <https://w3id.org/mla-graph/id/instrument/>
PREFIX instrument-relation: <https://w3id.org/mla-graph/id/instrument-relation/>
PREFIX legal-basis: <https://w3id.org/mla-graph/id/legal-basis/>
PREFIX measure: <https://w3id.org/mla-graph/id/measure/>
PREFIX mla: <https://w3id.org/mla-graph/ontology#>
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX page-status: <https://w3id.org/mla-graph/id/page-status/>
PREFIX participation-mode: <https://w3id.org/mla-graph/id/participation-mode/>
PREFIX participation: <https://w3id.org/mla-graph/id/participation/>
PREFIX provision: <https://w3id.org/mla-graph/id/provision/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX relation-type: <https://w3id.org/mla-graph/id/relation-type/>
PREFIX reservation: <https://w3id.org/mla-graph/id/reservation/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX state-group: <https://w3id.org/mla-graph/id/state-group/>
PREFIX state: <https://w3id.org/mla-graph/id/state/>
PREFIX statute: <https://w3id.org/mla-graph/id/statute/>
PREFIX statute-role: <https://w3id.org/mla-graph/id/statute-role/>
PREFIX statutory-role: <https://w3id.org/mla-graph/id/statutory-role/>
PREFIX stipulation: <https://w3id.org/mla-graph/id/stipulation/>
PREFIX stipulation-type: <https://w3id.org/mla-graph/id/stipulation-type/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
"""


@pytest.fixture
def derived(vocabulary):
    """A graph with all that the rules add to it."""

    def run(turtle: str) -> ox.Store:
        store = ox.Store()
        known = "skos:prefLabel rdfs:subPropertyOf rdfs:label ."
        store.load(input=f"{PREFIXES}{known}{turtle}".encode(), format=ox.RdfFormat.TURTLE)
        derive(store, vocabulary.sources.rule_files())
        return store

    return run


def rows(store, pattern):
    answer = store.query(f"{PREFIXES} SELECT * WHERE {{ {pattern} }}")
    return {tuple(str(value) for value in row) for row in answer}


def holds(store, pattern):
    return bool(store.query(f"{PREFIXES} ASK {{ {pattern} }}"))


@pytest.mark.parametrize(
    ("stated", "shown"),
    [
        ('rdfs:label "Greece"@en, "Grèce"@fr, "Griechenland"@de, "Ελλάδα"@el', '"Greece"@en'),
        ('rdfs:label "Grèce"@fr, "Griechenland"@de, "Ελλάδα"@el', '"Grèce"@fr'),
        ('rdfs:label "Griechenland"@de, "Ελλάδα"@el', '"Griechenland"@de'),
        ('rdfs:label "Ελλάδα"@el ; skos:notation "GR"', '"Ελλάδα"'),
        ('skos:prefLabel "Greece"@en ; skos:notation "GR"', '"Greece"@en'),
        ('skos:notation "GR"', '"GR"'),
        ('rdfs:comment "nothing else"', '"gr"'),
        ('rdfs:label "Hellas"@en, "Greece"@en', '"Greece"@en'),
        ('skos:notation "GR", "EL"', '"EL"'),
    ],
    ids=[
        "English first", "then French", "then German", "then any language", "a preferred label too",
        "then the code", "then the end of the IRI", "one of two English labels", "one of two codes",
    ],
)  # fmt: skip
def test_default_label(derived, stated, shown):
    store = derived(f"state:gr a mla:State ; {stated} .")
    assert rows(store, "state:gr mla:defaultLabel ?label") == {(shown,)}


def test_preferred_label_is_a_label(derived):
    store = derived('state:lu a mla:State ; skos:prefLabel "Lëtzebuerg"@lb .')
    assert holds(store, 'state:lu rdfs:label "Lëtzebuerg"@lb')


def test_superclasses_all_the_way_up(derived):
    store = derived(
        "mla:Statute a owl:Class ; rdfs:subClassOf mla:LegalAct . "
        "mla:LegalAct a owl:Class ; rdfs:subClassOf eli:LegalResource . statute:x a mla:Statute ."
    )
    assert holds(store, "statute:x a mla:LegalAct, eli:LegalResource")


@pytest.mark.parametrize(
    ("role", "link"), [("approves", "mla:approves"), ("transposes", "eli:transposes")]
)
def test_statute_is_linked_to_what_it_approves_or_transposes(derived, role, link):
    store = derived(
        f"statutory-role:x mla:hasStatuteRole statute-role:{role} ; mla:fulfilledBy statute:x ; "
        "mla:concernsInstrument instrument:y ."
    )
    assert rows(store, "statute:x ?link instrument:y") == {(_iri(link),)}


def test_other_statutory_roles_make_no_link(derived):
    store = derived(
        "statutory-role:x mla:hasStatuteRole statute-role:basis ; mla:fulfilledBy statute:x ; "
        "mla:concernsInstrument instrument:y ."
    )
    assert not holds(store, "statute:x ?link instrument:y")


def test_protocol_depends_on_all_that_it_builds_on(derived):
    store = derived(
        "instrument-relation:a mla:hasRelationType relation-type:protocol-to ; "
        "mla:fromInstrument instrument:second ; mla:toInstrument instrument:first . "
        "instrument-relation:b mla:hasRelationType relation-type:protocol-to ; "
        "mla:fromInstrument instrument:third ; mla:toInstrument instrument:second . "
        "instrument-relation:c mla:hasRelationType relation-type:supplements ; "
        "mla:fromInstrument instrument:other ; mla:toInstrument instrument:first ."
    )
    assert rows(store, "instrument:third mla:dependsOn ?what") == {
        (_iri("instrument:first"),),
        (_iri("instrument:second"),),
    }
    assert holds(store, "instrument:other mla:supplements instrument:first")
    assert not holds(store, "instrument:other mla:dependsOn ?what")
    assert not holds(store, "instrument:first mla:dependsOn ?what")


@pytest.mark.parametrize(
    ("memberships", "member"),
    [
        ("", False),
        ("group-membership:a mla:concernsGroup state-group:eu ; mla:concernsState state:x .", True),
        (
            "group-membership:a mla:concernsGroup state-group:eu ; mla:concernsState state:x ; "
            'mla:until "2020-01-31"^^xsd:date .',
            False,
        ),
        (
            "group-membership:a mla:concernsGroup state-group:schengen ; "
            "mla:concernsState state:x .",
            False,
        ),
    ],
    ids=["none", "without end", "ended", "of another group"],
)
def test_membership_of_the_european_union(derived, memberships, member):
    store = derived(f"state:x a mla:State . {memberships}")
    assert holds(store, f"state:x mla:euMember {str(member).lower()}")
    assert len(rows(store, "state:x mla:euMember ?flag")) == 1


def test_instrument_is_used_by_the_state_whose_page_relies_on_it(derived):
    store = derived(
        "implementation:x mla:concernsState state:x . instrument:y a mla:Instrument . "
        "legal-basis:a mla:belongsToImplementation implementation:x ; mla:restsOn instrument:y . "
        "legal-basis:b mla:belongsToImplementation implementation:x ; mla:restsOn statute:z . "
        "statute:z a mla:Statute ."
    )
    assert rows(store, "?what mla:usedBy state:x") == {(_iri("instrument:y"),)}


def test_rules_reach_their_end_in_one_pass(vocabulary):
    """No rule needs what a later one makes: running them again adds nothing."""
    again = ox.Store()
    again.bulk_extend(vocabulary.store)
    added = derive(again, vocabulary.sources.rule_files())
    assert {rule: number for rule, number in added.items() if number} == {}


def _iri(name: str) -> str:
    prefix, local = name.split(":")
    space = next(line.split("<")[1][:-1] for line in PREFIXES.splitlines() if f" {prefix}:" in line)
    return f"<{space}{local}>"


BOUND = """
    participation:p-lu a mla:Participation ; mla:bound true ; mla:concernsState state:lu ;
        mla:concernsInstrument instrument:p ; mla:since "2000-01-01"^^xsd:date .
    instrument-relation:p mla:hasRelationType relation-type:protocol-to ;
        mla:fromInstrument instrument:p ; mla:toInstrument instrument:c .
"""
PARENT = """
    participation:c-lu a mla:Participation ; mla:bound true ; mla:concernsState state:lu ;
        mla:concernsInstrument instrument:c ;
"""


@pytest.mark.parametrize(
    ("stated", "first", "last"),
    [
        ('mla:since "1990-01-01"^^xsd:date', "2000-01-01", "9999-12-31"),
        ('mla:since "2010-01-01"^^xsd:date', "2010-01-01", "9999-12-31"),
        (
            'mla:since "1990-01-01"^^xsd:date ; mla:until "2005-12-31"^^xsd:date',
            "2000-01-01",
            "2005-12-31",
        ),
    ],
    ids=["the convention first", "the protocol first", "the convention ends"],
)
def test_a_protocol_binds_while_its_convention_does(derived, stated, first, last):
    store = derived(f"{BOUND} {PARENT} {stated} .")
    found = rows(store, "participation:p-lu mla:inForceFrom ?from ; mla:inForceTo ?to")
    assert found == {tuple(f'"{day}"^^<{XSD.date}>' for day in (first, last))}
    assert holds(store, "participation:p-lu mla:inForceFor state:lu")


@pytest.mark.parametrize(
    ("stated", "last"),
    [("", "2024-12-11"), ('mla:until "2025-07-14"^^xsd:date ;', "2025-07-14")],
    ids=["ends with the act", "goes on for the state"],
)
def test_an_act_ends_for_each_state_that_has_no_last_day_of_its_own(derived, stated, last):
    store = derived(
        'instrument:a a mla:Instrument ; eli:date_no_longer_in_force "2024-12-11"^^xsd:date . '
        f"participation:a-ch a mla:Participation ; {stated} mla:bound true ; "
        'mla:since "2010-01-01"^^xsd:date ; mla:concernsState state:ch ; '
        "mla:concernsInstrument instrument:a ."
    )
    found = rows(store, "participation:a-ch mla:inForceTo ?to")
    assert found == {(f'"{last}"^^<{XSD.date}>',)}


@pytest.mark.parametrize(
    "stated",
    [
        "",
        f'{PARENT} mla:since "1990-01-01"^^xsd:date ; mla:until "1995-12-31"^^xsd:date .',
    ],
    ids=["no convention", "a convention that ended before"],
)
def test_a_protocol_without_its_convention_binds_nobody(derived, stated):
    store = derived(BOUND + stated)
    assert not holds(store, "participation:p-lu mla:inForceFrom ?from")
    assert not holds(store, "participation:p-lu mla:inForceFor ?state")


def test_a_class_has_the_kinds_of_address_of_its_resources_with_a_code(derived):
    store = derived(
        'measure:x a mla:Measure ; skos:notation "X" . '
        "coverage:x a mla:Coverage . "
        '<https://example.org/outside> a mla:Measure ; skos:notation "Y" .'
    )
    assert rows(store, "mla:Measure mla:addressedAs ?kind") == {('"measure"',)}
    assert not holds(store, "mla:Coverage mla:addressedAs ?kind")


PAGE = "mla:concernsState state:x ; mla:concernsMeasure measure:a.30 ; mla:hasPageStatus"


def test_one_page_settles_the_availability_of_a_measure_in_a_state(derived):
    store = derived(
        f"implementation:older {PAGE} page-status:current ; mla:hasAvailability availability:no . "
        f"implementation:newer {PAGE} page-status:current ; mla:hasAvailability availability:yes ; "
        'mla:reviewedDate "2020-01-01"^^xsd:date .'
    )
    assert rows(store, "?page mla:settlesAvailability ?said") == {
        (_iri("implementation:newer"), _iri("availability:yes"))
    }


def test_equally_new_pages_that_differ_settle_it_as_unknown(derived):
    store = derived(
        f"implementation:b {PAGE} page-status:current ; mla:hasAvailability availability:no . "
        f"implementation:a {PAGE} page-status:current ; mla:hasAvailability availability:yes ."
    )
    assert rows(store, "?page mla:settlesAvailability ?said") == {
        (_iri("implementation:a"), _iri("availability:unknown"))
    }


COVERED = """
    coverage:c-a.70 a mla:Coverage ; mla:concernsInstrument instrument:c ;
        mla:coversMeasure measure:a.70 ; mla:essentialProvision provision:c-art-17 .
"""


@pytest.mark.parametrize(
    ("stated", "until"),
    [
        ("", None),
        (
            "reservation:r mla:madeUnder participation:c-lu . stipulation:s "
            "mla:stipulatedBy reservation:r ; mla:namesProvision provision:c-art-17 ; "
            "mla:hasStipulationType stipulation-type:provision-excluded .",
            "9999-12-31",
        ),
        (
            "reservation:r mla:madeUnder participation:c-lu . stipulation:s "
            "mla:stipulatedBy reservation:r ; mla:namesProvision provision:c-art-18 ; "
            "mla:hasStipulationType stipulation-type:provision-excluded .",
            None,
        ),
        (
            "reservation:r mla:madeUnder participation:c-lu ; "
            'mla:until "2020-12-31"^^xsd:date . stipulation:s '
            "mla:stipulatedBy reservation:r ; mla:namesProvision provision:c-art-17 ; "
            "mla:hasStipulationType stipulation-type:provision-excluded .",
            "2020-12-31",
        ),
        ("participation:c-lu mla:inPart true .", "9999-12-31"),
        (
            "participation:c-lu mla:inPart true ; mla:acceptsProvision provision:c-art-17 .",
            None,
        ),
    ],
    ids=["bound by all", "reserved", "another reserved", "taken back", "not accepted", "accepted"],
)
def test_a_measure_is_excepted_with_its_provision_until_that_is_taken_back(derived, stated, until):
    store = derived(f'{COVERED} {PARENT} mla:since "1990-01-01"^^xsd:date . {stated}')
    pattern = "?exception mla:exceptedMeasure measure:a.70 ; mla:exceptedTo ?to"
    found = {to for _, to in rows(store, pattern)}
    assert found == ({f'"{until}"^^<http://www.w3.org/2001/XMLSchema#date>'} if until else set())
    assert holds(store, "participation:c-lu mla:exceptFor ?exception") is (until is not None)


@pytest.mark.parametrize(
    ("stated", "recorded"),
    [
        ("", False),
        ("participation:a-lu a mla:Participation ; mla:concernsInstrument instrument:a .", True),
    ],
    ids=["nobody", "somebody"],
)
def test_an_instrument_without_any_participation_is_marked(derived, stated, recorded):
    store = derived(
        "coverage:a-a.70 mla:concernsInstrument instrument:a ; mla:coversMeasure measure:a.70 ; "
        f"mla:hasCoverageEffect coverage-effect:covered . {stated}"
    )
    assert holds(store, "instrument:a mla:partiesRecorded false") is not recorded


ASSUMED = """
    instrument:a a mla:Instrument ; eli:date_document "2008-11-27"^^xsd:date .
    group-membership:eu-hr mla:concernsGroup state-group:eu ; mla:concernsState state:hr ;
        mla:since "2013-07-01"^^xsd:date .
    participation:a-hr a mla:Participation ; mla:concernsInstrument instrument:a ;
        mla:concernsState state:hr ; mla:bound true ; mla:since "2014-01-01"^^xsd:date ;
        mla:hasParticipationMode participation-mode:eu-act
"""


@pytest.mark.parametrize(
    ("stated", "span"),
    [
        ("", None),
        ("; mla:assumed true", ("2013-07-01", "9999-12-31")),
        (
            '; mla:assumed true ; mla:boundAtLatest "2016-05-01"^^xsd:date',
            ("2013-07-01", "2016-05-01"),
        ),
    ],
    ids=["a day that was read", "an assumed day", "an assumed day, and a day when bound"],
)
def test_an_assumed_day_matters_from_accession_until_the_state_is_seen_bound(derived, stated, span):
    store = derived(f"{ASSUMED} {stated} .")
    found = rows(store, "participation:a-hr mla:assumedFrom ?from ; mla:assumedTo ?to")
    assert found == ({tuple(f'"{day}"^^<{XSD.date}>' for day in span)} if span else set())
