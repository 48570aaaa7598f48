"""The wheel, installed elsewhere, is the whole product."""

import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.wheel

ROOT = Path(__file__).resolve().parents[2]
PIP = ("-m", "pip", "--disable-pip-version-check", "--quiet", "install")


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of programs of a fresh environment with the wheel and the locked packages."""
    folder = tmp_path_factory.mktemp("wheel")
    build = (sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT)
    subprocess.run(build, check=True, stdout=subprocess.DEVNULL)
    (wheel,) = folder.glob("*.whl")
    subprocess.run((sys.executable, "-m", "venv", folder / "venv"), check=True)
    python = folder / "venv" / "bin" / "python"
    lock = ROOT / "requirements.lock"
    subprocess.run((python, *PIP, "--require-hashes", "-r", lock), check=True)
    subprocess.run((python, *PIP, "--no-deps", wheel), check=True)
    return python.parent


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty working folder."""
    return tmp_path_factory.mktemp("somewhere else")


@pytest.fixture(scope="module")
def environ(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """An environment with a fresh home, and no trace of the checkout."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    return kept | {"MLA_HOME": str(tmp_path_factory.mktemp("home")), "PYTHONDONTWRITEBYTECODE": "1"}


def files_of(installed: Path) -> set[str]:
    """Every file of the installed package but Python's own caches."""
    (package,) = installed.parent.glob("lib/python3*/site-packages/mla_graph")
    return {str(p) for p in package.rglob("*") if p.is_file() and p.suffix != ".pyc"}


@pytest.fixture(scope="module")
def call(installed: Path, place: Path, environ: dict[str, str]):
    """Run the installed command in the working folder."""

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            (installed / "mla-graph", *arguments),
            cwd=place,
            env=environ,
            capture_output=True,
            text=True,
            timeout=300,
        )

    return run


@pytest.fixture(scope="module")
def address(installed: Path, place: Path, environ: dict[str, str]) -> Iterator[str]:
    """The installed service on a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    command = (installed / "mla-graph", "serve", "--port", port)
    server = subprocess.Popen(command, cwd=place, env=environ)
    url, deadline = f"http://127.0.0.1:{port}", time.monotonic() + 120
    try:
        while True:
            try:
                urllib.request.urlopen(f"{url}/health/ready", timeout=5).close()
                break
            except (urllib.error.URLError, OSError):
                assert server.poll() is None, "the service ended"
                assert time.monotonic() < deadline, "the service is not ready"
                time.sleep(0.1)
        yield url
    finally:
        server.terminate()
        server.wait(timeout=20)


def test_it_says_its_version(call) -> None:
    assert re.fullmatch(r"mla-graph \d+\.\d+\.\d+\n", call("--version").stdout)


def test_it_builds_its_graph_and_answers(call) -> None:
    done = call("query", "authorities", "state=LU", "measure=A.30")
    assert done.returncode == 0, done.stderr
    assert "authority/lu-investigating-judge" in done.stdout
    assert "is ready in" in done.stderr


def test_it_is_healthy(call) -> None:
    done = call("doctor", "--no-build")
    assert done.returncode == 0, done.stdout


def test_it_serves_saved_queries_and_documentation(address: str) -> None:
    query = f"{address}/api/queries/authorities?state=LU&measure=A.30&format=csv"
    with urllib.request.urlopen(query, timeout=30) as answer:
        assert b"authority/lu-investigating-judge" in answer.read()
    for page in ("/", "/docs", "/openapi.json", "/ontology"):
        with urllib.request.urlopen(address + page, timeout=30) as answer:
            assert answer.status == 200
            assert answer.read()


def test_nothing_is_written_beside_the_home(installed: Path, place: Path, call, address) -> None:
    before = files_of(installed)
    assert any(name.endswith("_data/queries/authorities.rq") for name in before)
    assert call("query", "states").returncode == 0
    urllib.request.urlopen(f"{address}/api/queries/states", timeout=30).close()
    assert files_of(installed) == before
    assert list(place.iterdir()) == []
