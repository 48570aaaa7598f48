"""Runs docs/notebooks, so that their output is real: `make notebooks` writes it."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "notebooks"
SECONDS = 120
IMAGE = "image/svg+xml"


def ran(path: Path) -> Any:
    """Return the notebook with the output of a fresh run."""
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook,
        timeout=SECONDS,
        record_timing=False,
        coalesce_streams=True,
        resources={"metadata": {"path": FOLDER}},
    )
    client.execute()
    notebook.metadata.language_info = {"name": "python"}
    return notebook


def shown(notebook: Any) -> Iterator[tuple[str, list[str]]]:
    """Give each cell of code with what it shows; a picture only as that."""
    for cell in notebook.cells:
        if cell.cell_type == "code":
            yield cell.source, [_text(output) for output in cell.outputs]


def _text(output: Any) -> str:
    if output.output_type == "stream":
        return str(output.text)
    data = output.get("data", {})
    return "a picture" if IMAGE in data else str(data.get("text/plain", output.output_type))


def main(check: bool) -> int:
    """Write the output, or return how many notebooks show what is no longer so."""
    stale = []
    for path in sorted(FOLDER.glob("*.ipynb")):
        fresh = ran(path)
        if not check:
            nbformat.write(fresh, path)
        elif list(shown(fresh)) != list(shown(nbformat.read(path, as_version=4))):
            stale.append(path.name)
    print(*stale)
    return len(stale)


if __name__ == "__main__":
    sys.exit(main("--check" in sys.argv))
