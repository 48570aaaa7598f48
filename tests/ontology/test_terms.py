"""How a term of ours is named and described."""

import re
from collections import defaultdict
from functools import partial
from itertools import product

import pytest
from rdflib import OWL, RDF, RDFS, SKOS, XSD, Literal, URIRef

from mla_graph.model.namespaces import MLA, ONTOLOGY

LANGUAGES = ("en", "fr", "de")
UPPER_CAMEL = re.compile(r"(?:[A-Z][a-z0-9]+)+")
LOWER_CAMEL = re.compile(r"[a-z][a-z0-9]*(?:[A-Z][a-z0-9]+)*")
FILLERS = frozenset(
    re.findall(
        r"\w+",
        "a an and as at by for has have in is it its not of on one or the this to under was which "
        "with",
    )
)


def name(term):
    return term.removeprefix(MLA)


def own(vocabulary):
    return vocabulary.classes | vocabulary.properties


def texts_in(language, graph, term, predicate):
    return [str(text) for text in graph.objects(term, predicate) if text.language == language]


english = partial(texts_in, "en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_label_in_english_french_and_german(vocabulary, refuse, language):
    labels = {t: texts_in(language, vocabulary.terms, t, RDFS.label) for t in own(vocabulary)}
    refuse(
        f"a term has one rdfs:label in {language!r}",
        (term for term, found in labels.items() if len(found) != 1),
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_definition_of_one_sentence_in_each_language(vocabulary, refuse, language):
    def is_sentence(text):
        return re.fullmatch(r"[A-ZÀ-Ý“\"].*[^.\s]\.", text, re.DOTALL) and not re.search(
            r"\. [A-ZÀ-Ý]", text
        )

    texts = {t: texts_in(language, vocabulary.terms, t, SKOS.definition) for t in own(vocabulary)}
    refuse(
        f"a term has one skos:definition in {language!r}: one sentence, with capital and full stop",
        (term for term, found in texts.items() if len(found) != 1 or not is_sentence(found[0])),
    )


def test_definition_is_not_circular(vocabulary, refuse):
    def words(text):
        return {word.removesuffix("s") for word in re.findall(r"[a-z]+", text.lower())} - FILLERS

    def repeats(term):
        label = " ".join(english(vocabulary.terms, term, RDFS.label))
        text = " ".join(english(vocabulary.terms, term, SKOS.definition))
        begins_with_it = re.match(rf"(?:An? |The )?{re.escape(label)}\b", text, re.IGNORECASE)
        return begins_with_it or (
            words(label) <= words(text) and len(words(text) - words(label)) < 3
        )

    refuse(
        "a definition does not begin with the label, "
        "and says at least three words of substance beyond those of the label",
        filter(repeats, own(vocabulary)),
    )


def test_classes_and_datatype_properties_have_an_example(vocabulary, refuse):
    wanted = vocabulary.classes | (vocabulary.properties & vocabulary.of_kind(OWL.DatatypeProperty))
    refuse(
        "a class or datatype property has a skos:example",
        (term for term in wanted if not vocabulary.terms.value(term, SKOS.example)),
    )


def test_term_names_its_ontology(vocabulary, refuse):
    stated = (None, RDFS.isDefinedBy, URIRef(ONTOLOGY))
    refuse(
        f"a term has rdfs:isDefinedBy <{ONTOLOGY}>",
        own(vocabulary) - set(vocabulary.terms.subjects(*stated[1:])),
    )


def test_domain_and_range_or_the_reason_for_none(vocabulary, refuse):
    def is_open(prop):
        if vocabulary.terms.value(prop, SKOS.editorialNote):
            return False
        has_domain = vocabulary.terms.value(prop, RDFS.domain) is not None
        if vocabulary.kind_of(prop) == OWL.ObjectProperty:
            return not has_domain or vocabulary.terms.value(prop, RDFS.range) is None
        return not has_domain

    refuse(
        "a property has domain and range (a datatype property: a domain), "
        "or a skos:editorialNote says why not",
        filter(is_open, vocabulary.properties),
    )


def test_at_most_one_domain_and_one_range(vocabulary, refuse):
    """Several would mean all of them at once, which is seldom what the author meant."""
    refuse(
        "a property has at most one rdfs:domain and one rdfs:range",
        (
            prop
            for prop in vocabulary.properties
            for end in (RDFS.domain, RDFS.range)
            if len(set(vocabulary.terms.objects(prop, end))) > 1
        ),
    )


def test_classes_are_upper_camel_case(vocabulary, refuse):
    refuse(
        "a class is named in UpperCamelCase, acronyms too (EuAct)",
        (term for term in vocabulary.classes if not UPPER_CAMEL.fullmatch(name(term))),
    )


def test_properties_are_lower_camel_case(vocabulary, refuse):
    refuse(
        "a property is named in lowerCamelCase, acronyms too (celexNumber)",
        (term for term in vocabulary.properties if not LOWER_CAMEL.fullmatch(name(term))),
    )


def test_one_class_one_notion(vocabulary, refuse):
    refuse(
        "a class stands for one notion: no And, Or, Other, Misc in its name",
        (t for t in vocabulary.classes if re.search(r"(And|Or|Other|Misc)(?=[A-Z]|$)", name(t))),
    )


def test_no_two_terms_share_a_label_or_a_definition(vocabulary, refuse):
    sharing = defaultdict(set)
    for predicate, language in product((RDFS.label, SKOS.definition), LANGUAGES):
        for term in own(vocabulary):
            for text in texts_in(language, vocabulary.terms, term, predicate):
                sharing[predicate, language, text.casefold()].add(term)
    refuse(
        "two terms never have the same label or definition",
        (tuple(sorted(terms)) for terms in sharing.values() if len(terms) > 1),
    )


def test_no_inverse_pairs(vocabulary, refuse):
    """SPARQL reads a link from both ends; a second property would have to be kept in step."""
    pairs = {
        p: set(vocabulary.merged.subject_objects(p)) for p in vocabulary.of_kind(OWL.ObjectProperty)
    }
    mirrored = (
        (p, q)
        for p, forward in pairs.items()
        for q, backward in pairs.items()
        if p < q and forward and len(forward) == len(backward)
        if {(o, s) for s, o in forward} == backward
    )
    refuse("no property says the same as another read backwards", mirrored)
    refuse("owl:inverseOf is not used", vocabulary.terms.subjects(OWL.inverseOf))


def test_deprecated_term_says_what_to_use_instead(vocabulary, refuse):
    flag = Literal("true", datatype=XSD.boolean)
    refuse(
        "a deprecated term names its successor with rdfs:seeAlso, and why in a skos:historyNote",
        (
            term
            for term in vocabulary.terms.subjects(OWL.deprecated, flag)
            if not vocabulary.terms.value(term, RDFS.seeAlso)
            or not vocabulary.terms.value(term, SKOS.historyNote)
        ),
    )
    refuse(
        "a deprecated term is used by no fact",
        (
            term
            for term in vocabulary.terms.subjects(OWL.deprecated, flag)
            if (None, term, None) in vocabulary.facts or (None, RDF.type, term) in vocabulary.facts
        ),
    )
