"""`mla-graph queries`, `stats` and `doctor`: what there is, and whether it is well."""

import json
import re
from pathlib import Path

import pytest

from mla_graph.model.sources import Sources
from mla_graph.saved_queries.catalogue import Catalogue


class TestQueries:
    """What can be asked."""

    def test_every_saved_query_is_listed_with_its_parameters(self, run) -> None:
        text = run("queries").stdout
        for query in Catalogue.load(Sources.shipped().queries):
            assert query.name in text
            assert query.summary in text
        assert "state=IRI measure=IRI" in text

    def test_one_is_shown_with_columns_and_an_example_that_runs(self, run) -> None:
        text = run("queries", "authorities").stdout
        assert "Columns" in text and "framework" in text
        example = text.splitlines()[-1].split()
        assert example[:3] == ["mla-graph", "query", "authorities"]
        assert run(*example[1:]).exit_code == 0

    def test_as_json_for_programs(self, run) -> None:
        listed = json.loads(run("queries", "--format", "json").stdout)
        one = json.loads(run("queries", "authorities", "--format", "json").stdout)
        assert one in listed
        assert [p["name"] for p in one["parameters"]][:2] == ["state", "measure"]

    def test_an_unknown_one_gets_the_nearest(self, run) -> None:
        result = run("queries", "authority")
        assert result.exit_code == 2
        assert "authorities" in result.stderr


class TestStats:
    """How much the graph holds."""

    def test_counts_by_class_source_and_coverage(self, run) -> None:
        text = run("stats").stdout
        assert "mla:Implementation" in text
        assert "source/ejn-lu-a.30" in text
        assert "Coverage" in text and "LU" in text

    def test_coverage_is_what_is_known_of_all_measures_state_by_state(self, run) -> None:
        *states, total = json.loads(run("stats", "--format", "json").stdout)["coverage"]
        cells = json.loads(run("query", "coverage", "--format", "json").stdout)["results"]
        known = [c for c in cells["bindings"] if c["availability"]["value"] != "unknown"]
        of_denmark = [c for c in known if c["code"]["value"] == "DK"]
        (denmark,) = [row for row in states if row["state"] == "DK"]
        assert denmark["known"] == len(of_denmark) > 0
        assert denmark["known"] == denmark["yes"] + denmark["conditional"] + denmark["no"]
        assert total["state"] == "all"
        assert (total["known"], total["of"]) == (len(known), denmark["of"] * len(states))
        assert total["known"] + total["unknown"] == len(cells["bindings"])

    def test_contradictions_are_listed_each_side_with_its_source(self, run) -> None:
        text = run("stats").stdout
        contradictions = text.partition("Contradictions")[2]
        for line in (
            "participation/eu-prot-2001-mla-pt",
            "2005-10-05",
            "tretas-dre-207044",
        ):
            assert line in contradictions
        listed = json.loads(run("stats", "--format", "json").stdout)["contradictions"]
        pages = [row for row in listed if row["kind"] == "pages"]
        assert {row["claim"] for row in pages if "Denmark" in row["label"]} == {
            "yes",
            "conditional",
        }

    def test_every_contradiction_of_the_graph_is_listed(self, run) -> None:
        listed = json.loads(run("stats", "--format", "json").stdout)["contradictions"]
        path = Sources.shipped().graph_data / "contradictions.ttl"
        labels = re.findall(r'rdfs:label "(.+)"@en', path.read_text("utf-8"))
        assert {row["label"] for row in listed if row["kind"] == "facts"} == set(labels) != set()

    def test_as_json_for_programs(self, run) -> None:
        counts = json.loads(run("stats", "--format", "json").stdout)
        assert set(counts) == {"classes", "sources", "coverage", "contradictions"}


class TestDoctor:
    """What is installed, which release, is it healthy."""

    def test_a_good_installation_is_healthy(self, run, home: Path) -> None:
        result = run("doctor")
        assert result.exit_code == 0
        for text in ("Healthy.", str(home), "pyoxigraph", "MLA_QUERY_TIMEOUT", "named graphs"):
            assert text in result.stdout

    def test_a_missing_release_is_told(
        self, run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("MLA_HOME", str(tmp_path / "empty"))
        result = run("doctor", "--no-build")
        assert result.exit_code == 3
        assert "WRONG" in result.stdout and "mla-graph build" in result.stdout

    def test_a_release_of_other_sources_is_told(
        self, run, tiny_sources: Sources, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(Sources, "shipped", classmethod(lambda cls: tiny_sources))
        result = run("doctor", "--no-build")
        assert result.exit_code == 3
        assert "built from other sources" in result.stdout

    def test_a_damaged_store_is_told(
        self, run, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        import shutil

        broken = tmp_path / "broken"
        shutil.copytree(home, broken, symlinks=True)
        for table in (broken / "current" / "store").glob("*.sst"):
            table.write_bytes(b"")
        monkeypatch.setenv("MLA_HOME", str(broken))
        result = run("doctor", "--no-build")
        assert result.exit_code == 3
        assert "store" in result.stdout and "WRONG" in result.stdout
        assert "Traceback" not in result.output
