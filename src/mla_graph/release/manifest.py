"""The manifest of a release."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

FILE_NAME: Final = "manifest.json"


@dataclass(frozen=True)
class GraphSummary:
    """Number of triples of one graph, and SHA-256 of its sorted canonical N-Triples."""

    triples: int
    sha256: str


@dataclass(frozen=True)
class FileSummary:
    """Size of a file in bytes, and SHA-256 of its content."""

    bytes: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """The content of ``manifest.json``.

    ``id`` is the SHA-256 of the sorted canonical N-Quads of the whole release, ``quads`` their
    number, ``merged`` the default graph, ``graphs`` the named graphs by IRI, ``dumps`` the files of
    the whole graph by name, compressed and unpacked.
    """

    id: str
    source_hash: str
    package_version: str
    created: str
    quads: int
    merged: GraphSummary
    graphs: dict[str, GraphSummary]
    dumps: dict[str, FileSummary]

    def write(self, folder: Path) -> None:
        """Write ``manifest.json`` into the folder, whole or not at all."""
        partial = folder / f".{FILE_NAME}"
        partial.write_text(json.dumps(asdict(self), indent=2) + "\n")
        partial.replace(folder / FILE_NAME)

    @classmethod
    def read(cls, folder: Path) -> "Manifest | None":
        """Read the manifest in the folder; None if there is none that can be read."""
        try:
            stated = json.loads((folder / FILE_NAME).read_bytes())
            stated["merged"] = GraphSummary(**stated["merged"])
            stated["graphs"] = {iri: GraphSummary(**g) for iri, g in stated["graphs"].items()}
            stated["dumps"] = {name: FileSummary(**f) for name, f in stated["dumps"].items()}
            return cls(**stated)
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            return None
