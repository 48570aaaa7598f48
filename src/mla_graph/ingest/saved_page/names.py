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
from mla_graph.ingest.saved_page.mentions.index import Index, Word, folded, words
from mla_graph.ingest.saved_page.phrases import days
from mla_graph.model.names import Named, fold

_MINOR: Final = frozenset(
    {
        "a", "an", "and", "at", "between", "by", "concerning", "for", "in", "of", "on", "the",
        "to", "with",
    }
)  # fmt: skip
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
        return set(folded(word)) <= self._vocabulary | others

    @staticmethod
    def is_minor(word: str) -> bool:
        """Return whether a word joins others and says nothing itself."""
        return word.lower() in _MINOR

    @cached_property
    def _vocabulary(self) -> Set[str]:
        return _MINOR.union(*self.names, {(self.day or "")[:4]} - {""})


_graph_wide = lru_cache(maxsize=2)
"""Keep what depends on the graph alone, for all pages of a folder."""


@_graph_wide
def _instruments(known: Known) -> Mapping[str, Act]:
    return {
        thing.key: _act(thing, known.value("instrument", thing.key, "eli:date_document"))
        for thing in known.called("instrument")
    }


@_graph_wide
def _treaties(known: Known) -> Index:
    names = (
        (name, thing.key)
        for thing in known.called("instrument")
        for name in _variants((*thing.labels.values(), *thing.names))
        if (_OWN.search(name) and len(words(name)) > 1) or _is_acronym(name)
    )
    return Index(names, any_order=True)


@_graph_wide
def _languages(known: Known) -> Index:
    return Index(
        (name, code)
        for code, term in known.notations("language").items()
        for name in known.english(term)
    )


@_graph_wide
def _states(known: Known) -> Index:
    return Index(
        (name, thing.key)
        for thing in known.called("state")
        for name in (*thing.labels.values(), *thing.names)
        if len(name) > len("GBR")
    )


@_graph_wide
def _measures(known: Known) -> Index:
    return Index(
        (name, thing.key)
        for thing in known.called("measure")
        for name in (thing.key, thing.label(), *thing.names)
    )


class Names:
    """The names in the graph that a page may use."""

    def __init__(self, known: Known, iso: str) -> None:
        self.known = known
        self.iso = iso.lower()

    @property
    def instruments(self) -> Mapping[str, Act]:
        """Return the instruments by key."""
        return _instruments(self.known)

    @property
    def treaties(self) -> Index:
        """Return the names of instruments that no other thing has: with a number or a kind."""
        return _treaties(self.known)

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

    @property
    def languages(self) -> Index:
        """Return the English names of languages with their codes."""
        return _languages(self.known)

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

    @property
    def states(self) -> Index:
        """Return the names of states."""
        return _states(self.known)

    @property
    def measures(self) -> Index:
        """Return the codes and English names of measures."""
        return _measures(self.known)

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
