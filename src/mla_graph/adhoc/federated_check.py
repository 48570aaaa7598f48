"""The rules that a saved query with calls to other endpoints must keep, as a check of the files.

They are those of every saved query and, for each call: it is SILENT, so that no answer leaves the
rest; it names an endpoint with https; it asks for named columns, with VALUES first and a LIMIT, so
that it costs the other side little.
"""

from collections.abc import Iterator

import pyoxigraph as ox
from rdflib.plugins.sparql.parserutils import CompValue
from rdflib.term import URIRef

from mla_graph.model.errors import InputError
from mla_graph.model.sparql_calls import calls, without_calls
from mla_graph.model.sparql_text import refusal
from mla_graph.saved_queries.catalogue import SavedQuery
from mla_graph.saved_queries.check import check
from mla_graph.saved_queries.parse_tree import nodes, parsed
from mla_graph.store.interface import Store


def check_federated(query: SavedQuery, store: Store | None = None) -> list[str]:
    """List what is wrong with the query, one sentence a finding; call no endpoint.

    With a store, the examples and defaults are also looked up in it.
    """
    try:
        sent = [call.query for call in calls(query.text)]
    except InputError as error:
        return [error.detail]
    findings = check(query, store, without_calls)
    if not sent:
        findings.append("It calls no other endpoint; it belongs with the other saved queries.")
    for text in sent:
        try:
            ox.Store().query(text)
        except SyntaxError as error:
            findings.append(f"Oxigraph, with what a call sends: {refusal(text, str(error)).detail}")
    tree = parsed(query.text)
    for node in nodes(tree):
        if node.name == "ServiceGraphPattern":
            findings += _call(node)
    return list(dict.fromkeys(findings))


def _call(node: CompValue) -> Iterator[str]:
    if not isinstance(node.term, URIRef) or not node.term.startswith("https://"):
        yield f"The endpoint {node.term} should be an address with https."
    if not node.silent:
        yield f"The call to {node.term} should be SILENT."
    select = node.graph
    if select.name != "SubSelect":
        yield f"The call to {node.term} should be one SELECT."
        return
    if not select.projection or any(not isinstance(item, CompValue) for item in select.projection):
        yield f"The call to {node.term} should name its columns."
    if not select.limitoffset:
        yield f"The call to {node.term} should have a LIMIT."
    first = (select["where"].part or [None])[0]
    if first is None or first.name != "InlineData":
        yield f"The call to {node.term} should begin with VALUES."
