"""`mla-graph export`: the whole graph as one file."""

import os
from pathlib import Path

import pyoxigraph as ox
import pytest

from mla_graph.release.directory import Release

FORMATS = {
    "turtle": ox.RdfFormat.TURTLE,
    "nquads": ox.RdfFormat.N_QUADS,
    "trig": ox.RdfFormat.TRIG,
    "jsonld": ox.RdfFormat.JSON_LD,
    "ntriples": ox.RdfFormat.N_TRIPLES,
}


@pytest.mark.parametrize("format", FORMATS)
def test_every_format_holds_the_whole_graph(
    run, shipped_release: Release, tmp_path: Path, format: str
) -> None:
    out = tmp_path / "dump"
    result = run("export", "--format", format, "--out", out)
    assert (result.exit_code, result.stdout) == (0, "")
    count = len(set(ox.parse(path=out, format=FORMATS[format])))
    whole = shipped_release.manifest
    assert count == (whole.quads if format in ("nquads", "trig") else whole.merged.triples)


def test_without_a_file_it_goes_to_stdout(run, shipped_release: Release) -> None:
    result = run("export", "--format", "nquads")
    assert result.stdout_bytes == shipped_release.nquads.read_bytes()


def test_a_file_that_cannot_be_written_is_named(run, tmp_path: Path) -> None:
    out = tmp_path / "missing" / "dump.ttl"
    result = run("export", "--out", out)
    assert result.exit_code == 2
    assert str(out) in result.stderr


@pytest.mark.parametrize("kind", ["device", "pipe", "link"])
def test_what_is_no_file_of_its_own_is_not_replaced(run, tmp_path: Path, kind: str) -> None:
    out = tmp_path / "out"
    match kind:
        case "device":
            out.symlink_to("/dev/null")
        case "pipe":
            os.mkfifo(out)
        case "link":
            (tmp_path / "target").write_text("kept")
            out.symlink_to(tmp_path / "target")
    before = out.lstat()
    result = run("export", "--out", out)
    assert (result.exit_code, str(out) in result.stderr) == (2, True)
    assert out.lstat() == before
    assert kind != "link" or out.read_text() == "kept"


def test_a_dump_that_fails_leaves_the_old_file(
    run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> object:
        yield b"half of "
        raise OSError(28, "No space left on device")

    out = tmp_path / "dump.ttl"
    out.write_text("the old one")
    monkeypatch.setattr("mla_graph.cli.commands.export.export", full)
    result = run("export", "--out", out)
    assert result.exit_code == 2
    assert "No space left" in result.stderr
    assert out.read_text() == "the old one"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["dump.ttl", "working folder"]
