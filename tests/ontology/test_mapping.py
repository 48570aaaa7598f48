"""Alignments with other vocabularies: what corresponds to what, how closely, and why."""

import re

import pytest
from rdflib import OWL, RDF, RDFS, SKOS, URIRef

from mla_graph.model.namespaces import MLA, MLAD

ALIGNMENT = URIRef(f"{MLA}Alignment")
TERM, COUNTERPART, DEGREE = (
    URIRef(MLA + name) for name in ("alignsTerm", "alignsWith", "hasAlignmentDegree")
)
DEGREES = {SKOS.exactMatch, SKOS.closeMatch, SKOS.relatedMatch, SKOS.broadMatch, SKOS.narrowMatch}
VOCABULARIES = {
    "JOLux": "http://data.legilux.public.lu/resource/ontology/jolux#",
    "CCCEV and the other core vocabularies": "http://data.europa.eu/m8g/",
    "CDM": "http://publications.europa.eu/ontology/cdm#",
    "schema.org": "https://schema.org/",
    "EuroVoc": "http://eurovoc.europa.eu/",
    "EU resource types": "http://publications.europa.eu/resource/authority/resource-type/",
    "Wikidata": "http://www.wikidata.org/entity/",
}


def alignments(vocabulary):
    return set(vocabulary.terms.subjects(RDF.type, ALIGNMENT))


def only(vocabulary, node, predicate):
    values = list(vocabulary.terms.objects(node, predicate))
    return values[0] if len(values) == 1 else None


def test_alignment_is_complete(vocabulary, refuse):
    ours = vocabulary.classes | vocabulary.properties
    ours |= set(vocabulary.lists.subjects(RDF.type, SKOS.Concept))
    known = tuple(VOCABULARIES.values())
    refuse(
        "an alignment names one term or list entry of ours, one counterpart in a known vocabulary, "
        "and one SKOS mapping relation",
        (
            node
            for node in alignments(vocabulary)
            if only(vocabulary, node, TERM) not in ours
            or only(vocabulary, node, DEGREE) not in DEGREES
            or not str(only(vocabulary, node, COUNTERPART)).startswith(known)
        ),
    )


def test_alignment_gives_its_reason(vocabulary, refuse):
    refuse(
        "an alignment has one English skos:note, a sentence that says why it is as close as stated",
        (
            node
            for node in alignments(vocabulary)
            if [note.language for note in vocabulary.terms.objects(node, SKOS.note)] != ["en"]
            or not re.fullmatch(r"[A-Z].{30,}\.", vocabulary.terms.value(node, SKOS.note))
        ),
    )


def test_alignment_key_names_both_sides(vocabulary, refuse):
    def words(text):
        return re.sub(r"[^a-z0-9]", "", text.lower())

    def disagrees(node):
        key = words(node.removeprefix(f"{MLAD}alignment/"))
        ends = (re.split(r"[/#]", only(vocabulary, node, p))[-1] for p in (TERM, COUNTERPART))
        return any(words(end) not in key for end in ends)

    refuse("the key of an alignment holds both names", filter(disagrees, alignments(vocabulary)))


def test_a_pair_is_aligned_once(vocabulary, refuse):
    pairs = [
        (only(vocabulary, n, TERM), only(vocabulary, n, COUNTERPART))
        for n in alignments(vocabulary)
    ]
    refuse("no pair is aligned twice", (pair for pair in pairs if pairs.count(pair) > 1))


def test_exact_matches_are_one_to_one(vocabulary, refuse):
    exact = [n for n in alignments(vocabulary) if only(vocabulary, n, DEGREE) == SKOS.exactMatch]
    ends = [only(vocabulary, n, p) for n in exact for p in (TERM, COUNTERPART)]
    refuse(
        "what means exactly the same is aligned with one thing",
        (e for e in ends if ends.count(e) > 1),
    )


@pytest.mark.parametrize("name", VOCABULARIES)
def test_vocabulary_is_aligned(vocabulary, name):
    targets = vocabulary.terms.objects(None, COUNTERPART)
    assert any(target.startswith(VOCABULARIES[name]) for target in targets)


def test_kinds_of_treaties_are_aligned_with_kinds_of_treaties(vocabulary):
    """EuroVoc has the protocol of a ceremony too (6884, microthesaurus 0406)."""
    international_agreements = {"3461", "3468", "2850"}  # microthesaurus 0806
    kinds = f"{MLAD}instrument-kind/"
    found = {
        counterpart.removeprefix(VOCABULARIES["EuroVoc"])
        for node, counterpart in vocabulary.terms.subject_objects(COUNTERPART)
        if only(vocabulary, node, TERM).startswith(kinds)
        and counterpart.startswith(VOCABULARIES["EuroVoc"])
    }
    assert found == international_agreements


def test_alignment_reasons_about_neither_side(vocabulary):
    for prop in (TERM, COUNTERPART, DEGREE):
        assert vocabulary.kind_of(prop) == OWL.AnnotationProperty
        assert not list(vocabulary.terms.objects(prop, RDFS.domain | RDFS.range))
