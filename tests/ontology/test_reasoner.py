"""HermiT, a complete OWL 2 reasoner, on the ontology and all facts. Needs a Java runtime.

HermiT stops at literals whose datatype is outside the OWL 2 datatype map (xsd:date, xsd:time and
the two durations): triples with such a literal are left out here. They cannot hide a contradiction,
as the ontology says nothing about these datatypes; the shapes check them.
"""

import owlready2
import pytest
from rdflib import OWL, RDF, RDFS, XSD, Graph, Literal, URIRef

from mla_graph.model.namespaces import MLA, MLAD

pytestmark = pytest.mark.reasoner

OUTSIDE_OWL = {XSD.date, XSD.time, XSD.yearMonthDuration, XSD.dayTimeDuration}


def reason(graph: Graph, folder) -> list:
    """The unsatisfiable classes; raises when the whole is inconsistent."""
    readable = Graph()
    readable += (
        t for t in graph if not (isinstance(t[2], Literal) and t[2].datatype in OUTSIDE_OWL)
    )
    file = folder / "graph.nt"
    readable.serialize(file, format="nt", encoding="utf-8")
    world = owlready2.World()
    world.get_ontology(file.as_uri()).load()
    owlready2.sync_reasoner_hermit(world, debug=0)
    return [c for c in world.inconsistent_classes() if c is not owlready2.Nothing]


def test_consistent_without_unsatisfiable_classes(vocabulary, tmp_path):
    assert reason(vocabulary.merged, tmp_path) == []


def test_an_inconsistent_copy_is_found(vocabulary, tmp_path):
    broken = Graph()
    broken += vocabulary.merged
    for kind in min(vocabulary.terms.subject_objects(OWL.disjointWith)):
        broken.add((URIRef(f"{MLAD}condition/impossible"), RDF.type, kind))
    with pytest.raises(owlready2.OwlReadyInconsistentOntologyError):
        reason(broken, tmp_path)


def test_an_unsatisfiable_class_is_found(vocabulary, tmp_path):
    broken = Graph()
    broken += vocabulary.terms
    impossible = URIRef(f"{MLA}Impossible")
    broken.add((impossible, RDF.type, OWL.Class))
    for kind in min(vocabulary.terms.subject_objects(OWL.disjointWith)):
        broken.add((impossible, RDFS.subClassOf, kind))
    assert [found.name for found in reason(broken, tmp_path)] == ["Impossible"]
