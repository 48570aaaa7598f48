"""Which instruments apply, as a caller asks, on the shipped graph."""

from collections.abc import Callable, Sequence

import pytest

from mla_graph.model.namespaces import MLAD
from mla_graph.model.sources import Sources
from mla_graph.saved_queries.catalogue import Catalogue
from mla_graph.saved_queries.rows import rows
from mla_graph.saved_queries.run import bind, run
from mla_graph.store.embedded import EmbeddedStore

Row = dict[str, str]
Ask = Callable[..., list[Row]]


@pytest.fixture(scope="session")
def ask(shipped_store: EmbeddedStore) -> Ask:
    """Ask a saved query; cells are text, addresses of the graph without beginning and kind."""
    catalogue = Catalogue.load(Sources.shipped().queries)

    def asked(name: str = "applicable-instruments", **parameters: str) -> list[Row]:
        raw = {parameter: [value] for parameter, value in parameters.items()}
        answer = rows(run(shipped_store, bind(catalogue.get(name), shipped_store, raw)))
        return [{column: shown(cell) for column, cell in row.items()} for row in answer]

    return asked


@pytest.fixture(scope="session")
def ask_whole(shipped_store: EmbeddedStore) -> Ask:
    """Ask a saved query with lists of values; cells are text, as above."""
    catalogue = Catalogue.load(Sources.shipped().queries)

    def asked(name: str, **parameters: str | Sequence[str]) -> list[Row]:
        raw = {
            parameter: [values] if isinstance(values, str) else list(values)
            for parameter, values in parameters.items()
            if values
        }
        answer = rows(run(shipped_store, bind(catalogue.get(name), shipped_store, raw)))
        return [{column: shown(cell) for column, cell in row.items()} for row in answer]

    return asked


def shown(cell: object) -> str:
    """The cell as the referee's table writes it."""
    text = "" if cell is None else str(cell)
    return text.removeprefix(MLAD).split("/", 1)[-1] if text.startswith(MLAD) else text
