"""Headers by which browsers protect the people who look at our answers."""

from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
DOCUMENTATION_POLICY = CONTENT_SECURITY_POLICY.replace(
    "style-src 'self'", "style-src 'self' 'unsafe-inline'"
)
"""Swagger UI sets style attributes as it runs."""

ONE_YEAR: Final = 31_536_000

Pairs = list[tuple[bytes, bytes]]

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


class SecurityHeaders:
    """Adds to every answer those that it lacks."""

    def __init__(self, app: ASGIApp, base_url: str | None) -> None:
        """Wrap the application; ``base_url`` is the address at which it is published."""
        self._app = app
        self._https = (base_url or "").startswith("https:")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""

        async def completed(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._complete(message["headers"], scope)
            await send(message)

        await self._app(scope, receive, completed if scope["type"] == "http" else send)

    def _complete(self, headers: Pairs, scope: Scope) -> None:
        """Add what is missing; names are in lower case, as ASGI has them."""
        present = dict(headers)
        headers += [pair for pair in _ALWAYS if pair[0] not in present]
        if present.get(b"content-type", b"").startswith(b"text/html"):
            headers += [pair for pair in _PAGES if pair[0] not in present]
        if self._https or scope["scheme"] == "https":
            headers.append(_HSTS)
