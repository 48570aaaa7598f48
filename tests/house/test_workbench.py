"""The scripts that the package carries are those that their sources make."""

import gzip
import hashlib
import json
import shutil
import subprocess
from pathlib import Path

import pytest

from mla_graph.pages.render import STATIC

SOURCES = Path(__file__, "../../../tools/workbench").resolve()
BUNDLE = STATIC / "workbench"
MOST_BYTES = 600_000


def test_the_bundle_is_that_of_its_sources_and_locked_packages() -> None:
    """If it is not: ``make workbench``."""
    inputs = sorted(
        path for path in SOURCES.iterdir() if path.suffix in (".js", ".mjs", ".css", ".json")
    )
    digest = hashlib.sha256()
    for path in inputs:
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    for name in ("workbench.js", "style.css"):
        assert digest.hexdigest() in (BUNDLE / name).read_text("utf-8")[:200]


def test_the_bundle_is_light_and_carries_its_licences() -> None:
    assert sum(len(gzip.compress(path.read_bytes())) for path in BUNDLE.iterdir()) < MOST_BYTES
    lock = json.loads((SOURCES / "package-lock.json").read_text("utf-8"))
    assert not [name for name, one in lock["packages"].items() if "resolved" in one]
    licences = (BUNDLE / "LICENSES.txt").read_text("utf-8")
    for name in json.loads((SOURCES / "package.json").read_text("utf-8"))["dependencies"]:
        assert f"{name} {lock['packages'][f'node_modules/{name}']['version']} (" in licences


@pytest.mark.clients
def test_the_bundle_can_be_built_again(tmp_path: Path) -> None:
    """The same bytes, in a copy of the checkout, from the locked packages alone."""
    copy = tmp_path / "tools" / "workbench"
    shutil.copytree(SOURCES, copy, ignore=shutil.ignore_patterns("node_modules"))
    built = tmp_path / "src/mla_graph/pages/static/workbench"
    built.mkdir(parents=True)
    subprocess.run(["npm", "ci", "--silent"], cwd=copy, check=True)
    subprocess.run(["npm", "run", "--silent", "build"], cwd=copy, check=True)
    for path in BUNDLE.iterdir():
        assert (built / path.name).read_bytes() == path.read_bytes()
