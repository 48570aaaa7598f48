"""The examples of docs/records.md do what the page says."""

import re
from pathlib import Path

from mla_graph.ingest.run import KINDS, import_facts
from mla_graph.model.sources import Sources

from .conftest import CONVENTION, STATES, Draft, load, write_records
from .test_fiches import MEASURES

TEXT = (Path(__file__).parents[2] / "docs" / "records.md").read_text(encoding="utf-8")
EXAMPLE = re.compile(r"<!-- example: (\S+) -->\n```csv\n(.*?)```", re.DOTALL)


def test_the_examples_are_taken_as_they_stand(tmp_path: Path, sources: Sources) -> None:
    search = {**MEASURES[1], "code": "A.30", "title": "Search and seizure"}
    folder = write_records(
        tmp_path / "records",
        states=STATES,
        instruments=[CONVENTION],
        measures=[*MEASURES, search],
    )
    examples = dict(EXAMPLE.findall(TEXT))
    for name, content in examples.items():
        (folder / name).write_text(content, encoding="utf-8")
    report = import_facts(folder, tmp_path / "draft", sources=sources)
    draft = Draft(report, tmp_path / "draft", load(tmp_path / "draft"))
    assert {o.status for o in report.outcomes if o.file in examples} == {"taken"}
    assert draft.value("participation/coe-030-lu", "mla:since") == "1977-02-16"
    assert len(draft.names("formality")) == 2
    assert draft.names("language-rule") == {"language-rule/lu-a.30-any-fr"}


def test_every_kind_of_record_has_its_line() -> None:
    assert {kind for kind in KINDS if f"| `{kind}` |" in TEXT} == set(KINDS)
