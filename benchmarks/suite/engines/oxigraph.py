"""The Oxigraph server, on disk."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

from benchmarks.suite.engines.engine import Missing, emptied
from benchmarks.suite.engines.server import Server
from mla_graph.model.allocator import without_mimalloc

_PROGRAM: Final = Path(sys.executable).with_name("oxigraph")


class OxigraphServer(Server):
    """``oxigraph serve-read-only`` on a store that ``oxigraph load`` made."""

    def __init__(self, facts: Path, folder: Path) -> None:
        super().__init__()
        self._facts, self._folder = facts, folder

    def install(self) -> None:
        if not _PROGRAM.exists():
            raise Missing("the package oxigraph is not installed")

    def load(self) -> None:
        emptied(self._folder)
        location = ("--location", str(self._folder))
        for command in (("load", *location, "--file", str(self._facts)), ("optimize", *location)):
            subprocess.run(
                [str(_PROGRAM), *command],
                check=True,
                capture_output=True,
                env=without_mimalloc(os.environ),
            )

    def start(self) -> None:
        self.run(
            [str(_PROGRAM), "serve-read-only", "--location", str(self._folder),
             "--bind", f"127.0.0.1:{self.port}"]
        )  # fmt: skip
