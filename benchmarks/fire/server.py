"""The service as a process of its own, and what it and its workers need."""

import contextlib
import http.client
import json
import os
import random
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Final

import psutil

COMMAND: Final = (sys.executable, "-m", "mla_graph.cli.main")
_NICE: Final = 19


@dataclass
class Server:
    """A running service."""

    port: int
    process: subprocess.Popen[bytes]
    log: Path

    def servers(self) -> list[psutil.Process]:
        """The processes that answer HTTP, the parent of several first."""
        return [each for each in self._all() if not _is_worker(each)]

    def workers(self) -> list[psutil.Process]:
        """The disposable processes that run strangers' queries."""
        return [each for each in self._all() if _is_worker(each)]

    def kill_a_worker(self, chance: random.Random) -> bool:
        """SIGKILL one of the workers; False if there is none."""
        workers = self.workers()
        if not workers:
            return False
        with contextlib.suppress(psutil.NoSuchProcess):
            chance.choice(workers).kill()
        return True

    def release(self) -> str | None:
        """The release that the service says it serves; None while it does not answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/health/ready", headers={"Accept": "application/json"})
            answer = connection.getresponse()
            body = answer.read().decode()
            return _release_in(body) if answer.status == 200 else None
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()

    def wait(self, seconds: float = 60.0) -> None:
        """Wait until the service is ready.

        Raises:
            SystemExit: it ended, or does not become ready.
        """
        until = time.monotonic() + seconds
        while self.release() is None:
            if self.process.poll() is not None or time.monotonic() > until:
                raise SystemExit(f"the service did not become ready:\n{self.log.read_text()}")
            time.sleep(0.02)

    def tracebacks(self) -> int:
        """How many stack traces the log holds."""
        return self.log.read_text(errors="replace").count("Traceback (most recent call last)")

    def _all(self) -> list[psutil.Process]:
        try:
            parent = psutil.Process(self.process.pid)
            return [parent, *parent.children(recursive=True)]
        except psutil.NoSuchProcess:
            return []


def _is_worker(process: psutil.Process) -> bool:
    """Confined workers run at the lowest priority; one that starts shows its script."""
    try:
        return process.nice() == _NICE or any("adhoc" in part for part in process.cmdline())
    except psutil.Error:
        return False


def _release_in(body: str) -> str | None:
    stated = json.loads(body).get("release")
    return str(stated) if stated else ""


def start(
    home: Path,
    log: Path,
    *,
    workers: int = 1,
    environment: dict[str, str] | None = None,
    store: Path | None = None,
) -> Server:
    """Start the service on a free port, without waiting for it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [*COMMAND, "serve", "--port", str(port), "--workers", str(workers)]
    command += ["--store", str(store)] if store else []
    output: IO[bytes] = log.open("ab")
    with output:
        process = subprocess.Popen(
            command,
            stdout=subprocess.DEVNULL,
            stderr=output,
            env=os.environ | {"MLA_HOME": str(home)} | (environment or {}),
        )
    return Server(port, process, log)


@contextlib.contextmanager
def running(
    home: Path,
    log: Path,
    *,
    workers: int = 1,
    environment: dict[str, str] | None = None,
    store: Path | None = None,
) -> Iterator[Server]:
    """The service, ready, and stopped afterwards."""
    server = start(home, log, workers=workers, environment=environment, store=store)
    try:
        server.wait()
        yield server
    finally:
        server.process.terminate()
        try:
            server.process.wait(30)
        except subprocess.TimeoutExpired:
            server.process.kill()
            server.process.wait()


@dataclass
class Memory:
    """Resident memory in bytes, sampled in a thread: series of (seconds, servers, workers)."""

    server: Server
    every: float = 0.25
    series: list[tuple[float, int, int]] = field(default_factory=list)
    servers: int = 0
    peak_servers: int = 0
    peak_worker: int = 0
    _stop: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> "Memory":
        self._since = time.monotonic()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def begin(self) -> None:
        """Forget the peaks seen so far."""
        self.peak_worker = self.peak_servers = 0

    def _watch(self) -> None:
        while not self._stop.wait(self.every):
            servers = sum(map(_resident, self.server.servers()))
            self.servers, self.peak_servers = servers, max(servers, self.peak_servers)
            workers = list(map(_resident, self.server.workers()))
            self.peak_worker = max([self.peak_worker, *workers])
            self.series.append((time.monotonic() - self._since, servers, sum(workers)))


def _resident(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.Error:
        return 0
