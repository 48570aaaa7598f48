"""What every response gets: security headers, its request's name, a count and a line in the log."""

import logging
import time
from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final
from urllib.parse import quote

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mla_graph.model.settings import Settings
from mla_graph.service import request_id
from mla_graph.service.logs import FIELDS
from mla_graph.service.metrics import Metrics
from mla_graph.service.problems import internal_failure

_log = logging.getLogger(__name__)
_requests = logging.getLogger("mla_graph.requests")

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
DOCUMENTATION_POLICY = CONTENT_SECURITY_POLICY.replace(
    "style-src 'self'", "style-src 'self' 'unsafe-inline'"
)
"""Swagger UI sets style attributes as it runs."""

ONE_YEAR: Final = 31_536_000
_SAVED_QUERIES: Final = "/api/queries/"

Pairs = list[tuple[bytes, bytes]]

_REQUEST_ID: Final = request_id.HEADER.lower().encode()
_ALWAYS: Final[Pairs] = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"cross-origin"),
]
_PAGES: Final[Pairs] = [
    (b"content-security-policy", CONTENT_SECURITY_POLICY.encode()),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"x-frame-options", b"DENY"),
]
_HSTS: Final = (b"strict-transport-security", b"max-age=%d" % ONE_YEAR)


class Edge:
    """The outermost layer around the application."""

    def __init__(
        self,
        app: ASGIApp,
        metrics: Metrics,
        settings: Settings,
        paths: Mapping[Any, str],
        queries: Collection[str],
    ) -> None:
        """Wrap the application.

        ``paths`` has the path template of each endpoint, ``queries`` the names of the saved
        queries.
        """
        self._app = app
        self._metrics = metrics
        self._log_client = settings.log_client
        self._https = (settings.base_url or "").startswith("https:")
        self._paths = paths
        self._queries = queries

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, then count and log it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        name = request_id.begin(_given_name(scope["headers"]))
        status, sent = 0, 0

        async def finished(message: Message) -> None:
            nonlocal status, sent
            if message["type"] == "http.response.start":
                status = message["status"]
                self._complete(message["headers"], scope, name)
            else:
                sent += len(message.get("body", b""))
            await send(message)

        try:
            await self._app(scope, receive, finished)
        finally:
            self._note(scope, status, sent, time.perf_counter() - started)

    def _complete(self, headers: Pairs, scope: Scope, name: str) -> None:
        """Add what the answer lacks; names are in lower case, as ASGI has them."""
        headers.append((_REQUEST_ID, name.encode()))
        present = dict(headers)
        headers += [pair for pair in _ALWAYS if pair[0] not in present]
        if present.get(b"content-type", b"").startswith(b"text/html"):
            headers += [pair for pair in _PAGES if pair[0] not in present]
        if self._https or scope["scheme"] == "https":
            headers.append(_HSTS)

    def _note(self, scope: Scope, status: int, sent: int, seconds: float) -> None:
        route = self._paths.get(scope.get("endpoint"), "other")
        self._metrics.request(route, scope["method"], status, seconds)
        if 200 <= status < 400 and (query := self._saved_query(scope)):
            self._metrics.saved_query(query, seconds)
        if not _requests.isEnabledFor(logging.INFO):
            return
        path = quote(scope["path"], safe="/:@!$&'()*+,;=~")
        fields = {
            "method": scope["method"],
            "path": path,
            "route": route,
            "status": status,
            "bytes": sent,
            "milliseconds": round(seconds * 1000, 3),
        }
        if self._log_client and scope.get("client"):
            fields["client"] = scope["client"][0]
        _requests.info(
            "%s %s %d %.1f ms", fields["method"], path, status, seconds * 1000,
            extra={FIELDS: fields},
        )  # fmt: skip
        _requests.debug("query string %r", scope["query_string"])

    def _saved_query(self, scope: Scope) -> str | None:
        path = str(scope["path"]).removeprefix(scope.get("root_path", ""))
        if not path.startswith(_SAVED_QUERIES):
            return None
        name = path.removeprefix(_SAVED_QUERIES).partition(".")[0]
        return name if name in self._queries else None


def _given_name(headers: Iterable[tuple[bytes, bytes]]) -> str | None:
    return next((value.decode("latin-1") for key, value in headers if key == _REQUEST_ID), None)


class LastResort:
    """A fault that nothing else caught is a 500 problem and a log entry, without its inside."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        begun = False

        async def noticed(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._app(scope, receive, noticed)
        except ClientDisconnect:
            return  # in the middle of its request, so that nobody waits for an answer
        except Exception:
            if scope["type"] != "http":
                raise
            _log.exception("%s %s failed", scope["method"], scope["path"])
            if begun:  # the server breaks the answer off, as it is not complete
                raise
            await internal_failure(scope["path"])(scope, receive, send)
