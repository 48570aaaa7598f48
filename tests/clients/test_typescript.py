"""A client in TypeScript that ``@hey-api/openapi-ts`` makes, with its defaults."""

import json
import subprocess
from pathlib import Path

import pytest

pytestmark = pytest.mark.clients

FOLDER = Path(__file__).parent / "typescript"


def run(*command: str | Path) -> str:
    """What a program of the folder writes."""
    done = subprocess.run(command, cwd=FOLDER, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_a_typed_program_on_top_of_it_gets_rows_a_dossier_and_problems(
    service: str, tmp_path: Path
) -> None:
    generated = FOLDER / "generated"
    run(
        "npx", "openapi-ts", "--input", f"{service}/openapi.json", "--output", generated, "--silent"
    )
    run("npx", "tsc", "--project", FOLDER, "--outDir", tmp_path)
    (tmp_path / "package.json").write_text('{"type": "module"}')
    found = json.loads(run("node", tmp_path / "use.js", service))
    assert found["labels"] and found["count"] == 3
    assert found["basis"].startswith("Directive 2014/41/EU")
    assert "LU" in found["nearest"]
