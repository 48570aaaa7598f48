"""Answers that the server gives itself, before the application sees a request (RFC 9457)."""

import json
import os
from collections.abc import Iterable
from http import HTTPStatus
from typing import Final

from mla_graph.service.telemetry import request_id
from mla_graph.service.wire.problems import MEDIA_TYPE, RETRY_AFTER_SECONDS, TYPE_BASE

_HEADERS: Final = (
    (b"content-type", MEDIA_TYPE.encode()),
    (b"cache-control", b"no-store"),
    (b"access-control-allow-origin", b"*"),
    (b"x-content-type-options", b"nosniff"),
    (b"connection", b"close"),
)


class Refusal(Exception):
    """A request or connection that the server does not take; the connection ends with it."""

    def __init__(self, status: int, code: str, title: str, detail: str) -> None:
        """Describe it in the members of a problem document."""
        super().__init__(detail)
        self.status = HTTPStatus(status)
        self.name = os.urandom(8).hex()
        self.members = {
            "type": TYPE_BASE + code,
            "title": title,
            "status": status,
            "detail": detail,
            "instance": "",  # a relative reference: the address of the request
            "requestId": self.name,
        }

    def response(self, default_headers: Iterable[tuple[bytes, bytes]]) -> bytes:
        """Write the whole response."""
        body = json.dumps(self.members).encode()
        headers = [*default_headers, *_HEADERS, (b"content-length", str(len(body)).encode())]
        headers.append((request_id.HEADER.lower().encode(), self.name.encode()))
        if self.status == HTTPStatus.SERVICE_UNAVAILABLE:
            headers.append((b"retry-after", str(RETRY_AFTER_SECONDS).encode()))
        lines = b"".join(name + b": " + value + b"\r\n" for name, value in headers)
        start = f"HTTP/1.1 {self.status.value} {self.status.phrase}\r\n".encode()
        return start + lines + b"\r\n" + body


def malformed(detail: str = "The request is not valid HTTP/1.1.") -> Refusal:
    """Refuse what breaks the rules of HTTP."""
    return Refusal(400, "malformed-request", "The request cannot be read", detail)


def late(part: str, seconds: float) -> Refusal:
    """Refuse a request of which a part did not arrive in time."""
    detail = f"The {part} of the request did not arrive within {seconds:g} seconds."
    return Refusal(408, "request-timeout", "The request took too long", detail)


def body_too_large(limit: int) -> Refusal:
    """Refuse a body that the application did not refuse."""
    detail = f"The request body is larger than {limit} bytes, the most that is read."
    return Refusal(413, "body-too-large", "The request is too large", detail)


def address_too_long(limit: int) -> Refusal:
    """Refuse a long request line."""
    detail = f"The address is longer than {limit} bytes; send the parameters with POST."
    return Refusal(414, "address-too-long", "The address is too long", detail)


def head_too_large(detail: str) -> Refusal:
    """Refuse headers, trailers or chunk extensions."""
    return Refusal(431, "headers-too-large", "The headers are too large", detail)


def too_many_connections(detail: str) -> Refusal:
    """Refuse a connection beyond the limit."""
    return Refusal(503, "limit-reached", "A limit was reached", detail)
