"""A release holds what the sources say and what follows from it, under an id that says so."""

import hashlib
import json
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pyoxigraph as ox
import pytest

from mla_graph.model.errors import InvalidRelease, StoreUnavailable, UnreadableInput
from mla_graph.model.namespaces import DERIVED_GRAPH, EXAMPLES_GRAPH, GRAPH
from mla_graph.model.sources import Sources
from mla_graph.release.build import build
from mla_graph.release.directory import Release, open_release
from mla_graph.store.embedded import EmbeddedStore

DATA = f"{GRAPH}graph_data/states"
PREFIXES = """
    PREFIX mla: <https://w3id.org/mla-graph/ontology#>
    PREFIX state: <https://w3id.org/mla-graph/id/state/>
    PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
    PREFIX sh: <http://www.w3.org/ns/shacl#>
"""


def quiet(message: str) -> None:
    """Say nothing."""


def make(sources: Sources, out: Path) -> Release:
    return build(sources, out, progress=quiet, validate=False)


@pytest.fixture
def release(tiny_sources: Sources, tmp_path: Path) -> Release:
    return make(tiny_sources, tmp_path / "release")


def values(store: EmbeddedStore, pattern: str) -> list[str]:
    answer = store.query(f"{PREFIXES} SELECT ?x WHERE {{ {pattern} }} ORDER BY ?x")
    assert isinstance(answer, ox.QuerySolutions)
    return [row["x"].value for row in answer]


@pytest.mark.parametrize("in_memory", [True, False])
def test_asserted_and_derived_triples_answer_together_each_once(
    release: Release, in_memory: bool
) -> None:
    store = open_release(release, in_memory)
    assert values(store, "?state a mla:State ; mla:code ?x") == ["BE", "LU"]
    assert values(store, "state:be mla:defaultLabel ?x") == ["Belgium"]
    assert values(store, "{ SELECT (COUNT(*) AS ?x) { state:be a mla:State } }") == ["1"]
    assert store.release_id == release.id
    assert release.id[:12] in store.description
    store.close()


def test_named_graphs_tell_which_file_states_a_triple(release: Release) -> None:
    store = open_release(release, in_memory=True)
    stating = values(store, "GRAPH ?x { state:be a mla:State }")
    assert stating == [f"{DATA}/be", f"{DATA}/lu"]
    assert values(store, "GRAPH ?x { state:be mla:defaultLabel ?label }") == [DERIVED_GRAPH]
    assert store.graphs() == sorted(
        [DERIVED_GRAPH, EXAMPLES_GRAPH, f"{DATA}/be", f"{DATA}/lu", f"{GRAPH}ontology/mla"]
    )


def test_the_saved_queries_stand_in_a_graph_of_their_own_and_nowhere_else(
    release: Release,
) -> None:
    store = open_release(release, in_memory=True)
    query = "?query a sh:SPARQLSelectExecutable ; sh:select ?x"
    texts = values(store, f"GRAPH <{EXAMPLES_GRAPH}> {{ {query} }}")
    assert texts == ["SELECT ?state WHERE { ?state a <urn:State> }"]
    assert values(store, query) == []


def test_a_query_that_cannot_be_read_makes_no_release(
    tiny_sources: Sources, tmp_path: Path
) -> None:
    (tiny_sources.queries / "bad.rq").write_text("#+ summary: Bad\nINSERT DATA {}")
    with pytest.raises(UnreadableInput, match="bad"):
        make(tiny_sources, tmp_path / "release")


def test_what_a_file_already_states_is_not_derived_again(
    tiny_sources: Sources, tmp_path: Path
) -> None:
    (tiny_sources.graph_data / "labels.ttl").write_text(
        "prefix state: <https://w3id.org/mla-graph/id/state/> "
        'state:lu <http://www.w3.org/2000/01/rdf-schema#label> "Luxembourg"@en .'
    )
    store = open_release(make(tiny_sources, tmp_path / "release"), in_memory=True)
    assert values(store, 'GRAPH ?x { state:lu rdfs:label "Luxembourg"@en }') == [
        f"{GRAPH}graph_data/labels"
    ]


def test_the_id_and_the_manifest_can_be_checked_with_standard_tools(release: Release) -> None:
    content = release.nquads.read_bytes()
    lines = content.splitlines(keepends=True)
    assert lines == sorted(set(lines))
    assert release.id == hashlib.sha256(content).hexdigest()
    manifest = json.loads((release.path / "manifest.json").read_bytes())
    assert manifest["id"] == release.id
    assert manifest["quads"] == len(lines)
    by_graph: dict[str, list[str]] = {}
    for quad in ox.parse(content, ox.RdfFormat.N_QUADS):
        name = "" if isinstance(quad.graph_name, ox.DefaultGraph) else quad.graph_name.value
        by_graph.setdefault(name, []).append(f"{quad.triple} .\n")
    merged = by_graph.pop("")
    assert set(by_graph) == set(manifest["graphs"])
    for triples, stated in [
        (merged, manifest["merged"]),
        *((triples, manifest["graphs"][name]) for name, triples in by_graph.items()),
    ]:
        ntriples = "".join(sorted(triples)).encode()
        expected = {"triples": len(triples), "sha256": hashlib.sha256(ntriples).hexdigest()}
        assert stated == expected


def test_values_are_canonical_in_store_and_file(release: Release) -> None:
    assert b'"P2D"^^' in release.nquads.read_bytes()
    assert b"PT48H" not in release.nquads.read_bytes()


def test_the_same_facts_have_the_same_id_however_they_are_written(
    tiny_sources: Sources, tmp_path: Path
) -> None:
    first = make(tiny_sources, tmp_path / "first")
    for path in tiny_sources.graph_files():
        dataset = ox.Dataset(ox.parse(path=path))
        path.write_bytes(
            b"# the same\n" + ox.serialize((q.triple for q in dataset), None, ox.RdfFormat.TURTLE)
        )
    second = make(tiny_sources, tmp_path / "second")
    assert second.id == first.id
    assert second.manifest.source_hash != first.manifest.source_hash


def test_another_fact_gives_another_id(tiny_sources: Sources, tmp_path: Path) -> None:
    first = make(tiny_sources, tmp_path / "first")
    path = tiny_sources.graph_data / "states" / "lu.ttl"
    path.write_text(path.read_text().replace("Luxembourg", "Luxemburg"))
    assert make(tiny_sources, tmp_path / "second").id != first.id


def test_every_parse_error_is_told_at_once_with_file_and_line(
    tiny_sources: Sources, tmp_path: Path
) -> None:
    (tiny_sources.graph_data / "a.ttl").write_text("\n\n<urn:a> <urn:b> .")
    (tiny_sources.graph_data / "b.ttl").write_text("<urn:a> <urn:b> <relative> .")
    with pytest.raises(UnreadableInput) as caught:
        make(tiny_sources, tmp_path / "release")
    first, second = caught.value.detail.splitlines()
    assert first.startswith("graph_data/a.ttl, line 3: ")
    assert second.startswith("graph_data/b.ttl, line 1: ")
    assert not (tmp_path / "release").exists()


@pytest.mark.parametrize(
    "text", ["<urn:a> <urn:b> [] .", "<urn:a> <urn:b> ( 1 ) .", "[] a <urn:b> ."]
)
def test_a_blank_node_in_the_data_is_refused_with_the_file(
    tiny_sources: Sources, tmp_path: Path, text: str
) -> None:
    (tiny_sources.graph_data / "a.ttl").write_text(text)
    with pytest.raises(UnreadableInput, match=r"graph_data/a\.ttl has a blank node"):
        make(tiny_sources, tmp_path / "release")


@pytest.mark.parametrize(
    ("rule", "error", "says"),
    [
        ("CONSTRUCT { ?s ?p", UnreadableInput, "30-bad.rq cannot be run"),
        ("SELECT * { ?s ?p ?o }", UnreadableInput, "30-bad.rq is not a CONSTRUCT query"),
        ("CONSTRUCT { ?s <urn:p> [] } WHERE { ?s ?p ?o }", InvalidRelease, "blank node"),
    ],
)
def test_a_rule_that_cannot_be_used_is_named(
    tiny_sources: Sources, tmp_path: Path, rule: str, error: type[Exception], says: str
) -> None:
    (tiny_sources.ontology / "rules" / "30-bad.rq").write_text(rule)
    with pytest.raises(error, match=says):
        make(tiny_sources, tmp_path / "release")


def test_sources_without_a_single_file_make_no_release(tmp_path: Path) -> None:
    with pytest.raises(UnreadableInput, match="no Turtle file"):
        make(Sources(tmp_path / "empty"), tmp_path / "release")


@pytest.fixture
def validation(monkeypatch: pytest.MonkeyPatch) -> Callable[[bool], list[Sources]]:
    """Put a verdict in place of the real validation; gives the list of what it was asked."""

    def put(conforms: bool) -> list[Sources]:
        asked: list[Sources] = []

        def validate_sources(sources: Sources) -> SimpleNamespace:
            asked.append(sources)
            return SimpleNamespace(conforms=conforms, text=lambda: "state:xx lacks a code")

        run = SimpleNamespace(validate_sources=validate_sources, REFEREE="pyshacl")
        monkeypatch.setitem(sys.modules, "mla_graph.validation.run", run)
        return asked

    return put


def test_sources_that_do_not_conform_make_no_release(
    tiny_sources: Sources, tmp_path: Path, validation: Callable[[bool], list[Sources]]
) -> None:
    validation(False)
    with pytest.raises(InvalidRelease, match="state:xx lacks a code"):
        build(tiny_sources, tmp_path / "release", progress=quiet)
    assert [path.name for path in tmp_path.iterdir()] == ["sources"]


def test_sources_are_validated_once_and_not_again_if_the_wheel_says_so(
    tiny_sources: Sources, tmp_path: Path, validation: Callable[[bool], list[Sources]]
) -> None:
    asked = validation(True)
    build(tiny_sources, tmp_path / "first", progress=quiet)
    assert asked == [tiny_sources]
    passed = json.dumps({"source_hash": tiny_sources.source_hash()})
    (tiny_sources.root / "validated.json").write_text(passed)
    build(tiny_sources, tmp_path / "second", progress=quiet)
    assert asked == [tiny_sources]


def test_progress_is_told_in_short_sentences(tiny_sources: Sources, tmp_path: Path) -> None:
    told: list[str] = []
    build(tiny_sources, tmp_path / "release", progress=told.append, validate=False)
    assert [sentence.split(" (")[0] for sentence in told] == [
        "Read 3 files with 14 triples",
        "Derived 6 triples by 2 rules",
        "Wrote the release of 50 quads",
    ]
    assert all(sentence.endswith(" s).") for sentence in told)


def test_a_release_replaces_a_release_but_nothing_else(
    tiny_sources: Sources, tmp_path: Path
) -> None:
    out = tmp_path / "release"
    first = make(tiny_sources, out)
    (tiny_sources.graph_data / "states" / "lu.ttl").unlink()
    second = make(tiny_sources, out)
    assert second.id != first.id
    assert second.nquads.read_bytes() and (out / "manifest.json").exists()
    other = tmp_path / "documents"
    other.mkdir()
    (other / "thesis.txt").write_text("years of work")
    with pytest.raises(UnreadableInput, match="something other than a release"):
        make(tiny_sources, other)
    assert (other / "thesis.txt").read_text() == "years of work"
    assert {path.name for path in tmp_path.iterdir()} == {"sources", "release", "documents"}


def test_a_place_that_cannot_be_written_is_named(tiny_sources: Sources, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreUnavailable, match="MLA_HOME"):
        make(tiny_sources, tmp_path / "file" / "release")
