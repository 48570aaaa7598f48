"""The fast engine and its referee say the same."""

from collections import Counter

import pyoxigraph as ox
import pytest

from mla_graph.model.errors import UnreadableInput
from mla_graph.model.sources import Sources
from mla_graph.validation.engines import shifty as shifty_engine
from mla_graph.validation.run import DEFAULT_ENGINE, REFEREE, read, validate_graph

FAULTS = """
    PREFIX mla: <https://w3id.org/mla-graph/ontology#>
    PREFIX eli: <http://data.europa.eu/eli/ontology#>
    PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
    <urn:a> a mla:Participation ; mla:signedDate "1976-07-21"^^xsd:date ; mla:bound "yes" ;
        mla:since "1958-02-03"^^xsd:date ; mla:declaredDate "1976-02-30"^^xsd:date ;
        mla:concernsInstrument <urn:b> .
    <urn:b> a mla:Instrument ; eli:date_document "1999-01-01"^^xsd:date, "1998-01-01"^^xsd:date .
    <urn:c> mla:until "1999-01-01"^^xsd:date ; mla:since "2000-01-01"^^xsd:date .
    <urn:d> mla:unheardOf <urn:c>, "text", 1 .
"""


@pytest.fixture(scope="module")
def shapes() -> list[ox.Quad]:
    return read(Sources.shipped().shape_files())


@pytest.fixture(scope="module")
def faulty() -> list[ox.Quad]:
    """The ontology and many faults at once."""
    ontology = read(Sources.shipped().ontology.glob("*.ttl"))
    return [*ontology, *ox.parse(FAULTS, format=ox.RdfFormat.TURTLE)]


def test_many_faults_at_once_give_the_same_report(
    faulty: list[ox.Quad], shapes: list[ox.Quad]
) -> None:
    fast, referee = (validate_graph(faulty, shapes, name) for name in (DEFAULT_ENGINE, REFEREE))
    assert Counter(fast.results) == Counter(referee.results)
    assert len(fast.results) > 20


def test_shapes_divided_among_processors_give_the_same_report(
    faulty: list[ox.Quad], shapes: list[ox.Quad], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = validate_graph(faulty, shapes)
    monkeypatch.setattr(shifty_engine, "_WORTH_DIVIDING", 0)
    monkeypatch.setattr("os.cpu_count", lambda: 3)
    assert validate_graph(faulty, shapes) == whole


def test_what_the_referee_cannot_compare_is_an_error_of_the_input(
    faulty: list[ox.Quad], shapes: list[ox.Quad]
) -> None:
    incomparable = """<urn:e> a mla:Participation ; mla:concernsInstrument <urn:b> ;
        mla:signedDate "1976-07-21Z"^^xsd:date ; mla:since "1958-02-30"^^xsd:date ."""
    header = FAULTS.partition("<urn:a>")[0]
    data = [*faulty, *ox.parse(header + incomparable, format=ox.RdfFormat.TURTLE)]
    with pytest.raises(UnreadableInput, match="compare"):
        validate_graph(data, shapes, REFEREE)
    assert "urn:e" in validate_graph(data, shapes).text()


@pytest.mark.referee
def test_the_shipped_graph_gets_the_same_report(shapes: list[ox.Quad]) -> None:
    graph = read(Sources.shipped().graph_files())
    fast, referee = (validate_graph(graph, shapes, name) for name in (DEFAULT_ENGINE, REFEREE))
    assert fast == referee
    assert referee.conforms
