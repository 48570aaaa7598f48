"""``POST /api/batch``: many calls of saved queries in one request, answered in their order."""

import json
import logging
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import anyio
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from mla_graph.model.errors import InvalidValue, LimitReached, MlaGraphError, UnsupportedFormat
from mla_graph.saved_queries.catalogue import SavedQuery
from mla_graph.service import problems
from mla_graph.service.answer_cache import Answered
from mla_graph.service.context import Served, ServiceContext
from mla_graph.service.negotiation import Representation
from mla_graph.service.problems import InternalFailure, UnsupportedMediaType
from mla_graph.service.representations import JSON_LD, ROWS, SPARQL_JSON
from mla_graph.service.request_input import JSON, body_type, from_json_object, json_value
from mla_graph.service.saved_query_answers import (
    RESERVED,
    asked_of,
    find,
    list_names,
    look_up,
    number_names,
)

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

_TURN_CALLS: Final = 32
_TURN_BYTES: Final = 256 << 10
"""One turn in the engine ends after so much, that other requests get theirs."""


@dataclass
class _Room:
    """What the answers of one batch may still take, in bytes."""

    left: int


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
    """The array, written while it is worked out: one turn in the engine after the other."""
    room = _Room(MOST_BYTES)
    position = 0
    yield b"["
    while position < len(calls):
        try:
            done, piece = await context.engine.run(
                lambda: _turn(context, served, calls, position, room)  # noqa: B023
            )
        except LimitReached:  # the engine's queue is full: this batch can wait
            await anyio.sleep(0.05)
            continue
        yield (b"," if position else b"") + piece
        position += done
    yield b"]"


def _turn(
    context: ServiceContext, served: Served, calls: Sequence[Any], start: int, room: _Room
) -> tuple[int, bytes]:
    """How many calls from ``start`` were answered, and their answers between commas."""
    written: list[bytes] = []
    size = 0
    for number in range(start, min(start + _TURN_CALLS, len(calls))):
        piece = _answer(context, served, calls[number], number, room)
        written.append(piece)
        size += len(piece)
        if size > _TURN_BYTES:
            break
    return len(written), b",".join(written)


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
        given | paging, numbers=number_names(query), lists=list_names(query)
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
