"""The address for graphs of a server whose address for queries is known."""

import re

from mla_graph.model.errors import InvalidValue, PublishFailed
from mla_graph.publish.sending import Sender
from mla_graph.store.dialects.dialect import recognised
from mla_graph.store.interface import PROBE


def guessed_graph_store(query_address: str, sender: Sender) -> str:
    """Find the address of the Graph Store HTTP Protocol by what the server calls itself.

    Raises:
        PublishFailed: the server does not answer, or is of an unknown kind.
    """
    reply = sender.send("GET", query_address, fields={"query": PROBE})
    kind = reply.headers.get("Server", "") if reply else ""
    dialect = recognised(kind, query_address)
    address = dialect.graph_store(query_address) if dialect else None
    if address:
        return address
    raise PublishFailed(
        f"It is unknown where {kind or 'this server'} takes graphs; give the address with "
        "--graph-store (Graph Store HTTP Protocol) or --update (SPARQL Update)."
    )


def checked(address: str) -> str:
    """Give the address as it is.

    Raises:
        InvalidValue: it is not an http(s) address, or holds a user or password.
    """
    if not re.fullmatch(r"https?://[^/@\s]+(/\S*)?", address, re.IGNORECASE):
        raise InvalidValue(
            "An address is like https://example.org/sparql; user and password are settings "
            "(MLA_REMOTE_USER, MLA_REMOTE_PASSWORD)."
        )
    return address
