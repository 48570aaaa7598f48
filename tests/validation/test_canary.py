"""An engine that overlooks faults is not believed."""

import logging
from collections.abc import Iterable, Sequence

import pyoxigraph as ox
import pytest
from pyshacl.constraints import CONSTRAINT_PARAMETERS_MAP

from mla_graph.model.errors import UnreliableEngine
from mla_graph.model.namespaces import SH
from mla_graph.model.sources import Sources
from mla_graph.release.build import build
from mla_graph.validation import canary, run
from mla_graph.validation.engines import pyshacl as pyshacl_engine
from mla_graph.validation.engines import shifty as shifty_engine
from mla_graph.validation.report import Engine
from mla_graph.validation.run import DEFAULT_ENGINE, read

PREFIXES = """
    PREFIX sh: <http://www.w3.org/ns/shacl#>
    PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
"""
SHAPE = PREFIXES + "<urn:s> a sh:NodeShape ; sh:targetClass <urn:C> ; "


def triples(text: str) -> list[ox.Triple]:
    return [quad.triple for quad in ox.parse(text, format=ox.RdfFormat.TURTLE)]


@pytest.fixture(scope="module")
def shapes() -> list[ox.Triple]:
    """The shipped shapes."""
    return [quad.triple for quad in read(Sources.shipped().shape_files())]


@pytest.fixture(scope="module")
def report(shapes: list[ox.Triple]) -> list[ox.Triple]:
    """What the fast engine says of the canaries."""
    said: list[ox.Triple] = []

    def validate(data: Sequence[ox.Triple], shapes: Sequence[ox.Triple]) -> Iterable[ox.Triple]:
        said.extend(shifty_engine.validate(data, shapes))
        return said

    canary.check(validate, shapes)
    return said


def blind(to: str, report: list[ox.Triple]) -> Engine:
    """An engine that skips something without a word: a constraint component or a severity."""
    skipped = {t.subject for t in report if t.object == ox.NamedNode(f"{SH}{to}")}
    return lambda *_: [t for t in report if t.subject not in skipped]


def components() -> set[str]:
    """What the shapes can report: the constraint components of SHACL whose parameters they use."""
    used = {quad.predicate.value for quad in read(Sources.shipped().shape_files())}
    names = {
        str(parameter).removeprefix(SH)
        for parameter in CONSTRAINT_PARAMETERS_MAP
        if str(parameter) in used
    }
    by_other_names = {"property", "qualifiedValueShape", "ignoredProperties"}
    counts = {"qualifiedMinCount", "qualifiedMaxCount"} & {it.removeprefix(SH) for it in used}
    return {
        "SPARQL" if name == "sparql" else name[0].upper() + name[1:]
        for name in (names - by_other_names) | counts
    }


def test_the_fast_engine_finds_every_canary(shapes: list[ox.Triple]) -> None:
    canary.check(shifty_engine.validate, shapes)


def test_so_does_the_referee(shapes: list[ox.Triple]) -> None:
    logging.getLogger("rdflib.term").setLevel(logging.CRITICAL)
    canary.check(pyshacl_engine.validate, shapes)


@pytest.mark.parametrize(
    "to", [*(f"{name}ConstraintComponent" for name in sorted(components())), "Warning"]
)
def test_an_engine_that_skips_one_kind_is_refused(
    shapes: list[ox.Triple], report: list[ox.Triple], to: str
) -> None:
    with pytest.raises(UnreliableEngine, match=to.removesuffix("ConstraintComponent")):
        canary.check(blind(to, report), shapes)


def test_an_engine_that_heeds_one_pattern_of_two_is_refused() -> None:
    two = triples(SHAPE + 'sh:property [ sh:path <urn:p> ; sh:pattern "\\\\S", "^[A-Z]{3}$" ] .')
    canary.check(pyshacl_engine.validate, two)
    with pytest.raises(UnreliableEngine, match="Pattern"):
        canary.check(shifty_engine.validate, two)


def test_a_constraint_for_which_no_fault_is_known_is_named() -> None:
    longer = triples(SHAPE + "sh:property [ sh:path <urn:p> ; sh:maxLength 3 ] .")
    with pytest.raises(UnreliableEngine, match="sh:maxLength"):
        canary.check(shifty_engine.validate, longer)


RULE = 'sh:sparql [ sh:message "No." ; sh:select "SELECT $this WHERE { $this <urn:p> ?x }" ] '


def test_a_rule_in_sparql_gives_a_fault_that_it_finds() -> None:
    canary.check(
        shifty_engine.validate,
        triples(SHAPE + RULE + '; skos:example "<urn:x> a <urn:C> ; <urn:p> 1 ." .'),
    )
    for example in ("", '; skos:example "<urn:x> a <urn:C> ; <urn:q> 1 ."', '; skos:example "<"'):
        with pytest.raises(UnreliableEngine, match="urn:s"):
            canary.check(shifty_engine.validate, triples(SHAPE + RULE + example + " ."))


def test_a_build_with_an_engine_that_is_not_believed_asks_the_referee(
    tiny_sources: Sources,
    tmp_path,
    report: list[ox.Triple],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(run.ENGINES, DEFAULT_ENGINE, blind("MinCountConstraintComponent", report))
    run.ensure_trusted.cache_clear()
    said: list[str] = []
    assert build(tiny_sources, tmp_path / "out", progress=said.append).path.is_dir()
    assert any("overlooks faults" in line and "pyshacl" in line for line in said)
    run.ensure_trusted.cache_clear()
