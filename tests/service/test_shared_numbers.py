"""Where several server processes keep the numbers that they add up."""

import errno
import os
from contextlib import ExitStack
from pathlib import Path

import pytest

from mla_graph.service.process import shared_numbers
from mla_graph.service.process.shared_numbers import FOLDER, make_folder, reserve


def test_the_folder_is_in_the_home_and_gone_afterwards(tmp_path: Path) -> None:
    with ExitStack() as until:
        folder = make_folder(tmp_path, until)
        assert folder is not None and folder.is_relative_to(tmp_path)
    assert not folder.exists()


def test_without_a_home_to_write_to_it_is_a_temporary_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with ExitStack() as until:
        folder = make_folder(tmp_path / "file", until)
        assert folder is not None and folder.parent == tmp_path
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "file"))
    with ExitStack() as until:
        assert make_folder(tmp_path / "file", until) is None


def test_a_process_without_room_for_its_numbers_tells_them_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setenv(FOLDER, str(tmp_path))
    reserve()
    assert os.environ[FOLDER] == str(tmp_path)
    monkeypatch.setattr(shared_numbers.os, "posix_fallocate", full)
    reserve()
    assert FOLDER not in os.environ
