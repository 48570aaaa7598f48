"""SPARQL texts cut at their parameters, and RDF terms written into the gaps.

A parameter is a variable written `$_name`. Only variable tokens are cut; the same characters
inside a string, a comment or an IRI are text like any other.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Self

from mla_graph.model.terms import Term

# SPARQL 1.1, section 19.8: the terminals in which `$_name` could stand, and names and keywords.
_START = (
    r"A-Za-z_\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u02FF\u0370-\u037D\u037F-\u1FFF\u200C\u200D"
    r"\u2070-\u218F\u2C00-\u2FEF\u3001-\uD7FF\uF900-\uFDCF\uFDF0-\uFFFD\U00010000-\U000EFFFF"
)
_CHARACTER = rf"{_START}0-9\u00B7\u0300-\u036F\u203F\u2040"
_TOKEN = re.compile(
    rf"""
    (?P<string>\"\"\"(?:[^"\\]|\\.|"(?!""))*\"\"\"
              |'''(?:[^'\\]|\\.|'(?!''))*'''
              |"(?:[^"\\\n\r]|\\.)*"
              |'(?:[^'\\\n\r]|\\.)*')
   |(?P<iri><(?:[^<>"{{}}|^`\\\x00-\x20]|\\[uU])*>)
   |(?P<comment>\#[^\n\r]*)
   |(?P<variable>[?$][{_START}0-9][{_CHARACTER}]*)
   |(?P<name>(?:[{_CHARACTER}:.\-]|%[0-9A-Fa-f]{{2}}|\\[_~.\-!$&'()*+,;=/?\#@%])+)
   |(?P<space>\s+)
   |(?P<mark>.)
    """,
    re.VERBOSE | re.DOTALL,
)
# Some engines decode \uXXXX in the whole text before they parse it (SPARQL 1.1, section 19.2):
# a backslash before a letter u that a person typed must not look like the start of an escape.
_ROWS = re.compile(r"VALUES \(([?\w ]+)\) \{ \(UNDEF(?: UNDEF)*\) \}", re.ASCII)
_BACKSLASH = re.compile(r"(\\\\)([uU])|\\.", re.DOTALL)


class Token(NamedTuple):
    """One token: its kind (string, iri, comment, variable, name, space, mark) and its text."""

    kind: str
    text: str

    @property
    def parameter(self) -> str | None:
        """Return the name of the parameter, if the token is one."""
        is_parameter = self.kind == "variable" and self.text.startswith("$_")
        return self.text[2:] if is_parameter else None


def tokens(text: str) -> Iterator[Token]:
    """Split a SPARQL text into tokens, which joined are the text."""
    for found in _TOKEN.finditer(text):
        yield Token(found.lastgroup or "mark", found.group())


@dataclass(frozen=True)
class Template:
    """A SPARQL text in pieces, with the name of a parameter between each two."""

    pieces: tuple[str, ...]
    names: tuple[str, ...]

    @classmethod
    def cut(cls, text: str) -> Self:
        """Cut the text at each `$_name`."""
        pieces, names = [""], []
        for token in tokens(text):
            if token.parameter is None:
                pieces[-1] += token.text
            else:
                names.append(token.parameter)
                pieces.append("")
        return cls(tuple(pieces), tuple(names))

    @classmethod
    def cut_rows(cls, text: str) -> tuple[Self, dict[str, tuple[str, ...]]]:
        """Cut the text also in each empty `VALUES`, where rows of another query go.

        Return with it the columns of each of these gaps, by the gap's name.
        """
        gaps: dict[str, tuple[str, ...]] = {}

        def gap(found: re.Match[str]) -> str:
            columns = tuple(name.removeprefix("?") for name in found[1].split())
            name = f"rows_of_{'_'.join(columns)}"
            gaps[name] = columns
            return f"VALUES ({found[1]}) {{ $_{name} }}"

        return cls.cut(_ROWS.sub(gap, text)), gaps

    def fill(self, values: Mapping[str, str]) -> str:
        """Return the text with these values; a parameter without one stays a variable."""
        parts = [self.pieces[0]]
        for name, piece in zip(self.names, self.pieces[1:], strict=True):
            parts += (values.get(name, f"$_{name}"), piece)
        return "".join(parts)


def sparql(terms: Sequence[Term]) -> str:
    """Write the terms in SPARQL, separated by commas."""
    text = ", ".join(map(str, terms))
    return _BACKSLASH.sub(_hide_u, text) if "\\" in text else text


def sparql_rows(found: Iterable[Sequence[Term | None]]) -> str:
    """Write rows of terms for a `VALUES`; UNDEF where a cell is empty."""
    return " ".join(
        f"({' '.join('UNDEF' if term is None else sparql([term]) for term in row)})"
        for row in found
    )


def _hide_u(found: re.Match[str]) -> str:
    return f"\\\\\\U{ord(found[2]):08X}" if found[2] else found[0]
