"""What `docs/` and README say is what the program does."""

import os
import re
import runpy
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from mla_graph.store.embedded import EmbeddedStore

ROOT = Path(__file__).resolve().parents[2]
COVERAGE = ROOT / "tools" / "coverage.py"
REFERENCE = ROOT / "tools" / "reference.py"


def test_the_reference_is_up_to_date() -> None:
    written = runpy.run_path(str(REFERENCE))["reference"]()
    assert (ROOT / "docs" / "reference.md").read_text("utf-8") == written, "run `make docs`"


def test_the_page_on_coverage_and_its_pictures_are_up_to_date(
    shipped_store: EmbeddedStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(ROOT / "tools")
    written = runpy.run_path(str(COVERAGE))["files"](shipped_store)
    assert set(written) == {"answers.svg", "coverage.md", "coverage.svg", "parties.svg"}
    for name, text in written.items():
        assert (ROOT / "docs" / name).read_text("utf-8") == text, f"{name}: run `make docs`"


@pytest.mark.parametrize("name", ["coverage.svg", "parties.svg"])
def test_a_picture_says_in_words_what_it_shows(name: str) -> None:
    root = ET.parse(ROOT / "docs" / name).getroot()
    svg = "{http://www.w3.org/2000/svg}"
    told = {element.get("id"): element.text for element in root if element.get("id")}
    assert root.get("role") == "img"
    assert all(told[part] for part in str(root.get("aria-labelledby")).split())
    cells = [group for group in root.iter(f"{svg}g") if group.find(f"{svg}title") is not None]
    assert len(cells) > 400
    style = root.findtext(f"{svg}style") or ""
    light, _, dark = style.partition("@media (prefers-color-scheme:dark)")
    colours = set(re.findall(r"\.[ft]\d", light))
    assert colours and colours == set(re.findall(r"\.[ft]\d", dark))


def test_what_stands_in_a_picture_of_coverage_is_what_the_graph_says() -> None:
    text = (ROOT / "docs" / "coverage.svg").read_text("utf-8")
    titles = re.findall("<title>(.+?)</title>", text)
    (search,) = [title for title in titles if title.startswith("A.30 in Luxembourg")]
    assert "yes, page current, reviewed 2022-05-31; 7 of 7 aspects" in search
    (agents,) = [title for title in titles if title.startswith("A.60 in Denmark")]
    assert "unknown, page outdated" in agents


def test_the_output_in_readme_on_clients_and_on_precedence_is_real(home: Path) -> None:
    done = subprocess.run(
        [
            Path(sys.executable).with_name("cog"),
            "-P",
            "-I",
            "tools",
            "--check",
            "--diff",
            "README.md",
            "docs/clients.md",
            "docs/precedence.md",
        ],
        cwd=ROOT,
        env=os.environ | {"MLA_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"run `make docs`\n{done.stdout}{done.stderr}"
