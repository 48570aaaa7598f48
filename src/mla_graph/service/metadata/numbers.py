"""Numbers of the graph that is served, each counted once."""

from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox

from mla_graph.model.namespaces import MLA, MLAD, PREFIXES
from mla_graph.service.context import Served
from mla_graph.store.interface import Store

_BY_CLASS: Final = f"""
SELECT (?class AS ?what) (COUNT(DISTINCT ?resource) AS ?count) WHERE {{
  ?resource a ?class FILTER(STRSTARTS(STR(?resource), "{MLAD}"))
}} GROUP BY ?class ORDER BY DESC(?count) ?class
"""
_BY_PROPERTY: Final = """
SELECT (?property AS ?what) (COUNT(*) AS ?count) WHERE { ?subject ?property ?object }
GROUP BY ?property ORDER BY DESC(?count) ?property
"""
_NUMBERS: Final = {
    "triples": "SELECT ?what (COUNT(*) AS ?count) WHERE { ?s ?p ?o } GROUP BY ?what",
    "distinctSubjects": (
        "SELECT ?what (COUNT(DISTINCT ?s) AS ?count) WHERE { ?s ?p ?o } GROUP BY ?what"
    ),
    "distinctObjects": (
        "SELECT ?what (COUNT(DISTINCT ?o) AS ?count) WHERE { ?s ?p ?o } GROUP BY ?what"
    ),
}
_SYSTEMS: Final = f"""
PREFIX mla: <{MLA}>
SELECT ?system ?label ?space WHERE {{ ?system mla:iriPrefix ?space ; mla:defaultLabel ?label }}
ORDER BY ?system ?space
"""
# The distinct IRIs first: to look at the text of every object of every triple takes ten times as
# long. Pages are no data, and a class is no link.
_LINKS: Final = f"""
PREFIX foaf: <{PREFIXES["foaf"]}>
PREFIX rdf: <{PREFIXES["rdf"]}>
SELECT ?property ?target (COUNT(*) AS ?count) WHERE {{
  {{ SELECT DISTINCT ?target WHERE {{ ?subject ?any ?target FILTER(ISIRI(?target)) }} }}
  FILTER(!STRSTARTS(STR(?target), "https://w3id.org/mla-graph/"))
  ?resource ?property ?target .
  FILTER(?property NOT IN (rdf:type, foaf:page) && STRSTARTS(STR(?resource), "{MLAD}"))
}} GROUP BY ?property ?target
"""
_LANGUAGES: Final = f"""
PREFIX mla: <{MLA}>
PREFIX rdfs: <{PREFIXES["rdfs"]}>
PREFIX skos: <{PREFIXES["skos"]}>
SELECT DISTINCT ?iri WHERE {{
  ?iri skos:inScheme <{MLAD}scheme/language> ; skos:notation ?code .
  FILTER NOT EXISTS {{
    ?measure a mla:Measure .
    FILTER NOT EXISTS {{ ?measure rdfs:label ?label FILTER(LANG(?label) = STR(?code)) }}
  }}
}} ORDER BY ?iri
"""
_STATES: Final = f"""
PREFIX mla: <{MLA}>
PREFIX skos: <{PREFIXES["skos"]}>
SELECT DISTINCT ?iri WHERE {{
  ?implementation a mla:Implementation ; mla:concernsState/skos:exactMatch ?iri .
  FILTER(STRSTARTS(STR(?iri), "{PREFIXES["country"]}"))
}} ORDER BY ?iri
"""
_SOURCES: Final = f"""
PREFIX mla: <{MLA}>
PREFIX dcterms: <{PREFIXES["dcterms"]}>
SELECT (COUNT(DISTINCT ?source) AS ?sources) (COUNT(DISTINCT ?publisher) AS ?publishers) WHERE {{
  ?source a mla:SourceDocument OPTIONAL {{ ?source dcterms:publisher ?publisher }}
}}
"""
_EXAMPLES: Final = f"""
SELECT DISTINCT ?iri WHERE {{
  VALUES ?iri {{
    <{MLAD}state/lu> <{MLAD}measure/a.30> <{MLAD}instrument/coe-030>
    <{MLAD}implementation/lu-a.30> <{MLAD}statute/lu-2000-08-08>
  }}
  ?iri ?property ?value
}} ORDER BY ?iri
"""


@dataclass
class Target:
    """Another data set: ``spaces`` begin its IRIs, ``links`` counts triples by property."""

    iri: str
    label: str
    spaces: list[str]
    links: dict[str, int]


def by_class(served: Served) -> list[tuple[str, int]]:
    """The classes of the graph's vocabulary with the number of their resources in the data."""
    return served.once("classes", lambda: _counted(served.store, _BY_CLASS))


def by_property(served: Served) -> list[tuple[str, int]]:
    """The properties with the number of their triples in the merged graph."""
    return served.once("properties", lambda: _counted(served.store, _BY_PROPERTY))


def numbers(served: Served) -> dict[str, int]:
    """Triples, subjects, objects, classes and properties of the merged graph, as VoID names them.

    ``classes`` are those that have resources in the data.
    """

    def compute() -> dict[str, int]:
        return {
            name: next((count for _, count in _counted(served.store, query)), 0)
            for name, query in _NUMBERS.items()
        } | {"classes": len(by_class(served)), "properties": len(by_property(served))}

    return served.once("numbers", compute)


def targets(served: Served) -> list[Target]:
    """The data sets to which resources of this one are linked, with the number of links."""
    return served.once("targets", lambda: _targets(served.store))


def languages(served: Served) -> list[str]:
    """The languages in which every measure has a name, as IRIs of the EU table."""
    return served.once("languages", lambda: _iris(served.store, _LANGUAGES))


def described_states(served: Served) -> list[str]:
    """The states whose practice is described, as IRIs of the EU table of countries."""
    return served.once("described states", lambda: _iris(served.store, _STATES))


def example_resources(served: Served) -> list[str]:
    """A few resources of different kinds that the graph holds."""
    return served.once("example resources", lambda: _iris(served.store, _EXAMPLES))


def sources(served: Served) -> tuple[int, int]:
    """How many source documents there are, and how many publishers they have."""

    def compute() -> tuple[int, int]:
        row = next(_solutions(served.store, _SOURCES))
        return _whole(row["sources"]), _whole(row["publishers"])

    return served.once("sources", compute)


def _targets(store: Store) -> list[Target]:
    found: dict[str, Target] = {}
    for row in _solutions(store, _SYSTEMS):
        system = _text(row["system"])
        target = found.setdefault(system, Target(system, _text(row["label"]), [], {}))
        target.spaces.append(_text(row["space"]))
    for row in _solutions(store, _LINKS) if found else ():
        iri, name, count = _text(row["target"]), _text(row["property"]), _whole(row["count"])
        for target in found.values():
            if iri.startswith(tuple(target.spaces)):
                target.links[name] = target.links.get(name, 0) + count
    return [target for target in found.values() if target.links]


def _counted(store: Store, query: str) -> list[tuple[str, int]]:
    """Pairs of an IRI (or nothing) and a number, as ``?what`` and ``?count`` of the query."""
    return [(_text(row["what"]), _whole(row["count"])) for row in _solutions(store, query)]


def _iris(store: Store, query: str) -> list[str]:
    return [_text(row["iri"]) for row in _solutions(store, query)]


def _solutions(store: Store, query: str) -> ox.QuerySolutions:
    answer = store.query(query)
    assert isinstance(answer, ox.QuerySolutions)
    return answer


def _text(term: object) -> str:
    return term.value if isinstance(term, ox.NamedNode | ox.Literal) else ""


def _whole(term: object) -> int:
    assert isinstance(term, ox.Literal)
    return int(term.value)
