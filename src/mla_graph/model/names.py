"""Names that people use, and what each of them may mean.

The names are facts of the graph; a query lists them. Here they are only compared.
"""

import re
import unicodedata
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, Literal

from rapidfuzz import fuzz, process

from mla_graph.model.namespaces import MLAD

How = Literal["code", "name", "prefix", "words", "near"]

_WHOLE: Final[tuple[How, ...]] = ("code", "name")
EXACT: Final = frozenset(_WHOLE)
"""What was written is, letter by letter, the code, or the label or another name."""
CLOSE: Final = 75
"""Likeness, of 100, from which a name may be what was meant."""
SHORT: Final = 3
"""In a text of so few letters a slip cannot be told from another code."""

_ARTICLE = re.compile(r"(?:the|an?|les?|la|une?|der|die|das|eine?)\s+|l['’]", re.IGNORECASE)
_NO_NAME = re.compile(r'["<>{}|;$@#*\\^`=?!%\[\]\x00-\x1f\ud800-\udfff]')
"""No name has such a character: what has one is part of something else, such as a query."""
_WORD = re.compile(r"[^\W_]+")
_LETTERS: Final = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe", "ı": "i"})
_LANGUAGES: Final = ("en", "fr", "de")


def fold(text: str) -> tuple[str, ...]:
    """Return the words of a text without case, accents, punctuation and leading zeros.

    Apostrophes, hyphens, blanks and the ``<>`` around an IRI only separate words.
    """
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS)).casefold()
    bare = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return tuple(word.lstrip("0") or "0" for word in _WORD.findall(bare))


@dataclass(frozen=True)
class Named:
    """A thing with its code, its labels by language and its other names."""

    iri: str
    key: str
    labels: Mapping[str, str] = field(default_factory=dict, hash=False)
    names: tuple[str, ...] = field(default=(), hash=False)

    def label(self, lang: str = "en") -> str:
        """Return the label in a language, else in English, French, German or any, else the code."""
        spoken = (*(self.labels.get(tag) for tag in (lang, *_LANGUAGES)), *self.labels.values())
        return next(filter(None, spoken), self.key)


@dataclass(frozen=True)
class Candidate:
    """A thing that a text may mean, and how the text names it."""

    iri: str
    key: str
    label: str
    how: How


class Names:
    """All names of the things of one kind in one state of the graph."""

    def __init__(self, things: Iterable[Named]) -> None:
        self.things = tuple(things)

    def candidates(self, lang: str = "en") -> list[Candidate]:
        """Return all things, each by its code."""
        return [Candidate(t.iri, t.key, t.label(lang), "code") for t in self.things]

    def resolve(self, text: str, lang: str = "en", most: int = 10) -> list[Candidate]:
        """Return what the text may mean, all found in the same way, the closest first.

        A code is preferred to a name, a whole name to its beginning, then come names with words
        that begin so, then names with a slip. One candidate: unique.
        """
        text = text.strip()
        if text[:1] == "<" and text[-1:] == ">":  # around an IRI
            text = text[1:-1]
        if _NO_NAME.search(text):
            return []
        words = fold(text)
        how, found = self._found(words)
        if not found and (article := _ARTICLE.match(text)):
            article_how, without = self._found(fold(text[article.end() :]))
            how, found = (article_how, without) if article_how in EXACT else (how, found)
        if not found:
            how, found = "near", self._near(words)
        return [Candidate(t.iri, t.key, t.label(lang), how) for t in found[:most]]

    def _found(self, words: tuple[str, ...]) -> tuple[How, list[Named]]:
        whole = "".join(words)
        if not whole:
            return "near", []
        for how in _WHOLE:
            if found := self._whole[how].get(whole):
                return how, list(found)
        if found := self._beginning(whole):
            return "prefix", list(found)
        return "words", self._with_words(words)

    def _beginning(self, whole: str) -> dict[Named, None]:
        found: dict[Named, None] = {}
        for name in sorted(_starting(self._sorted, whole), key=len):
            found |= self._owners[name]
        return found

    def _with_words(self, words: tuple[str, ...]) -> list[Named]:
        if sum(map(len, words)) <= SHORT:
            return []
        places: set[int] | None = None
        for word in words:
            here = set().union(*(self._spoken[w] for w in _starting(self._vocabulary, word)))
            places = here if places is None else places & here
        found = [self.things[place] for place in sorted(places or ())]
        return sorted(found, key=lambda thing: len(thing.label()))

    def _near(self, words: tuple[str, ...]) -> list[Named]:
        """Find whole names that are alike, else names that have all words, each but for a slip."""
        whole = "".join(words)[:60]
        if len(whole) <= SHORT:
            return []
        close = process.extract(
            whole, self._sorted, scorer=fuzz.ratio, limit=20, score_cutoff=CLOSE
        )
        found: dict[Named, None] = {}
        # The first letter is rarely the slip.
        for name, *_ in sorted(close, key=lambda hit: (hit[0][:1] != whole[:1], -hit[1])):
            found |= self._owners[name]
        if found:
            return list(found)
        mended = [
            process.extractOne(word, self._vocabulary, scorer=fuzz.ratio, score_cutoff=CLOSE)
            for word in words[:12]
        ]
        known = tuple(hit[0] for hit in mended if hit)
        return self._with_words(known) if len(known) == len(words) else []

    @cached_property
    def _whole(self) -> Mapping[How, Mapping[str, dict[Named, None]]]:
        """Return the things by code (or IRI, or ``kind/key``), and by label or other name."""
        found: dict[How, defaultdict[str, dict[Named, None]]]
        found = {how: defaultdict(dict) for how in _WHOLE}
        for thing in self.things:
            for code in (thing.key, thing.iri, thing.iri.removeprefix(MLAD)):
                found["code"]["".join(fold(code))][thing] = None
            for name in (*thing.labels.values(), *thing.names):
                found["name"]["".join(fold(name))][thing] = None
        return found

    @cached_property
    def _owners(self) -> Mapping[str, dict[Named, None]]:
        """Return the things by name and by code."""
        owners = defaultdict(dict, {name: dict(th) for name, th in self._whole["name"].items()})
        for thing in self.things:
            owners["".join(fold(thing.key))][thing] = None
        owners.pop("", None)
        return owners

    @cached_property
    def _sorted(self) -> list[str]:
        return sorted(self._owners)

    @cached_property
    def _spoken(self) -> Mapping[str, set[int]]:
        """Return the places of the things by each word of their names."""
        found: defaultdict[str, set[int]] = defaultdict(set)
        for place, thing in enumerate(self.things):
            for name in (*thing.labels.values(), *thing.names):
                for word in fold(name):
                    found[word].add(place)
        return found

    @cached_property
    def _vocabulary(self) -> list[str]:
        return sorted(self._spoken)


def _starting(names: list[str], start: str) -> list[str]:
    """Return those of sorted names that start so."""
    return names[bisect_left(names, start) : bisect_left(names, start + "\uffff")]
