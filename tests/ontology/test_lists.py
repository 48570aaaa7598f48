"""Controlled lists, and the catalogues that are facts: measures, themes, states, state groups."""

from collections import defaultdict

import pytest
from rdflib import OWL, RDF, RDFS, SKOS, Literal, URIRef

from mla_graph.model.namespaces import MLA, MLAD

LANGUAGES = {"en", "fr", "de"}
LANGUAGE_TABLE = "http://publications.europa.eu/resource/authority/language/"
CATALOGUES = ("Measure", "Theme", "State", "StateGroup")


def entries(vocabulary):
    return set(vocabulary.lists.subjects(RDF.type, SKOS.Concept))


def catalogued(vocabulary):
    return {
        n for kind in CATALOGUES for n in vocabulary.facts.subjects(RDF.type, URIRef(MLA + kind))
    }


def both(vocabulary):
    return vocabulary.stated


@pytest.mark.parametrize("group", [entries, catalogued, lambda v: v.schemes])
def test_one_label_each_in_english_french_and_german(vocabulary, refuse, group):
    graph = both(vocabulary)
    refuse(
        "a list, entry, measure, theme, state or group has one skos:prefLabel each in en, fr, de",
        (
            entry
            for entry in group(vocabulary)
            if sorted(label.language or "" for label in graph.objects(entry, SKOS.prefLabel))
            != sorted(LANGUAGES)
        ),
    )


def test_entries_and_lists_have_a_definition(vocabulary, refuse):
    graph = both(vocabulary)
    refuse(
        "a list or list entry has a skos:definition (the languages of the EU table need none)",
        (
            entry
            for entry in entries(vocabulary) | vocabulary.schemes
            if not entry.startswith(LANGUAGE_TABLE) and not graph.value(entry, SKOS.definition)
        ),
    )


def test_notation_is_the_end_of_the_iri(vocabulary, refuse):
    graph = both(vocabulary)
    refuse(
        "skos:notation is the last part of the IRI (capitals aside)",
        (
            entry
            for entry in entries(vocabulary) | catalogued(vocabulary) | vocabulary.schemes
            if not entry.startswith(LANGUAGE_TABLE)
            and [str(code).lower() for code in graph.objects(entry, SKOS.notation)]
            != [entry.rsplit("/", 1)[1]]
        ),
    )


def test_languages_have_their_iso_code(vocabulary, refuse):
    refuse(
        "a language has one code as skos:notation: of ISO 639-1, else of ISO 639-3",
        (
            entry
            for entry in entries(vocabulary)
            if entry.startswith(LANGUAGE_TABLE)
            and [len(code) in (2, 3) for code in vocabulary.lists.objects(entry, SKOS.notation)]
            != [True]
        ),
    )


def test_entries_stand_in_their_own_list(vocabulary, refuse):
    graph = both(vocabulary)

    def own_scheme(entry):
        kind = "language" if entry.startswith(LANGUAGE_TABLE) else entry[len(MLAD) :].split("/")[0]
        return URIRef(f"{MLAD}scheme/{kind}")

    refuse(
        "an entry is skos:inScheme the existing list that its IRI names, and no other",
        (
            entry
            for entry in entries(vocabulary) | catalogued(vocabulary)
            if set(graph.objects(entry, SKOS.inScheme)) != {own_scheme(entry)}
            or own_scheme(entry) not in vocabulary.schemes
        ),
    )


def test_codes_and_labels_are_unique_in_a_list(vocabulary, refuse):
    graph = both(vocabulary)
    holders = defaultdict(set)
    for entry, scheme in graph.subject_objects(SKOS.inScheme):
        for code in graph.objects(entry, SKOS.notation):
            holders[scheme, "code", str(code).casefold()].add(entry)
        for label in graph.objects(entry, SKOS.prefLabel):
            holders[scheme, label.language, str(label).casefold()].add(entry)
    refuse(
        "no two entries of a list share a code, or a label in one language",
        (tuple(sorted(found)) for found in holders.values() if len(found) > 1),
    )


def test_every_list_has_entries(vocabulary, refuse):
    filled = set(both(vocabulary).objects(None, SKOS.inScheme))
    refuse("a list has entries", vocabulary.schemes - filled)


def test_list_entries_are_named_by_facts_through_properties_that_expect_concepts(
    vocabulary, refuse
):
    """A property whose range is skos:Concept points to an entry of a list, never elsewhere."""
    known = entries(vocabulary) | catalogued(vocabulary)
    expecting = set(vocabulary.terms.subjects(RDFS.range, SKOS.Concept)) & vocabulary.properties
    refuse(
        "a property for list entries points to an existing entry",
        (
            (subject, prop, target)
            for prop in expecting & vocabulary.of_kind(OWL.ObjectProperty)
            for subject, target in vocabulary.facts.subject_objects(prop)
            if target not in known
        ),
    )


def test_codes_are_plain_text(vocabulary, refuse):
    refuse(
        "a code has no language and no datatype, so that every engine compares it alike",
        (
            entry
            for entry, code in both(vocabulary).subject_objects(SKOS.notation)
            if not isinstance(code, Literal) or code.language or code.datatype
        ),
    )
