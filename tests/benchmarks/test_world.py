"""The invented world has the shape of the graph, at any size, and each size begins the next."""

import io
from collections import defaultdict
from collections.abc import Iterable
from itertools import chain
from pathlib import Path

import pyoxigraph as ox
import pytest
from benchmarks.world.large import build_large, load
from benchmarks.world.probes import GLOBAL, probes
from benchmarks.world.world import units, write

from mla_graph.model.sources import Sources
from mla_graph.release.derive import derive
from mla_graph.saved_queries.catalogue import Catalogue
from mla_graph.saved_queries.run import bind, run
from mla_graph.store.embedded import EmbeddedStore
from mla_graph.validation.run import read, validate_graph

pytestmark = pytest.mark.slow

SOURCES = Sources.shipped()
SMALL, LARGE = 100_000, 200_000


def told(triples: int, *, seed: int = 1, named_graphs: bool = False) -> bytes:
    out = io.BytesIO()
    write(units(SOURCES, seed=seed), triples, out, named_graphs=named_graphs)
    return out.getvalue()


def parsed(text: bytes) -> list[ox.Quad]:
    return list(ox.parse(text, format=ox.RdfFormat.N_TRIPLES))


@pytest.fixture(scope="module")
def small() -> bytes:
    return told(SMALL)


@pytest.fixture(scope="module")
def large() -> bytes:
    return told(LARGE)


def derived(text: bytes, folder: Path) -> EmbeddedStore:
    """The world with the ontology and all that follows."""
    facts = folder / "world.nt"
    facts.write_bytes(text)
    store = ox.Store()
    load(store, SOURCES, facts)
    derive(store, SOURCES.rule_files())
    return EmbeddedStore(store, "the invented world")


@pytest.fixture(scope="module")
def small_store(small: bytes, tmp_path_factory: pytest.TempPathFactory) -> EmbeddedStore:
    return derived(small, tmp_path_factory.mktemp("small"))


@pytest.fixture(scope="module")
def large_store(large: bytes, tmp_path_factory: pytest.TempPathFactory) -> EmbeddedStore:
    return derived(large, tmp_path_factory.mktemp("large"))


def test_the_same_seed_tells_the_same_world_and_another_seed_another(small: bytes) -> None:
    assert told(SMALL) == small
    assert told(SMALL, seed=2) != small


@pytest.mark.parametrize("text", ["small", "large"])
def test_a_world_has_about_as_many_triples_as_asked_for_each_once(
    text: str, request: pytest.FixtureRequest
) -> None:
    lines = request.getfixturevalue(text).splitlines()
    asked = {"small": SMALL, "large": LARGE}[text]
    assert asked <= len(lines) <= 1.03 * asked
    assert len(set(lines)) == len(lines)


def test_a_smaller_world_is_the_beginning_of_a_larger_one(small: bytes, large: bytes) -> None:
    assert large.startswith(small)


def test_as_n_quads_each_page_is_a_graph_of_its_own() -> None:
    quads = list(ox.parse(told(20_000, named_graphs=True), format=ox.RdfFormat.N_QUADS))
    graphs = {str(quad.graph_name) for quad in quads}
    assert "<https://w3id.org/mla-graph/graph/graph_data/participations/coe-030>" in graphs
    assert {quad.triple for quad in quads} == {quad.triple for quad in parsed(told(20_000))}


def properties_by_class(quads: Iterable[ox.Quad]) -> dict[str, set[str]]:
    classes: dict[object, str] = {}
    properties: dict[object, set[str]] = defaultdict(set)
    for quad in quads:
        properties[quad.subject].add(quad.predicate.value)
        if quad.predicate.value.endswith("#type") and isinstance(quad.object, ox.NamedNode):
            classes[quad.subject] = quad.object.value
    found: dict[str, set[str]] = defaultdict(set)
    for subject, cls in classes.items():
        found[cls] |= properties[subject]
    return found


def test_it_has_no_class_and_no_property_that_the_shipped_facts_have_not(
    large: bytes,
) -> None:
    files = sorted(SOURCES.graph_data.rglob("*.ttl"))
    shipped = properties_by_class(
        chain.from_iterable(ox.parse(path=file, format=ox.RdfFormat.TURTLE) for file in files)
    )
    world = properties_by_class(parsed(large))
    assert world.keys() <= shipped.keys()
    assert {cls: world[cls] - shipped[cls] for cls in world} == {cls: set() for cls in world}


@pytest.mark.slow
def test_it_conforms_to_the_shapes_without_a_warning(small: bytes) -> None:
    ontology = [path for path in SOURCES.graph_files() if path.is_relative_to(SOURCES.ontology)]
    report = validate_graph([*read(ontology), *parsed(small)], read(SOURCES.shape_files()))
    assert not report.results, report.text()


@pytest.mark.slow
def test_every_saved_query_has_an_answer_which_does_not_change_as_the_world_grows(
    small_store: EmbeddedStore, large_store: EmbeddedStore
) -> None:
    catalogue = Catalogue.load(SOURCES.queries)
    for name, values in probes(catalogue):
        answers = []
        for store in (small_store, large_store):
            answer = run(store, bind(catalogue.get(name), store, values))
            rows = (
                [[str(term) for term in row] for row in answer]
                if isinstance(answer, ox.QuerySolutions)
                else [str(triple) for triple in answer]  # type: ignore[union-attr]
            )
            assert rows, f"{name} has no answer"
            answers.append(rows)
        if name not in GLOBAL:
            assert sorted(answers[0]) == sorted(answers[1]), f"{name} has another answer"


def test_a_release_of_a_world_is_the_ontology_the_facts_and_what_follows(tmp_path: Path) -> None:
    facts = tmp_path / "facts.nt"
    facts.write_bytes(told(5_000))
    release = build_large(SOURCES, facts, tmp_path / "release", progress=lambda _: None)
    lines = release.nquads.read_bytes().splitlines()
    assert lines == sorted(lines)
    on_disk = EmbeddedStore.open_read_only(release.store_dir)
    assert len(on_disk) == len(lines) == release.manifest.quads
    assert set(facts.read_bytes().splitlines()) <= set(lines)
    asked = "ASK { <https://w3id.org/mla-graph/id/state/lu> a <http://www.w3.org/ns/prov#Entity> }"
    assert on_disk.query(asked)
    on_disk.close()
