"""``/api/dossier``: the whole answer to one request for assistance, and its JSON Schema."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import partial
from typing import Any, Final
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from mla_graph.dossier import memo
from mla_graph.dossier.compose import Asked, compose, parameters, understand
from mla_graph.dossier.graph import triples
from mla_graph.dossier.model import Dossier
from mla_graph.dossier.text import text
from mla_graph.model.errors import InputError
from mla_graph.pages.address import at
from mla_graph.pages.render import render
from mla_graph.service.context import Served, ServiceContext
from mla_graph.service.display.links import local_path
from mla_graph.service.openapi.dossier import (
    JSON,
    OFFERED,
    PLAIN,
    SCHEMA,
    SCHEMA_PATH,
    schema,
)
from mla_graph.service.routes.query_page import field
from mla_graph.service.wire import caching
from mla_graph.service.wire.answer_cache import Answered
from mla_graph.service.wire.negotiation import HTML, Representation, choose
from mla_graph.service.wire.parameters import Parameters, from_query_string, only, single
from mla_graph.service.wire.problems import status_of
from mla_graph.service.wire.rdf_document import document

PATH: Final = "/api/dossier"
_WIDTH: Final = 100


def routes(context: ServiceContext) -> list[Route]:
    """The two routes."""

    async def dossier(request: Request) -> Response:
        given = from_query_string(request)
        only(given, [*(one.name for one in parameters(context.catalogue)), "format"])
        accept = request.headers.get("accept")
        wanted = choose(OFFERED, accept, single(given, "format"))
        raw = {name: texts for name, texts in given.items() if name != "format"}
        served = context.served
        known = request.headers.get("if-none-match")
        if wanted is HTML and "format" not in given:
            # A form sends its empty fields too: they count as absent.
            raw = {name: kept for name, texts in raw.items() if (kept := [t for t in texts if t])}
        try:
            found = await context.engine.run(lambda: _answer(context, served, raw, wanted, known))
        except InputError as error:
            if wanted is not HTML:
                raise
            page = partial(_form_page, context, served, raw, error)
            return await context.engine.run(page)
        if found.body is None:
            return Response(status_code=304, headers=dict(found.headers))
        headers = {**found.headers, "Content-Type": wanted.content_type}
        return Response(found.body, headers=headers)

    async def described(request: Request) -> Response:
        given = from_query_string(request)
        only(given, ["format"])
        choose((SCHEMA,), request.headers.get("accept"), single(given, "format"))
        found = await context.engine.run(lambda: schema(context.catalogue))
        return JSONResponse(found, media_type=SCHEMA.media_type, headers={"Vary": "Accept"})

    return [Route(PATH, dossier), Route(SCHEMA_PATH, described)]


def form(
    context: ServiceContext, served: Served, given: Mapping[str, Sequence[str]]
) -> list[dict[str, Any]]:
    """The fields in which a person asks for a dossier."""
    query = context.catalogue.get("essentials")
    values = {name: list(texts) for name, texts in given.items()}
    return [field(served, query, one, values) for one in parameters(context.catalogue)]


def _answer(
    context: ServiceContext,
    served: Served,
    raw: Parameters,
    wanted: Representation,
    if_none_match: str | None,
) -> Answered:
    asked = understand(context.catalogue, served.store, raw)
    headers = caching.headers(
        served.store.release_id,
        "dossier",
        *(str(value) for value in asdict(asked).values()),
        wanted.name,
        fresh=not asked.depends_on_today,
    )
    headers["Link"] = f'<{at(SCHEMA_PATH)}>; rel="describedby"; type="{SCHEMA.media_type}"'
    if caching.still_good(if_none_match, headers):
        return Answered(None, headers)
    tag = headers.get("ETag")
    found = served.answers.get(tag) if tag else None
    if found is None:
        dossier = compose(context.catalogue, served.store, asked)
        found = Answered(_written(context, served, raw, asked, dossier, wanted), headers)
        if tag:
            served.answers.put(tag, found)
    return found


def _written(
    context: ServiceContext,
    served: Served,
    raw: Parameters,
    asked: Asked,
    dossier: Dossier,
    wanted: Representation,
) -> bytes:
    if wanted is JSON:
        return json.dumps(asdict(dossier), ensure_ascii=False, separators=(",", ":")).encode()
    if wanted is PLAIN:
        return text(dossier, _WIDTH).encode()
    if wanted is not HTML:
        return document(triples(dossier, served.store), wanted.name)
    given = [(name, value) for name, values in raw.items() for value in values]
    fixed = given if "on" in raw else [*given, ("on", asked.on)]
    page = render(
        "dossier.html",
        layout="base.html",
        dossier=dossier,
        memo=memo,
        link=local_path,
        fields=form(context, served, raw),
        formats=[
            (one.name, f"{at(PATH)}?{urlencode([*fixed, ('format', one.name)])}")
            for one in OFFERED
            if one is not HTML
        ],
    )
    return page.encode()


def _form_page(
    context: ServiceContext, served: Served, raw: Parameters, problem: InputError
) -> Response:
    """The form alone, with what is wrong with the values in it, if there are any."""
    page = render("dossier_form.html", fields=form(context, served, raw),
                  problem=problem if raw else None)  # fmt: skip
    return HTMLResponse(
        page, status_code=status_of(problem) if raw else 200, headers={"Vary": "Accept"}
    )
