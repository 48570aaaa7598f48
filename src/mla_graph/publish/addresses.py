"""Where a server takes graphs, when only the address for queries is known."""

import re
from urllib.parse import urljoin

from mla_graph.model.errors import InvalidValue, PublishFailed
from mla_graph.publish.sending import Sender


def guessed_graph_store(query_address: str, sender: Sender) -> str:
    """The address of the Graph Store HTTP Protocol, by what the server calls itself.

    Raises:
        PublishFailed: the server does not answer, or is of an unknown kind.
    """
    answer = sender.send(
        "GET", query_address, params={"query": "ASK {}"}, headers={"Accept": "*/*"}
    )
    kind = answer.headers.get("Server", "")
    if kind.startswith("Virtuoso"):
        return urljoin(query_address, "/sparql-graph-crud-auth")
    if kind.startswith("Oxigraph"):
        return urljoin(query_address, "store")
    if "Fuseki" in kind:
        return urljoin(query_address, "data")
    if re.search(r"/repositories/[^/]+$", query_address):  # RDF4J, GraphDB
        return f"{query_address}/rdf-graphs/service"
    raise PublishFailed(
        f"It is unknown where {kind or 'this server'} takes graphs; give the address with "
        "--graph-store (Graph Store HTTP Protocol) or --update (SPARQL Update)."
    )


def checked(address: str) -> str:
    """The address as it is.

    Raises:
        InvalidValue: it is not an http(s) address, or holds a user or password.
    """
    if not re.fullmatch(r"https?://[^/@\s]+(/\S*)?", address, re.IGNORECASE):
        raise InvalidValue(
            "An address is like https://example.org/sparql; user and password are settings "
            "(MLA_REMOTE_USER, MLA_REMOTE_PASSWORD)."
        )
    return address
