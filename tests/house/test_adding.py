"""The checklists of `docs/adding.md`, walked on a scratch copy."""

import re
import runpy
import shutil
import textwrap
from pathlib import Path

import pytest

from mla_graph.dossier.compose import compose, understand
from mla_graph.saved_queries.catalogue import Catalogue
from mla_graph.saved_queries.check import check, check_folder
from mla_graph.saved_queries.rows import rows
from mla_graph.saved_queries.run import bind, run
from mla_graph.store.embedded import EmbeddedStore

ROOT = Path(__file__).resolve().parents[2]
GUIDE = (ROOT / "docs" / "adding.md").read_text("utf-8")
NAME = "central-authorities"


def example(name: str) -> str:
    """Return the block of the guide that is the file of this name."""
    found = re.search(rf"<!-- example: {name} -->\n *```\w+\n(.*?)\n *```", GUIDE, re.DOTALL)
    assert found is not None
    return textwrap.dedent(found[1]) + "\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Copy the saved queries."""
    return shutil.copytree(ROOT / "queries", tmp_path / "queries")


@pytest.fixture
def added(folder: Path) -> Catalogue:
    """Take the first step of the guide: write the file of the query."""
    (folder / f"{NAME}.rq").write_text(example(f"{NAME}.rq"), "utf-8")
    return Catalogue.load(folder)


def test_a_saved_query_is_one_file(added: Catalogue, shipped_store: EmbeddedStore) -> None:
    query = added.get(NAME)
    assert check(query, shipped_store) == []
    found = rows(run(shipped_store, bind(query, shipped_store, {"state": "lu", "lang": "fr"})))
    assert {"label", "authority"} == found[0].keys()
    assert any("lu-ministry-justice" in str(row["authority"]) for row in found)


@pytest.mark.parametrize(
    ("old", "new", "finding"),
    [
        ("#+   - lang\n", "", "$_lang is used and not declared"),
        ("#+   - lang\n", "#+   - langue\n", "there is no parameter langue"),
        ("  - state\n", "  - state\n#+   - measure\n", "measure is declared and not used"),
        ("ORDER BY ?authority\n", "", "ORDER BY"),
        ("type: iri", "type: link", "at `$.columns[0].type`"),
        ("name: label", "name: title", "The header has the columns"),
    ],
)
def test_the_check_explains_a_step_left_out(folder: Path, old: str, new: str, finding: str) -> None:
    text = example(f"{NAME}.rq")
    assert old in text
    for path in folder.glob("*.rq"):
        path.unlink()
    (folder / f"{NAME}.rq").write_text(text.replace(old, new, 1), "utf-8")
    assert any(finding in found for found in check_folder(folder)[f"{NAME}.rq"])


def test_the_reference_has_the_query_without_a_further_step(added: Catalogue) -> None:
    written = runpy.run_path(str(ROOT / "tools" / "reference.py"))
    section = "\n".join(written["_query"](added.get(NAME)))
    assert "### central-authorities" in section
    assert "| authority | iri |" in section


def test_a_column_of_the_dossier_is_one_file(folder: Path, shipped_store: EmbeddedStore) -> None:
    path = folder / "implementation.rq"
    text = path.read_text("utf-8")
    column = "#+   - {name: link, type: iri, description: The page.}\n\nPREFIX"
    text = text.replace("\n\nPREFIX", f"\n{column}", 1).replace("\nWHERE {", " ?link\nWHERE {", 1)
    body = text.rpartition("}")
    path.write_text(f"{body[0]}  BIND($_state AS ?link)\n}}{body[2]}", "utf-8")
    catalogue = Catalogue.load(folder)
    assert check(catalogue.get("implementation")) == []
    raw = {"requesting": ["BE"], "executing": ["LU"], "measure": ["A.30"], "on": ["2024-05-01"]}
    asked = understand(catalogue, shipped_store, raw)
    [row] = compose(catalogue, shipped_store, asked).implementations
    assert row.link.endswith("/state/lu")


def test_a_parameter_changes_in_one_place_for_every_query(folder: Path) -> None:
    path = folder / "parameters" / "definitions.yaml"
    text = path.read_text("utf-8")
    path.write_text(text.replace("Language of labels;", "Language of names;"), "utf-8")
    described = [
        parameter.description
        for query in Catalogue.load(folder)
        for parameter in query.parameters
        if parameter.name == "lang"
    ]
    assert len(described) > 30
    assert all(one.startswith("Language of names;") for one in described)


def test_every_check_that_the_guide_names_exists() -> None:
    tests = "\n".join(path.read_text("utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    named = set(re.findall(r"`(test_\w+)`", GUIDE))
    assert named
    assert {name for name in named if f"def {name}(" not in tests} == set()


def test_every_file_that_the_guide_names_exists() -> None:
    named = set(re.findall(r"`((?:[a-z_]+/)+[a-z_.]*)`", GUIDE))
    roots = (ROOT, ROOT / "src" / "mla_graph")
    assert "tests/queries/competency/" in named
    assert {name for name in named if not any((root / name).exists() for root in roots)} == set()
