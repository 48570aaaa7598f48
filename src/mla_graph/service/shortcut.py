"""Saved queries go past the router, whose work costs more than that of a short query."""

from collections.abc import Callable, Iterable
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from mla_graph.model.errors import MlaGraphError
from mla_graph.saved_queries.catalogue import FEDERATED

PATH: Final = "/api/queries/{name}"
_PREFIX: Final = PATH.removesuffix("{name}")


class Shortcut:
    """Calls the endpoint of the route as the router would; all other requests pass on to it."""

    def __init__(
        self,
        app: ASGIApp,
        routes: Iterable[Route],
        report: Callable[[Request, MlaGraphError], Response],
    ) -> None:
        """Wrap the application; one of its routes is that of the saved queries.

        ``report`` makes the answer to a request that cannot be answered.
        """
        self._app = app
        self._report = report
        route = next(route for route in routes if route.path == PATH)
        self._endpoint = route.endpoint
        self._methods = route.methods or ()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request for a saved query, or pass it on."""
        name = _name(scope)
        if name is None or scope["method"] not in self._methods:
            await self._app(scope, receive, send)
            return
        scope["path_params"] = {"name": name}
        scope["endpoint"] = self._endpoint
        request = Request(scope, receive)
        try:
            response = await self._endpoint(request)
        except MlaGraphError as error:
            response = self._report(request, error)
        await response(scope, receive, send)


def _name(scope: Scope) -> str | None:
    """The query's name; None for another path, or below a root path, which the router knows."""
    if scope["type"] != "http" or scope.get("root_path"):
        return None
    path: str = scope["path"]
    name = path.removeprefix(_PREFIX)
    if name == FEDERATED:  # the list of other queries
        return None
    return name if len(name) < len(path) and name and "/" not in name else None
