"""Dates that a spreadsheet has made of numbers such as 5-3."""

import re
from functools import cache
from typing import Final

from mla_graph.ingest.facts.records import Rejected

_PART = re.compile(r"[^\W_]+")
_LANGUAGES: Final = (
    "bg", "cs", "da", "de", "el", "en", "es", "et", "fi", "fr", "ga", "hr", "hu", "it", "lt", "lv",
    "mt", "nl", "pl", "pt", "ro", "sk", "sl", "sv",
)  # fmt: skip


def check_no_date(name: str, value: str) -> None:
    """Refuse what a spreadsheet made of a number such as 5-3: a day, or a day and a month.

    Raises:
        Rejected: the value is one.
    """
    words = _PART.findall(value.casefold())
    digits = [word for word in words if word.isdigit()]
    months = [word for word in words if word in _months()]
    day = len(words) == 3 and any(len(word) == 4 for word in digits)
    if (len(digits) == len(words) and day) or (months and len(digits) + len(months) == len(words)):
        raise Rejected(
            f"{name} {value!r} is a date, which a spreadsheet makes of a number such as 5-3; "
            "format the column as text and write it as text"
        )


@cache
def _months() -> frozenset[str]:
    """Return the names of the months, in full and short, in the languages of the Union (CLDR)."""
    from babel import Locale

    names = (
        name.casefold().rstrip(".")
        for language in _LANGUAGES
        for width in ("abbreviated", "wide")
        for name in Locale(language).months["format"][width].values()
    )
    return frozenset(name for name in names if len(name) > 2 and name.isalpha())
