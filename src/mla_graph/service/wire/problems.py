"""Every error as an RFC 9457 problem document; the one table of HTTP statuses."""

import json
import logging
from collections.abc import Callable
from typing import Any, ClassVar
from urllib.parse import quote

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

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
from mla_graph.pages.address import at
from mla_graph.pages.render import render
from mla_graph.service.telemetry import request_id
from mla_graph.service.wire.negotiation import NotAcceptable, wants_page

MEDIA_TYPE = "application/problem+json"
TYPE_BASE = "https://w3id.org/mla-graph/problems/"
RETRY_AFTER_SECONDS = 5

_log = logging.getLogger(__name__)


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
    UpdateRefused: 403,
    NotAllowedHere: 403,
    InputError: 400,
    TooManyRequests: 429,
    StoreUnavailable: 503,
    LimitReached: 503,
    MlaGraphError: 500,
}


def status_of(error: MlaGraphError) -> int:
    """The HTTP status of an error: that of the nearest class in the table."""
    return next(_STATUS[cls] for cls in type(error).__mro__ if cls in _STATUS)


def document(error: MlaGraphError, instance: str) -> dict[str, Any]:
    """The members of the problem document (RFC 9457, section 3); ``instance`` is the path asked."""
    return {
        "type": TYPE_BASE + error.code,
        "title": error.title,
        "status": status_of(error),
        "detail": error.detail,
        "instance": quote(instance, safe="/:@!$&'()*+,;=~"),
        "requestId": request_id.current(),
    } | {key: value for key, value in error.extensions.items() if value is not None}


def respond(request: Request, error: MlaGraphError) -> Response:
    """The problem document; a browser reading a page gets the same text as a page."""
    status = status_of(error)
    headers = {"Cache-Control": "no-store", "Vary": "Accept"}
    if status in (429, 503):
        headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    members = document(error, request.url.path)
    if request.method in ("GET", "HEAD") and wants_page(request.headers.get("accept")):
        page = render("problem.html", problem=members, nearest=error.extensions.get("nearest", []))
        return HTMLResponse(page, status_code=status, headers=headers)
    return _written(members, headers)


def reporter(limit_met: Callable[[str], None]) -> Callable[[Request, MlaGraphError], Response]:
    """Makes the problem document, and logs what the service or the store is at fault for.

    ``limit_met`` is told the name of each limit that a request met.
    """

    def report(request: Request, error: MlaGraphError) -> Response:
        if isinstance(error, LimitReached):
            limit_met(str(error.extensions.get("limit", "busy")))
        if status_of(error) >= 500:
            _log.warning("%s: %s", error.code, error.title)
        return respond(request, error)

    return report


def internal_failure(path: str) -> Response:
    """What the caller gets when the service itself is at fault; no page, which may be the fault."""
    error = InternalFailure("The service could not answer. The fault has been logged; try again.")
    return _written(document(error, path), {"Cache-Control": "no-store"})


def _written(members: dict[str, Any], headers: dict[str, str]) -> Response:
    body = json.dumps(members, ensure_ascii=False, default=str).encode("utf-8", "replace")
    return Response(body, status_code=members["status"], headers=headers, media_type=MEDIA_TYPE)


def install(app: FastAPI, limit_met: Callable[[str], None]) -> None:
    """Make every error of the application a problem document; ``limit_met`` is told each limit."""
    report = reporter(limit_met)

    async def ours(request: Request, error: Exception) -> Response:
        assert isinstance(error, MlaGraphError)
        return report(request, error)

    async def http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        if error.status_code == 405:
            allowed = (error.headers or {}).get("Allow", "GET, HEAD")
            if request.method == "OPTIONS":
                return Response(status_code=204, headers={"Allow": f"{allowed}, OPTIONS"})
            response = respond(
                request,
                MethodNotAllowed(
                    f"{request.method} is not allowed here; allowed: {allowed}, OPTIONS."
                ),
            )
            response.headers["Allow"] = f"{allowed}, OPTIONS"
            return response
        if error.status_code == 404:
            return respond(
                request,
                NothingHere(f"There is nothing at this address; the start page is {at('/')}."),
            )
        return respond(request, MalformedRequest(str(error.detail)))

    async def validation(request: Request, error: Exception) -> Response:
        return respond(request, MalformedRequest("A parameter or the body has the wrong form."))

    app.add_exception_handler(MlaGraphError, ours)
    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(RequestValidationError, validation)
