"""Request bodies beyond the limit are refused before they fill the memory."""

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mla_graph.model.errors import BodyTooLarge


class BodyLimit:
    """Counts the bytes of a request body, whatever its Content-Length claims.

    Reading past the limit raises BodyTooLarge inside the endpoint that reads; if the
    Content-Length is above it, at once.
    """

    def __init__(self, app: ASGIApp, limit: int) -> None:
        self._app = app
        self._limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with a counting ``receive``."""
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD"):
            await self._app(scope, receive, send)
            return
        claimed = Headers(scope=scope).get("content-length", "")
        seen = int(claimed) if claimed.isdecimal() and int(claimed) > self._limit else 0

        async def counted() -> Message:
            nonlocal seen
            if seen <= self._limit:
                message = await receive()
                seen += len(message.get("body", b""))
            if seen > self._limit:
                raise BodyTooLarge(
                    f"The request body is larger than {self._limit} bytes, the most that is read.",
                    limit=self._limit,
                )
            return message

        await self._app(scope, counted, send)
