"""`mla-graph validate`, `build` and `format`: what a curator calls."""

import json
from pathlib import Path

import pyoxigraph as ox
import pytest

from mla_graph.model.sources import Sources

BAD_STATE = """
@prefix mla: <https://w3id.org/mla-graph/ontology#> .
@prefix state: <https://w3id.org/mla-graph/id/state/> .
state:xx a mla:State .
"""

TOO_MANY_LABELS = """
mla:LabelShape a sh:NodeShape ; sh:targetClass mla:State ;
    sh:property [
        sh:path <http://www.w3.org/2004/02/skos/core#prefLabel> ; sh:maxCount 1 ;
        sh:severity sh:Warning ; sh:message "One label is enough."@en
    ] .
"""


@pytest.fixture
def tiny(tiny_sources: Sources, monkeypatch: pytest.MonkeyPatch) -> Sources:
    """A small source tree in place of the shipped one."""
    monkeypatch.setattr(Sources, "shipped", classmethod(lambda cls: tiny_sources))
    return tiny_sources


class TestValidate:
    """Facts against the shapes."""

    def test_sources_that_conform(self, run, tiny: Sources) -> None:
        result = run("validate")
        assert result.exit_code == 0
        assert "conforms" in result.stdout

    def test_warnings_are_those_about_what_the_files_describe(
        self, run, tiny: Sources, tmp_path: Path
    ) -> None:
        shapes = tiny.shapes / "state.ttl"
        shapes.write_text(shapes.read_text() + TOO_MANY_LABELS)
        assert "state:be" in run("validate").stdout
        file = tmp_path / "lu.ttl"
        file.write_text(
            "prefix state: <https://w3id.org/mla-graph/id/state/> "
            "prefix mla: <https://w3id.org/mla-graph/ontology#> "
            "prefix skos: <http://www.w3.org/2004/02/skos/core#> "
            'state:lu a mla:State ; mla:code "LU" ; '
            'skos:prefLabel "Luxembourg"@en, "Luxemburg"@de .'
        )
        told = run("validate", file).stdout
        assert "state:lu" in told
        assert "state:be" not in told

    def test_a_file_with_a_fault_is_told_with_its_node(
        self, run, tiny: Sources, tmp_path: Path
    ) -> None:
        file = tmp_path / "xx.ttl"
        file.write_text(BAD_STATE)
        result = run("validate", file)
        assert result.exit_code == 1
        assert "state:xx" in result.stdout
        assert "StateShape" in result.stdout

    def test_reports_for_programs(self, run, tiny: Sources, tmp_path: Path) -> None:
        (tmp_path / "xx.ttl").write_text(BAD_STATE)
        as_json = run("validate", tmp_path, "--format", "json")
        assert as_json.exit_code == 1
        (fault,) = json.loads(as_json.stdout)["results"]
        assert fault["focus"] == "https://w3id.org/mla-graph/id/state/xx"
        as_turtle = run("validate", tmp_path, "--format", "turtle")
        assert as_turtle.exit_code == 1
        report = ox.Dataset(ox.parse(as_turtle.stdout_bytes, ox.RdfFormat.TURTLE))
        result = ox.NamedNode("http://www.w3.org/ns/shacl#result")
        assert len(list(report.quads_for_predicate(result))) == 1

    @pytest.mark.parametrize("text", [None, "this is no Turtle"])
    def test_what_cannot_be_read_is_named(
        self, run, tiny: Sources, tmp_path: Path, text: str | None
    ) -> None:
        file = tmp_path / "facts.ttl"
        if text is not None:
            file.write_text(text)
        result = run("validate", file)
        assert result.exit_code == 2
        assert result.stdout == ""
        assert "facts.ttl" in result.stderr

    def test_what_changed_since_the_last_build(
        self, run, tiny: Sources, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("MLA_HOME", str(tmp_path / "fresh"))
        first = run("validate", "--changed")
        assert (first.exit_code, "checking all" in first.stderr) == (0, True)
        run("export", "--format", "ntriples")  # builds
        (tiny.graph_data / "xx.ttl").write_text(BAD_STATE)
        changed = run("validate", "--changed")
        assert (changed.exit_code, "checking all" in changed.stderr) == (1, False)
        assert changed.stdout == run("validate").stdout
        assert run("validate", "--changed", tmp_path).exit_code == 2

    def test_an_unknown_engine_is_named(self, run, tiny: Sources) -> None:
        result = run("validate", "--engine", "guesswork")
        assert result.exit_code == 2
        assert "guesswork" in result.stderr and "pyshacl" in result.stderr


class TestBuild:
    """The release."""

    def test_it_prints_the_folder_and_can_be_asked(
        self, run, tiny: Sources, tmp_path: Path
    ) -> None:
        out = tmp_path / "release"
        built = run("build", "--out", out)
        assert (built.exit_code, built.stdout) == (0, f"{out}\n")
        assert "Checked them against the shapes" in built.stderr
        query = "ASK { <https://w3id.org/mla-graph/id/state/lu> ?p ?o }"
        assert run("sparql", "--store", out, input=query).stdout == "true\n"

    def test_the_first_command_builds_once(
        self, run, tiny: Sources, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("MLA_HOME", str(tmp_path / "fresh"))
        first, second = (run("export", "--format", "ntriples") for _ in range(2))
        assert "is ready in" in first.stderr
        assert second.stderr == ""
        assert second.stdout == first.stdout != ""

    def test_sources_with_a_fault_leave_everything_as_it_was(
        self, run, tiny: Sources, tmp_path: Path
    ) -> None:
        (tiny.graph_data / "xx.ttl").write_text(BAD_STATE)
        out = tmp_path / "release"
        result = run("build", "--out", out)
        assert result.exit_code == 1
        assert "do not conform" in result.stderr and "mla-graph validate" in result.stderr
        assert not out.exists()

    def test_a_folder_with_other_things_is_left_alone(
        self, run, tiny: Sources, tmp_path: Path
    ) -> None:
        (tmp_path / "notes").mkdir()
        (tmp_path / "notes" / "mine.txt").write_text("keep me")
        result = run("build", "--out", tmp_path / "notes")
        assert result.exit_code == 2
        assert (tmp_path / "notes" / "mine.txt").read_text() == "keep me"


class TestFormat:
    """Canonical Turtle."""

    def test_a_file_is_rewritten_and_then_passes_the_check(self, run, tmp_path: Path) -> None:
        file = tmp_path / "facts.ttl"
        file.write_text('<urn:b> <urn:p> "2", "1" . <urn:a> <urn:p> "1" .')
        assert run("format", "--check", file).exit_code == 1
        assert run("format", file).exit_code == 0
        assert file.read_text().startswith("<urn:a>")
        assert run("format", "--check", file).exit_code == 0

    def test_a_file_with_comments_keeps_them(self, run, tmp_path: Path) -> None:
        file = tmp_path / "facts.ttl"
        file.write_text("# why\n<urn:a> <urn:p> <urn:b> .\n")
        assert run("format", file).exit_code == 2
        assert file.read_text().startswith("# why")
