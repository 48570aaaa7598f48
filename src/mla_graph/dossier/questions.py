"""The saved queries that a dossier asks, several at a time."""

from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from mla_graph.saved_queries.catalogue import Catalogue
from mla_graph.saved_queries.rows import rows
from mla_graph.saved_queries.run import Earlier, bind, run
from mla_graph.store.interface import Store

Row = dict[str, Any]
Values = Mapping[str, str | list[str]]


class Questions:
    """Saved queries on one store, in one language, above one level of confidence."""

    def __init__(
        self,
        catalogue: Catalogue,
        store: Store,
        common: Mapping[str, str],
        threads: ThreadPoolExecutor,
    ) -> None:
        """Keep what every query gets: ``common`` has the language and the confidence."""
        self._catalogue = catalogue
        self._store = store
        self._common = common
        self._threads = threads
        self._earlier = Earlier(store)

    def ask(self, name: str, raw: Values) -> Future[list[Row]]:
        """Ask a query for its rows in a thread."""
        return self._threads.submit(self._rows, name, raw)

    def columns(self, name: str) -> tuple[str, ...]:
        """Return the columns of a query."""
        return tuple(column.name for column in self._catalogue.get(name).columns)

    def _rows(self, name: str, raw: Values) -> list[Row]:
        query = self._catalogue.get(name)
        common = {key: text for key, text in self._common.items() if key in query.parameter_names}
        bound = bind(query, self._store, {**common, **raw}, earlier=self._earlier)
        return rows(run(self._store, bound))
