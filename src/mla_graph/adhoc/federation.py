"""Tables from other endpoints in place of SERVICE calls.

No worker can reach the network. Where calls are allowed, the pool makes them beforehand, all at the
same time, and the worker gets the tables in their place: the engine would send the same text, as it
binds nothing in it first.
"""

import time
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Final, NamedTuple
from urllib.parse import urlencode

from mla_graph.adhoc.vetted_http import Refused, Unanswered, VettedHttp
from mla_graph.model.errors import InputError, StoreUnavailable
from mla_graph.model.sparql_calls import MOST_CALLS, Call, calls

_ACCEPT: Final = "application/sparql-results+json, application/sparql-results+xml;q=0.9"
_TABLES: Final = ("application/sparql-results+json", "application/sparql-results+xml")
_FORM: Final = "application/x-www-form-urlencoded"
"""Some engines never answer a query that is the body itself (application/sparql-query)."""
_SILENT_SHARE: Final = 0.75
"""What a SILENT call may take of the time that is left: the rest is for this graph's own part."""


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
        """Replace the calls in a query by the tables of other endpoints.

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
        threads = ThreadPoolExecutor(max_workers=MOST_CALLS)
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

    def _answer(self, call: Call, until: float) -> "Outcome":
        """Call an endpoint; return an exception, as a future that holds a raised one would hold
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


def _in_time(answer: Future[Outcome], call: Call, until: float) -> Outcome:
    """Wait for the outcome; a thread may be late over the name of the host."""
    done, _ = wait([answer], max(0.0, until - time.monotonic()) + 0.1)
    return answer.result() if done else Unanswered(f"{call.endpoint}: not in time")
