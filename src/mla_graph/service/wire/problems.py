"""Problem documents (RFC 9457) and the table of HTTP statuses."""

import json
from collections.abc import Mapping
from typing import Any, ClassVar, Final
from urllib.parse import quote

from mla_graph.model.errors import (
    AnswerTooLarge,
    BodyTooLarge,
    InputError,
    LimitReached,
    MlaGraphError,
    StoreUnavailable,
    UnknownQuery,
    UnknownResource,
    UpdateRefused,
)
from mla_graph.model.namespaces import HOME
from mla_graph.pages.render import render
from mla_graph.service.telemetry import request_id
from mla_graph.service.wire.formats import HTML, NotAcceptable
from mla_graph.service.wire.reply import Reply

MEDIA_TYPE = "application/problem+json"
TYPE_BASE = f"{HOME}problems/"
RETRY_AFTER_SECONDS = 5
_LONGEST: Final = 2000
"""Characters of a text in a problem document."""


class UnsupportedMediaType(InputError):
    """The request body has a media type that is not read here."""

    code: ClassVar[str] = "unsupported-media-type"
    title: ClassVar[str] = "The request body has an unsupported media type"


class MalformedRequest(InputError):
    """The request's encoding is broken: not UTF-8, NUL, bad percent-encoding, invalid JSON."""

    code: ClassVar[str] = "malformed-request"
    title: ClassVar[str] = "The request cannot be read"


class NothingHere(InputError):
    """The service has no such path."""

    code: ClassVar[str] = "not-found"
    title: ClassVar[str] = "Nothing here"


class MethodNotAllowed(InputError):
    """The path exists and does not take the method."""

    code: ClassVar[str] = "method-not-allowed"
    title: ClassVar[str] = "The method is not allowed here"

    def __init__(self, method: str, allowed: str) -> None:
        """Refuse the method; ``allowed`` is the value of the Allow header."""
        super().__init__(f"{method} is not allowed here; allowed: {allowed}.")
        self.allowed = allowed


class RangeNotSatisfiable(InputError):
    """The range of bytes that is wanted lies beyond the end of the file."""

    code: ClassVar[str] = "range-not-satisfiable"
    title: ClassVar[str] = "The file is shorter than the range that is wanted"

    def __init__(self, size: int) -> None:
        """Refuse the range of a file of ``size`` bytes (RFC 9110, section 15.5.17)."""
        super().__init__(f"The file has {size} bytes; a range begins below that.", bytes=size)
        self.size = size


class NotAllowedHere(InputError):
    """The operator of the service does not allow what the request would need."""

    code: ClassVar[str] = "not-allowed-here"
    title: ClassVar[str] = "This service does not do that"


class TooManyRequests(LimitReached):
    """One client has too many ad-hoc queries at the same time."""

    code: ClassVar[str] = "too-many-requests"
    title: ClassVar[str] = "Too many requests at the same time"


class InternalFailure(MlaGraphError):
    """A fault of the service itself; says nothing of its inside."""

    code: ClassVar[str] = "internal-error"
    title: ClassVar[str] = "The service failed"


_STATUS: dict[type[MlaGraphError], int] = {
    UnknownQuery: 404,
    UnknownResource: 404,
    NothingHere: 404,
    MethodNotAllowed: 405,
    NotAcceptable: 406,
    BodyTooLarge: 413,
    AnswerTooLarge: 413,
    UnsupportedMediaType: 415,
    RangeNotSatisfiable: 416,
    UpdateRefused: 403,
    NotAllowedHere: 403,
    InputError: 400,
    TooManyRequests: 429,
    StoreUnavailable: 503,
    LimitReached: 503,
    MlaGraphError: 500,
}


PROBLEMS: Final[dict[int, tuple[str, str]]] = {
    400: ("BadRequest", "The request cannot be read, or a parameter is unknown, missing, or has "
          "a value that is malformed or not in the graph (see `nearest`)."),
    403: ("Refused", "An update was sent; the service answers queries only."),
    404: ("NotFound", "There is no such query, resource or file (see `nearest`)."),
    406: ("NotAcceptable", "No representation fits the Accept header."),
    413: ("TooLarge", "The request body is larger than the service reads."),
    415: ("UnsupportedMediaType", "The request body has a media type that is not read here."),
    416: ("RangeNotSatisfiable", "The range of bytes lies beyond the end of the file."),
    429: ("TooManyRequests", "The client has too many ad-hoc queries at a time; see Retry-After."),
    503: ("Unavailable", "A limit was reached or the store does not answer; see Retry-After."),
}  # fmt: skip
"""The problem documents by status, for the API description: name and meaning."""


def status_of(error: MlaGraphError) -> int:
    """Give the HTTP status of the nearest class in the table."""
    return next(_STATUS[cls] for cls in type(error).__mro__ if cls in _STATUS)


def document(error: MlaGraphError, instance: str) -> dict[str, Any]:
    """Give the members of the document (RFC 9457, section 3); ``instance`` is the path."""
    return {
        "type": TYPE_BASE + error.code,
        "title": error.title,
        "status": status_of(error),
        "detail": _shortened(error.detail),
        "instance": quote(instance, safe="/:@!$&'()*+,;=~"),
        "requestId": request_id.CURRENT.get(),
    } | {key: _shortened(value) for key, value in error.extensions.items() if value is not None}


def _shortened(value: Any) -> Any:
    """Cut a text that repeats much of what was sent; give any other value as it is."""
    long = isinstance(value, str) and len(value) > _LONGEST
    return f"{value[: _LONGEST - 1]}…" if long else value


def types() -> dict[str, type[MlaGraphError]]:
    """Give the types of problems by code; of types that share a code, the most general."""
    found: dict[str, type[MlaGraphError]] = {}
    waiting: list[type[MlaGraphError]] = [MlaGraphError]
    for one in waiting:
        found.setdefault(one.code, one)
        waiting += one.__subclasses__()
    return found


def reply(error: MlaGraphError, path: str, *, page: bool = False) -> Reply:
    """Answer with the problem document, or with the same text as a page for a browser."""
    members = document(error, path)
    common = {"Cache-Control": "no-store", "Vary": "Accept"}
    if members["status"] in (429, 503):
        common["Retry-After"] = str(RETRY_AFTER_SECONDS)
    if isinstance(error, MethodNotAllowed):
        common["Allow"] = error.allowed
    if isinstance(error, RangeNotSatisfiable):
        common["Content-Range"] = f"bytes */{error.size}"
    if page:
        text = render("problem.html", problem=members, nearest=error.extensions.get("nearest", []))
        return Reply(text.encode(), HTML.content_type, members["status"], common)
    common["Content-Language"] = "en"
    return Reply(written(members), MEDIA_TYPE, members["status"], common)


def internal_failure(path: str) -> Reply:
    """Answer when the service is at fault; never with a page, which may be the fault."""
    error = InternalFailure("The service could not answer. The fault has been logged; try again.")
    members = document(error, path)
    return Reply(written(members), MEDIA_TYPE, members["status"], {"Cache-Control": "no-store"})


def written(members: Mapping[str, Any]) -> bytes:
    """Write a problem document as JSON."""
    return json.dumps(members, ensure_ascii=False, default=str).encode("utf-8", "replace")
