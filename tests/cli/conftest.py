"""The command as a person calls it, in an empty working folder, on the shipped graph."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mla_graph.cli.main import main
from mla_graph.release.directory import Release, switch

Run = Callable[..., Result]


@pytest.fixture(scope="session")
def home(shipped_release: Release, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home in which the shipped graph is built already."""
    home = tmp_path_factory.mktemp("home")
    path = home / "releases" / shipped_release.id
    shutil.copytree(shipped_release.path, path)
    switch(home, Release(path, shipped_release.manifest))
    return home


@pytest.fixture
def run(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Call the command with these arguments; gives exit code, stdout and stderr."""
    folder = tmp_path / "working folder"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("MLA_HOME", str(home))

    def call(*arguments: str | Path, input: str | bytes | None = None) -> Result:
        return CliRunner().invoke(
            main, [str(a) for a in arguments], input=input, prog_name="mla-graph"
        )

    return call
