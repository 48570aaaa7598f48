"""``/why``: why an instrument has its place between two states, or none, with a drawing."""

import textwrap
from collections.abc import Mapping
from typing import Any, Final

from starlette.requests import Request

from mla_graph.pages.language import spoken
from mla_graph.pages.render import render
from mla_graph.saved_queries.rows import rows
from mla_graph.saved_queries.run import bind, run
from mla_graph.service.context import Served, ServiceContext
from mla_graph.service.display import local_path
from mla_graph.service.wire.formats import HTML
from mla_graph.service.wire.operations import Operation
from mla_graph.service.wire.parameters import (
    Parameters,
    from_query_string,
    only,
    without_empty,
)
from mla_graph.service.wire.reply import Made, Outcome, Reply

_TAKEN: Final = ("requesting", "executing", "measure", "instrument", "on", "lang", "confidence")
_LETTERS: Final = 34
"""Letters in a line of the drawing."""
_SIDES: Final = ("requesting-state", "executing-state")

Row = Mapping[str, Any]


def operations(context: ServiceContext) -> list[Operation]:
    """Give the one operation."""

    async def why(request: Request) -> Outcome:
        given = without_empty(from_query_string(request))
        only(given, _TAKEN)
        served = context.served
        raw = {"lang": [spoken().language]} | given
        return Reply(
            lambda: Made(_page(context, served, raw).encode()),
            HTML.content_type,
            headers={"Cache-Control": "no-cache"},
        )

    return [Operation("/why", why)]


def _page(context: ServiceContext, served: Served, raw: Parameters) -> str:
    """Ask for the place of the instrument, for the chain of facts, else for what is missing.

    Raises:
        InputError: a parameter is wrong or missing.
        StoreUnavailable, LimitReached: the store did not answer.
    """

    def ask(name: str) -> list[dict[str, Any]]:
        query = context.catalogue.get(name)
        own = {key: texts for key, texts in raw.items() if key in query.parameter_names}
        return rows(run(served.store, bind(query, served.store, own)))

    steps = ask("why")
    name = _named(context, served, raw)
    listed = ask("applicable-instruments")
    place = next(
        (row for row in listed if row["instrument"] == name["instrument"]["resource"]), None
    )
    sides = {row["part"]: row for row in reversed(steps) if row["part"] in _SIDES}
    rules = [row for row in steps if row["part"] == "rule"]
    decisive = place["reasonProvision"] if place else None
    return render(
        "why.html",
        name=name,
        place=place,
        against=[] if place else ask("why-not"),
        sides=[sides.get(side) for side in _SIDES],
        serves=next((row for row in steps if row["part"] == "coverage"), None),
        rule=next((row for row in rules if row["provision"] == decisive), None),
        steps=steps,
        other={row["instrument"]: row["label"] for row in listed},
        instruments=listed,
        wrapped=_wrapped,
        link=local_path,
        raw=raw,
    )


def _named(context: ServiceContext, served: Served, raw: Parameters) -> dict[str, dict[str, Any]]:
    """Give IRI, code and label of the states, the measure and the instrument."""
    query = context.catalogue.get("why")
    terms = bind(query, served.store, raw).terms
    label = context.catalogue.get("label")
    lang = {"lang": raw["lang"]}
    return {
        key: rows(
            run(served.store, bind(label, served.store, {"resource": terms[key][0].value, **lang}))
        )[0]
        for key in ("requesting", "executing", "measure", "instrument")
    }


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, _LETTERS)[:4]
