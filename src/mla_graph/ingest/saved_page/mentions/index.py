"""Names of things, found in running text."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import Final

from mla_graph.ingest.saved_page.phrases import DAY, days
from mla_graph.model.names import fold

_WORD = re.compile(r"[^\W_]+")
_PLACES: Final = (
    "Strasbourg|Brussels|Luxembourg|Vienna|New York|Schengen|Palermo|Merida|Budapest|Paris|Rome|"
    "The Hague|Warsaw|Geneva|Oviedo|Istanbul|Lanzarote|Washington"
)
"""Where treaties are signed."""
_DATED = re.compile(
    rf"(?:,?\s?\(?\b(?:of|on|from|dated|signed|done|made|adopted|concluded|at|in|{_PLACES})\b){{0,5}}"
    r",?"
    rf"\s?\(?(?:the\s)?{DAY}\)?",
    re.IGNORECASE,
)
"""A day with the words that lead to it; bounded, so that a long chain of them costs little."""

_JOINERS: Final = frozenset({"dated", "from", "of", "the"})
_APART = re.compile(r"[,;:.•\n]|\band\b")
"""What words of one name in another order do not stand on both sides of."""


@lru_cache(maxsize=20_000)
def folded(word: str) -> tuple[str, ...]:
    """Fold a word; British and American spelling are one."""
    return tuple(one.replace("iz", "is") for one in fold(word))


class Word(tuple[str, int, int]):
    """A word as names are compared, with its start and end in the text."""

    __slots__ = ()


def words(text: str) -> list[Word]:
    """Return the words of a text without its days."""
    start = 0
    found = []
    for day in (*_DATED.finditer(text), None):
        between = _WORD.finditer(text, start, day.start() if day else len(text))
        found += [
            Word((one, match.start(), match.end())) for match in between for one in folded(match[0])
        ]
        start = day.end() if day else start
    return found


class Index:
    """Names of things, to be found in running text, the longest first."""

    def __init__(self, names: Iterable[tuple[str, str]], *, any_order: bool = False) -> None:
        """Take pairs of a name and the key of what is called so.

        With ``any_order`` the order of the words of a name does not count, nor do *of* and *the*.
        """
        self._joiners = _JOINERS if any_order else frozenset()
        self._ordered: Callable[[Iterable[str]], tuple[str, ...]] = (
            (lambda found: tuple(sorted(found))) if any_order else tuple
        )
        self._keys: dict[tuple[str, ...], set[str]] = defaultdict(set)
        self._lengths: dict[str, set[int]] = defaultdict(set)
        self._written: set[tuple[str, ...]] = set()
        for name, key in names:
            if found := [word[0] for word in words(name) if word[0] not in self._joiners]:
                self._keys[self._ordered(found)].add(key)
                self._written.add(tuple(found))
                for first in found if any_order else found[:1]:
                    self._lengths[first].add(len(found))

    def find(self, text: str) -> Iterator[tuple[int, int, set[str]]]:
        """Find the names in a text: start, end, and the keys of what is called so."""
        said = [word for word in words(text) if word[0] not in self._joiners]
        spoken = tuple(word[0] for word in said)
        place = 0
        while place < len(said):
            for length in sorted(self._lengths.get(spoken[place], ()), reverse=True):
                name = spoken[place : place + length]
                keys = self._keys.get(self._ordered(name)) if len(name) == length else None
                start, end = said[place][1], said[min(place + length, len(said)) - 1][2]
                if keys and (name in self._written or not _APART.search(text, start, end)):
                    yield start, end, keys
                    place += length - 1
                    break
            place += 1


def day_behind(text: str, end: int) -> tuple[str | None, int]:
    """Return the day that follows a name ending at ``end``, and where the day ends."""
    match = _DATED.match(text, end)
    if match is None:
        return None, end
    return next(days(match[0]))[1], match.end()
