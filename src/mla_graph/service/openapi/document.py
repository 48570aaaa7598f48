"""The API description (OpenAPI 3.1) and its page, made from the operations."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from starlette.requests import Request

from mla_graph import __version__
from mla_graph.model.about import DATA_LICENCE, DATA_LICENCE_URL, ISSUES_URL, NOTICE
from mla_graph.pages.render import render
from mla_graph.service.context import ServiceContext
from mla_graph.service.openapi.page import operations_shown
from mla_graph.service.wire import problems
from mla_graph.service.wire.formats import HTML, JSON
from mla_graph.service.wire.operations import TEXT, Operation, Schema, ref
from mla_graph.service.wire.parameters import (
    from_query_string,
    only,
    single,
    without_empty,
)
from mla_graph.service.wire.reply import Made, Outcome, Reply, as_json

_SCHEMAS: Final = Path(__file__).with_name("schemas.json")

NOTES: Final = (
    "Every saved query is an operation under /api/queries/; /sparql takes any other question.",
    "POST takes the same parameters as GET, as a form or as JSON.",
    "Formats: the Accept header, format, or the ending of the address of a saved query"
    " (/api/queries/states.csv). rows is plain JSON, json SPARQL results JSON.",
    "Errors are RFC 9457 problems. A value that is not in the graph is a 400 that names the nearest"
    " valid ones.",
    "Answers carry an ETag that changes with release, query and parameters.",
)
_LIST: Final = "".join(f"* {note}\n" for note in NOTES)
DESCRIPTION: Final = f"""
Mutual legal assistance in criminal matters as a graph: legal bases, conditions, authorities,
languages, time limits and formalities of a measure in a state, each fact with its source.

**{NOTICE}**

{_LIST}"""
_LONGEST: Final = 200
"""Characters of what is looked for on the page."""


def operations(
    context: ServiceContext, app: FastAPI, described: Sequence[Operation]
) -> list[Operation]:
    """Give ``/openapi.json`` and ``/docs``; ``app.openapi()`` gives the same document."""

    def document() -> dict[str, Any]:
        return _document(context, described)

    app.openapi = document  # type: ignore[method-assign]

    async def description(request: Request) -> Outcome:
        return Reply(
            lambda: Made(as_json(document())),
            JSON.content_type,
            headers={"Cache-Control": "no-cache"},
            lasting=True,
        )

    async def docs(request: Request) -> Outcome:
        given = without_empty(from_query_string(request))
        only(given, ("q", "lang"))
        words, base = (single(given, "q") or "")[:_LONGEST], context.base_address(request)

        def page() -> Made:
            shown = operations_shown(document(), base, words)
            return Made(render("docs.html", shown=shown, words=words, notes=NOTES).encode())

        return Reply(page, HTML.content_type, headers={"Cache-Control": "no-cache"})

    return [Operation("/openapi.json", description), Operation("/docs", docs)]


def _document(context: ServiceContext, operations: Sequence[Operation]) -> dict[str, Any]:
    schemas: dict[str, Schema] = json.loads(_SCHEMAS.read_text("utf-8"))
    for one in operations:
        schemas |= one.describe()
    document = get_openapi(
        title="mla-graph",
        version=__version__,
        summary="Mutual legal assistance in criminal matters, as a graph that answers.",
        description=DESCRIPTION,
        contact={"name": "Report an error", "url": ISSUES_URL},
        license_info={"name": f"Data: {DATA_LICENCE}", "url": DATA_LICENCE_URL},
        routes=operations,
        servers=[{"url": context.settings.base_url}] if context.settings.base_url else None,
    )
    return document | {"components": {"schemas": schemas, "responses": _responses()}}


def _responses() -> dict[str, Schema]:
    """Describe the problem documents."""
    content = {
        problems.MEDIA_TYPE: {"schema": ref("schemas", "Problem")},
        HTML.media_type: {"schema": TEXT},
    }
    retry = {"headers": {"Retry-After": {"schema": TEXT}}}
    return {
        name: {"description": meaning, "content": content} | (retry if status in (429, 503) else {})
        for status, (name, meaning) in problems.PROBLEMS.items()
    }
