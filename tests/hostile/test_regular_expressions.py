"""Every regular expression takes time that grows with the text alone, whatever the text is."""

import importlib
import pkgutil
import re
import time
from collections.abc import Iterator
from re import _constants as c  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

import pytest

import mla_graph

ANCHORED = ("mla_graph.model.terms._ABSOLUTE", "mla_graph.saved_queries.parameters._KIND_AND_KEY")
"""They are only asked for a match at the beginning; to search for them would take the square."""

Found = re.Pattern[str] | re.Pattern[bytes]

_REPEATS = (c.MAX_REPEAT, c.MIN_REPEAT, c.POSSESSIVE_REPEAT)
_CLASSES = {c.CATEGORY_DIGIT: "1", c.CATEGORY_SPACE: " ", c.CATEGORY_WORD: "a"}
_OTHERS = "a b.1(-{<Q"


def patterns() -> dict[str, Found]:
    """Each one that a module holds, by where it was found."""
    found: dict[Found, str] = {}

    def collect(value: Any, where: str) -> None:
        if isinstance(value, re.Pattern):
            found.setdefault(value, where)
        elif isinstance(value, dict):
            collect([*value.keys(), *value.values()], where)
        elif isinstance(value, tuple | list):
            for item in value:
                collect(item, where)

    for module in pkgutil.walk_packages(mla_graph.__path__, "mla_graph."):
        for name, value in vars(importlib.import_module(module.name)).items():
            collect(value, f"{module.name}.{name}")
    return {where: pattern for pattern, where in found.items()}


def example(node: Any) -> str:
    """A text that the node of a parsed expression matches, more or less."""
    text = ""
    for kind, about in node:
        if kind is c.LITERAL:
            text += chr(about)
        elif kind is c.NOT_LITERAL:
            text += "a" if about != ord("a") else "b"
        elif kind is c.ANY:
            text += "a"
        elif kind is c.IN:
            text += member(about)
        elif kind is c.BRANCH:
            text += example(about[1][0])
        elif kind is c.SUBPATTERN:
            text += example(about[3])
        elif kind in _REPEATS:
            text += example(about[2]) * max(1, min(about[0], 3))
        elif kind is c.ATOMIC_GROUP:
            text += example(about)
    return text


def member(items: Any) -> str:
    if items[0][0] is c.NEGATE:
        return next((other for other in _OTHERS if not is_in(other, items[1:])), "{")
    kind, about = items[0]
    if kind is c.CATEGORY:
        return _CLASSES.get(about, "-")
    return chr(about[0] if kind is c.RANGE else about)


def is_in(letter: str, items: Any) -> bool:
    return any(
        (kind is c.LITERAL and about == ord(letter))
        or (kind is c.RANGE and about[0] <= ord(letter) <= about[1])
        or (kind is c.CATEGORY and _CLASSES.get(about) == letter)
        for kind, about in items
    )


def pieces(node: Any) -> Iterator[str]:
    """Examples of every part, and of everything up to it."""
    for number, (kind, about) in enumerate(node):
        yield example(node[number : number + 1])
        yield example(node[: number + 1])
        if kind is c.BRANCH:
            for branch in about[1]:
                yield from pieces(branch)
        elif kind is c.SUBPATTERN:
            yield from pieces(about[3])
        elif kind in _REPEATS:
            yield from pieces(about[2])
        elif kind is c.ATOMIC_GROUP:
            yield from pieces(about)


def seconds(pattern: Any, piece: str, length: int) -> float:
    text: Any = piece * (length // len(piece)) + "\0"
    if isinstance(pattern.pattern, bytes):
        text = text.encode()
    since = time.thread_time()
    for _ in pattern.finditer(text):
        pass
    return time.thread_time() - since


@pytest.mark.slow
def test_twice_the_text_takes_about_twice_the_time() -> None:
    """Grown step by step: what takes more than the square is found before it takes hours."""
    slow = []
    for where, pattern in patterns().items():
        if where in ANCHORED:
            continue
        own = pieces(parser.parse(pattern.pattern, pattern.flags))
        for piece in sorted({*own, " ", "1", "a", "A", "(", "a ", "A ", "1 "} - {""}, key=len)[:25]:
            length = 25
            while length < 12_800 and seconds(pattern, piece, length) < 0.015:
                length *= 2
            taken = min(seconds(pattern, piece, length) for _ in range(3))
            half = min(seconds(pattern, piece, length // 2) for _ in range(3))
            if taken > 0.015 and taken > 3 * half:
                slow.append(f"{where}: {piece!r} repeated to {length}: {half:.4f} s, {taken:.4f} s")
    assert slow == []
