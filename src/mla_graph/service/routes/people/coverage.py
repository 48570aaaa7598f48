"""``/coverage``: what is known of each state and measure, as one table."""

from starlette.requests import Request

from mla_graph.pages.language import spoken
from mla_graph.pages.render import render
from mla_graph.saved_queries.rows import rows
from mla_graph.saved_queries.run import bind, run
from mla_graph.service.context import Served, ServiceContext
from mla_graph.service.display import local_path, named_lists
from mla_graph.service.wire.formats import HTML
from mla_graph.service.wire.operations import Operation
from mla_graph.service.wire.parameters import from_query_string, only
from mla_graph.service.wire.reply import Made, Outcome, Reply, caching


def operations(context: ServiceContext) -> list[Operation]:
    """Give the one operation."""

    async def coverage(request: Request) -> Outcome:
        only(from_query_string(request), ("lang",))
        served = context.served
        return Reply(
            lambda: Made(_page(context, served).encode()),
            HTML.content_type,
            headers=caching(served.store.release_id, "coverage", "html"),
            lasting=True,
        )

    return [Operation("/coverage", coverage)]


def _page(context: ServiceContext, served: Served) -> str:
    query = context.catalogue.get("coverage")
    found = rows(run(served.store, bind(query, served.store, {"lang": [spoken().language]})))
    cells = {(row["code"], row["measureCode"]): row for row in found}
    states = {code for code, _ in cells}
    lists = named_lists(served)
    return render(
        "coverage.html",
        cells=cells,
        states=[one for one in lists["state"] if one.key.upper() in states],
        measures=sorted(lists["measure"], key=lambda one: one.key),
        link=local_path,
    )
