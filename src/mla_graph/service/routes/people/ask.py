"""``/ask``: a question in plain words, led to the answer or to what each word may mean; names."""

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse

from mla_graph.model.names import Candidate
from mla_graph.pages.address import at
from mla_graph.pages.language import spoken
from mla_graph.pages.render import render
from mla_graph.saved_queries.lists import names_of, resolve
from mla_graph.search.index import index_of
from mla_graph.service.context import Served, ServiceContext
from mla_graph.service.display import named_lists
from mla_graph.service.wire.formats import HTML, JSON
from mla_graph.service.wire.operations import Operation
from mla_graph.service.wire.parameters import from_query_string, only, single
from mla_graph.service.wire.problems import NothingHere
from mla_graph.service.wire.reply import Made, Outcome, Reply, as_json, caching

_SLOTS: Final = {"from": "state", "to": "state", "for": "measure"}
_PARAMETERS: Final = {"from": "requesting", "to": "executing", "for": "measure"}
_PASSED: Final = ("on", "lang")
_SURE: Final = frozenset(("code", "label", "name", "prefix", "words"))
"""How a text must name one thing alone for it to be what is meant."""
_OFFERED: Final = 5
"""Meanings of a text that is no name."""


@dataclass(frozen=True)
class Doubt:
    """A text that names nothing or several things, each with the address that means it."""

    text: str
    found: list[tuple[Candidate, str]]
    near: bool


def operations(context: ServiceContext) -> list[Operation]:
    """Give the one operation."""

    async def ask(request: Request) -> Outcome:
        given = from_query_string(request)
        only(given, (*_SLOTS, *_PASSED))
        texts = {name: single(given, name) or "" for name in given}
        served = context.served
        return await context.engine.run(lambda: _answered(context, served, texts))

    async def names(request: Request) -> Outcome:
        only(from_query_string(request), ())
        kind, served = request.path_params["kind"], context.served
        if kind not in _SLOTS.values():
            raise NothingHere(f"There are names of: {', '.join(sorted({*_SLOTS.values()}))}.")
        return Reply(
            lambda: Made(as_json(_names(served, kind))),
            JSON.content_type,
            headers=caching(served.store.release_id, "names", kind),
            lasting=True,
        )

    return [Operation("/ask", ask), Operation("/ask/{kind}", names)]


def _names(served: Served, kind: str) -> dict[str, list[str]]:
    """Give all names in all languages by code, for the script of the page."""
    things = names_of(served.store, f"{kind}/").things
    return {one.key.upper(): [*dict.fromkeys((*one.labels.values(), *one.names))] for one in things}


def _answered(context: ServiceContext, served: Served, texts: dict[str, str]) -> Outcome:
    """Lead to the answer if each text means one thing."""
    understood: list[tuple[str, str]] = []
    doubts: list[Doubt] = []
    for slot, kind in _SLOTS.items():
        parts = texts.get(slot, "").split(",") if slot == "to" else [texts.get(slot, "")]
        for text in filter(None, map(str.strip, parts)):
            found = _meant(context, served, kind, text[:200])
            if len(found) == 1 and found[0].how in _SURE:
                understood.append((_PARAMETERS[slot], found[0].key))
            else:
                doubts.append(_doubt(texts, slot, text, found))
    passed = [(name, texts[name]) for name in _PASSED if texts.get(name)]
    if not doubts and {name for name, _ in understood} == {*_PARAMETERS.values()}:
        path = "/api/dossier" if len(understood) == len(_SLOTS) else "/compare"
        return RedirectResponse(f"{at(path)}?{urlencode([*understood, *passed])}", 303)
    page = render("ask.html", doubts=doubts, given=texts, lists=named_lists(served))
    return Reply(page.encode(), HTML.content_type, headers={"Cache-Control": "no-cache"})


def _meant(context: ServiceContext, served: Served, kind: str, text: str) -> list[Candidate]:
    """Give what a text names; of one that names nothing, what the search by words finds."""
    language, folder = spoken().language, context.catalogue.get("essentials").enumerations
    named = resolve(served.store, folder, kind, text, language)
    if named and named[0].how in _SURE:
        return named
    if (index := index_of(served.store)) is None:
        return named
    from mla_graph.search.find import find  # brings the library of the index, which is an extra

    found = {
        hit.thing: Candidate(hit.thing, hit.thing.rpartition("/")[2].upper(), hit.label, "near")
        for hit in find(index, text, kind, language, _OFFERED)
    }
    return [*(found | {one.iri: one for one in named}).values()][:_OFFERED]


def _doubt(texts: dict[str, str], slot: str, text: str, found: list[Candidate]) -> Doubt:
    def instead(one: Candidate) -> str:
        meant = {**texts, slot: texts[slot].replace(text, one.key)}
        return f"{at('/ask')}?{urlencode(meant)}"

    near = any(one.how == "near" for one in found)
    return Doubt(text, [(one, instead(one)) for one in found], near)
