"""The one way in and out: every request is routed, answered, finished, counted and logged here."""

import logging
import re
import time
from collections.abc import Collection, Iterable, Mapping
from typing import Final
from urllib.parse import quote, urlsplit

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Router
from starlette.types import Receive, Scope, Send

from mla_graph.model.errors import LimitReached, MlaGraphError
from mla_graph.pages.address import at, publish_under
from mla_graph.pages.language import spoken
from mla_graph.service.context import FOLLOWS_HOST, Served, ServiceContext
from mla_graph.service.exchange import CORS, Exchange
from mla_graph.service.telemetry.logs import log_request
from mla_graph.service.wire import problems
from mla_graph.service.wire.formats import HTML, NotAcceptable, choose, wants_page
from mla_graph.service.wire.operations import Operation
from mla_graph.service.wire.parameters import few
from mla_graph.service.wire.problems import MethodNotAllowed, NothingHere
from mla_graph.service.wire.reply import (
    MINIMUM_SIZE,
    Finished,
    Made,
    Outcome,
    Reply,
    coded,
    encoded,
    finish,
    in_language,
    still_good,
)

_log = logging.getLogger(__name__)

_PAGE: Final = ("", HTML.name)  # empty where there is only one representation
_NO_BODY: Final = ("content-type", "content-length", "content-encoding", "accept-ranges")


class Gate:
    """The ASGI application around the path operations."""

    def __init__(
        self, context: ServiceContext, operations: Iterable[Operation], lifespan: Router
    ) -> None:
        """Answer with these operations; ``lifespan`` takes what is no request."""
        self._context = context
        self._lifespan = lifespan
        self._queries: Collection[str] = context.catalogue.names
        published = urlsplit(context.settings.base_url or "")
        self._scheme, self._root = published.scheme, published.path.rstrip("/")
        self._saved_queries = f"{self._root}/api/queries/"
        self._exact: dict[str, dict[str, Operation]] = {}
        self._patterns: dict[re.Pattern[str], dict[str, Operation]] = {}
        for one in operations:
            if one.param_convertors:
                self._patterns.setdefault(one.path_regex, {})[one.method] = one
            else:
                self._exact.setdefault(one.path, {})[one.method] = one

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, then count and log it."""
        if scope["type"] != "http":
            await self._lifespan(scope, receive, send)
            return
        started = time.perf_counter()
        moved = self._publish(scope)
        exchange = Exchange(self._context.served, scope, receive, send)
        try:
            exchange.route(self._methods(scope))
            response = moved or self._kept(exchange) or await self._response(exchange)
            await exchange.answer(response)
        except ClientDisconnect:
            pass  # in the middle of its request, so that nobody waits for an answer
        except Exception:
            _log.exception("%s %s failed", scope["method"], scope["path"])
            if exchange.status:  # the server breaks the answer off, as it is not complete
                raise
            failure = problems.internal_failure(scope["path"])
            await exchange.answer(await self._finished(exchange, failure))
        finally:
            self._note(exchange, time.perf_counter() - started)

    def _publish(self, scope: Scope) -> Response | None:
        """Bring the request into the form of the public address that the setting names.

        A proxy may cut the path prefix off or pass it on. Headers such as X-Forwarded-Prefix are
        not read: anybody can send them, and kept pages hold addresses.
        """
        if not self._scheme:
            return None
        scope["scheme"] = self._scheme
        root, path = self._root, scope["path"]
        if not root:
            return None
        publish_under(root)
        if path == root:
            query = scope["query_string"].decode("latin-1")
            return RedirectResponse(quote(f"{root}/") + (f"?{query}" if query else ""), 308)
        scope["root_path"] = root
        scope["path"] = path if path.startswith(f"{root}/") else root + path
        return None

    def _methods(self, scope: Scope) -> Mapping[str, Operation]:
        """Give the operations of the path by method, and note the parameters in the path."""
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        if path in self._exact:
            return self._exact[path]
        for pattern, methods in self._patterns.items():
            if match := pattern.match(path):
                scope["path_params"] = match.groupdict()
                return methods
        return {}

    def _kept(self, exchange: Exchange) -> Finished | None:
        """Give the kept response; note under which key that of this request may be kept."""
        operation, scope = exchange.operation, exchange.scope
        if operation is None or not exchange.may_be_kept:
            return None
        form = ""
        if operation.offered:
            try:
                form = choose(operation.offered, exchange.accept).name
            except NotAcceptable:
                return None
        query = scope["query_string"].decode("latin-1")
        if form in _PAGE or "format=html" in query:
            form += f" {spoken().key}"
        exchange.key = (scope["path"], query, form, exchange.coding)
        found: Finished | None = exchange.served.kept.get(exchange.key)
        if found is not None:
            self._context.metrics.hits.inc()
            if found.truncated:
                self._context.metrics.truncated()
        return found

    async def _response(self, exchange: Exchange) -> Finished | Response:
        """Answer the request, or say what is wrong with it."""
        try:
            if exchange.operation is None:
                outcome = self._without_operation(exchange.scope)
            else:
                few(exchange.scope["query_string"], self._context.settings.max_parameters)
                request = Request(exchange.scope, exchange.receive)
                outcome = await exchange.operation.endpoint(request)
            response = await self._finished(exchange, outcome)
        except MlaGraphError as error:
            return await self._finished(exchange, self._problem(exchange, error))
        if isinstance(response, Finished):
            if response.truncated:
                self._context.metrics.truncated()
            if isinstance(outcome, Reply) and outcome.lasting and response.status == 200:
                exchange.served.kept.put(exchange.key, response, response.body)
        return response

    def _without_operation(self, scope: Scope) -> Outcome:
        """Answer OPTIONS, or lead to the same address with a slash at its end or without.

        Raises:
            NothingHere, MethodNotAllowed: the address or the method does not exist.
        """
        path, method = scope["path"], scope["method"]
        headers = Headers(scope=scope)
        if method == "OPTIONS" and {"origin", "access-control-request-method"} <= {*headers}:
            return CORS.preflight_response(headers)
        if methods := self._methods(scope):
            more = [one for one in methods if one != "GET"]
            allowed = ", ".join([*("GET", "HEAD")[: 2 * ("GET" in methods)], *more, "OPTIONS"])
            if method != "OPTIONS":
                raise MethodNotAllowed(method, allowed)
            return Reply(b"", status=204, headers={"Allow": allowed})
        other = {**scope, "path": path[:-1] if path.endswith("/") else f"{path}/"}
        if path == "/" or not self._methods(other):
            raise NothingHere(f"There is nothing at this address; the start page is {at('/')}.")
        query = scope["query_string"].decode("latin-1")
        return RedirectResponse(quote(other["path"]) + (f"?{query}" if query else ""), 307)

    def _problem(self, exchange: Exchange, error: MlaGraphError) -> Reply:
        """Make the problem document; log what the service or the store is at fault for."""
        if isinstance(error, LimitReached):
            self._context.metrics.stopped(str(error.extensions.get("limit", "busy")))
        if problems.status_of(error) >= 500:
            _log.warning("%s: %s", error.code, error.title)
        scope = exchange.scope
        page = scope["method"] in ("GET", "HEAD") and wants_page(exchange.accept)
        return problems.reply(error, scope["path"], page=page)

    async def _finished(self, exchange: Exchange, outcome: Outcome) -> Finished | Response:
        """Make the body unless a copy is good, and all headers but those of the request.

        Raises:
            MlaGraphError: the body cannot be made.
        """
        headers = _headers(exchange.scope, outcome)
        reading = exchange.scope["method"] in ("GET", "HEAD")
        tag = headers.get("etag")
        if reading and (copy := still_good(exchange.copies, tag, exchange.coding)):
            left = {name: value for name, value in headers.items() if name not in _NO_BODY}
            left["etag"] = copy
            finish(304, left, "")
            return Finished(304, encoded(left), b"")
        if isinstance(outcome, Response):
            return outcome
        made = await self._made(exchange.served, outcome, tag)
        headers |= {name.lower(): value for name, value in made.headers.items()}
        if outcome.more:
            headers |= outcome.more(made)
        if outcome.content_type:
            headers["content-type"] = outcome.content_type
        body = made.body
        if exchange.coding and len(body) >= MINIMUM_SIZE:
            key = (tag or "", exchange.coding)
            packed: bytes | None = exchange.served.kept.get(key) if tag else None
            if packed is None:
                packed = await coded(body, outcome.content_type, exchange.coding)
            if packed is not None:
                body, headers["content-encoding"] = packed, exchange.coding
                exchange.served.kept.put(key if tag else None, packed, packed)
        if outcome.status != 204:
            headers["content-length"] = str(len(body))
        finish(outcome.status, headers, exchange.coding)
        return Finished(outcome.status, encoded(headers), body, made.truncated)

    async def _made(self, served: Served, reply: Reply, tag: str | None) -> Made:
        """Give the body with its headers, from those that are kept if it is there."""
        if isinstance(reply.body, bytes):
            return Made(reply.body)
        made = self._context.kept(served, tag)
        if made is None:
            made = await self._context.ask(served, reply.body, reply.pace)
            served.kept.put(tag, made, made.body)
        return made

    def _note(self, exchange: Exchange, seconds: float) -> None:
        """Count and log the request."""
        scope = exchange.scope
        self._context.metrics.request(exchange.label, scope["method"], exchange.status, seconds)
        if 200 <= exchange.status < 400 and scope["path"].startswith(self._saved_queries):
            name = scope["path"].removeprefix(self._saved_queries).partition(".")[0]
            if name in self._queries:
                self._context.metrics.saved_query(name, seconds)
        client = scope.get("client") if self._context.settings.log_client else None
        shown = client[0] if client else None
        log_request(scope, exchange.label, exchange.status, exchange.sent, seconds, shown)


def _headers(scope: Scope, outcome: Outcome) -> dict[str, str]:
    """Give the headers of the outcome by their names in small letters."""
    headers = {name.lower(): value for name, value in outcome.headers.items()}
    if scope.get(FOLLOWS_HOST) and "cache-control" in headers:
        # Whoever sends a false Host must not have others get it from a shared cache.
        headers["cache-control"] = headers["cache-control"].replace("public", "private")
    if isinstance(outcome, Reply) and outcome.content_type == HTML.content_type:
        in_language(headers, spoken())
    return headers
