"""The reference in `docs/` says what the program does."""

import runpy
from pathlib import Path

REFERENCE = Path(__file__).resolve().parents[2] / "docs" / "reference.py"


def test_the_reference_is_up_to_date() -> None:
    written = runpy.run_path(str(REFERENCE))["reference"]()
    assert REFERENCE.with_suffix(".md").read_text("utf-8") == written, "run `make docs`"
