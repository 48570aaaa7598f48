"""National acts as records name them: one act for its many titles.

Acts of one state are the same when they have one day and speak of the same matter, one number, or
one title apart from day, chapter and brackets.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from mla_graph.ingest.facts.known import Known
from mla_graph.ingest.facts.nodes import slug
from mla_graph.ingest.facts.records import Facts
from mla_graph.ingest.facts.tables import rows

_MONTHS: Final = (
    "January|February|March|April|May|June|July|August|September|October|November|December"
)
_DAY = re.compile(
    rf"\sof (?:\d{{1,2}} )?(?:(?:{_MONTHS}) )?\d{{4}}\b|\sof \d{{1,2}} (?:{_MONTHS})\b"
)
_PART = re.compile(r"(?:, |\s)(?:chapters?|title|book|part|annex|section) ", re.IGNORECASE)
_BRACKETS = re.compile(r"\s?\((?:[^()]|\([^()]*\))*\)")
_NUMBER = re.compile(r"\b(\d+(?:\([IVX]+\))?)[/:](\d{4})\b|\b(\d{4}):(\d+)\b|\b(\d{4})-(\d{2,})\b")
_WORDS = re.compile(r"\w+")
_COMMON: Final = frozenset(
    {"a", "act", "acts", "amended", "amending", "amendment", "an", "and", "approving", "as", "code"}
    | {"coll", "concerning", "decree", "for", "in", "law", "laws", "legislative", "no", "of", "on"}
    | {"the", "to", "implementing", "transposing", "with"}
)


class Mention(NamedTuple):
    """A state's act as one record names it."""

    state: str
    title: str
    date: str | None


def whole_day(date: object) -> str | None:
    """Return a calendar day; None for a year or month alone."""
    written = str(date or "")
    return None if len(written) < len("2000-01-01") else written


def core(title: str) -> str:
    """Return the title without brackets, day and chapter."""
    return _DAY.sub("", _without_part(_BRACKETS.sub("", title))).strip(" ,.")


def _without_part(title: str) -> str:
    """Cut a title before the chapter or other part that it names."""
    return _PART.split(title, maxsplit=1)[0]


def _matter(title: str) -> frozenset[str]:
    """Return the words on the subject of an act."""
    words = _WORDS.findall(_NUMBER.sub("", core(title)).lower())
    return frozenset(words) - _COMMON


def _number(title: str) -> str | None:
    match = _NUMBER.search(title)
    return slug(match[0]) if match else None


@dataclass
class Acts:
    """The acts in the records of an import, each with a key and a title."""

    facts: Facts
    known: Known
    _keys: dict[Mention, str] = field(default_factory=dict)
    _titles: dict[str, str] = field(default_factory=dict)
    _dates: dict[str, str] = field(default_factory=dict)
    _given: dict[Mention, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Collect all mentions first, so that the order of records does not count."""
        counted = Counter(self._mentions())
        by_state: dict[str, list[Mention]] = defaultdict(list)
        for mention in sorted(counted, key=str):
            by_state[mention.state].append(mention)
        for state, mentions in by_state.items():
            self._sort(state, mentions, counted)

    def key(self, state: str, title: str, date: str | None) -> str:
        """Return the key of an act."""
        return self._keys[Mention(state.lower(), title, date)]

    def title(self, key: str) -> str:
        """Return the title that most records use."""
        return self._titles[key]

    def date(self, key: str) -> str | None:
        """Return the day of an act if any record has it."""
        return self._dates.get(key)

    def _mentions(self) -> Iterator[Mention]:
        for record in self.facts.records:
            state = str(record.fields.get("state") or "").lower()
            for item in record.fields.get("statutes") or ():
                if isinstance(item, dict) and isinstance(item.get("title"), str):
                    found = Mention(state, item["title"].strip(), whole_day(item.get("date")))
                    if key := item.get("key"):
                        self._given[found] = key
                    yield found
            if title := record.fields.get("act_title"):
                yield Mention(state, str(title).strip(), whole_day(record.fields.get("act_date")))

    def _sort(self, state: str, mentions: list[Mention], counted: Counter[Mention]) -> None:
        aliases = {(row[0].lower(), row[1]): row[2] for row in rows("statute-names")}
        groups: dict[str, list[Mention]] = defaultdict(list)
        rest = []
        for mention in mentions:
            if key := self._given.get(mention) or aliases.get((state, mention.title)):
                groups[key].append(mention)
            else:
                rest.append(mention)
        for date in sorted({mention.date for mention in rest if mention.date}):
            self._of_one_day(state, date, [m for m in rest if m.date == date], counted, groups)
        numbers = {
            number: key
            for key, found in sorted(groups.items())
            for mention in found
            if (number := _number(mention.title))
        }
        cores = {
            core(mention.title).lower(): key for key, found in groups.items() for mention in found
        }
        for mention in rest:
            if mention.date:
                continue
            number, name = _number(mention.title), core(mention.title)
            key = numbers.get(number or "") or cores.get(name.lower())
            if key is None:
                key = f"{state}-act-{number}" if number else f"{state}-{slug(name, 60)}"
                numbers.setdefault(number or "", key) if number else None
                cores.setdefault(name.lower(), key)
            groups[key].append(mention)
        for key, found in groups.items():
            titles = Counter({m.title: counted[m] for m in found})
            plain: Counter[str] = Counter()
            for title, times in titles.items():
                plain[_without_part(title)] += times
            self._titles[key] = max(plain, key=lambda title: (plain[title], len(title), title))
            if day := next((m.date for m in found if m.date), None):
                self._dates[key] = day
            self._keys.update(dict.fromkeys(found, key))

    def _of_one_day(
        self,
        state: str,
        date: str,
        mentions: Iterable[Mention],
        counted: Counter[Mention],
        groups: dict[str, list[Mention]],
    ) -> None:
        """Group the acts of one day by their subject."""
        plain = f"{state}-{date}"
        kept = self.known.label("statute", plain)
        clusters: list[tuple[set[str], list[Mention]]] = []
        if kept:
            clusters.append((set(_matter(kept)), []))
        ordered = sorted(mentions, key=lambda m: (-counted[m], m.title))
        for mention in sorted(ordered, key=lambda m: not _matter(m.title)):
            matter = _matter(mention.title)
            same = [c for c in clusters if matter & c[0]] or (clusters[:1] if not matter else [])
            if same:
                same[0][0].update(matter)
                same[0][1].append(mention)
            else:
                clusters.append((set(matter), [mention]))
        for place, (_, found) in enumerate(clusters):
            if place == 0:
                groups[plain] += found
            else:
                name = slug(
                    " ".join(
                        w for w in _WORDS.findall(core(found[0].title)) if w.lower() not in _COMMON
                    ),
                    40,
                )
                groups[f"{plain}-{name}"] += found
        if not groups[plain]:
            del groups[plain]
