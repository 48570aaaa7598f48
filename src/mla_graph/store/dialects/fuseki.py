"""Apache Jena Fuseki."""

from typing import Final
from urllib.parse import urljoin

from mla_graph.store.dialects.dialect import Dialect


class Fuseki(Dialect):
    """Fuseki: the standards; graphs go to ``data`` of the dataset."""

    name = "Fuseki"

    def recognises(self, server: str, address: str) -> bool:
        """Read the ``Server`` header, such as ``Apache Jena Fuseki (5.1.0)``."""
        return "Fuseki" in server

    def graph_store(self, query_address: str) -> str | None:
        """Name ``data`` beside the address for queries."""
        return urljoin(query_address, "data")


DIALECT: Final = Fuseki()
