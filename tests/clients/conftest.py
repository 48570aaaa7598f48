"""One server as people start it, for the clients that ask it."""

import json
import os
import socket
import subprocess
import sysconfig
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from selenium import webdriver
from tests.clients.browser import FLAGS, Driver

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


@pytest.fixture(scope="session")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Driver]:
    """One browser with an empty profile; it notes each request and each message."""
    options = webdriver.ChromeOptions()
    options.binary_location = "/usr/bin/chromium"
    for flag in (*FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('profile')}",
                 "--window-size=1280,900"):  # fmt: skip
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options, webdriver.ChromeService("/usr/bin/chromedriver"))
    driver.get("about:blank")  # leaves Chromium's own first page
    yield driver
    driver.quit()


@pytest.fixture
def browser(started: Driver, service: str, tmp_path: Path) -> Iterator[Driver]:
    """The browser; afterwards the page must not have complained nor asked another host."""
    for kind in ("browser", "performance"):
        started.get_log(kind)
    yield started
    started.save_screenshot(str(tmp_path / "last.png"))
    host = urlsplit(service).netloc
    events = [json.loads(entry["message"])["message"] for entry in started.get_log("performance")]
    asked = {
        event["params"]["request"]["url"]
        for event in events
        if event["method"] == "Network.requestWillBeSent"
    }
    away = {url for url in asked if urlsplit(url).netloc not in (host, "")}
    assert not away, "requests to other hosts"
    assert not [m for m in started.get_log("browser") if not _expected(m)], "messages of the page"


def _expected(message: dict[str, Any]) -> bool:
    """Chromium notes each answer of 4xx as an error of the network: the tests ask for some."""
    return message["source"] == "network" and "status of 40" in message["message"]
