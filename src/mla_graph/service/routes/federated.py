"""``/api/queries/federated``: the saved queries that also call endpoints elsewhere.

They run where strangers' queries run, and only if the operator allows every host that they call
(``MLA_SERVICE_HOSTS``).
"""

from collections.abc import Sequence
from typing import Final

import pyoxigraph as ox
from starlette.requests import Request

from mla_graph.adhoc.answer import Interruption
from mla_graph.adhoc.pool import AdhocPool
from mla_graph.model.sparql_calls import hosts_called
from mla_graph.pages.address import at
from mla_graph.saved_queries.catalogue import FEDERATED, Catalogue, SavedQuery, describe
from mla_graph.saved_queries.rows import about_query
from mla_graph.saved_queries.run import Bound, bind
from mla_graph.service.answers import Asked, asked_of, document_of
from mla_graph.service.context import Served, ServiceContext
from mla_graph.service.lanes import Client, ClientLimit
from mla_graph.service.wire.formats import (
    HTML,
    JSON,
    ROWS,
    Representation,
    of_saved_query,
    serialised,
)
from mla_graph.service.wire.operations import OBJECT, Described, Operation, in_path
from mla_graph.service.wire.parameters import chosen, from_query_string, only
from mla_graph.service.wire.problems import NotAllowedHere
from mla_graph.service.wire.reply import Outcome, Reply, as_json, missing

OFFERED = tuple(each for each in of_saved_query("select") if each is not HTML)

_LIST: Final = Described(
    "listFederatedQueries",
    "The saved queries that also call endpoints elsewhere",
    ("queries",),
    (400,),
    schemas={JSON.media_type: OBJECT},
)
_ONE: Final = Described(
    "federatedQuery",
    "A saved query that also calls endpoints elsewhere, with its parameters; meta.missing and "
    "X-Missing say which of them gave nothing",
    ("queries",),
    (400, 403, 404, 406, 413, 429, 503),
    parameters=lambda: [in_path("name", "eu-acts", {"pattern": "^[a-z][a-z-]*$"})],
)

_NO_CACHE = {"Cache-Control": "no-cache", "Vary": "Accept"}


def operations(context: ServiceContext) -> list[Operation]:
    """Give the list and the queries."""
    catalogue = Catalogue.load_federated(context.catalogue.folder)
    clients = ClientLimit(context.settings.sparql_per_client)

    async def listing(request: Request) -> Outcome:
        only(from_query_string(request), [])
        found = [
            describe(query) | {"href": at(f"/api/queries/{query.name}")} for query in catalogue
        ]
        return Reply(as_json({"data": found}), JSON.content_type)

    async def federated(request: Request) -> Outcome:
        query = catalogue.get(f"{FEDERATED}/{request.path_params['name']}")
        parameters = from_query_string(request)
        form = chosen(request, OFFERED, parameters)
        asked, served = asked_of(query, parameters, context.settings.max_rows), context.served
        _check_allowed(context, query)
        bound = await context.engine.run(
            lambda: bind(
                query,
                served.store,
                asked.parameters,
                limit=asked.rows + (1 if form is ROWS else 0),
                offset=asked.offset or None,
            )
        )
        client = Client(request.scope, request.receive).address
        with clients.counted(client):
            body, gaps = await context.strangers.run(
                lambda: _answer(context.adhoc(), served, asked, bound, form, client)
            )
        headers = _NO_CACHE | missing(gaps)
        return Reply(body, form.content_type, headers=headers)

    return [
        Operation("/api/queries/federated", listing, described=_LIST),
        Operation("/api/queries/federated/{name}", federated, OFFERED, _ONE),
    ]


def _check_allowed(context: ServiceContext, query: SavedQuery) -> None:
    """Refuse, before anything is run, what the operator has not allowed.

    Raises:
        NotAllowedHere: the query calls a host that is not on the list.
    """
    allowed = set((context.settings.service_hosts or "").split(","))
    if barred := sorted(hosts_called(query.text) - allowed):
        raise NotAllowedHere(
            f"This service does not call {' and '.join(barred)}; its operator can allow it with "
            f"MLA_SERVICE_HOSTS. On your own machine, run `mla-graph query {query.name}`."
        )


def _answer(
    pool: AdhocPool | None,
    served: Served,
    asked: Asked,
    bound: Bound,
    wanted: Representation,
    client: str,
) -> tuple[bytes, Sequence[str]]:
    """Give the body, and what is missing from it.

    Raises:
        NotAllowedHere: the graph is not on this machine.
        LimitReached, StoreUnavailable: the store did not answer.
    """
    if pool is None:
        raise NotAllowedHere(
            "This service asks an endpoint elsewhere for its graph, and calls no other beside it. "
            f"On your own machine, run `mla-graph query {bound.query.name}`."
        )
    answer = pool.run(bound.text, lambda kind: "json", interruption=Interruption(client))
    results = ox.parse_query_results(answer.read(), format=ox.QueryResultsFormat.JSON)
    if wanted is not ROWS:
        return serialised(results, wanted.name), answer.missing
    about = about_query(bound, served.store.release_id) | {"missing": answer.missing}
    return as_json(document_of(results, about, asked)), answer.missing
