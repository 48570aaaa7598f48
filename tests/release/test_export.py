"""Dumps hold the merged graph, or every graph, whatever their format."""

from pathlib import Path

import pyoxigraph as ox
import pytest

from mla_graph.model.errors import UnsupportedFormat
from mla_graph.model.sources import Sources
from mla_graph.release.build import build
from mla_graph.release.directory import Release
from mla_graph.release.export import export
from mla_graph.store.formats import DUMPS


@pytest.fixture
def release(tiny_sources: Sources, tmp_path: Path) -> Release:
    return build(tiny_sources, tmp_path / "release", progress=lambda _: None, validate=False)


def dump(release: Release, format: str) -> bytes:
    return b"".join(export(release, format))


def quads(data: bytes, format: ox.RdfFormat) -> ox.Dataset:
    dataset = ox.Dataset(ox.parse(data, format))
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return dataset


@pytest.mark.parametrize("format", list(DUMPS))
def test_a_dump_holds_the_whole_release_or_its_merged_graph(release: Release, format: str) -> None:
    everything = ox.Dataset(ox.parse(path=release.nquads))
    if format not in ("nquads", "trig"):
        merged = everything.quads_for_graph_name(ox.DefaultGraph())
        everything = ox.Dataset(merged)
    everything.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    assert quads(dump(release, format), DUMPS[format]) == everything
    assert dump(release, format) == dump(release, format)


def test_turtle_is_made_for_reading(release: Release) -> None:
    text = dump(release, "turtle").decode()
    assert "state:lu" in text
    assert text.count("state:lu a mla:State") + text.count("state:lu rdf:type mla:State") <= 1


def test_trig_writes_each_graph_once(release: Release) -> None:
    text = dump(release, "trig").decode()
    assert text.count("{") == len(release.manifest.graphs)


def test_an_unknown_format_is_refused_before_anything_is_written(release: Release) -> None:
    with pytest.raises(UnsupportedFormat, match="turtle, nquads, trig, jsonld, ntriples"):
        export(release, "xlsx")
