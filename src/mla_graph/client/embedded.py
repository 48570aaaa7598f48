"""The service inside this process: the same answers, limits and errors, without a network."""

import logging
from collections.abc import Callable

import httpx

from mla_graph.model.settings import Settings
from mla_graph.service.app import create_app
from mla_graph.service.serve import open_context

_log = logging.getLogger(__name__)


def open_embedded(store: str | None) -> tuple[httpx.AsyncBaseTransport, Callable[[], None]]:
    """Open the graph; return what carries requests to it, and what closes it.

    Raises:
        StoreUnavailable, UnreadableInput, InvalidRelease: it cannot be opened or built.
    """
    context = open_context(store, False, Settings.from_environ(), _log.info)
    return httpx.ASGITransport(create_app(context), raise_app_exceptions=False), context.close
