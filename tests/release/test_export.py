"""Dumps hold the merged graph, or every graph, whatever their format."""

import hashlib
import subprocess
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest

from mla_graph.model.errors import UnsupportedFormat
from mla_graph.model.sources import Sources
from mla_graph.release.build import build
from mla_graph.release.directory import Release, read
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


def test_the_manifest_tells_size_and_hash_of_every_dump_as_kept_and_as_unpacked(
    release: Release,
) -> None:
    told = release.manifest.dumps
    assert sorted(path.name for path in release.dumps.iterdir()) == sorted(
        name for name in told if name.endswith(".gz")
    )
    for format, ending in [("turtle", "ttl"), ("nquads", "nq"), ("trig", "trig"),
                           ("jsonld", "jsonld"), ("ntriples", "nt")]:  # fmt: skip
        unpacked, kept = told[f"mla-graph.{ending}"], told[f"mla-graph.{ending}.gz"]
        content = (release.dumps / f"mla-graph.{ending}.gz").read_bytes()
        for file, data in ((unpacked, dump(release, format)), (kept, content)):
            assert (file.bytes, file.sha256) == (len(data), hashlib.sha256(data).hexdigest())
    assert told["mla-graph.nq"].sha256 == release.id


def test_the_dumps_of_one_graph_are_the_same_whoever_builds_it(
    tiny_sources: Sources, release: Release, tmp_path: Path
) -> None:
    program = (
        "import sys; from pathlib import Path; from mla_graph.model.sources import Sources; "
        "from mla_graph.release.build import build; "
        "build(Sources(Path(sys.argv[1])), Path(sys.argv[2]), progress=print, validate=False)"
    )
    out = tmp_path / "again"
    subprocess.run([sys.executable, "-c", program, tiny_sources.root, out], check=True)
    again = read(out)
    assert again is not None and again.manifest.dumps == release.manifest.dumps


def test_turtle_is_made_for_reading(release: Release) -> None:
    text = dump(release, "turtle").decode()
    assert "state:lu" in text
    assert text.count("state:lu a mla:State") + text.count("state:lu rdf:type mla:State") <= 1


def test_trig_writes_each_graph_once(release: Release) -> None:
    text = dump(release, "trig").decode()
    assert text.count("> {") == len(release.manifest.graphs)


def test_an_unknown_format_is_refused_before_anything_is_written(release: Release) -> None:
    with pytest.raises(UnsupportedFormat, match="turtle, nquads, trig, jsonld, ntriples"):
        export(release, "xlsx")
