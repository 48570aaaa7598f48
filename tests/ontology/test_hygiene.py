"""What ontology scanners look for, as far as it can be seen without a network."""

import re
from datetime import date

from rdflib import DCTERMS, OWL, RDF, RDFS, SKOS, VANN, Literal, URIRef

from mla_graph.model.namespaces import MLA, MLAD, ONTOLOGY

HEADER = URIRef(ONTOLOGY)
KEY = re.compile(r"[a-z]+(?:-[a-z]+)*/[a-z0-9]+(?:[.-][a-z0-9]+)*")


def test_header_says_what_this_is_and_who_may_use_it(vocabulary, refuse):
    wanted = (
        DCTERMS.title, DCTERMS.description, DCTERMS.license, DCTERMS.creator, DCTERMS.created,
        DCTERMS.bibliographicCitation, OWL.versionInfo, OWL.versionIRI,
        VANN.preferredNamespacePrefix, VANN.preferredNamespaceUri, RDFS.label,
    )  # fmt: skip
    assert (HEADER, RDF.type, OWL.Ontology) in vocabulary.terms
    refuse(
        "the ontology's header states", (p for p in wanted if not vocabulary.terms.value(HEADER, p))
    )


def test_header_is_consistent(vocabulary):
    terms = vocabulary.terms
    version = terms.value(HEADER, OWL.versionInfo)
    assert list(terms.subjects(RDF.type, OWL.Ontology)) == [HEADER]
    assert re.fullmatch(r"\d+\.\d+\.\d+", version)
    assert terms.value(HEADER, OWL.versionIRI) == URIRef(f"{ONTOLOGY}/{version}")
    assert terms.value(HEADER, VANN.preferredNamespacePrefix) == Literal("mla")
    assert str(terms.value(HEADER, VANN.preferredNamespaceUri)) == MLA
    assert {label.language for label in terms.objects(HEADER, RDFS.label)} == {"en", "fr", "de"}
    assert isinstance(terms.value(HEADER, DCTERMS.license), URIRef)
    assert isinstance(terms.value(HEADER, DCTERMS.created).toPython(), date)


def test_nothing_is_imported_live(vocabulary, refuse):
    refuse(
        "no owl:imports: a foreign change must not change our graph",
        vocabulary.terms.objects(None, OWL.imports),
    )


def test_other_vocabularies_are_pinned(vocabulary, refuse):
    defining = set(vocabulary.external.objects(None, RDFS.isDefinedBy))
    refuse(
        "a vocabulary that external.ttl takes terms from states the version that was read "
        "(owl:versionInfo)",
        (v for v in defining if not vocabulary.external.value(v, OWL.versionInfo)),
    )


def test_foreign_terms_are_declared_and_not_redefined(vocabulary, refuse):
    foreign = set(vocabulary.external.subjects(RDF.type))
    refuse("external.ttl declares no term of ours", (t for t in foreign if t.startswith(MLA)))
    elsewhere = vocabulary.terms - vocabulary.external
    refuse(
        "axioms about foreign terms stand in external.ttl alone",
        (s for s in elsewhere.subjects() if s in foreign),
    )


def test_class_hierarchy_has_no_cycle(vocabulary, refuse):
    for link in (RDFS.subClassOf, RDFS.subPropertyOf):
        refuse(
            "no term is above itself",
            (
                term
                for term in vocabulary.terms.subjects(link)
                if any(
                    term in vocabulary.terms.transitive_objects(up, link)
                    for up in vocabulary.terms.objects(term, link)
                )
            ),
        )


def test_no_orphan_classes(vocabulary, refuse):
    refuse(
        "a class stands, through its superclasses, below a class of a shared vocabulary",
        (
            term
            for term in vocabulary.classes
            if not vocabulary.ancestors(term, RDFS.subClassOf) - vocabulary.classes
        ),
    )


def test_no_superclass_is_stated_twice(vocabulary, refuse):
    """A link that the hierarchy implies anyway hides the one that carries meaning."""
    up = {term: set(vocabulary.terms.objects(term, RDFS.subClassOf)) for term in vocabulary.classes}
    refuse(
        "no superclass that another superclass already implies",
        (
            (term, far)
            for term, direct in up.items()
            for far in direct
            if any(far in vocabulary.ancestors(near, RDFS.subClassOf) for near in direct - {far})
        ),
    )


def test_no_unconnected_terms(vocabulary, refuse):
    graph = vocabulary.terms
    connected = set()
    for link in (RDFS.subClassOf, RDFS.domain, RDFS.range):
        connected |= set(graph.objects(None, link))
    connected |= set(graph.subjects(RDFS.subClassOf)) | set(
        vocabulary.merged.objects(None, RDF.type)
    )
    refuse("a class is joined to another by some axiom or instance", vocabulary.classes - connected)


def test_kinds_that_must_not_mix_are_disjoint(vocabulary):
    """Without disjointness nothing can contradict the ontology and its consistency says nothing."""
    pairs = {frozenset(pair) for pair in vocabulary.terms.subject_objects(OWL.disjointWith)}
    for left, right in (
        ("Instrument", "Statute"),
        ("LegalAct", "Provision"),
        ("State", "StateGroup"),
        ("Measure", "Theme"),
    ):
        assert frozenset((URIRef(MLA + left), URIRef(MLA + right))) in pairs, f"{left}, {right}"


def test_iris_follow_the_pattern(vocabulary, refuse):
    subjects = set(vocabulary.stated.subjects())
    refuse(
        "a resource is …/id/{kind}/{key}, both in lower case with hyphens (keys also dots)",
        (
            s
            for s in subjects
            if s.startswith("https://w3id.org/mla-graph/")
            and not KEY.fullmatch(s.removeprefix(MLAD))
        ),
    )
    refuse(
        "an IRI has no file ending",
        (
            s
            for s in subjects | vocabulary.classes | vocabulary.properties
            if re.search(r"\.(ttl|owl|rdf|xml|html?)$", s)
        ),
    )


def test_labels_are_no_definitions(vocabulary, refuse):
    graph = vocabulary.terms + vocabulary.lists
    refuse(
        "a definition differs from every label of the same term",
        (
            s
            for s, text in graph.subject_objects(SKOS.definition)
            if str(text).rstrip(".").casefold()
            in {
                str(label).casefold()
                for p in (RDFS.label, SKOS.prefLabel)
                for label in graph.objects(s, p)
            }
        ),
    )


def test_english_texts_are_clean(vocabulary, refuse):
    spoilt = re.compile(r"\s{2,}|^\s|\s$|\bTODO\b|\bTBD\b|\bFIXME\b|\?\?")
    refuse(
        "texts have no stray blanks and no placeholders",
        (
            (s, o)
            for s, _, o in vocabulary.terms + vocabulary.stated
            if isinstance(o, Literal) and spoilt.search(o)
        ),
    )
