"""Whole responses, kept as they were sent, for requests that ask the same in the same way."""

from collections.abc import MutableMapping
from dataclasses import dataclass
from typing import Any, Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mla_graph.service.bounded_cache import BoundedCache
from mla_graph.service.context import Served, ServiceContext

MOST_BYTES: Final = 32 << 20
LARGEST: Final = 1 << 20
PER_ENTRY: Final = 1024
"""Bytes that an entry takes beside its body, roughly."""

_MARK: Final = "mla_graph.lasting"
_VARIES: Final = (b"accept", b"accept-encoding", b"origin")
_BYPASS: Final = frozenset(
    (b"if-none-match", b"if-modified-since", b"if-match", b"if-unmodified-since", b"range")
)
_ROUTED: Final = ("endpoint", "path_params")
"""What the router found out, which the layers further out want to know."""

_Key = tuple[str, ...] | tuple[Any, ...]


@dataclass(frozen=True)
class _Recorded:
    start: Message
    body: Message
    routed: dict[str, Any]
    truncated: bool


_Kept = BoundedCache[_Key, _Recorded]


def lasting(scope: MutableMapping[str, Any], served: Served) -> None:
    """Say that the answer to this request stays the same as long as this graph is served.

    It may depend on the address and on the headers that it names in Vary, on nothing else.
    """
    scope[_MARK] = served


class Replay:
    """Stands outside of what packs and marks the answers: a hit costs none of it again."""

    def __init__(self, app: ASGIApp, context: ServiceContext) -> None:
        self._app = app
        self._context = context

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer from what is kept, or pass the request on and keep its answer if it is lasting."""
        key = _key(scope)
        if key is None:
            await self._app(scope, receive, send)
            return
        recorded = _kept(self._context.served).get(key)
        if recorded is not None:
            scope.update(recorded.routed)
            self._context.metrics.kept(True)
            if recorded.truncated:
                self._context.metrics.truncated()
            await send({**recorded.start, "headers": list(recorded.start["headers"])})
            await send(recorded.body)
            return
        messages: list[Message] = []

        async def noted(message: Message) -> None:
            if message["type"] == "http.response.start":
                messages.append({**message, "headers": list(message["headers"])})
            elif len(messages) < 3:
                messages.append(message)
            await send(message)

        await self._app(scope, receive, noted)
        served = scope.get(_MARK)
        if served is not None and _whole(messages):
            start, body = messages
            size = len(body.get("body", b"")) + len(scope["query_string"]) + PER_ENTRY
            _kept(served).put(key, _recorded(scope, start, body), size)


def _kept(served: Served) -> _Kept:
    return served.once(Replay, lambda: _Kept(MOST_BYTES, LARGEST))


def _key(scope: Scope) -> _Key | None:
    """All that the answer may depend on, or None for a request that is never answered from here."""
    if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
        return None
    varies: dict[bytes, bytes] = {}
    for name, value in scope["headers"]:
        if name in _BYPASS:
            return None
        if name in _VARIES:
            varies[name] = varies[name] + b"," + value if name in varies else value
    return (
        scope["method"],
        scope.get("root_path", ""),
        scope["path"],
        scope["query_string"],
        *(varies.get(name) for name in _VARIES),
    )


def _whole(messages: list[Message]) -> bool:
    """Whether it is a 200 in one piece that depends on no other header of the request."""
    if len(messages) != 2 or messages[0]["status"] != 200 or messages[1].get("more_body"):
        return False
    named = {
        part.strip().lower()
        for name, value in messages[0]["headers"]
        if name.lower() == b"vary"
        for part in value.split(b",")
    }
    return named <= set(_VARIES)


def _recorded(scope: Scope, start: Message, body: Message) -> _Recorded:
    cut = any(name.lower() == b"x-truncated" and v == b"true" for name, v in start["headers"])
    return _Recorded(start, body, {name: scope[name] for name in _ROUTED if name in scope}, cut)
