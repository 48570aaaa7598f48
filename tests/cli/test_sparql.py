"""`mla-graph sparql`: any query, in a process that can be stopped."""

import json
import os
from pathlib import Path

import pyoxigraph as ox
import pytest

from mla_graph.release.directory import Release

STATES = """
PREFIX mla: <https://w3id.org/mla-graph/ontology#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?code WHERE { ?state a mla:State ; skos:notation ?code } ORDER BY ?code
"""
SHOW = """
PREFIX mla: <https://w3id.org/mla-graph/ontology#>
CONSTRUCT { ?state a mla:State } WHERE { ?state a mla:State }
"""


def test_a_query_comes_from_a_file_or_from_standard_input(run, tmp_path: Path) -> None:
    file = tmp_path / "states.rq"
    file.write_text(STATES)
    named = run("sparql", file)
    assert named.exit_code == 0
    assert named.stdout.splitlines()[0] == "code"
    assert "LU" in named.stdout.splitlines()
    assert run("sparql", input=STATES).stdout == named.stdout
    assert run("sparql", "-", input=STATES).stdout == named.stdout


@pytest.mark.parametrize("format", ["json", "csv", "tsv", "xml", "rows"])
def test_a_table_comes_in_every_format(run, format: str) -> None:
    result = run("sparql", "--format", format, input=STATES)
    assert result.exit_code == 0
    assert "LU" in result.stdout
    assert result.stderr == ""


def test_a_graph_is_turtle_with_the_prefixes_that_it_uses(run) -> None:
    result = run("sparql", input=SHOW)
    assert "state:lu a mla:State" in result.stdout
    assert "@prefix state:" in result.stdout
    assert "@prefix statute:" not in result.stdout


@pytest.mark.parametrize(
    ("format", "parser"),
    [
        ("turtle", ox.RdfFormat.TURTLE),
        ("ntriples", ox.RdfFormat.N_TRIPLES),
        ("jsonld", ox.RdfFormat.JSON_LD),
        ("rdfxml", ox.RdfFormat.RDF_XML),
    ],
)
def test_a_graph_is_the_same_in_every_format(run, format: str, parser: ox.RdfFormat) -> None:
    expected = set(ox.parse(run("sparql", input=SHOW).stdout_bytes, ox.RdfFormat.TURTLE))
    result = run("sparql", "--format", format, input=SHOW)
    assert set(ox.parse(result.stdout_bytes, parser)) == expected


def test_a_yes_or_no_question_is_answered_so(run) -> None:
    assert run("sparql", input="ASK { ?s ?p ?o }").stdout == "true\n"
    assert run("sparql", input="ASK { <urn:x> ?p ?o }").stdout == "false\n"
    document = json.loads(run("sparql", "--format", "json", input="ASK {}").stdout)
    assert document["boolean"] is True


@pytest.mark.parametrize(
    ("text", "options", "said"),
    [
        ("SELECT ?x WHERE {\n  ?x ?y }", [], ["cannot be parsed", "line 2"]),
        ("INSERT DATA { <urn:a> <urn:b> <urn:c> }", [], ["update", "SELECT"]),
        ("SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", [], ["SERVICE"]),
        ("ASK {}", ["--format", "csv"], ["csv", "json, xml"]),
        ("ASK {}", ["--format", "turtle"], ["turtle", "json, xml"]),
        (SHOW, ["--format", "table"], ["table", "ntriples"]),
        (STATES, ["--format", "jsonld"], ["jsonld", "csv"]),
        (b"SELECT * { ?s ?p '\xff' }", [], ["cannot be read"]),
        ("{" * 5000, [], ["cannot be parsed"]),
    ],
)
def test_bad_input_is_named_without_a_traceback(run, text, options, said: list[str]) -> None:
    result = run("sparql", *options, input=text)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "Traceback" not in result.stderr
    for words in said:
        assert words in result.stderr


def test_a_file_that_is_not_there_is_named(run) -> None:
    result = run("sparql", "nowhere.rq")
    assert result.exit_code == 2
    assert "nowhere.rq" in result.stderr


def test_a_query_that_takes_too_long_is_stopped(run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLA_QUERY_TIMEOUT", "0.5")
    text = "ASK { ?a ?b ?c FILTER EXISTS { ?d ?e ?f FILTER(?f + 0 = -1) } }"
    result = run("sparql", input=text)
    assert result.exit_code == 4
    assert "0.5 s" in result.stderr and "MLA_QUERY_TIMEOUT" in result.stderr


def test_the_union_of_named_graphs_is_asked_only_if_wanted(run, shipped_release: Release) -> None:
    text = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"
    merged = shipped_release.manifest.merged.triples
    options = ("--format", "csv", "--store", shipped_release.store_dir)
    assert run("sparql", *options, input=text).stdout.split() == ["n", str(merged)]
    union = run("sparql", *options, "--union-default-graph", input=text)
    assert int(union.stdout.split()[1]) != merged


def test_an_endpoint_gives_the_same_answers(run, shipped_release: Release, start_oxigraph) -> None:
    server = start_oxigraph()
    server.load(shipped_release.nquads.read_bytes(), "application/n-quads")
    for text in (STATES, SHOW, "ASK { ?s ?p ?o }"):
        remote = run("sparql", "--store", server.query_url, input=text)
        assert remote.exit_code == 0, remote.stderr
        assert sorted(remote.stdout.split()) == sorted(run("sparql", input=text).stdout.split())
    refused = run("sparql", "--store", server.query_url, input="DROP ALL")
    assert (refused.exit_code, "update" in refused.stderr) == (2, True)


@pytest.mark.parametrize("source", ["/dev/zero", "pipe", "sparse"])
def test_a_query_without_end_is_refused(run, tmp_path: Path, source: str) -> None:
    file = tmp_path / source
    if source == "pipe":
        os.mkfifo(file)
    elif source == "sparse":
        file.touch()
        os.truncate(file, 1 << 30)
    result = run("sparql", file)
    assert result.exit_code == 2
    assert "query" in result.stderr or "pipe" in result.stderr


def test_an_error_of_elsewhere_does_not_steer_the_terminal(run) -> None:
    result = run("sparql", input="SELECT \x1b[31m\x07 { ?s }")
    assert result.exit_code == 2
    assert "\x1b" not in result.stderr and "\x07" not in result.stderr
