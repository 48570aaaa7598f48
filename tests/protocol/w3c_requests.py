"""The requests of the W3C tests of the SPARQL 1.1 Protocol, transcribed from their manifest.

From https://github.com/w3c/rdf-tests (sparql/sparql11/protocol), copyright W3C, used under the
3-clause BSD licence that W3C grants for its test suites beside the W3C Test Suite Licence:
https://www.w3.org/Consortium/Legal/2008/04-testsuite-copyright.html
"""

# ruff: noqa: E501
from dataclasses import dataclass
from typing import Final

_DATA: Final = "http://kasei.us/2009/09/sparql/data/"
GRAPHS: Final = tuple(f"{_DATA}data{number}.rdf" for number in (1, 2, 3))
"""Each holds one triple: itself rdf:type foaf:Document."""

FORM: Final = {"content-type": "application/x-www-form-urlencoded"}
QUERY: Final = {"content-type": "application/sparql-query"}
UPDATE: Final = {"content-type": "application/sparql-update"}


@dataclass(frozen=True)
class Request:
    """One request; the first of each test, as those that follow look at what an update did."""

    name: str
    method: str
    parameters: str
    """The query string, encoded."""
    headers: dict[str, str]
    body: bytes | None
    expected: str
    """boolean, tabular or RDF for a query that is answered; refused; or update."""


QUERIES: Final = (
    Request(
        "query_post_form",
        "POST",
        "default-graph-uri=http%3A%2F%2Fkasei.us%2F2009%2F09%2Fsparql%2Fdata%2Fdata0.rdf",
        FORM,
        b"query=ASK%20%7B%7D",
        "boolean",
    ),
    Request(
        "query_dataset_default_graphs_get",
        "GET",
        "query=ASK%20%7B%20%3Chttp%3A%2F%2Fkasei.us%2F2009%2F09%2Fsparql%2Fdata%2Fdata1.rdf%3E%20a%20%3Ftype%20.%20%3Chttp%3A%2F%2Fkasei.us%2F2009%2F09%2Fsparql%2Fdata%2Fdata2.rdf%3E%20a%20%3Ftype%20.%20%7D&default-graph-uri=http%3A%2F%2Fkasei.us%2F2009%2F09%2Fsparql%2Fdata%2Fdata1.rdf&default-graph-uri=http%3A%2F%2Fkasei.us%2F2009%2F09%2Fsparql%2Fdata%2Fdata2.rdf",
        {},
        None,
        "boolean",
    ),
    Request(
        "query_dataset_default_graphs_post",
        "POST",
        "default-graph-uri=http%3A%2F%2Fkasei.us%2F2009%2F09%2Fsparql%2Fdata%2Fdata1.rdf&default-graph-uri=http%3A%2F%2Fkasei.us%2F2009%2F09%2Fsparql%2Fdata%2Fdata2.rdf",
        QUERY,
        b"ASK { <http://kasei.us/2009/09/sparql/data/data1.rdf> a ?type . <http://kasei.us/2009/09/sparql/data/data2.rdf> a ?type . }",
        "boolean",
    ),
    Request(
        "query_dataset_named_graphs_post",
        "POST",
        "named-graph-uri=http%3A%2F%2Fkasei.us%2F2009%2F09%2Fsparql%2Fdata%2Fdata1.rdf&named-graph-uri=http%3A%2F%2Fkasei.us%2F2009%2F09%2Fsparql%2Fdata%2Fdata2.rdf",
        QUERY,
        b"ASK { GRAPH ?g1 { <http://kasei.us/2009/09/sparql/data/data1.rdf> a ?type } GRAPH ?g2 { <http://kasei.us/2009/09/sparql/data/data2.rdf> a ?type } }",
        "boolean",
    ),
    Request(
        "query_dataset_named_graphs_get",
        "GET",
        "query=ASK%20%7B%20GRAPH%20%3Fg1%20%7B%20%3Chttp%3A%2F%2Fkasei.us%2F2009%2F09%2Fsparql%2Fdata%2Fdata1.rdf%3E%20a%20%3Ftype%20%7D%20GRAPH%20%3Fg2%20%7B%20%3Chttp%3A%2F%2Fkasei.us%2F2009%2F09%2Fsparql%2Fdata%2Fdata2.rdf%3E%20a%20%3Ftype%20%7D%20%7D&named-graph-uri=http%3A%2F%2Fkasei.us%2F2009%2F09%2Fsparql%2Fdata%2Fdata1.rdf&named-graph-uri=http%3A%2F%2Fkasei.us%2F2009%2F09%2Fsparql%2Fdata%2Fdata2.rdf",
        {},
        None,
        "boolean",
    ),
    Request(
        "query_dataset_full",
        "POST",
        "default-graph-uri=http%3A%2F%2Fkasei.us%2F2009%2F09%2Fsparql%2Fdata%2Fdata3.rdf&named-graph-uri=http%3A%2F%2Fkasei.us%2F2009%2F09%2Fsparql%2Fdata%2Fdata1.rdf&named-graph-uri=http%3A%2F%2Fkasei.us%2F2009%2F09%2Fsparql%2Fdata%2Fdata2.rdf",
        QUERY,
        b"ASK {\n  <http://kasei.us/2009/09/sparql/data/data3.rdf> a ?type\n  GRAPH ?g1 { <http://kasei.us/2009/09/sparql/data/data1.rdf> a ?type }\n  GRAPH ?g2 { <http://kasei.us/2009/09/sparql/data/data2.rdf> a ?type }\n}",
        "boolean",
    ),
    Request(
        "query_multiple_dataset",
        "POST",
        "named-graph-uri=http%3A%2F%2Fkasei.us%2F2009%2F09%2Fsparql%2Fdata%2Fdata1.rdf&named-graph-uri=http%3A%2F%2Fkasei.us%2F2009%2F09%2Fsparql%2Fdata%2Fdata2.rdf",
        QUERY,
        b"ASK FROM <http://kasei.us/2009/09/sparql/data/data3.rdf> { GRAPH ?g1 { <http://kasei.us/2009/09/sparql/data/data1.rdf> a ?type } GRAPH ?g2 { <http://kasei.us/2009/09/sparql/data/data2.rdf> a ?type } }",
        "boolean",
    ),
    Request(
        "query_get",
        "GET",
        "query=ASK%20%7B%7D&default-graph-uri=http%3A%2F%2Fkasei.us%2F2009%2F09%2Fsparql%2Fdata%2Fdata0.rdf",
        {},
        None,
        "boolean",
    ),
    Request(
        "query_content_type_select",
        "POST",
        "default-graph-uri=http%3A%2F%2Fkasei.us%2F2009%2F09%2Fsparql%2Fdata%2Fdata0.rdf",
        QUERY,
        b"SELECT (1 AS ?value) {}",
        "tabular",
    ),
    Request(
        "query_content_type_ask",
        "POST",
        "default-graph-uri=http%3A%2F%2Fkasei.us%2F2009%2F09%2Fsparql%2Fdata%2Fdata0.rdf",
        QUERY,
        b"ASK {}",
        "boolean",
    ),
    Request(
        "query_content_type_describe",
        "POST",
        "default-graph-uri=http%3A%2F%2Fkasei.us%2F2009%2F09%2Fsparql%2Fdata%2Fdata0.rdf",
        QUERY,
        b"DESCRIBE <http://example.org/>",
        "RDF",
    ),
    Request(
        "query_content_type_construct",
        "POST",
        "default-graph-uri=http%3A%2F%2Fkasei.us%2F2009%2F09%2Fsparql%2Fdata%2Fdata0.rdf",
        QUERY,
        b"CONSTRUCT { <s> <p> 1 } WHERE {}",
        "RDF",
    ),
    Request(
        "query_post_direct",
        "POST",
        "",
        QUERY,
        b"ASK {}",
        "boolean",
    ),
    Request(
        "bad_query_method",
        "PUT",
        "query=ASK%20%7B%7D&default-graph-uri=http%3A%2F%2Fkasei.us%2F2009%2F09%2Fsparql%2Fdata%2Fdata0.rdf",
        FORM,
        None,
        "refused",
    ),
    Request(
        "bad_multiple_queries",
        "GET",
        "query=ASK%20%7B%7D&query=SELECT%20%2A%20%7B%7D",
        {},
        None,
        "refused",
    ),
    Request(
        "bad_query_wrong_media_type",
        "POST",
        "",
        {"content-type": "text/plain"},
        b"ASK {}",
        "refused",
    ),
    Request(
        "bad_query_missing_form_type",
        "POST",
        "",
        {},
        b"query=ASK%20%7B%7D",
        "refused",
    ),
    Request(
        "bad_query_missing_direct_type",
        "POST",
        "",
        {},
        b"ASK {}",
        "refused",
    ),
    Request(
        "bad_query_non_utf8",
        "POST",
        "",
        {"content-type": "application/sparql-query; charset=UTF-16"},
        "ASK {}".encode("utf-16"),
        "refused",
    ),
    Request(
        "bad_query_syntax",
        "GET",
        "query=ASK%20%7B",
        {},
        None,
        "refused",
    ),
)
"""Tests of queries."""

UPDATES: Final = (
    Request(
        "update_dataset_default_graph",
        "POST",
        "using-graph-uri=http%3A%2F%2Fkasei.us%2F2009%2F09%2Fsparql%2Fdata%2Fdata1.rdf",
        UPDATE,
        b"PREFIX dc: <http://purl.org/dc/terms/>\nPREFIX foaf: <http://xmlns.com/foaf/0.1/>\nCLEAR ALL ;\nINSERT DATA {\n    GRAPH <http://kasei.us/2009/09/sparql/data/data1.rdf> {\n        <http://kasei.us/2009/09/sparql/data/data1.rdf> a foaf:Document\n    }\n} ;\nINSERT {\n    GRAPH <http://example.org/protocol-update-dataset-test/> {\n        ?s a dc:BibliographicResource\n    }\n}\nWHERE {\n    ?s a foaf:Document\n}",
        "update",
    ),
    Request(
        "update_dataset_default_graphs",
        "POST",
        "using-graph-uri=http%3A%2F%2Fkasei.us%2F2009%2F09%2Fsparql%2Fdata%2Fdata1.rdf&using-graph-uri=http%3A%2F%2Fkasei.us%2F2009%2F09%2Fsparql%2Fdata%2Fdata2.rdf",
        UPDATE,
        b"PREFIX dc: <http://purl.org/dc/terms/>\nPREFIX foaf: <http://xmlns.com/foaf/0.1/>\nDROP ALL ;\nINSERT DATA {\n    GRAPH <http://kasei.us/2009/09/sparql/data/data1.rdf> { <http://kasei.us/2009/09/sparql/data/data1.rdf> a foaf:Document }\n    GRAPH <http://kasei.us/2009/09/sparql/data/data2.rdf> { <http://kasei.us/2009/09/sparql/data/data2.rdf> a foaf:Document }\n    GRAPH <http://kasei.us/2009/09/sparql/data/data3.rdf> { <http://kasei.us/2009/09/sparql/data/data3.rdf> a foaf:Document }\n} ;\nINSERT {\n    GRAPH <http://example.org/protocol-update-dataset-graphs-test/> {\n        ?s a dc:BibliographicResource\n    }\n}\nWHERE {\n    ?s a foaf:Document\n}",
        "update",
    ),
    Request(
        "update_dataset_named_graphs",
        "POST",
        "using-named-graph-uri=http%3A%2F%2Fkasei.us%2F2009%2F09%2Fsparql%2Fdata%2Fdata1.rdf&using-named-graph-uri=http%3A%2F%2Fkasei.us%2F2009%2F09%2Fsparql%2Fdata%2Fdata2.rdf",
        UPDATE,
        b"PREFIX dc: <http://purl.org/dc/terms/>\nPREFIX foaf: <http://xmlns.com/foaf/0.1/>\nDROP ALL ;\nINSERT DATA {\n    GRAPH <http://kasei.us/2009/09/sparql/data/data1.rdf> { <http://kasei.us/2009/09/sparql/data/data1.rdf> a foaf:Document }\n    GRAPH <http://kasei.us/2009/09/sparql/data/data2.rdf> { <http://kasei.us/2009/09/sparql/data/data2.rdf> a foaf:Document }\n    GRAPH <http://kasei.us/2009/09/sparql/data/data3.rdf> { <http://kasei.us/2009/09/sparql/data/data3.rdf> a foaf:Document }\n} ;\nINSERT {\n    GRAPH <http://example.org/protocol-update-dataset-named-graphs-test/> {\n        ?s a dc:BibliographicResource\n    }\n}\nWHERE {\n    GRAPH ?g {\n        ?s a foaf:Document\n    }\n}",
        "update",
    ),
    Request(
        "update_dataset_full",
        "POST",
        "using-graph-uri=http%3A%2F%2Fkasei.us%2F2009%2F09%2Fsparql%2Fdata%2Fdata1.rdf&using-named-graph-uri=http%3A%2F%2Fkasei.us%2F2009%2F09%2Fsparql%2Fdata%2Fdata2.rdf",
        UPDATE,
        b'PREFIX dc: <http://purl.org/dc/terms/>\nPREFIX foaf: <http://xmlns.com/foaf/0.1/>\nDROP ALL ;\nINSERT DATA {\n    GRAPH <http://kasei.us/2009/09/sparql/data/data1.rdf> { <http://kasei.us/2009/09/sparql/data/data1.rdf> a foaf:Document }\n    GRAPH <http://kasei.us/2009/09/sparql/data/data2.rdf> { <http://kasei.us/2009/09/sparql/data/data2.rdf> a foaf:Document }\n    GRAPH <http://kasei.us/2009/09/sparql/data/data3.rdf> { <http://kasei.us/2009/09/sparql/data/data3.rdf> a foaf:Document }\n} ;\nINSERT {\n    GRAPH <http://example.org/protocol-update-dataset-full-test/> {\n        ?s <http://example.org/in> ?in\n    }\n}\nWHERE {\n    {\n        GRAPH ?g { ?s a foaf:Document }\n        BIND(?g AS ?in)\n    }\n    UNION\n    {\n        ?s a foaf:Document .\n        BIND("default" AS ?in)\n    }\n}',
        "update",
    ),
    Request(
        "update_post_form",
        "POST",
        "",
        FORM,
        b"update=CLEAR+ALL",
        "update",
    ),
    Request(
        "update_post_direct",
        "POST",
        "",
        UPDATE,
        b"CLEAR ALL",
        "update",
    ),
    Request(
        "update_base_uri",
        "POST",
        "",
        UPDATE,
        b"CLEAR SILENT GRAPH <http://example.org/protocol-base-test/> ;\nINSERT DATA { GRAPH <http://example.org/protocol-base-test/> { <http://example.org/s> <http://example.org/p> <test> } }",
        "update",
    ),
    Request(
        "bad_update_get",
        "GET",
        "update=CLEAR%20ALL",
        {},
        None,
        "refused",
    ),
    Request(
        "bad_multiple_updates",
        "POST",
        "",
        FORM,
        b"update=CLEAR%20NAMED&update=CLEAR%20DEFAULT",
        "refused",
    ),
    Request(
        "bad_update_wrong_media_type",
        "POST",
        "",
        {"content-type": "text/plain"},
        b"CLEAR NAMED",
        "refused",
    ),
    Request(
        "bad_update_missing_form_type",
        "POST",
        "",
        {},
        b"update=CLEAR%20NAMED",
        "refused",
    ),
    Request(
        "bad_update_non_utf8",
        "POST",
        "",
        {"content-type": "application/sparql-update; charset=UTF-16"},
        "CLEAR NAMED".encode("utf-16"),
        "refused",
    ),
    Request(
        "bad_update_syntax",
        "POST",
        "",
        FORM,
        b"update=CLEAR%20XYZ",
        "refused",
    ),
    Request(
        "bad_update_dataset_conflict",
        "POST",
        "using-named-graph-uri=http%3A%2F%2Fexample%2Fpeople",
        UPDATE,
        b"PREFIX foaf:  <http://xmlns.com/foaf/0.1/>\nWITH <http://example/addresses>\nDELETE { ?person foaf:givenName 'Bill' }\nINSERT { ?person foaf:givenName 'William' }\nWHERE {\n    ?person foaf:givenName 'Bill'\n}",
        "refused",
    ),
)
"""Tests of updates, none of which may be carried out here."""
