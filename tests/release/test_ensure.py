"""The release is built when it must be, by one process, and a kill at any moment does no harm."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from filelock import FileLock

from mla_graph.model.errors import InvalidRelease, StoreUnavailable, UnreadableInput
from mla_graph.model.settings import Settings
from mla_graph.model.sources import Sources
from mla_graph.release.build import Progress, ensure
from mla_graph.release.directory import Release, current, open_release


def prevalidate(sources: Sources) -> None:
    """Say that the sources conform: what is tested here is not validation."""
    passed = json.dumps({"source_hash": sources.source_hash()})
    (sources.root / "validated.json").write_text(passed)


def change(sources: Sources, label: str) -> None:
    path = sources.graph_data / "states" / "new.ttl"
    path.write_text(
        "<https://w3id.org/mla-graph/id/state/xx> "
        f'<http://www.w3.org/2004/02/skos/core#prefLabel> "{label}"@en .'
    )
    prevalidate(sources)


def ready(settings: Settings, sources: Sources) -> tuple[Release, list[str]]:
    told: list[str] = []
    return ensure(settings, sources, told.append), told


@pytest.fixture
def sources(tiny_sources: Sources) -> Sources:
    prevalidate(tiny_sources)
    return tiny_sources


def answers(release: Release) -> bool:
    return all(
        bool(open_release(release, in_memory).query('ASK { ?s ?p "Luxembourg" }'))
        for in_memory in (True, False)
    )


def test_the_first_call_builds_and_the_next_ones_do_not(
    settings: Settings, sources: Sources
) -> None:
    assert current(settings.home) is None
    first, told = ready(settings, sources)
    assert told[-1] == f"Release {first.id[:12]} is ready in {first.path}."
    assert first.path == settings.home / "releases" / first.id
    assert answers(first)
    assert current(settings.home) == first
    assert ready(settings, sources) == (first, [])


def test_changed_facts_give_a_new_release_and_the_old_one_still_answers(
    settings: Settings, sources: Sources
) -> None:
    first, _ = ready(settings, sources)
    change(sources, "Utopia")
    second, _ = ready(settings, sources)
    assert second.id != first.id
    assert current(settings.home) == second
    assert answers(first)


def test_changed_shapes_are_taken_note_of_without_a_new_release(
    settings: Settings, sources: Sources
) -> None:
    first, _ = ready(settings, sources)
    (sources.shapes / "state.ttl").write_text("")
    prevalidate(sources)
    second, told = ready(settings, sources)
    assert told
    assert second.id == first.id
    assert second.manifest.source_hash == sources.source_hash()
    assert ready(settings, sources) == (second, [])


def test_the_last_two_releases_are_kept_and_an_open_one_outlives_its_files(
    settings: Settings, sources: Sources
) -> None:
    first, _ = ready(settings, sources)
    store = open_release(first, in_memory=False)
    for label in ("Utopia", "Erewhon"):
        change(sources, label)
        last, _ = ready(settings, sources)
    folders = {path.name for path in (settings.home / "releases").iterdir()}
    assert len(folders) == 2
    assert last.id in folders
    assert not first.path.exists()
    assert bool(store.query('ASK { ?s ?p "Luxembourg" }'))


def checked(told: list[str]) -> str:
    return next(line for line in told if line.startswith("Checked")).partition(" (")[0]


def test_only_what_changed_since_the_current_release_is_checked(
    settings: Settings, tiny_sources: Sources
) -> None:
    _, told = ready(settings, tiny_sources)
    assert checked(told) == "Checked them against the shapes"
    query = tiny_sources.queries / "states.rq"
    query.write_text(query.read_text() + "# another comment\n")
    second, told = ready(settings, tiny_sources)
    assert checked(told) == "Checked what changed against the shapes"
    fact = tiny_sources.graph_data / "states" / "xx.ttl"
    fact.write_text("<urn:xx> a <https://w3id.org/mla-graph/ontology#State> .")
    with pytest.raises(InvalidRelease, match="urn:xx"):
        ready(settings, tiny_sources)
    assert current(settings.home) == second
    fact.unlink()
    shape = tiny_sources.shapes / "state.ttl"
    shape.write_text(shape.read_text().replace("sh:minCount 1", "sh:minCount 2"))
    with pytest.raises(InvalidRelease, match="state:be"):
        ready(settings, tiny_sources)


def test_faulty_sources_leave_the_current_release_in_place(
    settings: Settings, sources: Sources, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, _ = ready(settings, sources)
    (sources.graph_data / "bad.ttl").write_text("<urn:a>")
    with pytest.raises(UnreadableInput):
        ready(settings, sources)
    (sources.graph_data / "bad.ttl").write_text("")
    with monkeypatch.context() as patch:
        patch.setattr("mla_graph.release.build._validate", _refuse)
        with pytest.raises(InvalidRelease):
            ready(settings, sources)
    assert current(settings.home) == first
    assert [path.name for path in (settings.home / "releases").iterdir()] == [first.id]


def _refuse(sources: Sources, progress: Progress, since: Release | None) -> None:
    raise InvalidRelease("The sources do not conform to the shapes.")


def test_a_damaged_release_is_built_again(settings: Settings, sources: Sources) -> None:
    first, _ = ready(settings, sources)
    (first.path / "manifest.json").write_text("{")
    assert current(settings.home) is None
    second, _ = ready(settings, sources)
    assert second.id == first.id
    assert answers(second)


def test_a_home_that_cannot_be_written_is_enough_while_nothing_changed(
    settings: Settings, sources: Sources, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, _ = ready(settings, sources)
    monkeypatch.setattr("mla_graph.model.sources._SETTLED_NS", 0)
    (settings.home / "source-hashes.json").mkdir()
    assert ready(settings, sources) == (first, [])
    assert not list(settings.home.glob("source-hashes.json.*"))


def test_a_home_that_cannot_exist_is_named(sources: Sources, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreUnavailable, match="MLA_HOME"):
        ready(Settings(home=tmp_path / "file" / "home"), sources)


CHILD = """
import os, signal, sys
from pathlib import Path
from mla_graph.model.settings import Settings
from mla_graph.model.sources import Sources
from mla_graph.release.build import Progress, ensure

home, root, last = sys.argv[1], sys.argv[2], int(sys.argv[3])
events = 0

def count(event, arguments):
    global events
    touches = event in ("os.rename", "os.symlink", "os.mkdir", "os.remove", "os.rmdir", "open")
    if touches and arguments and str(arguments[0]).startswith(home):
        events += 1
        if events == last:
            os.kill(os.getpid(), signal.SIGKILL)
        print("event", event, *arguments[:2], flush=True)

def progress(message):
    print("told", message, flush=True)

settings, sources = Settings(home=Path(home)), Sources(Path(root))
if last:
    sys.addaudithook(count)
print("ready", ensure(settings, sources, progress).id, flush=True)
"""


def child(settings: Settings, sources: Sources, last: int = 0) -> subprocess.Popen[str]:
    """A process that builds, and kills itself before its n-th change to the home."""
    arguments = [settings.home, sources.root, str(last)]
    return subprocess.Popen(
        [sys.executable, "-c", CHILD, *arguments], stdout=subprocess.PIPE, text=True
    )


@pytest.mark.parametrize("step", [4, pytest.param(1, marks=pytest.mark.slow)])
def test_a_build_killed_at_any_change_to_the_home_leaves_a_whole_release(
    step: int, settings: Settings, sources: Sources
) -> None:
    old, _ = ready(settings, sources)
    kills = 0
    while True:
        change(sources, f"Utopia {kills}")
        process = child(settings, sources, last=kills * step + 1)
        output, _ = process.communicate(timeout=60)
        if process.returncode == 0:
            break
        assert process.returncode == -signal.SIGKILL
        kills += 1
        found = current(settings.home)
        assert found
        assert answers(found)
        renames = [line for line in output.splitlines() if line.startswith("event os.rename")]
        switched = any(line.endswith("/current") for line in renames)
        assert (found.id != old.id) is switched
        old = found
    assert kills > 10 / step
    last, _ = ready(settings, sources)
    names = {path.name for path in settings.home.rglob("*") if ".building-" in path.name}
    assert names == set()
    assert answers(last)


def test_of_two_first_calls_one_builds_and_the_other_waits_for_it(
    settings: Settings, sources: Sources
) -> None:
    settings.home.mkdir()
    with FileLock(settings.home / "build.lock"):
        processes = [child(settings, sources) for _ in range(2)]
        for process in processes:
            assert process.stdout
            assert "waiting" in process.stdout.readline()
    outputs = [process.communicate(timeout=60)[0] for process in processes]
    ids = {line for output in outputs for line in output.splitlines() if "ready " in line[:6]}
    assert len(ids) == 1
    assert sum("told Read " in output for output in outputs) == 1
