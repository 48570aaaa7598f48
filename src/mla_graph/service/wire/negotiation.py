"""Which representation of an answer the caller gets."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

from mla_graph.model.errors import UnsupportedFormat

_PARTS = re.compile(r'(?:[^,"]|"(?:[^"\\]|\\.)*")+')
_PIECES = re.compile(r'(?:[^;"]|"(?:[^"\\]|\\.)*")+')
"""Between commas and semicolons that stand outside quotes."""


class NotAcceptable(UnsupportedFormat):
    """No offered representation fits the Accept header."""

    code: ClassVar[str] = "not-acceptable"
    title: ClassVar[str] = "No representation fits the Accept header"


@dataclass(frozen=True)
class Representation:
    """One way to write an answer: its name for ``?format=`` and its media types."""

    name: str
    media_type: str
    aliases: tuple[str, ...] = ()

    @property
    def content_type(self) -> str:
        """The media type as sent, with the character set where the type is text."""
        if self.media_type.startswith("text/") and ";" not in self.media_type:
            return f"{self.media_type}; charset=utf-8"
        return self.media_type


HTML = Representation("html", "text/html", ("application/xhtml+xml",))


@lru_cache(maxsize=1024)
def choose(
    offered: tuple[Representation, ...], accept: str | None, asked: str | None = None
) -> Representation:
    """The representation to send: ``?format=`` wins over Accept, the first offered is the default.

    Ties of quality go to the one offered first (RFC 9110, section 12.5.1).

    Raises:
        UnsupportedFormat: ``?format=`` names no offered representation.
        NotAcceptable: the Accept header excludes every offered representation.
    """
    if asked is not None:
        return _named(offered, asked)
    if accept is None or not accept.strip():
        return offered[0]
    ranges = _media_ranges(accept)
    best = max(offered, key=lambda candidate: _quality(candidate, ranges))
    if _quality(best, ranges) <= 0:
        raise NotAcceptable(
            "None of the media types in the Accept header is available here. Available: "
            + ", ".join(candidate.media_type for candidate in offered)
            + ".",
            valid=[candidate.media_type for candidate in offered],
        )
    return best


def wants_page(accept: str | None) -> bool:
    """Whether the caller is a browser: it names HTML and likes no RDF or JSON better."""
    if accept is None or "text/html" not in accept:
        return False
    ranges = _media_ranges(accept)
    json = max(
        _quality(Representation("json", media_type), ranges)
        for media_type in ("application/json", "application/problem+json")
    )
    return _quality(HTML, ranges) >= json


def _named(offered: Sequence[Representation], asked: str) -> Representation:
    for candidate in offered:
        if asked == candidate.name:
            return candidate
    names = [candidate.name for candidate in offered]
    raise UnsupportedFormat(
        f"There is no format {asked!r} here; choose one of {', '.join(names)}.",
        parameter="format",
        value=asked,
        valid=names,
    )


def _media_ranges(accept: str) -> list[tuple[str, float]]:
    """The media ranges with their quality; parts that are no media range are passed over."""
    ranges = []
    for part in _PARTS.findall(accept):
        pieces = [piece.strip().lower() for piece in _PIECES.findall(part)]
        if not pieces or "/" not in pieces[0]:
            continue
        name, *parameters = pieces
        quality = 1.0
        for parameter in parameters:
            key, _, value = parameter.partition("=")
            if key.strip() == "q":
                try:
                    quality = min(1.0, max(0.0, float(value)))
                except ValueError:
                    quality = 0.0
        ranges.append((name, quality))
    return ranges


def _quality(candidate: Representation, ranges: Sequence[tuple[str, float]]) -> float:
    """What the most specific matching range gives; an alias counts when it is named outright."""
    found: dict[str, float] = {}
    for name, quality in ranges:
        found.setdefault(name, quality)
    family = candidate.media_type.partition("/")[0] + "/*"
    own = next((found[n] for n in (candidate.media_type, family, "*/*") if n in found), 0.0)
    return max(own, *(found.get(alias, 0.0) for alias in candidate.aliases), 0.0)
