"""The notebooks of the documentation run on this graph and show what they did when written."""

from pathlib import Path

import nbformat
import pytest
from tools import notebooks

from mla_graph.release.directory import Release

FILES = sorted(notebooks.FOLDER.glob("*.ipynb"))


@pytest.fixture(scope="session")
def home(shipped_release: Release, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a user who has built the release."""
    folder = tmp_path_factory.mktemp("home")
    (folder / "releases").mkdir()
    (folder / "releases" / shipped_release.id).symlink_to(shipped_release.path)
    (folder / "current").symlink_to(Path("releases", shipped_release.id))
    return folder


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_notebook_runs_and_every_cell_shows_something_of_the_same_kind(
    path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Numbers change with the graph, which `make notebooks` writes anew."""
    monkeypatch.setenv("MLA_HOME", str(home))
    fresh = dict(notebooks.shown(notebooks.ran(path)))
    written = dict(notebooks.shown(nbformat.read(path, as_version=4)))
    assert {cell: len(outputs) for cell, outputs in fresh.items()} == {
        cell: len(outputs) for cell, outputs in written.items()
    }


def test_there_are_three_notebooks_with_their_output() -> None:
    assert len(FILES) == 3
    for path in FILES:
        shown = list(notebooks.shown(nbformat.read(path, as_version=4)))
        assert any(outputs for _, outputs in shown), path.name
        assert "Not legal advice" in path.read_text("utf-8")
