"""SPARQLWrapper, the client that most Python programs use, in its usual ways of asking."""

from typing import Any

import pytest
import rdflib
import SPARQLWrapper as sw
from rdflib import SKOS
from SPARQLWrapper.SPARQLExceptions import QueryBadFormed

pytestmark = pytest.mark.clients

NOTATION = str(SKOS.notation)
MLA = "https://w3id.org/mla-graph/ontology#"
LUXEMBOURG = "https://w3id.org/mla-graph/id/state/lu"
SELECT = f"SELECT ?code WHERE {{ <{LUXEMBOURG}> <{NOTATION}> ?code }}"
ASK = f"ASK {{ <{LUXEMBOURG}> a <{MLA}State> }}"
CONSTRUCT = f"CONSTRUCT WHERE {{ <{LUXEMBOURG}> <{NOTATION}> ?code }}"
DESCRIBE = f"DESCRIBE <{LUXEMBOURG}>"
STATED = (rdflib.URIRef(LUXEMBOURG), SKOS.notation, rdflib.Literal("LU"))

WAYS = [
    pytest.param(sw.GET, sw.URLENCODED, id="get"),
    pytest.param(sw.POST, sw.URLENCODED, id="form"),
    pytest.param(sw.POST, sw.POSTDIRECTLY, id="direct"),
]
ways = pytest.mark.parametrize(("method", "request_method"), WAYS)


def asked(endpoint: str, query: str, returned: str | None, method: str, request_method: str) -> Any:
    """What the wrapper makes of the answer."""
    wrapper = sw.SPARQLWrapper2(endpoint) if returned is None else sw.SPARQLWrapper(endpoint)
    if returned is not None:
        wrapper.setReturnFormat(returned)
    wrapper.setMethod(method)
    wrapper.setRequestMethod(request_method)
    wrapper.setQuery(query)
    return wrapper.query() if returned is None else wrapper.queryAndConvert()


@ways
def test_select_in_each_format(endpoint: str, method: str, request_method: str) -> None:
    how = (method, request_method)
    json = asked(endpoint, SELECT, sw.JSON, *how)
    assert [row["code"]["value"] for row in json["results"]["bindings"]] == ["LU"]
    xml = asked(endpoint, SELECT, sw.XML, *how)
    assert [node.firstChild.data for node in xml.getElementsByTagName("literal")] == ["LU"]
    assert asked(endpoint, SELECT, sw.CSV, *how).split() == [b"code", b"LU"]
    assert asked(endpoint, SELECT, sw.TSV, *how).split() == [b"?code", b'"LU"']
    objects = asked(endpoint, SELECT, None, *how)
    assert [row["code"].value for row in objects.bindings] == ["LU"]


@ways
def test_ask_in_json_and_xml(endpoint: str, method: str, request_method: str) -> None:
    assert asked(endpoint, ASK, sw.JSON, method, request_method)["boolean"] is True
    xml = asked(endpoint, ASK, sw.XML, method, request_method)
    assert [node.firstChild.data for node in xml.getElementsByTagName("boolean")] == ["true"]


@ways
@pytest.mark.parametrize("query", [CONSTRUCT, DESCRIBE], ids=["construct", "describe"])
def test_graphs_in_each_format(endpoint: str, query: str, method: str, request_method: str) -> None:
    found = {}
    formats = [
        (sw.TURTLE, "turtle"), (sw.N3, "turtle"), (sw.JSONLD, None), (sw.RDFXML, None),
        (sw.XML, None),
    ]  # fmt: skip
    for returned, parser in formats:
        answer = asked(endpoint, query, returned, method, request_method)
        graph = rdflib.Graph().parse(data=answer, format=parser) if parser else answer
        assert STATED in graph, returned
        found[returned] = len(graph)
    assert len(set(found.values())) == 1, found


def test_a_query_that_cannot_be_read_is_told_as_such_with_the_reason(endpoint: str) -> None:
    with pytest.raises(QueryBadFormed, match="problems/"):
        asked(endpoint, "SELECT ?x WHERE { ?x", sw.JSON, sw.GET, sw.URLENCODED)


def test_an_update_is_refused(endpoint: str) -> None:
    wrapper = sw.SPARQLWrapper(endpoint)
    wrapper.setMethod(sw.POST)
    wrapper.setQuery("INSERT DATA { <urn:a> <urn:b> <urn:c> }")
    with pytest.raises(Exception, match="403"):
        wrapper.query()
