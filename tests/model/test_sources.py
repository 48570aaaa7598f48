"""The sources are found, listed and recognised by what they contain."""

import json
import os
import time
from pathlib import Path

import pytest

from mla_graph.model.errors import UnreadableInput
from mla_graph.model.sources import Sources


def test_the_installation_carries_its_sources() -> None:
    sources = Sources.shipped()
    assert sources.ontology.is_dir()
    assert sources.graph_data.is_dir()
    assert sources.graph_iri(sources.graph_data / "states" / "lu.ttl") == (
        "https://w3id.org/mla-graph/graph/graph_data/states/lu"
    )


def test_files_are_listed_by_their_part_in_a_sorted_and_stable_order(tiny_sources: Sources) -> None:
    (tiny_sources.graph_data / ".hidden.ttl").write_text("not Turtle")
    names = [tiny_sources.name(path) for path in tiny_sources.graph_files()]
    assert names == ["ontology/mla.ttl", "graph_data/states/be.ttl", "graph_data/states/lu.ttl"]
    assert [path.name for path in tiny_sources.rule_files()] == [
        "10-label.rq",
        "20-default-label.rq",
    ]
    assert [path.name for path in tiny_sources.shape_files()] == ["state.ttl"]


@pytest.mark.parametrize(
    "name", ["ontology/rules/10-label.rq", "shapes/state.ttl", "queries/states.rq"]
)
def test_the_hash_follows_names_and_bytes_of_what_a_release_depends_on(
    tiny_sources: Sources, name: str
) -> None:
    before = tiny_sources.source_hash()
    path = tiny_sources.root / name
    text = path.read_text()
    path.write_text(text + "#")
    assert tiny_sources.source_hash() != before
    path.write_text(text)
    assert tiny_sources.source_hash() == before
    path.rename(path.with_name(f"0{path.name}"))
    assert tiny_sources.source_hash() != before


def test_the_hash_does_not_depend_on_where_the_tree_stands(
    tiny_sources: Sources, tmp_path: Path
) -> None:
    before = tiny_sources.source_hash()
    moved = Sources(tiny_sources.root.rename(tmp_path / "elsewhere"))
    assert moved.source_hash() == before


def test_a_settled_tree_is_hashed_from_the_cache_and_a_change_is_still_seen(
    tiny_sources: Sources, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = tmp_path / "hashes.json"
    monkeypatch.setattr("mla_graph.model.sources._SETTLED_NS", 50_000_000)
    time.sleep(0.1)
    first = tiny_sources.source_hash(cache)
    assert json.loads(cache.read_text())[str(tiny_sources.root)]["hash"] == first
    with monkeypatch.context() as patch:
        patch.setattr(
            Path, "read_bytes", lambda path: path.open("rb").read() if path == cache else None
        )
        assert tiny_sources.source_hash(cache) == first
    path = tiny_sources.graph_data / "states" / "lu.ttl"
    state = path.stat()
    path.write_bytes(path.read_bytes().replace(b"LU", b"XX"))
    os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns))
    assert path.stat().st_size == state.st_size
    assert tiny_sources.source_hash(cache) == tiny_sources.source_hash() != first


def test_a_tree_that_changed_just_now_is_not_remembered(
    tiny_sources: Sources, tmp_path: Path
) -> None:
    cache = tmp_path / "hashes.json"
    (tiny_sources.shapes / "state.ttl").touch()
    tiny_sources.source_hash(cache)
    assert not cache.exists()


@pytest.mark.parametrize("content", [b"", b"[]", b"\xff", b'{"x": 1}'])
def test_a_damaged_cache_costs_time_only(
    tiny_sources: Sources, tmp_path: Path, content: bytes
) -> None:
    cache = tmp_path / "hashes.json"
    cache.write_bytes(content)
    assert tiny_sources.source_hash(cache) == tiny_sources.source_hash()


def test_a_file_that_cannot_be_read_is_named(tiny_sources: Sources) -> None:
    (tiny_sources.graph_data / "gone.ttl").symlink_to("nowhere.ttl")
    with pytest.raises(UnreadableInput, match=r"gone\.ttl"):
        tiny_sources.source_hash()


def test_only_the_very_sources_that_passed_validation_count_as_validated(
    tiny_sources: Sources,
) -> None:
    passed = tiny_sources.source_hash()
    assert not tiny_sources.is_prevalidated(passed)
    (tiny_sources.root / "validated.json").write_text(json.dumps({"source_hash": passed}))
    assert tiny_sources.is_prevalidated(passed)
    assert not tiny_sources.is_prevalidated("another")
    (tiny_sources.root / "validated.json").write_text("[]")
    assert not tiny_sources.is_prevalidated(passed)
