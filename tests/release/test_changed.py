"""What changed since the last build is validated alone, with the verdict of validating all."""

import json

import pytest

from mla_graph.model.settings import Settings
from mla_graph.model.sources import Sources
from mla_graph.release import build
from mla_graph.release.changed import validate_changed
from mla_graph.release.directory import SOURCES_NAME, Release
from mla_graph.validation.run import validate_sources

PREFIXES = """
    prefix mla: <https://w3id.org/mla-graph/ontology#>
    prefix state: <https://w3id.org/mla-graph/id/state/>
    prefix xsd: <http://www.w3.org/2001/XMLSchema#>
"""
LIMITS = """
    prefix mla: <https://w3id.org/mla-graph/ontology#>
    prefix sh: <http://www.w3.org/ns/shacl#>
    mla:LimitShape a sh:NodeShape ; sh:targetSubjectsOf mla:sameLimit ;
        sh:property [ sh:path mla:sameLimit ; sh:equals mla:limit ] .
"""


@pytest.fixture
def release(tiny_sources: Sources, settings: Settings) -> Release:
    """The release of the small sources."""
    (tiny_sources.shapes / "limit.ttl").write_text(LIMITS)
    return build.ensure(settings, tiny_sources, progress=lambda _: None)


def write(sources: Sources, name: str, facts: str) -> None:
    (sources.graph_data / "states" / name).write_text(PREFIXES + facts)


@pytest.mark.parametrize(
    ("name", "facts", "focus"),
    [
        ("be.ttl", "state:be a mla:State .", "state/be"),
        ("xx.ttl", "state:xx a mla:State .", "state/xx"),
        ("xx.ttl", "state:xx mla:code 1 . state:lu mla:sameLimit 'PT1H' .", "state/lu"),
        ("lu.ttl", "state:lu a mla:State ; mla:code 'LU' . state:be a mla:State .", None),
    ],
)
def test_a_changed_file_gives_the_faults_that_validating_all_gives(
    tiny_sources: Sources, release: Release, name: str, facts: str, focus: str | None
) -> None:
    write(tiny_sources, name, facts)
    report = validate_changed(tiny_sources, release)
    assert report == validate_sources(tiny_sources)
    assert [r.focus.value.endswith(focus) for r in report.results] or focus is None


def test_without_a_change_there_is_nothing_to_find(tiny_sources: Sources, release: Release) -> None:
    report = validate_changed(tiny_sources, release)
    assert report is not None
    assert report.results == ()


def test_a_file_taken_away_leaves_what_others_say(tiny_sources: Sources, release: Release) -> None:
    """state:be stays a state, says the other file, and has no code any more."""
    (tiny_sources.graph_data / "states" / "be.ttl").unlink()
    report = validate_changed(tiny_sources, release)
    assert report == validate_sources(tiny_sources)
    assert report is not None
    assert not report.conforms


def test_values_that_a_store_writes_in_another_way_count_as_they_stand(
    tiny_sources: Sources, settings: Settings
) -> None:
    (tiny_sources.shapes / "limit.ttl").write_text(LIMITS)
    write(tiny_sources, "xx.ttl", "state:xx mla:limit 'P12M'^^xsd:yearMonthDuration .")
    release = build.ensure(settings, tiny_sources, progress=lambda _: None)
    write(tiny_sources, "yy.ttl", "state:xx mla:sameLimit 'P12M'^^xsd:yearMonthDuration .")
    report = validate_changed(tiny_sources, release)
    assert report == validate_sources(tiny_sources)
    assert report is not None
    assert report.conforms


def test_changed_shapes_ask_for_everything(tiny_sources: Sources, release: Release) -> None:
    (tiny_sources.shapes / "limit.ttl").unlink()
    assert validate_changed(tiny_sources, release) is None


@pytest.mark.parametrize("stated", ["", "{}", '{"engine": "another"}'])
def test_a_release_that_does_not_say_what_it_is_made_of_asks_for_everything(
    tiny_sources: Sources, release: Release, stated: str
) -> None:
    (release.path / SOURCES_NAME).write_text(stated)
    assert validate_changed(tiny_sources, release) is None


def test_an_engine_of_another_version_is_tested_anew(
    tiny_sources: Sources, release: Release
) -> None:
    path = release.path / SOURCES_NAME
    path.write_text(json.dumps(json.loads(path.read_text()) | {"engine": "0.1"}))
    assert validate_changed(tiny_sources, release) is None
