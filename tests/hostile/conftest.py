"""The command on a tiny source tree, and a look at the disk before and after."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mla_graph.cli.main import main
from mla_graph.model.sources import Sources

Run = Callable[..., Result]


@pytest.fixture
def run(tiny_sources: Sources, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Call the command; whatever it is given, it never ends in a stack trace."""
    monkeypatch.setattr(Sources, "shipped", classmethod(lambda cls: tiny_sources))
    monkeypatch.setenv("MLA_HOME", str(tmp_path / "home"))

    def call(*arguments: str | Path) -> Result:
        result = CliRunner().invoke(main, [str(a) for a in arguments], prog_name="mla-graph")
        assert result.exception is None or isinstance(result.exception, SystemExit), result.output
        assert "Traceback" not in result.output
        return result

    return call


@contextmanager
def unchanged(folder: Path) -> Iterator[None]:
    """Nothing below the folder appears, changes or goes away meanwhile."""
    before = _state(folder)
    yield
    assert _state(folder) == before


def _state(folder: Path) -> dict[str, tuple[int, int]]:
    paths = (path for path in folder.rglob("*") if path.name != "build.lock")
    stats = {str(path): path.lstat() for path in paths if not path.is_dir()}
    return {name: (stat.st_size, stat.st_mtime_ns) for name, stat in stats.items()}
