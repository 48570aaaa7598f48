"""What the figures were taken on."""

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final

import psutil

PACKAGES: Final = ("pyoxigraph", "oxigraph", "rdflib", "rdflib-endpoint", "SPARQLWrapper")
NOISY: Final = 0.10
"""Share of the processor time used by others from which figures count as noisy."""


def facts() -> dict[str, Any]:
    """Cores, memory in bytes, system and versions."""
    return {
        "cores": os.cpu_count(),
        "processor": _processor(),
        "memory": psutil.virtual_memory().total,
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "python": platform.python_version(),
        "versions": {name: found for name in PACKAGES if (found := _version(name))},
    }


def used_by_others(seconds: float = 2.0) -> float:
    """The share of all processor time that is used while this program only waits."""
    return round(psutil.cpu_percent(seconds) / 100, 3)


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if "model name" in line]
    return names[0] if names else platform.processor()
