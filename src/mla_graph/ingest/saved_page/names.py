"""Names in the graph of instruments, statutes, languages and offices."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import takewhile
from typing import Final

import pyoxigraph as ox

from mla_graph.ingest.facts.known import Known
from mla_graph.ingest.facts.nodes import ref
from mla_graph.ingest.identity.authorities import plain_name
from mla_graph.ingest.saved_page.phrases import DAY, days
from mla_graph.model.names import Named, fold

_WORD = re.compile(r"[^\W_]+")
_PLACES: Final = (
    "Strasbourg|Brussels|Luxembourg|Vienna|New York|Schengen|Palermo|Merida|Budapest|Paris|Rome|"
    "The Hague|Warsaw|Geneva|Oviedo|Istanbul|Lanzarote|Washington"
)
"""Where treaties are signed."""
_DATED = re.compile(
    rf"(?:,?\s?\(?\b(?:of|on|dated|signed|done|at|in|{_PLACES})\b){{0,5}},?"
    rf"\s?(?:the\s)?{DAY}",
    re.IGNORECASE,
)
"""A day with the words that lead to it; bounded, so that a long chain of them costs little."""

_MINOR: Final = frozenset(
    {
        "a", "an", "and", "at", "between", "by", "concerning", "for", "in", "of", "on", "the",
        "to", "with",
    }
)  # fmt: skip
_YEAR_FIRST = re.compile(r"(?P<year>\d{4}) (?P<rest>[A-Za-z].*)")
_GENERAL: Final = frozenset({"european", "international", "judicial", "legal", "mutual"})
"""Words that a page may add to the name of a treaty."""

_OWN = re.compile(
    r"\d|\b(?:convention|directive|decision|treaty|agreement|protocol|regulation|statute)\b", re.I
)
"""What only the name of an instrument has; EIO is an order too."""


_folded = lru_cache(maxsize=20_000)(fold)


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
            Word((folded, match.start(), match.end()))
            for match in between
            for folded in _folded(match[0])
        ]
        start = day.end() if day else start
    return found


class Index:
    """Names of things, to be found in running text, the longest first."""

    def __init__(self, names: Iterable[tuple[str, str]]) -> None:
        """Take pairs of a name and the key of what is called so."""
        self._keys: dict[tuple[str, ...], set[str]] = defaultdict(set)
        self._lengths: dict[str, set[int]] = defaultdict(set)
        for name, key in names:
            if found := tuple(word[0] for word in words(name)):
                self._keys[found].add(key)
                self._lengths[found[0]].add(len(found))

    def find(self, text: str) -> Iterator[tuple[int, int, set[str]]]:
        """Find the names in a text: start, end, and the keys of what is called so."""
        said = words(text)
        spoken = tuple(word[0] for word in said)
        place = 0
        while place < len(said):
            for length in sorted(self._lengths.get(spoken[place], ()), reverse=True):
                name = spoken[place : place + length]
                if len(name) == length and name in self._keys:
                    yield said[place][1], said[place + length - 1][2], self._keys[name]
                    place += length - 1
                    break
            place += 1


def day_behind(text: str, end: int) -> tuple[str | None, int]:
    """Return the day that follows a name ending at ``end``, and where the day ends."""
    match = _DATED.match(text, end)
    if match is None:
        return None, end
    return next(days(match[0]))[1], match.end()


@dataclass(frozen=True)
class Act:
    """An instrument: its names as words, its day, the days in its names."""

    key: str
    names: tuple[tuple[str, ...], ...]
    day: str | None
    named_days: frozenset[str]

    def is_of(self, day: str) -> bool:
        """Return whether the instrument may be called one of that day."""
        return day == self.day or day in self.named_days

    def named_at_end(self, said: list[Word]) -> int | None:
        """Return where its name begins if words end with it and have all its main words."""
        own = list(takewhile(lambda word: self.has_word(word[0], _GENERAL), reversed(said)))
        while own and own[-1][0] in _MINOR:
            own.pop()
        spoken = {word[0] for word in own}
        fits = any(set(name) - _MINOR <= spoken for name in self.names)
        return own[-1][1] if own and fits else None

    def has_word(self, word: str, others: Set[str] = frozenset()) -> bool:
        """Return whether a word is one of its names, a minor one or one of others."""
        return set(fold(word)) <= self._vocabulary | others

    @staticmethod
    def is_minor(word: str) -> bool:
        """Return whether a word joins others and says nothing itself."""
        return word.lower() in _MINOR

    @cached_property
    def _vocabulary(self) -> Set[str]:
        return _MINOR.union(*self.names, {(self.day or "")[:4]} - {""})


class Names:
    """The names in the graph that a page may use."""

    def __init__(self, known: Known, iso: str) -> None:
        self.known = known
        self.iso = iso.lower()

    @cached_property
    def instruments(self) -> Mapping[str, Act]:
        """Return the instruments by key."""
        return {
            thing.key: _act(thing, self.known.value("instrument", thing.key, "eli:date_document"))
            for thing in self.known.called("instrument")
        }

    @cached_property
    def treaties(self) -> Index:
        """Return the names of instruments that no other thing has: with a number or a kind."""
        return Index(
            (name, thing.key)
            for thing in self.known.called("instrument")
            for name in _with_years((*thing.labels.values(), *thing.names))
            if _OWN.search(name) and len(words(name)) > 1
        )

    @cached_property
    def protocols(self) -> Mapping[str, set[str]]:
        """Return the protocols to each instrument."""
        found: dict[str, set[str]] = defaultdict(set)
        for iri in self.known.subjects("mla:hasRelationType", ref("relation-type", "protocol-to")):
            key = iri.rpartition("/")[2]
            source = self.known.value("instrument-relation", key, "mla:fromInstrument")
            target = self.known.value("instrument-relation", key, "mla:toInstrument")
            if source and target:
                found[_key(target)].add(_key(source))
        return found

    def statutes(self, day: str) -> list[str]:
        """Return the keys of the statutes of the state with this day."""
        date = ox.Literal(day, datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#date"))
        return [
            key
            for iri in self.known.subjects("eli:date_document", date)
            if "/statute/" in iri and (key := _key(iri)).startswith(f"{self.iso}-")
        ]

    @cached_property
    def languages(self) -> Index:
        """Return the English names of languages with their codes."""
        return Index(
            (name, code)
            for code, term in self.known.notations("language").items()
            for name in self.known.english(term)
        )

    @cached_property
    def offices(self) -> Index:
        """Return the names of the authorities of the state, and of the types of authorities."""
        own = [
            (plain_name(name), f"authority/{key}")
            for key, names in sorted(self.known.names("mla:Authority").items())
            if key.startswith(f"{self.iso}-")
            for name in names
        ]
        taken = {fold(name) for name, _ in own}
        types = (
            (name, f"authority-type/{code}")
            for code, term in self.known.notations("authority-type").items()
            if code != "other"
            for one in self.known.english(term)
            for name in (one, f"{one}s")
        )
        return Index([*own, *((name, key) for name, key in types if fold(name) not in taken)])

    @cached_property
    def own_state(self) -> Index:
        """Return the names of the state itself."""
        return Index(
            (name, thing.key)
            for thing in self.known.called("state")
            if thing.key == self.iso
            for name in thing.labels.values()
        )

    @cached_property
    def measures(self) -> Index:
        """Return the codes and English names of measures."""
        return Index(
            (name, thing.key)
            for thing in self.known.called("measure")
            for name in (thing.key, thing.label(), *thing.names)
        )

    def agent(self, name: str) -> str | None:
        """Return the key of the one agent with this name."""
        owners = [
            key
            for key, names in self.known.names("mla:Agent").items()
            if name.lower() in {other.lower() for other in names}
        ]
        return owners[0] if len(owners) == 1 else None


def _key(iri: str) -> str:
    return iri.rpartition("/")[2]


def _with_years(names: Iterable[str]) -> Iterator[str]:
    """Give the names, and those that begin with a year with it at the end too."""
    for name in names:
        yield name
        if match := _YEAR_FIRST.fullmatch(name):
            yield f"{match['rest']} of {match['year']}"


def _act(thing: Named, day: str | None) -> Act:
    names = (*thing.labels.values(), *thing.names)
    named = {day for name in names for _, day in days(name)}
    plain = sorted({tuple(word[0] for word in words(name)) for name in names} - {()})
    return Act(thing.key, tuple(plain), day, frozenset(named))
