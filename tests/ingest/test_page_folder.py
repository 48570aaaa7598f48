"""A folder of saved pages: everything is accounted for, and one bad page stops no other."""

import json
import multiprocessing
import os
import signal
import subprocess
import sysconfig
import time
from pathlib import Path

import pyoxigraph as ox
import pytest

from mla_graph.ingest.page_folder import FolderReport, read_folder
from mla_graph.ingest.page_reader import pages_in
from mla_graph.model.errors import UnreadableInput
from mla_graph.model.sources import Sources

from .saved_pages import PAGE as SHORT
from .saved_pages import as_headings, as_text, graph_in

PAGE = SHORT | {"Accepted languages": "French. Klingon is spoken on Tuesdays."}
BAD = {"empty.html": b"", "binary.html": b"\0\1\2", "poem.txt": b"Roses are red.", "x.pdf": b"%PDF"}


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Sources:
    return graph_in(tmp_path_factory.mktemp("graph"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "pages" / "more").mkdir(parents=True)
    pages = tmp_path / "pages"
    (pages / "lu.html").write_text(
        as_headings(PAGE, before="Luxembourg</h1><p>A.30 Search</p><h1>")
    )
    (pages / "more" / "LU-A.30.txt").write_text(as_text(PAGE))
    for name, content in BAD.items():
        (pages / name).write_bytes(content)
    for beside in ("lu_files/logo.svg", ".cache/x", "lu.html.ttl", "lu.html.decisions.json"):
        (pages / beside).parent.mkdir(exist_ok=True)
        (pages / beside).write_text("no page")
    return pages


def test_each_file_is_read_or_refused_with_the_reason(folder: Path, sources: Sources) -> None:
    report = FolderReport(list(read_folder(folder, pages_in(folder), sources, 2)))
    assert {one.file for one in report.refused} == set(BAD)
    assert all(one.refused for one in report.refused)
    assert {one.file for one in report.read} == {"lu.html", "more/LU-A.30.txt"}
    assert {one.implementation for one in report.read} == {"implementation/lu-a.30"}
    counts = report.counts()
    assert (counts["availability"], counts["instruments"], counts["languages"]) == (2, 2, 2)
    told = json.loads(report.as_json())
    assert (told["read"], told["refused"]) == (2, 4)
    page = next(one for one in told["pages"] if one["file"] == "lu.html")
    assert page["not_understood"] and page["not_read"] and page["facts"] and "turtle" not in page
    text = report.as_text()
    assert "Read: 2 of 6 files" in text and "poem.txt" in text and "Klingon" in text


def test_a_page_that_ends_its_process_stops_no_other(folder: Path, sources: Sources) -> None:
    outcomes = read_folder(folder, pages_in(folder), sources, 1)
    found = [next(outcomes)]
    for worker in multiprocessing.active_children():
        os.kill(worker.pid or 0, signal.SIGKILL)
    found += outcomes
    assert sorted(one.file for one in found) == sorted([*BAD, "lu.html", "more/LU-A.30.txt"])
    assert sum(not one.refused for one in found) == 2


def test_a_folder_without_pages_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableInput, match="holds no file"):
        pages_in(tmp_path)
    with pytest.raises(UnreadableInput, match="is no folder"):
        pages_in(tmp_path / "none")


@pytest.mark.slow
def test_ctrl_c_leaves_whole_files_only(tmp_path: Path) -> None:
    pages = tmp_path / "pages"
    pages.mkdir()
    for number in range(100):
        (pages / f"LU-A.30 {number}.txt").write_text(as_text(PAGE))
    program = Path(sysconfig.get_path("scripts"), "mla-graph")
    out = tmp_path / "drafts"
    process = subprocess.Popen([program, "import", "fiches", pages, "--out", out])
    while process.poll() is None and len(list(out.glob("*.ttl"))) < 3:
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=60) == 130
    left = list(out.iterdir())
    assert 3 <= len(left) < 100
    for path in left:
        assert path.suffix == ".ttl"
        ox.Store().load(path=path, format=ox.RdfFormat.TURTLE)
