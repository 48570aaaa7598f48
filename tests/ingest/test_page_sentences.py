"""A statement of a page is taken only where every word of its sentence is understood."""

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from tests.ingest.saved_pages import GRAPH, Reader

from mla_graph.ingest.facts.known import Known
from mla_graph.ingest.saved_page import bases, grammar, rules
from mla_graph.ingest.saved_page.names import Names
from mla_graph.ingest.saved_page.reading import Reading
from mla_graph.ingest.saved_page.sections import divide
from mla_graph.ingest.saved_page.text import Line, PageText
from mla_graph.model.sources import Sources

IMPLEMENTATION, FRAMEWORK = "Measure Implementation", "Legal Framework"
OFFICES, LANGUAGES, DEADLINE = "Competent Authority", "Accepted languages", "Execution deadline"
REQUIREMENTS = "Special requirements"

UNDERSTOOD = [
    (IMPLEMENTATION, "Yes, this measure is possible."),
    (IMPLEMENTATION, "No."),
    (IMPLEMENTATION, "An alternative is freezing (E.1)."),
    (FRAMEWORK, "Directive 2014/41/EU of 3 April 2014 and ETS No. 030, articles 3 and 5."),
    (FRAMEWORK, "The legal basis is Art. 3 of the 1959 Convention"),
    (FRAMEWORK, "Legal basis: Act of 8 August 2000."),
    (FRAMEWORK, "Directive 2014/41/EU (implemented by the Law of 1st August 2018)"),
    (FRAMEWORK, "Under ETS No. 030 dual criminality is required."),
    (FRAMEWORK, "ETS No. 030: a prison sentence of at least six months is required."),
    (OFFICES, "EIOs are sent directly to the High Prosecutor."),
    (OFFICES, "High Prosecutor"),
    (OFFICES, "As a rule, MLA requests are executed by the Police Corps."),
    (LANGUAGES, "French, German or English."),
    (LANGUAGES, "EIOs must be translated into French; English commonly accepted."),
    (LANGUAGES, "French, in urgent cases English."),
    (DEADLINE, "The decision on the recognition is taken within 30 days of receipt."),
    (DEADLINE, "Execution within ninety (90) days."),
    (DEADLINE, "EIO: 30 days for the recognition, 90 days for the execution."),
    (OFFICES, "EIOs are sent to the High Prosecutor and executed by the Police Corps."),
    (IMPLEMENTATION, "A search of premises can be carried out."),
    (FRAMEWORK, "For Member States not bound by the EIO Directive: ETS No. 030."),
    (FRAMEWORK, "Law No. 88/2017 of 21 August transposing Directive 2014/41/EU."),
    (OFFICES, "In the trial stage: the High Prosecutor."),
    (OFFICES, "District court or regional prosecutor's office."),
    (LANGUAGES, "The request must be accompanied by a translation into French."),
    (DEADLINE, "The deadline for recognition is 30 days."),
    (REQUIREMENTS, "The consent of the person concerned is required."),
    (REQUIREMENTS, "A court order is necessary."),
]
WORDS = re.findall(
    r"\S+",
    """hardly rarely formerly pending barring save replaces seldom lacking complaints
    fiscal prefers abolished denied hitherto supersedes suspended partners declines pretends half
    dozen nearly about circa roughly exceeding beyond almost sans minus except unless not never
    without if until repealed outdated doubtful 1.5 17th 3-5 § 50% ½ zwei""",
)
EXAMPLES = 150
KNOWN_WORDS = set(re.findall(r"[a-z]+", grammar._FILE.read_text("utf-8") + GRAPH.lower()))

word = st.sampled_from(WORDS) | st.from_regex(r"[a-z]{4,9}", fullmatch=True)
joint = st.sampled_from([" ", ", ", "; ", ": ", " (", " – ", " - ", ", and ", " and "])


@pytest.fixture(scope="module")
def names(page_graph: Sources) -> Names:
    return Names(Known(page_graph.ontology, [page_graph.graph_data]), "LU")


def taken(names: Names, section: str, text: str) -> list[tuple[str, str]]:
    """What is read of one section."""
    page = divide(PageText((Line(section), *map(Line, text.split("\n"))), None))
    reading = Reading(page, names, "LU", "A.30")
    rules.implementation(reading)
    bases.legal_framework(reading)
    rules.competences(reading)
    list(rules.languages(reading))
    list(rules.time_limits(reading))
    return reading.account.read


@pytest.mark.parametrize(("section", "said"), UNDERSTOOD)
def test_the_sentences_of_the_property_are_understood(
    names: Names, section: str, said: str
) -> None:
    assert taken(names, section, said)


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_one_word_that_is_on_no_list_leaves_out_the_sentence(
    names: Names, data: st.DataObject
) -> None:
    section, said = data.draw(st.sampled_from(UNDERSTOOD))
    odd = data.draw(st.lists(word, min_size=1, max_size=3))
    assume(not KNOWN_WORDS.intersection(odd) or set(odd) & set(WORDS))
    pieces = said.rstrip(".").split(" ")
    place = data.draw(st.integers(1, len(pieces)))
    before, after = data.draw(joint), data.draw(joint)
    inside = f"{' '.join(pieces[:place])}{before}{' '.join(odd)}"
    rest = " ".join(pieces[place:])
    assert taken(names, section, f"{inside}{after}{rest}." if rest else inside) == []


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_line_that_leads_others_counts_for_them(names: Names, data: st.DataObject) -> None:
    section, said = data.draw(st.sampled_from(UNDERSTOOD))
    odd = " ".join(data.draw(st.lists(word, min_size=1, max_size=4)))
    assume(not KNOWN_WORDS.intersection(odd.split()))
    assert taken(names, section, f"The {odd}:\n{said}") == []


class TestWhatLimitsAStatement:
    @pytest.mark.parametrize(
        ("section", "said"),
        [
            (
                FRAMEWORK,
                "Directive 2014/41/EU takes precedence here and replaces the European Convention "
                "on Mutual Assistance in Criminal Matters of 20 April 1959.",
            ),
            (
                FRAMEWORK,
                "Under the European Convention on Mutual Assistance in Criminal Matters of 20 "
                "April 1959 dual criminality is required for fiscal offences.",
            ),
            (OFFICES, "If the man is unknown, EIOs are sent to the High Prosecutor."),
            (OFFICES, "Complaints are sent to the High Prosecutor."),
            (OFFICES, "Orders go to the Police Corps. Where it is not known, the\n"
             "order is sent to the High Prosecutor in the capital."),
            (LANGUAGES, "French; only if the person agrees."),
            (LANGUAGES, "German documents are translated."),
            (LANGUAGES, "Translation from German into French."),
            (IMPLEMENTATION, "Yes in theory."),
        ],
    )  # fmt: skip
    def test_is_never_lost(self, names: Names, section: str, said: str) -> None:
        assert taken(names, section, said) == []

    def test_goes_with_an_office(self, read: Reader) -> None:
        found = read({OFFICES: "If the place is unknown, EIOs are sent to the High Prosecutor."})
        node = found.node("competence/lu-a.30-eio-receive-high-prosecutor")
        assert node["note"] == ["Where the place of execution is not known."]


class TestNumbers:
    @pytest.mark.parametrize(
        "said",
        [
            "The order is executed within 1.5 months.",
            "The order is executed within 1,5 months.",
            "The order is executed within two to three months.",
            "The order is executed within 30-60 days.",
            "The order is executed within 30 – 60 days.",
            "The order is executed within 30 or 60 days.",
            "The order is executed within about 30 days.",
            "The order is executed within 30 days and 12 hours.",
            "The order is executed within up to 30 days.",
            "The order is executed within forty-two days.",
            "The order is executed within thirty (60) days.",
            "The order is executed within 1 000 days.",
            "The order is executed within 30 working days.",
            "The order is executed within ½ months.",
            "Execution usually takes more than 30 days.",
            "Files are kept 30 days before execution.",
            "Execution not before 30 days.",
        ],
    )
    def test_a_period_that_is_part_of_a_longer_value_is_not_read(
        self, names: Names, said: str
    ) -> None:
        assert taken(names, DEADLINE, said) == []

    @pytest.mark.parametrize(
        ("said", "value"),
        [
            ("The order is executed within 12 calendar days.", "P12D"),
            ("The order is executed within forty-five days.", "P45D"),
            ("The order is executed within two weeks.", "P14D"),
            ("The order is executed within thirty (30) days.", "P30D"),
            ("Execution no later than 24 hours after receipt.", "PT24H"),
        ],
    )
    def test_a_period_is_what_it_says(self, read: Reader, said: str, value: str) -> None:
        node = read({DEADLINE: said}).node("time-limit/lu-a.30-any-execution")
        assert node["value"] == [value.replace("PT24H", "P1D")]

    @pytest.mark.parametrize(
        ("said", "articles"),
        [
            ("1959 Convention, Articles 3-5", ["3", "4", "5"]),
            ("1959 Convention, Art. 3-5", ["3", "4", "5"]),
            ("1959 Convention, Articles 3 to 5", ["3", "4", "5"]),
            ("1959 Convention, Articles 3 and 5", ["3", "5"]),
            ("Articles 3, 5 and 7 of the 1959 Convention", ["3", "5", "7"]),
            ("Article 3(2) of the 1959 Convention", ["3(2)"]),
            ("1959 Convention, Article 3 paragraph 2", ["3(2)"]),
            ("1959 Convention, Article 695-9", ["695-9"]),
        ],
    )
    def test_articles_are_those_that_the_list_says(
        self, names: Names, said: str, articles: list[str]
    ) -> None:
        expected = f"legal basis instrument/coe-030, Art. {', '.join(articles)}"
        assert (FRAMEWORK, expected) in taken(names, FRAMEWORK, said)

    @pytest.mark.parametrize(
        "said",
        [
            "Legal basis: Act of 8 August 2000, Article 3-5",
            "1959 Convention, Articles 5 to 3",
            "1959 Convention, Articles 3 to about 5",
            "1959 Convention, Article 3.5 to",
            "1959 Convention, Articles 3 to 5000",
        ],
    )
    def test_articles_that_are_unclear_leave_out_the_sentence(
        self, names: Names, said: str
    ) -> None:
        assert taken(names, FRAMEWORK, said) == []


def test_nothing_that_says_nothing_is_taken(read: Reader, tmp_path: Path) -> None:
    found = read({DEADLINE: "N/A", "Special requirements": "N/A"})
    assert found.names("time-limit") == set()
