"""The place at which the service is published: host of its own, or a path below one."""

from urllib.parse import quote, urlsplit

from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from mla_graph.pages.address import publish_under


class Published:
    """Brings every request into the form of the public address that the setting names.

    A proxy may cut the path prefix off or pass it on. Headers such as X-Forwarded-Prefix are not
    read: anybody can send them, and kept pages hold addresses.
    """

    def __init__(self, app: ASGIApp, base_url: str) -> None:
        parts = urlsplit(base_url)
        self._app = app
        self._scheme = parts.scheme
        self._root = parts.path.rstrip("/")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with its path below the root (ASGI: ``root_path``)."""
        if scope["type"] != "http" or not self._scheme:
            await self._app(scope, receive, send)
            return
        scope["scheme"] = self._scheme
        root, path = self._root, scope["path"]
        if root and path == root:
            query = scope["query_string"].decode("latin-1")
            address = quote(f"{root}/") + (f"?{query}" if query else "")
            await RedirectResponse(address, 308)(scope, receive, send)
            return
        if root:
            publish_under(root)
            scope["root_path"] = root
            scope["path"] = path if path.startswith(f"{root}/") else root + path
        await self._app(scope, receive, send)
