"""A small folder of saved queries and a small graph to ask."""

from pathlib import Path

import pyoxigraph as ox
import pytest

from mla_graph.saved_queries.catalogue import Catalogue
from mla_graph.store.embedded import EmbeddedStore

BASES = """\
#+ summary: Legal bases of a measure
#+ description: >
#+   What a state rests on
#+   when it executes.
#+ tags: [fiche]
#+ parameters:
#+   - name: state
#+     type: iri
#+     enumeration: state
#+     required: true
#+     example: NO
#+     description: Executing state.
#+   - name: on
#+     type: date
#+     default: today
#+     description: Day that counts.
#+   - name: lang
#+     type: lang
#+     enumeration: language
#+     default: en
#+     description: Language of labels.
#+   - name: since
#+     type: date
#+     example: 2001-01-01
#+     description: Only bases since then.
#+ columns:
#+   - name: state
#+     type: iri
#+     description: The state.
#+   - name: basis
#+     type: iri
#+     description: The basis.
#+   - name: label
#+     type: text
#+     optional: true
#+     description: Its name.
PREFIX ex: <http://example.org/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>

# $_state stays as it is in a comment
SELECT ?state ?basis ?label WHERE {
  $_state ex:restsOn ?basis .
  ?basis ex:since $_since .
  FILTER($_since <= $_on)
  OPTIONAL { ?basis rdfs:label ?label FILTER(LANG(?label) = $_lang) }
  BIND($_state AS ?state)
}
ORDER BY ?basis
"""

COMPARE = """\
#+ summary: States side by side
#+ parameters:
#+   - name: state
#+     type: iri
#+     enumeration: state
#+     required: true
#+     list: true
#+     example: [LU, BE]
#+     description: States to compare.
#+ columns:
#+   - name: state
#+     type: iri
#+     description: The state.
#+   - name: basis
#+     type: iri
#+     description: The basis.
PREFIX ex: <http://example.org/>

SELECT ?state ?basis WHERE {
  ?state ex:restsOn ?basis .
  FILTER(?state IN ($_state))
}
ORDER BY ?state ?basis
"""

ANYTHING = """\
#+ summary: One parameter of each plain type
#+ parameters:
#+   - name: resource
#+     type: iri
#+     example: state/lu
#+     description: Any resource.
#+   - name: q
#+     type: text
#+     example: bank
#+     description: Any text.
#+   - name: number
#+     type: integer
#+     example: "3"
#+     description: Any number.
#+   - name: on
#+     type: date
#+     example: 2024-05-01
#+     description: Any day.
#+ columns:
#+   - name: resource
#+     type: value
#+     description: The resource.
#+   - name: q
#+     type: text
#+     description: The text.
#+   - name: number
#+     type: integer
#+     description: The number.
#+   - name: on
#+     type: date
#+     description: The day.
SELECT ?resource ?q ?number ?on WHERE {
  BIND($_resource AS ?resource)
  BIND($_q AS ?q)
  BIND($_number AS ?number)
  BIND($_on AS ?on)
}
ORDER BY ?q
"""

STATES = """\
PREFIX ex: <http://example.org/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

SELECT ?value ?code ?label WHERE {
  ?value a ex:State ; skos:notation ?code ; rdfs:label ?label .
}
ORDER BY ?code ?label
"""

LANGUAGES = """\
SELECT ?value ?code ?label WHERE {
  VALUES (?value ?label) { ("en" "English") ("fr" "French") }
  BIND(?value AS ?code)
}
ORDER BY ?code
"""

GRAPH = """\
@prefix ex: <http://example.org/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
ex:lu a ex:State ; skos:notation "LU" ; rdfs:label "Luxembourg"@en , "Luxemburg"@de ;
  ex:restsOn ex:old , ex:new .
ex:be a ex:State ; skos:notation "BE" ; rdfs:label "Belgium"@en ; ex:restsOn ex:new .
ex:no a ex:State ; skos:notation "NO" ; rdfs:label "Norway"@en .
ex:old ex:since "1959-04-20"^^xsd:date ; rdfs:label "Old"@en , "Vieux"@fr .
ex:new ex:since "2017-05-22"^^xsd:date ; rdfs:label "New"@en .
"""

FILES = {
    "bases.rq": BASES,
    "compare.rq": COMPARE,
    "anything.rq": ANYTHING,
    "parameters/state.rq": STATES,
    "parameters/language.rq": LANGUAGES,
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "parameters").mkdir()
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, "utf-8")
    return tmp_path


@pytest.fixture
def catalogue(folder: Path) -> Catalogue:
    return Catalogue.load(folder)


@pytest.fixture
def graph() -> bytes:
    return GRAPH.encode()


@pytest.fixture
def store(graph: bytes) -> EmbeddedStore:
    store = EmbeddedStore.in_memory()
    store.load(graph, ox.RdfFormat.TURTLE)
    return store
