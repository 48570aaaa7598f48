"""What every response gets: its request's name, a count and a line in the log."""

import logging
import time
from collections.abc import Callable, Collection, Iterable, Mapping
from functools import lru_cache
from typing import Any, Final
from urllib.parse import quote

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mla_graph.model.settings import Settings
from mla_graph.service.direct import Made
from mla_graph.service.telemetry import request_id
from mla_graph.service.telemetry.logs import RequestRecord
from mla_graph.service.telemetry.metrics import Metrics
from mla_graph.service.wire.problems import internal_failure

_log = logging.getLogger(__name__)
_requests = logging.getLogger("mla_graph.requests")

_REQUEST_ID: Final = request_id.HEADER.lower().encode()
_SAVED_QUERIES: Final = "/api/queries/"


class Edge:
    """The outermost layer around the application; what is at hand goes no further."""

    def __init__(
        self,
        app: ASGIApp,
        at_hand: Callable[[Scope], Made | None],
        metrics: Metrics,
        settings: Settings,
        paths: Mapping[Any, str],
        queries: Collection[str],
    ) -> None:
        """Wrap the application.

        ``at_hand`` gives whole answers that need no application. ``paths`` has the path template
        of each endpoint, ``queries`` the names of the saved queries.
        """
        self._app = app
        self._at_hand = at_hand
        self._metrics = metrics
        self._log_client = settings.log_client
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
                message["headers"].append((_REQUEST_ID, name.encode()))
            else:
                sent += len(message.get("body", b""))
            await send(message)

        try:
            made = self._at_hand(scope)
            if made is None:
                await self._app(scope, receive, finished)
            else:
                status, sent = 200, len(made.body["body"])
                headers = [*made.start["headers"], (_REQUEST_ID, name.encode())]
                await send({**made.start, "headers": headers})
                await send(made.body)
        finally:
            self._note(scope, status, sent, time.perf_counter() - started)

    def _note(self, scope: Scope, status: int, sent: int, seconds: float) -> None:
        route = self._paths.get(scope.get("endpoint"), "other")
        self._metrics.request(route, scope["method"], status, seconds)
        if 200 <= status < 400 and (query := self._saved_query(scope)):
            self._metrics.saved_query(query, seconds)
        if not _requests.isEnabledFor(logging.INFO):
            return
        path = _shown(scope["path"])
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
        message = f"{scope['method']} {path} {status} {seconds * 1000:.1f} ms"
        _requests.handle(RequestRecord(_requests.name, message, fields))
        _requests.debug("query string %r", scope["query_string"])

    def _saved_query(self, scope: Scope) -> str | None:
        path = str(scope["path"]).removeprefix(scope.get("root_path", ""))
        if not path.startswith(_SAVED_QUERIES):
            return None
        name = path.removeprefix(_SAVED_QUERIES).partition(".")[0]
        return name if name in self._queries else None


def _given_name(headers: Iterable[tuple[bytes, bytes]]) -> str | None:
    for key, value in headers:
        if key == _REQUEST_ID:
            return value.decode("latin-1")
    return None


@lru_cache(maxsize=256)
def _shown(path: str) -> str:
    """The path as one word of printable characters."""
    return quote(path, safe="/:@!$&'()*+,;=~")


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
