"""The language in which the lines of a dossier are written: English unless a page sets another."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Final

from mla_graph.model.namespaces import MLAD

_DURATION: Final = re.compile(r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?")
_UNITS: Final = ("year", "month", "day", "hour", "minute")


@dataclass(frozen=True)
class Speech:
    """A language: ``translated`` gives its form of an English text, ``called`` the label of an IRI.

    Without a label a code is written as words.
    """

    language: str = "en"
    translated: Callable[[str], str] = str
    called: Callable[[str], str | None] = lambda iri: None


_ENGLISH: Final = Speech()
_SPEECH: ContextVar[Speech] = ContextVar("speech", default=_ENGLISH)


@contextmanager
def speaking(speech: Speech) -> Iterator[None]:
    """Write lines in another language meanwhile."""
    before = _SPEECH.set(speech)
    try:
        yield
    finally:
        _SPEECH.reset(before)


def said(text: str) -> str:
    """Give a text of ours in the language."""
    return _SPEECH.get().translated(text)


def later(text: str) -> str:
    """Mark a constant that is translated where it is used, so that the catalogues have it."""
    return text


def worded(scheme: str, code: str) -> str:
    """Write a code of a list as words of the language."""
    return _SPEECH.get().called(f"{MLAD}{scheme}/{code}") or code.replace("-", " ")


def duration(value: str | int | float | bool, unit: str | None = None) -> str:
    """Write a duration in words, and any other value unchanged."""
    from babel.units import format_unit

    found = _DURATION.fullmatch(str(value))
    if found is None or not any(found.groups()):
        return str(value)
    counts = [
        (int(count), name) for count, name in zip(found.groups(), _UNITS, strict=True) if count
    ]
    if unit == "hour" and [name for _, name in counts] == ["day"]:
        counts = [(24 * counts[0][0], "hour")]
    language = _SPEECH.get().language
    return " ".join(
        format_unit(count, f"duration-{name}", locale=language) for count, name in counts
    )
