"""Spreadsheets as they are saved: separators, encodings, names of columns, what Excel changes."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.ingest.conftest import CONVENTION, PARTY, STATES, Import, write_records

from mla_graph.cli.commands.importing import facts as cli
from mla_graph.ingest.facts import records
from mla_graph.ingest.facts.records import Facts
from mla_graph.ingest.run import KINDS
from mla_graph.model.sources import Sources

FIELDS = {"instrument": "coe-182", "in_force": "2021-05-01", "note": "Déclaration lue"}


@pytest.fixture
def read(tmp_path: Path) -> Callable[[bytes], Facts]:
    def read_one(content: bytes) -> Facts:
        (tmp_path / "parties.csv").write_bytes(content)
        return records.read(tmp_path, KINDS)

    return read_one


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_saved_spreadsheet_is_read_whatever_its_form(
    read: Callable[[bytes], Facts], separator: str, encoding: str, end: str
) -> None:
    lines = (separator.join(FIELDS), separator.join(FIELDS.values()), "")
    (record,) = read(end.join(lines).encode(encoding)).records
    assert record.fields == FIELDS


@pytest.mark.parametrize(
    "header", ["Instrument;In force;Note", "INSTRUMENT;in-force;note ", "instrument;In_Force;Note:"]
)
def test_names_of_columns_may_be_written_as_people_do(
    read: Callable[[bytes], Facts], header: str
) -> None:
    (record,) = read(f"{header}\ncoe-182;2021-05-01;Read\n".encode()).records
    assert set(record.fields) == set(FIELDS)


def test_the_line_for_excel_that_names_the_separator_is_no_header(
    read: Callable[[bytes], Facts],
) -> None:
    (record,) = read(b"sep=;\r\ninstrument;note\r\ncoe-182;a, b\r\n").records
    assert record.fields == {"instrument": "coe-182", "note": "a, b"}
    assert record.line == 3


@pytest.mark.parametrize("encoding", ["cp1252", "mac-roman", "cp1250"])
def test_another_encoding_is_refused_with_line_and_remedy(
    read: Callable[[bytes], Facts], encoding: str
) -> None:
    facts = read("instrument,note\ncoe-182,plain\ncoe-182,Déclaration\n".encode(encoding))
    (found,) = facts.unreadable
    assert "line 3 is not UTF-8" in found.reason and "CSV UTF-8" in found.reason
    assert facts.records == []


def test_two_columns_of_one_name_lose_nothing_untold(read: Callable[[bytes], Facts]) -> None:
    facts = read(b"instrument,note,Note\ncoe-182,First,Second\ncoe-182,a,b\n")
    assert [found.line for found in facts.unreadable] == [2, 3]
    assert all("two columns are called note" in found.reason for found in facts.unreadable)


@pytest.mark.parametrize(
    "article", ["05. Mar", "5-Mar", "Mar 05", "3. Mai", "5 mars", "05/03/2026", "2026-03-05"]
)
def test_an_article_that_a_spreadsheet_made_a_date_is_refused(
    imported: Import, article: str
) -> None:
    record = {"instrument": "coe-030", "article": article, "topic": "refusal", "summary": "S",
              "source": "https://example.org/x"}  # fmt: skip
    outcome = imported(provisions=[record]).outcome("provisions.jsonl")
    assert outcome.status == "rejected"
    assert "write it as text" in outcome.details[0]


def test_names_that_people_use_stand_for_codes(
    imported: Import, keep: Callable[[str], None]
) -> None:
    keep('state:gb a mla:State ; skos:prefLabel "United Kingdom"@en ; skos:altLabel "UK"@en .')
    keep('state:cd a mla:State ; skos:altLabel "Congo"@en . state:cg a mla:State ;'
         ' skos:altLabel "Congo"@en .')  # fmt: skip
    keep('instrument:coe-182 a mla:Instrument ; skos:altLabel "MLA Protocol 2001"@en .')
    draft = imported(
        parties=[
            PARTY | {"state": "UK", "instrument": "MLA protocol (2001)"},
            PARTY | {"state": "<https://w3id.org/mla-graph/id/state/gb>"},
            PARTY | {"state": "Congo"},
            PARTY | {"state": "Kongo"},
        ]
    )
    assert draft.names("participation") >= {"participation/coe-182-gb", "participation/coe-030-gb"}
    assert "state UK is GB, United Kingdom" in draft.outcome("parties.jsonl", 1).details
    for line in (3, 4):
        outcome = draft.outcome("parties.jsonl", line)
        assert outcome.status == "rejected" and "(CD)" in outcome.details[0]


def test_a_rejected_record_ends_with_exit_code_1(
    tmp_path: Path, sources: Sources, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Sources, "shipped", classmethod(lambda cls: sources))
    folder = write_records(
        tmp_path / "records", states=STATES, instruments=[CONVENTION], parties=[{"state": "LU"}]
    )
    result = CliRunner().invoke(cli.command, ["facts", str(folder), "--out", str(tmp_path / "out")])
    assert result.exit_code == 1
    assert "1 rejected" in result.stderr


def test_a_draft_holds_no_value_that_no_record_gave(
    imported: Import, keep: Callable[[str], None]
) -> None:
    keep('measure:a.73 a mla:Measure ; skos:prefLabel "Controlled deliveries"@en .')
    source = "https://example.org/a"
    fiche = {"state": "LU", "measure": "A.73", "source": source, "availability": "yes"}
    out = imported(fiches=[fiche], states=[{"state": "LU", "name": "Luxembourg"}]).out
    draft = (out / "implementations" / "lu" / "a.73.ttl").read_text()
    draft += "".join(path.read_text() for path in out.glob("sources/**/*.ttl"))
    assert source in draft
    assert "None" not in draft and "outdated" not in draft and "Date" not in draft


def test_a_kept_source_with_a_broken_address_stops_no_import(
    imported: Import, keep: Callable[[str], None]
) -> None:
    keep("source:odd a mla:SourceDocument ; foaf:page <https://x_y./z> .")
    assert imported(parties=[PARTY]).outcome("parties.jsonl").status == "taken"
