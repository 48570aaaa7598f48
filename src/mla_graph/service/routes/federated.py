"""``/api/queries/federated``: the saved queries that also call endpoints elsewhere.

They run where strangers' queries run, and only if the operator allows every host that they call
(``MLA_SERVICE_HOSTS``).
"""

import json
from collections.abc import Sequence

import pyoxigraph as ox
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from mla_graph.adhoc.pool import AdhocPool
from mla_graph.model.about import NOTICE
from mla_graph.model.sparql_calls import hosts_called
from mla_graph.pages.address import at
from mla_graph.saved_queries.catalogue import FEDERATED, Catalogue, SavedQuery, describe
from mla_graph.saved_queries.rows import rows
from mla_graph.saved_queries.run import Bound, bind
from mla_graph.service.answers import asked_of
from mla_graph.service.context import Served, ServiceContext
from mla_graph.service.routes.client_limit import ClientLimit, client_of
from mla_graph.service.wire.missing import missing_header
from mla_graph.service.wire.negotiation import HTML, Representation, choose
from mla_graph.service.wire.parameters import from_query_string, only, single
from mla_graph.service.wire.problems import NotAllowedHere
from mla_graph.service.wire.representations import ROWS, of_saved_query, serialised

OFFERED = tuple(each for each in of_saved_query("select") if each is not HTML)
_NO_CACHE = {"Cache-Control": "no-cache", "Vary": "Accept"}


def routes(context: ServiceContext) -> list[Route]:
    """The list and the queries."""
    catalogue = Catalogue.load_federated(context.catalogue.folder)
    clients = ClientLimit(context.settings.sparql_per_client)

    async def listing(request: Request) -> Response:
        only(from_query_string(request), [])
        found = [
            describe(query) | {"href": at(f"/api/queries/{query.name}")} for query in catalogue
        ]
        return JSONResponse({"data": found})

    async def federated(request: Request) -> Response:
        query = catalogue.get(f"{FEDERATED}/{request.path_params['name']}")
        parameters = from_query_string(request)
        wanted = choose(OFFERED, request.headers.get("accept"), single(parameters, "format"))
        asked, served = asked_of(query, parameters, context.settings.max_rows), context.served
        _check_allowed(context, query)
        bound = await context.engine.run(
            lambda: bind(
                query,
                served.store,
                asked.parameters,
                limit=asked.rows,
                offset=asked.offset or None,
            )
        )
        with clients.counted(client_of(request)):
            body, missing = await context.strangers.run(
                lambda: _answer(context.adhoc(), served, bound, wanted)
            )
        headers = _NO_CACHE | {"Content-Type": wanted.content_type} | missing_header(missing)
        return Response(body, headers=headers)

    return [
        Route("/api/queries/federated", listing),
        Route("/api/queries/federated/{name}", federated),
    ]


def _check_allowed(context: ServiceContext, query: SavedQuery) -> None:
    """Say what the operator has to do before anything is run.

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
    pool: AdhocPool | None, served: Served, bound: Bound, wanted: Representation
) -> tuple[bytes, Sequence[str]]:
    """The body, and what is missing from it.

    Raises:
        NotAllowedHere: the graph is not on this machine.
        LimitReached, StoreUnavailable: the store did not answer.
    """
    if pool is None:
        raise NotAllowedHere(
            "This service asks an endpoint elsewhere for its graph, and calls no other beside it. "
            f"On your own machine, run `mla-graph query {bound.query.name}`."
        )
    answer = pool.run(bound.text, lambda kind: "json")
    results = ox.parse_query_results(answer.read(), format=ox.QueryResultsFormat.JSON)
    if wanted is not ROWS:
        return serialised(results, wanted.name), answer.missing
    data = rows(results)
    meta = {
        "query": bound.query.name,
        "parameters": {name: [term.value for term in terms] for name, terms in bound.terms.items()},
        "release": served.store.release_id,
        "missing": answer.missing,
        "count": len(data),
        "disclaimer": NOTICE,
    }
    document = {"data": data, "meta": meta}
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode(), answer.missing
