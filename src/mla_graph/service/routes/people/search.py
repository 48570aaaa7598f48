"""``/search``: what words mean in the graph, each find with what can be done with it."""

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

import pyoxigraph as ox
from starlette.requests import Request

from mla_graph.pages.address import at
from mla_graph.pages.language import spoken
from mla_graph.pages.render import render
from mla_graph.saved_queries.rows import rows
from mla_graph.saved_queries.run import SEARCH, bind, run
from mla_graph.service.answers import pages
from mla_graph.service.context import Served, ServiceContext
from mla_graph.service.display import ask_about, local_path
from mla_graph.service.routes.description import query
from mla_graph.service.wire.formats import HTML
from mla_graph.service.wire.operations import Operation
from mla_graph.service.wire.parameters import (
    Parameters,
    from_query_string,
    only,
    single,
    whole_number,
    without_empty,
)
from mla_graph.service.wire.reply import Outcome, Reply

_ROWS: Final = 20
_MOST_OFFSET: Final = 10_000
_LONGEST: Final = 200
"""Characters of what is looked for; a name is shorter."""


@dataclass(frozen=True)
class Card:
    """One find; ``also`` is the name that was found, if it is not the label."""

    kind: str
    label: str
    href: str | None
    also: str
    ask: str | None


def operations(context: ServiceContext) -> list[Operation]:
    """Give the one operation."""

    async def search(request: Request) -> Outcome:
        given = without_empty(from_query_string(request))
        only(given, ("q", "kind", "lang", "offset"))
        served = context.served
        page = await context.engine.run(lambda: _page(context, served, given))
        return Reply(page.encode(), HTML.content_type, headers={"Cache-Control": "no-cache"})

    return [Operation("/search", search)]


def _page(context: ServiceContext, served: Served, given: Parameters) -> str:
    """Write the finds, or what to try.

    Raises:
        InputError: a parameter is wrong.
        StoreUnavailable, LimitReached: the store did not answer.
    """
    sought = (single(given, "q") or "").strip()[:_LONGEST]
    offset = whole_number(given, "offset", least=0, most=_MOST_OFFSET) or 0
    language = spoken().language
    found = []
    if sought:
        raw = {"q": [sought], "kind": given.get("kind", []), "lang": [language]}
        saved = context.catalogue.get(SEARCH)
        bound = bind(saved, served.store, raw, limit=_ROWS + 1, offset=offset)
        found = rows(run(served.store, bound))
    kinds, asks = _kinds(served, language), _asks(served, found)
    path, more = at("/search"), len(found) > _ROWS
    return render(
        "search.html",
        sought=sought,
        cards=[_card(row, kinds, asks) for row in found[:_ROWS]],
        pages=pages(path, given, offset=offset, rows=_ROWS if found else 0, more=more),
        data=f"{at(f'/api/queries/{SEARCH}')}?{urlencode({'q': sought})}",
    )


def _card(row: dict[str, object], kinds: dict[str, str], asks: dict[str, str]) -> Card:
    iri, kind, label = str(row["resource"]), str(row["kind"]), row["label"]
    assert isinstance(label, str)
    return Card(
        kind=kinds.get(kind, kind.replace("-", " ")),
        label=label,
        href=local_path(iri),
        also="" if row["match"] == label else str(row["match"]),
        ask=asks.get(iri),
    )


def _asks(served: Served, found: list[dict[str, object]]) -> dict[str, str]:
    """Give the address that asks about a thing, by its IRI: a state, a measure, or both."""
    meant = {str(row["resource"]): [str(row["resource"])] for row in found}
    things = " ".join(str(ox.NamedNode(iri)) for iri in meant)
    for row in served.store.select(query("requests", things=things)):
        meant[row["thing"].value] = [row["state"].value, row["measure"].value]
    asks = {iri: ask_about(*things) for iri, things in meant.items()}
    return {iri: address for iri, address in asks.items() if address}


def _kinds(served: Served, language: str) -> dict[str, str]:
    """Give what each kind is called in a language."""

    def read() -> dict[str, str]:
        text = query("kinds", lang=ox.Literal(language))
        return {row["kind"].value: row["label"].value for row in served.store.select(text)}

    return served.once(("kinds", language), read)
