"""The figures of a run, kept as JSON beside the programs that make them."""

import json
import os
import platform
from pathlib import Path
from typing import Any, Final

from benchmarks.fire.figures import now

FOLDER: Final = Path(__file__).with_name("results")


def write(name: str, found: dict[str, Any]) -> dict[str, Any]:
    """Keep the figures of a run; gives them with the time and the machine."""
    FOLDER.mkdir(exist_ok=True)
    machine = f"{os.cpu_count()} cores, Python {platform.python_version()}"
    content = {"at": now(), "machine": machine} | found
    (FOLDER / f"{name}.json").write_text(json.dumps(content, indent=1) + "\n", "utf-8")
    return content


def read(name: str) -> dict[str, Any] | None:
    """The figures of the last run; None if there was none."""
    try:
        found: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_bytes())
    except OSError:
        return None
    return found
