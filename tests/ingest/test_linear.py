"""Twice the text takes twice the time: no expression that meets outside text is quadratic."""

import importlib
import pkgutil
import re
import re._parser as parser  # type: ignore[import-not-found]
import time
from collections.abc import Iterator
from typing import Any

import pytest

import mla_graph.ingest
from mla_graph.ingest.facts.tables import rows

LONGEST = 8_000
FAST = 0.015
"""Seconds of processor time above which a text is compared with half of it."""
CHARACTERS = " a1A,.;:()\n-'x/"


def expressions() -> dict[str, re.Pattern[str]]:
    """Every compiled expression of ingest, and those in its tables."""
    found = {}
    for module in pkgutil.walk_packages(mla_graph.ingest.__path__, "mla_graph.ingest."):
        for name, value in vars(importlib.import_module(module.name)).items():
            for place, pattern in patterns(value):
                found[f"{module.name.removeprefix('mla_graph.ingest.')}.{name}{place}"] = pattern
    for table in ("authority-types", "condition-types", "formality-types"):
        for place, row in enumerate(rows(table)):
            found[f"{table}[{place}]"] = re.compile(row[0])
    return found


def patterns(value: Any) -> Iterator[tuple[str, re.Pattern[str]]]:
    """The expressions in a value of a module: alone, in a dictionary, in tuples."""
    if isinstance(value, re.Pattern):
        yield "", value
    elif isinstance(value, dict):
        yield from (
            (f"[{key}]", item) for key, item in value.items() if isinstance(item, re.Pattern)
        )
    elif isinstance(value, tuple):
        for place, item in enumerate(value):
            yield from ((f"[{place}]{rest}", pattern) for rest, pattern in patterns(item))


EXPRESSIONS = expressions()


def sample(items: Any, branch: int) -> str:
    """A text that the items of a parsed expression match; ``branch`` picks the alternatives."""
    return "".join(one(op, value, branch) for op, value in items)


def one(op: Any, value: Any, branch: int) -> str:
    match str(op):
        case "LITERAL":
            return chr(value)
        case "ANY":
            return "a"
        case "NOT_LITERAL":
            return "b" if value == ord("a") else "a"
        case "IN":
            fits = re.compile(charset(value)).match
            return next((c for c in CHARACTERS if fits(c)), one(*value[-1], branch))
        case "RANGE":
            return chr(value[0])
        case "BRANCH":
            return sample(value[1][branch % len(value[1])], branch)
        case "SUBPATTERN":
            return sample(value[-1], branch)
        case "MAX_REPEAT" | "MIN_REPEAT":
            return sample(value[2], branch) * max(value[0], 1)
        case _:
            return ""


def charset(items: Any) -> str:
    """A set of characters as it is written."""
    written = {
        "CATEGORY_SPACE": r"\s", "CATEGORY_DIGIT": r"\d", "CATEGORY_WORD": r"\w",
        "CATEGORY_NOT_SPACE": r"\S", "CATEGORY_NOT_DIGIT": r"\D", "CATEGORY_NOT_WORD": r"\W",
    }  # fmt: skip
    parts = []
    for op, value in items:
        match str(op):
            case "NEGATE":
                parts.append("^")
            case "LITERAL":
                parts.append(re.escape(chr(value)))
            case "RANGE":
                parts.append(f"{re.escape(chr(value[0]))}-{re.escape(chr(value[1]))}")
            case "CATEGORY":
                parts.append(written[str(value)])
    return f"[{''.join(parts)}]"


def pumps(items: Any, branch: int, before: str = "") -> Iterator[tuple[str, str]]:
    """Texts that begin a match, and the piece to repeat behind each, for all repetitions."""
    for op, value in items:
        match str(op):
            case "MAX_REPEAT" | "MIN_REPEAT":
                yield before, sample(value[2], branch)
                yield from pumps(value[2], branch, before)
            case "SUBPATTERN":
                yield from pumps(value[-1], branch, before)
            case "BRANCH":
                yield from pumps(value[1][branch % len(value[1])], branch, before)
        before += one(op, value, branch)
        yield "", before


def seconds(expression: re.Pattern[str], text: str) -> float:
    start = time.process_time()
    for _ in expression.finditer(text):
        pass
    return time.process_time() - start


def is_linear(expression: re.Pattern[str], before: str, piece: str, ending: str) -> bool:
    """Double the text until it takes long, then compare with half of it."""
    once, length = before, 1_000
    while length <= LONGEST:
        twice = before + piece * (length // len(piece)) + ending
        if seconds(expression, twice) > FAST:
            least = min(seconds(expression, once) for _ in range(3))
            return min(seconds(expression, twice) for _ in range(3)) < 3 * least
        once, length = twice, 2 * length
    return True


@pytest.mark.parametrize("name", EXPRESSIONS)
def test_twice_the_text_takes_twice_the_time(name: str) -> None:
    expression = EXPRESSIONS[name]
    parsed = parser.parse(expression.pattern, expression.flags)
    found = {pump for branch in range(3) for pump in pumps(parsed, branch) if pump[1]}
    for before, piece in sorted(found):
        for apart in ("", " "):
            assert is_linear(expression, before, piece + apart, "\n!"), (
                f"{before!r}, then {piece + apart!r} again and again"
            )
