"""Virtuoso answers through the remote engine as the embedded store does."""

from pathlib import Path

import pyoxigraph as ox

from mla_graph.store.remote import RemoteStore

from ..virtuoso_server import VirtuosoServer


def test_data_loaded_by_either_way_is_found(
    virtuoso_server: VirtuosoServer, tmp_path: Path
) -> None:
    file = tmp_path / "a.nt"
    file.write_text('<urn:a> <urn:b> "c" .\n', "utf-8")
    virtuoso_server.load_file(file, "urn:test:file")
    virtuoso_server.load(b'<urn:a> <urn:b> "c" .', "text/turtle", "urn:test:put")
    for graph in ("urn:test:file", "urn:test:put"):
        answer = RemoteStore(virtuoso_server.query_url, graph).query("SELECT ?c { <urn:a> ?b ?c }")
        assert isinstance(answer, ox.QuerySolutions)
        assert [row["c"] for row in answer] == [ox.Literal("c")]
