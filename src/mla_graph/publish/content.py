"""The graphs of a release on a server, with names, counts and hashes."""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox

from mla_graph.model.errors import StoreUnavailable
from mla_graph.model.statements import Statements, named, number
from mla_graph.release.directory import Release
from mla_graph.store.releases import DATASET, merged_iri, release_iri, version_iri

_BLANK: Final = re.compile(rb"_:|<[^<>]*+> <[^<>]*+> _:")


@dataclass(frozen=True)
class Lines:
    """The triples of a graph as canonical N-Triples without line ends.

    ``ground`` are sorted. ``blank`` have a blank node, named by RDFC-1.0 from these lines alone, so
    that a server may call it as it likes.
    """

    ground: list[bytes]
    blank: list[bytes]

    @classmethod
    def of(cls, lines: Iterable[bytes]) -> "Lines":
        """Sort the lines of a graph whose values are canonical, as a store gives them."""
        ground: list[bytes] = []
        blank: list[bytes] = []
        for line in lines:
            (blank if _BLANK.match(line) else ground).append(line)
        return cls(sorted(ground), _named_by_content(blank))

    def __len__(self) -> int:
        return len(self.ground) + len(self.blank)

    @property
    def sha256(self) -> str:
        """Of the sorted lines; for a graph without blank nodes that of the manifest."""
        whole = hashlib.sha256()
        for line in sorted(self.ground + self.blank):
            whole.update(line + b"\n")
        return whole.hexdigest()


@dataclass(frozen=True)
class Graph:
    """One graph to send: its name on the server, its number of triples, and how to read it."""

    iri: str
    triples: int
    lines: Callable[[], Lines]


@dataclass(frozen=True)
class Content:
    """A release as graphs: source graphs by name, the merged graph, and what describes them."""

    release: str
    sources: list[Graph]
    merged: Graph
    description: Graph

    @property
    def parts(self) -> list[Graph]:
        """In the order in which they are sent: the merged graph last."""
        return [*self.sources, self.merged]

    @property
    def iri(self) -> str:
        """The release's own name."""
        return self.description.iri


def content(release: Release) -> Content:
    """List the graphs of a release on disk.

    Raises:
        StoreUnavailable: its store cannot be opened.
    """
    try:
        store = ox.Store.read_only(str(release.store_dir))
    except (OSError, RuntimeError) as error:
        raise StoreUnavailable(f"{release.path} holds no store that opens: {error}") from error
    manifest = release.manifest

    def graph(iri: str, name: ox.NamedNode | ox.DefaultGraph, triples: int) -> Graph:
        return Graph(iri, triples, lambda: Lines.of(_dumped(store, name)))

    sources = [
        graph(version_iri(name, summary.sha256), ox.NamedNode(name), summary.triples)
        for name, summary in sorted(manifest.graphs.items())
    ]
    merged = graph(merged_iri(release.id), ox.DefaultGraph(), manifest.merged.triples)
    described = _description(release)
    return Content(
        release.id,
        sources,
        merged,
        Graph(release_iri(release.id), len(described), lambda: described),
    )


def triple_lines(triples: Iterable[ox.Triple]) -> Iterator[bytes]:
    """Write each triple as a line of N-Triples without its end."""
    text: bytes | None = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES)
    return iter((text or b"").split(b"\n")[:-1])


def _dumped(store: ox.Store, name: ox.NamedNode | ox.DefaultGraph) -> list[bytes]:
    text: bytes | None = store.dump(format=ox.RdfFormat.N_TRIPLES, from_graph=name)
    return (text or b"").split(b"\n")[:-1]


def _named_by_content(lines: list[bytes]) -> list[bytes]:
    if not lines:
        return []
    graph = ox.Dataset(ox.parse(b"\n".join(lines), format=ox.RdfFormat.N_TRIPLES))
    graph.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return sorted(triple_lines(quad.triple for quad in graph))


def _description(release: Release) -> Lines:
    """Describe the release and each of its graphs with count and hash."""
    said, manifest, iri = Statements(), release.manifest, release_iri(release.id)
    said.say(iri, "rdf:type", named("dcat:Dataset"), named("void:Dataset"))
    said.say(iri, "dcat:isVersionOf", ox.NamedNode(DATASET))
    said.say(iri, "dcat:version", ox.Literal(f"{manifest.package_version}+{release.id[:12]}"))
    said.say(iri, "dcterms:identifier", ox.Literal(release.id))
    parts = [(version_iri(name, part.sha256), name, part) for name, part in manifest.graphs.items()]
    for part, name, summary in [*parts, (merged_iri(release.id), None, manifest.merged)]:
        said.say(iri, "dcterms:hasPart", ox.NamedNode(part))
        said.say(part, "void:triples", number(summary.triples))
        said.say(part, "dcterms:identifier", ox.Literal(f"sha256:{summary.sha256}"))
        if name:
            said.say(part, "dcterms:isVersionOf", ox.NamedNode(name))
    return Lines.of(triple_lines(said.triples))
