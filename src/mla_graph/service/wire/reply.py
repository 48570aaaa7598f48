"""Replies of routes, the headers that every response gets, and the cache of answers."""

import hashlib
import json
import re
import threading
from collections.abc import Callable, Hashable, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final, NamedTuple
from urllib.parse import quote

from cachetools import LRUCache
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette_compress import CompressMiddleware, add_compress_type

from mla_graph import __version__
from mla_graph.model.about import DATA_LICENCE_URL
from mla_graph.pages.address import ROOT, at
from mla_graph.pages.language import Spoken
from mla_graph.service.wire.formats import HTML, MOST_READ, TURTLE, Offered, Representation

FRESH_SECONDS: Final = 300
_DAY_SECONDS: Final = 86_400

MOST_BYTES: Final = 32 << 20
LARGEST: Final = 2 << 20
"""Bytes of all kept answers, and of one: a larger one would drive out too many."""
_PER_ENTRY: Final = 1024
"""Bytes that an entry takes beside its body and its key, roughly."""

CODINGS: Final = ("zstd", "br", "gzip")
"""Content codings in the order in which they are preferred where the caller has no preference."""
MINIMUM_SIZE: Final = 1024
"""Bytes from which a body is compressed."""
_CODED_TAG: Final = re.compile(rf'-(?:{"|".join(CODINGS)})"')

CONTENT_SECURITY_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_ALWAYS: Final = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "cross-origin",
}
_PAGES: Final = {
    "content-security-policy": CONTENT_SECURITY_POLICY,
    "cross-origin-opener-policy": "same-origin",
    "x-frame-options": "DENY",
}

_JSON: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_MOST_MISSING: Final = 2000
_UNPRINTABLE: Final = re.compile(r"[^ -~]")

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


class Made(NamedTuple):
    """A body, and the headers that depend on it; ``truncated``: rows were left out."""

    body: bytes
    headers: Mapping[str, str] = MappingProxyType({})
    truncated: bool = False


class Reply(NamedTuple):
    """What a route answers: a body or how to make it, and the headers that are its own.

    A body that is a function is called only if neither the caller's copy nor a kept one is good;
    ``pace`` names the calls that take about as long, see ``Pace``. ``more`` gives headers that
    depend on the body and on the address. ``lasting``: for as long as the graph stays the same,
    the answer depends on path, query string, representation and coding alone.
    """

    body: bytes | Callable[[], Made]
    content_type: str = ""
    status: int = 200
    headers: Mapping[str, str] = MappingProxyType({})
    lasting: bool = False
    pace: Hashable = None
    more: Callable[[Made], Mapping[str, str]] | None = None


Outcome = Reply | Response
"""A reply, or a Starlette response that sends itself: a file or a stream."""


class Finished(NamedTuple):
    """A whole response without the headers that differ from request to request."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes
    truncated: bool = False


class Kept:
    """The cache of bodies by their tag and of responses by all that they depend on.

    Entries count by the bytes of key, headers and body; the one unused for longest goes first.
    Safe to share between threads.
    """

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        """Keep up to so many bytes."""
        self._entries: LRUCache[str | tuple[str, ...], tuple[int, Any]] = LRUCache(
            most_bytes, getsizeof=lambda entry: entry[0]
        )
        self._lock = threading.Lock()

    def get(self, key: str | tuple[str, ...]) -> Any:
        """Give what is kept under the key, or None."""
        with self._lock:
            try:
                return self._entries[key][1]
            except KeyError:
                return None

    def put(self, key: str | tuple[str, ...] | None, value: object, body: bytes) -> None:
        """Keep a value with this body, unless it is too large or has no key."""
        if not key:
            return
        size = _PER_ENTRY + len(body) + (len(key) if isinstance(key, str) else sum(map(len, key)))
        if isinstance(value, Finished):
            size += sum(len(name) + len(text) for name, text in value.headers)
        if size <= LARGEST:
            with self._lock:
                self._entries[key] = (size, value)


def caching(
    release_id: str | None, *parts: str, fresh: bool = True, now: datetime | None = None
) -> dict[str, str]:
    """Give the caching headers of an answer that depends on these parts alone.

    The tag is strong (RFC 9110, section 8.8.3): where it is the same, every byte is. A content
    coding adds its name to it. Without a release id nothing shows whether the graph changed: no
    tag. ``fresh`` False: the answer depends on the day, so the day is in the tag, and no copy
    outlives midnight UTC. ``now`` is the time it is, for tests.
    """
    common = {"Vary": "Accept", "Cache-Control": "no-cache"}
    if release_id is None:
        return common
    seconds = FRESH_SECONDS
    if not fresh:
        now = now or datetime.now(UTC)
        seconds = min(seconds, seconds_to_midnight(now))
        parts = (*parts, now.date().isoformat())
    digest = hashlib.sha256("\0".join((__version__, ROOT.get(), release_id, *parts)).encode())
    return common | {
        "ETag": f'"{digest.hexdigest()[:32]}"',
        "Cache-Control": f"public, max-age={seconds}",
    }


def seconds_to_midnight(now: datetime) -> int:
    """Count whole seconds from a time in UTC until 00:00 UTC."""
    return _DAY_SECONDS - now.hour * 3600 - now.minute * 60 - now.second - 1


def still_good(if_none_match: str | None, tag: str | None, coding: str = "") -> str | None:
    """Give the tag of the caller's copy if If-None-Match names this one, in any coding.

    The comparison is weak (RFC 9110, section 13.1.2). Of several copies the one in this coding
    counts.
    """
    if not if_none_match or not tag:
        return None
    known = [copy.strip().removeprefix("W/") for copy in if_none_match[:MOST_READ].split(",")]
    same = [copy for copy in known if _CODED_TAG.sub('"', copy) == tag]
    if not same:
        return tag if "*" in known else None
    best = _coded(tag, coding)
    return best if best in same else same[0]


def _coded(tag: str, coding: str) -> str:
    return f'{tag[:-1]}-{coding}"' if coding else tag


@lru_cache(maxsize=256)
def _chosen(accept_encoding: str) -> str:
    wanted = codings(accept_encoding)
    rest = wanted.get("*", 0.0)
    best = max(CODINGS, key=lambda coding: wanted.get(coding, rest))
    quality = wanted.get(best, rest)
    return best if quality > 0 and quality >= wanted.get("identity", 0.0) else ""


def chosen(accept_encoding: str) -> str:
    """Choose the content coding for an Accept-Encoding; empty for none (RFC 9110, 12.5.3)."""
    return _chosen(accept_encoding[:MOST_READ])


def codings(accept_encoding: str) -> dict[str, float]:
    """Read each coding with its quality; a quality that is no number counts as none.

    Only the first ``MOST_READ`` characters are read.
    """
    found = {}
    for part in accept_encoding[:MOST_READ].lower().split(","):
        coding, _, parameters = part.partition(";")
        quality = 1.0
        name, _, value = parameters.partition("=")
        if name.strip() == "q":
            try:
                quality = float(value)
            except ValueError:
                quality = 0.0
        if coding.strip():
            found[coding.strip().replace("x-gzip", "gzip")] = quality
    return found


def compressing(app: ASGIApp, coding: str) -> ASGIApp:
    """Wrap what sends a response, so that its body is sent in the coding."""
    compress = CompressMiddleware(app, minimum_size=MINIMUM_SIZE)

    async def packed(scope: Scope, receive: Receive, send: Send) -> None:
        rest = [pair for pair in scope["headers"] if pair[0] != b"accept-encoding"]
        asking = (b"accept-encoding", coding.encode())
        await compress({**scope, "headers": [*rest, asking]}, receive, send)

    return packed if coding else app


def as_json(document: object) -> bytes:
    """Write a document as JSON in UTF-8."""
    return _JSON.encode(document).encode()


async def coded(body: bytes, content_type: str, coding: str) -> bytes | None:
    """Compress a body; None if its type is not worth it."""
    sent: list[Message] = []

    async def whole(scope: Scope, receive: Receive, send: Send) -> None:
        headers = [(b"content-type", content_type.encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def collect(message: Message) -> None:
        sent.append(message)

    async def nothing() -> Message:
        raise AssertionError("there is no request body")

    await compressing(whole, coding)({"type": "http", "headers": []}, nothing, collect)
    packed: bytes = sent[1]["body"]
    return None if packed is body else packed


def in_language(headers: dict[str, str], spoken: Spoken) -> None:
    """Add the headers of a page in a language, which has a tag of its own."""
    vary = headers.get("vary")
    headers["vary"] = f"{vary}, Accept-Language" if vary else "Accept-Language"
    headers["content-language"] = spoken.language
    if tag := headers.get("etag"):
        headers["etag"] = _coded(tag, spoken.key)


def encoded(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    """Write headers as ASGI has them."""
    return [(k.encode("latin-1"), v.encode("latin-1")) for k, v in headers.items()]


def finish(status: int, headers: dict[str, str], coding: str) -> None:
    """Add the headers that every response gets; names are in lower case.

    Browsers are told what protects the people who look at our answers; a body in the coding gets
    a tag of its own (``"abc-br"``).
    """
    vary = headers.get("vary", "")
    for name in ("Accept-Encoding", "Origin")[status not in (200, 304) :]:
        if name.lower() not in vary.lower():
            vary = f"{vary}, {name}" if vary else name
    headers["vary"] = vary
    tag = headers.get("etag", "")
    if status == 200 and coding and tag[:1] == '"' and headers.get("content-encoding") == coding:
        headers["etag"] = _coded(tag, coding)
    protection = _ALWAYS
    if headers.get("content-type", "").startswith("text/html"):
        protection = _ALWAYS | _PAGES
    for name, value in protection.items():
        headers.setdefault(name, value)


def linked(path: str, iri: str, offered: Offered, sent: Representation) -> dict[str, str]:
    """Give Link (RFC 8288) and Content-Location of the form that is sent.

    ``path`` is the address of the resource on this service, ``iri`` its name, which stays the same
    wherever the service runs. The relations: ``alternate`` to every other form, ``describedby``
    from a page to its Turtle and to the description of the data set, ``canonical``, ``license``.
    """
    links = [
        _link(f"{path}?format={other.name}", "alternate", other.media_type)
        for other in offered
        if other is not sent
    ]
    if sent is HTML:
        links.append(_link(f"{path}?format={TURTLE.name}", "describedby", TURTLE.media_type))
    links.append(_link(at("/.well-known/void"), "describedby", TURTLE.media_type))
    links.append(_link(quote(iri, safe="/:@!$&'()*+,;=~-._%#"), "canonical"))
    links.append(_link(DATA_LICENCE_URL, "license"))
    return {"Link": ", ".join(links), "Content-Location": f"{path}?format={sent.name}"}


def _link(address: str, relation: str, media_type: str = "") -> str:
    kind = f'; type="{media_type}"' if media_type else ""
    return f'<{address}>; rel="{relation}"{kind}'


def missing(sentences: Sequence[str]) -> dict[str, str]:
    """Give ``X-Missing``: what other endpoints should have given to an answer; none if nothing."""
    if not sentences:
        return {}
    return {"X-Missing": _UNPRINTABLE.sub("?", " ".join(sentences))[:_MOST_MISSING]}
