"""What people write becomes a term, and wrong input gets a sentence that says what is right."""

import gc
import threading
import weakref
from contextlib import suppress
from datetime import date
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mla_graph.model.errors import (
    InputError,
    InvalidValue,
    MissingParameter,
    UnknownParameter,
    UnknownQuery,
    UnknownValue,
    UnreadableInput,
    UnsupportedFormat,
)
from mla_graph.saved_queries.catalogue import Catalogue, describe
from mla_graph.saved_queries.lists import enumeration
from mla_graph.saved_queries.rows import rows
from mla_graph.saved_queries.run import bind, run
from mla_graph.store.embedded import EmbeddedStore
from mla_graph.store.interface import Answer

EX = "http://example.org/"
DAY = date(2020, 1, 1)


def ask(
    catalogue: Catalogue, store: EmbeddedStore, name: str, **raw: str | list[str]
) -> list[dict[str, object]]:
    return rows(run(store, bind(catalogue.get(name), store, raw, today=DAY)))


@pytest.mark.parametrize("written", ["LU", "lu", "Lu", EX + "lu"])
def test_a_code_in_any_case_and_a_full_iri_mean_the_same(
    catalogue: Catalogue, store: EmbeddedStore, written: str
) -> None:
    assert ask(catalogue, store, "bases", state=written) == [
        {"state": EX + "lu", "basis": EX + "new", "label": "New"},
        {"state": EX + "lu", "basis": EX + "old", "label": "Old"},
    ]


def test_a_default_is_replaced_by_what_is_given(catalogue: Catalogue, store: EmbeddedStore) -> None:
    answer = ask(catalogue, store, "bases", state="LU", lang="FR", on="1990-12-31")
    assert answer == [{"state": EX + "lu", "basis": EX + "old", "label": "Vieux"}]


def test_an_optional_parameter_narrows_only_when_given(
    catalogue: Catalogue, store: EmbeddedStore
) -> None:
    answer = ask(catalogue, store, "bases", state="LU", since="2017-05-22")
    assert [row["basis"] for row in answer] == [EX + "new"]


def test_several_values_of_a_list(catalogue: Catalogue, store: EmbeddedStore) -> None:
    answer = ask(catalogue, store, "compare", state=["BE", "NO", "be"])
    assert answer == [{"state": EX + "be", "basis": EX + "new"}]
    bound = bind(catalogue.get("compare"), store, {"state": ["BE", "be", "LU"]})
    assert bound.terms["state"] == (ox.NamedNode(EX + "be"), ox.NamedNode(EX + "lu"))


def test_today_is_the_default_day_and_is_reported(
    catalogue: Catalogue, store: EmbeddedStore
) -> None:
    query = catalogue.get("bases")
    by_default = bind(query, store, {"state": ["LU"]}, today=DAY)
    assert by_default.depends_on_today
    assert [term.value for term in by_default.terms["on"]] == ["2020-01-01"]
    fixed = bind(query, store, {"state": ["LU"], "on": ["2020-01-01"]})
    assert not fixed.depends_on_today
    assert fixed.text == by_default.text


def test_plain_types(catalogue: Catalogue, store: EmbeddedStore) -> None:
    hostile = '"} DELETE { ?s ?p ?o } # \\u0022 $_on ?x \n'
    assert ask(
        catalogue, store, "anything", resource="state/lu", q=hostile, number="+07", on="today"
    ) == [
        {
            "resource": "https://w3id.org/mla-graph/id/state/lu",
            "q": hostile,
            "number": 7,
            "on": "2020-01-01",
        }
    ]
    assert ask(catalogue, store, "anything", resource="urn:x:y")[0]["resource"] == "urn:x:y"
    assert ask(catalogue, store, "anything") == [
        {"resource": None, "q": None, "number": None, "on": None}
    ]


@pytest.mark.parametrize(
    ("name", "raw", "kind", "sentence"),
    [
        ("bases", {}, MissingParameter, "parameter state: Executing state. For example NO."),
        ("bases", {"state": []}, MissingParameter, "needs the parameter state"),
        ("bases", {"stat": ["LU"]}, UnknownParameter, "did you mean state? It takes state, on"),
        ("bases", {"limit": ["1"]}, UnknownParameter, "no parameter 'limit'"),
        ("bases", {"state": ["XX"]}, UnknownValue, "valid values are BE, LU, NO."),
        ("bases", {"state": [EX + "old"]}, UnknownValue, "valid values are BE, LU, NO."),
        ("bases", {"state": ["LU", "BE"]}, InvalidValue, "given 2 times; it takes one value"),
        ("bases", {"state": [""]}, InvalidValue, "state is empty; it needs a value"),
        ("bases", {"state": "LU", "since": [" "]}, InvalidValue, "leave the parameter out"),
        ("bases", {"state": ["LU"], "on": ["1.13.2024"]}, InvalidValue, "such as 2024-05-01"),
        ("bases", {"state": ["LU"], "on": ["5/6/2024"]}, InvalidValue, "2024-06-05 or 2024-05-06"),
        ("bases", {"state": ["LU"], "on": ["2023-02-29"]}, InvalidValue, "a date such as"),
        ("bases", {"state": ["LU"], "on": ["20240501"]}, InvalidValue, "a date such as"),
        ("compare", {"state": ["LU"] * 51}, InvalidValue, "has 51 values; it takes at most 50"),
        ("anything", {"number": ["1.0"]}, InvalidValue, "a whole number"),
        ("anything", {"number": ["٣"]}, InvalidValue, "a whole number"),
        ("anything", {"resource": ["lu"]}, InvalidValue, "a full IRI"),
        ("anything", {"resource": ["state/lu> ?p ?o"]}, InvalidValue, "a full IRI"),
        ("anything", {"resource": ["http://a/b>c"]}, InvalidValue, "a full IRI"),
        ("anything", {"q": ["x" * 501]}, InvalidValue, "501 characters long; it may have at"),
        ("anything", {"q": ["a\x00b"]}, InvalidValue, r"'a\x00b'; it should be text without"),
        ("anything", {"q": ["a\ud800"]}, InvalidValue, r"'a\ud800'; it should be text without"),
    ],
)  # fmt: skip
def test_wrong_input_is_named(
    catalogue: Catalogue,
    store: EmbeddedStore,
    name: str,
    raw: dict[str, list[str]],
    kind: type[InputError],
    sentence: str,
) -> None:
    with pytest.raises(kind) as caught:
        bind(catalogue.get(name), store, raw)
    assert sentence in caught.value.detail
    caught.value.detail.encode()  # can be printed and sent


RAW = st.dictionaries(
    st.sampled_from(["resource", "q", "number", "on", "other"]) | st.text(),
    st.lists(st.text(st.characters()) | st.sampled_from(["http://a/b", "state/é", "a:b%"])),
    max_size=4,
)


@given(RAW)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
def test_any_input_gives_an_answer_or_an_input_error(
    catalogue: Catalogue, store: EmbeddedStore, raw: dict[str, list[str]]
) -> None:
    query = catalogue.get("anything")
    try:
        bound = bind(query, store, raw)
    except InputError as error:
        error.detail.encode()
    else:
        assert len(rows(run(store, bound))) == 1


def test_the_nearest_values_of_a_long_list_are_found_by_code_and_by_label(
    catalogue: Catalogue, store: EmbeddedStore
) -> None:
    names = {"MT": "Malta", "DE": "Germany", **{f"Q{n}": f"Quux {n}" for n in range(20)}}
    lines = (
        f'<{EX}{c}> a <{EX}State> ; <http://www.w3.org/2004/02/skos/core#notation> "{c}" ;'
        f' <http://www.w3.org/2000/01/rdf-schema#label> "{label}"@en .'
        for c, label in names.items()
    )
    store.load("\n".join(lines).encode(), ox.RdfFormat.TURTLE)
    with pytest.raises(UnknownValue) as caught:
        bind(catalogue.get("bases"), store, {"state": ["luxenburg"]})
    assert caught.value.extensions["parameter"] == "state"
    assert caught.value.extensions["nearest"][0] == "LU"
    assert "the nearest of 25 valid values are Luxembourg (LU)" in caught.value.detail
    with pytest.raises(UnknownValue) as far_off:
        bind(catalogue.get("bases"), store, {"state": ["%" * 200]})
    assert len(far_off.value.extensions["nearest"]) >= 1


class Listening(EmbeddedStore):
    """A store that keeps the questions put to it."""

    def query(self, sparql: str, *, timeout: float | None = None) -> Answer:
        self.asked = [*getattr(self, "asked", []), sparql]
        return super().query(sparql, timeout=timeout)


def listening(graph: bytes, release_id: str | None) -> Listening:
    store = Listening(ox.Store(), "listening", release_id=release_id)
    store.load(graph, ox.RdfFormat.TURTLE)
    return store


def test_a_code_is_looked_up_once_and_without_the_rest_of_its_list(
    catalogue: Catalogue, graph: bytes, folder: Path
) -> None:
    store, query = listening(graph, "r1"), catalogue.get("compare")
    for _ in range(3):
        bind(query, store, {"state": ["LU"]})
    whole = (folder / "parameters" / "state.rq").read_text("utf-8")
    assert len(store.asked) == 1 and store.asked != [whole]


def test_a_list_is_read_once_for_a_store_and_goes_with_it(
    catalogue: Catalogue, graph: bytes, folder: Path
) -> None:
    store, query = listening(graph, "r1"), catalogue.get("compare")
    for text in ("lu", "XX", "be", "YY", f"{EX}lu"):
        with suppress(UnknownValue):
            bind(query, store, {"state": [text]})
    whole = (folder / "parameters" / "state.rq").read_text("utf-8")
    assert store.asked.count(whole) == 1 and len(store.asked) == 3  # with the code, with names
    gone = weakref.ref(store)
    del store
    gc.collect()
    assert gone() is None


def test_a_value_added_to_a_store_that_can_grow_is_found(
    catalogue: Catalogue, graph: bytes
) -> None:
    store, query = listening(graph, None), catalogue.get("compare")
    bind(query, store, {"state": ["LU"]})
    store.load(
        f'<{EX}mt> a <{EX}State> ; <http://www.w3.org/2004/02/skos/core#notation> "MT" ;'
        f' <http://www.w3.org/2000/01/rdf-schema#label> "Malta"@en .'.encode(),
        ox.RdfFormat.TURTLE,
    )
    assert bind(query, store, {"state": ["mt"]}).terms["state"] == (ox.NamedNode(EX + "mt"),)


def test_an_empty_graph_says_that_it_has_no_values(catalogue: Catalogue) -> None:
    with pytest.raises(UnknownValue, match="this graph has no values for state at all"):
        bind(catalogue.get("compare"), EmbeddedStore.in_memory(), {"state": ["LU"]})


def test_limit_and_offset_page_through_the_rows(catalogue: Catalogue, store: EmbeddedStore) -> None:
    query = catalogue.get("compare")
    states = {"state": ["LU", "BE"]}
    every = rows(run(store, bind(query, store, states)))
    assert len(every) == 3
    page = bind(query, store, states, limit="1", offset=1)
    assert rows(run(store, page)) == every[1:2]
    assert rows(run(store, bind(query, store, states, limit=0))) == []


@pytest.mark.parametrize("value", ["-1", "1.5", "", "x", "1e3", "9" * 400, "1 }"])
def test_a_limit_out_of_range_is_refused(
    catalogue: Catalogue, store: EmbeddedStore, value: str
) -> None:
    with pytest.raises(InvalidValue, match="it should be a whole number, 0 or more"):
        bind(catalogue.get("compare"), store, {"state": "LU"}, limit=value)


def test_the_values_of_a_list_come_with_their_labels(folder: Path, store: EmbeddedStore) -> None:
    values = enumeration(folder / "parameters" / "state.rq", store).values
    assert [(value.code, value.labels) for value in values] == [
        ("BE", ("Belgium",)),
        ("LU", ("Luxembourg", "Luxemburg")),
        ("NO", ("Norway",)),
    ]


def test_an_unknown_query_names_the_nearest(catalogue: Catalogue) -> None:
    assert catalogue.names == ("anything", "bases", "compare")
    with pytest.raises(UnknownQuery, match="did you mean bases"):
        catalogue.get("base")
    for path in ("parameters/state", "../x", "\x00"):
        with pytest.raises(UnknownQuery, match="there are anything, bases, compare"):
            catalogue.get(path)


def test_only_the_query_asked_for_is_read(catalogue: Catalogue, folder: Path) -> None:
    (folder / "bases.rq").write_text("no query at all", "utf-8")
    assert catalogue.get("compare").summary == "States side by side"
    with pytest.raises(UnreadableInput, match="bases"):
        catalogue.get("bases")


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnreadableInput, match="nowhere"):
        Catalogue.load(tmp_path / "nowhere")


def test_threads_share_a_catalogue_and_a_store(catalogue: Catalogue, store: EmbeddedStore) -> None:
    answers: list[list[dict[str, object]]] = []
    threads = [
        threading.Thread(target=lambda: answers.append(ask(catalogue, store, "bases", state="LU")))
        for _ in range(16)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 16
    assert all(answer == answers[0] for answer in answers)


def test_a_query_describes_itself(catalogue: Catalogue) -> None:
    told = describe(catalogue.get("bases"))
    assert told["summary"] == "Legal bases of a measure"
    assert told["description"] == "What a state rests on when it executes."
    assert told["tags"] == ["fiche"]
    assert told["form"] == "select"
    parameters = {p["name"]: p for p in told["parameters"]}
    assert parameters["state"] == {
        "name": "state",
        "type": "iri",
        "description": "Executing state.",
        "required": True,
        "list": False,
        "default": None,
        "example": "NO",
        "enumeration": "state",
    }
    assert parameters["on"]["default"] == "today"
    assert describe(catalogue.get("compare"))["parameters"][0]["example"] == ["LU", "BE"]
    assert told["columns"][2] == {
        "name": "label",
        "type": "text",
        "description": "Its name.",
        "optional": True,
    }


def test_rows_are_plain_json_values(store: EmbeddedStore) -> None:
    answer = store.query("""
        PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
        SELECT ("x"@en AS ?text) (<urn:x> AS ?iri) (12 AS ?int) (1.5 AS ?dec) (1e2 AS ?dbl)
          (xsd:double("INF") AS ?inf) (true AS ?bool) ("2020-01-01"^^xsd:date AS ?date)
          ("P1M"^^xsd:yearMonthDuration AS ?span) ("much"^^xsd:integer AS ?odd) ?none {}""")
    assert rows(answer) == [
        {
            "text": "x", "iri": "urn:x", "int": 12, "dec": 1.5, "dbl": 100.0, "inf": "INF",
            "bool": True, "date": "2020-01-01", "span": "P1M", "odd": "much", "none": None,
        }
    ]  # fmt: skip


@pytest.mark.parametrize("query", ["ASK {}", "CONSTRUCT WHERE { ?s ?p ?o }"])
def test_only_a_table_has_rows(store: EmbeddedStore, query: str) -> None:
    with pytest.raises(UnsupportedFormat, match="SELECT"):
        rows(store.query(query))
