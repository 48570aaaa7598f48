"""Days of the calendar as people write them."""

import re
from datetime import date
from functools import cache
from typing import Final

LANGUAGES: Final = (
    "bg", "cs", "da", "de", "el", "en", "es", "et", "fi", "fr", "ga", "hr", "hu", "it", "lt", "lv",
    "mt", "nl", "pl", "pt", "ro", "sk", "sl", "sv",
)  # fmt: skip
"""The official languages of the Union."""

_YEAR_FIRST = re.compile(r"(\d{4})([-./])(\d{1,2})\2(\d{1,2})", re.ASCII)
_DAY_FIRST = re.compile(r"(\d{1,2})([-./]) ?(\d{1,2})\2 ?(\d{4})", re.ASCII)
_ORDINAL: Final = r"(?:\.|st|nd|rd|th|er|º)?"
_IN_WORDS = (
    re.compile(rf"(?P<d>\d{{1,2}}){_ORDINAL} (?:de )?(?P<m>[^\W\d_]+)\.?,? (?:de )?(?P<y>\d{{4}})"),
    re.compile(rf"(?P<m>[^\W\d_]+)\.? (?P<d>\d{{1,2}}){_ORDINAL},? (?P<y>\d{{4}})"),
)


class TwoDays(ValueError):
    """Day and month could be either of two numbers, as in 5/6/2000."""


def day_of(text: str) -> date:
    """Read a day: 2024-05-01, 1.5.2024, 1 May 2024, 1er mai 2024, May 1, 2024.

    Raises:
        TwoDays: it may be two days; names them.
        ValueError: it is none.
    """
    text = " ".join(text.split())
    if found := _YEAR_FIRST.fullmatch(text):
        return date(int(found[1]), int(found[3]), int(found[4]))
    if found := _DAY_FIRST.fullmatch(text):
        day, month, year = int(found[1]), int(found[3]), int(found[4])
        if found[2] != "." and month <= 12 and day <= 12 and day != month:
            raise TwoDays(f"{date(year, month, day)} or {date(year, day, month)}")
        if found[2] != "." and month > 12:  # as in the United States
            day, month = month, day
        return date(year, month, day)
    for pattern in _IN_WORDS:
        if (found := pattern.fullmatch(text)) and (number := months().get(found["m"].casefold())):
            return date(int(found["y"]), number, int(found["d"]))
    raise ValueError("is no date")


@cache
def months() -> dict[str, int]:
    """Give the number of each month by its names, full and short, as CLDR has them.

    A name that is another month's elsewhere (listopad, lip) is left out.
    """
    from babel import Locale

    numbers: dict[str, set[int]] = {}
    for language in LANGUAGES:
        for kind in ("format", "stand-alone"):
            for width in ("abbreviated", "wide"):
                for number, name in Locale(language).months[kind][width].items():
                    numbers.setdefault(name.casefold().rstrip("."), set()).add(number)
    return {
        name: number
        for name, (number, *others) in numbers.items()
        if not others and len(name) > 2 and name.isalpha()
    }
