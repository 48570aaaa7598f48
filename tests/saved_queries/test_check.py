"""Each rule of the saved queries is found broken where it is broken, and nowhere else."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from mla_graph.model.errors import UnreadableInput
from mla_graph.saved_queries.catalogue import Catalogue, SavedQuery
from mla_graph.saved_queries.check import check, check_enumeration, check_folder
from mla_graph.saved_queries.header import parse, split
from mla_graph.store.embedded import EmbeddedStore

ROOT = Path(__file__).resolve().parents[2]
TOOL = ROOT / "tools" / "check_queries.py"
SHIPPED = sorted((ROOT / "queries").glob("*.rq"))
SHIPPED_LISTS = sorted((ROOT / "queries" / "parameters").glob("*.rq"))

SOUND = """\
#+ summary: Sound
#+ parameters:
#+   - name: state
#+     type: iri
#+     required: true
#+     example: state/lu
#+     description: A state.
#+   - name: kind
#+     type: text
#+     example: law
#+     description: A kind.
#+ columns:
#+   - name: x
#+     type: iri
#+     description: A thing.
#+   - name: n
#+     type: integer
#+     description: A number.
PREFIX ex: <http://example.org/>

SELECT ?x ?n WHERE {
  { SELECT ?x (COUNT(?y) AS ?n) WHERE { ?x ex:has ?y } GROUP BY ?x }
  ?x ex:of $_state ; ex:kind $_kind ; ex:part+ ?z .
  $_state ex:in* ?z .
  FILTER(?z != $_state)
}
ORDER BY ?x
"""
A = "{name: a, type: iri, description: d}"
NOWHERE = Path("nowhere")
LAST = "  FILTER(?z != $_state)\n"


def query(text: str, folder: Path = NOWHERE) -> SavedQuery:
    return SavedQuery.parse("sound", text, folder)


def edit(old: str, new: str) -> Callable[[str], str]:
    def changed(text: str) -> str:
        assert old in text
        return text.replace(old, new, 1)

    return changed


def add(line: str) -> Callable[[str], str]:
    return edit(LAST, f"{LAST}  {line}\n")


def test_a_sound_query_has_no_findings() -> None:
    assert check(query(SOUND)) == []


@pytest.mark.parametrize(
    ("change", "finding"),
    [
        (edit("SELECT ?x ?n W", "SELECT ?x ?n $_kind W"), "$_kind stands in SELECT"),
        (edit("SELECT ?x ?n W", "SELECT ?x (STR($_kind) AS ?n) W"), "$_kind stands in SELECT"),
        (edit("SELECT ?x ?n W", "SELECT * W"), "SELECT * has no fixed columns"),
        (edit("SELECT ?x ?n W", "SELECT ?n ?x W"), "the query gives ['n', 'x']"),
        (edit("SELECT ?x ?n W", "SELECT ?x W"), "the query gives ['x']"),
        (add("BIND(1 AS $_kind)"), "$_kind stands in AS"),
        (add("VALUES $_kind { 1 }"), "$_kind stands in VALUES"),
        (add("FILTER(BOUND($_kind))"), "$_kind stands in BOUND"),
        (edit("BY ?x }", "BY ?x $_state }"), "$_state stands in GROUP BY"),
        (edit("ORDER BY ?x", "ORDER BY DESC($_kind) ?x"), "$_kind stands in ORDER BY"),
        (edit("ORDER BY ?x\n", ""), "Without ORDER BY"),
        (edit("ORDER BY ?x", "ORDER BY ?x LIMIT 3"), "LIMIT and OFFSET come from the caller"),
        (edit("ORDER BY ?x", "ORDER BY ?x VALUES ?x { 1 }"), "VALUES should stand inside"),
        (edit("WHERE", "FROM <http://example.org/g> WHERE"), "no FROM"),
        (add("?x ex:of ?_state ."), "?_state is a parameter under another name"),
        (add("?x ex:of $z ."), "$z is no parameter"),
        (add("?x ex:of $_other ."), "$_other is used and not declared"),
        (edit(" ; ex:kind $_kind", ""), "kind is declared and not used"),
        (add("?x ex:of ."), "Oxigraph, with the query bound with its examples: The query cannot"),
        (add("?x ex:of ."), "rdflib, with the query without the parameter kind: it cannot"),
        (add("BIND($_kind AS ?z)"), "cannot be parsed"),
        (add("BIND(?z = 1 AS ?b)"), "?b is a computed boolean"),
        (add("BIND(IF(?z = 1, true, ?n) AS ?b)"), "?b is a computed boolean"),
        (add("BIND(COALESCE(?z, CONTAINS(?z, 'a')) AS ?b)"), "?b is a computed boolean"),
        (add("BIND(EXISTS { ?x ex:of ?q } AS ?b)"), "?b is a computed boolean"),
        (add("BIND(!?z AS ?b)"), "?b is a computed boolean"),
        (edit("(COUNT(?y) AS", "(MAX(?y) > 2 AS"), "?n is a computed boolean"),
        (
            edit("(COUNT(?y) AS", '(SAMPLE("P1M"^^ex:yearMonthDuration) AS'),
            "duration stands in SELECT",
        ),
        (add('VALUES ?d { "P1M"^^ex:duration }'), "duration stands in VALUES"),
        (add("{ SELECT (SUM(?u) AS ?v) WHERE { ?x ex:has ?u } }"), "should stand first"),
        (add("?free ex:part+ ?end ."), "from ?free needs a start"),
        (add("?free ex:part*/ex:is ?end ."), "from ?free needs a start"),
        (add("?free (ex:part|ex:is?) ?end ."), "from ?free needs a start"),
        (add("{ ?free ex:part+ ?end } UNION { ?free ex:is ?end }"), "from ?free needs a start"),
        (add("FILTER EXISTS { ?free ex:part+ ?end }"), "from ?free needs a start"),
        (edit("ex:kind $_kind ;", "ex:a ?k . $_kind ex:b+ ?x ; "), "from $_kind needs a start"),
        (add("\tFILTER(?z != 1)"), "has a tab"),
        (add("FILTER(?z != 1)  "), "ends with blanks"),
        (add("FILTER(?z != '\\u0041')"), "Write the character itself"),
        (edit("ORDER BY ?x\n", "ORDER BY ?x"), "end with one line break"),
        (edit("ORDER BY ?x\n", "ORDER BY ?x\n\n"), "end with one line break"),
        (edit("PREFIX ex", "PREFIX un: <urn:x>\nPREFIX ex"), "prefix un: is declared and not used"),
        (edit("PREFIX ex: <h", "PREFIX  ex:<h"), "should be one declaration"),
        (add("?x zz:of 1 ."), "cannot be parsed"),
        (add("VALUES ?any { $_state }"), "with the query as it stands"),
        (edit("required: true", "default: state/be\n#+     required: true"), "can be only one"),
        (edit("required: true", "unset: state/be\n#+     required: true"), "unset says nothing"),
        (edit("#+     example: law\n", ""), "kind has no example"),
        (edit("#+     example: law\n", "#+     example: [a, b]\n"), "takes one value"),
        (edit("type: text", "type: code"), "name the enumeration"),
        (edit("type: text", "type: integer"), "it should be a whole number"),
        (edit("type: text", "enumeration: kind\n#+     type: text"), "has no file kind.rq"),
        (edit("type: text", "list: true\n#+     type: text"), "should be required or have a def"),
        (edit("type: text", "list: true\n#+     type: text"), "$_kind stands outside IN (…)"),
        (edit("name: kind", "name: limit"), "The parameter name limit is reserved"),
        (edit("summary: Sound", "summary:"), "The summary is empty"),
    ],
)  # fmt: skip
def test_a_broken_rule_is_found(change: Callable[[str], str], finding: str) -> None:
    assert any(finding in found for found in check(query(change(SOUND))))


@pytest.mark.parametrize(
    "line",
    [
        'FILTER(?z < "P1M"^^ex:yearMonthDuration)',
        "FILTER(CONTAINS(STR(?z), '$_x ?_y PREFIX'))  # $_z and ?_a in a comment",
        "OPTIONAL { ?x ex:part+ ?end }",
        "FILTER NOT EXISTS { ?z ex:part/ex:is* ?end }",
        "?free ex:part+ $_state .",
        "?x ^ex:part+ ?end .",
        "?free ex:is/ex:part* ?end .",
        "BIND(IF(?z = 1, 'a', 'b') AS ?text)",
        "BIND(COALESCE(?z, ?n) AS ?text)",
        "{ SELECT DISTINCT ?x WHERE { ?x ex:has ?u } }",
        "FILTER(?z IN ($_state, $_kind))",
    ],
)
def test_what_every_engine_takes_is_not_complained_of(line: str) -> None:
    assert check(query(add(line)(SOUND))) == []


def test_a_list_parameter_stands_alone_in_its_in_list(catalogue: Catalogue) -> None:
    assert check(catalogue.get("compare")) == []
    text = catalogue.get("compare").text
    for wrong in ("IN ($_state, ex:x)", "NOT IN (ex:x, $_state)", "= ($_state)"):
        found = check(query(text.replace("IN ($_state)", wrong), catalogue.folder / "parameters"))
        assert any("outside IN" in finding for finding in found)


def test_construct_and_ask_have_no_columns_and_need_no_order() -> None:
    text = "#+ summary: S\nPREFIX ex: <http://example.org/>\n\nASK { ex:a ex:b ?c }\n"
    assert check(query(text)) == []
    assert query(text).form == "ask"
    text = text.replace("ASK", "CONSTRUCT { ex:a ex:b ?c } WHERE")
    assert check(query(text)) == []
    column = "#+ columns: [{name: c, type: iri, description: d}]\n"
    assert check(query(column + text)) == ["Only a SELECT query has columns."]


def test_examples_and_defaults_are_looked_up_in_a_graph(
    catalogue: Catalogue, store: EmbeddedStore
) -> None:
    bases = catalogue.get("bases")
    assert check(bases, store) == []
    wrong = query(bases.text.replace("example: NO", "example: ZZ"), bases.enumerations)
    assert check(wrong) == []
    assert any("no state 'ZZ'" in finding for finding in check(wrong, store))


@pytest.mark.parametrize(
    ("yaml_text", "sentence"),
    [
        ("", "Expected `object`"),
        ("summary: [", "not YAML"),
        ("description: d", "missing required field `summary`"),
        ("summary: s\nsumary: s", "unknown field `sumary`"),
        ("summary: s\nparameters: {a: b}", "$.parameters"),
        ("summary: s\nparameters: [{name: a, type: text}]", "`description` - at `$.parameters[0]`"),
        (f"summary: s\nparameters: [{A.replace('e: a', 'e: A')}]", "at `$.parameters[0].name`"),
        (f"summary: s\nparameters: [{A.replace('iri', 'word')}]", "at `$.parameters[0].type`"),
        (f"summary: s\nparameters: [{A.replace('}', ', list: y}')}]", "at `$.parameters[0].list`"),
        (f"summary: s\ncolumns: [{A.replace('}', ', optional: y}')}]", "`$.columns[0].optional`"),
        (f"summary: s\ncolumns: [&a {A}, *a]", "the column a is declared twice"),
        ("summary: s\nparameters: [b]", "there is no parameter b in nowhere/definitions.yaml"),
        ("summary: s\nparameters: [{use: b, list: true}]", "there is no parameter b in"),
    ],
)  # fmt: skip
def test_a_wrong_header_is_named(yaml_text: str, sentence: str) -> None:
    with pytest.raises(UnreadableInput, match="sound") as caught:
        parse(yaml_text, "sound", NOWHERE)
    assert sentence in caught.value.detail


def test_codes_that_yaml_takes_for_other_things_stay_text() -> None:
    text = "{name: a, type: code, description: d, default: NO, example: [1.10, 2024-05-01, on]}"
    (parameter,) = parse(f"summary: s\nparameters: [{text}]", "q", NOWHERE).parameters
    assert parameter.default == ("NO",)
    assert parameter.example == ("1.10", "2024-05-01", "on")


def test_a_parameter_is_defined_once_for_several_queries(folder: Path) -> None:
    (folder / "parameters" / "definitions.yaml").write_text(
        "state: {type: iri, enumeration: state, required: true, example: LU, description: State.}\n"
        "acting-state: {name: state, type: iri, example: state/lu, description: Acting state.}\n"
    )
    yaml_text = "summary: s\nparameters: [state, acting-state]"
    with pytest.raises(UnreadableInput, match="state is declared twice"):
        parse(yaml_text, "q", folder / "parameters")
    yaml_text = "summary: s\nparameters: [{use: state, required: false, example: BE}]"
    (found,) = parse(yaml_text, "q", folder / "parameters").parameters
    assert (found.name, found.enumeration, found.description) == ("state", "state", "State.")
    assert (found.required, found.example) == (False, ("BE",))
    unused = "No query uses the parameter acting-state."
    assert unused in check_folder(folder)["parameters/definitions.yaml"]
    (folder / "compare.rq").write_text(
        f"#+ {yaml_text.splitlines()[0]}\n#+ parameters: [state, acting-state]\n"
    )
    assert check_folder(folder)["parameters/definitions.yaml"] == []


def test_a_list_of_values_has_rules_of_its_own(folder: Path) -> None:
    sound = (folder / "parameters" / "state.rq").read_text("utf-8")
    assert check_enumeration(sound) == []
    for old, new, finding in (
        ("?value ?code ?label W", "?value ?code W", "SELECT ?value ?code ?label"),
        ("ORDER BY ?code ?label", "", "ORDER BY"),
        ("ex:State ;", "$_kind ;", "takes no parameters"),
        ("} ", "", "cannot be parsed"),
    ):
        broken = sound.replace(old, new) if old in sound else sound.replace("}", "")
        assert any(finding in found for found in check_enumeration(broken))


def test_a_folder_is_checked_from_the_command_line(folder: Path) -> None:
    command = [sys.executable, str(TOOL), str(folder)]
    clean = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (clean.returncode, clean.stdout) == (0, "")
    (folder / "bases.rq").write_text("SELECT", "utf-8")
    (folder / "parameters" / "state.rq").write_text("ASK {}", "utf-8")
    assert set(check_folder(folder)) == {
        "anything.rq", "bases.rq", "compare.rq", "parameters/definitions.yaml",
        "parameters/language.rq", "parameters/state.rq",
    }  # fmt: skip
    broken = subprocess.run(command, capture_output=True, text=True, check=False)
    assert broken.returncode == 1
    assert "bases.rq: " in broken.stdout
    assert "parameters/state.rq: " in broken.stdout


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_shipped_query_keeps_the_rules(path: Path) -> None:
    assert check(Catalogue.load(path.parent).get(path.stem)) == []


def test_a_shipped_query_has_more_pattern_than_header() -> None:
    parts = {path.stem: split(path.read_text("utf-8")) for path in SHIPPED}
    lines = {name: (len(a.splitlines()), len(b.splitlines())) for name, (a, b) in parts.items()}
    assert [name for name, (header, pattern) in lines.items() if header > pattern] == []


@pytest.mark.parametrize("path", SHIPPED_LISTS, ids=lambda path: path.stem)
def test_every_shipped_list_of_values_keeps_the_rules(path: Path) -> None:
    assert check_enumeration(path.read_text("utf-8")) == []
