"""One worker process, seen from the pool."""

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from multiprocessing.connection import Pipe

from mla_graph.adhoc import worker
from mla_graph.model.allocator import without_mimalloc
from mla_graph.model.errors import StoreUnavailable

START_UP = 30.0
"""Seconds in which a new worker must have opened the store."""


class Failure(Exception):
    """The worker's word that it could not answer; the worker itself is well."""

    def __init__(self, what: str, message: str) -> None:
        super().__init__(message)
        self.what = what
        self.message = message


class Cut(Exception):
    """The worker's word that the answer has reached a bound: rows or bytes."""

    def __init__(self, bound: str) -> None:
        super().__init__(bound)
        self.bound = bound


class WorkerProcess:
    """A worker process and the link to it. `at_rest`: it can be asked. `asked`: how often it was.

    `arguments` are those of ``worker.main``.
    """

    def __init__(self, arguments: Sequence[str]) -> None:
        self.link, theirs = Pipe()
        command = [sys.executable, "-P", "-m", worker.__name__, *arguments]
        try:
            # A session of its own: Ctrl-C in a terminal is for the parent, which ends its workers.
            self.process = subprocess.Popen(
                command,
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=without_mimalloc(os.environ),
                start_new_session=True,
            )
        except OSError:
            self.link.close()
            raise
        finally:
            theirs.close()
        with suppress(OSError):  # it may have ended
            os.setpriority(os.PRIO_PROCESS, self.process.pid, worker.PRIORITY)
        self.at_rest = True
        self.asked = 0
        self._ready = False

    def get_ready(self, within: float = START_UP) -> None:
        """Wait until a new worker has opened the store.

        Raises:
            StoreUnavailable: it cannot.
            TimeoutError: it takes longer than ``within`` seconds.
        """
        if self._ready:
            return
        self.at_rest = False
        try:
            self.receive(time.monotonic() + within, worker.READY)
        except Failure as failure:
            raise StoreUnavailable(f"The store cannot be opened: {failure.message}") from None
        except (EOFError, ConnectionError):
            raise StoreUnavailable("The process that answers queries does not start.") from None
        self._ready = self.at_rest = True

    def ask(self, request: bytes, tables: Sequence[bytes] = ()) -> None:
        """Send a request and the tables that belong to it."""
        self.at_rest = False
        self.asked += 1
        for message in (request, *tables):
            self.link.send_bytes(message)

    def cancel(self) -> None:
        """Say that an answer is not wanted after all."""
        with suppress(EOFError, ConnectionError):
            self.link.send_bytes(b"")
            self.at_rest = self._message() == worker.END

    def receive(self, until: float, expected: bytes) -> bytes:
        """Read what follows the expected letter; nothing at the end of the answer.

        Raises:
            TimeoutError, EOFError, ConnectionError: the worker is late or has ended.
            Failure: it could not answer.
            Cut: the answer has reached a bound.
        """
        if not self.link.poll(max(0.0, until - time.monotonic())):
            raise TimeoutError
        message = self._message()
        letter = message[:1]
        if letter == worker.FAILED:
            self.at_rest = self._ready
            what, _, words = message[1:].decode().partition(" ")
            raise Failure(what, words)
        if letter == worker.CUT:
            self.at_rest = self._message() == worker.END
            raise Cut(message[1:].decode())
        if letter in (worker.END, worker.LAST):
            self.at_rest = letter == worker.END
            return b""
        assert letter == expected
        return message[1:]

    def _message(self) -> bytes:
        try:
            return self.link.recv_bytes()
        except OSError as error:  # it was killed while it wrote the message
            raise EOFError from error

    def status(self) -> int:
        """Wait for the exit status of a process that has closed its link."""
        try:
            return self.process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            return self.end()

    def alive(self) -> bool:
        """Tell whether the process has neither ended nor been stopped by a signal."""
        if not hasattr(os, "waitid"):
            return self.process.poll() is None
        state = os.WEXITED | os.WSTOPPED | os.WNOHANG | os.WNOWAIT
        try:
            return os.waitid(os.P_PID, self.process.pid, state) is None
        except ChildProcessError:
            return False

    def end(self) -> int:
        """Kill the process, whatever it does; gives its exit status."""
        self.process.kill()
        self.link.close()
        return self.process.wait()
