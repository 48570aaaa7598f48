"""The language of the interface, and its texts from the catalogues in ``locale/``."""

import re
from contextvars import ContextVar
from datetime import date
from functools import cache, lru_cache
from gettext import GNUTranslations
from io import BytesIO
from pathlib import Path
from typing import Final, NamedTuple

LANGUAGES: Final = {"en": "English", "fr": "Français", "de": "Deutsch"}
"""The languages that the interface speaks, by their own names; the first where none is asked."""

CATALOGUES: Final = Path(__file__).with_name("locale")


class Spoken(NamedTuple):
    """A language of the interface; ``asked``: the address names it, so that links keep it."""

    language: str = "en"
    asked: bool = False

    @property
    def key(self) -> str:
        """Give what tells the pages of one address apart."""
        return f"{self.language}{'.' * self.asked}"


WANTED: ContextVar[tuple[bytes, str]] = ContextVar("wanted", default=(b"", ""))
"""The query string and the Accept-Language of this request."""

_ASKED: Final = re.compile(rf"(?:^|&)lang=({'|'.join(LANGUAGES)})(?:&|$)".encode())
_QUALITY: Final = re.compile(r"q=([01](?:\.\d{0,3})?)")
_MOST_READ: Final = 512
"""Characters of Accept-Language that are read."""


def spoken() -> Spoken:
    """Choose the language: the address names it, else Accept-Language (RFC 9110, 12.5.4)."""
    query, accept_language = WANTED.get()
    if b"lang=" in query and (asked := _ASKED.search(query)):
        return Spoken(asked[1].decode(), asked=True)
    return _preferred(accept_language[:_MOST_READ])


@lru_cache(maxsize=256)
def _preferred(accept_language: str) -> Spoken:
    qualities: dict[str, float] = {}
    for piece in accept_language.lower().split(","):
        tag, _, weight = piece.partition(";")
        language, quality = tag.strip().partition("-")[0], _QUALITY.match(weight.strip())
        found = float(quality[1]) if quality else 1.0
        qualities[language] = max(found, qualities.get(language, 0.0))
    rest = qualities.get("*", 0.0)
    return Spoken(max(LANGUAGES, key=lambda language: qualities.get(language, rest)))


@cache
def _catalogue(language: str) -> GNUTranslations:
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    compiled = BytesIO()
    with (CATALOGUES / f"{language}.po").open("rb") as source:
        write_mo(compiled, read_po(source, locale=language))
    compiled.seek(0)
    return GNUTranslations(compiled)


def translated(text: str) -> str:
    """Give a text of the interface in the language of this request."""
    language = spoken().language
    return text if language == "en" else _catalogue(language).gettext(text)


def translated_count(one: str, many: str, count: int) -> str:
    """Give the form of a text that fits a number, in the language of this request."""
    language = spoken().language
    if language == "en":
        return one if count == 1 else many
    return _catalogue(language).ngettext(one, many, count)


def in_words(day: str) -> str:
    """Write an ISO date as people of the language do."""
    from babel.dates import format_date

    language = spoken().language
    return format_date(date.fromisoformat(day), "long", "en_GB" if language == "en" else language)


def kept_language() -> str:
    """Give the query string that keeps the language which the address names; else nothing."""
    here = spoken()
    return f"?lang={here.language}" if here.asked else ""
