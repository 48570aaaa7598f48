"""``/coverage``: what is known of each state and measure, as one table or one drawing."""

from typing import Final

from starlette.requests import Request

from mla_graph.model.errors import InvalidValue
from mla_graph.pages.language import spoken
from mla_graph.pages.render import render
from mla_graph.saved_queries.rows import rows
from mla_graph.saved_queries.run import bind, run
from mla_graph.service.context import Served, ServiceContext
from mla_graph.service.display import local_path, named_lists
from mla_graph.service.wire.formats import HTML
from mla_graph.service.wire.operations import Operation
from mla_graph.service.wire.parameters import (
    from_query_string,
    only,
    single,
    without_empty,
)
from mla_graph.service.wire.reply import Made, Outcome, Reply, caching

_SVG: Final = "image/svg+xml"
_VIEWS: Final = ("answers", "work")


def operations(context: ServiceContext) -> list[Operation]:
    """Give the table and the drawing."""

    def answer(request: Request, form: str, content_type: str) -> Outcome:
        given = without_empty(from_query_string(request))
        only(given, ("lang", "theme", "view"))
        view, theme = single(given, "view") or _VIEWS[0], single(given, "theme") or ""
        if view not in _VIEWS:
            raise InvalidValue(
                f"view is {' or '.join(_VIEWS)}.", parameter="view", nearest=list(_VIEWS)
            )
        served = context.served
        about = ("coverage", form, theme, view, spoken().key)
        return Reply(
            lambda: Made(_page(context, served, theme, view, form).encode()),
            content_type,
            headers=caching(served.store.release_id, *about),
            lasting=True,
        )

    async def table(request: Request) -> Outcome:
        return answer(request, "coverage.html", HTML.content_type)

    async def drawing(request: Request) -> Outcome:
        return answer(request, "matrix.html", _SVG)

    return [Operation("/coverage", table), Operation("/coverage.svg", drawing)]


def _page(context: ServiceContext, served: Served, theme: str, view: str, form: str) -> str:
    """Write the table, or the drawing of it.

    Raises:
        InputError: there is no such theme.
        StoreUnavailable, LimitReached: the store did not answer.
    """
    query, measures = context.catalogue.get("coverage"), context.catalogue.get("measures")
    raw = {"lang": [spoken().language]} | ({"theme": [theme]} if theme else {})
    found = rows(run(served.store, bind(query, served.store, raw)))
    columns = rows(run(served.store, bind(measures, served.store, raw)))
    states = {row["code"] for row in found}
    return render(
        form,
        cells={(row["code"], row["measureCode"]): row for row in found},
        states=[one for one in named_lists(served)["state"] if one.key.upper() in states],
        measures=columns,
        themes=rows(run(served.store, bind(measures, served.store, {"lang": raw["lang"]}))),
        theme=theme,
        view=view,
        link=local_path,
    )
