"""`mla-graph query`: saved queries with values that people write."""

import csv
import io
import json
from pathlib import Path
from xml.etree import ElementTree

import pyoxigraph as ox
import pytest

from mla_graph.model.about import NOTICE
from mla_graph.release.directory import Release

LU_A30 = ("state=LU", "measure=A.30")


def test_a_table_goes_to_stdout_and_the_notice_to_stderr(run) -> None:
    result = run("query", "authorities", *LU_A30)
    assert result.exit_code == 0
    header, *rows = result.stdout.splitlines()
    assert header.split()[:3] == ["role", "authority", "label"]
    assert any("authority/lu-investigating-judge" in row for row in rows)
    assert all(row == row.rstrip() for row in rows)
    assert f"{len(rows)} rows. {NOTICE}" in result.stderr


def test_columns_narrow_the_table_and_join_rows_that_are_alike(run) -> None:
    result = run("query", "authorities", *LU_A30, "--columns", "framework,label")
    header, *rows = result.stdout.splitlines()
    assert header.split() == ["framework", "label"]
    assert sum("Investigating Judge" in row for row in rows) == 2  # for each framework
    assert f"{len(rows)} rows" in result.stderr


def test_an_unknown_column_is_refused_with_those_there_are(run) -> None:
    result = run("query", "authorities", *LU_A30, "--columns", "role,name")
    assert result.exit_code == 2
    assert "'name'" in result.stderr and "authorityType" in result.stderr
    assert run("query", "states", "--columns", "code", "--format", "csv").exit_code == 2


def test_json_is_sparql_results_json_of_the_same_rows(run) -> None:
    result = run("query", "states", "--format", "json")
    document = json.loads(result.stdout)
    codes = {row["code"]["value"] for row in document["results"]["bindings"]}
    assert {"state", "code", "label"} <= set(document["head"]["vars"])
    assert {"LU", "BE", "DE"} <= codes
    assert result.stderr == ""


def test_rows_are_plain_json_with_where_they_come_from(run, shipped_release: Release) -> None:
    document = json.loads(run("query", "states", "limit=2", "--format", "rows").stdout)
    assert len(document["data"]) == document["meta"]["count"] == 2
    assert isinstance(document["data"][0]["euMember"], bool)
    assert document["meta"]["release"] == shipped_release.id
    assert document["meta"]["disclaimer"] == NOTICE


def test_rows_say_whether_there_are_more(run) -> None:
    def meta(*values: str) -> dict[str, object]:
        return json.loads(run("query", "states", *values, "--format", "rows").stdout)["meta"]

    whole = meta()
    assert (whole["limit"], whole["offset"], whole["truncated"]) == (None, 0, False)
    page = meta("limit=2", "offset=1")
    assert (page["limit"], page["offset"], page["count"], page["truncated"]) == (2, 1, 2, True)
    last = meta(f"limit={whole['count']}")
    assert (last["count"], last["truncated"]) == (whole["count"], False)


def test_csv_tsv_and_xml_hold_the_same_number_of_rows(run) -> None:
    count = len(json.loads(run("query", "states", "--format", "rows").stdout)["data"])
    assert (
        len(list(csv.reader(io.StringIO(run("query", "states", "--format", "csv").stdout)))) - 1
        == count
    )
    assert len(run("query", "states", "--format", "tsv").stdout.splitlines()) - 1 == count
    xml = ElementTree.fromstring(run("query", "states", "--format", "xml").stdout)
    assert len(xml.findall(".//{*}result")) == count


def test_codes_are_taken_in_any_case_and_as_full_iris(run) -> None:
    one = run("query", "time-limits", *LU_A30, "--format", "csv").stdout
    for state in ("lu", "https://w3id.org/mla-graph/id/state/lu"):
        other = run("query", "time-limits", f"state={state}", "measure=a.30", "--format", "csv")
        assert other.stdout == one


def test_labels_come_in_the_language_asked_for(run) -> None:
    assert "Allemagne" in run("query", "states", "lang=fr").stdout
    assert "Deutschland" in run("query", "states", "lang=de").stdout


def test_limit_and_offset_page_through_the_rows(run) -> None:
    everything = run("query", "states", "--format", "csv").stdout.splitlines()[1:]
    page = run("query", "states", "limit=3", "offset=2", "--format", "csv").stdout.splitlines()[1:]
    assert page == everything[2:5]


def test_no_rows_is_an_answer(run) -> None:
    result = run("query", "search", "q=xyzzyplugh")
    assert result.exit_code == 0
    assert result.stderr.startswith("0 rows.")


def test_a_hostile_value_is_only_an_unusual_text(run) -> None:
    result = run("query", "search", 'q=") } INSERT DATA { <urn:a> <urn:b> "')
    assert result.exit_code == 0
    assert result.stderr.startswith("0 rows.")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["authoritys", *LU_A30], ["No such saved query", "authorities", "mla-graph queries"]),
        (
            ["authorities", "state=LUXE", "measure=A.30"],
            ["No such value", "state", "LUXE", "Luxembourg"],
        ),
        (["authorities", "state=LU"], ["missing", "measure", "A.30", "mla-graph queries"]),
        (["authorities", *LU_A30, "stat=1"], ["No such parameter", "did you mean state"]),
        (["states", "limit=-1"], ["limit", "0 or more"]),
        (["states", "limit=many"], ["limit", "0 or more"]),
        (["states", "limit=1", "limit=2"], ["limit", "one value"]),
        (["instruments", "on=01/02/2021"], ["on", "2021-02-01 or 2021-01-02"]),
        (["states", "lu"], ["param=value", "state=LU"]),
        (["states", "format=json"], ["--format json"]),
        (["states", "--format", "turtle"], ["format", "csv"]),
        (["states", "--format", "docx"], ["docx", "csv"]),
    ],
)
def test_bad_input_is_named_once_without_a_traceback(
    run, arguments: list[str], said: list[str]
) -> None:
    result = run("query", *arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "Traceback" not in result.stderr
    for text in said:
        assert text in result.stderr


def test_control_characters_in_an_answer_do_not_reach_the_terminal(run, tmp_path: Path) -> None:
    store = ox.Store(str(tmp_path / "store"))
    store.add(ox.Quad(ox.NamedNode("urn:a"), ox.NamedNode("urn:b"), ox.Literal("\x1b[31mred")))
    store.flush()
    del store
    query = tmp_path / "any.rq"
    query.write_text("SELECT ?o WHERE { ?s ?p ?o }")
    result = run("sparql", query, "--store", tmp_path / "store")
    assert "red" in result.stdout
    assert "\x1b" not in result.stdout


class TestStores:
    """--store asks another store than the shipped graph."""

    def test_the_folder_of_a_release(self, run, shipped_release: Release) -> None:
        shipped = run("query", "states", "--format", "csv").stdout
        assert (
            run("query", "states", "--format", "csv", "--store", shipped_release.path).stdout
            == shipped
        )

    def test_an_oxigraph_store(self, run, shipped_release: Release) -> None:
        shipped = run("query", "states", "--format", "csv").stdout
        store = shipped_release.store_dir
        assert run("query", "states", "--format", "csv", "--store", store).stdout == shipped

    def test_an_endpoint(self, run, shipped_release: Release, start_oxigraph) -> None:
        server = start_oxigraph()
        server.load(shipped_release.nquads.read_bytes(), "application/n-quads")
        for name, *values in (("states",), ("conditions", *LU_A30), ("legal-bases", *LU_A30)):
            remote = run("query", name, *values, "--format", "rows", "--store", server.query_url)
            here = run("query", name, *values, "--format", "rows")
            assert remote.exit_code == 0, remote.stderr
            assert json.loads(remote.stdout)["data"] == json.loads(here.stdout)["data"]

    @pytest.mark.parametrize("store", ["no such folder", "http://127.0.0.1:9/sparql"])
    def test_one_that_is_not_there_is_unavailable(self, run, store: str) -> None:
        result = run("query", "states", "--store", store)
        assert result.exit_code == 3
        assert "unavailable" in result.stderr
        assert "Traceback" not in result.stderr

    def test_a_folder_that_is_no_store_is_left_alone(self, run, tmp_path: Path) -> None:
        folder = tmp_path / "notes"
        folder.mkdir()
        result = run("query", "states", "--store", folder)
        assert result.exit_code == 3
        assert list(folder.iterdir()) == []
