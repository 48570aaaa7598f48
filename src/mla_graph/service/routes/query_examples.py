"""The saved queries as they run with their examples: what the query page offers."""

from mla_graph.saved_queries.catalogue import Catalogue
from mla_graph.saved_queries.executable import Executable, executables
from mla_graph.service.context import Served


def query_examples(catalogue: Catalogue, served: Served) -> list[Executable]:
    """Every saved query bound with its examples, unless this graph lacks them.

    Raises:
        StoreUnavailable, LimitReached: the store does not answer.
    """
    return served.once("query examples", lambda: list(executables(catalogue, served.store)))
