"""The patterns of sentences that are understood, from ``grammar.yaml`` beside this file."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

import yaml

_FILE: Final = Path(__file__).with_name("grammar.yaml")
_SYMBOL = re.compile(
    r"(?P<sign>[\[\]()|*])|\{(?P<name>[\w-]+)(?::(?P<as>\w+))?\}|(?P<word>[^\s\[\]()|*{}]+)"
)
_SIGNS: Final = {"[": "(?:", "]": ")?", "(": "(?:", ")": ")", "|": "|", "*": "*"}
_TOKEN = re.compile(r"[^\W_]+(?:[.,:/–—-](?=\d)[^\W_]+)*|[^\s\w]|_")
_NEUTRAL: Final = frozenset("&.,:;()[]\"“”„«»'‘’`´–—-•*·/")
_MARK = re.compile(r"([A-Z]{1,12})(\d{1,3}) ")
_ITEM = re.compile(r"\s{0,2}(?:[-–•*·]|\(?(?:\d{1,2}|[a-z])[.)])\s{1,2}(?=\D)")
_LONGEST: Final = 1000
"""The characters of a sentence that is compared; longer ones are not understood."""
_JOINABLE: Final = frozenset(
    {"Measure Implementation", "Competent Authority", "Execution deadline"}
)
_JOINT = re.compile(r",\s(?:and\s)?|\sand\s")
_MOST_JOINTS: Final = 6
_BARE: Final = frozenset({"alone", "heading", "executing"})
"""What says something only as a line of its own."""


class Thing(NamedTuple):
    """Something known in a text: its kind as in the grammar, its place, and what it is.

    A chunk of the grammar is a thing too: its value is its code there.
    """

    kind: str
    start: int
    end: int
    value: Any
    text: str = ""


@dataclass(frozen=True)
class Statement:
    """What a sentence says, and the things that each part of its pattern is about."""

    says: str
    text: str
    parts: Mapping[str, tuple[Thing, ...]]

    def __contains__(self, part: str) -> bool:
        return part in self.parts

    def things(self, kind: str, part: str = "") -> list[Thing]:
        """Return the things of a kind, of one part or of the whole sentence."""
        return [thing for thing in self.parts.get(part, ()) if thing.kind == kind]

    def all(self, kind: str, part: str = "") -> list[Any]:
        """Return the values of these things."""
        return [thing.value for thing in self.things(kind, part)]


def understand(section: str, text: str, things: Sequence[Thing]) -> list[Statement]:
    """Return what a sentence says; nothing unless patterns cover all its words.

    Where no pattern covers it, its parts between ``and`` and commas are tried, each of which must
    say something by itself.
    """
    if len(text) > _LONGEST:
        return []
    if not things and not list(_words(text, 0, len(text))):
        return [Statement("none", text, {})]
    if whole := _covered(section, text, things):
        return [whole]
    cuts = list(_JOINT.finditer(text)) if section in _JOINABLE else []
    for cut in cuts if len(cuts) <= _MOST_JOINTS else ():
        first = [thing for thing in things if thing.end <= cut.start()]
        rest = [thing for thing in things if thing.start >= cut.end()]
        if len(first) + len(rest) == len(things):
            before = _covered(section, text[: cut.start()], first)
            moved = [t._replace(start=t.start - cut.end(), end=t.end - cut.end()) for t in rest]
            after = understand(section, text[cut.end() :], moved) if before else []
            if before and after and not _BARE.intersection(s.says for s in (before, *after)):
                return [before, *after]
    return []


def _covered(section: str, text: str, things: Sequence[Thing]) -> Statement | None:
    """Return what the first pattern says that covers all words."""
    words, found = _chunked(section, text, things)
    for says, pattern in _patterns().get(section, ()):
        if words and (match := pattern.fullmatch(words)):
            parts = {"": match[0]} | {k: v for k, v in match.groupdict().items() if v}
            return Statement(says, text, {name: _in(part, found) for name, part in parts.items()})
    return None


def has_odd_sign(text: str) -> bool:
    """Return whether a text has a sign that is neither a letter, a digit nor neutral."""
    return any(
        not _NEUTRAL.issuperset(token) and not token[0].isalnum() for token in _TOKEN.findall(text)
    )


def _in(part: str, things: Sequence[Thing]) -> tuple[Thing, ...]:
    return tuple(things[int(mark[2])] for mark in _MARK.finditer(part))


def _chunked(section: str, text: str, things: Sequence[Thing]) -> tuple[str, list[Thing]]:
    """Return the words, each with a blank behind it, things and chunks as marks; and these."""
    tokens, found = list(_tokens(text, things)), list(things)
    for kind, code, pattern in _chunks().get(section, ()):
        words = "".join(token.text for token in tokens)
        for match in reversed(list(pattern.finditer(words))):
            first = words.count(" ", 0, match.start())
            last = first + match[0].count(" ") - 1
            start, end = tokens[first].start, tokens[last].end
            tokens[first : last + 1] = [Token(f"{kind.upper()}{len(found)} ", start, end)]
            found.append(Thing(kind, start, end, code, text[start:end]))
    return "".join(token.text for token in tokens), found


class Token(NamedTuple):
    """A word in lower case or the mark of a thing, with a blank behind it, and its place."""

    text: str
    start: int
    end: int


def _tokens(text: str, things: Sequence[Thing]) -> Iterator[Token]:
    numbered = _ITEM.match(text)
    start = numbered.end() if numbered else 0
    for place, thing in enumerate(things):
        yield from _words(text, start, thing.start)
        yield Token(f"{thing.kind.upper()}{place} ", thing.start, thing.end)
        start = thing.end
    yield from _words(text, start, len(text))


def _words(text: str, start: int, end: int) -> Iterator[Token]:
    for word in _TOKEN.finditer(text, start, end):
        if word[0] not in _NEUTRAL:
            yield Token(f"{word[0].lower()} ", *word.span())


@cache
def _data() -> Mapping[str, Any]:
    found: Mapping[str, Any] = yaml.safe_load(_FILE.read_text("utf-8"))
    return found


@cache
def _patterns() -> dict[str, list[tuple[str, re.Pattern[str]]]]:
    return {
        section: [
            (says, re.compile(_expression(pattern, _data()["words"])))
            for says, patterns in kinds.items()
            for pattern in patterns
        ]
        for section, kinds in _data()["sections"].items()
    }


@cache
def _chunks() -> dict[str, list[tuple[str, str, re.Pattern[str]]]]:
    return {
        section: [
            (kind, code, re.compile(r"(?<!\S)" + _expression(pattern, _data()["words"])))
            for kind, codes in kinds.items()
            for code, patterns in codes.items()
            for pattern in patterns
        ]
        for section, kinds in _data()["chunks"].items()
    }


def _expression(pattern: str, lists: Mapping[str, str]) -> str:
    """Write a pattern as a regular expression over words with a blank behind each."""
    out = []
    for symbol in _SYMBOL.finditer(pattern):
        if sign := symbol["sign"]:
            out.append(_SIGNS[sign])
        elif word := symbol["word"]:
            out.append(r"(?:\S+ )*" if word == "..." else re.escape(word) + " ")
        else:
            name = symbol["name"]
            inner = (
                f"{_expression(lists[name], lists)}" if name in lists else rf"{name.upper()}\d+ "
            )
            out.append(f"(?P<{symbol['as']}>{inner})" if symbol["as"] else f"(?:{inner})")
    return "".join(out)
