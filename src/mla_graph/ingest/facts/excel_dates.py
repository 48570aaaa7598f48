"""Dates that a spreadsheet has made of numbers such as 5-3."""

import re

from mla_graph.ingest.facts.records import Rejected
from mla_graph.model.days import months

_PART = re.compile(r"[^\W_]+")


def check_no_date(name: str, value: str) -> None:
    """Refuse what a spreadsheet made of a number such as 5-3: a day, or a day and a month.

    Raises:
        Rejected: the value is one.
    """
    words = _PART.findall(value.casefold())
    digits = [word for word in words if word.isdigit()]
    named = [word for word in words if word in months()]
    day = len(words) == 3 and any(len(word) == 4 for word in digits)
    if (len(digits) == len(words) and day) or (named and len(digits) + len(named) == len(words)):
        raise Rejected(
            f"{name} {value!r} is a date, which a spreadsheet makes of a number such as 5-3; "
            "format the column as text and write it as text"
        )
