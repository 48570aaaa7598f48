"""``/api/queries/{name}/explain``: the SPARQL text that a saved query becomes, not run."""

from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

import pyoxigraph as ox
from starlette.requests import Request

from mla_graph.pages.address import at
from mla_graph.pages.render import render
from mla_graph.saved_queries.catalogue import SavedQuery
from mla_graph.saved_queries.run import Bound, bind
from mla_graph.service.answers import asked_of, explain_address
from mla_graph.service.context import Served, ServiceContext
from mla_graph.service.display import local_path
from mla_graph.service.wire.formats import HTML, JSON, PLAIN, Representation
from mla_graph.service.wire.operations import Described, Operation, in_path, ref
from mla_graph.service.wire.parameters import Parameters, chosen, from_query_string
from mla_graph.service.wire.reply import Outcome, Reply, as_json, caching

TEXT: Final = Representation("sparql", "application/sparql-query")
OFFERED: Final = (TEXT, PLAIN, JSON, HTML)

DEFAULT_GRAPH: Final = "The merged graph: every statement of every named graph."


@dataclass(frozen=True)
class Explained:
    """The query as it runs, and the parameters that the example stands in for."""

    bound: Bound
    assumed: tuple[str, ...]


def operations(context: ServiceContext) -> list[Operation]:
    """Give the one operation."""

    async def explain(request: Request) -> Outcome:
        query = context.catalogue.get(request.path_params["name"])
        parameters = from_query_string(request)
        form = chosen(request, OFFERED, parameters)
        served = context.served
        most = context.settings.max_rows
        explained = await context.engine.run(lambda: explained_of(served, query, parameters, most))
        bound = explained.bound
        headers = caching(
            served.store.release_id, "explain", bound.text, *explained.assumed, form.name,
            fresh=not bound.depends_on_today,
        )  # fmt: skip
        if form is JSON:
            body = as_json(document(explained, served))
        elif form is HTML:
            body = _page(explained, parameters).encode()
        else:
            body = _text(bound).encode()
        return Reply(body, form.content_type, headers=headers)

    names = context.catalogue.names
    described = Described(
        "explain",
        "A saved query as it runs",
        ("queries",),
        (400, 404, 406, 503),
        description="Takes the parameters of the query itself. For a required one that is "
        "missing, its example stands in.",
        answer="The text.",
        schemas={JSON.media_type: ref("schemas", "Explained")},
        parameters=lambda: [in_path("name", names[0], {"enum": list(names)})],
        cached=True,
    )
    return [Operation("/api/queries/{name}/explain", explain, OFFERED, described)]


def explained_of(served: Served, query: SavedQuery, parameters: Parameters, most: int) -> Explained:
    """Bind the query to the parameters; for a required one that is missing its example is taken.

    Raises:
        InputError: a parameter is wrong.
        StoreUnavailable, LimitReached: the values could not be looked up in the store.
    """
    asked = asked_of(query, parameters, most)
    missing = {
        parameter.name: parameter.example
        for parameter in query.parameters
        if parameter.required and parameter.name not in asked.parameters
    }
    bound = bind(
        query, served.store, {**asked.parameters, **missing},
        limit=asked.rows, offset=asked.offset or None,
    )  # fmt: skip
    return Explained(bound, tuple(missing))


def document(explained: Explained, served: Served) -> dict[str, Any]:
    """Query, text, terms and default graph as plain JSON values; terms in SPARQL JSON form."""
    bound = explained.bound
    return {
        "query": bound.query.name,
        "text": _text(bound),
        "terms": {
            name: [_json_term(term) for term in terms] for name, terms in bound.terms.items()
        },
        "assumed": list(explained.assumed),
        "dependsOnToday": bound.depends_on_today,
        "defaultGraph": DEFAULT_GRAPH,
        "release": served.store.release_id,
    }


def _text(bound: Bound) -> str:
    return bound.text.strip() + "\n"


def _json_term(term: ox.NamedNode | ox.Literal) -> dict[str, str]:
    if isinstance(term, ox.NamedNode):
        return {"type": "uri", "value": term.value}
    plain = {"type": "literal", "value": term.value}
    if term.language:
        return plain | {"xml:lang": term.language}
    return plain | {"datatype": term.datatype.value}


def _page(explained: Explained, parameters: Parameters) -> str:
    bound = explained.bound
    given = {name: texts for name, texts in parameters.items() if name != "format"}
    return render(
        "explain.html",
        query=bound.query,
        text=_text(bound),
        terms=[
            (name, [(str(term), local_path(term.value)) for term in terms])
            for name, terms in bound.terms.items()
        ],
        assumed=explained.assumed,
        default_graph=DEFAULT_GRAPH,
        form=at(f"/api/queries/{bound.query.name}"),
        editor=at(f"/sparql?{urlencode({'query': _text(bound)})}"),
        downloads=[
            (one.name, explain_address(bound.query, {**given, "format": [one.name]}))
            for one in OFFERED
            if one is not HTML
        ],
    )
