"""The page of ``/sparql``, and ``/sparql/terms``: the names that its editor completes."""

import re
from pathlib import Path
from typing import Any, Final, NamedTuple

from starlette.requests import Request

from mla_graph.model.sources import Sources
from mla_graph.pages.render import render
from mla_graph.saved_queries.rows import rows
from mla_graph.service.context import Served, ServiceContext, per_graph
from mla_graph.service.metadata.numbers import by_class, by_property
from mla_graph.service.wire.formats import JSON, json_ld_context
from mla_graph.service.wire.operations import OBJECT, Described, Operation
from mla_graph.service.wire.parameters import from_query_string, only
from mla_graph.service.wire.reply import Made, Outcome, Reply, as_json, caching
from mla_graph.store.interface import FEW

_TERMS: Final = Path(__file__).with_name("terms.rq")
_LESSON: Final = re.compile(r"\*\*\d+\. ([^\n]*?)\*\*[^\n]*\n\n```sparql\n(.*?)\n```", re.DOTALL)
_PREFIX: Final = re.compile(r"^PREFIX ([\w-]+:) <[^>]+>$", re.MULTILINE)
_DESCRIBED: Final = Described(
    "sparqlTerms",
    "Prefixes, classes, properties and list entries, for an editor of queries",
    ("sparql",),
    (400, 503),
    description="Each class and property with its label, definition and the number of its "
    "resources or triples, and each entry of a controlled list with its label.",
    schemas={JSON.media_type: OBJECT},
    cached=True,
)


class Lesson(NamedTuple):
    """A short query that shows one idea, from the guide to one's own SPARQL."""

    summary: str
    text: str


def operations(context: ServiceContext) -> list[Operation]:
    """Give the names to complete."""
    prefixes = {
        name: space
        for name, space in json_ld_context(context.sources).items()
        if isinstance(space, str) and space.endswith(("#", "/"))
    }

    async def terms(request: Request) -> Outcome:
        only(from_query_string(request), ())
        served = context.served
        return Reply(
            lambda: Made(as_json({"prefixes": prefixes, "terms": _terms(served)})),
            JSON.content_type,
            headers=caching(served.store.release_id, "sparql-terms"),
        )

    return [Operation("/sparql/terms", terms, described=_DESCRIBED)]


def page(context: ServiceContext, served: Served, query: str | None) -> str:
    """Render the page with a query, or with the first lesson."""
    taught = lessons(context.sources)
    return render(
        "sparql.html",
        lessons=taught,
        examples=context.examples(served),
        text=query if query is not None else taught[0].text if taught else FEW,
        seconds=context.settings.query_timeout,
    )


def lessons(sources: Sources) -> list[Lesson]:
    """Read the worked questions of the guide with their prefixes; none if there is no guide."""
    if not sources.guide.is_file():
        return []
    guide = sources.guide.read_text("utf-8")
    prefixes = list(_PREFIX.finditer(guide))
    return [
        Lesson(summary, "\n".join([*(one[0] for one in prefixes if one[1] in text), text]))
        for summary, text in _LESSON.findall(guide)
    ]


@per_graph
def _terms(served: Served) -> list[dict[str, Any]]:
    """List the names, the most used first.

    Raises:
        StoreUnavailable, LimitReached: the store does not answer.
    """
    counts = dict(by_class(served)) | dict(by_property(served))
    named: dict[str, dict[str, Any]] = {}
    for row in rows(served.store.select(_TERMS.read_text("utf-8"))):
        named.setdefault(str(row["iri"]), dict(row))
    for iri, _ in by_property(served):
        named.setdefault(iri, {"iri": iri, "kind": "property", "label": ""})
    found = [row | {"count": counts.get(iri, 0)} for iri, row in named.items()]
    return sorted(found, key=lambda row: (-row["count"], row["iri"]))
