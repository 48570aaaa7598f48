"""``POST /api/batch``: many calls of saved queries in one request, answered in their order."""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import StreamingResponse

from mla_graph.model.errors import InvalidValue, LimitReached, MlaGraphError, UnsupportedFormat
from mla_graph.saved_queries.catalogue import SavedQuery
from mla_graph.service.answers import MOST_OFFSET, RESERVED, asked_of, ready
from mla_graph.service.context import Served, ServiceContext
from mla_graph.service.wire import problems
from mla_graph.service.wire.formats import JSON_LD, ROWS, SPARQL_JSON, Representation
from mla_graph.service.wire.operations import Described, Operation, Schema, ref
from mla_graph.service.wire.parameters import (
    JSON,
    body_of,
    body_type,
    from_json_object,
    json_value,
)
from mla_graph.service.wire.problems import InternalFailure, UnsupportedMediaType
from mla_graph.service.wire.reply import Outcome

_log = logging.getLogger(__name__)

PATH: Final = "/api/batch"
MOST_BYTES: Final = 64 << 20
"""Bytes of answers in one batch; the calls after that are refused one by one."""

FORMATS: Final = {
    "select": (ROWS, SPARQL_JSON),
    "ask": (SPARQL_JSON,),
    "construct": (JSON_LD,),
}
"""What an answer in a batch can be, by the form of the query; the first unless asked otherwise."""

_VALUE: Final[Schema] = {"type": ["string", "integer"]}
CALL: Final[Schema] = {
    "type": "object",
    "required": ["query"],
    "properties": {
        "query": {"type": "string", "description": "Name of a saved query."},
        "parameters": {
            "type": "object",
            "description": "As in the JSON body of the query itself.",
            "additionalProperties": {"anyOf": [_VALUE, {"type": "array", "items": _VALUE}]},
        },
        "limit": {"type": "integer", "minimum": 0},
        "offset": {"type": "integer", "minimum": 0, "maximum": MOST_OFFSET},
        "format": {
            "type": "string",
            "enum": sorted({one.name for many in FORMATS.values() for one in many}),
        },
    },
    "additionalProperties": False,
}
"""One call, for the API description and for what is read."""
MEMBERS: Final = tuple(CALL["properties"])

_TURN: Final = 16
"""Calls that go to the engine at once; then others get their turn."""

_TURNS: Final = 2
"""Turns of one batch that wait for a store at the same time: less than the engine has threads.

In memory nothing is waited for, and two would only take the interpreter from each other.
"""

_PAUSE: Final = 0.05
"""Seconds before a batch asks a busy engine again."""


@dataclass
class _Room:
    """Bytes that the answers of one batch may still take."""

    left: int


def operations(context: ServiceContext) -> list[Operation]:
    """Give the one operation."""

    async def batch(request: Request) -> Outcome:
        media_type = body_type(request)
        if media_type != JSON:
            raise UnsupportedMediaType(
                f"A body of type {media_type or 'unknown'} is not read here; send {JSON}.",
                valid=[JSON],
            )
        body = json_value(await body_of(request, context.settings.max_body))
        calls = calls_of(body, context.settings.max_batch)
        return StreamingResponse(
            _answers(context, context.served, calls),
            media_type=JSON,
            headers={"Cache-Control": "no-store"},
        )

    return [Operation(PATH, batch, described=lambda: _described(context), method="POST")]


def _described(context: ServiceContext) -> Described:
    most = context.settings.max_batch
    query = next(iter(context.catalogue))
    parameters = {
        one.name: list(one.example) if one.list else one.example[0]
        for one in query.parameters
        if one.required
    }
    call = {"query": query.name, "parameters": parameters}
    example = [call, call | {"format": "json", "limit": 10}]
    calls: Schema = {"type": "array", "maxItems": most, "items": ref("schemas", "BatchCall")}
    wrapped: Schema = {
        "type": "object",
        "required": ["requests"],
        "properties": {"requests": calls},
        "additionalProperties": False,
    }
    content = {JSON: {"schema": {"oneOf": [calls, wrapped]}, "example": example}}
    return Described(
        "batch",
        "Many calls of saved queries in one request",
        ("queries",),
        (400, 413, 415, 503),
        description=f"Up to {most} calls, answered in their order. What is wrong with one call is "
        "told in its place, as a problem, and spoils no other. When the answers have reached "
        f"{MOST_BYTES >> 20} MiB, each further call gets a problem. The default format is `rows`.",
        answer="One answer for each call.",
        schemas={JSON: {"type": "array", "items": ref("schemas", "BatchAnswer")}},
        body=lambda: {"required": True, "content": content},
        components=lambda: {"BatchCall": CALL},
    )


def calls_of(body: Any, most: int) -> Sequence[Any]:
    """Read the calls: an array, or an object with the array ``requests``.

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
    """Write the array while it is worked out, a few turns in the engine at the same time."""
    room = _Room(MOST_BYTES)
    begins = iter(range(0, len(calls), _TURN))
    turns: deque[asyncio.Task[bytes]] = deque()

    def begin() -> None:
        for first in begins:
            turns.append(asyncio.create_task(_turn(context, served, calls, first, room)))
            return

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
    context: ServiceContext, served: Served, calls: Sequence[Any], first: int, room: _Room
) -> bytes:
    """Answer the next few calls; commas between them."""
    numbers = range(first, min(first + _TURN, len(calls)))

    def work() -> bytes:
        return b",".join([_answer(context, served, calls[n], n, room) for n in numbers])

    while True:
        try:
            return await context.engine.run(work)
        except LimitReached:  # the engine's queue is full: a batch can wait
            await asyncio.sleep(_PAUSE)


def _answer(context: ServiceContext, served: Served, call: Any, number: int, room: _Room) -> bytes:
    """Answer one call; what is wrong with it is a problem in its place and spoils no other."""
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
    prepared = ready(served.store, asked, representation)
    tag = prepared.headers.get("ETag")
    made = context.kept(served, tag)
    if made is None:
        made = prepared.make()
        served.kept.put(tag, made, made.body)
    if made.truncated:
        context.metrics.truncated()
        if representation is SPARQL_JSON:
            return made.body.rstrip()[:-1] + b',"truncated":true}'
    return made.body


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
    return problems.written(problems.document(error, PATH) | {"instance": f"{PATH}#/{number}"})
