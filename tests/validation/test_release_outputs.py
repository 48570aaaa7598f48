"""What a service says of a resource can be handed in again: unchanged, or with a change."""

import json
from pathlib import Path

import pyoxigraph as ox
import pytest

from mla_graph.model.namespaces import PREFIXES
from mla_graph.model.sources import Sources
from mla_graph.validation import release_outputs
from mla_graph.validation.run import read

HEAD = "".join(f"@prefix {name}: <{space}> .\n" for name, space in PREFIXES.items())
FACTS = """
skos:prefLabel rdfs:subPropertyOf rdfs:label .
mla:euMember a owl:DatatypeProperty .
state:lu a mla:State ; skos:prefLabel "Luxemburg"@de ; mla:isoCode "LUX" ;
  prov:wasDerivedFrom source:book .
source:book a mla:SourceDocument ; rdfs:label "A book"@en .
"""
OUTPUT = """
<http://x/id/state/lu> foaf:primaryTopic state:lu ; rdfs:comment "Only 500"@en .
state:lu a mla:State, skos:Concept ; skos:prefLabel "Luxemburg"@de ; rdfs:label "Luxemburg"@de ;
  mla:defaultLabel "Luxemburg"@de ; mla:isoCode "LUX" ; mla:euMember true ;
  prov:wasDerivedFrom source:book .
source:book mla:defaultLabel "A book"@en .
"""


def quads(text: str) -> list[ox.Quad]:
    return list(ox.parse((HEAD + text).encode(), format=ox.RdfFormat.TURTLE))


def changed(output: str) -> tuple[set[str], list[ox.Quad]]:
    new, rest = release_outputs.combined(quads(output), quads(FACTS), Sources.shipped())
    return {str(quad.object) for quad in new}, rest


def test_files_of_facts_are_no_outputs() -> None:
    assert release_outputs.is_output(quads(OUTPUT))
    assert not release_outputs.is_output(quads(FACTS))


def test_an_output_as_it_is_changes_nothing() -> None:
    assert changed(OUTPUT) == (set(), quads(FACTS))


def test_a_change_takes_the_place_of_one_property() -> None:
    new, rest = changed(OUTPUT.replace('isoCode "LUX"', 'isoCode "LUXX"'))
    assert new == {'"LUXX"'}
    assert len(rest) == len(quads(FACTS)) - 1


def test_a_misspelt_property_is_seen() -> None:
    new, _ = changed(OUTPUT + 'state:lu mla:isoCodes "LUX" .')
    assert new == {'"LUX"'}


@pytest.mark.parametrize("base", ["http://127.0.0.1:8000", "https://law.example/graph"])
def test_json_ld_may_name_the_published_context(tmp_path: Path, base: str) -> None:
    document = {
        "@context": f"{base}/ontology/context.jsonld",
        "@graph": [{"id": "state:lu", "type": "State", "prefLabel": {"de": "Luxemburg"}}],
    }
    (tmp_path / "lu.jsonld").write_text(json.dumps(document))
    found = read([tmp_path / "lu.jsonld"], Sources.shipped())
    facts = {quad.triple for quad in quads(FACTS)}
    assert {quad.triple for quad in found} <= facts and len(found) == 2
