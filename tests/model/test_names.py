"""Names that people use: folded, looked up exactly, by beginning, by words, with a slip."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mla_graph.model.names import Named, Names, fold

EX = "https://w3id.org/mla-graph/id/state/"
LU = Named(f"{EX}lu", "LU", {"en": "Luxembourg", "de": "Luxemburg"}, ("LUX", "Grand Duchy"))
CD = Named(f"{EX}cd", "CD", {"en": "DR Congo"}, ("Congo", "Côte du Zaïre"))
CG = Named(f"{EX}cg", "CG", {"en": "Republic of the Congo"}, ("Congo",))
JUDGE = Named(f"{EX}j", "juge", {"fr": "juge d’instruction"}, ("ETS No. 030", "video-conference"))
NAMES = Names([LU, CD, CG, JUDGE])


@pytest.mark.parametrize(
    ("text", "keys", "how"),
    [
        ("LU", ["LU"], "code"),
        (" lu\t", ["LU"], "code"),
        ("<https://w3id.org/mla-graph/id/state/LU>", ["LU"], "code"),
        ("state/lu", ["LU"], "code"),
        ("state:lu", ["LU"], "code"),
        ("LUXEMBURG", ["LU"], "name"),
        ("the grand-duchy", ["LU"], "name"),
        ("Congo", ["CD", "CG"], "name"),
        ("cote du zaire", ["CD"], "name"),
        ("JUGE D'INSTRUCTION", ["juge"], "name"),
        ("juge dinstruction", ["juge"], "name"),
        ("ets 30", ["juge"], "words"),
        ("ETS No 30", ["juge"], "name"),
        ("Video Conference", ["juge"], "name"),
        ("videoconference", ["juge"], "name"),
        ("grand", ["LU"], "prefix"),
        ("congo republic", ["CG"], "words"),
        ("Luxenburg", ["LU"], "near"),
        ("instruktion", ["juge"], "near"),
        ("UZ", [], None),
        ("", [], None),
        ("-_<>", [], None),
    ],
)
def test_a_name_is_found_however_it_is_written(text: str, keys: list[str], how: str | None) -> None:
    found = NAMES.resolve(text)
    assert [one.key for one in found] == keys
    assert {one.how for one in found} == ({how} if how else set())


def test_a_candidate_has_its_label_in_the_language_asked_for() -> None:
    assert [NAMES.resolve("lux", lang)[0].label for lang in ("de", "fr")] == [
        "Luxemburg",
        "Luxembourg",
    ]


@given(st.sampled_from(["Luxembourg", "Grand Duchy", "Côte du Zaïre"]), st.data())
def test_case_accents_and_separators_never_matter(name: str, data: st.DataObject) -> None:
    between = data.draw(st.sampled_from([" ", "-", "'", "’", "  ", "_", " - "]))
    case = data.draw(st.sampled_from([str.upper, str.lower, str.title]))
    assert fold(case(name.replace(" ", between))) == fold(name)


@given(st.text(string.printable + "éßłİ\u0301", max_size=200))
def test_any_text_has_an_answer(text: str) -> None:
    found = NAMES.resolve(text)
    assert len({one.how for one in found}) <= 1
