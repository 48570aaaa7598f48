"""A saved query that calls the endpoints that it names, and no others."""

import time

import pyoxigraph as ox

from mla_graph.adhoc.federation import Federation, Table
from mla_graph.adhoc.vetted_http import VettedHttp
from mla_graph.adhoc.worker import inline_table
from mla_graph.cli.stores import progress, worker_pool
from mla_graph.model.errors import StoreUnavailable
from mla_graph.model.settings import Settings
from mla_graph.model.sparql_calls import hosts_called
from mla_graph.release.opening import Endpoint, find_graph
from mla_graph.store.interface import Answer, Store


def run_federated(
    text: str, store: str | None, opened: Store, union_default_graph: bool, settings: Settings
) -> tuple[Answer, list[str]]:
    """Give the answer, and why some endpoints gave nothing to it, a sentence each.

    ``store`` is what the user asked for, which ``opened`` opens.

    Raises:
        StoreUnavailable: the store does not answer.
        LimitReached: the query took too long or too much.
    """
    federation = Federation(VettedHttp(hosts_called(text)))
    graph = find_graph(store, settings, progress)
    if isinstance(graph, Endpoint):
        return _elsewhere(text, opened, federation, settings.query_timeout)
    with worker_pool(graph, union_default_graph, settings, federation) as pool:
        answer = pool.run(text, lambda kind: "json")
        body = answer.read()
    return ox.parse_query_results(body, format=ox.QueryResultsFormat.JSON), answer.missing


def _elsewhere(
    text: str, store: Store, federation: Federation, timeout: float
) -> tuple[Answer, list[str]]:
    """Send the tables within the text: the store need not be able to call other endpoints."""
    pieces, missing = federation.called(text, None, time.monotonic() + timeout)
    whole = []
    for piece in pieces:
        try:
            whole.append(_inlined(piece))
        except ValueError as error:
            assert isinstance(piece, Table)
            if not piece.silent:
                raise StoreUnavailable(f"{piece.endpoint}: {error}") from None
            missing.append(f"{piece.endpoint}: {error}")
    return store.query("".join(whole), timeout=timeout), missing


def _inlined(piece: str | Table) -> str:
    return piece if isinstance(piece, str) else inline_table(piece.body, piece.media_type)
