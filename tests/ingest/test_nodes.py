"""Keys and values."""

import pytest

from mla_graph.ingest.facts.nodes import duration, slug
from mla_graph.ingest.facts.periods import last_day
from mla_graph.ingest.identity.authorities import authority_key, authority_type
from mla_graph.ingest.kinds.shared.provision_nodes import citation, provision_key
from mla_graph.model.errors import InvalidValue


@pytest.mark.parametrize(
    ("written", "value", "datatype"),
    [
        ("P30D", "P30D", "dayTimeDuration"),
        ("PT96H", "P4D", "dayTimeDuration"),
        ("P2W", "P14D", "dayTimeDuration"),
        ("P6M", "P6M", "yearMonthDuration"),
        ("P12M", "P1Y", "yearMonthDuration"),
    ],
)
def test_a_period_gets_its_ordered_type(written: str, value: str, datatype: str) -> None:
    found = duration(written)
    assert found.value == value
    assert found.datatype.value.endswith(f"#{datatype}")


@pytest.mark.parametrize("written", ["30 days", "P", "PT", "P1M10D", "30D", "P1.5D"])
def test_what_is_no_ordered_period_is_refused(written: str) -> None:
    with pytest.raises(InvalidValue):
        duration(written)


def test_keys_are_short_and_plain() -> None:
    assert slug("Código de Processo Penal (Łódź)") == "codigo-de-processo-penal-lodz"
    assert slug("one two three", 7) == "one-two"


@pytest.mark.parametrize(
    ("article", "key", "cited"),
    [
        ("10(2)", "x-art-10-2", "Art. 10(2)"),
        ("1-4", "x-art-1-to-4", "Arts 1-4"),
        ("706-47", "x-art-706-47", "Art. 706-47"),
        ("695-9-31", "x-art-695-9-31", "Art. 695-9-31"),
        ("11(1)(g)", "x-art-11-1-g", "Art. 11(1)(g)"),
        ("chapter II", "x-chapter-ii", "chapter II"),
    ],
)
def test_provisions_have_readable_keys(article: str, key: str, cited: str) -> None:
    assert provision_key("x", article) == key
    assert citation(article) == cited


def test_a_range_and_a_paragraph_are_not_the_same_provision() -> None:
    assert provision_key("x", "1-4") != provision_key("x", "1(4)")


@pytest.mark.parametrize(
    "spelling",
    [
        "Office of the Public Prosecutor",
        "the Office of the Public Prosecutors",
        "offices of public prosecutor (Antwerp)",
        "Prosecution Office",
    ],
)
def test_spellings_of_one_office_share_a_key(spelling: str) -> None:
    assert authority_key("BE", spelling) == "be-prosecutor"


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Federal Public Prosecutor's Office", "federal-prosecutor"),
        ("Office of the Prosecutor General", "prosecutor-general"),
        ("Ministry of Justice", "ministry-of-justice"),
        ("District Court of Luxembourg", "court"),
        ("Customs administration", "law-enforcement"),
        ("Financial Intelligence Office", "law-enforcement"),
        ("County Administrative Board", "other"),
    ],
)
def test_a_name_tells_the_kind_of_authority(name: str, kind: str) -> None:
    assert authority_type(name) == kind


def test_a_denunciation_takes_effect_on_the_first_of_a_month() -> None:
    assert last_day("2023-07-01") == "2023-06-30"
    assert last_day("2020-12-31") == "2020-12-31"
