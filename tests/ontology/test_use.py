"""Every term that is used is declared, and every term that is declared is used."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from rdflib import OWL, RDF, RDFS, SH, SKOS, Graph, URIRef
from rdflib.paths import Path as PropertyPath
from rdflib.plugins.sparql.algebra import translateQuery
from rdflib.plugins.sparql.parser import parseQuery

from mla_graph.model.namespaces import MLA, MLAD, PREFIXES

EMBEDDED = (SH.select, SH.ask, SH.construct)
BUILT_IN = {"rdf": RDF, "rdfs": RDFS, "owl": OWL, "sh": SH}
VOCABULARIES = tuple(PREFIXES[p] for p in ("dcterms", "eli", "foaf", "org", "prov", "skos"))


def iris_of_query(text: str) -> set[URIRef]:
    """Every IRI of a SPARQL query, prefixed names resolved."""
    found: set[URIRef] = set()
    pending: list[object] = [translateQuery(parseQuery(text)).algebra]
    while pending:
        part = pending.pop()
        if isinstance(part, URIRef):
            found.add(part)
        elif isinstance(part, PropertyPath):
            pending.extend(vars(part).values())
        elif isinstance(part, dict):
            pending.extend(part.values())
        elif isinstance(part, list | tuple | set | frozenset):
            pending.extend(part)
    return found


def iris_of_graph(graph: Graph) -> set[URIRef]:
    return {node for triple in graph for node in triple if isinstance(node, URIRef)}


def queries_in(graph: Graph) -> Iterator[str]:
    """The SPARQL texts inside shapes, with the prefixes that they name."""
    for predicate in EMBEDDED:
        for holder, text in graph.subject_objects(predicate):
            prefixes = (
                f"PREFIX {graph.value(entry, SH.prefix)}: <{graph.value(entry, SH.namespace)}>"
                for ontology in graph.objects(holder, SH.prefixes)
                for entry in graph.objects(ontology, SH.declare)
            )
            yield "\n".join([*prefixes, str(text)])


@pytest.fixture(scope="module")
def uses(vocabulary) -> dict[str, set[URIRef]]:
    """The IRIs that each source file names, by the file's name."""
    sources = vocabulary.sources
    found: dict[str, set[URIRef]] = {}
    texts: list[Path] = [*sources.queries.rglob("*.rq"), *sources.rule_files()]
    for path in texts:
        found[sources.name(path)] = iris_of_query(path.read_text("utf-8"))
    shapes = Graph()
    for path in sources.shape_files():
        graph = Graph().parse(path, format="turtle")
        found[sources.name(path)] = iris_of_graph(graph)
        shapes += graph
    found["shapes"] = set().union(*map(iris_of_query, queries_in(shapes)))
    context = json.loads((sources.ontology / "context.jsonld").read_text("utf-8"))["@context"]
    found["ontology/context.jsonld"] = set(context_iris(context))
    found["graph_data"] = iris_of_graph(vocabulary.facts)
    found["ontology/lists"] = iris_of_graph(vocabulary.lists)
    return found


def context_iris(context: dict) -> Iterator[URIRef]:
    for key, entry in context.items():
        name = entry["@id"] if isinstance(entry, dict) else entry
        prefix, colon, local = str(name).partition(":")
        if colon and prefix in context and not key.startswith("@"):
            yield URIRef(context[prefix] + local)


def test_our_terms_are_declared(vocabulary, uses, refuse):
    declared = vocabulary.classes | vocabulary.properties
    refuse(
        "a term mla:… is declared in the ontology before it is used",
        (
            (iri, file)
            for file, iris in uses.items()
            for iri in iris
            if iri.startswith(MLA) and iri != URIRef(MLA) and iri not in declared
        ),
    )


def test_terms_of_other_vocabularies_are_declared(vocabulary, uses, refuse):
    declared = set(vocabulary.external.subjects(RDF.type, None))
    namespaces = {URIRef(n) for n in VOCABULARIES} | {URIRef(n.rstrip("#/")) for n in VOCABULARIES}
    refuse(
        "a term of another vocabulary is declared with its kind in external.ttl",
        (
            (iri, file)
            for file, iris in [*uses.items(), ("ontology", iris_of_graph(vocabulary.terms))]
            for iri in iris
            if vocabulary.in_any(iri, VOCABULARIES) and iri not in declared | namespaces
        ),
    )


def test_every_predicate_and_class_in_use_is_declared(vocabulary, refuse):
    declared = vocabulary.classes | vocabulary.properties
    declared |= set(vocabulary.external.subjects(RDF.type, None))
    graph = vocabulary.merged
    refuse(
        "every predicate and every class in use is declared, or built into RDF, RDFS or OWL",
        (
            term
            for term in set(graph.predicates()) | set(graph.objects(None, RDF.type))
            if term not in declared and not vocabulary.in_any(term, map(str, BUILT_IN.values()))
        ),
    )


def test_built_in_terms_exist(vocabulary, uses, refuse):
    """A slip such as rdfs:lable would otherwise go unseen."""
    refuse(
        "a term of RDF, RDFS, OWL or SHACL is one that the standard defines",
        (
            (iri, file)
            for file, iris in [*uses.items(), ("ontology", iris_of_graph(vocabulary.terms))]
            for iri in iris
            for standard in BUILT_IN.values()
            if iri.startswith(str(standard))
            and iri != URIRef(str(standard))
            and iri not in standard
        ),
    )


def test_list_entries_in_queries_rules_and_shapes_exist(vocabulary, uses, refuse):
    lists = {f"{scheme.replace('/id/scheme/', '/id/')}/" for scheme in vocabulary.schemes}
    known = set(vocabulary.merged.subjects(SKOS.inScheme))
    refuse(
        "a list entry that is named anywhere exists",
        (
            (iri, file)
            for file, iris in uses.items()
            for iri in iris
            if vocabulary.in_any(iri, lists) and not iri.endswith("/") and iri not in known
        ),
    )


def test_every_resource_that_a_fact_names_is_described(vocabulary, refuse):
    graph = vocabulary.stated
    typed = set(graph.subjects(RDF.type))
    refuse(
        "a resource of ours that a fact points to has a type, thus a description",
        (
            (s, p, o)
            for s, p, o in graph
            if isinstance(o, URIRef) and o.startswith(MLAD) and o not in typed
        ),
    )


def test_our_terms_are_used_or_justified(vocabulary, uses, refuse):
    instances = vocabulary.terms.subjects(RDF.type)
    here = {p for s in instances if vocabulary.is_ours(s) for p in vocabulary.terms.predicates(s)}
    used = here.union(*(iris for file, iris in uses.items() if file != "ontology/context.jsonld"))
    used |= {
        kind for s, kind in vocabulary.terms.subject_objects(RDF.type) if vocabulary.is_ours(s)
    }
    for term in set(used):
        used |= vocabulary.ancestors(term, RDFS.subClassOf)
        used |= vocabulary.ancestors(term, RDFS.subPropertyOf)
    waiting = {
        term
        for term, note in vocabulary.terms.subject_objects(SKOS.editorialNote)
        if note.startswith("Used from ")
    }
    refuse(
        "a term is used in facts, shapes, rules or queries, or a skos:editorialNote says from when "
        "('Used from …')",
        (vocabulary.classes | vocabulary.properties) - used - waiting,
    )
    refuse("a note 'Used from …' goes once the term is used", waiting & used)
