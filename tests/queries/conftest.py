"""The saved queries as a caller asks them, on the shipped graph."""

from collections.abc import Callable, Mapping, Sequence

import pyoxigraph as ox
import pytest

from mla_graph.model.sources import Sources
from mla_graph.saved_queries.catalogue import Catalogue
from mla_graph.saved_queries.rows import rows
from mla_graph.saved_queries.run import bind, run
from mla_graph.store.embedded import EmbeddedStore

Row = dict[str, object]
Ask = Callable[[str, Mapping[str, str | Sequence[str]]], list[Row]]


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    """The shipped queries."""
    return Catalogue.load(Sources.shipped().queries)


@pytest.fixture(scope="session")
def ask(catalogue: Catalogue, shipped_store: EmbeddedStore) -> Ask:
    """Ask a query by name with what a person writes for its parameters; gives plain rows."""

    def asked(name: str, parameters: Mapping[str, str | Sequence[str]]) -> list[Row]:
        raw = {key: [v] if isinstance(v, str) else v for key, v in parameters.items()}
        answer = run(shipped_store, bind(catalogue.get(name), shipped_store, raw))
        if isinstance(answer, ox.QueryTriples):
            return [{"triple": str(triple)} for triple in answer]
        return rows(answer)

    return asked
