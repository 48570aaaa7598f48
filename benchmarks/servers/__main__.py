"""Attack and time the service under each HTTP server; print one table (``make bench-servers``)."""

import argparse
import contextlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import psutil

from benchmarks.servers import attacks
from benchmarks.servers.attacks import Target

_SLOW: Final = (
    "/sparql?format=csv&query=SELECT%20(COUNT(*)%20AS%20%3Fn)%20WHERE%20%7B%3Fa%20%3Fb%20%3Fc%20."
    "%20%3Fd%20%3Fe%20%3Ff%20.%20%3Fg%20%3Fh%20%3Fi%7D"
)
_LARGE: Final = "/dumps/mla-graph.nq.gz"
_KEPT: Final = "/api/queries/languages"
_SERVERS: Final = (
    "ours", "uvicorn-httptools", "uvicorn-h11", "hypercorn", "granian", "nginx", "haproxy",
)  # fmt: skip


@contextlib.contextmanager
def _running(name: str, workers: int, folder: str, *, descriptors: int = 0) -> Iterator[Target]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        sys.executable, "-m", "benchmarks.servers.launch", name, str(port), str(workers), folder,
    ]  # fmt: skip
    if descriptors:
        command = ["bash", "-c", f'ulimit -n {descriptors}; exec "$@"', "limited", *command]
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
        target = Target(port, process.pid)
        try:
            attacks.timed(lambda: attacks.oddity_quiet(target), 60)
            time.sleep(2)  # the copy in memory
            yield target
        finally:
            children = psutil.Process(process.pid).children(recursive=True)
            process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=25)
            for each in children:
                with contextlib.suppress(psutil.Error):
                    each.kill()
            process.kill()


def _bounds(target: Target) -> dict[str, str]:
    found = {name: attacks.flood(target, *parts) for name, parts in attacks.FLOODS.items()}
    found |= attacks.silences(target, 40)
    found["40 large answers not read"] = attacks.unread(target, _LARGE, 40, 10)
    found |= {name: attacks.oddity(target, sent) for name, sent in attacks.ODDITIES.items()}
    found["client leaves, its query ends after"] = _left(target)
    return found


def _metric(target: Target, name: str) -> float:
    answer = _read(target, "GET /metrics HTTP/1.0\r\nHost: localhost\r\n\r\n").decode()
    shown = re.search(rf"^{name} ([\d.]+)$", answer, re.MULTILINE)
    return float(shown.group(1)) if shown else 0.0


def _left(target: Target) -> str:
    with target.connect() as connection:
        connection.sendall(f"GET {_SLOW} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        attacks.timed(lambda: _metric(target, "mla_adhoc_queries") > 0, 5)
    return attacks.timed(lambda: _metric(target, "mla_adhoc_queries") == 0, 15)


def _speed(target: Target) -> str:
    def run(seconds: int) -> str:
        address = f"http://127.0.0.1:{target.port}{_KEPT}"
        command = ["wrk", "-t1", "-c16", f"-d{seconds}s", "--latency", address]
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout

    run(2)
    before = _processor_seconds(target)
    text = run(5)
    spent = _processor_seconds(target) - before
    rate = re.search(r"Requests/sec:\s*([\d.]+)", text)
    late = re.search(r"99%\s+(\d\S+)", text)
    count = re.search(r"(\d+) requests in", text)
    if not (rate and late and count):
        return "failed"
    each = spent / int(count.group(1)) * 1e6
    return f"{float(rate.group(1)):,.0f}/s, p99 {late.group(1)}, {each:.0f} µs of processor each"


def _processor_seconds(target: Target) -> float:
    parent, total = psutil.Process(target.pid), 0.0
    for each in (parent, *parent.children(recursive=True)):
        with contextlib.suppress(psutil.Error):
            total += sum(each.cpu_times()[:2])
    return total


def _stopping(target: Target) -> str:
    answers: list[str] = []
    thread = threading.Thread(
        target=lambda: answers.append(
            attacks.status(_read(target, f"GET {_SLOW} HTTP/1.0\r\nHost: localhost\r\n\r\n"))
        )
    )
    thread.start()
    attacks.timed(lambda: _metric(target, "mla_adhoc_queries") > 0, 5)
    since = time.monotonic()
    os.kill(target.pid, signal.SIGTERM)
    thread.join()
    answered = time.monotonic() - since
    ended = attacks.timed(lambda: not psutil.pid_exists(target.pid) or _zombie(target.pid), 30)
    return f"{answers[0]} after {answered:.1f} s, ended {ended} later"


def _zombie(pid: int) -> bool:
    return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


def _read(target: Target, request: str) -> bytes:
    answer = b""
    with contextlib.suppress(OSError), target.connect() as connection:
        connection.sendall(request.encode())
        while piece := connection.recv(65536):
            answer += piece
    return answer


def _servers(target: Target) -> list[psutil.Process]:
    """Find the server processes: the large children of the first process."""
    return [
        each
        for each in psutil.Process(target.pid).children()
        if each.memory_info().rss > 60 * attacks.MIB
    ]


def _hurt(target: Target, number: signal.Signals) -> str:
    """Signal one server process; count what fails until two others answer again."""
    found = _servers(target)
    if len(found) < 2:
        return "not tried"
    victim = found[0]
    victim.send_signal(number)
    failed, slowest, since = 0, 0.0, time.monotonic()
    while time.monotonic() - since < 15:
        asked = time.monotonic()
        failed += not attacks.oddity_quiet(target)
        slowest = max(slowest, time.monotonic() - asked)
        left = [each.pid for each in _servers(target)]
        if victim.pid not in left and len(left) >= 2:
            break
        time.sleep(0.02)
    with contextlib.suppress(psutil.Error):
        victim.kill()
    healed = f"healed after {time.monotonic() - since:.1f} s"
    if time.monotonic() - since >= 15:
        healed = "not healed in 15 s"
    return f"{healed}, {failed} failed, slowest {slowest:.1f} s"


def measure(name: str, folder: str) -> dict[str, str]:
    """Run every attack and the speed test on one server."""
    found: dict[str, str] = {}
    with _running(name, 1, folder) as target:
        found["kept answer, 1 process"] = _speed(target)
        found |= _bounds(target)
        found["memory after all"] = f"{target.resident() / attacks.MIB:.0f} MiB"
    if name in ("nginx", "haproxy"):
        return found
    with _running(name, 1, folder) as target:
        found["stopped while a query runs"] = _stopping(target)
    with _running(name, 1, folder, descriptors=1024) as target:
        found["1,200 idle, 1,024 descriptors"] = attacks.crowd(target, 1200)
    with _running(name, 2, folder) as target:
        found["kept answer, 2 processes"] = _speed(target)
        found["process killed"] = _hurt(target, signal.SIGKILL)
        time.sleep(2)
        found["process frozen"] = _hurt(target, signal.SIGSTOP)
    return found


def _installed(name: str) -> bool:
    """Whether the server is there; those of the comparison alone are no dependencies."""
    package = name.removeprefix("uvicorn-") if name != "ours" else "uvicorn"
    return bool(shutil.which(name) or find_spec(package))


def main() -> None:
    """Measure each server named, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", help="a folder of a release")
    parser.add_argument("servers", nargs="*", default=_SERVERS)
    parser.add_argument("--out", type=Path, help="where to write the figures as JSON")
    options = parser.parse_args()
    if not shutil.which("wrk"):
        raise SystemExit("wrk is needed for the speed")
    figures = json.loads(options.out.read_text()) if options.out and options.out.exists() else {}
    for name in filter(_installed, options.servers):
        figures[name] = measure(name, options.folder)
        if options.out:
            options.out.write_text(json.dumps(figures, indent=1))
    names = list(figures)
    print("| | " + " | ".join(names) + " |\n|---|" + "---|" * len(names))
    for row in figures[names[0]]:
        print(f"| {row} | " + " | ".join(figures[name].get(row, "") for name in names) + " |")


if __name__ == "__main__":
    main()
