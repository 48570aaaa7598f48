"""Days of the calendar as people write them."""

import pytest

from mla_graph.model.days import day_of
from mla_graph.model.errors import InvalidValue
from mla_graph.model.terms import date_term


@pytest.mark.parametrize(
    "text",
    ["2000-05-29", "29.05.2000", "29.5.2000", "29. 5. 2000", "2000/5/29", "29/05/2000",
     "05/29/2000", "29-05-2000", "29 May 2000", "29th May 2000", "May 29, 2000", "29 mai 2000",
     "29. Mai 2000", "29 de mayo de 2000", "29 maggio 2000", "29. května 2000", "29 mei 2000",
     " 29  MAY 2000 "],
)  # fmt: skip
def test_a_day_is_read_however_it_is_written(text: str) -> None:
    assert date_term(text).value == "2000-05-29"


def test_the_first_of_a_month_in_french() -> None:
    assert day_of("1er mai 2024").isoformat() == "2024-05-01"


@pytest.mark.parametrize("text", ["5/6/2000", "5-6-2000", "06/05/2000"])
def test_a_day_that_may_be_two_is_refused_with_both(text: str) -> None:
    with pytest.raises(InvalidValue, match=r"2000-0[56]-0[56] or 2000-0[56]-0[56]"):
        date_term(text)


def test_the_same_number_twice_is_one_day() -> None:
    assert day_of("6/6/2000").isoformat() == "2000-06-06"


@pytest.mark.parametrize(
    "text",
    ["", "31.02.2000", "2020-13-01", "13/13/2000", "May 2000", "29.05.00", "2000", "05.2000",
     "29 Mayonnaise 2000", "29.05/2000", "٢٩.٠٥.٢٠٠٠", "0.5.2000", "5 listopada 2000",
     "2000-05-29T10:00:00"],
)  # fmt: skip
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(InvalidValue, match="such as 2024-05-01"):
        date_term(text)
