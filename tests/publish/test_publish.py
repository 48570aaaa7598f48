"""A release on a server: whole, verified, beside the one before, current in one step."""

import threading

import pytest

from mla_graph.publish import run
from mla_graph.publish.content import Lines, content
from mla_graph.publish.run import plan
from mla_graph.store.releases import (
    current_release,
    merged_iri,
    open_endpoint,
    release_iri,
    version_iri,
)
from mla_graph.store.remote import RemoteStore

from .conftest import expected

LABELS = "SELECT ?o WHERE { ?s <http://www.w3.org/2004/02/skos/core#prefLabel> ?o } ORDER BY ?o"


def labels(store: RemoteStore) -> list[str]:
    return [row["o"].value for row in store.query(LABELS)]


def test_the_server_holds_every_graph_of_the_release_as_the_manifest_says(target, releases) -> None:
    old, _ = releases
    report = target.publish(old)
    held = target.graphs()
    assert held == expected(old)
    manifest = old.manifest
    assert len(held[merged_iri(old.id)]) == manifest.merged.triples
    for name, summary in manifest.graphs.items():
        assert len(held[version_iri(name, summary.sha256)]) == summary.triples
    assert len(report.sent) == len(manifest.graphs) + 2  # the merged graph, the description
    assert report.sent[-1].iri == merged_iri(old.id)


def test_the_endpoint_answers_from_the_release_that_is_current(target, releases) -> None:
    old, new = releases
    assert open_endpoint(target.query_url, target.settings).release_id is None
    target.publish(old)
    store = open_endpoint(target.query_url, target.settings)
    assert (store.release_id, "Belgique" in labels(store)) == (old.id, True)
    target.publish(new)
    store = open_endpoint(target.query_url, target.settings)
    assert (store.release_id, "La Belgique" in labels(store)) == (new.id, True)


def test_only_what_changed_is_sent_again(target, releases) -> None:
    old, new = releases
    target.publish(old)
    assert target.publish(old).sent == []
    sent = {graph.iri for graph in target.publish(new).sent}
    manifest = new.manifest
    changed = {
        version_iri(name, part.sha256)
        for name, part in manifest.graphs.items()
        if part != old.manifest.graphs.get(name)
    }
    assert any("states/be" in iri for iri in changed) and len(changed) < len(manifest.graphs)
    assert sent == changed | {merged_iri(new.id), release_iri(new.id)}


def test_readers_of_the_old_release_are_not_disturbed_until_the_one_after_next(
    target, releases
) -> None:
    old, new = releases
    target.publish(old)
    reader = open_endpoint(target.query_url, target.settings)
    before = labels(reader)
    target.publish(new)
    assert labels(reader) == before
    assert target.graphs() == expected(old, new)
    target.publish(new, keep=0)
    assert labels(reader) == []
    assert set(target.graphs()) == set(expected(new))  # nothing of the old one alone is left


def test_one_can_go_back_to_an_earlier_release(oxigraph_target, releases) -> None:
    old, new = releases
    oxigraph_target.publish(old)
    oxigraph_target.publish(new)
    assert oxigraph_target.publish(old).sent == []
    assert open_endpoint(oxigraph_target.query_url, oxigraph_target.settings).release_id == old.id


def test_what_somebody_changed_on_the_server_is_sent_again(target, releases) -> None:
    old, _ = releases
    target.publish(old)
    damaged = content(old).merged
    with target.connected() as server:
        server.writer.add(damaged.iri, Lines.of([b"<urn:a> <urn:b> <urn:c> ."]), lambda _: None)
    assert [graph.iri for graph in target.publish(old).sent] == [damaged.iri]
    lines = damaged.lines()
    with target.connected() as server:  # as many triples as there should be
        server.writer.delete(damaged.iri)
        wrong = [b"<urn:a> <urn:b> <urn:c> .", *lines.ground[1:]]
        server.writer.add(damaged.iri, Lines(wrong, lines.blank), lambda _: None)
    assert target.publish(old).sent == []
    assert [graph.iri for graph in target.publish(old, check_all=True).sent] == [damaged.iri]
    assert target.graphs() == expected(old)


def test_a_large_graph_is_read_back_in_parts(target, releases, monkeypatch) -> None:
    old, _ = releases
    monkeypatch.setattr("mla_graph.publish.reading.AT_ONCE", 3)
    target.publish(old)
    assert target.publish(old, check_all=True).sent == []
    assert target.graphs() == expected(old)


def test_a_plan_tells_and_changes_nothing(oxigraph_target, releases) -> None:
    old, new = releases
    oxigraph_target.publish(old)
    before = oxigraph_target.graphs()
    with oxigraph_target.connected() as server:
        todo = plan(content(new), server, keep=0)
    assert merged_iri(new.id) in {graph.iri for graph in todo.missing}
    assert todo.removed == [release_iri(old.id)]
    assert oxigraph_target.graphs() == before


def test_a_release_that_never_became_current_is_cleared_away_by_the_next(
    oxigraph_target, releases, monkeypatch
) -> None:
    old, new = releases

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(run, "_make_current", stop)
        with pytest.raises(KeyboardInterrupt):
            oxigraph_target.publish(old)
    assert current_release(RemoteStore(oxigraph_target.query_url)) is None
    oxigraph_target.publish(new)
    assert oxigraph_target.graphs() == expected(new)


def test_at_every_moment_one_release_is_current_and_whole(target, releases) -> None:
    old, new = releases
    target.publish(old)
    over = threading.Event()
    seen: list[tuple[str | None, int]] = []

    def read() -> None:
        while not over.is_set():
            store = open_endpoint(target.query_url, target.settings)
            (row,) = store.query("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
            seen.append((store.release_id, int(row["n"].value)))

    reader = threading.Thread(target=read)
    reader.start()
    target.publish(new)
    over.set()
    reader.join(30)
    whole = {(release.id, release.manifest.merged.triples) for release in releases}
    assert seen and set(seen) <= whole
