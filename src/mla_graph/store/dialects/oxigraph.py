"""Oxigraph's own server."""

from typing import Final
from urllib.parse import urljoin

from mla_graph.store.dialects.dialect import Dialect


class Oxigraph(Dialect):
    """Oxigraph: the standards; graphs go to ``/store``."""

    name = "Oxigraph"

    def recognises(self, server: str, address: str) -> bool:
        """Read the ``Server`` header, such as ``Oxigraph/0.5.8``."""
        return server.startswith("Oxigraph")

    def graph_store(self, query_address: str) -> str | None:
        """Name ``store`` beside the address for queries."""
        return urljoin(query_address, "store")


DIALECT: Final = Oxigraph()
