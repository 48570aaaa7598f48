"""The one canonical form of the project's Turtle files.

A file says each thing in one way: sorted by IRI, one statement a line, only the prefixes that it
uses, values in the lexical form that a release gives back. The text depends on the graph alone.
Comments are no part of a graph and have no place to stand in sorted text, so a file with comments
is refused: what is worth keeping belongs into rdfs:comment or skos:note.
"""

import re
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import pyoxigraph as ox
from rdflib import RDF, RDFS, SH, Graph, Literal, URIRef
from rdflib.plugins.serializers.longturtle import LongTurtleSerializer
from rdflib.term import Node

from mla_graph.model import rdf_files
from mla_graph.model.errors import UnreadableInput
from mla_graph.model.namespaces import prefix_of
from mla_graph.model.rdflib_terms import filled
from mla_graph.model.sparql_text import tokens

_LOCAL_NAME = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?", re.ASCII)
_LEADING: Final = (RDF.type, RDFS.label, SH.path)
_DEEPEST: Final = 8


def format_text(text: str, *, name: str = "the text", drop_comments: bool = False) -> str:
    """Bring a Turtle text into canonical form.

    Raises:
        UnreadableInput: not Turtle, or a comment would be lost; names the line.
    """
    if not drop_comments and (line := _comment_line(text)):
        raise UnreadableInput(
            f"{name}, line {line}: canonical Turtle has no comments; "
            "say it in rdfs:comment or skos:note, or leave it out.",
            file=name,
            line=line,
        )
    output = BytesIO()
    serializer = _Serializer(_canonical_graph(text, name))  # type: ignore[no-untyped-call]
    serializer.serialize(output, encoding="utf-8")
    return output.getvalue().decode().strip() + "\n"


def files(path: Path) -> list[Path]:
    """List the Turtle files of a folder, sorted, or a file alone."""
    return sorted(path.rglob("*.ttl")) if path.is_dir() else [path]


def is_canonical(path: Path) -> bool:
    """Tell whether a file is in canonical form, which has no comments.

    Raises:
        UnreadableInput: the file is not Turtle or cannot be read.
    """
    text = _text(path)
    return not _comment_line(text) and format_text(text, name=str(path)) == text


def format_file(path: Path) -> None:
    """Bring a file into canonical form in place.

    Raises:
        UnreadableInput: not Turtle, not readable, or a comment would be lost; names the line.
    """
    before = _text(path)
    after = format_text(before, name=str(path))
    if after != before:
        path.write_bytes(after.encode())


def _text(path: Path) -> str:
    data = rdf_files.content(path)
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UnreadableInput(
            f"{path}, line {line}: not UTF-8.", file=str(path), line=line
        ) from error


def _comment_line(text: str) -> int | None:
    comment = next((token for token in tokens(text) if token.kind == "comment"), None)
    return text.count("\n", 0, comment.start) + 1 if comment else None


def _canonical_graph(text: str, name: str) -> Graph:
    """Parse by Oxigraph, whose store makes values canonical; name blank nodes by RDFC-1.0."""
    rdf_files.check(text.encode(), ox.RdfFormat.TURTLE, Path(name))
    store = ox.Store()
    try:
        store.load(text, ox.RdfFormat.TURTLE)
    except SyntaxError as error:
        raise UnreadableInput(
            f"{name}, line {error.lineno}: {error.msg}", file=name, line=error.lineno
        ) from error
    except MemoryError:
        raise rdf_files.too_long(Path(name)) from None
    dataset = ox.Dataset(store)
    rdf_files.check_blank_nodes(dataset, Path(name))
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return filled(Graph(bind_namespaces="none"), dataset)


class _Serializer(LongTurtleSerializer):
    """rdflib's long Turtle with an order and prefixes that depend on the graph alone."""

    def orderSubjects(self) -> list[Node]:
        return sorted(self._subjects, key=self._order)

    def sortProperties(self, properties: Mapping[Node, list[Node]]) -> list[Node]:
        for values in properties.values():
            values.sort(key=self._order)
        return sorted(properties, key=_predicate_order)

    def get_pname(self, uri: Node, gen_prefix: bool = True) -> str | None:
        if not isinstance(uri, URIRef):
            return None
        end = max(uri.rfind("/"), uri.rfind("#")) + 1
        prefix, local = prefix_of(uri[:end]), uri[end:]
        if prefix is None or not _LOCAL_NAME.fullmatch(local):
            return None
        self.namespaces[prefix] = URIRef(uri[:end])
        return f"{prefix}:{local}"

    def _order(self, node: Node, depth: int = 0) -> tuple[Any, ...]:
        """Order IRIs first, then literals, then blank nodes by their statements."""
        if isinstance(node, URIRef):
            return (0, str(node))
        if isinstance(node, Literal):
            return (1, node.language or "", str(node), str(node.datatype))
        if depth == _DEEPEST:
            return (2, str(node))
        said = sorted(
            (_predicate_order(predicate), self._order(value, depth + 1))
            for predicate, value in self.store.predicate_objects(node)
        )
        return (2, tuple(said), str(node))


def _predicate_order(predicate: Node) -> tuple[int, str]:
    leading = _LEADING.index(predicate) if predicate in _LEADING else len(_LEADING)
    return (leading, str(predicate))
