"""The saved federated queries: what they join, and what stands when an endpoint fails."""

import time
from pathlib import Path
from typing import Any

import pytest

from mla_graph.adhoc.federated_check import check_federated
from mla_graph.model.sources import Sources
from mla_graph.saved_queries.catalogue import Catalogue, SavedQuery
from mla_graph.store.embedded import EmbeddedStore

CATALOGUE = Catalogue.load_federated(Sources.shipped().queries)
CELLAR, LEGILUX = "publications.europa.eu", "data.legilux.public.lu"
FEDLEX, WIKIDATA = "fedlex.data.admin.ch", "query.wikidata.org"
ENDPOINTS = {
    "eu-acts": {"cellar": CELLAR, "wikidata": WIKIDATA},
    "luxembourg-statutes": {"legilux": LEGILUX},
    "swiss-treaties": {"fedlex": FEDLEX},
    "wikidata-treaties": {"wikidata": WIKIDATA},
}
"""The columns that say what an endpoint gave, with its host."""
LOCAL = {
    "eu-acts": ("key", "label", "celex"),
    "luxembourg-statutes": ("statute", "label", "eli"),
    "swiss-treaties": ("key", "label", "since"),
    "wikidata-treaties": ("key", "label"),
}
"""The columns that the graph itself gives."""


@pytest.mark.parametrize("name", CATALOGUE.names)
def test_they_keep_the_rules(name: str, shipped_store: EmbeddedStore) -> None:
    assert check_federated(CATALOGUE.get(name), shipped_store) == []


@pytest.mark.parametrize(
    ("before", "after", "finding"),
    [
        ("SERVICE SILENT", "SERVICE", "should be SILENT"),
        ("https://data.leg", "http://data.leg", "with https"),
        ("      LIMIT 500\n", "", "should have a LIMIT"),
        ("?legiluxAnswered)", "?legiluxAnsweredd)", None),
        ("VALUES ?eli {", "?eli jolux:dateDocument ?d . VALUES ?eli {", "VALUES"),
        ("OPTIONAL { ?eli jolux:isR", "OPTIONAL { ?eli nix:isR", "Oxigraph"),
        ("?treaty ?treatyTitle ?treatySignedDate\nW", "?treaty\nW", "the query gives"),
    ],
)
def test_a_query_that_breaks_a_rule_is_found(before: str, after: str, finding: str | None) -> None:
    query = CATALOGUE.get("federated/luxembourg-statutes")
    assert before in query.text
    changed = SavedQuery.parse(query.name, query.text.replace(before, after), query.enumerations)
    findings = check_federated(changed)
    assert findings == [] if finding is None else any(finding in each for each in findings)


def test_a_query_without_a_call_belongs_elsewhere() -> None:
    query = Catalogue.load(Sources.shipped().queries).get("states")
    assert "It calls no other endpoint; it belongs with the other saved queries." in (
        check_federated(query)
    )


@pytest.mark.parametrize("name", ENDPOINTS)
def test_everything_in_the_graph_is_asked_for(name: str, far: Any, ask: Any) -> None:
    """The lists in the calls have every identifier of the graph, so no answer is missing."""
    rows, missing = ask(name)
    assert missing == []
    for column in ENDPOINTS[name]:
        assert {row[column] for row in rows} == {"found", "absent"}
    assert sorted(far.asked) == sorted(ENDPOINTS[name].values())


def test_an_act_has_what_eur_lex_and_wikidata_know(far: Any, ask: Any) -> None:
    (row,), _ = ask("eu-acts", instrument="eu-dir-2014-41")
    assert row["cellar"] == row["wikidata"] == "found"
    assert row["inForce"] == "yes"
    assert row["eli"] == "http://data.europa.eu/eli/dir/2014/41/oj"
    assert row["documentDate"] == "2014-04-03"
    assert row["title"].startswith("Directive 2014/41/EU of the European Parliament")
    assert row["item"] == "http://www.wikidata.org/entity/Q999000001"
    (row,), _ = ask("eu-acts", instrument="eu-fd-2003-577")
    assert (row["inForce"], row["wikidata"]) == ("no", "absent")
    assert "title" not in row and "eli" not in row and "item" not in row


def test_a_statute_has_what_legilux_knows(far: Any, ask: Any) -> None:
    (row,), _ = ask("luxembourg-statutes", statute="statute/lu-2000-08-08")
    assert row["legilux"] == "found"
    assert row["title"].endswith("l'entraide judiciaire internationale en matière pénale.")
    (row,), _ = ask("luxembourg-statutes", statute="statute/lu-1976-07-21")
    assert row["treatySignedDate"] == "1959-04-20"


def test_a_convention_has_the_swiss_dates_side_by_side(far: Any, ask: Any) -> None:
    (row,), _ = ask("swiss-treaties", instrument="coe-030")
    assert (row["since"], row["fedlexSince"], row["number"]) == ("1967-03-20",) * 2 + ("0.351.1",)
    assert row["entry"] == "https://fedlex.data.admin.ch/eli/cc/1967/831_871_866"


def test_only_treaties_are_candidates_for_a_convention(far: Any, ask: Any) -> None:
    rows, _ = ask("wikidata-treaties")
    found = {row["key"]: row for row in rows if row["wikidata"] == "found"}
    assert set(found) == {"coe-030", "coe-185"}, "by name or further name, and a treaty"
    assert found["coe-030"]["itemFrench"].startswith("Convention européenne")


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        *(("eu-acts", fault) for fault in ("down", "slow", "garbage", "page", "too much")),
        *((name, "down") for name in ENDPOINTS if name != "eu-acts"),
    ],
)
def test_the_local_part_stands_and_what_is_missing_is_named(
    name: str, fault: str, far: Any, ask: Any
) -> None:
    before, _ = ask(name)
    column, host = next(iter(ENDPOINTS[name].items()))
    if fault == "down":
        far.down.add(host)
    else:
        far.behaviour[host] = far.behaviours[fault]
    began = time.monotonic()
    rows, missing = ask(name)
    assert time.monotonic() - began < 4
    assert len(missing) == 1 and host in missing[0]
    assert {row[column] for row in rows} == {"missing"}
    local = LOCAL[name]
    assert [[row.get(c) for c in local] for row in rows] == [
        [row.get(c) for c in local] for row in before
    ]
    for other in set(ENDPOINTS[name]) - {column}:
        assert [row[other] for row in rows] == [row[other] for row in before]


def test_two_slow_endpoints_take_no_longer_than_one(far: Any, ask: Any) -> None:
    whole, _ = ask("eu-acts")
    far.behaviour = {CELLAR: far.behaviours["slow"], WIKIDATA: far.behaviours["slow"]}
    began = time.monotonic()
    rows, missing = ask("eu-acts")
    assert time.monotonic() - began < 4
    assert len(missing) == 2
    assert {row["celex"] for row in rows} == {row["celex"] for row in whole}
    assert {(row["cellar"], row["wikidata"]) for row in rows} == {("missing", "missing")}


def test_every_endpoint_has_a_stand_in_that_names_its_address() -> None:
    texts = [path.read_text("utf-8") for path in (Path(__file__).parent / "data").glob("*.ttl")]
    for query in CATALOGUE:
        for line in query.text.splitlines():
            if "SERVICE SILENT" in line:
                address = line.split("<")[1].split(">")[0]
                assert any(text.startswith(f"# Stands for {address} ") for text in texts)
