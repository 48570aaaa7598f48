"""``/sparql``: the SPARQL 1.1 Protocol for queries, and a page to write them in."""

import asyncio
from dataclasses import dataclass
from typing import Final

from starlette.requests import ClientDisconnect, Request

from mla_graph.adhoc.answer import Interruption
from mla_graph.adhoc.pool import AdhocPool, Bounds
from mla_graph.model.errors import InvalidValue, MissingParameter, MlaGraphError, UpdateRefused
from mla_graph.model.settings import Settings
from mla_graph.model.sparql_text import leading_keyword
from mla_graph.service.context import Served, ServiceContext
from mla_graph.service.lanes import Client, ClientLimit, until_left
from mla_graph.service.metadata.sparql import service_description
from mla_graph.service.routes.people.workbench import page
from mla_graph.service.routes.streaming import Relayed
from mla_graph.service.wire.formats import (
    HTML,
    TRIPLES_OFFERED,
    Representation,
    choose,
    document,
    of_sparql,
    serialised,
)
from mla_graph.service.wire.operations import (
    TEXT,
    Described,
    Operation,
    Schema,
    format_parameter,
    usual,
)
from mla_graph.service.wire.parameters import (
    FORM,
    Parameters,
    body_of,
    body_type,
    decoded,
    few,
    from_query_string,
    single,
    text,
)
from mla_graph.service.wire.problems import UnsupportedMediaType
from mla_graph.service.wire.reply import Outcome, Reply, missing
from mla_graph.store.interface import FEW

SPARQL_QUERY: Final = "application/sparql-query"
SPARQL_UPDATE: Final = "application/sparql-update"

_KINDS: Final = {"CONSTRUCT": "graph", "DESCRIBE": "graph", "ASK": "boolean"}
_OTHER_NAMES: Final = {
    "n3": "turtle", "json-ld": "jsonld", "rdf": "rdfxml", "rdf+xml": "rdfxml",
}  # fmt: skip
"""What SPARQLWrapper calls our formats, in ``format``, which it always sends."""

_ENDINGS: Final = {"turtle": "ttl", "ntriples": "nt", "rdfxml": "rdf"}
"""Endings of files that differ from the name of the format."""

_DATASET: Final = {"default-graph-uri", "named-graph-uri"}
"""Parameters that only a query has; without any the service describes itself."""

_NO_CACHE: Final = {"Cache-Control": "no-cache", "Vary": "Accept"}


_QUERY: Final[Schema] = {
    "type": "string",
    "description": "A SPARQL 1.1 query.",
    "examples": [FEW],
}
_OFFERED: Final = (*of_sparql("select"), *of_sparql("graph"))
_DATA_SET: Final[list[Schema]] = [
    {
        "name": name,
        "in": "query",
        "description": f"{what} of the query's data set, which "
        "override FROM and FROM NAMED; may be repeated.",
        "schema": {"type": "array", "items": {"type": "string", "format": "iri"}},
    }
    for name, what in (
        ("default-graph-uri", "Graphs merged into the default graph"),
        ("named-graph-uri", "Named graphs"),
    )
]
_BY_GET: Final = Described(
    "sparql",
    "Any SPARQL query",
    ("sparql",),
    (400, 403, 406, 429, 503),
    description="SPARQL 1.1 Protocol, queries only, within limits of time, memory and size. A "
    "table in JSON or XML that reaches the limit ends with a mark (`truncated`); what else goes "
    "wrong once 64 KiB are written breaks the answer off, which is an incomplete transfer. The "
    "default graph is the merged graph; named graphs hold each source file. GET without a query "
    "gives the description of the service; a browser gets a page.",
    answer="The answer.",
    schemas={one.media_type: usual(one) for one in (*_OFFERED, HTML)},
    parameters=lambda: [
        {
            "name": "query",
            "in": "query",
            "required": False,
            "schema": _QUERY,
            "example": FEW,
        },
        *_DATA_SET,
        format_parameter(_OFFERED),
    ],
)
_FORM: Final[Schema] = {
    "type": "object",
    "required": ["query"],
    "properties": {"query": _QUERY},
    "additionalProperties": False,
}
_BY_POST: Final = _BY_GET._replace(
    identifier="sparqlPost",
    statuses=(400, 403, 406, 413, 415, 429, 503),
    parameters=lambda: [*_DATA_SET, format_parameter(_OFFERED)],
    body=lambda: {
        "required": True,
        "content": {FORM: {"schema": _FORM}, SPARQL_QUERY: {"schema": TEXT}},
    },
)


def operations(context: ServiceContext) -> list[Operation]:
    """Give the query operation, by GET and by POST."""
    clients = ClientLimit(context.settings.sparql_per_client)

    async def sparql(request: Request) -> Outcome:
        parameters = await _parameters(request, context.settings)
        accept, asked = request.headers.get("accept"), _asked_format(parameters)
        query, served = single(parameters, "query"), context.served
        if request.method != "POST" and asked is None and _likes_page(accept):
            body = await context.engine.run(lambda: page(context, served, query))
            return Reply(body.encode(), HTML.content_type, headers=_NO_CACHE)
        if query is None and request.method != "POST" and not parameters.keys() & _DATASET:
            form = choose(TRIPLES_OFFERED, accept, asked)
            base = context.base_address(request)
            return await context.engine.run(lambda: _described(context, served, base, form))
        if not query:
            raise MissingParameter(
                "There is no query; send it as the form field query, or as the body with the "
                f"media type {SPARQL_QUERY}.",
                parameter="query",
            )
        wanted = _Wanted(
            query,
            f"{context.base_address(request)}/sparql",
            parameters.get("default-graph-uri", []),
            parameters.get("named-graph-uri", []),
            accept,
            asked,
            request.method == "POST" and asked is not None,
        )
        pool = await context.strangers.run(context.adhoc)
        if pool is None:
            return await _from_elsewhere(context, served, wanted)
        client = Client(request.scope, request.receive)
        with clients.counted(client.address) as counted:
            outcome = await _from_worker(context, pool, wanted, client)
            if isinstance(outcome, Relayed):
                outcome.afterwards = counted.pop_all().close
            return outcome

    return [
        Operation("/sparql", sparql, described=_BY_GET),
        Operation("/sparql", sparql, described=_BY_POST, method="POST"),
    ]


@dataclass(frozen=True)
class _Wanted:
    """What a request asks for; ``as_file``: a form asks for an answer to be saved."""

    query: str
    base: str
    default_graphs: list[str]
    named_graphs: list[str]
    accept: str | None
    format: str | None
    as_file: bool

    def representation(self, kind: str) -> Representation:
        """Choose the representation of an answer; ``format`` may be a media type too."""
        offered, asked = of_sparql(kind), self.format
        if asked is not None and "/" in asked:
            return choose(offered, asked)
        if asked == "xml" and kind == "graph":
            asked = "rdfxml"
        return choose(offered, self.accept, _OTHER_NAMES.get(asked, asked) if asked else None)


def _described(context: ServiceContext, served: Served, base: str, form: Representation) -> Reply:
    """Give the description of the service."""
    body = document(service_description(context, served, base), form.name)
    return Reply(body, form.content_type, headers=_NO_CACHE)


async def _from_worker(
    context: ServiceContext, pool: AdhocPool, wanted: _Wanted, client: Client
) -> Outcome:
    """Give the answer of a worker, which ends with the client's connection.

    Raises:
        InputError: the query cannot be answered as it stands.
        LimitReached, StoreUnavailable: the store did not answer.
        ClientDisconnect: the client has left before there was an answer.
    """
    settings = context.settings
    interruption = Interruption(client.address)
    watching = asyncio.create_task(_stop_when_left(client, interruption))
    try:
        answer = await context.strangers.run(
            lambda: pool.run(
                wanted.query,
                lambda kind: wanted.representation(kind).name,
                base=wanted.base,
                default_graphs=wanted.default_graphs,
                named_graphs=wanted.named_graphs,
                bounds=Bounds(settings.sparql_max_rows, settings.sparql_max_bytes),
                interruption=interruption,
            )
        )
    except MlaGraphError:
        if interruption.stopped:
            raise ClientDisconnect from None
        raise
    finally:
        watching.cancel()
    content_type = Representation(answer.format, answer.media_type).content_type
    headers = _NO_CACHE | missing(answer.missing)
    if wanted.as_file:
        ending = _ENDINGS.get(answer.format, answer.format)
        headers["Content-Disposition"] = f'attachment; filename="answer.{ending}"'
    if answer.size is None:
        headers["Content-Type"] = content_type
        return Relayed(answer, headers, timeout=settings.send_timeout)
    if answer.truncated:
        headers["X-Truncated"] = "true"
    return Reply(answer.read(), content_type, headers=headers)


async def _stop_when_left(client: Client, interruption: Interruption) -> None:
    await until_left(client)
    interruption.stop()


async def _from_elsewhere(context: ServiceContext, served: Served, wanted: _Wanted) -> Reply:
    """Ask an endpoint elsewhere, which keeps its own limits."""
    if wanted.default_graphs or wanted.named_graphs:
        raise InvalidValue("Name the graphs in the query itself, with FROM and FROM NAMED.")
    timeout = context.settings.query_timeout

    def answered() -> Reply:
        form = wanted.representation(_KINDS.get(leading_keyword(wanted.query), "select"))
        whole = serialised(served.store.query(wanted.query, timeout=timeout), form.name)
        return Reply(whole, form.content_type, headers=_NO_CACHE)

    return await context.engine.run(answered)


async def _parameters(request: Request, settings: Settings) -> Parameters:
    """Read the parameters of the protocol (SPARQL 1.1 Protocol, section 2.1).

    Raises:
        UpdateRefused: the request carries an update.
        UnsupportedMediaType: the body is neither a form nor a query.
        InvalidValue: the form has too many parameters.
    """
    parameters = from_query_string(request)
    if request.method == "POST":
        media_type = body_type(request)
        if media_type == SPARQL_UPDATE:
            raise _no_updates()
        if media_type == SPARQL_QUERY:
            query = text(await body_of(request, settings.max_body))
            parameters.setdefault("query", []).append(query)
        elif media_type == FORM:
            form = few(await body_of(request, settings.max_body), settings.max_parameters)
            for name, values in decoded(form).items():
                parameters.setdefault(name, []).extend(values)
        else:
            raise UnsupportedMediaType(
                f"A body of type {media_type or 'unknown'} is not read here; "
                f"send {FORM} or {SPARQL_QUERY}.",
                valid=[FORM, SPARQL_QUERY],
            )
    if "update" in parameters:
        raise _no_updates()
    return parameters


def _no_updates() -> UpdateRefused:
    return UpdateRefused(
        "This is an update; only queries are answered here: SELECT, ASK, CONSTRUCT, DESCRIBE."
    )


def _likes_page(accept: str | None) -> bool:
    """Tell whether the caller is a browser: it prefers HTML to any form of the answer.

    Raises:
        NotAcceptable: it can read none of them.
    """
    return choose((*of_sparql("select"), *of_sparql("graph"), HTML), accept) is HTML


def _asked_format(parameters: Parameters) -> str | None:
    """Read ``format``; SPARQLWrapper names some formats twice, by name and by media type.

    Raises:
        InvalidValue: two formats are named.
    """
    given = parameters.get("format", [])
    names = [name for name in given if "/" not in name] or given
    return single({"format": names}, "format")
