"""``/health/live``, ``/health/ready`` and ``/metrics``, for those who run the service."""

import logging

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from mla_graph import __version__
from mla_graph.model.errors import MlaGraphError
from mla_graph.service.context import ServiceContext
from mla_graph.service.telemetry.metrics import CONTENT_TYPE
from mla_graph.service.wire.problems import RETRY_AFTER_SECONDS

_log = logging.getLogger(__name__)
_NO_STORE = {"Cache-Control": "no-store"}


def routes(context: ServiceContext) -> list[Route]:
    """The three routes."""

    async def live(request: Request) -> Response:
        return JSONResponse({"status": "live", "version": __version__}, headers=_NO_STORE)

    async def ready(request: Request) -> Response:
        if context.leaving:
            return _unready("stopping")
        store = context.served.store
        try:
            await context.engine.run(lambda: store.query("ASK {}"))
        except MlaGraphError as error:
            _log.warning("not ready: %s", error.detail)
            return _unready("unavailable")
        return JSONResponse(
            {"status": "ready", "release": store.release_id},
            headers=_NO_STORE,
        )

    async def metrics(request: Request) -> Response:
        return Response(context.metrics.text(), headers=_NO_STORE | {"Content-Type": CONTENT_TYPE})

    return [
        Route("/health/live", live),
        Route("/health/ready", ready),
        Route("/metrics", metrics),
    ]


def _unready(status: str) -> Response:
    headers = _NO_STORE | {"Retry-After": str(RETRY_AFTER_SECONDS)}
    return JSONResponse({"status": status}, status_code=503, headers=headers)
