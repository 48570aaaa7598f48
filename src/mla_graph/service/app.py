"""The application: every operation and the gate around them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final

from fastapi import FastAPI

from mla_graph.service.context import ServiceContext
from mla_graph.service.gate import Gate
from mla_graph.service.openapi import document
from mla_graph.service.process.signals import heed_signals
from mla_graph.service.routes import (
    batch,
    dossier,
    dumps,
    examples,
    explain,
    federated,
    health,
    landing,
    names,
    ontology,
    queries,
    resources,
    sparql,
    void,
)
from mla_graph.service.routes.people import (
    ask,
    compare,
    coverage,
    curate,
    edit,
    paper,
    search,
    why,
    workbench,
)

if TYPE_CHECKING:
    from fastapi.telemetry import TelemetryConfig

_ROUTES: Final = (
    landing, ask, search, compare, why, coverage, curate, paper, queries, explain, federated, batch,
    dossier, sparql, workbench, edit, examples, resources, names, ontology, void, dumps, health,
)  # fmt: skip

NO_TELEMETRY: "TelemetryConfig" = {
    "tracing": False,
    "metrics": False,
    "logs": False,
    "auto_configure": False,
}
"""FastAPI looks for exporters at every request; earlier versions do not know the setting."""


def create_app(context: ServiceContext) -> FastAPI:
    """Make the service on these resources, which its lifespan starts and closes."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        heed_signals(context)
        context.start()
        yield
        context.close()

    app = FastAPI(
        openapi_url=None, docs_url=None, redoc_url=None, lifespan=lifespan, telemetry=NO_TELEMETRY
    )
    operations = [one for module in _ROUTES for one in module.operations(context)]
    operations += document.operations(context, app, operations)
    app.router.routes += operations
    app.middleware_stack = Gate(context, operations, app.router)
    return app
