"""An engine that is a process of its own."""

import os
import socket
import subprocess
import time
from collections.abc import Sequence

import psutil

from benchmarks.suite.engines.client import Client
from mla_graph.model.allocator import without_mimalloc
from mla_graph.store.remote import RemoteStore


class Server:
    """A server process and the way to ask it."""

    def __init__(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        self._client = Client(self.port, "/query")
        self._process: subprocess.Popen[bytes] | None = None

    def run(self, command: Sequence[str]) -> None:
        """Start the process and wait until it answers.

        Raises:
            RuntimeError: it ended.
        """
        self._process = subprocess.Popen(
            command,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=without_mimalloc(os.environ),
        )
        while not self._client.answers():
            if self._process.poll() is not None:
                raise RuntimeError(f"{command[0]} ended")
            time.sleep(0.02)

    def query(self, text: str) -> bytes:
        return self._client.query(text)

    def processes(self) -> list[int]:
        assert self._process is not None
        server = psutil.Process(self._process.pid)
        return [server.pid, *(child.pid for child in server.children(recursive=True))]

    def store(self) -> RemoteStore | None:
        return self._client.store()

    def stop(self) -> None:
        self._client.close()
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:  # a query that cannot be interrupted
                self._process.kill()
                self._process.wait()
            self._process = None
