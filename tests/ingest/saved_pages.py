"""Pages as a browser saves them, in several layouts, and the draft of one by node."""

import html
import re
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import pyoxigraph as ox

from mla_graph.ingest.saved_page.run import Draft
from mla_graph.model.namespaces import MLAD, PREFIXES
from mla_graph.model.sources import Sources

Values = dict[str, list[str]]

GRAPH = """
state:lu a mla:State ; rdfs:label "Luxembourg"@en ; mla:ejnCountryNumber "314" .
state:be a mla:State ; rdfs:label "Belgium"@en ; mla:ejnCountryNumber "302" .
measure:a.30 a mla:Measure ; mla:oldCode "601" ; skos:prefLabel "Search"@en ;
  mla:hasNextMeasure measure:a.31 .
measure:a.31 a mla:Measure ; skos:prefLabel "Provisional measures"@en .
measure:e.1 a mla:Measure ; skos:prefLabel "Freezing"@en .
agent:ejn-secretariat a mla:Agent ; rdfs:label "EJN Secretariat"@en .
instrument:eu-dir-2014-41 a mla:Instrument ; rdfs:label "Directive on the Order"@en ;
  skos:altLabel "EIO Directive"@en , "Directive 2014/41/EU" , "EIO"@en ;
  eli:date_document "2014-04-03"^^xsd:date .
instrument:coe-030 a mla:Instrument ; mla:treatySeriesNumber "ETS No. 030" ;
  skos:altLabel "1959 Convention"@en ;
  rdfs:label "European Convention on Mutual Assistance in Criminal Matters"@en ;
  eli:date_document "1959-04-20"^^xsd:date .
instrument:coe-098 a mla:Instrument ; rdfs:label "Protocol on Extradition"@en ;
  eli:date_document "1978-03-17"^^xsd:date .
instrument:coe-099 a mla:Instrument ;
  rdfs:label
    "Additional Protocol to the European Convention on Mutual Assistance in Criminal Matters"@en ;
  eli:date_document "1978-03-17"^^xsd:date .
instrument:nordic-1974 a mla:Instrument ; rdfs:label "Lowland Treaty on Extradition and Aid"@en ;
  eli:date_document "1974-05-11"^^xsd:date .
instrument:twin-a a mla:Instrument ; rdfs:label "Twin Convention"@en .
instrument:twin-b a mla:Instrument ; rdfs:label "Twin Convention"@en .
instrument-relation:x a mla:InstrumentRelation ; mla:hasRelationType relation-type:protocol-to ;
  mla:fromInstrument instrument:coe-099 ; mla:toInstrument instrument:coe-030 .
source:ejn-be-a.30 a mla:SourceDocument ; mla:reviewedDate "2020-02-02"^^xsd:date .
statute:lu-2000-08-08 a mla:Statute ; eli:date_document "2000-08-08"^^xsd:date .
statute:lu-2010-10-27 a mla:Statute ; eli:date_document "2010-10-27"^^xsd:date .
statute:lu-2010-10-27-b a mla:Statute ; eli:date_document "2010-10-27"^^xsd:date .
authority:lu-high-prosecutor a mla:Authority ; rdfs:label "High Prosecutor"@en .
authority-type:ministry-of-justice a skos:Concept ; skos:inScheme scheme:authority-type ;
  skos:notation "ministry-of-justice" ; skos:prefLabel "ministry of justice"@en .
authority:lu-police-corps a mla:Authority ; rdfs:label "Police Corps"@en .
language:ENG a skos:Concept ; skos:inScheme scheme:language ; skos:notation "en" ;
  skos:prefLabel "English"@en .
language:FRA a skos:Concept ; skos:inScheme scheme:language ; skos:notation "fr" ;
  skos:prefLabel "French"@en .
language:DEU a skos:Concept ; skos:inScheme scheme:language ; skos:notation "de" ;
  skos:prefLabel "German"@en .
"""

ADDRESS = "https://www.ejn-crimjust.europa.eu/ejn2021/FichesBelgesDetail/EN/A.30/314/-1"
PROMPTS = {
    "Measure Implementation": (
        "Is this measure possible in your Member State under International Judicial Cooperation?"
    ),
    "Competent Authority": "* receive the request/decision for judicial cooperation",
    "Accepted languages": "Accepted languages for the request/decision",
}
PAGE = {
    "Measure Implementation": "Yes. A short tale of it.",
    "Legal Framework": "Directive 2014/41/EU",
    "Competent Authority": "EIOs are sent to the High Prosecutor.",
    "Accepted languages": "French",
    "Execution deadline": "Execution within 90 days of receipt.",
    "Concise legal practical information": "",
    "Special requirements": "Bring three stamps.",
}
REVIEW = "Last reviewed on 31 May 2022 by EJN Secretariat"


def as_text(sections: Mapping[str, str], *, review: str = REVIEW, before: str = "") -> str:
    """A page copied as text."""
    parts = [before] if before else []
    for name, content in sections.items():
        parts += [name, *([PROMPTS[name]] if name in PROMPTS else []), content]
    parts += [review, "NEXT MEASURE", "• Things (A.30 – A.32)\n• A.31 Provisional", "next"]
    return "\n\n".join([*parts, "Export this Judicial Cooperation Measure", "File format"])


def as_headings(sections: Mapping[str, str], *, review: str = REVIEW, before: str = "") -> str:
    """A page with headings, as a browser saves it."""
    blocks = "".join(
        f"<h3>{name}</h3><p><i>{PROMPTS.get(name, '')}</i></p><div><span>"
        + html.escape(content).replace("\n", "<br>")
        + "</span></div>"
        for name, content in sections.items()
    )
    return (
        f"<!DOCTYPE html>\n<!-- saved from url=({len(ADDRESS):04})about:blank -->\n"
        "<html><head><title>x</title><style>h3{}</style><script>Legal Framework</script></head>"
        f"<body><h1>{before}</h1>{blocks}<p>{review}</p><h4>NEXT MEASURE</h4>"
        "<ul><li>A.31 Provisional</li></ul><h4>File format</h4></body></html>"
    )


def as_table(sections: Mapping[str, str], *, review: str = REVIEW, before: str = "") -> str:
    """A page laid out as a table, without space between the cells."""
    rows = "".join(
        f"<tr><th>{name}</th><td>{PROMPTS.get(name, '')}</td><td>{html.escape(content)}</td></tr>"
        for name, content in sections.items()
    )
    return f"<table><tr><td>{before}</td></tr>{rows}</table><p>{review}</p>"


Reader = Callable[..., "Read"]


def graph_in(root: Path) -> Sources:
    """Write a small graph into a folder."""
    names = sorted({*PREFIXES, *re.findall(r"\b([a-z-]+):[a-z]", GRAPH)})
    head = "".join(f"prefix {n}: <{PREFIXES.get(n, MLAD + n + '/')}>\n" for n in names)
    shutil.copytree(Sources.shipped().ontology / "lists", root / "ontology" / "lists")
    (root / "graph_data").mkdir()
    (root / "graph_data" / "all.ttl").write_text(head + GRAPH)
    return Sources(root)


class Read:
    """A draft, by node."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.store = ox.Store()
        self.store.load(draft.turtle, ox.RdfFormat.TURTLE)
        self.unread = {what for _, what in draft.account.unread}

    def node(self, name: str) -> Values:
        """The values of a node by local name of the property."""
        found: Values = {}
        for quad in self.store.quads_for_pattern(ox.NamedNode(MLAD + name), None, None):
            assert isinstance(quad.object, ox.NamedNode | ox.Literal)
            local = re.split(r"[#/]", quad.predicate.value)[-1]
            found.setdefault(local, []).append(quad.object.value.removeprefix(MLAD))
        return found

    def names(self, kind: str) -> set[str]:
        """The keys of a kind, without the key of the page."""
        found = {str(quad.subject.value) for quad in self.store}  # type: ignore[union-attr]
        start = f"{MLAD}{kind}/"
        keys = (iri.removeprefix(start) for iri in found if iri.startswith(start))
        return {key.removeprefix("lu-a.30-") for key in keys}
