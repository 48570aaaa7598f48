"""A small graph that has one page already, and a folder with a newer version of it."""

from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest
from tests.ingest.saved_pages import PAGE, as_headings, graph_in

from mla_graph.model.namespaces import MLAD, PREFIXES
from mla_graph.model.sources import Sources
from mla_graph.review.desk import Desk
from mla_graph.review.values import fields

KEPT = """
implementation:lu-a.30 a mla:Implementation ; rdfs:label "Search: Luxembourg"@en ;
  mla:concernsState state:lu ; mla:concernsMeasure measure:a.30 ; skos:notation "lu-a.30" ;
  mla:hasAvailability availability:no ; mla:hasPageStatus page-status:current ;
  mla:hasConfidence confidence:seen ; mla:sourceLocator "Measure Implementation" ;
  mla:reviewedDate "2020-01-01"^^xsd:date ; prov:wasDerivedFrom source:ejn-lu-a.30 ;
  skos:editorialNote "A note of a curator."@en .
source:ejn-lu-a.30 a mla:SourceDocument ; skos:notation "ejn-lu-a.30" ;
  mla:reviewedDate "2020-01-01"^^xsd:date ; foaf:page <https://example.org/a30> .
legal-basis:lu-a.30-eio a mla:LegalBasis ; mla:belongsToImplementation implementation:lu-a.30 ;
  mla:restsOn instrument:eu-dir-2014-41 ; mla:appliesToGroup applies-to:eio-states ; mla:rank 1 ;
  skos:note "Words of a curator."@en ; mla:sourceLocator "Legal Framework" .
legal-basis:lu-a.30-old a mla:LegalBasis ; mla:belongsToImplementation implementation:lu-a.30 ;
  mla:restsOn instrument:coe-030 ; mla:appliesToGroup applies-to:any ; mla:rank 2 ;
  mla:sourceLocator "Legal Framework" .
time-limit:lu-a.30-any a mla:TimeLimit ; mla:belongsToImplementation implementation:lu-a.30 ;
  mla:hasEvent time-limit-event:execution ; mla:hasFramework framework:any ;
  mla:startsOn start-event:receipt ; mla:value "P60D"^^xsd:dayTimeDuration ;
  mla:sourceLocator "Execution deadline" .
"""
HOSTILE = "<script>alert('x')</script><img src=x onerror=alert(1)>"


@pytest.fixture(scope="session")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Sources:
    """The small graph of the saved pages, with a page."""
    found = graph_in(tmp_path_factory.mktemp("reviewed"))
    prefixes = "".join(f"prefix {name}: <{space}>\n" for name, space in PREFIXES.items())
    lists = ("availability", "page-status", "confidence", "applies-to", "time-limit-event",
             "framework", "start-event")  # fmt: skip
    prefixes += "".join(f"prefix {name}: <{MLAD}{name}/>\n" for name in lists)
    (found.graph_data / "page.ttl").write_text(prefixes + KEPT)
    return found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A newer version of the page, a hostile one and one that is none."""
    title = "Luxembourg</h1><p>A.30 Search</p><h1>"
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "lu.html").write_text(as_headings(PAGE, before=title))
    hostile = PAGE | {"Accepted languages": f"French. {HOSTILE}"}
    (tmp_path / "pages" / "BE-A.30.html").write_text(as_headings(hostile))
    (tmp_path / "pages" / "poem.txt").write_text("Roses are red.")
    return tmp_path / "pages"


@pytest.fixture
def open_desk(folder: Path, sources: Sources) -> Callable[[], Desk]:
    """Open the folder anew, as after a restart."""
    return lambda: Desk(folder, folder.parent / "out", "Jane Doe", sources)


@pytest.fixture
def desk(open_desk: Callable[[], Desk]) -> Desk:
    """The folder under review."""
    return open_desk()


def decide_all(desk: Desk, name: str, **choices: str) -> None:
    """Accept each fact; others by the end of their IRI with - as _, ``changed VALUE`` too."""
    for fact in desk.open(name).facts:
        words = next((v for k, v in choices.items() if fact.id.endswith(k.replace("_", "-"))), "")
        choice, _, value = (words or "accepted").partition(" ")
        values = fields(fact.proposal) | ({"mla:value": value} if value else {})
        desk.decide(name, fact.id, choice, values)


def written(path: Path) -> dict[str, dict[str, set[str]]]:
    """The nodes of a Turtle file by name, with the values of each property."""
    found: dict[str, dict[str, set[str]]] = {}
    store = ox.Store()
    store.load(path=path, format=ox.RdfFormat.TURTLE)
    for quad in store:
        assert isinstance(quad.subject, ox.NamedNode)
        assert isinstance(quad.object, ox.NamedNode | ox.Literal)
        node = found.setdefault(quad.subject.value.removeprefix(MLAD), {})
        local = quad.predicate.value.replace("#", "/").rpartition("/")[2]
        node.setdefault(local, set()).add(quad.object.value.removeprefix(MLAD))
    return found
