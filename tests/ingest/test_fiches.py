"""Pages on measures: one implementation a cell, its parts typed, each record accounted for."""

from collections.abc import Callable
from typing import Any

import pytest

from .conftest import CONVENTION, STATES, Import

NEW = "https://www.ejn-crimjust.europa.eu/ejn2021/FichesBelgesDetail/EN/A.11/314/-1"
OLD = "https://www.ejn-crimjust.europa.eu/ejn/EJN_FichesBelgesResult/EN/702/314/-1"
ORDER = CONVENTION | {
    "key": "eu-dir-2014-41",
    "title": "Directive on the European Investigation Order",
    "kind": "directive",
    "adopted_by": "European Union",
    "signed": "2014-04-03",
    "entered_into_force": "2014-05-21",
}
MEASURES = [
    {
        "record": "theme",
        "catalogue": "current",
        "theme": "Hearing",
        "theme_code_range": "A.10 - A.14",
    },
    *(
        {
            "record": "measure",
            "catalogue": "current",
            "code": code,
            "title": title,
            "theme": "Hearing",
        }
        for code, title in (("A.11", "Hearing"), ("A.12", "Video"))
    ),
    {"record": "theme", "catalogue": "old", "theme": "Old hearing", "order": 7},
    {
        "record": "measure",
        "catalogue": "old",
        "code": "A.11",
        "old_code": "705",
        "title": "Hearing children",
        "theme": "Old hearing",
    },
    {
        "record": "measure",
        "catalogue": "old",
        "code": None,
        "old_code": "404",
        "title": "Public documents",
        "theme": "Old hearing",
    },
]
IMPLEMENTATION = "implementation/lu-a.11"


def page(**fields: Any) -> dict[str, Any]:
    return {"state": "LU", "measure": "A.11", "source": NEW, "availability": "yes"} | fields


@pytest.fixture
def taken(imported: Import) -> Callable[..., Any]:
    """Import pages with the measures and instruments that they name."""

    def run(*fiches: dict[str, Any], **more: Any) -> Any:
        given = {"measures": MEASURES, "instruments": [CONVENTION, ORDER]} | more
        numbers = [{"state": "LU", "ejn_country_id": "314"}]
        return imported(fiches=list(fiches), ejn_country_ids=numbers, **given)

    return run


def test_a_page_becomes_an_implementation(taken: Callable[..., Any]) -> None:
    found = taken(page(note="Open for every offence.", partial=True, last_reviewed="2022-05-31"))
    node = found.node(IMPLEMENTATION)
    assert node["mla:hasAvailability"] == ["availability/yes"]
    assert node["mla:hasPageStatus"] == ["page-status/current"]
    assert node["mla:reviewedDate"] == ["2022-05-31"]
    assert node["mla:partlySeen"] == ["true"]
    assert node["skos:scopeNote"] == ["Open for every offence."]


def test_an_availability_that_was_not_seen_is_unknown(taken: Callable[..., Any]) -> None:
    assert taken(page(availability=None)).value(IMPLEMENTATION, "mla:hasAvailability") == (
        "availability/unknown"
    )


def test_bases_come_with_the_act_that_gives_them_effect(taken: Callable[..., Any]) -> None:
    found = taken(
        page(
            instruments=[
                {"key": "eu-dir-2014-41", "articles": ["3"], "scope": None},
                {"key": "coe-030", "articles": ["3 ff."], "scope": "non-eio-states"},
                {"ref": "Bilateral treaties", "key": None},
            ],
            statutes=[
                {
                    "title": "Law of 1 August 2018",
                    "date": "2018-08-01",
                    "role": "transposes",
                    "instrument": "eu-dir-2014-41",
                }
            ],
        )
    )
    order = found.node("legal-basis/lu-a.11-eu-dir-2014-41")
    assert order["mla:appliesToGroup"] == ["applies-to/eio-states"]
    assert order["mla:statedIn"] == ["provision/eu-dir-2014-41-art-3"]
    assert order["mla:hasStatutoryRole"] == [
        "statutory-role/lu-2018-08-01-transposes-eu-dir-2014-41"
    ]
    convention = found.node("legal-basis/lu-a.11-coe-030")
    assert (convention["mla:rank"], convention["mla:citedAs"]) == (["2"], ["Art. 3 ff."])
    assert found.node(IMPLEMENTATION)["skos:note"] == ["Also cites: Bilateral treaties."]


def test_one_act_has_one_node_for_its_many_titles(taken: Callable[..., Any]) -> None:
    def cites(measure: str, title: str, date: str | None) -> dict[str, Any]:
        act = {"title": title, "date": date, "role": "procedure", "instrument": None}
        return page(measure=measure, source=NEW.replace("A.11", measure), statutes=[act])

    found = taken(
        cites("A.11", "Code of Criminal Procedure of 6 June 1997, Chapter 63", "1997-06-06"),
        cites("A.12", "Code of Criminal Procedure", None),
    )
    assert found.names("statute") == {"statute/lu-1997-06-06"}


def test_two_acts_of_one_day_stay_apart(taken: Callable[..., Any]) -> None:
    acts = [
        {"title": f"Act of 29 July 2005 on {what}", "date": "2005-07-29", "role": "basis"}
        for what in ("capital market supervision", "trading in instruments")
    ]
    assert len(taken(page(statutes=acts)).names("statute")) == 2


def test_an_office_is_one_node_and_its_limits_stay_with_the_competence(
    taken: Callable[..., Any],
) -> None:
    found = taken(
        page(
            receiving_authorities=[
                {
                    "type": "court",
                    "name": "District Court of the place of execution",
                    "scope": "any",
                }
            ],
            executing_authorities=[
                {"type": "court", "name": "District court (Bezirksgericht für Z)", "scope": "eio"}
            ],
            channel=["direct"],
        )
    )
    assert found.names("authority") == {"authority/lu-district-court"}
    receives = found.node("competence/lu-a.11-any-receive-district-court")
    assert receives["skos:note"] == ["Of the place of execution."]
    assert receives["mla:usesChannel"] == ["channel/direct"]
    assert found.node("authority/lu-district-court")["skos:altLabel"] == ["Bezirksgericht für Z"]


def test_conditions_formalities_periods_and_languages_are_typed(taken: Callable[..., Any]) -> None:
    found = taken(
        page(
            conditions=[
                {"type": "minimum-penalty", "value": "P1Y", "note": "one year in both states"},
                {"type": "other", "note": "may be refused on public order"},
            ],
            requirements=["German translation of request and annexes"],
            deadlines=[{"for": "recognition", "value": "P30D", "note": "EIO"}],
            languages=[{"lang": "fr", "for": "eio", "urgent_only": True}],
        )
    )
    kinds = {found.value(name, "mla:hasConditionType") for name in found.names("condition")}
    assert kinds == {"condition-type/minimum-penalty", "condition-type/refusal-ground"}
    (formality,) = found.names("formality")
    assert found.value(formality, "mla:hasFormalityType") == "formality-type/translation"
    (limit,) = found.names("time-limit")
    assert found.node(limit)["mla:value"] == ["P30D"]
    assert found.value(limit, "mla:hasFramework") == "framework/eio"
    status = found.value("language-rule/lu-a.11-eio-fr-urgent", "mla:hasLanguageStatus")
    assert status == "language-status/urgent-only"


class TestSeveralPages:
    def test_an_old_page_is_a_superseded_version(self, taken: Callable[..., Any]) -> None:
        found = taken(page(), page(source=OLD, old_code="702"))
        old = f"{IMPLEMENTATION}-702"
        assert found.value(old, "mla:hasPageStatus") == "page-status/superseded"
        assert found.outcome("fiches.jsonl", 2).status == "superseded"

    def test_without_a_newer_page_it_is_outdated(self, taken: Callable[..., Any]) -> None:
        found = taken(page(source=OLD, old_code="702"))
        assert found.value(IMPLEMENTATION, "mla:hasPageStatus") == "page-status/outdated"

    def test_an_old_page_that_cites_the_order_is_current(self, taken: Callable[..., Any]) -> None:
        found = taken(page(source=OLD, old_code="702", instruments=[{"key": "eu-dir-2014-41"}]))
        assert found.value(IMPLEMENTATION, "mla:hasPageStatus") == "page-status/current"

    def test_contradicting_current_pages_give_unknown(self, taken: Callable[..., Any]) -> None:
        found = taken(page(), page(availability="no", source=f"{NEW}?again"))
        assert found.value(IMPLEMENTATION, "mla:hasAvailability") == "availability/unknown"
        (item,) = found.report.contradictions
        assert sorted(claim.value for claim in item.claims) == ["no", "yes"]
        assert len({claim.source for claim in item.claims}) == 2

    def test_a_suspect_page_is_kept_without_its_parts(self, taken: Callable[..., Any]) -> None:
        found = taken(page(suspect="the text of A.12", languages=[{"lang": "fr", "for": "any"}]))
        assert found.value(IMPLEMENTATION, "mla:hasPageStatus") == "page-status/suspect"
        assert found.value(IMPLEMENTATION, "mla:hasAvailability") == "availability/unknown"
        assert found.names("language-rule") == set()

    def test_a_suspect_page_does_not_supersede(self, taken: Callable[..., Any]) -> None:
        found = taken(page(suspect="the text of A.12"), page(source=OLD, old_code="702"))
        assert found.value(IMPLEMENTATION, "mla:hasPageStatus") == "page-status/outdated"
        assert found.value(f"{IMPLEMENTATION}-further", "mla:hasPageStatus") == (
            "page-status/suspect"
        )

    def test_an_old_number_is_filed_by_content_and_unsure(self, taken: Callable[..., Any]) -> None:
        found = taken(page(measure=None, old_code="705", source=OLD))
        assert found.value(IMPLEMENTATION, "mla:hasConfidence") == "confidence/unsure"

    def test_an_old_number_without_successor_is_refused(self, taken: Callable[..., Any]) -> None:
        outcome = taken(page(measure=None, old_code="404", source=OLD)).outcome("fiches.jsonl")
        assert outcome.details == ("old number 404 has no successor in the catalogue",)


def test_what_is_kept_of_a_page_stays_as_it_is(
    taken: Callable[..., Any], keep: Callable[[str], None]
) -> None:
    keep('implementation:lu-a.11 a mla:Implementation ; rdfs:label "Kept"@en .')
    found = taken(page(languages=[{"lang": "fr", "for": "any"}]))
    assert found.names("implementation") | found.names("language-rule") == set()
    assert found.outcome("fiches.jsonl").status == "merged"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"availability": "perhaps"}, "availability 'perhaps' is none of"),
        ({"conditions": [{"type": "mood"}]}, "condition type 'mood' is none of"),
        ({"deadlines": [{"for": "recognition", "value": "soon"}]}, "'soon' is no period"),
        ({"languages": [{"lang": "tlh", "for": "any"}]}, "language 'tlh' is not in the list"),
        ({"statutes": [{"title": "Act", "date": "2018-13-01", "role": "basis"}]}, "2018-13-01"),
    ],
)
def test_a_wrong_value_is_refused_with_its_reason(
    taken: Callable[..., Any], change: dict[str, Any], reason: str
) -> None:
    outcome = taken(page(**change)).outcome("fiches.jsonl")
    assert outcome.status == "rejected"
    assert reason in outcome.details[0]


def test_every_kind_of_record_is_accounted_for(taken: Callable[..., Any]) -> None:
    notified = {"instrument": "coe-030", "state": "LU", "basis_type": "declaration"}
    found = taken(page(), page(availability="perhaps"), notifications=[notified])
    assert found.report.counts()["all"]["total"] == len(STATES) + len(MEASURES) + 2 + 1 + 2 + 1


def test_a_part_may_name_its_section_and_the_end_of_its_iri(taken: Callable[..., Any]) -> None:
    language = {"lang": "fr", "for": "mla", "section": "Accepted languages", "part": "first"}
    found = taken(page(section="Measure Implementation", languages=[language]))
    rule = found.node("language-rule/lu-a.11-first")
    assert rule["mla:sourceLocator"] == ["Accepted languages"]
    assert found.value(IMPLEMENTATION, "mla:sourceLocator") == "Measure Implementation"


def test_a_part_has_its_framework_status_and_modality(taken: Callable[..., Any]) -> None:
    found = taken(
        page(
            languages=[{"lang": "en", "for": "eio", "status": "urgent-only"}],
            deadlines=[{"for": "execution", "value": "P30D", "scope": "eio", "part": "thirty"}],
            receiving_authorities=[{"name": "Court", "type": "court", "modality": "as-a-rule"}],
        )
    )
    status = found.value("language-rule/lu-a.11-eio-en-urgent", "mla:hasLanguageStatus")
    assert status == "language-status/urgent-only"
    assert found.value("time-limit/lu-a.11-thirty", "mla:hasFramework") == "framework/eio"
    court = found.node("competence/lu-a.11-any-receive-court")
    assert court["mla:hasModality"] == ["modality/as-a-rule"]


def test_an_article_and_following_is_linked_and_cited(taken: Callable[..., Any]) -> None:
    found = taken(page(instruments=[{"key": "coe-030", "articles": ["3", "5 ff."], "rank": 4}]))
    basis = found.node("legal-basis/lu-a.11-coe-030")
    assert basis["mla:citedAs"] == ["Art. 3, 5 ff."]
    assert basis["mla:statedIn"] == ["provision/coe-030-art-3", "provision/coe-030-art-5"]
    assert basis["mla:rank"] == ["4"]


def test_a_condition_may_limit_a_national_act(taken: Callable[..., Any]) -> None:
    act = {"title": "Law of 8 August 2000", "date": "2000-08-08", "role": "basis", "key": "lu-mla"}
    condition = {
        "type": "minimum-penalty", "value": "P6M", "note": "Six months", "statute": "lu-mla",
        "articles": ["2"], "law": "both",
    }  # fmt: skip
    found = taken(page(statutes=[act], conditions=[condition]))
    node = found.node("condition/lu-a.11-minimum-penalty-six-months")
    assert node["mla:limits"] == ["statute/lu-mla"]
    assert node["mla:statedIn"] == ["provision/lu-mla-art-2"]
    assert node["mla:countsLawOf"] == ["whose-law/both"]
    assert found.value("statute/lu-mla", "rdfs:label") == "Law of 8 August 2000"


def test_nothing_is_assumed_while_a_record_is_open(taken: Callable[..., Any]) -> None:
    act = {"title": "Law of 8 August 2000", "date": "2000-08-08", "role": "basis"}
    condition = {"type": "minimum-penalty", "value": "P6M", "note": "Six months"}
    parts = {"statutes": [act], "conditions": [condition]}
    found = taken(page(open=["Read the deadlines."], **parts))
    node = found.node(IMPLEMENTATION)
    assert node["skos:editorialNote"] == ["Read the deadlines."]
    assert "mla:hasPageStatus" not in node
    basis, limit = (
        "legal-basis/lu-a.11-2000-08-08-basis",
        "condition/lu-a.11-minimum-penalty-six-months",
    )
    assert "mla:appliesToGroup" not in found.node(basis)
    assert "mla:countsLawOf" not in found.node(limit)
    closed = taken(page(**parts))
    assert closed.value(basis, "mla:appliesToGroup") == "applies-to/any"
    assert closed.value(limit, "mla:countsLawOf") == "whose-law/executing"
