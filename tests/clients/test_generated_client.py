"""A typed client that ``openapi-python-client`` makes from the description of the service."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.clients

HERE = Path(__file__).parent


def run(*command: str | Path, path: Path, expected: int = 0) -> str:
    """What a Python module writes, with the generated package at hand."""
    done = subprocess.run(
        [sys.executable, "-m", *command], cwd=path, capture_output=True, text=True,
        env=os.environ | {"PYTHONPATH": str(path), "MYPYPATH": str(path)}, timeout=300,
    )  # fmt: skip
    assert done.returncode == expected, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def generated(service: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the generated package; the generator warns of nothing that it left out."""
    folder = tmp_path_factory.mktemp("generated")
    program = Path(sys.executable).with_name("openapi-python-client")
    done = subprocess.run(
        [program, "generate", "--url", f"{service}/openapi.json", "--meta", "none",
         "--config", HERE / "generator.yaml", "--output-path", folder / "mla_graph_client",
         "--fail-on-warning"],
        capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def test_every_module_of_it_can_be_imported(generated: Path) -> None:
    everything = (
        "import pkgutil, importlib, mla_graph_client as package\n"
        "for one in pkgutil.walk_packages(package.__path__, 'mla_graph_client.'):\n"
        "    importlib.import_module(one.name)\n"
    )
    (generated / "everything.py").write_text(everything)
    run("everything", path=generated)


def test_a_program_on_top_of_it_is_typed_and_gets_rows(service: str, generated: Path) -> None:
    (generated / "typed_use.py").write_text((HERE / "typed_use.py").read_text())
    run("mypy", "--strict", "--no-incremental", "typed_use.py", path=generated)
    rows, instruments = run("typed_use", service, path=generated).splitlines()
    assert rows.startswith("3 [")
    assert "European Investigation Order" in instruments or "2014/41" in instruments
