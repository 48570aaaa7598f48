"""The engines side by side, each behind a small class with the same few methods."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from benchmarks.suite.engines.embedded import Disk, Memory
from benchmarks.suite.engines.engine import Engine
from benchmarks.suite.engines.oxigraph import OxigraphServer
from benchmarks.suite.engines.rdflib_endpoint import RdflibEndpoint
from benchmarks.suite.engines.rdflib_memory import RdflibMemory
from benchmarks.suite.engines.virtuoso import Virtuoso

ENGINES: Final[dict[str, Callable[[Path, Path], Engine]]] = {
    "memory": Memory,
    "disk": Disk,
    "oxigraph": OxigraphServer,
    "virtuoso": Virtuoso,
    "rdflib": RdflibMemory,
    "rdflib-endpoint": RdflibEndpoint,
}
"""Each takes the file to load, N-Triples, and a folder of its own."""

LARGEST: Final = {"rdflib": 1_000_000, "rdflib-endpoint": 100_000}
"""Triples beyond which an engine is not asked."""

__all__ = ["ENGINES", "LARGEST", "Engine"]
