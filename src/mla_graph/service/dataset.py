"""``/.well-known/void`` and ``/dumps/``: the data set as a whole."""

from collections.abc import Callable
from typing import Final

import pyoxigraph as ox
from starlette.concurrency import iterate_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from mla_graph.model.about import DATA_LICENCE, DATA_LICENCE_URL, ISSUES_URL
from mla_graph.model.errors import UnknownResource
from mla_graph.model.namespaces import MLAD, ONTOLOGY, PREFIXES, RDF, RDFS, XSD
from mla_graph.pages.address import at
from mla_graph.pages.render import render
from mla_graph.release.directory import Release
from mla_graph.release.export import export
from mla_graph.service import caching
from mla_graph.service.context import Served, ServiceContext
from mla_graph.service.negotiation import HTML, Representation, choose
from mla_graph.service.problems import MalformedRequest
from mla_graph.service.representations import TURTLE
from mla_graph.service.request_input import from_query_string, only, single
from mla_graph.service.resources import written
from mla_graph.store.interface import Store

_VOID: Final = "http://rdfs.org/ns/void#"
_DCAT: Final = PREFIXES["dcat"]
_DCTERMS: Final = PREFIXES["dcterms"]

DUMPS: Final[dict[str, tuple[str, str, str]]] = {
    "ttl": ("turtle", "text/turtle", "the merged graph"),
    "nt": ("ntriples", "application/n-triples", "the merged graph"),
    "jsonld": ("jsonld", "application/ld+json", "the merged graph"),
    "nq": ("nquads", "application/n-quads", "the merged graph and every source graph"),
    "trig": ("trig", "application/trig", "the merged graph and every source graph"),
}
"""File ending to export format, media type and content."""

_LISTS: Final = (Representation("json", "application/json"), HTML)


def routes(context: ServiceContext) -> list[Route]:
    """The three routes."""

    async def void(request: Request) -> Response:
        parameters = from_query_string(request)
        only(parameters, ["format"])
        choose((TURTLE,), request.headers.get("accept"), single(parameters, "format"))
        served, base = context.served, base_address(context, request)
        headers = caching.headers(served.store.release_id, "void", base)
        if caching.still_good(request.headers.get("if-none-match"), headers):
            return Response(status_code=304, headers=headers)
        body = await context.engine.run(lambda: written(_description(served, base), "turtle"))
        headers["Content-Type"] = TURTLE.content_type
        return Response(body, headers=headers)

    async def listing(request: Request) -> Response:
        parameters = from_query_string(request)
        only(parameters, ["format"])
        accept = request.headers.get("accept")
        wanted = choose(_LISTS, accept, single(parameters, "format"))
        release = context.served.release
        files = [
            {"href": at(f"/dumps/mla-graph.{ending}"), "mediaType": media_type, "content": content}
            for ending, (_, media_type, content) in DUMPS.items()
            if release is not None
        ]
        headers = {"Vary": "Accept"}
        if wanted is HTML:
            page = render("dumps.html", files=files, release=release)
            return HTMLResponse(page, headers=headers)
        return JSONResponse(
            {"data": files, "release": release.id if release else None}, headers=headers
        )

    async def dump(request: Request) -> Response:
        ending = request.path_params["ending"]
        only(from_query_string(request), [])
        release = context.served.release
        if ending not in DUMPS or release is None:
            raise UnknownResource(
                f"There is no dump mla-graph.{ending[:80]}; /dumps/ lists those that exist.",
                nearest=[at(f"/dumps/mla-graph.{known}") for known in DUMPS] if release else [],
            )
        format, media_type, _ = DUMPS[ending]
        headers = caching.headers(release.id, "dump", format)
        del headers["Vary"]
        if caching.still_good(request.headers.get("if-none-match"), headers):
            return Response(status_code=304, headers=headers)
        headers["Content-Type"] = Representation(format, media_type).content_type
        if request.method == "HEAD":
            return Response(headers=headers)
        return StreamingResponse(iterate_in_threadpool(export(release, format)), headers=headers)

    return [
        Route("/.well-known/void", void),
        Route("/dumps/", listing),
        Route("/dumps/mla-graph.{ending}", dump),
    ]


def base_address(context: ServiceContext, request: Request) -> str:
    """The public address of the service without a slash at the end.

    Raises:
        MalformedRequest: there is no setting, and the Host header is no host.
    """
    base = context.settings.base_url or str(request.base_url).rstrip("/")
    try:
        ox.NamedNode(f"{base}/")
    except ValueError:
        raise MalformedRequest("The Host header does not name a host.") from None
    return base


def counted(store: Store, query: str) -> list[tuple[str, int]]:
    """Pairs of an IRI (or nothing) and a number, as ``?what`` and ``?count`` of the query."""
    answer = store.query(query)
    assert isinstance(answer, ox.QuerySolutions)
    pairs = []
    for row in answer:
        what, count = row["what"], row["count"]
        assert isinstance(count, ox.Literal)
        pairs.append((what.value if isinstance(what, ox.NamedNode) else "", int(count.value)))
    return pairs


def by_class(served: Served) -> list[tuple[str, int]]:
    """The classes of the graph's vocabulary with the number of their resources in the data."""
    return served.once("classes", lambda: counted(served.store, _BY_CLASS))


_BY_CLASS: Final = f"""
SELECT (?class AS ?what) (COUNT(DISTINCT ?resource) AS ?count) WHERE {{
  ?resource a ?class FILTER(STRSTARTS(STR(?resource), "{MLAD}"))
}} GROUP BY ?class ORDER BY DESC(?count) ?class
"""
_BY_PROPERTY: Final = """
SELECT (?property AS ?what) (COUNT(*) AS ?count) WHERE { ?subject ?property ?object }
GROUP BY ?property ORDER BY DESC(?count) ?property
"""
_NUMBERS: Final = {
    "triples": "SELECT ?what (COUNT(*) AS ?count) WHERE { ?s ?p ?o } GROUP BY ?what",
    "distinctSubjects": (
        "SELECT ?what (COUNT(DISTINCT ?s) AS ?count) WHERE { ?s ?p ?o } GROUP BY ?what"
    ),
    "distinctObjects": (
        "SELECT ?what (COUNT(DISTINCT ?o) AS ?count) WHERE { ?s ?p ?o } GROUP BY ?what"
    ),
}


def numbers(served: Served) -> dict[str, int]:
    """Triples, subjects and objects of the merged graph."""

    def compute() -> dict[str, int]:
        return {
            name: next((count for _, count in counted(served.store, query)), 0)
            for name, query in _NUMBERS.items()
        }

    return served.once("numbers", compute)


def _description(served: Served, base: str) -> list[ox.Triple]:
    """The data set in VoID and DCAT, with numbers counted on what is served."""
    properties = served.once("properties", lambda: counted(served.store, _BY_PROPERTY))
    dataset = ox.NamedNode(f"{base}/.well-known/void#dataset")
    triples: list[ox.Triple] = []

    def say(subject: ox.NamedNode, predicate: str, value: ox.NamedNode | ox.Literal) -> None:
        triples.append(ox.Triple(subject, ox.NamedNode(predicate), value))

    def node(path: str) -> ox.NamedNode:
        return ox.NamedNode(f"{base}{path}")

    a: Final = f"{RDF}type"
    say(dataset, a, ox.NamedNode(f"{_VOID}Dataset"))
    say(dataset, a, ox.NamedNode(f"{_DCAT}Dataset"))
    say(dataset, f"{_DCTERMS}title", ox.Literal("mla-graph", language="en"))
    say(
        dataset,
        f"{_DCTERMS}description",
        ox.Literal(
            "Mutual legal assistance in criminal matters: legal bases, conditions, authorities, "
            "languages and time limits, each fact with its source.",
            language="en",
        ),
    )
    say(dataset, f"{_DCTERMS}license", ox.NamedNode(DATA_LICENCE_URL))
    say(dataset, f"{_DCAT}landingPage", node("/"))
    say(dataset, f"{_VOID}uriSpace", ox.Literal(MLAD))
    say(dataset, f"{_VOID}vocabulary", ox.NamedNode(ONTOLOGY))
    say(dataset, f"{_VOID}sparqlEndpoint", node("/sparql"))
    say(dataset, f"{RDFS}seeAlso", ox.NamedNode(ISSUES_URL))
    for name, count in (
        *numbers(served).items(),
        ("classes", len(by_class(served))),
        ("properties", len(properties)),
    ):
        say(dataset, f"{_VOID}{name}", _number(count))
    for kind, member, pairs, counter in (
        ("classPartition", "class", by_class(served), "entities"),
        ("propertyPartition", "property", properties, "triples"),
    ):
        for iri, count in pairs:
            part = ox.NamedNode(f"{dataset.value}-{member}-{_fragment(iri)}")
            say(dataset, f"{_VOID}{kind}", part)
            say(part, f"{_VOID}{member}", ox.NamedNode(iri))
            say(part, f"{_VOID}{counter}", _number(count))
    if served.release is not None:
        _say_release(served.release, dataset, node, say)
    return triples


def _say_release(
    release: Release,
    dataset: ox.NamedNode,
    node: Callable[[str], ox.NamedNode],
    say: Callable[[ox.NamedNode, str, ox.NamedNode | ox.Literal], None],
) -> None:
    say(dataset, f"{_DCTERMS}identifier", ox.Literal(release.id))
    say(
        dataset,
        f"{_DCTERMS}issued",
        ox.Literal(release.manifest.created, datatype=ox.NamedNode(f"{XSD}dateTime")),
    )
    for ending, (_, media_type, content) in DUMPS.items():
        file = node(f"/dumps/mla-graph.{ending}")
        distribution = ox.NamedNode(f"{dataset.value}-{ending}")
        say(dataset, f"{_VOID}dataDump", file)
        say(dataset, f"{_DCAT}distribution", distribution)
        say(distribution, f"{RDF}type", ox.NamedNode(f"{_DCAT}Distribution"))
        say(distribution, f"{_DCAT}downloadURL", file)
        say(distribution, f"{_DCTERMS}title", ox.Literal(f"{media_type}: {content}", language="en"))
        say(
            distribution,
            f"{_DCAT}mediaType",
            ox.NamedNode(f"https://www.iana.org/assignments/media-types/{media_type}"),
        )
        say(distribution, f"{_DCTERMS}license", ox.NamedNode(DATA_LICENCE_URL))
        say(distribution, f"{_DCTERMS}rights", ox.Literal(DATA_LICENCE))


def _number(count: int) -> ox.Literal:
    return ox.Literal(str(count), datatype=ox.NamedNode(f"{XSD}integer"))


def _fragment(iri: str) -> str:
    return "".join(c if c.isalnum() and c.isascii() else "-" for c in iri.partition("//")[2])
