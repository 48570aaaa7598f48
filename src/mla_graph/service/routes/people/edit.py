"""``/edit/{kind}``: a form for each kind of fact, which gives Turtle and writes nothing."""

from collections.abc import Callable
from typing import Final

import pyoxigraph as ox
from starlette.requests import Request

from mla_graph.model.errors import UnknownResource
from mla_graph.pages.address import at
from mla_graph.pages.language import spoken
from mla_graph.pages.render import render
from mla_graph.service.context import ServiceContext
from mla_graph.service.metadata.forms import Forms, forms
from mla_graph.service.routes.description import query
from mla_graph.service.wire.formats import HTML, TRIPLES_OFFERED, document
from mla_graph.service.wire.operations import Described, Operation, in_path
from mla_graph.service.wire.parameters import from_query_string, only, single, wanted
from mla_graph.service.wire.reply import Made, Outcome, Reply, caching

_SHAPE: Final = Described(
    "form",
    "A shape from which a form for a kind of fact is drawn",
    ("graph",),
    (400, 404, 406, 503),
    description="The fields in groups and in order, with names and definitions in three languages "
    "and the entries of the lists from which to choose, made of shapes, vocabulary and lists.",
    parameters=lambda: [in_path("kind", "language-rule", {"pattern": "^[a-z-]+$"})],
    cached=True,
)
_CHOICES: Final = _SHAPE._replace(
    identifier="formChoices",
    summary="The resources of a class with their labels, to choose from",
    description="",
    parameters=lambda: [in_path("kind", "Instrument", {"pattern": "^[A-Za-z]+$"})],
)


def operations(context: ServiceContext) -> list[Operation]:
    """Give the forms as shapes and as pages, and what there is to choose from."""
    known = forms(context.sources)

    async def page(request: Request) -> Outcome:
        parameters = from_query_string(request)
        only(parameters, ("of", "lang"))
        kind, of = request.path_params.get("kind", ""), single(parameters, "of") or ""
        if kind:
            _ensure(known, kind)
        return Reply(
            lambda: Made(_page(known, kind, of).encode()),
            HTML.content_type,
            headers={"Cache-Control": "no-cache"},
            lasting=True,
        )

    def shape(request: Request) -> Callable[[], list[ox.Triple]]:
        kind = request.path_params["kind"]
        _ensure(known, kind)
        return lambda: known.shapes(kind)

    def choices(request: Request) -> Callable[[], list[ox.Triple]]:
        name, store = request.path_params["kind"], context.served.store
        if (found := known.targets.get(name)) is None:
            raise UnknownResource(f"No form lets you choose a {name[:80]}.")
        return lambda: list(store.construct(query("choices", iri=found)))

    return [
        Operation("/edit", page),
        Operation("/edit/{kind}", page),
        _triples(context, "/shapes/forms/{kind}", _SHAPE, shape),
        _triples(context, "/edit/choices/{kind}", _CHOICES, choices),
    ]


def _triples(
    context: ServiceContext,
    path: str,
    described: Described,
    make: Callable[[Request], Callable[[], list[ox.Triple]]],
) -> Operation:
    """Give triples that depend on the release and the path alone."""

    async def answer(request: Request) -> Outcome:
        form = wanted(request, TRIPLES_OFFERED)
        found = make(request)
        return Reply(
            lambda: Made(document(found(), form.name)),
            form.content_type,
            headers=caching(context.served.store.release_id, request.url.path, form.name),
        )

    return Operation(path, answer, TRIPLES_OFFERED, described)


def _ensure(known: Forms, kind: str) -> None:
    if kind not in known.classes:
        raise UnknownResource(
            f"There is no form for {kind[:80]}; {at('/edit')} lists those that there are.",
            nearest=[at("/edit")],
        )


def _page(known: Forms, kind: str, of: str) -> str:
    language = spoken().language

    def named(iri: ox.NamedNode) -> str:
        names = {one.language: one.value for one in known.names[iri].names}
        return names.get(language) or names.get("en") or iri.value

    labels = {one: named(iri) for one, iri in known.classes.items()}
    return render("edit.html", kind=kind, of=of, kinds=labels, label=labels.get(kind, ""))
