"""Runs what README shows, so that its output is real: `make docs` writes it, a test compares it."""

import contextlib
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
PORT = 8000
"""Where README says that the service is; the port that is really used is a free one."""


def show(
    *commands: str, files: Mapping[str, str] | None = None, folder: Path | None = None
) -> None:
    """Print the commands with what they answer, as a console block; stderr only if they fail.

    They run in ``folder``, else in a new one that holds the files.
    """
    with tempfile.TemporaryDirectory() as empty:
        for name, text in (files or {}).items():
            Path(empty, name).write_text(text, "utf-8")
        print("```console")
        for command in commands:
            print(f"$ {command}")
            print(_output(command, folder or Path(empty)))
        print("```")


def show_with_service(*commands: str) -> None:
    """Like ``show``, while the service runs."""
    with _service() as port:
        shown = [command.replace(f"localhost:{PORT}", f"localhost:{port}") for command in commands]
        answers = [_output(command, ROOT) for command in shown]
    print("```console")
    for command, answer in zip(commands, answers, strict=True):
        print(f"$ {command}")
        print(answer.replace(f"localhost:{port}", f"localhost:{PORT}"))
    print("```")


def _output(command: str, folder: Path) -> str:
    outer = {name: text for name, text in os.environ.items() if not name.startswith("MAKE")}
    environment = outer | {"PATH": f"{BIN}:{os.environ['PATH']}", "COLUMNS": "100"}
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return (done.stdout + (done.stderr if done.returncode else "")).rstrip()


@contextlib.contextmanager
def _service() -> Iterator[int]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with subprocess.Popen(
        [BIN / "mla-graph", "serve", "--port", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            _wait(port)
            yield port
        finally:
            process.terminate()


def _wait(port: int) -> None:
    until = time.monotonic() + 60
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)
