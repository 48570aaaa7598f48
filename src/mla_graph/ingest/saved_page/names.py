"""Names in the graph of instruments, statutes, languages and offices."""

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import pyoxigraph as ox

from mla_graph.ingest.facts.known import Known
from mla_graph.ingest.facts.nodes import ref
from mla_graph.ingest.identity.authorities import plain_name
from mla_graph.ingest.saved_page.phrases import DAY, days

_WORD = re.compile(r"[^\W_]+")
_DATED = re.compile(
    rf"(?:,?\s?\b(?:of|on|dated|signed|done|(?:at|in)\s[A-Z]\w{{1,40}})\b){{0,4}}"
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
_SERIES = re.compile(r"\d+")


class Word(tuple[str, int, int]):
    """A word in lower case, with its start and end in the text."""

    __slots__ = ()


def words(text: str) -> list[Word]:
    """Return the words of a text without its days."""
    start = 0
    found = []
    for day in (*_DATED.finditer(text), None):
        between = _WORD.finditer(text, start, day.start() if day else len(text))
        found += [Word((match[0].lower(), match.start(), match.end())) for match in between]
        start = day.end() if day else start
    return found


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

    def is_named_in(self, words: set[str]) -> bool:
        """Return whether the words hold all but the minor words of one of its names."""
        return any(set(name) - _MINOR <= words for name in self.names)


class Names:
    """The names in the graph that a page may use."""

    def __init__(self, known: Known, iso: str) -> None:
        self.known = known
        self.iso = iso.lower()

    @cached_property
    def instruments(self) -> Mapping[str, Act]:
        """Return the instruments by key."""
        return {
            key: _act(key, names, self.known.value("instrument", key, "eli:date_document"))
            for key, names in sorted(self.known.names("mla:Instrument").items())
        }

    @cached_property
    def by_first_word(self) -> Mapping[str, list[tuple[tuple[str, ...], set[str]]]]:
        """Return names of several words with their instruments, the longest first."""
        owners: dict[tuple[str, ...], set[str]] = defaultdict(set)
        for act in self.instruments.values():
            for name in act.names:
                if len(name) > 1:
                    owners[name].add(act.key)
        found: dict[str, list[tuple[tuple[str, ...], set[str]]]] = defaultdict(list)
        for name in sorted(owners, key=lambda name: (-len(name), name)):
            found[name[0]].append((name, owners[name]))
        return found

    @cached_property
    def series(self) -> Mapping[str, set[str]]:
        """Return the instruments by their number in the series of the Council of Europe."""
        found: dict[str, set[str]] = defaultdict(set)
        for key in self.instruments:
            for series in self.known.values("instrument", key, "mla:treatySeriesNumber"):
                if "ETS" in series and (number := _SERIES.search(series)):
                    found[number[0].lstrip("0")].add(key)
        return found

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
    def languages(self) -> Mapping[str, tuple[str, ox.NamedNode]]:
        """Return code and concept of each language by its English name."""
        found = {}
        for code, term in self.known.notations("language").items():
            for name in self.known.english(term):
                found[name.lower()] = (code, term)
        return found

    @cached_property
    def offices(self) -> Mapping[str, str]:
        """Return the authorities of the state by each of their names in lower case."""
        return {
            plain_name(name).lower(): key
            for key, names in sorted(self.known.names("mla:Authority").items())
            if key.startswith(f"{self.iso}-")
            for name in names
        }

    @cached_property
    def office_types(self) -> Mapping[str, str]:
        """Return the types of authorities by their English name."""
        return {
            name.lower(): code
            for code, term in self.known.notations("authority-type").items()
            if code != "other"
            for name in self.known.english(term)
        }

    @cached_property
    def office_names(self) -> list[str]:
        """Return the names of offices and of their types, the longest first."""
        return sorted({*self.offices, *self.office_types}, key=lambda name: (-len(name), name))

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


def _act(key: str, names: set[str], day: str | None) -> Act:
    named = {day for name in names for _, day in days(name)}
    plain = sorted({tuple(word[0] for word in words(name)) for name in names} - {()})
    return Act(key, tuple(plain), day, frozenset(named))
