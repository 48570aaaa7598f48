"""Calls to other endpoints in a SPARQL text (SERVICE, SPARQL 1.1 Federated Query)."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple
from urllib.parse import urljoin, urlsplit

from mla_graph.model.errors import InputError
from mla_graph.model.sparql_text import Token, significant

MOST_CALLS: Final = 8
_SERVICE: Final = "SERVICE"
_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U(000[0-9A-Fa-f]{5}|0010[0-9A-Fa-f]{4})")


class Call(NamedTuple):
    """A call in a text, from ``start`` to ``end``, and the query that it sends."""

    start: int
    end: int
    endpoint: str
    silent: bool
    query: str


def may_call_service(sparql: str) -> bool:
    """Tell whether the letters SERVICE occur anywhere in the query."""
    return _SERVICE in _decoded(sparql).upper()


def calls_service(sparql: str) -> bool:
    """Tell whether the query has the keyword SERVICE."""
    return may_call_service(sparql) and any(map(_is_service, significant(_decoded(sparql))))


def calls(sparql: str, base: str | None = None) -> list[Call]:
    """Find the calls in a text, in their order.

    Raises:
        InputError: there are too many, or they cannot be told from the text.
    """
    if _decoded(sparql) != sparql:
        raise InputError("A query that calls another endpoint (SERVICE) takes no \\u escapes.")
    try:
        found = list(_calls(sparql, base))
    except ValueError as error:  # of urljoin
        raise InputError(f"An address in a query that calls SERVICE is wrong: {error}.") from None
    if len(found) > MOST_CALLS:
        raise InputError(f"A query may call other endpoints {MOST_CALLS} times.")
    return found


def hosts_called(sparql: str) -> set[str]:
    """List the hosts that a trusted text calls, as ``name`` or ``name:port``.

    Raises:
        InputError: the calls cannot be told from the text.
    """
    return {urlsplit(call.endpoint).netloc for call in calls(sparql)}


def without_calls(sparql: str) -> str:
    """Replace each call by an empty group, as if no other endpoint answered."""
    position, pieces = 0, []
    for call in calls(sparql):
        pieces.append(sparql[position : call.start] + "{ }")
        position = call.end
    return "".join([*pieces, sparql[position:]])


def _calls(sparql: str, base: str | None) -> Iterator[Call]:
    tokens = list(significant(sparql))
    prologue, prefixes, base = _prologue(sparql, tokens, base)
    position = 0
    while position < len(tokens):
        if not _is_service(tokens[position]):
            position += 1
            continue
        start = tokens[position].end - len(_SERVICE)
        position += 1
        silent = position < len(tokens) and tokens[position].word == "SILENT"
        position += silent
        opening, closing = position + 1, _closing(tokens, position + 1)
        if closing is None:
            raise InputError("SERVICE should be followed by an IRI and a group in braces.")
        if any(map(_is_service, tokens[opening:closing])):
            raise InputError("A call to another endpoint (SERVICE) may hold no further call.")
        group = sparql[tokens[opening].start : tokens[closing].end]
        endpoint = _endpoint(tokens[position], prefixes, base)
        query = f"{prologue}SELECT * WHERE {group}"
        yield Call(start, tokens[closing].end, endpoint, silent, query)
        position = closing + 1


def _prologue(
    sparql: str, tokens: Sequence[Token], base: str | None
) -> tuple[str, dict[str, str], str]:
    """Give the text before the query form, and the prefixes and the base declared in it."""
    prefixes: dict[str, str] = {}
    position, end, base = 0, 0, base or ""
    first = f"BASE <{base}>\n" if base else ""
    while position < len(tokens):
        if tokens[position].word == "BASE" and position + 1 < len(tokens):
            base = urljoin(base, _iri(tokens[position + 1]) or "")
            position += 2
        elif tokens[position].word == "PREFIX" and position + 2 < len(tokens):
            name = tokens[position + 1].text.removesuffix(":")
            prefixes[name] = urljoin(base, _iri(tokens[position + 2]) or "")
            position += 3
        else:
            break
        end = tokens[position - 1].end
    return first + sparql[:end] + "\n", prefixes, base


def _endpoint(token: Token, prefixes: Mapping[str, str], base: str) -> str:
    iri = _iri(token)
    if iri is not None:
        return urljoin(base, iri)
    prefix, colon, local = token.text.partition(":")
    if token.kind != "name" or not colon or prefix not in prefixes:
        raise InputError("The endpoint after SERVICE should be an IRI, not a variable.")
    return prefixes[prefix] + re.sub(r"\\(.)", r"\1", local)


def _iri(token: Token) -> str | None:
    return token.text[1:-1] if token.kind == "iri" else None


def _closing(tokens: Sequence[Token], opening: int) -> int | None:
    """Find the brace that closes the one at ``opening``; None if there is no such brace."""
    if opening >= len(tokens) or tokens[opening].text != "{":
        return None
    depth = 0
    for position in range(opening, len(tokens)):
        depth += {"{": 1, "}": -1}.get(tokens[position].text, 0)
        if depth == 0:
            return position
    return None


def _is_service(token: Token) -> bool:
    """Tell whether the keyword ends the token: after a number or a dot it needs no space."""
    return token.word.endswith(_SERVICE) and ":" not in token.text


def _decoded(sparql: str) -> str:
    """Decode the escapes of the text, as a parser does (SPARQL 1.1, section 19.2)."""
    return _ESCAPE.sub(lambda found: chr(int(found[1] or found[2], 16)), sparql)
