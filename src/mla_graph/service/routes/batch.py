"""``POST /api/batch``: many calls of saved queries in one request, answered in their order."""

import asyncio
import json
import logging
import time
from collections import deque
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from mla_graph.model.errors import InvalidValue, LimitReached, MlaGraphError, UnsupportedFormat
from mla_graph.saved_queries.catalogue import SavedQuery
from mla_graph.service.answers import (
    RESERVED,
    asked_of,
    find,
    look_up,
)
from mla_graph.service.context import Served, ServiceContext
from mla_graph.service.wire import problems
from mla_graph.service.wire.answer_cache import Answered
from mla_graph.service.wire.negotiation import Representation
from mla_graph.service.wire.parameters import JSON, body_type, from_json_object, json_value
from mla_graph.service.wire.problems import InternalFailure, UnsupportedMediaType
from mla_graph.service.wire.representations import JSON_LD, ROWS, SPARQL_JSON

_log = logging.getLogger(__name__)

PATH: Final = "/api/batch"
MOST_BYTES: Final = 64 << 20
"""Bytes of answers in one batch; the calls after that are refused one by one."""

MEMBERS: Final = ("query", "parameters", "limit", "offset", "format")
FORMATS: Final = {
    "select": (ROWS, SPARQL_JSON),
    "ask": (SPARQL_JSON,),
    "construct": (JSON_LD,),
}
"""What an answer in a batch can be, by the form of the query; the first unless asked otherwise."""

_TURN: Final = 0.005
"""Seconds of processor time for which calls go to the engine; then others get their turn."""

_FIRST_CALLS: Final = 8
_MOST_CALLS: Final = 256
"""Calls of the first turn, and at most of one: how many fit is known from the turn before."""

_TURNS: Final = 2
"""Turns of one batch that wait for a store at the same time: less than the engine has threads.

In memory nothing is waited for, and two would only take the interpreter from each other.
"""

_PAUSE: Final = 0.05
"""Seconds before a batch asks a busy engine again."""


@dataclass
class _Room:
    """What the answers of one batch may still take: bytes in all, calls in the next turn."""

    left: int
    calls: int = _FIRST_CALLS


def routes(context: ServiceContext) -> list[Route]:
    """The one route."""

    async def batch(request: Request) -> Response:
        media_type = body_type(request)
        if media_type != JSON:
            raise UnsupportedMediaType(
                f"A body of type {media_type or 'unknown'} is not read here; send {JSON}.",
                valid=[JSON],
            )
        calls = calls_of(json_value(await request.body()), context.settings.max_batch)
        return StreamingResponse(
            _answers(context, context.served, calls),
            media_type=JSON,
            headers={"Cache-Control": "no-store"},
        )

    return [Route(PATH, batch, methods=["POST"])]


def calls_of(body: Any, most: int) -> Sequence[Any]:
    """The calls in the body: an array, or an object with the array ``requests``.

    Raises:
        InvalidValue: it is neither, or there are more than ``most``.
    """
    calls = body["requests"] if isinstance(body, dict) and list(body) == ["requests"] else body
    if not isinstance(calls, list):
        raise InvalidValue(
            "The body should be an array of calls, or an object with the one member requests "
            'that holds the array; a call is {"query": name, "parameters": {…}}.'
        )
    if len(calls) > most:
        raise InvalidValue(
            f"The batch has {len(calls)} calls; it may have at most {most}.", limit=most
        )
    return calls


async def _answers(
    context: ServiceContext, served: Served, calls: Sequence[Any]
) -> AsyncIterator[bytes]:
    """The array, written while it is worked out, a few turns in the engine at the same time."""
    room = _Room(MOST_BYTES)
    begun = 0
    turns: deque[asyncio.Task[bytes]] = deque()

    def begin() -> None:
        nonlocal begun
        numbers = range(begun, min(begun + room.calls, len(calls)))
        if numbers:
            begun = numbers.stop
            turns.append(asyncio.create_task(_turn(context, served, calls, numbers, room)))

    try:
        for _ in range(1 if served.store.never_waits else _TURNS):
            begin()
        separator = b"["
        while turns:
            piece = await turns.popleft()
            begin()
            yield separator + piece
            separator = b","
        yield b"]" if calls else b"[]"
    finally:
        for turn in turns:
            turn.cancel()


async def _turn(
    context: ServiceContext, served: Served, calls: Sequence[Any], numbers: range, room: _Room
) -> bytes:
    """The answers of the next few calls, between commas."""

    def work() -> bytes:
        since = time.thread_time()
        answers = b",".join([_answer(context, served, calls[n], n, room) for n in numbers])
        each = (time.thread_time() - since) / len(numbers)
        room.calls = min(_MOST_CALLS, 1 + int(_TURN / max(each, 1e-6)))
        return answers

    while True:
        try:
            return await context.engine.run(work)
        except LimitReached:  # the engine's queue is full: a batch can wait
            await asyncio.sleep(_PAUSE)


def _answer(context: ServiceContext, served: Served, call: Any, number: int, room: _Room) -> bytes:
    """One answer; what is wrong with one call is told in its place and spoils no other."""
    try:
        if room.left <= 0:
            raise LimitReached(
                f"The answers of this batch have reached {MOST_BYTES} bytes; "
                "ask the rest in another."
            )
        body = _found(context, served, call)
    except MlaGraphError as error:
        return _problem(error, number)
    except Exception:
        _log.exception("call %d of a batch failed", number)
        return _problem(InternalFailure("The service could not answer this call."), number)
    room.left -= len(body)
    return body


def _found(context: ServiceContext, served: Served, call: Any) -> bytes:
    if not isinstance(call, dict) or not isinstance(call.get("query"), str):
        raise InvalidValue('A call should be an object with the name of a saved query as "query".')
    if unknown := [name for name in call if name not in MEMBERS]:
        raise InvalidValue(
            f"A call has no member {unknown[0][:80]!r}; it has {', '.join(MEMBERS)}.",
            valid=list(MEMBERS),
        )
    query = context.catalogue.get(call["query"])
    representation = _representation(query, call.get("format"))
    given = call.get("parameters", {})
    if not isinstance(given, dict):
        raise InvalidValue("parameters should be an object of names and values.")
    if reserved := [name for name in RESERVED if name in given]:
        raise InvalidValue(
            f"{reserved[0]} stands beside parameters, not in it.", parameter=reserved[0]
        )
    paging = {name: call[name] for name in ("limit", "offset") if name in call}
    parameters = from_json_object(
        given | paging, numbers=query.number_names, lists=query.list_names
    )
    asked = asked_of(query, parameters, context.settings.max_rows)
    answered = look_up(served, asked, representation)
    if not isinstance(answered, Answered):
        answered = find(served, asked, representation, answered)
    assert answered.body is not None
    if answered.truncated:
        context.metrics.truncated()
        if representation is SPARQL_JSON:
            return answered.body.rstrip()[:-1] + b',"truncated":true}'
    return answered.body


def _representation(query: SavedQuery, asked: Any) -> Representation:
    offered = FORMATS[query.form]
    for one in offered:
        if asked in (None, one.name):
            return one
    names = [one.name for one in offered]
    raise UnsupportedFormat(
        f"In a batch the format of {query.name} is {' or '.join(names)}, not {asked!r}.",
        parameter="format",
        valid=names,
    )


def _problem(error: MlaGraphError, number: int) -> bytes:
    document = problems.document(error, PATH) | {"instance": f"{PATH}#/{number}"}
    return json.dumps(document, ensure_ascii=False, default=str).encode("utf-8", "replace")
