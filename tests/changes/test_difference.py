"""Two editions of the graph: what differs, in words and as a patch that makes one the other."""

import json
from pathlib import Path

import pyoxigraph as ox
import pytest
from click.testing import CliRunner
from rdflib import BNode, Dataset
from rdflib.compare import isomorphic

from mla_graph.cli.main import main
from mla_graph.model.sources import Sources
from mla_graph.release.build import build
from mla_graph.release.directory import Release

MLAD = "https://w3id.org/mla-graph/id/"


def diff(*arguments: object) -> str:
    answer = CliRunner().invoke(main, ["diff", *map(str, arguments)])
    assert answer.exit_code == 0, answer.output
    return answer.stdout


def built(sources: Sources, out: Path) -> Release:
    return build(sources, out, progress=lambda _: None, validate=False)


@pytest.fixture
def two(tiny_sources: Sources, tmp_path: Path) -> tuple[Path, Path]:
    """A release, and the next: one label changed, one state new, one gone, one fact moved."""
    states = tiny_sources.graph_data / "states"
    (states / "xx.ttl").write_text(
        f'<{MLAD}state/xx> <http://www.w3.org/2004/02/skos/core#prefLabel> "Utopia"@en .'
    )
    old = built(tiny_sources, tmp_path / "old").path
    luxembourg = states / "lu.ttl"
    luxembourg.write_text(luxembourg.read_text().replace("Luxembourg", "Grand Duchy"))
    moved = luxembourg.read_text().replace("state:be a mla:State .", "")
    luxembourg.write_text(moved)
    (states / "xx.ttl").unlink()
    (states / "yy.ttl").write_text(
        f"<{MLAD}state/yy> a <https://w3id.org/mla-graph/ontology#State> ;"
        '<http://www.w3.org/2004/02/skos/core#prefLabel> "Erewhon"@en .'
    )
    return old, built(tiny_sources, tmp_path / "new").path


def applied(patch: str, old: Path) -> Dataset:
    """Let rdflib, which knows RDF Patch, apply the patch to the old edition."""
    graph = Dataset()
    graph.parse(old, format="nquads")
    graph.parse(data=patch, format="patch")
    return graph


def named(graph: Dataset) -> set[object]:
    """Leave out blank nodes, which rdflib gives new names."""
    return {quad for quad in graph if not any(isinstance(term, BNode) for term in quad)}


def quads(path: Path) -> Dataset:
    graph = Dataset()
    graph.parse(path, format="nquads")
    return graph


def test_the_patch_makes_the_old_release_the_new_one(two: tuple[Path, Path]) -> None:
    old, new = (release / "release.nq" for release in two)
    patch = diff(*two, "--format", "patch")
    assert named(applied(patch, old)) == named(quads(new)) != named(quads(old))
    lines = set(old.read_text().splitlines())
    for line in patch.splitlines():
        if line.startswith("D "):
            lines.remove(line[2:])
        elif line.startswith("A "):
            assert line[2:] not in lines
            lines.add(line[2:])
    assert sorted(lines) == sorted(new.read_text().splitlines())


def test_facts_are_told_by_kind_and_what_moved_is_no_change(two: tuple[Path, Path]) -> None:
    told = json.loads(diff(*two, "--format", "json"))
    changes = {item["resource"]: item for item in told["stated"]["changes"]}
    assert {iri.removeprefix(MLAD): item["change"] for iri, item in changes.items()} == {
        "state/lu": "changed",
        "state/xx": "withdrawn",
        "state/yy": "added",
    }
    changed = changes[f"{MLAD}state/lu"]
    assert changed["kind"] == "state"
    assert changed["says"] == ["pref label is now Grand Duchy, no longer Luxembourg."]
    assert changes[f"{MLAD}state/xx"]["name"] == "Utopia"
    assert told["derived"]["default label"] == {"added": 2, "withdrawn": 2}


def test_text_and_release_note_have_names_and_sentences(two: tuple[Path, Path]) -> None:
    text = diff(*two)
    assert "changed: Grand Duchy\n    pref label is now Grand Duchy, no longer Luxembourg." in text
    note = diff(*two, "--format", "markdown")
    assert "### Added (1)\n\n- **Erewhon**" in note
    assert "### Withdrawn (1)\n\n- **Utopia**" in note


def test_blank_nodes_are_the_same_where_they_say_the_same(tmp_path: Path) -> None:
    one, same, other = (tmp_path / f"{name}.ttl" for name in ("one", "same", "other"))
    one.write_text("<urn:s> <urn:p> [ <urn:q> 1 ; <urn:r> [ <urn:q> 2 ] ] .")
    same.write_text("_:b <urn:q> 2 . _:a <urn:r> _:b ; <urn:q> 1 . <urn:s> <urn:p> _:a .")
    other.write_text("<urn:s> <urn:p> [ <urn:q> 1 ; <urn:r> [ <urn:q> 3 ] ] .")
    assert "No stated fact changed." in diff(one, same)
    patch = diff(one, other, "--format", "patch")
    canonical = ox.Dataset(ox.parse(path=one))
    canonical.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    base = tmp_path / "one.nq"
    ox.serialize(canonical, str(base), ox.RdfFormat.N_QUADS)
    lines = set(base.read_text().splitlines())
    lines -= {line[2:] for line in patch.splitlines() if line.startswith("D ")}
    lines |= {line[2:] for line in patch.splitlines() if line.startswith("A ")}
    result, wanted = Dataset(), Dataset()
    result.parse(data="\n".join(lines), format="nquads")
    wanted.parse(other, format="turtle")
    assert isomorphic(result.default_graph, wanted.default_graph)


def test_a_dump_of_the_merged_graph_is_compared_with_that_of_a_release(
    two: tuple[Path, Path],
) -> None:
    old, new = two
    dump = old / "dumps" / "mla-graph.nt.gz"
    patch = diff(dump, old, "--format", "patch").splitlines()
    assert [line for line in patch if "_:" not in line] == ["TX .", "TC ."]
    assert "Erewhon" in diff(dump, new)


def test_what_cannot_be_compared_is_named(tmp_path: Path) -> None:
    answer = CliRunner().invoke(main, ["diff", str(tmp_path / "nowhere"), str(tmp_path)])
    assert answer.exit_code == 2
    assert "There is no release, file or folder" in answer.stderr
