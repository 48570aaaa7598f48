"""The answer to a SELECT as plain JSON values."""

import math
from typing import Final

import pyoxigraph as ox

from mla_graph.model.errors import UnsupportedFormat
from mla_graph.model.namespaces import XSD
from mla_graph.store.interface import Answer

_FLOATS: Final = frozenset(f"{XSD}{name}" for name in ("decimal", "double", "float"))


def rows(answer: Answer) -> list[dict[str, object]]:
    """One dict a row, every column in it.

    IRIs and literals are strings, but numbers and booleans are JSON's own; an empty cell is None.

    Raises:
        UnsupportedFormat: the answer is no table.
    """
    if not isinstance(answer, ox.QuerySolutions):
        raise UnsupportedFormat("Only the answer to a SELECT query has rows.", value="rows")
    names = [variable.value for variable in answer.variables]
    return [dict(zip(names, map(_plain, row), strict=True)) for row in answer]


def _plain(term: object) -> object:
    if term is None or isinstance(term, ox.NamedNode):
        return term and term.value
    if not isinstance(term, ox.Literal):
        return str(term)
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
