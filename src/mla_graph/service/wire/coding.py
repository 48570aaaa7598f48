"""Content coding (RFC 9110, section 8.4): zstd, br or gzip, each body with a tag of its own."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette_compress import CompressMiddleware, add_compress_type

from mla_graph.service.wire.answer_cache import AnswerCache, Answered

CODINGS: Final = ("zstd", "br", "gzip")
"""In the order in which they are preferred where the caller has no preference."""

MINIMUM_SIZE: Final = 1024
KEPT_BYTES: Final = 8 << 20

_ASKED: Final = "mla_graph.accept_encoding"
_ASKING: Final = (b"accept-encoding", b"if-none-match")
_CODED_TAG: Final = re.compile(rf'-(?:{"|".join(CODINGS)})"')

for _media_type in (
    "application/n-quads",
    "application/n-triples",
    "application/openmetrics-text",
    "application/problem+json",
    "application/schema+json",
    "application/sparql-results+json",
    "application/sparql-results+xml",
    "application/trig",
    "text/csv",
    "text/tab-separated-values",
    "text/turtle",
):
    add_compress_type(_media_type)


class ContentCoding:
    """Compresses bodies, and keeps those that have a tag so that each is compressed once.

    The tag of a coded body is that of the plain one with the coding behind it (``"abc-br"``);
    If-None-Match may name either.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._kept = AnswerCache(KEPT_BYTES)
        self._compressing = CompressMiddleware(
            self._without_coding_again, minimum_size=MINIMUM_SIZE
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with the one coding that the caller likes best."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if not any(name in _ASKING for name, _ in scope["headers"]):
            await self._app(scope, receive, _varying(send))
            return
        headers = MutableHeaders(scope=scope)
        coding = chosen(",".join(headers.getlist("accept-encoding")))
        copies = ",".join(headers.getlist("if-none-match"))
        if copies:
            headers["if-none-match"] = _CODED_TAG.sub('"', copies)
        if coding:
            scope[_ASKED] = headers["accept-encoding"]
            headers["accept-encoding"] = coding
        key = ""

        async def tagged(message: Message) -> None:
            nonlocal key
            if message["type"] == "http.response.start" and message["status"] in (200, 304):
                key = _retag(message, scope, coding, copies)
            elif key and not message.get("more_body"):
                self._kept.put(key, Answered(message.get("body", b""), {}))
            else:
                key = ""
            await send(message)

        await (self._compressing if coding else self._app)(scope, receive, tagged)

    async def _without_coding_again(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The application, with the coded body in place of the plain one if it is kept.

        It sees what the caller accepts, as it may have packed files of its own to send.
        """
        headers = MutableHeaders(scope=scope)
        coding = headers["accept-encoding"]
        headers["accept-encoding"] = scope[_ASKED]
        body: bytes | None = None

        async def exchanged(message: Message) -> None:
            nonlocal body
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                tag = headers.get("etag")
                known = self._kept.get(_key(scope, tag, coding)) if tag else None
                if known and known.body and message["status"] == 200:
                    body = known.body
                    headers["Content-Encoding"] = coding
                    headers["Content-Length"] = str(len(body))
            elif body is not None:
                message = {**message, "body": b"" if message.get("more_body") else body}
            await send(message)

        await self._app(scope, receive, exchanged)


def _varying(send: Send) -> Send:
    """Send a plain body, which others may get in a coding."""

    async def varied(message: Message) -> None:
        if message["type"] == "http.response.start" and message["status"] in (200, 304):
            _vary(MutableHeaders(scope=message))
        await send(message)

    return varied


def _vary(headers: MutableHeaders) -> None:
    if "accept-encoding" not in headers.get("vary", "").lower():
        headers.add_vary_header("Accept-Encoding")


def _retag(message: Message, scope: Scope, coding: str | None, copies: str) -> str:
    """Make Vary and ETag of the answer those of its coding; gives the key if it is coded."""
    headers = MutableHeaders(scope=message)
    _vary(headers)
    tag = headers.get("etag", "")
    if not tag.startswith('"'):
        return ""
    coded = f'{tag[:-1]}-{coding}"'
    if message["status"] == 304:
        # The tag of the copy that the caller has, which this answer makes fresh again.
        known = [copy.strip().removeprefix("W/") for copy in copies.split(",")]
        same = [copy for copy in known if _CODED_TAG.sub('"', copy) == tag]
        if same:
            headers["ETag"] = coded if coded in same else same[0]
    elif coding and headers.get("content-encoding") == coding:
        headers["ETag"] = coded
        return _key(scope, tag, coding)
    return ""


def _key(scope: Scope, tag: str, coding: str) -> str:
    return f"{scope['path']} {tag} {coding}"


@lru_cache(maxsize=256)
def chosen(accept_encoding: str) -> str | None:
    """The coding to send for an Accept-Encoding; None for the plain body."""
    wanted = dict(_qualities(accept_encoding))
    rest = wanted.get("*", 0.0)
    best = max(CODINGS, key=lambda coding: wanted.get(coding, rest))
    quality = wanted.get(best, rest)
    return best if quality > 0 and quality >= wanted.get("identity", 0.0) else None


def _qualities(accept_encoding: str) -> Iterator[tuple[str, float]]:
    """Each coding with its quality; a quality that is no number counts as none."""
    for part in accept_encoding.lower().split(","):
        coding, _, parameters = part.partition(";")
        quality = 1.0
        name, _, value = parameters.partition("=")
        if name.strip() == "q":
            try:
                quality = float(value)
            except ValueError:
                quality = 0.0
        if coding.strip():
            yield coding.strip().replace("x-gzip", "gzip"), quality
