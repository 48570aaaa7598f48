"""README and docs name files and commands that exist."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")),
    *sorted((ROOT / "docs").glob("*.md")),
]
PYTHON = re.compile(r"`(?:python )?([a-z_/]+\.py)\b")
MODULE = re.compile(r"python -m ([a-z_][\w.]*)")
PLACES = ("", "src/mla_graph/", "src/mla_graph/service/process/", "tests/*/")


def exists(name: str) -> bool:
    return any(any(ROOT.glob(place + name)) for place in PLACES)


def runs(module: str) -> bool:
    """Whether ``python -m`` has something to run in a module of ours."""
    path = module.replace(".", "/")
    files = [
        ROOT / base / f"{path}{end}" for base in ("", "src") for end in (".py", "/__main__.py")
    ]
    return any(file.is_file() and "__main__" in file.read_text("utf-8") for file in files)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_a_document_names_files_and_modules_that_exist(document: Path) -> None:
    text = document.read_text("utf-8")
    assert [name for name in PYTHON.findall(text) if not exists(name)] == []
    ours = [name for name in MODULE.findall(text) if name.startswith(("mla_graph", "benchmarks"))]
    assert [name for name in ours if not runs(name)] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_a_document_says_something(document: Path) -> None:
    assert len(document.read_text("utf-8").split()) > 50


def test_the_layers_in_the_readme_are_those_of_the_contract() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    (row,) = [line for line in text.splitlines() if line.startswith("| `src/mla_graph/`")]
    named = set(re.findall(r"`(\w+)`", row))
    rooms = {path.parent.name for path in (ROOT / "src" / "mla_graph").glob("*/__init__.py")}
    assert named == rooms
