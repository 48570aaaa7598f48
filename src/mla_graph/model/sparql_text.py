"""SPARQL texts without a parser: tokens, the form of a query, and its faults.

A parser may crash the process on hostile text (deep nesting overflows its stack). Everything here
is safe on any text and takes time that grows with its length alone.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from typing import Final, NamedTuple

from mla_graph.model.errors import InputError, QuerySyntaxError, UpdateRefused
from mla_graph.model.namespaces import PREFIXES

# SPARQL 1.1, section 19.8: PN_CHARS_U and PN_CHARS.
_START = (
    r"A-Za-z_\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u02FF\u0370-\u037D\u037F-\u1FFF\u200C\u200D"
    r"\u2070-\u218F\u2C00-\u2FEF\u3001-\uD7FF\uF900-\uFDCF\uFDF0-\uFFFD\U00010000-\U000EFFFF"
)
_CHARACTER = rf"{_START}0-9\u00B7\u0300-\u036F\u203F\u2040"
_LONG: Final = {
    quote: rf"{quote * 3}(?:[^{quote}\\]|\\.|{quote}(?!{quote * 2}))*+{quote * 3}"
    for quote in "\"'"
}
UPDATES: Final = frozenset(
    ("INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP", "ADD", "MOVE", "COPY", "WITH")
)
_LETTERS = re.compile(r"[A-Za-z]*")
_POSITION = re.compile(r"error at (\d+):(\d+): expected (?:one of )?(.*)", re.DOTALL)
_LINE_COLUMN = re.compile(r"line\W{0,3}(\d+)(?:\W{1,3}col(?:umn)?\W{0,3}(\d+))?", re.IGNORECASE)
_CHARACTERS = re.compile(r'"(?:[^"\\]|\\.)*+(?:"|\Z)|\[(?:\\.|[^\]\\])*+(?:\]|\Z)', re.DOTALL)
_SENTENCE = re.compile(r"\b[A-Z]\w++(?: \w++)++")

_MOST_NAMED: Final = 10


class Token(NamedTuple):
    """A token: string, iri, comment, language, variable, name (also keywords), space or mark."""

    kind: str
    text: str
    start: int = 0

    @property
    def end(self) -> int:
        """The position after the token."""
        return self.start + len(self.text)

    @property
    def word(self) -> str:
        """A keyword in upper case; nothing for any other kind of token."""
        return self.text.upper() if self.kind == "name" else ""

    @property
    def parameter(self) -> str | None:
        """The name of the parameter of a saved query, written ``$_name``."""
        is_parameter = self.kind == "variable" and self.text.startswith("$_")
        return self.text[2:] if is_parameter else None


def tokens(text: str) -> Iterator[Token]:
    """Cut a SPARQL text, or Turtle, into tokens; joined they are the text.

    A string that is not closed ends with its line.
    """
    position, unclosed = 0, ""
    while position < len(text):
        for found in _lexer(unclosed).finditer(text, position):
            yield Token(found.lastgroup or "mark", found[0], found.start())
            position, quote = found.end(), found[0][0]
            empty = found[0] in ('""', "''") and text.startswith(quote, position)
            if empty and quote not in unclosed:
                # A long string without an end, of which engines read an empty one. There is no
                # later one either; to look for each would take time that grows with the square.
                unclosed += quote
                break


def significant(text: str) -> Iterator[Token]:
    """Cut a text into tokens without spaces and comments."""
    return (token for token in tokens(text) if token.kind not in ("space", "comment"))


@lru_cache(maxsize=8)
def _lexer(unclosed: str) -> re.Pattern[str]:
    """Compile the lexer without long strings of these quotes."""
    long = "".join(f"{pattern}|" for quote, pattern in _LONG.items() if quote not in unclosed)
    return re.compile(
        rf"""
        (?P<string>{long}"(?:[^"\\\n\r]|\\.)*+"?|'(?:[^'\\\n\r]|\\.)*+'?)
       |(?P<iri><(?:[^<>"{{}}|^`\\\x00-\x20]|\\[uU])*+>)
       |(?P<comment>\#[^\n\r]*)
       |(?P<language>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)
       |(?P<variable>[?$][{_START}0-9][{_CHARACTER}]*)
       |(?P<name>(?:[{_CHARACTER}:.\-]|%[0-9A-Fa-f]{{2}}|\\[_~.\-!$&'()*+,;=/?\#@%])+)
       |(?P<space>\s+)
       |(?P<mark>.)
        """,
        re.VERBOSE | re.DOTALL,
    )


def leading_keyword(sparql: str) -> str:
    """Find the first keyword after the prologue in upper case: SELECT, INSERT … or nothing."""
    found = significant(sparql)
    for token in found:
        if token.word == "PREFIX":
            skipped = next(found, token).text.endswith(":") and next(found, token).kind == "iri"
        else:
            skipped = token.word == "BASE" and next(found, token).kind == "iri"
        if not skipped:
            return _LETTERS.match(token.word)[0]  # type: ignore[index]  # it always matches
    return ""


def nested_beyond(sparql: str, most: int) -> bool:
    """Tell whether brackets are nested more deeply than that; read no further than needed."""
    if sum(map(sparql.count, "{([")) <= most:  # the usual case, without a look at every token
        return False
    depth = 0
    for token in tokens(sparql):
        if token.text in ("{", "(", "["):
            depth += 1
        elif token.text in ("}", ")", "]"):
            depth -= 1
        if depth > most:
            return True
    return False


def is_update(sparql: str) -> bool:
    """Tell whether the text starts like a SPARQL 1.1 Update."""
    return leading_keyword(sparql) in UPDATES


def refusal(sparql: str, message: str) -> InputError:
    """Compose the error for a text that a parser refused as a query.

    ``message`` is the parser's; line and column come from it, in Oxigraph's form or as
    "line N column M".
    """
    if is_update(sparql):
        return UpdateRefused(
            "This is an update; only queries are answered here: SELECT, ASK, CONSTRUCT, DESCRIBE."
        )
    if found := _POSITION.search(message):
        line, column = int(found[1]), int(found[2])
        return QuerySyntaxError(
            f"The query cannot be parsed at line {line}, column {column}"
            f"{_near(sparql, line, column)}{_reason(sparql, found[3])}"
            f"{_missing_prefixes(sparql) if 'Prefix not found' in message else ''}.",
            line=line,
            column=column,
        )
    place = _LINE_COLUMN.search(message)
    return QuerySyntaxError(
        f"The query cannot be parsed: {_short(message)}",
        line=int(place[1]) if place else None,
        column=int(place[2]) if place and place[2] else None,
    )


def _missing_prefixes(sparql: str) -> str:
    """Name the lines to add for prefixes that are used and not declared."""
    names = [token for token in significant(sparql) if token.kind == "name"]
    declared = {after.text for one, after in pairwise(names) if one.word == "PREFIX"}
    used = (f"{token.text.partition(':')[0]}:" for token in names if ":" in token.text)
    missing = [prefix for prefix in dict.fromkeys(used) if prefix not in declared][:_MOST_NAMED]
    lines = (f"PREFIX {p} <{PREFIXES.get(p.removesuffix(':'), '…')}>" for p in missing)
    return f"; add before the query: {' '.join(lines)}" if missing else ""


def _near(sparql: str, line: int, column: int) -> str:
    lines = re.split(r"\r\n|\r|\n", sparql)
    text = lines[line - 1][: column - 1].strip()[-30:] if line <= len(lines) else ""
    return f", after “{text}”" if text else ""


def _reason(sparql: str, expected: str) -> str:
    """Keep only the reasons: Oxigraph also lists tokens that would fit, not all of them."""
    reasons = [text.strip() for text in _SENTENCE.findall(_CHARACTERS.sub("", expected))]
    if reasons:
        return f": {', '.join(reasons)}"
    if leading_keyword(sparql) not in ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE"):
        return "; a query begins with SELECT, ASK, CONSTRUCT or DESCRIBE, after its prefixes"
    return ""


def _short(message: str) -> str:
    text = " ".join(message.split())
    return text if len(text) <= 300 else f"{text[:299]}…"
