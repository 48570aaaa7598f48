"""Links to other data: by rule where a register's number gives the address, else one by one."""

import pyoxigraph as ox
import pytest
from rdflib import OWL, RDF, RDFS, SKOS, URIRef

from mla_graph.model.namespaces import MLA, MLAD
from mla_graph.release.derive import derive

RULE = "88-official-numbers.rq"
CELEX = "http://publications.europa.eu/resource/celex/"
EURLEX = "https://eur-lex.europa.eu/legal-content/EN/TXT/?uri=CELEX:"
TREATY = "https://treaties.un.org/Pages/ViewDetails.aspx?src=TREATY&mtdsg_no="
TWO_THINGS = {"dk", "nl", "va"}
"""Wikidata has a realm and a country, or a see and a city: which one a fact means is open."""


@pytest.mark.parametrize(
    ("number", "links"),
    [
        (
            'mla:celexNumber "32014L0041"',
            {(OWL.sameAs, f"{CELEX}32014L0041"), (RDFS.seeAlso, f"{EURLEX}32014L0041")},
        ),
        ('mla:celexNumber "42000A0712(01)"', {(RDFS.seeAlso, f"{EURLEX}42000A0712(01)")}),
        ('mla:untcReference "XVIII-12-a"', {(RDFS.seeAlso, f"{TREATY}XVIII-12-a&chapter=18")}),
        ('mla:untcReference "VI-19"', {(RDFS.seeAlso, f"{TREATY}VI-19&chapter=6")}),
        (f'mla:untcReference "VI-19" ; foaf:page <{TREATY}VI-19&chapter=6&clang=_en>', set()),
        ('mla:untcReference "XXI-6"', set()),
        ('mla:treatySeriesNumber "ETS No. 030"', set()),
    ],
)
def test_a_number_of_a_register_leads_to_the_register(vocabulary, number, links):
    store = ox.Store()
    prefixes = f"prefix mla: <{MLA}> prefix foaf: <http://xmlns.com/foaf/0.1/> "
    store.load(f"{prefixes}<urn:a> a mla:Instrument ; {number} .".encode(), ox.RdfFormat.TURTLE)
    derive(store, [path for path in vocabulary.sources.rule_files() if path.name == RULE])
    found = {
        (URIRef(quad.predicate.value), quad.object.value)
        for quad in store.quads_for_pattern(None, None, None, ox.DefaultGraph())
        if quad.predicate.value in (str(OWL.sameAs), str(RDFS.seeAlso))
    }
    assert found == links


@pytest.mark.parametrize(
    ("relation", "space", "without"),
    [
        (SKOS.exactMatch, "http://publications.europa.eu/resource/authority/country/", set()),
        (SKOS.exactMatch, "http://www.wikidata.org/entity/", TWO_THINGS),
        (SKOS.closeMatch, "https://sws.geonames.org/", {"eu", "ps", "va"}),
    ],
)
def test_every_state_is_linked_once_and_none_shares_its_link(vocabulary, relation, space, without):
    linked = {}
    for state, link in vocabulary.stated.subject_objects(relation):
        if link.startswith(space):
            assert link not in linked, f"{link}: {linked[link]} and {state}"
            linked[link] = state
    states = set(vocabulary.stated.subjects(RDF.type, URIRef(f"{MLA}State")))
    left_out = {URIRef(f"{MLAD}state/{key}") for key in without}
    assert sorted(linked.values()) == sorted(states - left_out)
