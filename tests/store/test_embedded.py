"""The embedded engine: what is loaded is answered, what is read-only stays as it is."""

from pathlib import Path

import pyoxigraph as ox
import pytest

from mla_graph.model.errors import (
    InputError,
    QuerySyntaxError,
    ReadOnlyStore,
    StoreUnavailable,
    UnreadableInput,
)
from mla_graph.store.embedded import EmbeddedStore

TURTLE, N_QUADS = ox.RdfFormat.TURTLE, ox.RdfFormat.N_QUADS
EVERYTHING = "SELECT ?s ?p ?o WHERE { ?s ?p ?o }"


def count(store: EmbeddedStore) -> int:
    answer = store.query(EVERYTHING)
    assert isinstance(answer, ox.QuerySolutions)
    return len(list(answer))


def test_each_form_of_query_has_its_kind_of_answer() -> None:
    store = EmbeddedStore.in_memory()
    store.load(b'<urn:a> <urn:p> "1" .', TURTLE)
    assert [row["o"].value for row in store.select("SELECT ?o { ?s ?p ?o }")] == ["1"]
    assert store.ask('ASK { <urn:a> <urn:p> "1" }') is True
    built = store.construct("CONSTRUCT { ?o ?p ?s } WHERE { ?s ?p ?o FILTER(isIRI(?o)) }")
    assert list(built) == []
    for method in (store.select, store.construct):
        with pytest.raises(InputError, match="This is no"):
            method("ASK {}")
    with pytest.raises(InputError, match="This is no ASK query"):
        store.ask("SELECT ?s { ?s ?p ?o }")


def test_a_function_that_does_not_exist_is_the_querys_fault() -> None:
    with pytest.raises(QuerySyntaxError, match="urn:fn"):
        EmbeddedStore.in_memory().query("ASK { FILTER(<urn:fn>(1)) }")


def test_named_graphs_stand_beside_the_default_graph(tmp_path: Path) -> None:
    store = EmbeddedStore.in_memory()
    store.load(b"<urn:a> <urn:p> <urn:b> .", TURTLE)
    store.load(b"<urn:c> <urn:p> <urn:d> .", TURTLE, graph="urn:g2")
    path = tmp_path / "more.ttl"
    path.write_text("<urn:e> <urn:p> <urn:f> .")
    store.load(path, TURTLE, graph="urn:g1")
    assert count(store) == 1
    assert store.graphs() == ["urn:g1", "urn:g2"]
    assert len(store) == 3


@pytest.mark.parametrize(
    "text", ["<urn:a> <urn:p> <urn:b> .\n<urn:a> <urn:p> .", "\n<a> <a> <a> ."]
)
def test_data_that_cannot_be_parsed_is_named_by_file_and_line_and_nothing_is_added(
    tmp_path: Path, text: str
) -> None:
    path = tmp_path / "bad.ttl"
    path.write_text(text)
    store = EmbeddedStore.in_memory()
    with pytest.raises(UnreadableInput, match=r"bad\.ttl, line 2") as caught:
        store.load(path, TURTLE)
    assert caught.value.extensions["line"] == 2
    assert len(store) == 0


def test_a_store_on_disk_is_read_by_several_at_once_and_changed_by_none(tmp_path: Path) -> None:
    writer = EmbeddedStore.create(tmp_path / "store")
    writer.load(b"<urn:a> <urn:p> <urn:b> <urn:g> .", N_QUADS)
    writer.close()
    readers = [EmbeddedStore.open_read_only(tmp_path / "store") for _ in range(2)]
    for reader in readers:
        assert reader.graphs() == ["urn:g"]
        assert count(reader) == 0
        with pytest.raises(ReadOnlyStore):
            reader.load(b"<urn:x> <urn:p> <urn:b> .", TURTLE)


def test_a_store_without_a_merged_graph_can_answer_from_the_union(tmp_path: Path) -> None:
    writer = EmbeddedStore.create(tmp_path / "store")
    writer.load(b"<urn:a> <urn:p> <urn:b> <urn:g> .", N_QUADS)
    writer.close()
    assert count(EmbeddedStore.open_read_only(tmp_path / "store", union_default_graph=True)) == 1


MERGED_AND_SOURCES = """\
<urn:a> <urn:p> "text <urn:g> ." .
<urn:a> <urn:p> <urn:b> .
<urn:a> <urn:p> <urn:b> <urn:g> .
<urn:a> <urn:p> <urn:c> <urn:g> .
<urn:a> <urn:source> <urn:g> .
<urn:a> <urn:source> <urn:g> <urn:g> .
"""


def test_the_merged_graph_is_served_from_memory_read_only(tmp_path: Path) -> None:
    nquads = tmp_path / "release.nq"
    nquads.write_text(MERGED_AND_SOURCES)
    store = EmbeddedStore.merged_copy(nquads, ["urn:g"], 3, release_id="r1")
    assert (count(store), len(store), store.release_id) == (3, 3, "r1")
    assert "urn:source" in {row["p"].value for row in store.query("SELECT ?p { ?s ?p <urn:g> }")}
    with pytest.raises(ReadOnlyStore):
        store.load(b"<urn:x> <urn:p> <urn:b> .", TURTLE)


@pytest.mark.parametrize(
    "content",
    [
        None,
        MERGED_AND_SOURCES.encode()[:-130],
        b"<urn:a> <urn:p> \xff .\n" + MERGED_AND_SOURCES.encode() * 50_000,
    ],
    ids=["missing", "cut off", "not text"],
)
def test_a_damaged_release_is_not_served_from_memory(tmp_path: Path, content: bytes | None) -> None:
    nquads = tmp_path / "release.nq"
    if content is not None:
        nquads.write_bytes(content)
    with pytest.raises(StoreUnavailable, match=r"release\.nq"):
        EmbeddedStore.merged_copy(nquads, ["urn:g"], 3)


@pytest.mark.parametrize("exists", [True, False])
def test_a_folder_that_is_no_store_is_unavailable(tmp_path: Path, exists: bool) -> None:
    folder = tmp_path / "no-store"
    if exists:
        folder.mkdir()
        (folder / "CURRENT").write_text("damaged")
    with pytest.raises(StoreUnavailable, match="no-store"):
        EmbeddedStore.open_read_only(folder)


def test_a_store_that_another_has_open_for_writing_is_unavailable(tmp_path: Path) -> None:
    first = EmbeddedStore.create(tmp_path / "store")
    with pytest.raises(StoreUnavailable, match="cannot be opened for writing"):
        EmbeddedStore.create(tmp_path / "store")
    first.close()


def test_an_answer_that_is_being_read_outlives_the_closing_of_its_store() -> None:
    store = EmbeddedStore.in_memory()
    store.load(b"<urn:a> <urn:p> 1, 2, 3 .", TURTLE)
    answer = store.query(EVERYTHING)
    store.close()
    assert isinstance(answer, ox.QuerySolutions)
    assert len(list(answer)) == 3


def test_a_closed_store_says_so_and_never_answers_with_nothing() -> None:
    store = EmbeddedStore.in_memory()
    store.close()
    with pytest.raises(StoreUnavailable, match="is closed"):
        store.query(EVERYTHING)


def test_a_copy_for_which_there_is_too_little_memory_is_not_begun(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The engine would end the process."""
    limit = 1 << 20
    monkeypatch.setattr("resource.getrlimit", lambda kind: (limit, limit))
    with pytest.raises(StoreUnavailable, match="MiB more"):
        EmbeddedStore.merged_copy(tmp_path / "release.nq", ["urn:g"], 3)
