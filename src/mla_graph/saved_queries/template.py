"""SPARQL texts cut at their parameters, and RDF terms written into the gaps.

A parameter is a variable written `$_name`. Only variable tokens are cut; the same characters
inside a string, a comment or an IRI are text like any other.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Self

from mla_graph.model.sparql_text import tokens
from mla_graph.model.terms import Term

# Some engines decode \uXXXX in the whole text before they parse it (SPARQL 1.1, section 19.2):
# a backslash before a letter u that a person typed must not look like the start of an escape.
_ROWS = re.compile(r"VALUES \(([?\w ]+)\) \{ \(UNDEF(?: UNDEF)*\) \}", re.ASCII)
_BACKSLASH = re.compile(r"(\\\\)([uU])|\\.", re.DOTALL)


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


@cache
def of_file(path: Path) -> Template:
    """Return the text of a query file, cut at its parameters; it is read once.

    Raises:
        OSError: there is no such file.
    """
    return Template.cut(path.read_text("utf-8"))
