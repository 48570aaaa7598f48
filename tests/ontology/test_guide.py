"""The guide names, for each rule, the test that enforces it."""

import ast
import re
from pathlib import Path

import pytest

HERE = Path(__file__).parent
GUIDE = HERE.parents[1] / "docs" / "ontology-guide.md"


@pytest.fixture
def named() -> set[str]:
    return set(re.findall(r"`(test_\w+)`", GUIDE.read_text("utf-8")))


def test_every_test_that_the_guide_names_exists(named):
    modules = (ast.parse(path.read_text("utf-8")) for path in HERE.glob("test_*.py"))
    defined = {n.name for m in modules for n in ast.walk(m) if isinstance(n, ast.FunctionDef)}
    assert named
    assert named <= defined, f"no such test: {sorted(named - defined)}"


def test_every_rule_in_a_table_names_its_test():
    rows = re.findall(r"^\| (.+) \|$", GUIDE.read_text("utf-8").split("## Alignments")[0], re.M)
    rules = [row for row in rows if not row.startswith(("rule |", "file |", "`ontology/"))]
    assert rules
    assert not [row for row in rules if "`test_" not in row]


def test_the_files_of_the_guide_exist(vocabulary):
    for name in re.findall(r"`(ontology/[\w./*]+)`", GUIDE.read_text("utf-8")):
        assert list(vocabulary.sources.root.glob(name)), name
