"""The application: every route and what stands around them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from mla_graph.pages.render import STATIC
from mla_graph.service.context import ServiceContext
from mla_graph.service.edge import Edge, LastResort
from mla_graph.service.openapi import document as openapi
from mla_graph.service.process.signals import heed_signals
from mla_graph.service.publishing import Published
from mla_graph.service.replay import Replay
from mla_graph.service.routes import batch, dumps, health, landing, resources
from mla_graph.service.routes import dossier as dossier_routes
from mla_graph.service.routes import examples as sparql_examples
from mla_graph.service.routes import federated as federated_routes
from mla_graph.service.routes import ontology as vocabulary
from mla_graph.service.routes import queries as saved_query_routes
from mla_graph.service.routes import sparql as sparql_endpoint
from mla_graph.service.routes import void as dataset
from mla_graph.service.security_headers import SecurityHeaders
from mla_graph.service.shortcut import Shortcut
from mla_graph.service.wire import problems
from mla_graph.service.wire.body_limit import BodyLimit
from mla_graph.service.wire.coding import ContentCoding

if TYPE_CHECKING:
    from fastapi.telemetry import TelemetryConfig

EXPOSED_HEADERS = (
    "Content-Location", "ETag", "Link", "Retry-After", "X-Missing", "X-Request-ID",
    "X-Truncated",
)  # fmt: skip

NO_TELEMETRY: "TelemetryConfig" = {
    "tracing": False,
    "metrics": False,
    "logs": False,
    "auto_configure": False,
}
"""FastAPI looks for exporters at every request; earlier versions do not know the setting."""


def create_app(context: ServiceContext) -> FastAPI:
    """The service on these resources, which its lifespan starts and closes."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        heed_signals(context)
        context.start()
        yield
        context.close()

    app = FastAPI(
        openapi_url=None, docs_url=None, redoc_url=None, lifespan=lifespan, telemetry=NO_TELEMETRY
    )
    modules = (
        federated_routes, saved_query_routes, batch, dossier_routes, sparql_endpoint,
        sparql_examples, resources, vocabulary, dataset, dumps, landing, health,
    )  # fmt: skip
    routes = [route for module in modules for route in module.routes(context)]
    routes += openapi.routes(context, app)
    app.router.routes += [
        *routes,
        Mount("/static/swagger", StaticFiles(directory=_swagger_files())),
        Mount("/static", StaticFiles(directory=STATIC)),
    ]
    problems.install(app, context.metrics.stopped)
    app.add_middleware(Shortcut, routes=routes, report=problems.reporter(context.metrics.stopped))
    app.add_middleware(BodyLimit, limit=context.settings.max_body)
    app.add_middleware(ContentCoding)
    app.add_middleware(LastResort)
    app.add_middleware(
        CORSMiddleware,
        allow_origins=["*"],
        allow_methods=["GET", "HEAD", "POST", "OPTIONS"],
        allow_headers=["*"],
        expose_headers=list(EXPOSED_HEADERS),
    )
    # Around what FastAPI adds itself, which the answers at hand need not pass.
    base_url = context.settings.base_url
    replay = Replay(SecurityHeaders(app.build_middleware_stack(), base_url), context)
    edge = Edge(
        replay,
        replay.at_hand,
        metrics=context.metrics,
        settings=context.settings,
        paths={route.endpoint: route.path for route in routes},
        queries=context.catalogue.names,
    )
    app.middleware_stack = Published(edge, base_url) if base_url else edge
    return app


def _swagger_files() -> Path:
    """The Swagger UI that fastapi-offline carries, found without importing the package."""
    spec = find_spec("fastapi_offline")
    assert spec is not None and spec.submodule_search_locations
    return Path(spec.submodule_search_locations[0]) / "static"
