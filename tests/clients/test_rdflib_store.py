"""rdflib's SPARQLStore: the endpoint as if it were a graph in the program."""

import pytest
from rdflib import RDF, SKOS, Graph, Literal, Namespace, URIRef
from rdflib.plugins.stores.sparqlstore import SPARQLStore

pytestmark = pytest.mark.clients

MLA = Namespace("https://w3id.org/mla-graph/ontology#")
STATE = Namespace("https://w3id.org/mla-graph/id/state/")


@pytest.fixture(params=["GET", "POST", "POST_FORM"])
def graph(endpoint: str, request: pytest.FixtureRequest) -> Graph:
    """The endpoint, asked in one of the ways of the store."""
    store = SPARQLStore(endpoint, method=request.param)
    graph = Graph(store)
    graph.bind("mla", MLA)
    graph.bind("state", STATE)
    return graph


def test_triples_by_pattern(graph: Graph) -> None:
    assert graph.value(STATE.lu, SKOS.notation) == Literal("LU")
    assert (STATE.lu, RDF.type, MLA.State) in graph
    assert (STATE.lu, RDF.type, MLA.Measure) not in graph
    assert STATE.be in set(graph.subjects(RDF.type, MLA.State))
    assert {o.language for o in graph.objects(STATE.lu, SKOS.prefLabel)} >= {"en", "fr"}


def test_the_length_is_the_number_of_triples(graph: Graph) -> None:
    rows = list(graph.query("SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"))
    assert len(graph) == int(rows[0].n) > 10_000


def test_queries_with_prefixes_of_the_graph_and_bound_variables(graph: Graph) -> None:
    rows = list(
        graph.query("SELECT ?state ?code WHERE { ?state skos:notation ?code }",
                    initBindings={"state": STATE.lu})
    )  # fmt: skip
    assert [row.code for row in rows] == [Literal("LU")]
    assert graph.query("ASK { state:lu a mla:State }").askAnswer is True


def test_graphs_that_a_query_makes(graph: Graph) -> None:
    made = graph.query("CONSTRUCT { ?s a mla:State } WHERE { ?s a mla:State }").graph
    assert made is not None and (URIRef(STATE.lu), RDF.type, MLA.State) in made
    described = graph.query("DESCRIBE state:lu").graph
    assert described is not None and (STATE.lu, SKOS.notation, Literal("LU")) in described
