"""What the page of a thing draws on beside its statements; lists of things."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from urllib.parse import urlencode

from mla_graph.model.names import fold
from mla_graph.model.namespaces import MLAD
from mla_graph.pages.address import at
from mla_graph.pages.language import spoken
from mla_graph.pages.render import render
from mla_graph.saved_queries.lists import names_of
from mla_graph.saved_queries.rows import rows
from mla_graph.saved_queries.run import bind, run
from mla_graph.service.context import Served, ServiceContext, per_graph
from mla_graph.service.display import Shown, ask_about, local_path
from mla_graph.service.routes.description import query
from mla_graph.service.wire.parameters import single

MOST: Final = 500
"""Things on one page of a list."""
ANSWERED: Final = ("authority", "instrument", "measure", "source", "state", "statute")
"""Kinds of things whose page has a template of its own."""
_FIRST: Final = 1950
_LAST: Final = 2030


Row = Mapping[str, Any]


@dataclass(frozen=True)
class Bar:
    """A time in which a state takes part, in years; open where there is no day.

    ``settled``: whether it is known that the state is bound.
    """

    name: Shown
    settled: bool
    since: str | None
    until: str | None
    begin: float
    end: float


def about(
    context: ServiceContext, served: Served, kind: str, key: str, on: list[str]
) -> dict[str, Any]:
    """Give what the page of a thing draws on: saved queries, the address that asks, the day."""

    def facts(name: str, most: int | None = None, **parameters: str | list[str]) -> Sequence[Row]:
        query = context.catalogue.get(name)
        raw = {"lang": spoken().language, **parameters}
        given = {name: [one] if isinstance(one, str) else one for name, one in raw.items()}
        return rows(run(served.store, bind(query, served.store, given, limit=most)))

    return {
        "name": f"things/{kind}.html" if kind in ANSWERED else "resource.html",
        "facts": facts,
        "bars": bars,
        "key": key,
        "day": single({"on": on}, "on") or date.today().isoformat(),
        "ask": ask_about(f"{MLAD}{kind}/{key}"),
        "questions": _questions(context, kind, key),
        "first": _FIRST,
        "last": _LAST,
        "link": local_path,
    }


def listing(served: Served, kind: str, words: str) -> str:
    """Write the list of the things of a kind whose names have these words, or of all kinds."""
    if not kind:
        kinds = Counter(iri.removeprefix(MLAD).partition("/")[0] for iri in _named(served))
        return render("kinds.html", kinds=sorted(kinds.items()))
    start = f"{MLAD}{kind}/"
    called = {
        one.iri: one.label
        for one in names_of(served.store, f"{kind}/").candidates(spoken().language)
    }
    things = [
        Shown(called.get(iri, label), local_path(iri))
        for iri, label in _named(served).items()
        if iri.startswith(start)
    ]
    wanted = fold(words)
    found = [one for one in things if all(word in " ".join(fold(one.text)) for word in wanted)]
    found.sort(key=lambda one: one.text.casefold())
    return render(
        "things.html",
        kind=kind,
        words=words,
        things=found[:MOST],
        count=len(found),
        all=len(things),
    )


@per_graph
def _named(served: Served) -> Mapping[str, str]:
    """Read the first label of everything that has an address, by IRI."""
    return {
        row["resource"].value: row["label"].value for row in served.store.select(query("named"))
    }


def _questions(context: ServiceContext, kind: str, key: str) -> list[tuple[str, str]]:
    """List the saved queries that need nothing but a thing of this kind."""
    found = []
    for one in context.catalogue:
        needed = [parameter for parameter in one.parameters if parameter.required]
        if len(needed) == 1 and needed[0].enumeration in (kind, f"single-{kind}"):
            address = at(f"/api/queries/{one.name}")
            found.append((one.summary, f"{address}?{urlencode({needed[0].name: key})}"))
    return found


def bars(found: Sequence[Row], other: str) -> list[Bar]:
    """Draw the times in which states may be bound, the earliest first, named by the other side."""
    return [
        Bar(
            Shown(str(row["label"]), local_path(str(row[other]))),
            row["bound"] is True,
            _day(row["since"]),
            _day(row["until"]),
            _year(row["since"], _LAST),
            _year(row["until"], _LAST),
        )
        for row in sorted(found, key=lambda row: str(row["since"] or "9"))
        if row["bound"] is not False
    ]


def _day(value: object) -> str | None:
    return str(value) if value else None


def _year(day: object, unknown: int) -> float:
    """Give a day as a year with its fraction, within the drawing."""
    if not day:
        return unknown
    year, month = str(day)[:4], str(day)[5:7]
    return min(max(int(year) + int(month) / 12, _FIRST), _LAST)
