"""``/compare``: what several states say of one request, side by side."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from starlette.requests import Request

from mla_graph.dossier.compose import compose, parameters, understand
from mla_graph.dossier.model import Dossier
from mla_graph.model.errors import LimitReached
from mla_graph.pages.address import at
from mla_graph.pages.card import Card, cards, certainty
from mla_graph.pages.dossier import in_language
from mla_graph.pages.language import spoken
from mla_graph.pages.render import render
from mla_graph.service.context import Served, ServiceContext
from mla_graph.service.display import labels, local_path, named_lists
from mla_graph.service.wire.formats import HTML
from mla_graph.service.wire.operations import Operation
from mla_graph.service.wire.parameters import (
    Parameters,
    from_query_string,
    only,
    without_empty,
)
from mla_graph.service.wire.reply import Outcome, Reply

MOST: Final = 6
"""States on one page: each takes as long as a dossier."""
_LINES: Final = ("authority", "form", "language", "timeLimit", "dualCriminality", "cost")


@dataclass(frozen=True)
class Column:
    """One executing state; ``card`` is its first, None where nothing is known."""

    dossier: Dossier
    card: Card | None
    href: str


def operations(context: ServiceContext) -> list[Operation]:
    """Give the one operation."""

    async def compare(request: Request) -> Outcome:
        given = without_empty(from_query_string(request))
        only(given, [one.name for one in parameters(context.catalogue)])
        served = context.served
        states = list(dict.fromkeys(given.get("executing", ())))
        if len(states) > MOST:
            raise LimitReached(f"{len(states)} states were named; compare at most {MOST}.")
        raw = {"lang": [spoken().language]} | given
        columns = [
            await context.engine.run(lambda one=state: _column(context, served, raw, one))  # type: ignore[misc]
            for state in states
        ]
        lists = await context.engine.run(lambda: named_lists(served))
        called = await context.engine.run(lambda: labels(served).get)
        with in_language(called):
            page = render(
                "compare.html",
                columns=columns,
                differing=_differing(columns),
                certainty=certainty,
                link=local_path,
                lists=lists,
                given={"from": _one(given, "requesting"), "for": _one(given, "measure"),
                       "to": ", ".join(states), "on": _one(given, "on")},
            )  # fmt: skip
        return Reply(page.encode(), HTML.content_type, headers={"Cache-Control": "no-cache"})

    return [Operation("/compare", compare)]


def _column(context: ServiceContext, served: Served, raw: Parameters, state: str) -> Column:
    own = {**raw, "executing": [state]}
    asked = understand(context.catalogue, served.store, own)
    dossier = compose(context.catalogue, served.store, asked)
    href = f"{at('/api/dossier')}?{urlencode(own, doseq=True)}"
    return Column(dossier, next(iter(cards(dossier)), None), href)


def _differing(columns: Sequence[Column]) -> set[str]:
    """List the lines on which the states do not say the same."""
    found = {key for key in _LINES if len({_said(column, key) for column in columns}) > 1}
    if len({column.card and column.card.available for column in columns}) > 1:
        found.add("can")
    if len({column.card and column.card.bundle.bundle for column in columns}) > 1:
        found.add("use")
    return found


def _said(column: Column, key: str) -> tuple[str, ...]:
    return tuple(row.label or "" for row in column.card.lines[key].rows) if column.card else ()


def _one(given: Parameters, name: str) -> str:
    return next(iter(given.get(name, ())), "")
