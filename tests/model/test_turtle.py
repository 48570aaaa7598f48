"""Turtle has one form: it depends on the graph alone, keeps all of it, and is stable."""

import random
import re
import subprocess
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mla_graph.model.errors import UnreadableInput
from mla_graph.model.sources import Sources
from mla_graph.model.turtle import format_text, is_canonical

FACTS = r'''
@prefix m: <https://w3id.org/mla-graph/id/measure/> .
@prefix mla: <https://w3id.org/mla-graph/ontology#> .
@prefix unused: <https://example.org/unused/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
m:b.1 mla:rank 2, 10 ; mla:value "P1Y"^^xsd:yearMonthDuration , "06:30:00"^^xsd:time ;
    mla:on "2022-05-31"^^xsd:date ; mla:open true ; mla:share 1.5 ; a mla:Measure .
m:a.30 mla:text """He said "no",
then \\ left.""" ; <https://example.org/p> "perquisition"@fr , "a \"b\" 'c'" ;
    mla:next m:b.1 , <https://w3id.org/mla-graph/id/language/x>  ,
        <https://w3id.org/mla-graph/id/measure/ends.with.> .
'''

CANONICAL = r'''
PREFIX measure: <https://w3id.org/mla-graph/id/measure/>
PREFIX mla: <https://w3id.org/mla-graph/ontology#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>

measure:a.30
    <https://example.org/p>
        "a \"b\" 'c'" ,
        "perquisition"@fr ;
    mla:next
        <https://w3id.org/mla-graph/id/language/x> ,
        measure:b.1 ,
        <https://w3id.org/mla-graph/id/measure/ends.with.> ;
    mla:text """He said "no",
then \\ left.""" ;
.

measure:b.1
    a mla:Measure ;
    mla:on "2022-05-31"^^xsd:date ;
    mla:open true ;
    mla:rank
        10 ,
        2 ;
    mla:share 1.5 ;
    mla:value
        "06:30:00"^^xsd:time ,
        "P1Y"^^xsd:yearMonthDuration ;
.
'''

SHAPE = """
prefix sh: <http://www.w3.org/ns/shacl#>
prefix mla: <https://w3id.org/mla-graph/ontology#>
mla:S a sh:NodeShape ;
    sh:property [ sh:path mla:b ; sh:minCount 1 ] , [ sh:path mla:a ; sh:in ( mla:x "y" ( 1 ) ) ] ;
    sh:property [ sh:path ( mla:c [ sh:inversePath mla:d ] ) ; sh:or ( [ sh:class mla:A ] [] ) ] .
"""


def graph(text: str) -> ox.Dataset:
    """The graph as a release holds it, comparable whatever the blank nodes are called."""
    store = ox.Store()
    store.load(text, ox.RdfFormat.TURTLE)
    dataset = ox.Dataset(store)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return dataset


def test_facts_are_sorted_one_statement_a_line_with_the_prefixes_that_are_used() -> None:
    assert format_text(FACTS) == CANONICAL.lstrip()


@pytest.mark.parametrize("text", [FACTS, SHAPE, ""])
def test_formatting_keeps_the_graph_and_does_nothing_the_second_time(text: str) -> None:
    once = format_text(text)
    assert graph(once) == graph(text)
    assert format_text(once) == once


@pytest.mark.parametrize("text", [FACTS, SHAPE])
def test_the_order_in_which_things_are_said_does_not_matter(text: str) -> None:
    expected = format_text(text)
    statements = list(ox.parse(text, ox.RdfFormat.TURTLE))
    dice = random.Random(7)
    for _ in range(5):
        dice.shuffle(statements)
        salt = f"n{dice.randrange(10**6)}"
        nquads = "".join(f"{statement} .\n" for statement in statements)
        assert format_text(nquads.replace("_:", f"_:{salt}")) == expected


def test_property_shapes_stand_in_the_order_of_their_paths() -> None:
    formatted = format_text(SHAPE)
    assert formatted.index("sh:path mla:a") < formatted.index("sh:path mla:b")
    assert "_:" not in formatted


def test_values_get_the_form_that_a_release_gives_back() -> None:
    text = '<a:a> <a:b> "P12M"^^<http://www.w3.org/2001/XMLSchema#yearMonthDuration> .'
    assert '"P1Y"^^xsd:yearMonthDuration' in format_text(text)


@given(st.text(st.characters(codec="utf-8")), st.sampled_from(["", "@fr", "^^<urn:type>"]))
def test_any_text_survives(text: str, suffix: str) -> None:
    literal = str(ox.Literal(text))
    once = format_text(f"<urn:a> <urn:b> {literal}{suffix} .")
    assert graph(once) == graph(f"<urn:a> <urn:b> {literal}{suffix} .")
    assert format_text(once) == once


@pytest.mark.parametrize(
    "text",
    [
        "<a:a> <a:b> <a:c> . # why",
        "# why\n<a:a> <a:b> <a:c> .",
        '<a:a> <a:b> "x"# why\n .',
        '<a:a> <a:b> """x""" , "\\"" #why\n.',
    ],
)
def test_a_comment_is_never_lost_silently(text: str) -> None:
    line = text[: text.index("#")].count("\n") + 1
    with pytest.raises(UnreadableInput, match=f"line {line}: .*comment"):
        format_text(text)
    assert "why" not in format_text(text, drop_comments=True)


@pytest.mark.parametrize(
    "text",
    ['<a:a#x> <a:b> "# no" .', "<a:a> <a:b> '''a ' # no''', '# no', \"\"\"\" # no\"\"\" ."],
)
def test_a_hash_inside_an_iri_or_a_string_is_no_comment(text: str) -> None:
    assert graph(format_text(text)) == graph(text)


def test_text_that_is_not_turtle_is_refused_with_its_line() -> None:
    with pytest.raises(UnreadableInput, match=r"lu\.ttl, line 2"):
        format_text("<a:a> <a:b> <a:c> .\n<a:a> <a:b> .", name="lu.ttl")


def test_check_names_the_files_that_are_not_canonical(tmp_path: Path) -> None:
    good, bad, commented = tmp_path / "good.ttl", tmp_path / "bad.ttl", tmp_path / "commented.ttl"
    good.write_text(format_text(FACTS))
    bad.write_text(FACTS)
    commented.write_text(format_text(FACTS) + "# a comment\n")
    assert [is_canonical(path) for path in (good, bad, commented)] == [True, False, False]


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "mla_graph.cli.main", "format", *arguments],
        capture_output=True,
        text=True,
    )


def test_the_command_formats_folders_and_checks_them(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b.ttl"
    path.parent.mkdir()
    path.write_text(FACTS)
    found = run("--check", tmp_path)
    assert (found.returncode, found.stdout) == (1, f"{path} is not in canonical form\n")
    assert run(tmp_path).returncode == 0
    assert path.read_text() == format_text(FACTS)
    assert run("--check", tmp_path).returncode == 0


def test_the_command_leaves_a_file_that_it_cannot_format_and_says_why(tmp_path: Path) -> None:
    path = tmp_path / "b.ttl"
    path.write_text("<a:a> <a:b> <a:c> . # why")
    refused = run(path)
    assert refused.returncode == 2
    assert "b.ttl, line 1" in refused.stderr
    assert path.read_text().endswith("# why")
    assert run(tmp_path / "missing.ttl").returncode == 2


def test_every_kind_of_resource_in_the_shipped_graph_has_its_prefix() -> None:
    sources = Sources.shipped()
    for path in [*sources.graph_files(), *sources.shape_files()]:
        text = format_text(path.read_text("utf-8"), name=str(path), drop_comments=True)
        text = re.sub(r'"""(?:[^"]|"(?!""))*"""|"(?:[^"\\]|\\.)*"', "", text)
        assert "<https://w3id.org/mla-graph/id/" not in text.split("\n\n", 1)[-1], path
