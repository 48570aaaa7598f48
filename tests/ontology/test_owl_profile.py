"""The ontology stays inside OWL 2 RL, and the facts use each property as it was declared."""

from collections import defaultdict

from rdflib import OWL, RDF, RDFS, SKOS, XSD, BNode, Literal, URIRef

from mla_graph.model.namespaces import MLA

KINDS = {OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty}
CHARACTERISTICS = {
    OWL.FunctionalProperty,
    OWL.InverseFunctionalProperty,
    OWL.TransitiveProperty,
    OWL.SymmetricProperty,
    OWL.AsymmetricProperty,
    OWL.IrreflexiveProperty,
}
"""All property characteristics of OWL 2 but reflexivity, which RL leaves out."""

BETWEEN_CLASSES = {RDFS.subClassOf, OWL.equivalentClass, OWL.disjointWith}
BETWEEN_PROPERTIES = {RDFS.subPropertyOf, OWL.equivalentProperty, OWL.propertyDisjointWith}
ABOUT_TERMS = {
    RDF.type, RDFS.domain, RDFS.range, RDFS.label, RDFS.isDefinedBy, RDFS.seeAlso, RDFS.comment,
    OWL.deprecated, OWL.versionIRI, OWL.versionInfo,
}  # fmt: skip
DATATYPES = {
    RDFS.Literal, RDF.langString, XSD.string, XSD.boolean, XSD.decimal, XSD.integer,
    XSD.nonNegativeInteger, XSD.positiveInteger, XSD.anyURI, XSD.dateTime, XSD.token, XSD.language,
}  # fmt: skip
"""Datatypes that OWL 2 RL knows and this ontology may name; xsd:date and durations are none."""


def test_only_names_no_expressions(vocabulary, refuse):
    """Class expressions and lists need blank nodes; conditions on data stand in the shapes."""
    refuse(
        "the ontology has no blank nodes",
        (t for t in vocabulary.terms + vocabulary.lists if any(isinstance(n, BNode) for n in t)),
    )


def test_only_allowed_owl_constructs(vocabulary, refuse):
    allowed = BETWEEN_CLASSES | BETWEEN_PROPERTIES | ABOUT_TERMS
    standard = (str(RDF), str(RDFS), str(OWL))
    graph = vocabulary.terms + vocabulary.lists
    refuse(
        "only predicates of RDF, RDFS and OWL that are on the list of this test",
        ((s, p) for s, p, _ in graph if vocabulary.in_any(p, standard) and p not in allowed),
    )
    types = KINDS | CHARACTERISTICS | {OWL.Ontology}
    refuse(
        "only types of RDF, RDFS and OWL that are on the list of this test",
        (
            (s, o)
            for s, o in graph.subject_objects(RDF.type)
            if vocabulary.in_any(o, standard) and o not in types
        ),
    )


def test_axioms_stand_between_terms_of_the_right_kind(vocabulary, refuse):
    classes = vocabulary.of_kind(OWL.Class)
    properties = {kind: vocabulary.of_kind(kind) for kind in KINDS - {OWL.Class}}
    properties[OWL.AnnotationProperty].add(RDFS.label)
    graph = vocabulary.terms
    refuse(
        "class axioms join declared classes, never owl:Thing or owl:Nothing",
        (
            t
            for p in BETWEEN_CLASSES
            for t in graph.triples((None, p, None))
            if not {t[0], t[2]} <= classes
        ),
    )
    refuse(
        "property axioms join properties of one kind",
        (
            t
            for p in BETWEEN_PROPERTIES
            for t in graph.triples((None, p, None))
            if not any({t[0], t[2]} <= same for same in properties.values())
        ),
    )
    refuse(
        "a domain is a declared class",
        (t for t in graph.triples((None, RDFS.domain, None)) if t[2] not in classes),
    )
    refuse(
        "a range is a declared class (object property), a datatype of OWL 2 RL (datatype property)",
        (
            (prop, target)
            for prop, target in graph.subject_objects(RDFS.range)
            if target
            not in {OWL.ObjectProperty: classes, OWL.DatatypeProperty: DATATYPES}.get(
                vocabulary.kind_of(prop), set()
            )
        ),
    )


def test_each_term_is_of_one_kind(vocabulary, refuse):
    kinds = defaultdict(set)
    for term, kind in vocabulary.terms.subject_objects(RDF.type):
        if kind in KINDS:
            kinds[term].add(kind)
    refuse(
        "a term is one of class, object, datatype, annotation property",
        (t for t, k in kinds.items() if len(k) > 1),
    )


def test_classes_and_properties_are_no_individuals(vocabulary, refuse):
    """A term that is a value of an object property would be class and individual at once."""
    terms = vocabulary.classes | vocabulary.properties
    linking = vocabulary.of_kind(OWL.ObjectProperty)
    refuse(
        "no object property leads to or from a class or property",
        ((s, p, o) for s, p, o in vocabulary.merged if p in linking and terms & {s, o}),
    )


def test_object_properties_have_resources_and_datatype_properties_have_literals(vocabulary, refuse):
    linking = vocabulary.of_kind(OWL.ObjectProperty)
    stating = vocabulary.of_kind(OWL.DatatypeProperty)
    refuse(
        "an object property has an IRI as its value, a datatype property a literal",
        (
            (s, p, o)
            for s, p, o in vocabulary.merged
            if (p in linking and not isinstance(o, URIRef))
            or (p in stating and not isinstance(o, Literal))
        ),
    )


def test_nothing_of_ours_hangs_below_a_mapping_property(vocabulary, refuse):
    """skos:…Match makes both ends concepts: between classes it would give a foreign type."""
    matches = {
        SKOS.exactMatch,
        SKOS.closeMatch,
        SKOS.relatedMatch,
        SKOS.broadMatch,
        SKOS.narrowMatch,
    }
    refuse(
        "terms mla:… are aligned by alignment nodes, not by skos:…Match",
        (t for t in vocabulary.merged if t[1] in matches and t[0].startswith(MLA)),
    )
