"""The import as a whole: every record accounted for, the same files every time, whole or not."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from mla_graph.cli.commands.importing import facts as cli
from mla_graph.ingest.run import import_facts
from mla_graph.model import turtle
from mla_graph.model.errors import UnreadableInput
from mla_graph.model.sources import Sources

from .conftest import CONVENTION, PARTY, STATES, Import, load, write_records

FISCAL = {"instrument": "coe-030", "state": "BE", "in_force": "1975-11-11", "act": "ratification"}


def content(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*.ttl"))
    }


def test_every_record_is_accounted_for(imported: Import, tmp_path: Path) -> None:
    folder = write_records(tmp_path / "records", notifications=[{"state": "LU"}])
    (folder / "parties-more.jsonl").write_text("{broken\n")
    draft = imported(parties=[PARTY, PARTY | {"state": "ZZ"}])
    counts = draft.report.counts()
    assert counts["all"]["total"] == len(STATES) + 1 + 2 + 1 + 1
    assert counts["parties.jsonl"] == {
        "taken": 1, "changed": 0, "merged": 0, "superseded": 0, "rejected": 1, "total": 2,
    }  # fmt: skip
    for line in counts.values():
        assert sum(line.values()) == 2 * line["total"]
    assert json.loads(draft.report.as_json())["counts"] == counts
    assert "state/zz, which nothing describes" in draft.report.as_text()


def test_fields_that_were_not_taken_are_told(imported: Import) -> None:
    draft = imported(parties=[PARTY | {"colour": "red"}])
    outcome = draft.outcome("parties.jsonl")
    assert (outcome.status, outcome.details) == ("changed", ("not taken: colour",))


def test_the_order_of_lines_does_not_matter(tmp_path: Path, sources: Sources) -> None:
    other = PARTY | {"ratified": "1976-11-19", "source": "https://example.org/other"}
    parties = [PARTY, FISCAL, other]
    results = []
    for name, order in (("a", 1), ("b", -1)):
        folder = write_records(
            tmp_path / name,
            states=STATES[::order],
            instruments=[CONVENTION],
            parties=parties[::order],
        )
        import_facts(folder, tmp_path / f"out-{name}", sources=sources)
        results.append(content(tmp_path / f"out-{name}"))
    assert results[0] == results[1]


def test_files_are_canonical_and_one_for_each_unit(imported: Import) -> None:
    draft = imported(parties=[PARTY])
    assert {"states/lu.ttl", "instruments/coe-030.ttl", "participations/coe-030.ttl"} <= set(
        content(draft.out)
    )
    assert all(map(turtle.is_canonical, draft.out.rglob("*.ttl")))


def test_importing_again_replaces_the_draft(imported: Import) -> None:
    imported(parties=[PARTY])
    draft = imported(parties=[PARTY | {"signed": "1959-04-21"}])
    assert draft.value("participation/coe-030-lu", "mla:signedDate") == "1959-04-21"
    assert sorted(path.name for path in draft.out.parent.iterdir()) == ["draft", "records", "root"]


def test_a_failure_leaves_the_draft_as_it_was(
    imported: Import, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = imported(parties=[PARTY])
    before = content(draft.out)

    def fail(text: str, *, name: str) -> str:
        if name.startswith("states"):
            raise OSError(28, "No space left on device")
        return text

    monkeypatch.setattr(turtle, "format_text", fail)
    with pytest.raises(UnreadableInput, match="No space left"):
        imported(parties=[PARTY])
    assert content(draft.out) == before
    assert sorted(path.name for path in draft.out.parent.iterdir()) == ["draft", "records", "root"]


def test_a_folder_of_somebody_else_is_not_touched(tmp_path: Path, sources: Sources) -> None:
    folder = write_records(tmp_path / "records", states=STATES)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("mine")
    with pytest.raises(UnreadableInput, match=r"notes\.txt would be lost"):
        import_facts(folder, tmp_path / "mine", sources=sources)
    with pytest.raises(UnreadableInput, match="holds the kept facts"):
        import_facts(folder, sources.graph_data, sources=sources)
    assert list(sources.graph_data.iterdir()) == []


class TestKeptByHand:
    def test_what_is_kept_is_not_described_again(
        self, imported: Import, keep: Callable[[str], None]
    ) -> None:
        keep('instrument:coe-030 a mla:Instrument ; rdfs:label "Kept"@en .')
        draft = imported(parties=[PARTY])
        assert draft.names("instrument") == set()
        assert draft.names("participation") == {"participation/coe-030-lu"}
        assert draft.outcome("instruments.jsonl").status == "merged"

    def test_a_day_that_differs_from_the_kept_one_is_a_contradiction(
        self, imported: Import, keep: Callable[[str], None]
    ) -> None:
        keep(
            "instrument:coe-030 a mla:Instrument ;"
            ' eli:date_document "1959-04-21"^^xsd:date ;'
            ' eli:first_date_entry_in_force "1962-06-12"^^xsd:date .'
        )
        (found,) = imported().report.contradictions
        assert found.property == "eli:date_document"
        assert [claim.value for claim in found.claims] == ["1959-04-20", "1959-04-21"]

    def test_a_kept_source_document_is_used_by_its_address(
        self, imported: Import, keep: Callable[[str], None]
    ) -> None:
        keep("source:list a mla:SourceDocument ; foaf:page <http://www.example.org/parties/> .")
        draft = imported(parties=[PARTY])
        assert draft.value("participation/coe-030-lu", "prov:wasDerivedFrom") == "source/list"
        assert draft.names("source") == set()

    def test_what_was_imported_before_is_kept(self, imported: Import, sources: Sources) -> None:
        first = imported(parties=[PARTY])
        sources.graph_data.rmdir()
        first.out.rename(sources.graph_data)
        second = imported(parties=[PARTY])
        assert content(second.out) == {}
        assert {o.status for o in second.report.outcomes} == {"merged"}

    def test_a_draft_repeats_the_kept_file_of_its_unit(
        self, imported: Import, sources: Sources
    ) -> None:
        first = imported(parties=[PARTY])
        sources.graph_data.rmdir()
        first.out.rename(sources.graph_data)
        second = imported(parties=[PARTY | {"signed": "1959-04-21"}, FISCAL])
        assert second.names("participation") == {
            "participation/coe-030-be",
            "participation/coe-030-lu",
        }
        signed = second.value("participation/coe-030-lu", "mla:signedDate")
        assert signed == "1959-04-20"


class TestSourceDocuments:
    def test_a_key_is_made_of_host_and_path(self, imported: Import) -> None:
        url = "https://www.fedlex.admin.ch/eli/cc/1967/831_871_866/de"
        draft = imported(parties=[PARTY | {"source": url, "as_of": "2025-02-13"}])
        key = "source/fedlex-eli-cc-1967-831-871-866-de"
        found = draft.node(key)
        assert found["foaf:page"] == [url]
        assert found["dcterms:publisher"] == ["agent/fedlex"]
        assert found["mla:reviewedDate"] == ["2025-02-13"]
        locator = draft.value("participation/coe-030-lu", "mla:sourceLocator")
        assert locator == "Scope table, row LU"

    def test_a_year_is_no_day(self, imported: Import) -> None:
        found = imported(parties=[PARTY | {"as_of": "2013"}]).node("source/example-org-parties")
        assert "mla:reviewedDate" not in found
        assert found["skos:note"] == ["State of 2013."]

    def test_the_copy_that_was_read_is_a_document(self, imported: Import) -> None:
        draft = imported(parties=[PARTY | {"via": "github.com/a/b (copy of 2015-03)"}])
        copy = draft.value("source/example-org-parties", "mla:readThrough")
        assert copy == "source/github-a-b"
        assert draft.value(copy, "skos:note") == "State of 2015-03."

    def test_long_and_like_addresses_get_a_short_hash(self, imported: Import) -> None:
        long = "https://example.org/" + "word-" * 30
        draft = imported(
            parties=[
                PARTY | {"source": long},
                FISCAL | {"source": "https://example.org/a?b"},
                FISCAL | {"state": "US", "source": "https://example.org/a#b"},
            ]
        )
        keys = [name.removeprefix("source/") for name in draft.names("source")]
        assert len(keys) == 3
        assert all(len(key) <= 80 for key in keys)

    def test_pages_of_the_judicial_network_are_named_by_state_and_measure(
        self, imported: Import
    ) -> None:
        site = "https://www.ejn-crimjust.europa.eu"
        draft = imported(
            ejn_country_ids=[
                {
                    "state": "LU",
                    "ejn_country_id": "314",
                    "source": f"{site}/ejn2021/FichesBelgesDetail/EN/A.12/314/-1",
                },
            ],
            parties=[PARTY | {"source": f"{site}/ejn/EJN_FichesBelgesResult/FR/906/314/-1"}],
        )
        assert draft.names("source") == {"source/ejn-lu-a.12", "source/ejn-lu-old-906-fr"}

    def test_a_source_that_is_no_address_is_refused(self, imported: Import) -> None:
        draft = imported(parties=[PARTY | {"source": "the usual book"}])
        assert "is no address" in draft.outcome("parties.jsonl").details[0]


class TestCommand:
    def test_it_writes_draft_and_account(
        self, tmp_path: Path, sources: Sources, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(Sources, "shipped", classmethod(lambda cls: sources))
        folder = write_records(
            tmp_path / "records", states=STATES, instruments=[CONVENTION], parties=[PARTY]
        )
        out, account = tmp_path / "out", tmp_path / "report.json"
        result = CliRunner().invoke(
            cli.command,
            ["facts", str(folder), "--out", str(out), "--report", str(account), "--format=json"],
        )
        assert result.exit_code == 0
        assert result.stdout == ""
        assert f"files in {out}" in result.stderr
        assert json.loads(account.read_bytes())["counts"]["all"]["taken"] == 6
        assert len(load(out)) > 0


def test_a_copy_without_an_address_is_left_out(imported: Import) -> None:
    draft = imported(parties=[PARTY | {"via": "a printed copy"}])
    assert draft.value("source/example-org-parties", "mla:readThrough") is None
    assert draft.outcome("parties.jsonl").details == (
        "via 'a printed copy' is no address: left out",
    )
