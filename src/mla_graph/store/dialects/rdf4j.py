"""Eclipse RDF4J, and GraphDB on top of it."""

import re
from typing import Final

from mla_graph.store.dialects.dialect import Dialect

_REPOSITORY: Final = re.compile(r"/repositories/[^/]+$")


class Rdf4j(Dialect):
    """RDF4J: the standards; graphs go to ``rdf-graphs/service`` of the repository."""

    name = "RDF4J and GraphDB"

    def recognises(self, server: str, address: str) -> bool:
        """Read the address, as the ``Server`` header names the web server alone."""
        return bool(_REPOSITORY.search(address))

    def graph_store(self, query_address: str) -> str | None:
        """Name the address of the repository's graphs."""
        return f"{query_address}/rdf-graphs/service"


DIALECT: Final = Rdf4j()
