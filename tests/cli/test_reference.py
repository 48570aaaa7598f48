"""What `docs/` and README say is what the program does."""

import os
import runpy
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = ROOT / "docs" / "reference.py"


def test_the_reference_is_up_to_date() -> None:
    written = runpy.run_path(str(REFERENCE))["reference"]()
    assert REFERENCE.with_suffix(".md").read_text("utf-8") == written, "run `make docs`"


def test_the_output_in_readme_and_on_precedence_is_real(home: Path) -> None:
    done = subprocess.run(
        [
            Path(sys.executable).with_name("cog"),
            "-P",
            "-I",
            "docs",
            "--check",
            "--diff",
            "README.md",
            "docs/precedence.md",
        ],
        cwd=ROOT,
        env=os.environ | {"MLA_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"run `make docs`\n{done.stdout}{done.stderr}"
