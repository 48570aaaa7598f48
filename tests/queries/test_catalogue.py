"""The shipped queries keep the contract: names, parameters, columns, and what stands in them."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, time
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from mla_graph.model.errors import UnknownValue
from mla_graph.model.namespaces import MLAD, XSD
from mla_graph.model.sources import Sources
from mla_graph.saved_queries.catalogue import ENUMERATIONS, Catalogue
from mla_graph.saved_queries.check import check, check_enumeration
from mla_graph.saved_queries.run import bind, run
from mla_graph.store.embedded import EmbeddedStore

Ask = Callable[[str, Mapping[str, Any]], Sequence[Mapping[str, object]]]

CONTRACT = """
states | | state, code, label, euMember, coeMember
measures | theme? | measure, code, label, theme, themeLabel, themeRange, next
instruments | kind?, state?, on? | instrument, key, label, kind, signedDate, inForceDate
instrument | instrument | property, propertyLabel, value, valueLabel
instrument-relations | instrument | relation, direction, other, otherLabel, provision, note
implementation | state, measure | implementation, measureLabel, availability, scope, reviewedDate, reviewer, status, source
legal-bases | state, measure | rank, basis, label, kind, provision, appliesTo, statute, statuteLabel, statuteDate, statuteRole, amended, source
conditions | state, measure | condition, type, label, value, whoseLaw, basis, basisLabel, statute, statuteLabel, statuteDate, provision, source
authorities | state, measure | role, authority, label, authorityType, framework, provision, channel, source
languages | state, measure | framework, language, languageLabel, status, source
time-limits | state, measure | event, label, limit, framework, authority, provision, source
formalities | state, measure | formality, type, label, value, framework, provision, source
alternatives | state, measure | alternative, code, label, purpose, source
approving-statutes | state, instrument? | statute, statuteLabel, statuteDate, role, instrument, instrumentLabel, signedDate, amended, source
parties | instrument, on? | state, code, label, signedDate, ratifiedDate, since, until, source
participations | state, on? | instrument, label, signedDate, ratifiedDate, since, until, source
reservations | instrument, state? | state, code, kind, provision, topic, label, date, source
applicable-instruments | requesting, executing, measure?, on? | rank, instrument, label, status, reason, since, reasonProvision, replacedBy, source
why | requesting, executing, instrument, measure?, on? | step, statement, label, since, until, provision, source
why-not | requesting, executing, instrument, measure?, on? | code, label, since, provision, source
compare | measure, state | aspect, state, value, valueLabel, source
coverage | | state, code, measure, measureCode, availability, status, reviewedDate
changes | state, from, to | date, kind, subject, label, instrument, instrumentLabel, source
stale | before | implementation, state, measure, reviewedDate
principles | instrument? | principle, label, since, source
proceedings | instrument | type, label, source
cooperation | instrument | mode, label, provision, source
provisions | instrument, topic? | provision, number, topic, label, value, source
links | resource? | resource, predicate, target, targetSystem
search | q, kind? | resource, kind, label, match, score
provenance | resource | statement, source, sourceTitle, publisher, locator, reviewedDate
"""  # noqa: E501
"""Saved queries with their parameters (`?` is optional) and their first columns."""

CODES = {
    "availability": "yes no conditional unknown",
    "appliesTo": "eio-states non-eio-states treaty-parties any",
    "framework": "eio mla mutual-recognition any",
    "statuteRole": "approves transposes basis procedure",
    "whoseLaw": "both requesting executing",
    "channel": "direct central-authority diplomatic interpol",
    "confidence": "seen known unsure",
    "event": "recognition execution transfer postponement other",
    **{
        f"{name}.event": "recognition execution acknowledgement notification postponement "
        "surrender transfer other"
        for name in ("essentials", "standing", "voices")
    },
    "essentials.channel": "direct central-authority diplomatic interpol ejn electronic eurojust "
    "sis",
    "stands": "decides adds bound conflicts set-aside hint",
    "layer": "page notification instrument national-act consult displacement",
    "question": "basis authority channel language form content issuing time-limit dual-criminality "
    "refusal formality specialty confidentiality remedies alternative cost",
    "authorities.role": "receive recognise execute authorise-transfer request-transfer "
    "central-authority issue",
    "approving-statutes.role": "approves transposes basis procedure",
    "languages.status": "accepted commonly-accepted urgent-only discretionary on-reciprocity",
    "changes.kind": "participation-begins participation-full participation-ends reservation-made"
    " reservation-ends declaration-made declaration-ends statute-adopted statute-in-force"
    " page-reviewed",
    "instrument-rules.event": "acknowledgement execution notification other postponement"
    " preservation provisional-arrest recognition reply safe-conduct service specialty surrender"
    " transfer",
    "instrument-rules.question": "authority channel language form content issuing time-limit"
    " dual-criminality refusal formality specialty confidentiality remedies alternative cost",
    "instrument-rules.side": "requesting executing both",
    "instrument-rules.stands": "decides set-aside",
    "instrument-rules.status": "answered none",
    "coverage.status": "current superseded outdated suspect",
    "conditions.type": "dual-criminality minimum-penalty fiscal-offence confiscability"
    " domestic-availability punishability maximum-duration judicial-authorisation offence-list"
    " scope proportionality consent reciprocity principle refusal-ground other",
    "formalities.type": "request-content request-form time-of-day presence secrecy"
    " professional-secrecy defence-rights report requested-procedure foreign-agents other",
}
"""Codes of the contract, by column, or by query and column."""

FACTS = {
    "implementation": "implementation",
    "legal-bases": "legalBasis",
    "conditions": "condition",
    "authorities": "competence",
    "languages": "languageRule",
    "time-limits": "timeLimit",
    "formalities": "formality",
    "alternatives": "alternative",
}
"""The queries that make up a fiche, and their column that names the fact itself."""

TRANSLATED = {
    "states": "label",
    "measures": "label themeLabel nextLabel",
    "implementation": "measureLabel scope reviewer",
    "implementation-scope": "label",
    "conditions": "label",
    "authorities": "label",
    "languages": "languageLabel",
    "time-limits": "label authorityLabel startsOnLabel",
    "formalities": "label",
    "alternatives": "label purpose",
    "instrument-relations": "relationLabel",
    "proceedings": "label",
    "cooperation": "label",
    "principles": "label instrumentLabel",
    "changes": "kindLabel",
    "coverage": "stateLabel measureLabel",
}
"""Columns whose text stands in English, French and German."""

SHIPPED = Catalogue.load(Sources.shipped().queries)
LINES = [[part.strip() for part in line.split("|")] for line in CONTRACT.strip().splitlines()]
PROMISED = {
    name: (parameters.split(", ") if parameters else [], columns.split(", "))
    for name, parameters, columns in LINES
}
LISTS = sorted((Sources.shipped().queries / ENUMERATIONS).glob("*.rq"))
PROMISED_AND_SHIPPED = [name for name in PROMISED if name in SHIPPED.names]
TABLES = [query.name for query in SHIPPED if query.form == "select"]
GRAPHS = [query.name for query in SHIPPED if query.form == "construct"]
OPTIONAL = [
    pytest.param(query.name, parameter.name, id=f"{query.name} {parameter.name}")
    for query in SHIPPED
    if query.form == "select"
    for parameter in query.parameters
    if not parameter.required
]


def example(name: str) -> dict[str, list[str]]:
    """The values that the header gives for the required parameters."""
    return {p.name: list(p.example) for p in SHIPPED.get(name).parameters if p.required}


def answer(store: EmbeddedStore, name: str) -> ox.QuerySolutions:
    """The answer to the query's example."""
    solutions = run(store, bind(SHIPPED.get(name), store, example(name)))
    assert isinstance(solutions, ox.QuerySolutions)
    return solutions


def test_the_questions_of_the_two_sources_can_be_asked() -> None:
    needed = """states measures instruments instrument instrument-relations implementation
        legal-bases conditions authorities languages time-limits formalities alternatives
        approving-statutes proceedings cooperation provisions principles provenance search"""
    assert set(needed.split()) - set(SHIPPED.names) == set()


@pytest.mark.parametrize("name", PROMISED_AND_SHIPPED)
def test_columns_of_the_contract_come_first_and_in_its_order(
    name: str, shipped_store: EmbeddedStore
) -> None:
    columns = PROMISED[name][1]
    declared = [column.name for column in SHIPPED.get(name).columns]
    given = [variable.value for variable in answer(shipped_store, name).variables]
    assert declared[: len(columns)] == columns
    assert given == declared


@pytest.mark.parametrize("name", PROMISED_AND_SHIPPED)
def test_parameters_are_those_of_the_contract(name: str) -> None:
    promised = {text.rstrip("?"): not text.endswith("?") for text in PROMISED[name][0]}
    columns = PROMISED[name][1]
    if any(column.lower().endswith("label") for column in columns):
        promised["lang"] = False
    if "source" in columns:
        promised["confidence"] = False
        assert "confidence" in [column.name for column in SHIPPED.get(name).columns]
    required = {p.name: p.required for p in SHIPPED.get(name).parameters}
    assert promised.items() <= required.items()
    assert {n for n, needed in required.items() if needed} <= promised.keys()


@pytest.mark.parametrize("name", SHIPPED.names)
def test_the_header_says_what_a_caller_needs(name: str) -> None:
    query = SHIPPED.get(name)
    assert query.summary and query.description and query.tags
    assert bool(query.columns) == (query.form == "select")
    for parameter in query.parameters:
        assert parameter.description and parameter.example, parameter.name
    for column in query.columns:
        assert column.description, column.name


@pytest.mark.parametrize("name", SHIPPED.names)
def test_the_query_keeps_the_rules_that_make_engines_agree(
    name: str, shipped_store: EmbeddedStore
) -> None:
    assert check(SHIPPED.get(name), shipped_store) == []


@pytest.mark.parametrize("path", LISTS, ids=[path.stem for path in LISTS])
def test_the_list_of_values_keeps_the_rules(path: Path) -> None:
    assert check_enumeration(path.read_text("utf-8")) == []


@pytest.mark.parametrize("name", TABLES)
def test_the_example_answers(name: str, shipped_store: EmbeddedStore) -> None:
    assert next(answer(shipped_store, name), None) is not None


@pytest.mark.parametrize("name", GRAPHS)
def test_the_example_gives_a_graph(name: str, shipped_store: EmbeddedStore) -> None:
    found = run(shipped_store, bind(SHIPPED.get(name), shipped_store, example(name)))
    assert isinstance(found, ox.QueryTriples)
    assert next(found, None) is not None


@pytest.mark.parametrize(("name", "parameter"), OPTIONAL)
def test_the_example_of_an_optional_parameter_answers(name: str, parameter: str, ask: Ask) -> None:
    value = next(p.example for p in SHIPPED.get(name).parameters if p.name == parameter)
    assert ask(name, example(name) | {parameter: value})


@pytest.mark.parametrize("name", TABLES)
def test_cells_are_what_the_header_declares(name: str, shipped_store: EmbeddedStore) -> None:
    for row in answer(shipped_store, name):
        for column in SHIPPED.get(name).columns:
            cell = row[column.name]
            if cell is None:
                assert column.optional, f"{column.name} is empty in {row}"
            else:
                assert fits(cell, column.type), f"{column.name} is {cell}"


def fits(cell: object, type: str) -> bool:
    """Whether the term is of a column type of the header."""
    if type == "iri" or not isinstance(cell, ox.Literal):
        return type in ("iri", "value") and isinstance(cell, ox.NamedNode)
    datatype = cell.datatype.value.removeprefix(XSD)
    match type:
        case "date":
            return datatype == "date" and bool(date.fromisoformat(cell.value))
        case "integer":
            return datatype == "integer" and bool(re.fullmatch(r"-?\d+", cell.value))
        case "boolean":
            return datatype == "boolean" and cell.value in ("true", "false")
        case "duration":
            return datatype in ("yearMonthDuration", "dayTimeDuration")
        case "decimal":
            return datatype in ("decimal", "integer")
        case "code":
            return datatype == "string" and bool(re.fullmatch(r"[\w.-]+", cell.value))
        case "text":
            return bool(cell.value.strip())
        case _:
            return True


@pytest.mark.parametrize("name", TABLES)
def test_codes_are_those_of_the_contract(name: str, ask: Ask) -> None:
    rows = ask(name, example(name))
    for column in SHIPPED.get(name).columns:
        codes = CODES.get(f"{name}.{column.name}") or CODES.get(column.name)
        if codes:
            found = {row[column.name] for row in rows} - {None}
            assert found <= set(codes.split()), column.name


def test_ranks_are_whole_numbers_from_one(ask: Ask) -> None:
    for cell in ask("coverage", {}):
        place = {"state": str(cell["code"]), "measure": str(cell["measureCode"])}
        found = [row["rank"] for row in ask("legal-bases", place)]
        ranks = [rank for rank in found if type(rank) is int]
        assert ranks == found == sorted(ranks), place
        assert ranks[:1] in ([], [1]), place


def test_coverage_has_one_row_for_each_state_and_measure_with_a_page(
    ask: Ask, shipped_store: EmbeddedStore
) -> None:
    pages = shipped_store.query(
        """PREFIX mla: <https://w3id.org/mla-graph/ontology#>
        SELECT DISTINCT ?state ?measure
        WHERE {
          ?page a mla:Implementation ;
            mla:concernsState ?state ;
            mla:concernsMeasure ?measure
        }"""
    )
    assert isinstance(pages, ox.QuerySolutions)
    cells = [(row["state"], row["measure"]) for row in ask("coverage", {})]
    assert sorted(cells) == sorted((row["state"].value, row["measure"].value) for row in pages)


@pytest.mark.parametrize("step", [9, pytest.param(1, marks=pytest.mark.slow)])
def test_a_page_says_of_each_fact_under_which_framework_and_how_surely(ask: Ask, step: int) -> None:
    for cell in ask("coverage", {})[::step]:
        place = {"state": str(cell["code"]), "measure": str(cell["measureCode"])}
        for name in FACTS:
            columns = {"framework", "status", "source", "confidence"}
            columns &= {column.name for column in SHIPPED.get(name).columns}
            for row in ask(name, place):
                assert None not in [row[column] for column in columns], (name, place, row)


def test_hours_are_times_and_limits_are_ordered_durations(shipped_store: EmbeddedStore) -> None:
    def cells(name: str, column: str) -> list[ox.Literal]:
        found = [row[column] for row in answer(shipped_store, name)]
        return [cell for cell in found if isinstance(cell, ox.Literal)]

    hours = cells("formalities", "value")
    assert hours and all(cell.datatype.value == f"{XSD}time" for cell in hours)
    assert [time.fromisoformat(cell.value) for cell in hours]
    limits = cells("time-limits", "limit") + cells("conditions", "value")
    assert {cell.datatype.value.removeprefix(XSD) for cell in limits} == {
        "yearMonthDuration",
        "dayTimeDuration",
    }


@pytest.mark.parametrize(
    "name", [q.name for q in SHIPPED if "source" in [column.name for column in q.columns]]
)
def test_every_source_is_a_described_document(
    name: str, ask: Ask, shipped_store: EmbeddedStore
) -> None:
    for source in {row["source"] for row in ask(name, example(name))} - {None}:
        described = shipped_store.query(f"""
            PREFIX dcterms: <http://purl.org/dc/terms/>
            PREFIX mla: <https://w3id.org/mla-graph/ontology#>
            ASK {{
              <{source}> a mla:SourceDocument ;
                dcterms:title ?title ;
                dcterms:publisher/mla:defaultLabel ?publisher .
            }}
        """)
        assert described, source


@pytest.mark.parametrize(("name", "column"), FACTS.items())
def test_every_fact_of_a_fiche_names_its_source_and_the_place_in_it(
    name: str, column: str, ask: Ask
) -> None:
    for row in ask(name, example(name)):
        origins = ask("provenance", {"resource": str(row[column])})
        own = [origin for origin in origins if origin["statement"] == row[column]]
        assert [origin["source"] for origin in own] == [row["source"]], row[column]
        assert own[0]["locator"]


def test_a_higher_confidence_never_adds_a_row(ask: Ask) -> None:
    for name in PROMISED_AND_SHIPPED:
        if "confidence" not in [p.name for p in SHIPPED.get(name).parameters]:
            continue
        unsure, known, seen = (
            {frozenset(row.items()) for row in ask(name, example(name) | {"confidence": level})}
            for level in ("unsure", "known", "seen")
        )
        assert seen <= known <= unsure, name


@pytest.mark.parametrize("language", ["en", "fr", "de"])
@pytest.mark.parametrize("name", TRANSLATED)
def test_labels_come_in_the_language_asked_for(
    name: str, language: str, shipped_store: EmbeddedStore
) -> None:
    values = example(name) | {"lang": [language]}
    rows = run(shipped_store, bind(SHIPPED.get(name), shipped_store, values))
    assert isinstance(rows, ox.QuerySolutions)
    for row in rows:
        for column in TRANSLATED[name].split():
            text = row[column]
            assert text is None or getattr(text, "language", None) == language, f"{column}: {text}"


def test_where_a_name_has_no_translation_it_comes_in_english(ask: Ask) -> None:
    english, french = (
        {row["key"]: row["label"] for row in ask("instruments", {"lang": [language]})}
        for language in ("en", "fr")
    )
    assert french["coe-030"] == "Convention européenne d'entraide judiciaire en matière pénale"
    assert french["benelux-1968-judgments"] == english["benelux-1968-judgments"]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ({"state": "lu", "measure": "a.30"}, {"state": "LU", "measure": "A.30"}),
        (
            {"state": f"{MLAD}state/lu", "measure": f"{MLAD}measure/a.30"},
            {"state": "LU", "measure": "A.30"},
        ),
    ],
    ids=["codes in lower case", "full addresses"],
)
def test_a_value_may_be_written_as_code_in_any_case_or_as_address(
    written: dict[str, str], meant: dict[str, str], ask: Ask
) -> None:
    assert ask("conditions", written) == ask("conditions", meant) != []


def test_the_levels_of_confidence_are_those_whose_order_why_not_names(
    shipped_store: EmbeddedStore,
) -> None:
    answer = shipped_store.query(
        "PREFIX mla: <https://w3id.org/mla-graph/ontology#> "
        "PREFIX skos: <http://www.w3.org/2004/02/skos/core#> "
        "SELECT ?a ?b { ?x mla:atLeast ?y ; skos:notation ?a . ?y skos:notation ?b }"
    )
    assert isinstance(answer, ox.QuerySolutions)
    found = {(row["a"].value, row["b"].value) for row in answer}
    order = ("seen", "known", "unsure")
    assert found == {(a, b) for i, a in enumerate(order) for b in order[i:]}


def bare_comparisons(text: str) -> list[str]:
    """Filters that begin with a comparison of values as they stand."""
    return re.findall(r"FILTER\(\s*[?$]\w+\s*(?:<=|>=|<|>)\s.*", text)


def test_dates_are_compared_so_that_virtuoso_loses_no_rows() -> None:
    """For a bare comparison it reads a range of its index, and misses rows (docs/remote.md)."""
    assert bare_comparisons("FILTER(?from <= $_on && $_on <= ?to)")
    for path in sorted(Sources.shipped().queries.rglob("*.rq")):
        assert not bare_comparisons(path.read_text("utf-8")), f"{path.name}: COALESCE(…, false)"


def test_a_question_without_a_measure_is_about_the_catalogue_which_nobody_can_name(
    shipped_store: EmbeddedStore,
) -> None:
    query, pair = SHIPPED.get("applicable-instruments"), {"requesting": "BE", "executing": "LU"}
    (measure,) = bind(query, shipped_store, pair).terms["measure"]
    assert measure.value == f"{MLAD}scheme/measure"
    with pytest.raises(UnknownValue):
        bind(query, shipped_store, {**pair, "measure": "scheme/measure"})
