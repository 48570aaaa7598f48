"""The saved queries as they run with their examples: what the query page offers."""

from dataclasses import dataclass

from mla_graph.model.errors import InputError
from mla_graph.saved_queries.catalogue import Catalogue
from mla_graph.saved_queries.run import bind
from mla_graph.service.context import Served


@dataclass(frozen=True)
class QueryExample:
    """A query ready to run."""

    name: str
    summary: str
    text: str


def query_examples(catalogue: Catalogue, served: Served) -> list[QueryExample]:
    """Every saved query bound with its examples, unless this graph lacks them.

    Raises:
        StoreUnavailable, LimitReached: the store does not answer.
    """

    def compute() -> list[QueryExample]:
        found = []
        for query in catalogue:
            raw = {p.name: p.example for p in query.parameters if p.required}
            try:
                text = bind(query, served.store, raw).text
            except InputError:
                continue
            found.append(QueryExample(query.name, query.summary, text.strip()))
        return found

    return served.once("query examples", compute)
