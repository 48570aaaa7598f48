"""Build hook: the source folders of the graph and the guide to SPARQL become package data.

A checkout that has just passed validation leaves its source hash in `build/validated.json`
(`make build`); the hash travels along, so that an installed package does not validate the same
sources again. A hash that does not fit the sources is not believed at run time.
"""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

FOLDERS = ("ontology", "shapes", "graph_data", "queries")
GUIDE = "docs/sparql.md"
VALIDATED = "build/validated.json"


class SourceFolders(BuildHookInterface):
    """Adds the folders to a wheel, and the validated hash, if there is one, to any archive."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Say what goes where; an editable install finds everything in the checkout."""
        if version == "editable":
            return
        root, included = Path(self.root), build_data["force_include"]
        if self.target_name == "wheel":
            for folder in FOLDERS:
                included[str(root / folder)] = f"mla_graph/_data/{folder}"
            included[str(root / GUIDE)] = f"mla_graph/_data/{GUIDE}"
        if (root / VALIDATED).is_file():
            to = VALIDATED if self.target_name == "sdist" else "mla_graph/_data/validated.json"
            included[str(root / VALIDATED)] = to
