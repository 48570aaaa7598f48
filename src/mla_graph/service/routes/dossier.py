"""``/api/dossier``: the whole answer to one request for assistance, and its JSON Schema."""

from dataclasses import asdict
from functools import cache
from typing import Final
from urllib.parse import urlencode

from pydantic import TypeAdapter
from starlette.requests import Request

from mla_graph.dossier.compose import STATEMENTS, Asked, compose, parameters, understand
from mla_graph.dossier.graph import triples
from mla_graph.dossier.model import Answer, Dossier
from mla_graph.dossier.text import text
from mla_graph.model.errors import InputError
from mla_graph.model.namespaces import MLAD
from mla_graph.pages.address import at
from mla_graph.pages.dossier import in_language, page
from mla_graph.pages.language import spoken
from mla_graph.pages.paper import available
from mla_graph.pages.render import render
from mla_graph.saved_queries.catalogue import Catalogue
from mla_graph.service.context import Served, ServiceContext
from mla_graph.service.display import dossier_fields, labels, local_path
from mla_graph.service.openapi.queries import column_schema, parameter_schema
from mla_graph.service.wire.formats import (
    HTML,
    JSON,
    JSON_LD,
    N_TRIPLES,
    PLAIN,
    TURTLE,
    Representation,
    document,
)
from mla_graph.service.wire.operations import OBJECT, TEXT, Described, Operation, Schema, ref
from mla_graph.service.wire.parameters import (
    Parameters,
    chosen,
    from_query_string,
    only,
    single,
    wanted,
    without_empty,
)
from mla_graph.service.wire.problems import document as document_of_problem
from mla_graph.service.wire.problems import status_of
from mla_graph.service.wire.reply import Made, Outcome, Reply, as_json, caching

PATH: Final = "/api/dossier"
_WIDTH: Final = 100
_RELEASE: Final = "release"
_SHORT: Final = 12
"""Digits of the name of a release in an address."""

OFFERED: Final = (JSON, HTML, PLAIN, TURTLE, JSON_LD, N_TRIPLES)
SCHEMA_PATH: Final = "/api/dossier/schema"
SCHEMA: Final = Representation("json", "application/schema+json", ("application/json",))
_DATES: Final = ("on", "reviewedDate", "retrievedDate")

_SCHEMA_DESCRIBED: Final = Described(
    "dossierSchema",
    "The JSON Schema of a dossier",
    ("dossier",),
    (400, 406),
    answer="The schema.",
    schemas={SCHEMA.media_type: OBJECT},
)


def operations(context: ServiceContext) -> list[Operation]:
    """Give the dossier and its schema."""

    async def dossier(request: Request) -> Outcome:
        given = from_query_string(request)
        form = chosen(request, OFFERED, given)
        own = ("format", _RELEASE) if form is HTML else ("format",)
        only(given, [*(one.name for one in parameters(context.catalogue)), *own])
        raw = {name: texts for name, texts in given.items() if name not in own}
        if form is HTML:
            raw = {"lang": [spoken().language]} | without_empty(raw)
        served = context.served
        try:
            asked = await context.engine.run(
                lambda: understand(context.catalogue, served.store, raw)
            )
        except InputError as error:
            if form is not HTML:
                raise
            problem = error
            return await context.engine.run(lambda: _form_page(context, served, raw, problem))
        return _reply(context, served, raw, asked, form, single(given, _RELEASE))

    async def described(request: Request) -> Outcome:
        wanted(request, (SCHEMA,))
        found = await context.engine.run(lambda: _schema(context.catalogue))
        return Reply(as_json(found), SCHEMA.content_type, headers={"Vary": "Accept"})

    return [
        Operation(PATH, dossier, OFFERED, lambda: _described(context)),
        Operation(SCHEMA_PATH, described, (SCHEMA,), _SCHEMA_DESCRIBED),
    ]


def _reply(
    context: ServiceContext,
    served: Served,
    raw: Parameters,
    asked: Asked,
    form: Representation,
    cited: str | None,
) -> Reply:
    release = served.store.release_id or ""
    other = None if not cited or release.startswith(cited) else cited

    def make() -> Made:
        dossier = compose(context.catalogue, served.store, asked)
        if form is HTML:
            asking = {**raw, "on": [asked.on]}
            with in_language(labels(served).get):
                return Made(_page(context, served, raw, asking, dossier, other).encode())
        return Made(_written(served, dossier, form))

    headers = caching(
        served.store.release_id,
        "dossier",
        *(str(value) for value in asdict(asked).values()),
        form.name,
        other or "",
        fresh=not asked.depends_on_today,
    )
    headers["Link"] = f'<{at(SCHEMA_PATH)}>; rel="describedby"; type="{SCHEMA.media_type}"'
    lasting = "ETag" in headers and not asked.depends_on_today
    return Reply(make, form.content_type, headers=headers, lasting=lasting)


def _written(served: Served, dossier: Dossier, form: Representation) -> bytes:
    if form is JSON:
        return as_json(asdict(dossier))
    if form is PLAIN:
        return text(dossier, _WIDTH).encode()
    return document(triples(dossier, served.store), form.name)


def _page(
    context: ServiceContext,
    served: Served,
    raw: Parameters,
    asking: Parameters,
    dossier: Dossier,
    cited: str | None,
) -> str:
    return page(
        dossier,
        "base.html",
        local_path,
        fields=dossier_fields(context.catalogue, served, raw),
        formats=[
            (one.name, _address(asking, format=one.name)) for one in OFFERED if one is not HTML
        ],
        address=_published(context, _address(asking, **_named_release(dossier))),
        cited_release=cited,
        why=_why(asking, dossier),
        papers=[
            (name, f"{at('/paper')}?{urlencode({**asking, 'format': [name]}, doseq=True)}")
            for name in ("pdf", "docx")
            if available()
        ],
        in_language=lambda language: _address(raw, lang=language),
    )


def _address(raw: Parameters, **others: str) -> str:
    """Give the address of a dossier with these parameters."""
    given = [
        (name, value) for name, values in raw.items() if name not in others for value in values
    ]
    return f"{at(PATH)}?{urlencode([*given, *others.items()])}"


def _named_release(dossier: Dossier) -> dict[str, str]:
    """Give the parameter that names the release from which the answer is."""
    return {_RELEASE: dossier.release[:_SHORT]} if dossier.release else {}


def _why(asking: Parameters, dossier: Dossier) -> str:
    """Give the address of the reason why the first instrument is used."""
    basis = dossier.essentials.bundle or ""
    if not basis.startswith(f"{MLAD}instrument/"):
        return "#section-instruments"
    taken = {name: texts for name, texts in asking.items() if name != "offence"}
    given = taken | {"instrument": [basis.removeprefix(f"{MLAD}instrument/")]}
    return f"{at('/why')}?{urlencode(given, doseq=True)}"


def _published(context: ServiceContext, address: str) -> str:
    """Give the address with the host, as far as the setting names it."""
    base = (context.settings.base_url or "").rstrip("/")
    return base.removesuffix(at("")) + address


def _form_page(
    context: ServiceContext, served: Served, raw: Parameters, problem: InputError
) -> Reply:
    """Write the form alone, with what is wrong with the values in it, if there are any."""
    asked = bool(raw.keys() - {"lang"})
    text = render(
        "dossier_form.html",
        fields=dossier_fields(context.catalogue, served, raw),
        problem=document_of_problem(problem, PATH) if asked else None,
    )
    status = status_of(problem) if asked else 200
    return Reply(text.encode(), HTML.content_type, status, {"Vary": "Accept"})


def _described(context: ServiceContext) -> Described:
    query = context.catalogue.get(STATEMENTS[Answer][0])

    def own() -> list[Schema]:
        served = context.served
        return [parameter_schema(query, served, one) for one in parameters(context.catalogue)]

    link: Schema = {"description": 'The JSON Schema, rel="describedby".', "schema": TEXT}
    return Described(
        "dossier",
        "The whole answer to a request for assistance",
        ("dossier",),
        (400, 406, 503),
        description="The answers to the questions of a request on each basis, what to beware "
        "of, which instruments apply between two states and in which order, what the executing "
        "state says of the measure, what both declared; each fact with the numbers of its "
        "references. Every part holds rows of the saved query of its name.",
        answer="The dossier.",
        schemas={JSON.media_type: ref("schemas", "Dossier")},
        parameters=own,
        headers={"Link": link},
        components=lambda: _components(context.catalogue),
        cached=True,
    )


@cache
def _schema(catalogue: Catalogue) -> Schema:
    """Give the JSON Schema; columns are described as in the headers of their queries."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **_with_columns(TypeAdapter(Dossier).json_schema(), catalogue),
    }


def _components(catalogue: Catalogue) -> dict[str, Schema]:
    """Give the same as components of the API description."""
    own = TypeAdapter(Dossier).json_schema(ref_template="#/components/schemas/Dossier{model}")
    whole = _with_columns(own, catalogue)
    parts = whole.pop("$defs")
    return {"Dossier": whole} | {f"Dossier{name}": part for name, part in parts.items()}


def _with_columns(whole: Schema, catalogue: Catalogue) -> Schema:
    whole["additionalProperties"] = False
    for part in whole["$defs"].values():
        part["additionalProperties"] = False
        for name in set(_DATES) & set(part["properties"]):
            kinds = part["properties"][name].pop("anyOf", [{"type": "string"}])
            part["properties"][name] |= {
                "type": [kind["type"] for kind in kinds],
                "format": "date",
            }
    for kind, (query, _) in STATEMENTS.items():
        properties = whole["$defs"][kind.__name__]["properties"]
        columns = catalogue.get(query).columns
        properties |= {column.name: column_schema(column) for column in columns}
        whole["$defs"][kind.__name__]["required"] += [column.name for column in columns]
        properties["path"] |= {"enum": ["first", "other"]}
    return whole
