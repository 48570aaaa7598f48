"""The addresses of a saved query's answers: suffixes, pages of rows, examples."""

from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import urlencode

from mla_graph.pages.address import at
from mla_graph.saved_queries.catalogue import Catalogue, SavedQuery
from mla_graph.service.wire.negotiation import Representation
from mla_graph.service.wire.problems import NothingHere
from mla_graph.service.wire.representations import of_saved_query

_SHORT: Final = {"turtle": "ttl", "ntriples": "nt"}
"""Endings of file names that differ from the name of the format."""


def ending(representation: Representation) -> str:
    """What follows the dot in the address of this representation."""
    return _SHORT.get(representation.name, representation.name)


def addressed(catalogue: Catalogue, name: str) -> tuple[SavedQuery, Representation | None]:
    """The query of ``legal-bases`` or ``legal-bases.csv``, and the format that the ending names.

    Raises:
        UnknownQuery: there is no such query.
        NothingHere: the query's answer has no such format; names the endings there are.
    """
    stem, dot, suffix = name.partition(".")
    query = catalogue.get(stem)
    if not dot:
        return query, None
    offered = {ending(one): one for one in of_saved_query(query.form)}
    if suffix not in offered:
        raise NothingHere(
            f"The answer of {query.name} has no ending .{suffix[:20]}; there are "
            + ", ".join(f".{known}" for known in offered)
            + ".",
            valid=list(offered),
        )
    return query, offered[suffix]


def example_address(query: SavedQuery) -> str:
    """The path that asks the query with the examples of its required parameters."""
    pairs = [
        (parameter.name, text)
        for parameter in query.parameters
        if parameter.required
        for text in parameter.example
    ]
    return at(f"/api/queries/{query.name}") + (f"?{urlencode(pairs)}" if pairs else "")


def explain_address(query: SavedQuery, given: Mapping[str, Sequence[str]]) -> str:
    """The path that shows the query as it runs with these parameters."""
    pairs = [(name, text) for name, texts in given.items() for text in texts]
    return at(f"/api/queries/{query.name}/explain") + (f"?{urlencode(pairs)}" if pairs else "")


def downloads(query: SavedQuery, given: Mapping[str, Sequence[str]]) -> list[tuple[str, str]]:
    """Name and address of the same answer in each format but the page."""
    pairs = [(name, text) for name, texts in given.items() for text in texts]
    asked = f"?{urlencode(pairs)}" if pairs else ""
    return [
        (offered.name, at(f"/api/queries/{query.name}.{ending(offered)}{asked}"))
        for offered in of_saved_query(query.form)[:-1]
    ]


def pages(
    path: str, parameters: Mapping[str, Sequence[str]], *, offset: int, rows: int, more: bool
) -> dict[str, str]:
    """The addresses of the next rows, of those before, and of the first, by link relation.

    Empty when these are all; an answer of no rows leads nowhere.
    """
    if not rows:
        return {}
    starts = {}
    if more:
        starts["next"] = offset + rows
    if offset:
        starts |= {"prev": max(0, offset - rows), "first": 0}
    kept = [(key, text) for key, texts in parameters.items() if key != "offset" for text in texts]
    return {
        relation: f"{path}?{urlencode([*kept, ('offset', str(start))])}"
        for relation, start in starts.items()
    }


def link_header(addresses: Mapping[str, str]) -> str:
    """The value of a Link header (RFC 8288)."""
    return ", ".join(f'<{address}>; rel="{relation}"' for relation, address in addresses.items())
