"""The answer to a SELECT as plain JSON values, and the one document of rows."""

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final, Self

import pyoxigraph as ox

from mla_graph.model.about import NOTICE
from mla_graph.model.errors import UnsupportedFormat
from mla_graph.model.namespaces import XSD
from mla_graph.saved_queries.run import Bound
from mla_graph.store.interface import Answer

_FLOATS: Final = frozenset(f"{XSD}{name}" for name in ("decimal", "double", "float"))


class Text(str):
    """Text with the language of its literal, which pages mark."""

    language = ""

    @classmethod
    def of(cls, literal: ox.Literal) -> Self:
        """Keep the language of a literal."""
        text = cls(literal.value)
        text.language = literal.language or ""
        return text

    def __deepcopy__(self, memo: object) -> Self:
        """Return the text itself, as text does not change."""
        return self


def rows(answer: Answer) -> list[dict[str, object]]:
    """Give one dict a row, every column in it.

    IRIs and literals are strings, but numbers and booleans are JSON's own; an empty cell is None.

    Raises:
        UnsupportedFormat: the answer is no table.
    """
    if not isinstance(answer, ox.QuerySolutions):
        raise UnsupportedFormat("Only the answer to a SELECT query has rows.", value="rows")
    names = [variable.value for variable in answer.variables]
    return [dict(zip(names, map(_plain, row), strict=True)) for row in answer]


def rows_document(
    found: Sequence[Mapping[str, object]],
    about: Mapping[str, object],
    *,
    limit: int | None = None,
    offset: int = 0,
) -> dict[str, Any]:
    """Compose ``{"data": […], "meta": {…}}``, the same for command line and HTTP.

    ``found`` may have one row beyond ``limit``: it is left out, and ``truncated`` is true.
    ``about`` begins ``meta``; that of a saved query comes from ``about_query``.
    """
    data = found[:limit]
    return {
        "data": data,
        "meta": {
            **about,
            "limit": limit,
            "offset": offset,
            "count": len(data),
            "truncated": len(found) > len(data),
            "disclaimer": NOTICE,
        },
    }


def about_query(bound: Bound, release_id: str | None) -> dict[str, Any]:
    """Name the saved query, the values of its parameters, and the release."""
    return {
        "query": bound.query.name,
        "parameters": {name: [term.value for term in terms] for name, terms in bound.terms.items()},
        "release": release_id,
    }


def _plain(term: object) -> object:
    if term is None or isinstance(term, ox.NamedNode):
        return term and term.value
    if not isinstance(term, ox.Literal):
        return str(term)
    if term.language:
        return Text.of(term)
    text, datatype = term.value, term.datatype.value
    try:
        if datatype == f"{XSD}integer":
            return int(text)
        if datatype in _FLOATS:
            number = float(text)
            return number if math.isfinite(number) else text
    except ValueError:  # a literal that is not of its datatype
        return text
    if datatype == f"{XSD}boolean":
        return {"true": True, "1": True, "false": False, "0": False}.get(text, text)
    return text
