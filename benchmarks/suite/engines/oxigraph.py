"""The Oxigraph server, on disk."""

import os
import subprocess
import sys
from pathlib import Path

from benchmarks.suite.engines.engine import Missing, emptied
from benchmarks.suite.engines.server import Server
from mla_graph.model.allocator import without_mimalloc


class OxigraphServer(Server):
    """``oxigraph serve-read-only`` on a store that ``oxigraph load`` made."""

    def __init__(self, facts: Path, folder: Path) -> None:
        super().__init__()
        self._facts, self._folder = facts, folder

    def load(self) -> None:
        emptied(self._folder)
        location = ("--location", str(self._folder))
        for command in (("load", *location, "--file", str(self._facts)), ("optimize", *location)):
            subprocess.run(
                [_program(), *command],
                check=True,
                capture_output=True,
                env=without_mimalloc(os.environ),
            )

    def start(self) -> None:
        self.run(
            [_program(), "serve-read-only", "--location", str(self._folder),
             "--bind", f"127.0.0.1:{self.port}"]
        )  # fmt: skip


def _program() -> str:
    program = Path(sys.executable).with_name("oxigraph")
    if not program.exists():
        raise Missing("the package oxigraph is not installed")
    return str(program)
