"""The saved queries as a caller asks them, on the shipped graph, and the graph on other engines."""

import io
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pyoxigraph as ox
import pytest

from mla_graph.model.namespaces import GRAPH, MLAD, prefixes_for
from mla_graph.model.sources import Sources
from mla_graph.release.build import build
from mla_graph.release.directory import open_release
from mla_graph.saved_queries.catalogue import Catalogue
from mla_graph.saved_queries.rows import rows
from mla_graph.saved_queries.run import bind, run
from mla_graph.store.embedded import EmbeddedStore
from mla_graph.store.remote import RemoteStore

from ..virtuoso_server import VirtuosoServer

Row = dict[str, object]
Ask = Callable[[str, Mapping[str, str | Sequence[str]]], list[Row]]
GraphOf = Callable[[str], EmbeddedStore]

MERGED = f"{GRAPH}tests/engines-agree"
SMALL = f"{MERGED}/small"
SUBJECTS = """state/lu state/be state/ie state/gb state/us
    instrument/benelux-1962 instrument/coe-030 instrument/coe-099 instrument/coe-141
    instrument/coe-182 instrument/eu-conv-2000-mla instrument/eu-dir-2014-41
    instrument/eu-prot-2001-mla instrument/eu-reg-2018-1805 instrument/schengen-1990
    instrument/un-1988-narcotics"""
SHARED = (None, "agent", "instrument", "measure", "scheme", "source", "state", "theme")
REFERRED_TO = ("agent", "authority", "provision", "source", "statute")
"""Of these the small graph has those that something in it refers to."""


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    """The shipped queries."""
    return Catalogue.load(Sources.shipped().queries)


@pytest.fixture(scope="session")
def ask(catalogue: Catalogue, shipped_store: EmbeddedStore) -> Ask:
    """Ask a query by name with what a person writes for its parameters; gives plain rows."""
    return asking(catalogue, shipped_store)


@pytest.fixture(scope="session")
def ask_small(catalogue: Catalogue, small_store: EmbeddedStore) -> Ask:
    """The same on the small graph."""
    return asking(catalogue, small_store)


def asking(catalogue: Catalogue, store: EmbeddedStore) -> Ask:
    """Ask a query of this store."""

    def asked(name: str, parameters: Mapping[str, str | Sequence[str]]) -> list[Row]:
        raw = {key: [v] if isinstance(v, str) else v for key, v in parameters.items()}
        answer = run(store, bind(catalogue.get(name), store, raw))
        if isinstance(answer, ox.QueryTriples):
            return [{"triple": str(triple)} for triple in answer]
        return rows(answer)

    return asked


@pytest.fixture(scope="session")
def graph_of(tmp_path_factory: pytest.TempPathFactory) -> GraphOf:
    """Build a graph of these facts in Turtle, with the shipped ontology, lists and rules."""

    def built(turtle: str) -> EmbeddedStore:
        root = tmp_path_factory.mktemp("sources")
        (root / "ontology").symlink_to(Sources.shipped().ontology)
        (root / "shapes").mkdir()
        (root / "graph_data").mkdir()
        head = "".join(f"prefix {p}: <{space}>\n" for p, space in prefixes_for(turtle).items())
        (root / "graph_data" / "facts.ttl").write_text(head + turtle, "utf-8")
        release = build(Sources(root), root / "release", progress=lambda _: None, validate=False)
        return open_release(release, in_memory=True)

    return built


@pytest.fixture(scope="session")
def merged(shipped_store: EmbeddedStore) -> bytes:
    """The merged graph, which is the default graph of every query, as N-Triples."""
    answer = shipped_store.query("CONSTRUCT WHERE { ?s ?p ?o }")
    assert isinstance(answer, ox.QueryTriples)
    out = io.BytesIO()
    answer.serialize(out, ox.RdfFormat.N_TRIPLES)
    return out.getvalue()


@pytest.fixture(scope="session")
def small(merged: bytes) -> list[ox.Triple]:
    """What the merged graph says of ``SUBJECTS`` and nothing that hangs on others of their kind."""
    triples = [quad.triple for quad in ox.parse(merged, format=ox.RdfFormat.N_TRIPLES)]
    subjects = {MLAD + name for name in SUBJECTS.split()}
    chosen = {name.split("/")[0] for name in SUBJECTS.split()}
    out = {t.subject for t in triples if kind(t.subject) in chosen} - set(
        map(ox.NamedNode, subjects)
    )
    for _ in range(2):
        out |= {t.subject for t in triples if t.object in out and kind(t.subject) not in SHARED}
    kept = [t for t in triples if t.subject not in out and t.object not in out]
    used = {t.object for t in kept}
    return [t for t in kept if kind(t.subject) not in REFERRED_TO or t.subject in used]


@pytest.fixture(scope="session")
def small_store(small: list[ox.Triple]) -> EmbeddedStore:
    """The small graph in pyoxigraph."""
    store = ox.Store()
    store.bulk_extend(ox.Quad(*triple) for triple in small)
    return EmbeddedStore(store, "a small graph")


@pytest.fixture(scope="session")
def small_endpoint(small: list[ox.Triple], oxigraph_server: Any) -> RemoteStore:
    """The small graph on an Oxigraph server."""
    body = ox.serialize(small, format=ox.RdfFormat.N_TRIPLES)
    oxigraph_server.load(body, "application/n-triples", SMALL)
    return RemoteStore(oxigraph_server.query_url, SMALL)


@pytest.fixture(scope="session")
def small_virtuoso(
    small: list[ox.Triple], virtuoso_server: VirtuosoServer, tmp_path_factory: Any
) -> RemoteStore:
    """The small graph on Virtuoso."""
    file = tmp_path_factory.mktemp("small") / "small.nt"
    file.write_bytes(ox.serialize(small, format=ox.RdfFormat.N_TRIPLES) or b"")
    virtuoso_server.load_file(file, SMALL)
    return RemoteStore(virtuoso_server.query_url, SMALL)


@pytest.fixture(scope="session")
def virtuoso(merged: bytes, virtuoso_server: VirtuosoServer, tmp_path_factory: Any) -> RemoteStore:
    """The merged graph on Virtuoso."""
    file = tmp_path_factory.mktemp("merged") / "merged.nt"
    file.write_bytes(merged)
    virtuoso_server.load_file(file, MERGED)
    return RemoteStore(virtuoso_server.query_url, MERGED)


@pytest.fixture(scope="session")
def endpoint(merged: bytes, oxigraph_server: Any) -> RemoteStore:
    """The merged graph on a server."""
    oxigraph_server.load(merged, "application/n-triples", MERGED)
    return RemoteStore(oxigraph_server.query_url, MERGED)


def kind(term: object) -> str | None:
    """The kind of a resource of the graph: what its address has after the base."""
    if isinstance(term, ox.NamedNode) and term.value.startswith(MLAD):
        return term.value.removeprefix(MLAD).split("/")[0]
    return None
