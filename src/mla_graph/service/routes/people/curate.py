"""``/curate``: facts to look at again, each with its file and line and the text of a report."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from starlette.requests import Request

from mla_graph.model.about import ISSUES_URL
from mla_graph.model.sources import Sources
from mla_graph.pages.address import at
from mla_graph.pages.language import spoken
from mla_graph.pages.render import render
from mla_graph.saved_queries.rows import rows
from mla_graph.saved_queries.run import bind, run
from mla_graph.service.answers import pages
from mla_graph.service.context import Served, ServiceContext
from mla_graph.service.display import local_path, named_lists, short
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
from mla_graph.service.wire.reply import Made, Outcome, Reply

_ROWS: Final = 50
_MOST_OFFSET: Final = 100_000
_FIRST: Final = "contradictory"
"""The work that is shown where neither work nor state is chosen."""


@dataclass(frozen=True)
class Task:
    """A fact to look at again; ``place`` is its file and line, where the files are there."""

    row: Mapping[str, Any]
    place: str | None
    title: str
    report: str

    @property
    def address(self) -> str:
        """Give the address that opens a report with this title and text."""
        return f"{ISSUES_URL}/new?{urlencode({'title': self.title, 'body': self.report})}"


def operations(context: ServiceContext) -> list[Operation]:
    """Give the one operation."""

    async def curate(request: Request) -> Outcome:
        given = without_empty(from_query_string(request))
        only(given, ("work", "state", "offset", "lang"))
        return Reply(
            lambda: Made(_page(context, context.served, given).encode()),
            HTML.content_type,
            headers={"Cache-Control": "no-cache"},
        )

    return [Operation("/curate", curate)]


def _page(context: ServiceContext, served: Served, given: Parameters) -> str:
    """Write the list.

    Raises:
        InputError: a parameter is wrong.
        StoreUnavailable, LimitReached: the store did not answer.
    """
    offset = whole_number(given, "offset", least=0, most=_MOST_OFFSET) or 0
    chosen: Parameters = {key: given[key] for key in ("work", "state") if key in given} or {
        "work": [_FIRST]
    }
    saved = context.catalogue.get("worklist")
    raw = {"lang": [spoken().language], **chosen}
    found = rows(run(served.store, bind(saved, served.store, raw, limit=_ROWS + 1, offset=offset)))
    shown, more = found[:_ROWS], len(found) > _ROWS
    places = served.once(_places, lambda: _places(context.sources))
    return render(
        "curate.html",
        tasks=[_task(row, places.get(short(str(row["fact"])))) for row in shown],
        work=single(chosen, "work"),
        state=(single(chosen, "state") or "").upper(),
        states=named_lists(served)["state"],
        link=local_path,
        pages=pages(at("/curate"), given, offset=offset, rows=len(shown), more=more),
        data=f"{at('/api/queries/worklist.csv')}?{urlencode(chosen, doseq=True)}",
    )


def _places(sources: Sources) -> dict[str, str]:
    """Find file and line of every subject: in canonical Turtle it begins a line of its own."""
    places: dict[str, str] = {}
    for path in sources.graph_files():
        name = sources.name(path)
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
            if line and line[0] not in " @" and not line.startswith("PREFIX"):
                places.setdefault(line, f"{name}:{number}")
    return places


def _task(row: Mapping[str, Any], place: str | None) -> Task:
    """Write the report that a curator may send; it is English, as those who read it are many."""
    place = None if row["kind"] == "empty" else place  # the file of the measure has no fault
    about = f"{row['label']} ({row['stateLabel']})" if row["stateLabel"] else str(row["label"])
    told = {
        "Work": row["kind"],
        "Fact": row["fact"],
        "State": row["stateLabel"],
        "File": place,
        "Reviewed": row["reviewedDate"],
        "Source": row["source"],
        "Place in it": row["locator"],
    }
    lines = [f"{name}: {value}" for name, value in told.items() if value]
    return Task(
        row,
        place,
        f"{row['kind']}: {about}",
        "\n".join([*lines, "", "What is right, and the document that says so:", ""]),
    )
