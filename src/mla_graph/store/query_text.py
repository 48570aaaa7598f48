"""What can be told from the text of a SPARQL query without parsing it.

A parser may crash the process on hostile text (deep nesting overflows its stack), so these looks
are safe on any text.
"""

import re
from typing import Final

from mla_graph.model.errors import InputError, QuerySyntaxError, UpdateRefused

_PROLOGUE = re.compile(
    r"\s+|#[^\r\n]*|(?i:PREFIX)\s+[^\s:<>#]*:\s*<[^<>\s]*>|(?i:BASE)\s*<[^<>\s]*>"
)
_KEYWORD = re.compile(r"[A-Za-z]+")
UPDATES: Final = frozenset(
    ("INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP", "ADD", "MOVE", "COPY", "WITH")
)
_POSITION = re.compile(r"error at (\d+):(\d+): expected (?:one of )?(.*)", re.DOTALL)
_LINE_COLUMN = re.compile(r"line\W{0,3}(\d+)(?:\W{1,3}col(?:umn)?\W{0,3}(\d+))?", re.IGNORECASE)
_CHARACTERS = re.compile(r'"(?:[^"\\]|\\.)*"|\[(?:\\.|[^\]])*\]')
_SENTENCE = re.compile(r"[A-Z]\w+(?: \w+)+")


def leading_keyword(sparql: str) -> str:
    """The first keyword after the prologue in upper case: SELECT, ASK, INSERT … or nothing."""
    position = 0
    while found := _PROLOGUE.match(sparql, position):
        position = found.end()
    keyword = _KEYWORD.match(sparql, position)
    return keyword.group().upper() if keyword else ""


def is_update(sparql: str) -> bool:
    """Whether the text starts like a SPARQL 1.1 Update."""
    return leading_keyword(sparql) in UPDATES


def refusal(sparql: str, message: str) -> InputError:
    """The error for a text that a parser did not take as a query.

    ``message`` is the parser's; line and column are read from it (Oxigraph's form, or anything
    that says "line N column M").
    """
    if is_update(sparql):
        return UpdateRefused(
            "This is an update; only queries are answered here: SELECT, ASK, CONSTRUCT, DESCRIBE."
        )
    if found := _POSITION.search(message):
        line, column = int(found[1]), int(found[2])
        return QuerySyntaxError(
            f"The query cannot be parsed at line {line}, column {column}"
            f"{_near(sparql, line, column)}{_reason(sparql, found[3])}.",
            line=line,
            column=column,
        )
    place = _LINE_COLUMN.search(message)
    return QuerySyntaxError(
        f"The query cannot be parsed: {_short(message)}",
        line=int(place[1]) if place else None,
        column=int(place[2]) if place and place[2] else None,
    )


def _near(sparql: str, line: int, column: int) -> str:
    lines = re.split(r"\r\n|\r|\n", sparql)
    text = lines[line - 1][: column - 1].strip()[-30:] if line <= len(lines) else ""
    return f", after “{text}”" if text else ""


def _reason(sparql: str, expected: str) -> str:
    """Oxigraph lists tokens that would fit, incompletely: keep only what is a reason."""
    reasons = [text.strip() for text in _SENTENCE.findall(_CHARACTERS.sub("", expected))]
    if reasons:
        return f": {', '.join(reasons)}"
    if leading_keyword(sparql) not in ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE"):
        return "; a query begins with SELECT, ASK, CONSTRUCT or DESCRIBE, after its prefixes"
    return ""


def _short(message: str) -> str:
    text = " ".join(message.split())
    return text if len(text) <= 300 else f"{text[:299]}…"
