"""Broken and hostile records: `import facts` says why it rejects one, and writes nowhere else."""

import json
from pathlib import Path
from typing import Any

import pytest

from mla_graph.cli.commands.importing.facts import REJECTED

from .conftest import Run, unchanged

STATE = {"state": "LU", "name": "Luxembourg"}
CONVENTION = {
    "key": "coe-030",
    "title": "European Convention on Mutual Assistance in Criminal Matters",
    "kind": "convention",
    "adopted_by": "Council of Europe",
    "signed": "1959-04-20",
}
MEASURE = {"code": "A.30", "title": "Hearing", "theme": "a", "catalogue": "current"}
FICHE = {
    "state": "LU", "measure": "A.30", "availability": "yes", "languages": ["fr"],
    "source": "https://www.ejn-crimjust.europa.eu/ejn2021/x",
    "authorities": [{"name": "x", "role": "receive"}], "instruments": [{"key": "coe-030"}],
}  # fmt: skip
PARTY = {
    "instrument": "coe-030", "state": "LU", "signed": "1959-04-20", "act": "ratification",
    "source": "https://example.org/parties",
}  # fmt: skip
BASE: dict[str, dict[str, Any]] = {
    "states": STATE,
    "instruments": CONVENTION,
    "measures": MEASURE,
    "parties": PARTY,
    "fiches": FICHE,
    "bilateral": {"parties": ["LU", "BE"], "title": "Treaty", "signed": "1990-01-01"},
    "notifications": {"state": "LU", "instrument": "coe-030", "topic": "languages", "value": "x"},
    "reservations": {"instrument": "coe-030", "state": "LU", "article": "3", "text": "x"},
    "provisions": {"instrument": "coe-030", "article": "3", "topic": "languages", "text": "x"},
    "eu-implementation": {"instrument": "coe-030", "state": "LU"},
    "ejn-country-ids": {"state": "LU", "id": "314"},
}
HOSTILE: list[Any] = [
    "../../evil", "/evil", "..", "evil\0", "a/../../evil", "сoe-030", "é", "\ud800", "<script>",
    "x" * 5000, "http://[", -1, 1e400, True, [[]], {"evil": 1}, [1], "2024-02-30", "x y",
]  # fmt: skip


def write(folder: Path, kinds: dict[str, list[dict[str, Any]]]) -> Path:
    folder.mkdir()
    for kind, records in kinds.items():
        lines = "".join(json.dumps(record) + "\n" for record in records)
        (folder / f"{kind}.jsonl").write_text(lines)
    return folder


@pytest.mark.parametrize("kind", BASE)
def test_no_field_of_a_record_can_break_the_import_or_lead_it_elsewhere(
    run: Run, tmp_path: Path, kind: str
) -> None:
    hostile = [
        {**BASE[kind], name: value} for name in (*BASE[kind], "key", "source") for value in HOSTILE
    ]
    given = {name: [base] for name, base in BASE.items() if name != kind} | {kind: hostile}
    folder, out = write(tmp_path / "records", given), tmp_path / "a" / "b" / "draft"
    result = run("import", "facts", folder, "--out", out, "--format", "json")
    assert result.exit_code in (0, REJECTED), result.exception
    told = json.loads(result.stdout)["records"]
    assert len({(one["file"], one["line"]) for one in told}) == sum(map(len, given.values()))
    written = [path for path in tmp_path.rglob("*.ttl") if "sources" not in path.parts]
    assert all(path.is_relative_to(out) for path in written)
    assert not [path for path in tmp_path.rglob("*") if "evil" in path.name and ".." in str(path)]
    assert not Path("/evil.ttl").exists()


LINES = {
    "nested": "[" * 100_000,
    "a number without end": "1" * 100_000,
    "half a character": '{"state": "\\ud800"}',
    "no object": '["LU"]',
    "garbage": "\x01\x02\x7f",
    "the same name twice": '{"state": "LU", "state": "../evil"}',
}


@pytest.mark.parametrize("case", LINES)
def test_a_line_that_is_no_record_is_told_and_the_others_are_taken(
    run: Run, tmp_path: Path, case: str
) -> None:
    folder = write(tmp_path / "records", {"states": [STATE]})
    with (folder / "states.jsonl").open("a") as file:
        file.write(LINES[case] + "\n")
    result = run("import", "facts", folder, "--out", tmp_path / "draft", "--format", "json")
    assert result.exit_code == REJECTED
    first, second = json.loads(result.stdout)["records"]
    assert first["status"] != "rejected"
    assert (second["file"], second["line"], second["status"]) == ("states.jsonl", 2, "rejected")


@pytest.mark.parametrize(
    "content", ['state,name\nLU,"no end', "state\nLU,too,many\n", "state,name\nLU,[[\n"]
)
def test_a_broken_table_is_told(run: Run, tmp_path: Path, content: str) -> None:
    folder = tmp_path / "records"
    folder.mkdir()
    (folder / "states.csv").write_text(content)
    result = run("import", "facts", folder, "--out", tmp_path / "draft")
    assert result.exit_code == REJECTED
    assert "states.csv:" in result.stdout


def test_another_encoding_is_told(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "records"
    folder.mkdir()
    (folder / "states.jsonl").write_bytes('{"state": "LU", "name": "é"}\n'.encode("latin-1"))
    result = run("import", "facts", folder, "--out", tmp_path / "draft")
    assert "states.jsonl: line 1 is not UTF-8" in result.stdout


def test_a_draft_is_not_written_over_other_files(run: Run, tmp_path: Path) -> None:
    folder = write(tmp_path / "records", {"states": [STATE]})
    out = tmp_path / "draft"
    out.mkdir()
    (out / "mine.txt").write_text("keep me")
    with unchanged(tmp_path):
        assert run("import", "facts", folder, "--out", out).exit_code == 2
