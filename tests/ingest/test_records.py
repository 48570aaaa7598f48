"""Reading records: two formats, and nothing that cannot be read goes unsaid."""

from pathlib import Path

import pytest

from mla_graph.ingest.facts import records
from mla_graph.ingest.facts.records import Record, Rejected
from mla_graph.ingest.run import KINDS
from mla_graph.model.errors import UnreadableInput


def test_csv_says_the_same_as_json_lines(tmp_path: Path) -> None:
    (tmp_path / "bilateral.csv").write_text(
        "key,parties,supplements,signed,note\n"
        'bilat-be-us-1988,BE; US,,1988-01-28,"treaty, with a comma"\n'
    )
    (tmp_path / "bilateral-more.jsonl").write_text(
        '{"key": "bilat-be-us-1988", "parties": ["BE", "US"], "supplements": [],'
        ' "signed": "1988-01-28", "note": "treaty, with a comma"}\n'
    )
    one, other = records.read(tmp_path, KINDS).of("bilateral")
    assert one.fields == other.fields


def test_csv_cells_hold_nested_values_as_json(tmp_path: Path) -> None:
    (tmp_path / "reservations.csv").write_text(
        "instrument,values,partial\n"
        'coe-030,"[{""what"": ""channel"", ""value"": ""direct""}]",true\n'
    )
    (record,) = records.read(tmp_path, KINDS).of("reservations")
    assert record.fields["values"] == [{"what": "channel", "value": "direct"}]
    assert record.fields["partial"] is True


@pytest.mark.parametrize(
    ("name", "content", "line", "reason"),
    [
        ("states.jsonl", b'{"state": "LU"}\n{"state": \n', 2, "not JSON"),
        ("states.jsonl", b"[1]\n", 1, "not a JSON object"),
        ("states.csv", b"state,name\nLU,Luxembourg,x\n", 2, "3 cells under 2 names"),
        ("states.csv", b'state,parties\nLU,"[1"\n', 2, "broken JSON"),
        ("states.jsonl", b'{"state": "L\xff"}\n', None, "not UTF-8"),
        ("treaties.jsonl", b"{}\n", None, "no kind of records"),
        ("states.xlsx", b"PK", None, "neither .jsonl nor .csv"),
    ],
)
def test_what_cannot_be_read_is_told_and_the_rest_goes_on(
    tmp_path: Path, name: str, content: bytes, line: int | None, reason: str
) -> None:
    (tmp_path / name).write_bytes(content)
    (tmp_path / "measures.jsonl").write_text('{"code": "A.30"}\n')
    facts = records.read(tmp_path, KINDS)
    assert len(facts.of("measures")) == 1
    (found,) = facts.unreadable
    assert (found.file, found.line) == (name, line)
    assert reason in found.reason


def test_documentation_beside_the_records_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("# Facts")
    (tmp_path / "states.jsonl").write_text('{"state": "LU"}\n')
    assert records.read(tmp_path, KINDS).unreadable == []


def test_a_folder_without_records_is_refused(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("# Facts")
    with pytest.raises(UnreadableInput, match="holds no record file"):
        records.read(tmp_path, KINDS)
    with pytest.raises(UnreadableInput, match="not a folder"):
        records.read(tmp_path / "none", KINDS)


def test_a_date_may_be_written_as_people_do() -> None:
    assert Record("parties", "a.jsonl", 1, {"signed": "29.05.2000"}).day("signed") == "2000-05-29"


@pytest.mark.parametrize("value", ["2024-02-30", "30.02.2024", "5/6/2024", "May 2024", 2024])
def test_a_date_is_a_day_of_the_calendar(value: object) -> None:
    with pytest.raises(Rejected):
        Record("parties", "parties.jsonl", 1, {"signed": value}).day("signed")


def test_fields_that_nobody_read_are_known(tmp_path: Path) -> None:
    record = Record("states", "states.jsonl", 1, {"state": "LU", "colour": "red", "note": None})
    record.required("state")
    assert record.unread() == ["colour"]
