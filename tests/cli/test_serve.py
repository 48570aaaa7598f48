"""`mla-graph serve`: the same answers over HTTP, until it is stopped."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

SERVE = (sys.executable, "-m", "mla_graph.cli.main", "serve")


def _free_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


@pytest.fixture
def server(home: Path, tmp_path: Path) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    port = _free_port()
    url = f"http://127.0.0.1:{port}"
    process = subprocess.Popen(
        (*SERVE, "--port", port),
        cwd=tmp_path,
        env=os.environ | {"MLA_HOME": str(home)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    deadline = time.monotonic() + 30
    while True:
        try:
            urllib.request.urlopen(f"{url}/health/ready", timeout=5).close()
            break
        except (urllib.error.URLError, OSError):
            assert process.poll() is None and time.monotonic() < deadline
            time.sleep(0.05)
    yield url, process
    process.kill()
    process.communicate()


def test_it_answers_as_the_command_does_and_stops_quietly(run, server) -> None:
    url, process = server
    with urllib.request.urlopen(f"{url}/api/queries/states?format=json", timeout=10) as answer:
        served = json.load(answer)
    assert served == json.loads(run("query", "states", "--format", "json").stdout)
    process.send_signal(signal.SIGINT)
    stdout, stderr = process.communicate(timeout=20)
    assert process.returncode == 0
    assert stdout == ""
    assert "Traceback" not in stderr


def test_a_port_that_is_taken_is_unavailable(run, server) -> None:
    url, _ = server
    port = url.rpartition(":")[2]
    done = subprocess.run((*SERVE, "--port", port), capture_output=True, text=True, timeout=30)
    assert done.returncode == 3
    assert "address already in use" in done.stderr


@pytest.mark.parametrize("store", ["no such folder", ""])
def test_a_store_that_is_not_there_is_unavailable(run, store: str) -> None:
    result = run("serve", "--port", "0", "--store", store)
    assert result.exit_code == 3
    assert "unavailable" in result.stderr
