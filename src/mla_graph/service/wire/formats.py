"""Media types: which of them an answer gets, and how triples are written in each."""

import json
import re
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, ClassVar, Final

import pyoxigraph as ox

from mla_graph.model.errors import UnsupportedFormat
from mla_graph.model.sources import Sources
from mla_graph.model.statements import SPACES
from mla_graph.store.formats import DUMPS, RESULTS, TRIPLES, check_xml

if TYPE_CHECKING:
    pass

MOST_READ: Final = 4096
"""Characters of Accept and Accept-Encoding that are read; the rest of a longer header is not."""

_MOST_KEPT: Final = 512
"""Characters of an Accept header up to which its choice is remembered."""

_TOKENS: Final = re.compile(r'"(?:[^"\\]|\\.)*"?|[^",;]+|;|,[,\s]*', re.DOTALL)
"""Quoted strings, other text, separators. An unclosed string runs to the end: linear time."""

_RDF: Final = TRIPLES | DUMPS
_STRING: Final = re.compile(rb'"(?:[^"\\]|\\.)*\\n(?:[^"\\]|\\.)*"')
_ESCAPE: Final = re.compile(rb"\\(.)")


class NotAcceptable(UnsupportedFormat):
    """No offered representation fits the Accept header."""

    code: ClassVar[str] = "not-acceptable"
    title: ClassVar[str] = "No representation fits the Accept header"


@dataclass(frozen=True, eq=False)  # compared as objects: they are hashed for every request
class Representation:
    """One way to write an answer: its name for ``?format=`` and its media types.

    ``names`` are other names for ``?format=``, such as the ending of files; a media type is one.
    """

    name: str
    media_type: str
    aliases: tuple[str, ...] = ()
    names: tuple[str, ...] = ()

    def is_called(self, asked: str) -> bool:
        """Tell whether ``?format=`` may call it so beside its name."""
        return asked in (*self.names, self.media_type, *self.aliases)

    @property
    def content_type(self) -> str:
        """The media type as sent, with the character set where the type is text."""
        if self.media_type.startswith("text/") and ";" not in self.media_type:
            return f"{self.media_type}; charset=utf-8"
        return self.media_type


Offered = tuple[Representation, ...]
"""Representations of one resource, the default first."""

HTML: Final = Representation("html", "text/html", ("application/xhtml+xml",))
JSON: Final = Representation("json", "application/json")
_PROBLEM: Final = Representation("json", "application/problem+json")
PLAIN: Final = Representation("text", "text/plain")
LISTS: Final = (JSON, HTML)

SPARQL_JSON: Final = Representation("json", "application/sparql-results+json")
_ONLY_JSON: Final = Representation("json", SPARQL_JSON.media_type, ("application/json",))
ROWS: Final = Representation("rows", "application/json")
CSV: Final = Representation("csv", "text/csv")
EXCEL: Final = Representation("excel", "text/csv")
"""CSV that begins with a byte order mark, without which Excel garbles accents."""
TSV: Final = Representation("tsv", "text/tab-separated-values")
SPARQL_XML: Final = Representation("xml", "application/sparql-results+xml", ("application/xml",))

TURTLE: Final = Representation("turtle", "text/turtle", ("application/x-turtle",), ("ttl",))
N_TRIPLES: Final = Representation("ntriples", "application/n-triples", ("text/plain",), ("nt",))
JSON_LD: Final = Representation(
    "jsonld", "application/ld+json", ("application/json",), ("json", "json-ld")
)
RDF_XML: Final = Representation(
    "rdfxml", "application/rdf+xml", ("application/xml", "text/xml"), ("rdf", "xml", "rdf+xml")
)
TRIG: Final = Representation("trig", "application/trig", ("application/x-trig",))
N_QUADS: Final = Representation("nquads", "application/n-quads", (), ("nq",))

_TABLES: Final = (SPARQL_JSON, ROWS, CSV, EXCEL, TSV, SPARQL_XML)
_BOOLEANS: Final = (SPARQL_JSON, SPARQL_XML)
TRIPLES_OFFERED: Final = (TURTLE, N_TRIPLES, JSON_LD, RDF_XML)
_GRAPHS: Final = (*TRIPLES_OFFERED, TRIG, N_QUADS)
"""The last two for clients that ask for nothing else; the triples are in the default graph."""
GRAPH_PAGES: Final = (TURTLE, HTML, *TRIPLES_OFFERED[1:])
"""A resource: browsers name HTML, all others get Turtle unless they ask otherwise."""


def of_saved_query(form: str) -> Offered:
    """Give what ``/api/queries/{name}`` offers for a SELECT, ASK or CONSTRUCT."""
    data = {"select": _TABLES, "ask": _BOOLEANS, "construct": TRIPLES_OFFERED}[form]
    return (*data, HTML)


def of_sparql(kind: str) -> Offered:
    """Give what ``/sparql`` offers for an answer of this kind (select, boolean, graph).

    JSON means SPARQL results JSON there.
    """
    if kind == "graph":
        return _GRAPHS
    if kind == "boolean":
        return (_ONLY_JSON, SPARQL_XML)
    return (_ONLY_JSON, SPARQL_XML, CSV, TSV)


def choose(offered: Offered, accept: str | None, asked: str | None = None) -> Representation:
    """Choose the representation: ``?format=``, else Accept, else the first offered.

    Ties of quality go to the one offered first (RFC 9110, section 12.5.1). Only the first
    ``MOST_READ`` characters of Accept are read.

    Raises:
        UnsupportedFormat: ``?format=`` names no offered representation.
        NotAcceptable: the Accept header excludes every offered representation.
    """
    if asked is not None:
        return _named(offered, asked)
    if accept is None or not accept.strip():
        return offered[0]
    best = (_best if len(accept) <= _MOST_KEPT else _best_of)(offered, accept[:MOST_READ])
    if best is None:
        types = [candidate.media_type for candidate in offered]
        raise NotAcceptable(
            "None of the media types in the Accept header is available here. Available: "
            + ", ".join(types)
            + ".",
            valid=types,
        )
    return best


def wants_page(accept: str | None) -> bool:
    """Tell whether the caller is a browser: it names HTML and prefers it to JSON."""
    if accept is None or "text/html" not in accept:
        return False
    ranges = _first_of_each(accept)
    return _quality(HTML, ranges) >= max(_quality(JSON, ranges), _quality(_PROBLEM, ranges))


def _named(offered: Sequence[Representation], asked: str) -> Representation:
    called = [candidate for candidate in offered if candidate.name == asked.lower()]
    called += [candidate for candidate in offered if candidate.is_called(asked.lower())]
    if called:
        return called[0]
    names = [candidate.name for candidate in offered]
    raise UnsupportedFormat(
        f"There is no format {asked!r} here; choose one of {', '.join(names)}.",
        parameter="format",
        value=asked,
        valid=names,
    )


def _best_of(offered: Offered, accept: str) -> Representation | None:
    ranges = _first_of_each(accept)
    best = max(offered, key=lambda candidate: _quality(candidate, ranges))
    return best if _quality(best, ranges) > 0 else None


_best: Final = lru_cache(maxsize=1024)(_best_of)


def _first_of_each(accept: str) -> dict[str, float]:
    ranges: dict[str, float] = {}
    for name, quality in media_ranges(accept):
        ranges.setdefault(name, quality)
    return ranges


def media_ranges(accept: str) -> Iterator[tuple[str, float]]:
    """Read each media range with its quality; skip parts that are no media range."""
    pieces: list[str] = [""]
    for token in (*_TOKENS.findall(accept[:MOST_READ].lower()), ","):
        if token == ";":
            pieces.append("")
        elif token[0] != ",":
            pieces[-1] += token
        else:
            name, *parameters = (piece.strip() for piece in pieces)
            if "/" in name:
                yield name, _quality_of(parameters)
            pieces = [""]


def _quality_of(parameters: Iterable[str]) -> float:
    """Read ``q=``; a value that is no number counts as none."""
    quality = 1.0
    for parameter in parameters:
        key, _, value = parameter.partition("=")
        if key.strip() == "q":
            try:
                quality = min(1.0, max(0.0, float(value)))
            except ValueError:
                quality = 0.0
    return quality


def _quality(candidate: Representation, ranges: Mapping[str, float]) -> float:
    """Give the quality of the most specific range that matches; aliases match by name alone."""
    family = candidate.media_type.partition("/")[0] + "/*"
    own = next((ranges[n] for n in (candidate.media_type, family, "*/*") if n in ranges), 0.0)
    return max(own, *(ranges.get(alias, 0.0) for alias in candidate.aliases), 0.0)


def serialised(answer: object, name: str) -> bytes:
    """Write an engine's answer in the named format."""
    if isinstance(answer, ox.QueryTriples):
        return document(answer, name)
    assert isinstance(answer, ox.QuerySolutions | ox.QueryBoolean)
    if name == EXCEL.name:
        return BOM_UTF8 + serialised(answer, CSV.name)
    body = answer.serialize(format=RESULTS[name])
    assert body is not None
    if name == SPARQL_XML.name:
        _check_xml(body)
    return body


def _check_xml(body: bytes) -> None:
    try:
        check_xml(body)
    except ValueError as error:
        raise UnsupportedFormat(f"There is no XML of this answer: {error}.") from None


def document(triples: Iterable[ox.Triple], format: str) -> bytes:
    """Write triples in one of ``formats.TRIPLES`` or ``DUMPS``, sorted, with used prefixes.

    The same triples give the same bytes, whichever engine found them and in which order. Turtle
    has a text of several lines as it was written, between triple quotes.
    """
    ordered = sorted(triples, key=str)
    text = "\n".join(map(str, ordered))
    used = {prefix: space for prefix, space in SPACES.items() if f"<{space}" in text}
    body: bytes | None = ox.serialize(ordered, format=_RDF[format], prefixes=used)
    if format != "turtle":
        return body or b""
    return _STRING.sub(lambda found: _long(found[0]), body or b"")


def _long(string: bytes) -> bytes:
    """Put a string of Turtle between triple quotes (Turtle, section 2.5.1)."""
    plain = _ESCAPE.sub(_unescaped, string[1:-1])
    if b'"""' in plain or plain.endswith(b'"'):
        return string
    return b'"""' + plain + b'"""'


def _unescaped(found: re.Match[bytes]) -> bytes:
    return {b"n": b"\n", b'"': b'"'}.get(found[1], found[0])


def compacted(triples: Iterable[ox.Triple], context: Mapping[str, Any]) -> bytes:
    """Write the triples as JSON-LD in terms of the context, without naming it yet.

    The same triples give the same bytes.
    """
    # The import takes half a second, and few callers want JSON-LD.
    from rdflib import Graph

    from mla_graph.model.rdflib_terms import filled

    graph = filled(Graph(bind_namespaces="none"), triples)
    text = graph.serialize(format="json-ld", context=context, auto_compact=False)
    document = json.loads(text)
    del document["@context"]
    return json.dumps(_ordered(document), ensure_ascii=False, indent=1).encode()


def naming_context(document: bytes, address: str) -> bytes:
    """Put the address of the published context into a compacted document."""
    return b'{\n "@context": %s,%s' % (json.dumps(address).encode(), document[1:])


def _ordered(value: Any) -> Any:
    """Order members by name, and values too unless they are an RDF list."""
    if isinstance(value, list):
        return sorted((_ordered(one) for one in value), key=json.dumps)
    if isinstance(value, dict):
        return {
            name: value[name] if name == "@list" else _ordered(value[name])
            for name in sorted(value, key=lambda name: (name not in ("id", "@id"), name))
        }
    return value


CONTEXT_PATH: Final = "/ontology/context.jsonld"


@cache
def context_text(sources: Sources) -> bytes:
    """Read the JSON-LD context of the ontology, byte for byte."""
    return (sources.ontology / "context.jsonld").read_bytes()


def json_ld_context(sources: Sources) -> dict[str, Any]:
    """Give the object under ``@context``."""
    found = json.loads(context_text(sources))["@context"]
    assert isinstance(found, dict)
    return found
