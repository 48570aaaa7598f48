"""Names in the graph of instruments, statutes, languages and offices."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
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
    rf"(?:,?\s?\(?\b(?:of|on|from|dated|signed|done|made|adopted|concluded|at|in|{_PLACES})\b){{0,5}}"
    r",?"
    rf"\s?\(?(?:the\s)?{DAY}\)?",
    re.IGNORECASE,
)
"""A day with the words that lead to it; bounded, so that a long chain of them costs little."""

_MINOR: Final = frozenset(
    {
        "a", "an", "and", "at", "between", "by", "concerning", "for", "in", "of", "on", "the",
        "to", "with",
    }
)  # fmt: skip
_APART = re.compile(r"[,;:.•\n]|\band\b")
"""What words of one name in another order do not stand on both sides of."""

_JOINERS: Final = frozenset({"dated", "from", "of", "the"})
_GENERAL: Final = frozenset(
    {
        "council", "eu", "coe", "europe", "european", "international", "judicial", "legal", "mla",
        "mutual", "strasbourg", "un", "union",
    }
)  # fmt: skip
"""Words that a page may add to the name of a treaty."""

_MAKERS: Final = {"United Nations": "UN", "European Union": "EU", "Council of Europe": "CoE"}
_KINDS: Final = frozenset(
    {"agreement", "convention", "decision", "directive", "protocol", "regulation", "treaty"}
)
_NOWHERE: Final = 10**9
_TELLING: Final = 3
"""A name of so many words that say something names one act, also without a day."""

_NUMBER = re.compile(r"\b\d+(?:\([IVX]+\))?[/:]\d{2,4}\b")

_IN_FORCE: Final = "eli:first_date_entry_in_force"
_OWN = re.compile(
    r"\d|\bII\b|\b(?:convention|directive|decision|treaty|agreement|protocol|regulation|statute)\b",
    re.I,
)
"""What only the name of an instrument has; EIO is an order too."""


@lru_cache(maxsize=20_000)
def _folded(word: str) -> tuple[str, ...]:
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
            Word((folded, match.start(), match.end()))
            for match in between
            for folded in _folded(match[0])
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


@dataclass(frozen=True)
class Act:
    """An instrument: its names as words, its day, the days in its names."""

    key: str
    names: tuple[tuple[str, ...], ...]
    day: str | None
    named_days: frozenset[str]

    def is_of(self, date: str) -> bool:
        """Return whether the instrument may be called one of that day or year."""
        return date in (self.day, (self.day or "")[:4]) or date in self.named_days

    def named_around(
        self, before: list[Word], after: list[Word], date: str
    ) -> tuple[int, int] | None:
        """Return where its name begins and ends around a day or year; None if it does not.

        The words next to the date are words of its names, and have all main words of one of them.
        """
        left = list(takewhile(lambda word: self.has_word(word[0], _GENERAL), reversed(before)))
        right = list(takewhile(lambda word: self.has_word(word[0], _GENERAL), after))
        while left and self.is_minor(left[-1][0]):
            left.pop()
        while right and self.is_minor(right[-1][0]):
            right.pop()
        spoken = {word[0] for word in (*left, *right)} | {date[:4]}
        least = 1 if len(date) > len("2000") else _TELLING
        fits = any(
            (len(main := set(name) - _MINOR) >= least or date[:4] in main) and main <= spoken
            for name in self.names
        )
        if not (fits and (left or right) and spoken & _KINDS):
            return None
        return (left[-1][1] if left else _NOWHERE), right[-1][2] if right else 0

    def has_word(self, word: str, others: Set[str] = frozenset()) -> bool:
        """Return whether a word is one of its names, a minor one or one of others."""
        return set(_folded(word)) <= self._vocabulary | others

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
        names = (
            (name, thing.key)
            for thing in self.known.called("instrument")
            for name in _variants((*thing.labels.values(), *thing.names))
            if (_OWN.search(name) and len(words(name)) > 1) or _is_acronym(name)
        )
        return Index(names, any_order=True)

    def called_exactly(self, text: str) -> str | None:
        """Return the key of the one instrument that is called so, letter by letter."""
        found = {one.key for one in self.known.resolve("instrument", text) if one.how == "name"}
        return found.pop() if len(found) == 1 else None

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

    def protocols_in_force(self, key: str) -> list[str]:
        """Return the protocols to an instrument that have entered into force."""
        found = sorted(self.protocols.get(key, ()))
        return [one for one in found if self.known.value("instrument", one, _IN_FORCE)]

    def acts_with_number(self, number: str) -> list[str]:
        """Return the keys of the statutes of the state with this number, such as 302/2004."""
        return sorted(self._numbered.get(number, ()))

    @cached_property
    def _numbered(self) -> Mapping[str, set[str]]:
        found: dict[str, set[str]] = defaultdict(set)
        for key, names in self.known.names("mla:Statute").items():
            if key.startswith(f"{self.iso}-"):
                for number in {n for name in names if (n := act_number(name))}:
                    found[number].add(key)
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
            for one in names
            for name in ((one, f"{one}s") if one.isupper() else (one,))
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
    def states(self) -> Index:
        """Return the names of states."""
        return Index(
            (name, thing.key)
            for thing in self.known.called("state")
            for name in (*thing.labels.values(), *thing.names)
            if len(name) > len("GBR")
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


def act_number(title: str) -> str | None:
    """Return the number of a national act in its title, as 302/2004."""
    match = _NUMBER.search(title)
    return match[0].replace(":", "/") if match else None


def _key(iri: str) -> str:
    return iri.rpartition("/")[2]


def _is_acronym(name: str) -> bool:
    return name.isupper() and name.isalpha() and len(name) > len("EIO")


def _variants(names: Iterable[str]) -> Iterator[str]:
    """Give names, also with the short name of who made the instrument."""
    for name in names:
        yield name
        for maker, short in _MAKERS.items():
            if maker in name:
                yield name.replace(maker, short)


def _act(thing: Named, day: str | None) -> Act:
    names = tuple(_variants((*thing.labels.values(), *thing.names)))
    named = {day for name in names for _, day in days(name)}
    plain = sorted({tuple(word[0] for word in words(name)) for name in names} - {()})
    return Act(thing.key, tuple(plain), day, frozenset(named))
