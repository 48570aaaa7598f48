"""A saved page on one measure in one state: what is safe becomes a draft, the rest is told."""

import re
import shutil
import textwrap
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.ingest.saved_pages import (
    ADDRESS,
    PAGE,
    PROMPTS,
    Read,
    Reader,
    as_headings,
    as_table,
    as_text,
)

from mla_graph.cli.main import main
from mla_graph.ingest.saved_page.phrases import joined
from mla_graph.ingest.saved_page.run import draft_of
from mla_graph.ingest.saved_page.text import MOST_BYTES, MOST_CHARACTERS
from mla_graph.ingest.saved_page.text import read as text_of
from mla_graph.model import turtle
from mla_graph.model.errors import InvalidValue, UnreadableInput
from mla_graph.model.sources import Sources
from mla_graph.validation.run import validate_paths


@pytest.mark.parametrize("layout", [as_text, as_headings, as_table])
def test_every_layout_gives_the_same_draft(read: Reader, layout: Callable[..., str]) -> None:
    found = read(layout=layout)
    node = found.node("implementation/lu-a.30")
    assert node["hasAvailability"] == ["availability/yes"]
    assert node["reviewedDate"] == ["2022-05-31"]
    assert node["reviewedBy"] == ["agent/ejn-secretariat"]
    assert node["hasConfidence"] == ["confidence/unsure"]
    assert found.names("legal-basis") == {"eu-dir-2014-41"}
    assert found.names("competence") == {"eio-receive-high-prosecutor"}
    assert found.names("language-rule") == {"any-fr"}
    assert found.names("time-limit") == {"any-execution"}
    assert found.draft.turtle == read().draft.turtle


def test_the_draft_is_canonical_and_copies_no_sentence(read: Reader) -> None:
    found = read()
    assert turtle.format_text(found.draft.turtle) == found.draft.turtle
    assert "stamps" not in found.draft.turtle
    assert "tale" not in found.draft.turtle
    assert "text that was not read: 3 words" in found.unread
    notes = found.node("implementation/lu-a.30")["editorialNote"]
    assert "Section 'Special requirements': text that was not read: 3 words." in notes


def test_each_statement_names_its_section(read: Reader) -> None:
    found = read()
    assert found.node("legal-basis/lu-a.30-eu-dir-2014-41")["sourceLocator"] == ["Legal Framework"]
    assert found.node("language-rule/lu-a.30-any-fr")["sourceLocator"] == ["Accepted languages"]


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("Yes.", "yes"),
        ("YES", "yes"),
        ("Yes, this is done by judges.", "unknown"),
        ("No. It is not known here.", "no"),
        ("Yes, but for adults alone.", "conditional"),
        ("Yes, provided that a judge agrees.", "conditional"),
        ("Partly.", "conditional"),
        ("Yes and no.", "unknown"),
        ("No, unless a treaty says so.", "unknown"),
        ("Not applicable.", "unknown"),
        ("Yesterday it was.", "unknown"),
        ("", "unknown"),
    ],
)
def test_availability_is_what_the_first_words_say(read: Reader, said: str, code: str) -> None:
    found = read({"Measure Implementation": said}).node("implementation/lu-a.30")
    assert found["hasAvailability"] == [f"availability/{code}"]


class TestReview:
    def test_a_reviewer_that_the_graph_does_not_know_is_told(self, read: Reader) -> None:
        found = read(review="Last reviewed on 3 June 2021 by Contact Point X")
        assert "reviewedBy" not in found.node("implementation/lu-a.30")
        assert "Contact Point X is no agent of the graph" in found.unread

    def test_the_source_has_the_day_too(self, read: Reader) -> None:
        assert read().node("source/ejn-lu-a.30")["reviewedDate"] == ["2022-05-31"]

    @pytest.mark.parametrize("said", ["31 February 2022", "last summer", "31.13.2022"])
    def test_what_is_no_day_is_left_out(self, read: Reader, said: str) -> None:
        found = read(review=f"Last reviewed on {said} by EJN Secretariat")
        assert "reviewedDate" not in found.node("implementation/lu-a.30")

    def test_a_day_that_is_not_that_of_the_kept_source_is_told(self, read: Reader) -> None:
        found = read({"Legal Framework": ""}, iso="BE", review="Last reviewed on 1 May 2023")
        assert "the source document in the graph is of 2020-02-02: correct it" in found.unread
        assert found.names("source") == set()

    def test_of_two_days_none_is_taken(self, read: Reader) -> None:
        found = read(review="Last reviewed on 1 May 2022\n\nLast reviewed on 2 May 2022")
        assert "several reviews" in found.unread


class TestLanguages:
    @pytest.mark.parametrize(
        ("said", "keys"),
        [
            ("French, German or English.", {"any-fr", "any-de", "any-en"}),
            ("EIO: French or English. MLA requests: German.", {"eio-fr", "eio-en", "mla-de"}),
            ("EIO in French; English commonly accepted.", {"eio-fr", "eio-en"}),
            ("EIO in French. English.", {"eio-fr"}),
            ("EIO and MLA requests in French.", {"eio-fr", "mla-fr"}),
            ("French, if the person agrees.", set()),
            ("French, not German.", set()),
            ("German authorities answer in French.", set()),
            ("French is accepted. In urgent cases English.", {"any-fr", "any-en"}),
            ("French, in urgent cases English.", {"any-fr", "any-en"}),
            ("French. French commonly accepted.", set()),
            ("Klingon.", set()),
            ("The following languages are accepted:\nFrench\nGerman", {"any-fr", "any-de"}),
            ("The following languages are refused:\nFrench\nGerman", set()),
            ("EIO:\nFrench\nMLA requests:\nGerman", {"eio-fr", "mla-de"}),
            ("Spoken by judges: French. German.", {"any-de"}),
            ("Urgent requests: English", set()),
        ],
    )
    def test_a_language_is_taken_where_nothing_else_is_said(
        self, read: Reader, said: str, keys: set[str]
    ) -> None:
        found = read({"Accepted languages": said})
        assert found.names("language-rule") == keys

    def test_the_status_is_told(self, read: Reader) -> None:
        found = read({"Accepted languages": "French; English commonly accepted. In urgency German"})
        status = {
            key: found.node(f"language-rule/lu-a.30-{key}")["hasLanguageStatus"][0].split("/")[1]
            for key in ("any-fr", "any-en", "any-de")
        }
        assert status == {
            "any-fr": "accepted", "any-en": "commonly-accepted", "any-de": "urgent-only",
        }  # fmt: skip


class TestBases:
    @pytest.mark.parametrize(
        ("said", "keys"),
        [
            ("Directive 2014/41/EU", {"eu-dir-2014-41"}),
            ("ETS No. 030", {"coe-030"}),
            ("ETS 30", {"coe-030"}),
            ("the european convention ON mutual assistance in criminal matters", {"coe-030"}),
            (
                "European Convention of 20 April 1959 on Mutual Assistance in Criminal Matters",
                {"coe-030"},
            ),
            ("Lowland Treaty on Extradition and Judicial Aid of 11th May 1974", {"nordic-1974"}),
            ("ETS No. 030 and its Additional Protocol of 17th March 1978", {"coe-030", "coe-099"}),
            ("Directive 2099/1/EU", set()),
            ("European Investigation Order: Directive 2014/41/EU", {"eu-dir-2014-41"}),
            (
                "The following instruments apply:\nETS No. 030\nEIO Directive",
                {"coe-030", "eu-dir-2014-41"},
            ),
            ("The following no longer apply:\nETS No. 030\nEIO Directive", set()),
            ("1. ETS No. 030\n2. EIO Directive", {"coe-030", "eu-dir-2014-41"}),
            ("Convention of 1959 and its Protocols", {"coe-030"}),
            (
                "European Convention (Strasbourg, 20 April 1959) on Mutual Assistance in Criminal "
                "Matters",
                {"coe-030"},
            ),
            ("Twin Convention", set()),
            ("Protocol of 17 March 1978", set()),
            ("Treaty of 11 May 1974 on something else", set()),
            ("Not bound by Directive 2014/41/EU.", set()),
            ("European Convention on Mutual Assistance in Criminal Matters of 1 May 1999", set()),
            (
                "Second Protocol to the European Convention on Mutual Assistance in Criminal "
                "Matters",
                set(),
            ),
        ],
    )
    def test_instruments_are_known_by_number_name_or_day(
        self, read: Reader, said: str, keys: set[str]
    ) -> None:
        assert read({"Legal Framework": said}).names("legal-basis") == keys

    def test_articles_go_with_the_act_beside_them(self, read: Reader) -> None:
        found = read({"Legal Framework": "Art. 3 Directive 2014/41/EU; ETS No. 030 (art. 5 ff.)"})
        order = found.node("legal-basis/lu-a.30-eu-dir-2014-41")
        assert order["statedIn"] == ["provision/eu-dir-2014-41-art-3"]
        assert order["appliesToGroup"] == ["applies-to/eio-states"]
        convention = found.node("legal-basis/lu-a.30-coe-030")
        assert convention["citedAs"] == ["Art. 5 ff."]
        assert (order["rank"], convention["rank"]) == (["1"], ["2"])
        assert found.node("provision/coe-030-art-5")["is_part_of"] == ["instrument/coe-030"]

    def test_a_day_or_a_colon_may_stand_between(self, read: Reader) -> None:
        found = read({"Legal Framework": "Directive 2014/41/EU of 3 April 2014 : art. 31."})
        assert found.node("legal-basis/lu-a.30-eu-dir-2014-41")["statedIn"] == [
            "provision/eu-dir-2014-41-art-31"
        ]

    def test_a_sentence_that_is_not_understood_is_listed(self, read: Reader) -> None:
        found = read({"Legal Framework": "ETS No. 030. See article 12 for more."})
        assert ("Legal Framework", "See article 12 for more.") in found.draft.account.sentences
        assert "See article 12 for more." in found.draft.account.as_text()
        assert "See article" not in found.draft.turtle

    def test_an_act_that_approves_or_transposes(self, read: Reader) -> None:
        found = read(
            {
                "Legal Framework": (
                    "Directive 2014/41/EU (implemented by the Law of 1st August 2018) - "
                    "Convention ETS No. 030, approved by statute of 21 July 1976, as amended"
                )
            }
        )
        assert found.node("statute/lu-2018-08-01")["label"] == ["Law of 1 August 2018"]
        role = found.node("statutory-role/lu-2018-08-01-transposes-eu-dir-2014-41")
        assert role["fulfilledBy"] == ["statute/lu-2018-08-01"]
        convention = found.node("legal-basis/lu-a.30-coe-030")
        assert convention["hasStatutoryRole"] == ["statutory-role/lu-1976-07-21-approves-coe-030"]

    def test_an_act_is_a_basis_where_the_page_calls_it_one(self, read: Reader) -> None:
        found = read({"Legal Framework": "Legal basis: Act of 8 August 2000."})
        assert found.node("legal-basis/lu-a.30-lu-2000-08-08")["restsOn"] == [
            "statute/lu-2000-08-08"
        ]
        assert found.names("statute") == set()
        named = read({"Legal Framework": "Duties follow the Act of 8 August 2000."})
        assert named.names("legal-basis") == set()
        assert "statute/lu-2000-08-08 is named; for what was not read" in named.unread

    def test_an_act_called_a_basis_has_that_role_and_no_group(self, read: Reader) -> None:
        found = read({"Legal Framework": "Legal basis: Act of 8 August 2000."})
        basis = found.node("legal-basis/lu-a.30-lu-2000-08-08")
        assert basis["hasStatutoryRole"] == ["statutory-role/lu-2000-08-08-basis"]
        assert "appliesToGroup" not in basis

    def test_bases_keep_the_order_of_the_page(self, read: Reader) -> None:
        found = read({"Legal Framework": "Legal basis: Act of 8 August 2000. ETS No. 030."})
        assert found.node("legal-basis/lu-a.30-lu-2000-08-08")["rank"] == ["1"]
        assert found.node("legal-basis/lu-a.30-coe-030")["rank"] == ["2"]

    def test_of_two_acts_of_one_day_none_is_taken(self, read: Reader) -> None:
        found = read({"Legal Framework": "ETS No. 030, approved by law of 27 October 2010"})
        assert "hasStatutoryRole" not in found.node("legal-basis/lu-a.30-coe-030")
        assert "the act of 2010-10-27 may be lu-2010-10-27 or lu-2010-10-27-b" in found.unread


class TestConditions:
    def test_a_threshold_with_the_basis_in_its_sentence(self, read: Reader) -> None:
        said = "Under ETS No. 030 a prison sentence of at least six months in both States is asked."
        found = read({"Legal Framework": said}).node("condition/lu-a.30-coe-030-minimum-penalty")
        assert found["value"] == ["P6M"]
        assert found["limits"] == ["instrument/coe-030"]
        assert found["countsLawOf"] == ["whose-law/both"]
        assert found["label"] == ["Penalty of at least 6 months"]

    def test_dual_criminality(self, read: Reader) -> None:
        found = read({"Legal Framework": "Execution of ETS No. 030 requires dual criminality."})
        assert found.names("condition") == {"coe-030-dual-criminality"}

    @pytest.mark.parametrize(
        "said",
        [
            "A prison sentence of at least six months.",
            "ETS No. 030 and Directive 2014/41/EU: prison of at least six months.",
            "ETS No. 030: no prison sentence of at least six months is needed.",
            "ETS No. 030: prison of at least 1 year in one and at least 2 years in the other.",
            "ETS No. 030: at least 2 years of practice.",
            "ETS No. 030: dual criminality is not required.",
            "ETS No. 030: dual criminality is a theme.",
            "Prison of at least 2 years under the Act of 4 May 1902.",
        ],
    )
    def test_what_is_doubtful_is_left_out(self, read: Reader, said: str) -> None:
        assert read({"Legal Framework": said}).names("condition") == set()


class TestTimeLimits:
    @pytest.mark.parametrize(
        ("said", "keys"),
        [
            ("As a rule, decision on the recognition within 30 days.", {"any-recognition"}),
            ("Decision on the recognition or execution of an EIO: 30 days.", {"eio-recognition"}),
            ("EIO: recognised within 30 days; executed within 90 days.",
             {"eio-recognition", "eio-execution"}),
            ("Recognition and execution within 30 days.", set()),
            ("Recognition in 30 days or 60 days.", set()),
            ("Executed in 30 working days.", set()),
            ("An appeal against execution within 8 days.", set()),
            ("Executed in 30 days. Executed in 60 days.", set()),
            ("Within 20 days.", set()),
            ("Recognition within 30 days. Mind art. 12 of the Directive.", set()),
            ("No execution within 30 days.", set()),
        ],
    )  # fmt: skip
    def test_a_period_is_taken_with_the_one_step_it_governs(
        self, read: Reader, said: str, keys: set[str]
    ) -> None:
        assert read({"Execution deadline": said}).names("time-limit") == keys

    def test_value_start_and_modality(self, read: Reader) -> None:
        said = "In principle, the request is executed within thirty days of receipt."
        node = read({"Execution deadline": said}).node("time-limit/lu-a.30-any-execution")
        assert node["value"] == ["P30D"]
        assert node["startsOn"] == ["start-event/receipt"]
        assert node["hasModality"] == ["modality/as-a-rule"]


class TestAuthorities:
    @pytest.mark.parametrize(
        ("said", "keys"),
        [
            ("High Prosecutor", {"any-receive-high-prosecutor"}),
            ("EIOs are executed by the high prosecutor.", {"eio-execute-high-prosecutor"}),
            ("Requests are sent to the Ministry of Justice.", {"any-receive-ministry-justice"}),
            ("EIOs go their way. Requests are sent to the High Prosecutor.", set()),
            ("It may be sent to the High Prosecutor.", {"any-receive-high-prosecutor"}),
            ("It is never sent to the High Prosecutor.", set()),
            ("It is sent to the High Prosecutor of another place.", set()),
            ("It is sent to the Keeper of Seals.", set()),
            ("High Prosecutor is competent to receive EIOs.", {"eio-receive-high-prosecutor"}),
            (
                "EIOs are executed by the High Prosecutor and the Police Corps.",
                {"eio-execute-high-prosecutor", "eio-execute-police-corps"},
            ),
        ],
    )
    def test_an_office_is_taken_with_a_clear_role(
        self, read: Reader, said: str, keys: set[str]
    ) -> None:
        assert read({"Competent Authority": said}).names("competence") == keys

    @pytest.mark.parametrize("gap", ["\n\n", " "])
    def test_an_office_after_the_second_prompt_executes(self, read: Reader, gap: str) -> None:
        second = "* execute/recognise the measure (if other than the receiving authority)"
        said = gap.join([PROMPTS["Competent Authority"], "High Prosecutor", second, "Police Corps"])
        found = read({"Competent Authority": said})
        assert found.names("competence") == {
            "any-receive-high-prosecutor",
            "any-execute-police-corps",
        }

    def test_a_new_office_has_the_type_that_its_name_is(self, read: Reader) -> None:
        found = read({"Competent Authority": "Requests are sent to the Ministry of Justice."})
        assert found.node("authority/lu-ministry-justice")["hasAuthorityType"] == [
            "authority-type/ministry-of-justice"
        ]
        assert found.names("authority") == {"lu-ministry-justice"}


def test_alternatives_are_measures_called_so(read: Reader) -> None:
    said = "Yes. An alternative is freezing (E.1). See also A.31. No alternative: A.30."
    found = read({"Measure Implementation": said})
    assert found.names("alternative") == {"e.1"}
    assert ("Measure Implementation", "See also A.31") in found.draft.account.sentences


class TestWhatThePageIsAbout:
    def test_the_address_says_it(self, read: Reader) -> None:
        def saved(sections: Mapping[str, str], **more: str) -> str:
            return as_headings(sections, **more).replace("about:blank", ADDRESS)

        found = read(layout=saved, iso=None, measure=None)
        assert found.draft.file == "implementations/lu/a.30.ttl"
        assert found.node("source/ejn-lu-a.30")["page"] == [ADDRESS]
        with pytest.raises(InvalidValue, match="the page is about LU"):
            read(layout=saved, iso="BE")

    def test_a_canonical_link_says_it(self, read: Reader) -> None:
        def linked(sections: Mapping[str, str], **more: str) -> str:
            link = f'<link rel="canonical" href="{ADDRESS}"></head>'
            return as_headings(sections, **more).replace("</head>", link)

        assert read(layout=linked, iso=None, measure=None).names("implementation") == {"lu-a.30"}

    @pytest.mark.parametrize("layout", [as_text, as_headings])
    def test_the_lines_before_the_first_section_say_it(
        self, read: Reader, layout: Callable[..., str]
    ) -> None:
        found = read(layout=layout, iso=None, before="Luxembourg", measure="a.30")
        assert found.names("implementation") == {"lu-a.30"}

    def test_without_it_the_options_are_asked_for(self, read: Reader) -> None:
        with pytest.raises(InvalidValue, match=r"which state it is about.*--state LU"):
            read(iso=None)
        with pytest.raises(InvalidValue, match="names BE, LU"):
            read(iso=None, before="Belgium\n\nLuxembourg")
        with pytest.raises(InvalidValue, match=r"which measure it is about.*--measure A\.30"):
            read(measure=None)

    def test_what_the_graph_does_not_know_is_refused(self, read: Reader) -> None:
        with pytest.raises(InvalidValue, match="'QQ' is no state"):
            read(iso="QQ")
        with pytest.raises(InvalidValue, match=r"'A\.99' is no measure"):
            read(measure="A.99")

    def test_a_page_in_another_language_is_refused(self, read: Reader) -> None:
        def french(sections: Mapping[str, str], **more: str) -> str:
            address = ADDRESS.replace("/EN/", "/FR/")
            return as_headings(sections, **more).replace("about:blank", address)

        with pytest.raises(UnreadableInput, match="save the English one"):
            read(layout=french)


def test_a_page_that_the_graph_describes_is_drafted_anew(
    read: Reader, page_graph: Sources, tmp_path: Path
) -> None:
    first = read()
    root = shutil.copytree(page_graph.graph_data.parent, tmp_path / "kept")
    (root / "graph_data" / "page.ttl").write_text(first.draft.turtle)
    again = Read(draft_of(tmp_path / "page", "LU", "A.30", Sources(root)))
    assert again.names("language-rule") == first.names("language-rule") == {"any-fr"}
    assert again.names("implementation") == {"lu-a.30"}
    assert again.names("source") == set()


OLD = "https://www.ejn-crimjust.europa.eu/ejn/EJN_FichesBelgesResult/EN/601/314/-1"


def numbered(sections: Mapping[str, str], **more: str) -> str:
    """A page of the old catalogue: headings and prompts have numbers."""
    text = as_text(sections, **more)
    for place, name in enumerate(sections, start=1):
        text = text.replace(f"{name}\n", f"{place}. {name.upper()}\n")
    return text.replace("Is this measure", "1.1 Is this measure")


def flattened(sections: Mapping[str, str], **more: str) -> str:
    """A page whose text was pasted as one line."""
    prompts = {
        **PROMPTS,
        "Legal Framework": (
            "International legal framework applicable for this measure in your Member State"
        ),
        "Execution deadline": (
            "Deadlines for the execution of the request/decision (where applicable)"
        ),
    }
    parts = (f"{name} {prompts.get(name, '')} {said}" for name, said in sections.items())
    return " ".join([*parts, more["review"], "NEXT MEASURE • A.31 Provisional"])


def untitled(sections: Mapping[str, str], **more: str) -> str:
    """A page of the old catalogue without numbers: a menu, a title, prompts."""
    menu = "Fiches Belges\nMeasure Implementation\nMeasure possibility\nSpecial requirements"
    body = as_text(sections, **more).replace("Measure Implementation\n", "")
    title = "Fiches Belges: Luxembourg\n\nHouse search (601)"
    return f"{menu}\nOther information\n\n{title}\n\n{body}"


@pytest.mark.parametrize("layout", [numbered, flattened, untitled])
def test_every_other_layout_says_the_same(read: Reader, layout: Callable[..., str]) -> None:
    found, now = read(layout=layout), read()
    node, expected = (one.node("implementation/lu-a.30") for one in (found, now))
    assert node["hasAvailability"] == expected["hasAvailability"]
    assert node["reviewedDate"] == ["2022-05-31"]
    for kind in ("legal-basis", "competence", "language-rule", "time-limit"):
        assert found.names(kind) == now.names(kind) != set()


def test_a_page_of_the_old_catalogue_does_not_pass_as_current(read: Reader) -> None:
    def addressed(sections: Mapping[str, str], **more: str) -> str:
        return as_headings(sections, **more).replace("about:blank", OLD)

    for layout in (numbered, addressed, untitled):
        given = {} if layout is numbered else {"iso": None, "measure": None}
        found = read(layout=layout, **given)
        notes = " ".join(found.node("implementation/lu-a.30")["editorialNote"])
        assert "of the old catalogue" in notes
        page = found.node("source/ejn-lu-old-601").get("page", [])
        assert page == ([OLD] if layout is addressed else [])
        assert found.names("source") <= {"ejn-lu-old-601"}


def test_lines_that_were_broken_for_a_page_are_joined(tmp_path: Path) -> None:
    said = (
        "As a rule, all incoming European Investigation Orders are sent directly to the High "
        "Prosecutor, and requests for mutual legal assistance to the Ministry of Justice.",
        "High Prosecutor",
        "Orders that come by another way are forwarded to the one that is competent.",
    )
    path = tmp_path / "page.txt"
    for width in range(50, 80):
        path.write_text("\n\n".join(textwrap.fill(part, width) for part in said))
        assert joined([line.text for line in text_of(path).lines]).split("\n") == list(said)


@pytest.mark.parametrize("layout", [as_text, as_headings])
def test_an_unknown_heading_is_named_and_its_text_not_read(
    read: Reader, layout: Callable[..., str]
) -> None:
    odd = {**PAGE, "Costs of translation": "Paid in German coin.", "Accepted languages": "French"}
    found = read(odd, layout=layout)
    assert found.names("language-rule") == {"any-fr"}
    told = dict(found.draft.account.unread)
    assert told["Costs of translation"] == "unknown heading, its text was not read: 4 words"


def test_a_missing_section_is_told(read: Reader) -> None:
    def short(sections: Mapping[str, str], **more: str) -> str:
        return as_text({"Legal Framework": sections["Legal Framework"]}, **more)

    assert ("Accepted languages", "the page has no such section") in (
        read(layout=short).draft.account.unread
    )


class TestOtherFiles:
    @pytest.mark.parametrize(
        ("content", "told"),
        [
            (b"", "is empty"),
            (b" \n\n", "is empty"),
            (b"%PDF-1.7\xff\xfe\x00", "no UTF-8 text"),
            (b"Legal Framework\0", "is binary"),
            (b"Dear reader,\n\nnothing here.", "none of the headings"),
            (b"<html></html>", "none of the headings"),
            (b"x" * (MOST_BYTES + 1), "more than"),
            (b"word " * (MOST_CHARACTERS // 4), "characters of text"),
            (b"<div>" * 100_000 + b"Legal Framework", "too deep"),
            (b"<div>" + b"<!--" * 100_000, "none of the headings"),
        ],
        ids=lambda value: value if isinstance(value, str) else value[:12].decode("latin-1"),
    )
    def test_are_refused_with_the_reason(
        self, tmp_path: Path, page_graph: Sources, content: bytes, told: str
    ) -> None:
        path = tmp_path / "page"
        path.write_bytes(content)
        with pytest.raises(UnreadableInput, match=told):
            draft_of(path, "LU", "A.30", page_graph)

    def test_a_missing_file(self, tmp_path: Path, page_graph: Sources) -> None:
        with pytest.raises(UnreadableInput, match="cannot be read"):
            draft_of(tmp_path / "none", "LU", "A.30", page_graph)


def test_hostile_markup_stays_text(read: Reader) -> None:
    def hostile(sections: Mapping[str, str], **more: str) -> str:
        return (
            '<!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
            + as_headings(sections, **more)
            + '<h2>Odd \x1b[31m&quot; . <x> "@en ; mla:coercive true</h2><p>&x; text<script>French'
        )

    found = read(layout=hostile)
    assert "\x1b" not in found.draft.account.as_text()
    assert found.names("language-rule") == {"any-fr"}
    assert "root:" not in found.draft.turtle


@pytest.mark.parametrize(
    "unit",
    [
        "Art. 3, ", "Law of 1 May 2000 ", "European Convention on ", "its Protocol of ", "of ",
        "at Rome ", "its Protocol of 17 March 1978 ", "Directive 2014/41/EU ", "30 days ", "EIO, ",
    ],
)  # fmt: skip
def test_a_long_page_takes_no_long_time(read: Reader, unit: str) -> None:
    start = time.process_time()
    read(dict.fromkeys(PAGE, unit * (12_000 // len(unit))))
    assert time.process_time() - start < 8


class TestCommand:
    @pytest.fixture(autouse=True)
    def _graph(self, page_graph: Sources, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(Sources, "shipped", classmethod(lambda cls: page_graph))

    def test_the_draft_is_on_stdout_and_the_account_on_stderr(self, tmp_path: Path) -> None:
        path = tmp_path / "page.txt"
        path.write_text(as_text(PAGE))
        options = ["import", "fiche", str(path), "--state", "lu", "--measure", "a.30"]
        result = CliRunner().invoke(main, options)
        assert result.exit_code == 0
        assert "implementation:lu-a.30" in result.stdout
        assert "Accepted languages: fr accepted (any)" in result.stderr
        assert "for graph_data/implementations/lu/a.30.ttl" in result.stderr
        out = tmp_path / "draft.ttl"
        written = CliRunner().invoke(main, [*options, "--out", str(out)])
        assert (written.exit_code, written.stdout) == (0, "")
        assert out.read_text() == result.stdout

    def test_what_cannot_be_read_is_bad_input(self, tmp_path: Path) -> None:
        path = tmp_path / "page.txt"
        path.write_text("nothing")
        result = CliRunner().invoke(main, ["import", "fiche", str(path)])
        assert result.exit_code == 2
        assert result.stdout == ""


@pytest.mark.slow
def test_validation_asks_for_what_a_curator_must_say(tmp_path: Path) -> None:
    path, out = tmp_path / "page.txt", tmp_path / "draft.ttl"
    path.write_text(as_text({**PAGE, "Legal Framework": "Legal basis: Law of 3 May 1901."}))
    shipped = Sources.shipped()
    out.write_text(draft_of(path, "MT", "A.30", shipped).turtle)
    report = validate_paths([out], shipped)
    assert not report.conforms
    asked = set(re.findall(r"^Violation: \S+ (\S+)", report.text(), re.MULTILINE))
    assert asked <= {
        "mla:hasPageStatus", "mla:appliesToGroup", "mla:hasSourceClass", "foaf:page",
    }  # fmt: skip
