"""Short questions answered in one step, past every layer between the server and the engine.

The first answer to a question goes through all of them. What they make of it, its headers, is
the same for every question of its form: the same saved query in the same format, asked with the
same headers. The next ones put their own answer into that frame.
"""

from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from starlette.types import Message, Scope

from mla_graph.model.errors import MlaGraphError
from mla_graph.saved_queries.catalogue import SavedQuery
from mla_graph.service.answers import asked_of, at_once, headers_of
from mla_graph.service.context import Served
from mla_graph.service.wire.bounded_cache import BoundedCache
from mla_graph.service.wire.coding import MINIMUM_SIZE, chosen
from mla_graph.service.wire.negotiation import Representation
from mla_graph.service.wire.parameters import Parameters, decoded

MOST_FORMS: Final = 4096
LONGEST: Final = 512
"""Bytes of a header of the request above which the form of its answer is not kept."""

_MARK: Final = "mla_graph.form"
_OF_THE_ANSWER: Final = {
    name: name.lower().encode() for name in ("ETag", "Cache-Control", "X-Truncated", "Link")
}
_DIFFERING: Final = frozenset((*_OF_THE_ANSWER.values(), b"content-length"))
"""Headers that differ between the answers of one form."""

Asking = tuple[str, bytes | None, bytes | None, bytes | None]
"""Scheme, Accept, Accept-Encoding and Origin of a request."""


@dataclass(frozen=True)
class _Form:
    query: SavedQuery
    representation: Representation
    frame: tuple[tuple[bytes, bytes], ...]
    routed: Mapping[str, Any]
    coded: bool
    """Whether a longer body gets a content coding."""


class Made(NamedTuple):
    """A whole 200 as messages to the server; what the router would have found out."""

    start: Message
    body: Message
    routed: Mapping[str, Any]
    truncated: bool
    lasting: bool
    """It was kept, and stays the same for as long as the graph does."""


class Direct:
    """Answers in the frames that earlier answers left."""

    def __init__(self, most_rows: int) -> None:
        """Give at most so many rows in an answer."""
        self._most_rows = most_rows
        self._forms: BoundedCache[tuple[Any, ...], _Form] = BoundedCache(MOST_FORMS, 1)

    def answer(self, scope: Scope, asking: Asking, served: Served) -> Made | None:
        """The answer to a GET; None if it has to go the long way."""
        try:
            parameters = decoded(scope["query_string"])
            form = self._forms.get(_key(scope, asking, parameters))
            if form is None or (form.coded and served.store.release_id is None):
                return None  # what is too long here would be asked twice
            asked = asked_of(form.query, parameters, self._most_rows)
            answered = at_once(served, asked, form.representation)
        except MlaGraphError:
            return None  # the long way says what is wrong
        if answered is None or answered.body is None:
            return None
        if form.coded and len(answered.body) >= MINIMUM_SIZE:
            return None
        own = headers_of(answered, asked, scope["path"], parameters)
        return Made(
            start={
                "type": "http.response.start",
                "status": 200,
                "headers": [
                    *form.frame,
                    *[(_OF_THE_ANSWER[n], v.encode()) for n, v in own.items() if n != "Vary"],
                    (b"content-length", b"%d" % len(answered.body)),
                ],
            },
            body={"type": "http.response.body", "body": answered.body},
            routed=form.routed,
            truncated=bool(answered.truncated),
            lasting=answered.lasting,
        )

    def learn(
        self, scope: Scope, asking: Asking, start: Message, routed: Mapping[str, Any]
    ) -> None:
        """Keep the frame of an answer that was sent whole, if the endpoint said what it answers."""
        marked = scope.get(_MARK)
        if marked is None or any(len(value or b"") > LONGEST for value in asking[1:]):
            return
        query, representation, parameters = marked
        frame = tuple(pair for pair in start["headers"] if pair[0] not in _DIFFERING)
        if any(name == b"content-encoding" for name, _ in frame):
            return  # the next answer may be too short for a coding
        accepted = asking[2]
        coded = accepted is not None and chosen(accepted.decode("latin-1")) is not None
        form = _Form(query, representation, frame, routed, coded)
        self._forms.put(_key(scope, asking, parameters), form, 1)


def answers(
    scope: MutableMapping[str, Any],
    query: SavedQuery,
    representation: Representation,
    parameters: Parameters,
) -> None:
    """Say that the answer to this request is that of a saved query, and in which form."""
    scope[_MARK] = (query, representation, parameters)


def _key(scope: Scope, asking: Asking, parameters: Parameters) -> tuple[Any, ...]:
    return (scope["path"], tuple(parameters.get("format", ())), asking)
