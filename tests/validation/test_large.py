"""Very large files are validated part by part, from a store on disk."""

import re
from pathlib import Path

import pytest

from mla_graph.model.errors import UnreadableInput
from mla_graph.model.sources import Sources
from mla_graph.validation import run

FACTS = """
    prefix mla: <https://w3id.org/mla-graph/ontology#>
    prefix state: <https://w3id.org/mla-graph/id/state/>
    state:xx a mla:State . state:yy a mla:State ; mla:code "YY" . state:be a mla:State .
"""


@pytest.fixture(autouse=True)
def very_small_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "AT_ONCE", 1)


def test_they_get_the_report_of_small_ones(
    tiny_sources: Sources, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "facts"
    folder.mkdir()
    (folder / "facts.ttl").write_text(FACTS)
    whole = run.validate_paths([folder], tiny_sources)
    assert len(whole.results) == 2
    monkeypatch.setattr(run, "LARGE", 0)
    told: list[str] = []
    assert run.validate_paths([folder], tiny_sources, progress=told.append) == whole
    assert len(told) > 4
    assert re.fullmatch(r"Validated (\d+) of \1 nodes: 2 results so far\.", told[-1])


def test_one_that_cannot_be_read_is_named(
    tiny_sources: Sources, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "LARGE", 0)
    file = tmp_path / "facts.ttl"
    file.write_text("this is no Turtle")
    with pytest.raises(UnreadableInput, match=r"facts\.ttl"):
        run.validate_paths([file], tiny_sources)
