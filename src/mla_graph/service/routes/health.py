"""``/health/live``, ``/health/ready`` and ``/metrics``, for those who run the service."""

import logging
from typing import Final

from starlette.requests import Request

from mla_graph import __version__
from mla_graph.model.errors import MlaGraphError
from mla_graph.service.context import ServiceContext
from mla_graph.service.telemetry.metrics import CONTENT_TYPE
from mla_graph.service.wire.formats import JSON
from mla_graph.service.wire.operations import OBJECT, TEXT, Described, Operation
from mla_graph.service.wire.problems import RETRY_AFTER_SECONDS
from mla_graph.service.wire.reply import Outcome, Reply, as_json
from mla_graph.store.interface import PROBE

_log = logging.getLogger(__name__)
_NO_STORE = {"Cache-Control": "no-store"}

_STATE: Final = {JSON.media_type: OBJECT}
_TAGS: Final = ("operation",)
_LIVE: Final = Described("live", "Is the process running", _TAGS, schemas=_STATE)
_READY: Final = Described(
    "ready", "Do the store and the workers for ad-hoc queries answer", _TAGS, (503,), schemas=_STATE
)
_METRICS: Final = Described(
    "metrics", "Counters for Prometheus", _TAGS, schemas={CONTENT_TYPE: TEXT}
)


def operations(context: ServiceContext) -> list[Operation]:
    """Give the three operations."""

    async def live(request: Request) -> Outcome:
        return _state({"status": "live", "version": __version__})

    async def ready(request: Request) -> Outcome:
        if context.leaving:
            return _unready("stopping")
        store = context.served.store
        try:
            await context.engine.run(lambda: store.ask(PROBE))
        except MlaGraphError as error:
            _log.warning("not ready: %s", error.detail)
            return _unready("unavailable")
        if context.fault:
            _log.warning("not ready: %s", context.fault)
            return _unready("unavailable")
        return _state({"status": "ready", "release": store.release_id})

    async def metrics(request: Request) -> Outcome:
        return Reply(context.metrics.text(), CONTENT_TYPE, headers=_NO_STORE)

    return [
        Operation("/health/live", live, described=_LIVE),
        Operation("/health/ready", ready, described=_READY),
        Operation("/metrics", metrics, described=_METRICS),
    ]


def _state(members: dict[str, str | None]) -> Reply:
    return Reply(as_json(members), JSON.content_type, headers=_NO_STORE)


def _unready(status: str) -> Reply:
    headers = _NO_STORE | {"Retry-After": str(RETRY_AFTER_SECONDS)}
    return Reply(as_json({"status": status}), JSON.content_type, 503, headers)
