"""rdflib-endpoint on a graph in memory, in an environment of its own."""

import subprocess
import sys
import venv
from pathlib import Path
from typing import Final

from benchmarks.suite.engines.engine import Missing
from benchmarks.suite.engines.server import Server

_SERVE: Final = """
import sys, uvicorn
from rdflib import Graph
from rdflib_endpoint import SparqlEndpoint
graph = Graph()
graph.parse(sys.argv[1], format="nt")
uvicorn.run(SparqlEndpoint(graph=graph, path="/query"), port=int(sys.argv[2]), log_level="error")
"""


class RdflibEndpoint(Server):
    """The package, which is installed when this engine is asked for."""

    def __init__(self, facts: Path, folder: Path) -> None:
        super().__init__()
        self._facts = facts
        self._environment = folder.parents[1] / "rdflib-endpoint"

    def install(self) -> None:
        if not self._python.exists():
            venv.create(self._environment, with_pip=True)
        install = [self._python, "-m", "pip", "install", "--quiet", "rdflib-endpoint", "uvicorn"]
        if subprocess.run(install, capture_output=True, check=False).returncode:
            raise Missing("rdflib-endpoint cannot be installed")

    def load(self) -> None:
        """Nothing is kept: each start loads."""

    def start(self) -> None:
        self.run([str(self._python), "-c", _SERVE, str(self._facts), str(self.port)])

    def store(self) -> None:
        """The product is not measured on it."""

    @property
    def _python(self) -> Path:
        return self._environment / "bin" / Path(sys.executable).name
