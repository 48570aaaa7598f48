"""Calls to other endpoints (SPARQL 1.1 Federated Query), found in the text without parsing it.

No worker can reach the network. Where calls are allowed, the pool makes them beforehand, all at the
same time, and the worker gets the tables in their place: the engine would send the same text, as it
binds nothing in it first.
"""

import re
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Final, NamedTuple
from urllib.parse import urlencode, urljoin, urlsplit

from mla_graph.adhoc.vetted_http import Refused, Unanswered, VettedHttp
from mla_graph.model.errors import InputError, StoreUnavailable

NO_SERVICE: Final = "This query calls another endpoint (SERVICE); only this graph is asked here."
_ACCEPT: Final = "application/sparql-results+json, application/sparql-results+xml;q=0.9"
_TABLES: Final = ("application/sparql-results+json", "application/sparql-results+xml")
_FORM: Final = "application/x-www-form-urlencoded"
"""Virtuoso 7 never answers a query that is the body itself (application/sparql-query)."""
_MOST_CALLS: Final = 8
_SILENT_SHARE: Final = 0.75
"""What a SILENT call may take of the time that is left: the rest is for this graph's own part."""

_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U(000[0-9A-Fa-f]{5}|0010[0-9A-Fa-f]{4})")
_TOKEN = re.compile(
    r"""
    \"\"\"(?:[^"\\]|\\.|"(?!""))*\"\"\" | '''(?:[^'\\]|\\.|'(?!''))*'''
  | "(?:[^"\\\n\r]|\\.)*" | '(?:[^'\\\n\r]|\\.)*'
  | <(?P<iri>[^<>"{}|^`\\\x00-\x20]*)> | (?P<comment>\#[^\n\r]*) | [?$@]\w+
  | (?P<word>(?:[\w:.\-%]|\\.)+) | (?P<bracket>[{}()\[\]])
    """,
    re.VERBOSE | re.DOTALL,
)


class Table(NamedTuple):
    """Results of another endpoint that stand in the text of a query."""

    media_type: str
    body: bytes
    endpoint: str
    silent: bool


class Called(NamedTuple):
    """A query in pieces, and why some of the SILENT calls in it got no answer, a sentence each."""

    pieces: list[str | Table]
    missing: list[str]


class Federation:
    """Calls other endpoints on behalf of queries."""

    def __init__(self, http: VettedHttp) -> None:
        self._http = http

    def called(self, sparql: str, base: str | None, until: float) -> Called:
        """The query with the tables that other endpoints gave in place of the calls.

        ``until`` is the time of ``time.monotonic`` at which the query's deadline ends. A SILENT
        call that gets no answer leaves one solution without bindings in its place (SPARQL 1.1
        Federated Query, section 4).

        Raises:
            InputError: a call is not allowed, or cannot be told from the text.
            StoreUnavailable: another endpoint did not answer, and the call is not SILENT.
        """
        found = calls(sparql, base)
        now = time.monotonic()
        ends = [until - (1 - _SILENT_SHARE) * (until - now) if c.silent else until for c in found]
        threads = ThreadPoolExecutor(max_workers=_MOST_CALLS)
        answers = [threads.submit(self._answer, *each) for each in zip(found, ends, strict=True)]
        threads.shutdown(wait=False)
        pieces: list[str | Table] = []
        missing = []
        position = 0
        for call, end, answer in zip(found, ends, answers, strict=True):
            pieces.append(sparql[position : call.start] + "{ ")
            outcome = _in_time(answer, call, end)
            if isinstance(outcome, Refused):
                raise InputError(f"{outcome} (SERVICE)")
            if isinstance(outcome, Table):
                pieces.append(outcome)
            elif call.silent:
                missing.append(f"{outcome}.")
            else:
                raise StoreUnavailable(f"Another endpoint did not answer: {outcome}.")
            pieces.append(" }")
            position = call.end
        return Called([*pieces, sparql[position:]], missing)

    def _answer(self, call: "Call", until: float) -> "Outcome":
        """What came of a call. An exception is given, not raised: a future that held it would hold
        the frames that wait for it too."""
        form = urlencode({"query": call.query}).encode()
        try:
            media_type, body = self._http.post(call.endpoint, form, _FORM, _ACCEPT, until)
        except (Refused, Unanswered) as failure:
            return failure
        if media_type not in _TABLES:
            return Unanswered(f"{call.endpoint}: an answer of type {media_type or 'unknown'}")
        return Table(media_type, body, call.endpoint, call.silent)


Outcome = Table | Refused | Unanswered


def _in_time(answer: Future[Outcome], call: "Call", until: float) -> Outcome:
    """The outcome; a thread may be late all the same, for example over the name of the host."""
    done, _ = wait([answer], max(0.0, until - time.monotonic()) + 0.1)
    return answer.result() if done else Unanswered(f"{call.endpoint}: not in time")


class Call(NamedTuple):
    """A call in a text, from ``start`` to ``end``, and the query that it sends."""

    start: int
    end: int
    endpoint: str
    silent: bool
    query: str


def calls_service(sparql: str) -> bool:
    """Whether the keyword SERVICE stands in the query (SPARQL 1.1 Federated Query)."""
    return may_call_service(sparql) and any(
        _is_service(found) for found in _TOKEN.finditer(_decoded(sparql))
    )


def may_call_service(sparql: str) -> bool:
    """Whether the letters SERVICE stand anywhere in the query."""
    return "SERVICE" in _decoded(sparql).upper()


def nested_beyond(sparql: str, most: int) -> bool:
    """Whether brackets are nested more deeply than that; read no further than to the first."""
    if sum(map(sparql.count, "{([")) <= most:  # the usual case, without a look at every token
        return False
    depth = 0
    for found in _TOKEN.finditer(sparql):
        if bracket := found["bracket"]:
            depth += 1 if bracket in "{([" else -1
            if depth > most:
                return True
    return False


def calls(sparql: str, base: str | None = None) -> list[Call]:
    """The calls in a text, in their order.

    Raises:
        InputError: there are too many, or they cannot be told from the text.
    """
    if _decoded(sparql) != sparql:
        raise InputError("A query that calls another endpoint (SERVICE) takes no \\u escapes.")
    found = list(_calls(sparql, base))
    if len(found) > _MOST_CALLS:
        raise InputError(f"A query may call other endpoints {_MOST_CALLS} times.")
    return found


def hosts_called(sparql: str) -> set[str]:
    """The hosts that a text calls, as ``VettedHttp`` takes them; for a text that is trusted.

    Raises:
        InputError: the calls cannot be told from the text.
    """
    return {urlsplit(call.endpoint).netloc for call in calls(sparql)}


def without_calls(sparql: str) -> str:
    """The text as if no other endpoint answered."""
    position, pieces = 0, []
    for call in calls(sparql):
        pieces.append(sparql[position : call.start] + "{ }")
        position = call.end
    return "".join([*pieces, sparql[position:]])


def _calls(sparql: str, base: str | None) -> Iterator[Call]:
    tokens = [found for found in _TOKEN.finditer(sparql) if found["comment"] is None]
    prologue, prefixes, base = _prologue(sparql, tokens, base)
    position = 0
    while position < len(tokens):
        if not _is_service(tokens[position]):
            position += 1
            continue
        start = tokens[position].end() - len("SERVICE")
        position += 1
        silent = position < len(tokens) and (tokens[position]["word"] or "").upper() == "SILENT"
        position += silent
        opening, closing = position + 1, _closing(tokens, position + 1)
        if closing is None:
            raise InputError("SERVICE should be followed by an IRI and a group in braces.")
        if any(_is_service(token) for token in tokens[opening:closing]):
            raise InputError("A call to another endpoint (SERVICE) may hold no further call.")
        group = sparql[tokens[opening].start() : tokens[closing].end()]
        yield Call(
            start,
            tokens[closing].end(),
            _endpoint(tokens[position], prefixes, base),
            silent,
            f"{prologue}SELECT * WHERE {group}",
        )
        position = closing + 1


def _prologue(
    sparql: str, tokens: list[re.Match[str]], base: str | None
) -> tuple[str, dict[str, str], str]:
    """The text before the query form, the prefixes and the base declared in it."""
    prefixes: dict[str, str] = {}
    position, end, base = 0, 0, base or ""
    first = f"BASE <{base}>\n" if base else ""
    while position < len(tokens):
        word = (tokens[position]["word"] or "").upper()
        if word == "BASE" and position + 1 < len(tokens):
            base = urljoin(base, tokens[position + 1]["iri"] or "")
            position += 2
        elif word == "PREFIX" and position + 2 < len(tokens):
            name = (tokens[position + 1]["word"] or "").removesuffix(":")
            prefixes[name] = urljoin(base, tokens[position + 2]["iri"] or "")
            position += 3
        else:
            break
        end = tokens[position - 1].end()
    return first + sparql[:end] + "\n", prefixes, base


def _endpoint(token: re.Match[str], prefixes: Mapping[str, str], base: str) -> str:
    if token["iri"] is not None:
        return urljoin(base, str(token["iri"]))
    prefix, colon, local = (token["word"] or "").partition(":")
    if not colon or prefix not in prefixes:
        raise InputError("The endpoint after SERVICE should be an IRI, not a variable.")
    return prefixes[prefix] + re.sub(r"\\(.)", r"\1", local)


def _closing(tokens: list[re.Match[str]], opening: int) -> int | None:
    """The position of the brace that closes the one at ``opening``, if one stands there."""
    if opening >= len(tokens) or tokens[opening]["bracket"] != "{":
        return None
    depth = 0
    for position in range(opening, len(tokens)):
        depth += {"{": 1, "}": -1}.get(tokens[position]["bracket"] or "", 0)
        if depth == 0:
            return position
    return None


def _is_service(token: re.Match[str]) -> bool:
    return (token["word"] or "").strip(".").upper() == "SERVICE"


def _decoded(sparql: str) -> str:
    """The text with its escapes decoded, as a parser reads it (SPARQL 1.1, section 19.2)."""
    return _ESCAPE.sub(lambda found: chr(int(found[1] or found[2], 16)), sparql)
