"""A small copy of the program and a few of its facts, on which every command takes a second or two.

The command finds its sources beside its own code; so the code is copied too, and nothing of the
real sources or of the user's home can be touched.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import mla_graph
from mla_graph.model.sources import Sources

_WHOLE: Final = ("ontology", "shapes", "queries")
_FACTS: Final = ("states/be.ttl", "states/fr.ttl", "states/lu.ttl", "agents.ttl", "schemes.ttl")
_STATES: Final = ("LU", "BE", "FR", "DE", "NL", "IT", "ES", "PT", "AT", "FI", "SE", "DK")


@dataclass(frozen=True)
class SmallCheckout:
    """Program and sources below ``root``."""

    root: Path

    @classmethod
    def make(cls, root: Path) -> "SmallCheckout":
        """Copy what is needed."""
        shipped = Sources.shipped()
        package = Path(str(mla_graph.__file__)).parent
        ignore = shutil.ignore_patterns("__pycache__", "_data")
        shutil.copytree(package, root / "src" / "mla_graph", ignore=ignore)
        for name in _WHOLE:
            shutil.copytree(shipped.root / name, root / name)
        for name in _FACTS:
            path = root / "graph_data" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(shipped.graph_data / name, path)
        made = cls(root)
        made.say("at first")
        return made

    def say(self, label: str) -> str:
        """Change one fact, and count the sources as validated; gives their hash."""
        (self.root / "graph_data" / "said.ttl").write_text(
            "<https://w3id.org/mla-graph/id/agent/said> "
            f'<http://www.w3.org/2000/01/rdf-schema#label> "{label}"@en .\n'
        )
        found = Sources(self.root).source_hash()
        (self.root / "validated.json").write_text(json.dumps({"source_hash": found}))
        return found

    def environment(self, home: Path, scratch: Path) -> dict[str, str]:
        """The environment in which the copied program runs."""
        return os.environ | {
            "PYTHONPATH": str(self.root / "src"),
            "PYTHONDONTWRITEBYTECODE": "",
            "MLA_HOME": str(home),
            "TMPDIR": str(scratch),
        }

    def run(self, arguments: Sequence[str], environment: dict[str, str]) -> None:
        """Run the command to its end.

        Raises:
            SystemExit: it fails.
        """
        command = [sys.executable, "-m", "mla_graph.cli.main", *arguments]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise SystemExit(f"{arguments}: {done.stderr}")


def write_records(folder: Path, year: int) -> None:
    """Raw facts for an import: states, a dozen conventions, and who is a party since when."""
    folder.mkdir()
    states = [{"state": code, "name": f"State {code}"} for code in _STATES]
    instruments = [
        {
            "key": f"coe-9{number:02}", "title": f"Convention {number}", "kind": "convention",
            "adopted_by": "Council of Europe", "signed": f"{year}-04-20",
            "entered_into_force": f"{year + 3}-06-12",
        }
        for number in range(12)
    ]  # fmt: skip
    parties = [
        {
            "instrument": instrument["key"], "state": code, "signed": f"{year}-04-20",
            "ratified": f"{year + 10}-11-18", "act": "ratification",
            "in_force": f"{year + 11}-02-16", "source": "https://example.org/parties",
        }
        for instrument in instruments
        for code in _STATES
    ]  # fmt: skip
    for name, records in (("states", states), ("instruments", instruments), ("parties", parties)):
        lines = "".join(json.dumps(record) + "\n" for record in records)
        (folder / f"{name}.jsonl").write_text(lines)
