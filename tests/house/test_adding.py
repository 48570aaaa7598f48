"""The checklists of `docs/adding.md`, walked on a scratch copy."""

import os
import re
import runpy
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from mla_graph.dossier.compose import compose, understand
from mla_graph.model.sources import Sources
from mla_graph.release.changed import validate_changed
from mla_graph.release.directory import Release
from mla_graph.saved_queries.catalogue import Catalogue
from mla_graph.saved_queries.check import check, check_folder
from mla_graph.saved_queries.rows import rows
from mla_graph.saved_queries.run import bind, run
from mla_graph.store.embedded import EmbeddedStore

from ..queries.test_competency import faults, read

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


def test_its_question_is_read_and_answered(
    added: Catalogue, shipped_store: EmbeddedStore, tmp_path: Path
) -> None:
    path = tmp_path / "question.yaml"
    path.write_text(example("question.yaml"), "utf-8")
    [case] = read(path)
    bound = bind(added.get(case.query), shipped_store, case.parameters)
    assert faults(case.expect, rows(run(shipped_store, bound))) == []
    path.write_text(example("question.yaml").replace("absent", "without"), "utf-8")
    with pytest.raises(ValueError, match=r"question\.yaml, 'Which .*without.*absent"):
        read(path)


def test_a_fact_of_a_notification_is_one_file(tmp_path: Path, shipped_release: Release) -> None:
    for name in ("ontology", "shapes", "graph_data"):
        shutil.copytree(ROOT / name, tmp_path / name)
    sources, fact = Sources(tmp_path), example("ca.ttl").strip()
    path = tmp_path / "graph_data" / "notifications" / "ca.ttl"
    others = path.read_text("utf-8").replace(fact, "")
    assert fact not in others
    path.write_text(others + fact, "utf-8")
    report = validate_changed(sources, shipped_release)
    assert report is not None
    assert report.conforms
    path.write_text(others + fact.replace("mla:hasConfidence confidence:known ;", ""), "utf-8")
    report = validate_changed(sources, shipped_release)
    assert report is not None
    assert "hasConfidence" in report.text()


def test_a_dialect_is_one_file(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "src" / "mla_graph", tmp_path / "mla_graph")
    path = tmp_path / "mla_graph" / "store" / "dialects" / "blue.py"
    path.write_text(example("blue.py"), "utf-8")
    asked = (
        "from mla_graph.store.dialects.dialect import dialect_of, known_dialects;"
        "blue = dialect_of('Blue/1.0', 'https://example.org/sparql');"
        "print(blue.name, blue.gave_up(418, ''), blue in known_dialects())"
    )
    answer = subprocess.run(
        [sys.executable, "-c", asked],
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert answer.stdout == "Blue True True\n"


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
