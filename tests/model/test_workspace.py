"""A result appears whole or stays as it was; what a killed maker left is removed by the next."""

import fcntl
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from mla_graph.release import workspace as module
from mla_graph.release.workspace import replace, workspace

MAKER = """
import os, signal, sys
from pathlib import Path
from mla_graph.release.workspace import workspace
with workspace(Path(sys.argv[1])) as folder:
    (folder / "half").write_text("half of it")
    os.kill(os.getpid(), signal.SIGKILL)
"""


def folder_with(path: Path, text: str) -> Path:
    path.mkdir()
    (path / "said").write_text(text)
    return path


def test_what_a_killed_maker_left_is_removed_by_the_next(tmp_path: Path) -> None:
    result = tmp_path / "result"
    killed = subprocess.run([sys.executable, "-c", MAKER, str(result)], check=False)
    assert killed.returncode == -signal.SIGKILL
    (left,) = tmp_path.iterdir()
    with workspace(result) as folder:
        assert not left.exists()
        assert list(tmp_path.iterdir()) == [folder]
    assert list(tmp_path.iterdir()) == []


def test_the_folder_of_another_that_still_runs_stays(tmp_path: Path) -> None:
    with workspace(tmp_path / "result") as first, workspace(tmp_path / "result"):
        assert first.exists()


def test_folders_of_other_results_and_of_other_people_stay(tmp_path: Path) -> None:
    others = [folder_with(tmp_path / name, "") for name in (".building-x", ".other.mla-graph-x")]
    with workspace(tmp_path / "result"):
        assert all(other.exists() for other in others)


@pytest.mark.parametrize("possible", [True, False])
def test_the_new_takes_the_place_of_the_old(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, possible: bool
) -> None:
    if not possible:
        monkeypatch.setattr(module, "_exchanged", lambda first, second: False)
    result = folder_with(tmp_path / "result", "old")
    replace(folder_with(tmp_path / "new", "new"), result)
    assert (result / "said").read_text() == "new"


def test_a_result_that_cannot_be_replaced_stays(tmp_path: Path) -> None:
    result = folder_with(tmp_path / "result", "old")
    with pytest.raises(OSError):
        replace(tmp_path / "missing", result)
    assert (result / "said").read_text() == "old"
    assert list(tmp_path.iterdir()) == [result]


def test_a_pipe_and_a_lock_of_others_beside_the_result_are_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / ".result.mla-graph-x")
    descriptor = os.open(tmp_path, os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    with workspace(tmp_path / "result") as folder:
        assert folder.is_dir()
    os.close(descriptor)
