"""Whole responses, kept as they were sent, for requests that ask the same in the same way."""

from collections.abc import MutableMapping
from typing import Any, Final, NamedTuple

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mla_graph.service.context import Served, ServiceContext
from mla_graph.service.direct import Asking, Direct, Made
from mla_graph.service.wire.bounded_cache import BoundedCache

MOST_BYTES: Final = 32 << 20
LARGEST: Final = 1 << 20
PER_ENTRY: Final = 1024
"""Bytes that an entry takes beside its body, roughly."""

_MARK: Final = "mla_graph.lasting"
_VARIES: Final = frozenset((b"accept", b"accept-encoding", b"origin"))
_BYPASS: Final = frozenset(
    (b"if-none-match", b"if-modified-since", b"if-match", b"if-unmodified-since", b"range")
)
_ROUTED: Final = ("endpoint", "path_params")
"""What the router found out, which the layers further out want to know."""


class _Key(NamedTuple):
    """All that an answer may depend on."""

    method: str
    root: str
    path: str
    query: bytes
    asking: Asking


_Kept = BoundedCache[_Key, Made]


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
        self._direct = Direct(context.settings.max_rows)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and keep what serves for others of its kind."""
        key = _key(scope)
        if key is None:
            await self._app(scope, receive, send)
            return
        messages: list[Message] = []

        async def noted(message: Message) -> None:
            if message["type"] == "http.response.start":
                messages.append({**message, "headers": list(message["headers"])})
            elif len(messages) < 3:
                messages.append(message)
            await send(message)

        await self._app(scope, receive, noted)
        if not _whole(messages):
            return
        start, body = messages
        routed = {name: scope[name] for name in _ROUTED if name in scope}
        if (served := scope.get(_MARK)) is not None:
            _keep(served, key, Made(start, body, routed, _cut(start), lasting=True))
        if scope["method"] == "GET":
            self._direct.learn(scope, key.asking, start, routed)

    def at_hand(self, scope: Scope) -> Made | None:
        """The answer, if it was kept or is made in no time."""
        key = _key(scope)
        if key is None:
            return None
        served = self._context.served
        made = _kept(served).get(key)
        if made is not None:
            self._context.metrics.kept(True)
        elif key.method == "GET":
            made = self._direct.answer(scope, key.asking, served)
            if made is None:
                return None
            if made.lasting:
                _keep(served, key, made)
        else:
            return None
        scope.update(made.routed)
        if made.truncated:
            self._context.metrics.truncated()
        return made


def _keep(served: Served, key: _Key, made: Made) -> None:
    size = len(made.body.get("body", b"")) + len(key.query) + PER_ENTRY
    _kept(served).put(key, made, size)


def _kept(served: Served) -> _Kept:
    return served.once(Replay, lambda: _Kept(MOST_BYTES, LARGEST))


def _key(scope: Scope) -> _Key | None:
    """All that the answer may depend on, or None for a request that is never answered from here."""
    if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
        return None
    accept = coding = origin = None
    for name, value in scope["headers"]:
        if name in _BYPASS:
            return None
        if name == b"accept":
            accept = value if accept is None else accept + b"," + value
        elif name == b"accept-encoding":
            coding = value if coding is None else coding + b"," + value
        elif name == b"origin":
            origin = value if origin is None else origin + b"," + value
    asking = (scope["scheme"], accept, coding, origin)
    root = scope.get("root_path", "")
    return _Key(scope["method"], root, scope["path"], scope["query_string"], asking)


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
    return named <= _VARIES


def _cut(start: Message) -> bool:
    return any(name == b"x-truncated" and value == b"true" for name, value in start["headers"])
