"""The saved queries as a caller asks them, on the shipped graph."""

from collections.abc import Callable, Mapping, Sequence

import pyoxigraph as ox
import pytest

from mla_graph.model.namespaces import prefixes_for
from mla_graph.model.sources import Sources
from mla_graph.release.build import build
from mla_graph.release.directory import open_release
from mla_graph.saved_queries.catalogue import Catalogue
from mla_graph.saved_queries.rows import rows
from mla_graph.saved_queries.run import bind, run
from mla_graph.store.embedded import EmbeddedStore

Row = dict[str, object]
Ask = Callable[[str, Mapping[str, str | Sequence[str]]], list[Row]]
GraphOf = Callable[[str], EmbeddedStore]


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    """The shipped queries."""
    return Catalogue.load(Sources.shipped().queries)


@pytest.fixture(scope="session")
def ask(catalogue: Catalogue, shipped_store: EmbeddedStore) -> Ask:
    """Ask a query by name with what a person writes for its parameters; gives plain rows."""

    def asked(name: str, parameters: Mapping[str, str | Sequence[str]]) -> list[Row]:
        raw = {key: [v] if isinstance(v, str) else v for key, v in parameters.items()}
        answer = run(shipped_store, bind(catalogue.get(name), shipped_store, raw))
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
