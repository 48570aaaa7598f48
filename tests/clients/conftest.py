"""One server as people start it, for the clients that ask it."""

import os
import socket
import subprocess
import sysconfig
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from mla_graph.release.directory import Release

START_SECONDS = 60


@pytest.fixture(scope="session")
def service(shipped_release: Release, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of ``mla-graph serve`` on the shipped graph."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    program = Path(sysconfig.get_path("scripts"), "mla-graph")
    folder = tmp_path_factory.mktemp("served")
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [program, "serve", "--port", str(port), "--store", str(shipped_release.path)],
            env=os.environ | {"MLA_HOME": str(folder)},
            stdout=log,
            stderr=log,
        )
        address = f"http://127.0.0.1:{port}"
        try:
            _wait(process, f"{address}/health/ready")
            yield address
        finally:
            process.terminate()
            process.wait(timeout=20)


def _wait(process: subprocess.Popen[bytes], address: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            urllib.request.urlopen(address, timeout=5).close()
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise RuntimeError("the service did not start")


@pytest.fixture(scope="session")
def endpoint(service: str) -> str:
    """The SPARQL endpoint of the service."""
    return f"{service}/sparql"
