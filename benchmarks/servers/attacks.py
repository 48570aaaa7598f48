"""Hostile and unusual connections, and what the server did with each."""

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

import psutil

MIB: Final = 1 << 20
_CHUNK: Final = 1 << 16
_FLOOD: Final = 64 * MIB
_HOST: Final = b"Host: localhost\r\n"
_CHUNKED: Final = (
    b"POST /sparql HTTP/1.1\r\n" + _HOST + b"Content-Type: application/sparql-query\r\n"
    b"Transfer-Encoding: chunked\r\n\r\n"
)
_ASK: Final = b"ASK { ?s ?p ?o }"

FLOODS: Final = {
    "address that never ends": (b"GET /", b"a" * _CHUNK),
    "header that never ends": (b"GET / HTTP/1.1\r\n" + _HOST + b"X: ", b"a" * _CHUNK),
    "headers without number": (b"GET / HTTP/1.1\r\n" + _HOST, b"a: b\r\n" * (_CHUNK // 6)),
    "trailer that never ends": (_CHUNKED + b"1\r\nA\r\n0\r\nX: ", b"a" * _CHUNK),
    "trailers without number": (_CHUNKED + b"1\r\nA\r\n0\r\n", b"a: b\r\n" * (_CHUNK // 6)),
    "chunk extension that never ends": (_CHUNKED + b"1;", b"a" * _CHUNK),
    "body of a GET that never ends": (
        b"GET /health/live HTTP/1.1\r\n" + _HOST + b"Transfer-Encoding: chunked\r\n\r\n",
        b"1000\r\n" + b"a" * 4096 + b"\r\n",
    ),
}
"""What begins a request, and what then follows for ever."""

SILENCES: Final = {
    "nothing sent": b"",
    "half a head": b"GET / HTTP/1.1\r\nHost: loc",
    "half a body": b"POST /sparql HTTP/1.1\r\n" + _HOST + b"Content-Length: 99\r\n"
    b"Content-Type: application/sparql-query\r\n\r\nASK",
    "idle after an answer": b"GET /health/live HTTP/1.1\r\n" + _HOST + b"\r\n",
}

ODDITIES: Final = {
    "Upgrade: h2c with a body": b"POST /sparql HTTP/1.1\r\n" + _HOST
    + b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n"
    b"Content-Type: application/sparql-query\r\nContent-Length: 16\r\n\r\n" + _ASK,
    "two Hosts": b"GET /health/live HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
    "no Host": b"GET /health/live HTTP/1.1\r\n\r\n",
    "HTTP/0.9": b"GET /health/live\r\n\r\n",
    "two lengths": b"POST /sparql HTTP/1.1\r\n" + _HOST
    + b"Content-Length: 16\r\nContent-Length: 3\r\n\r\n" + _ASK,
    "length and chunks": b"POST /sparql HTTP/1.1\r\n" + _HOST
    + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "blank before the colon": b"GET /health/live HTTP/1.1\r\nHost : localhost\r\n\r\n",
    "folded header": b"GET /health/live HTTP/1.1\r\n" + _HOST + b"X: a\r\n b\r\n\r\n",
    "three pipelined": 3 * (b"GET /health/live HTTP/1.1\r\n" + _HOST + b"\r\n"),
}  # fmt: skip


@dataclass
class Target:
    """A running server."""

    port: int
    pid: int

    def connect(self) -> socket.socket:
        """Open a connection."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=30)

    def resident(self) -> int:
        """Sum the resident memory of its processes, in bytes."""
        total = 0
        with contextlib.suppress(psutil.Error):
            parent = psutil.Process(self.pid)
            for each in (parent, *parent.children(recursive=True)):
                with contextlib.suppress(psutil.Error):
                    total += each.memory_info().rss
        return total


@dataclass
class Watched:
    """Memory and the slowest answer of a neighbour while something went on."""

    grown: int = 0
    slowest: float = 0.0


@contextlib.contextmanager
def watched(target: Target) -> Iterator[Watched]:
    """Watch the memory of the server and the latency of a neighbour."""
    before, seen, done = target.resident(), Watched(), threading.Event()

    def ask() -> None:
        while not done.wait(0.05):
            since = time.monotonic()
            with contextlib.suppress(OSError), target.connect() as neighbour:
                neighbour.sendall(b"GET /health/live HTTP/1.0\r\nHost: localhost\r\n\r\n")
                neighbour.recv(4096)
            seen.slowest = max(seen.slowest, time.monotonic() - since)
            seen.grown = max(seen.grown, target.resident() - before)

    thread = threading.Thread(target=ask)
    thread.start()
    try:
        yield seen
    finally:
        done.set()
        thread.join()


def status(answer: bytes) -> str:
    """Name what came back: the status codes, or what there was instead."""
    codes = [
        part[:3].decode() for part in answer.replace(b"HTTP/1.0", b"HTTP/1.1").split(b"HTTP/1.1 ")
    ][1:]
    return "+".join(codes) or ("closed" if not answer else "no HTTP")


def flood(target: Target, begin: bytes, then: bytes) -> str:
    """Send until the server closes, up to a limit."""
    sent, answer = 0, b""
    with watched(target) as seen, target.connect() as connection:
        connection.settimeout(20)
        try:
            connection.sendall(begin)
            while sent < _FLOOD:
                connection.sendall(then)
                sent += len(then)
        except OSError:
            pass
        with contextlib.suppress(OSError):
            connection.settimeout(0.5)
            answer = connection.recv(4096)
    taken = f"{sent / MIB:.0f} MiB taken" if sent < _FLOOD else "open"
    return (
        f"{status(answer) if answer else 'reset' if sent < _FLOOD else 'no answer'}, {taken}, "
        f"+{seen.grown / MIB:.0f} MiB, neighbour {seen.slowest * 1000:.0f} ms"
    )


def silences(target: Target, seconds: float) -> dict[str, str]:
    """Wait on several silent connections at once until the server closes them."""
    found: dict[str, str] = {}

    def wait(name: str, begin: bytes) -> None:
        since, answer, end = time.monotonic(), b"", f"open after {seconds:.0f} s"
        with target.connect() as connection:
            connection.settimeout(seconds)
            connection.sendall(begin)
            with contextlib.suppress(TimeoutError):
                try:
                    while piece := connection.recv(65536):
                        answer += piece
                except ConnectionResetError:
                    pass
                end = f"closed after {time.monotonic() - since:.0f} s"
        found[name] = f"{status(answer)}, {end}" if answer else end

    def trickle() -> None:
        since, end = time.monotonic(), f"open after {seconds:.0f} s"
        with target.connect() as connection:
            connection.sendall(b"GET / HTTP/1.1\r\n" + _HOST + b"X: ")
            try:
                while time.monotonic() - since < seconds:
                    connection.sendall(b"a")
                    time.sleep(0.5)
            except OSError:
                end = f"closed after {time.monotonic() - since:.0f} s"
        found["head of 2 bytes a second"] = end

    threads = [threading.Thread(target=wait, args=item) for item in SILENCES.items()]
    threads.append(threading.Thread(target=trickle))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return dict(sorted(found.items()))


def oddity(target: Target, sent: bytes) -> str:
    """Send one request of an unusual form, and name the answer."""
    answer = b""
    with target.connect() as connection:
        connection.settimeout(2)
        connection.sendall(sent)
        with contextlib.suppress(OSError):
            while piece := connection.recv(65536):
                answer += piece
    return status(answer)


def unread(target: Target, path: str, count: int, seconds: float) -> str:
    """Ask for large answers and read none of them."""
    with contextlib.ExitStack() as stack, watched(target) as seen:
        connections = []
        for _ in range(count):
            connection = stack.enter_context(target.connect())
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            connection.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
            connections.append(connection)
        time.sleep(seconds)
        held = sum(_held(target, connection) for connection in connections)
    return f"{held} of {count} open after {seconds:.0f} s, +{seen.grown / MIB:.0f} MiB"


def _held(target: Target, connection: socket.socket) -> bool:
    mine = connection.getsockname()[1]
    return any(
        each.raddr and each.raddr.port == mine and each.status == psutil.CONN_ESTABLISHED
        for process in _processes(target)
        for each in process.net_connections("tcp")
    )


def _processes(target: Target) -> list[psutil.Process]:
    parent = psutil.Process(target.pid)
    return [parent, *parent.children(recursive=True)]


def crowd(target: Target, count: int) -> str:
    """Open many idle connections, then ask something every half second."""
    with contextlib.ExitStack() as stack:
        opened = 0
        for _ in range(count):
            with contextlib.suppress(OSError):
                connection = stack.enter_context(socket.socket())
                connection.settimeout(0.2)
                connection.connect(("127.0.0.1", target.port))
                opened += 1
        since, answered = time.monotonic(), "no answer in 20 s"
        while time.monotonic() - since < 20:
            if oddity_quiet(target):
                answered = f"answered after {time.monotonic() - since:.1f} s"
                break
            time.sleep(0.5)
    return f"{opened} opened, {answered}"


def oddity_quiet(target: Target) -> bool:
    """Whether the server answers at once."""
    with contextlib.suppress(OSError):
        return oddity(target, SILENCES["idle after an answer"].replace(b"1.1", b"1.0")) == "200"
    return False


def timed(call: Callable[[], bool], seconds: float) -> str:
    """Time how long it takes until something is true."""
    since = time.monotonic()
    while time.monotonic() - since < seconds:
        if call():
            return f"{time.monotonic() - since:.1f} s"
        time.sleep(0.05)
    return f"not in {seconds:.0f} s"
