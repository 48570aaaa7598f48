"""Large answers, sent while they are being written."""

import logging
from collections.abc import Callable, Mapping
from typing import Final

import anyio
import anyio.to_thread
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from mla_graph.adhoc.answer import AdhocAnswer
from mla_graph.model.errors import MlaGraphError

_log = logging.getLogger(__name__)

_EVERY: Final = 0.5
_PATIENCE: Final = 2.0
"""Seconds for which a client may take nothing while another query waits."""


class Relayed(StreamingResponse):
    """Relays a worker's answer chunk by chunk, as fast as the client takes it.

    What goes wrong on the way can no longer be told by the status: the answer then breaks off
    without its end, which every client sees as an incomplete transfer. So does an answer that the
    client has not taken in ``timeout`` seconds, as it keeps a worker busy, or of which it takes
    nothing while another query waits for the worker.
    """

    def __init__(self, answer: AdhocAnswer, headers: Mapping[str, str], *, timeout: float) -> None:
        super().__init__(iter(()), headers=headers)
        self.afterwards: Callable[[], None] = lambda: None
        """Called when the answer has been sent or has broken off."""
        self._answer = answer
        self._timeout = timeout
        self._stuck: float | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the answer; a HEAD request gets its headers alone."""
        try:
            await send(
                {
                    "type": "http.response.start",
                    "status": self.status_code,
                    "headers": self.raw_headers,
                }
            )
            if scope["method"] == "HEAD":
                await send({"type": "http.response.body", "body": b""})
                return
            async with anyio.create_task_group() as group:
                group.start_soon(self._watch, receive, group.cancel_scope)
                await self._relay(send)
                group.cancel_scope.cancel()
        finally:
            with anyio.CancelScope(shield=True):
                await anyio.to_thread.run_sync(self._answer.close)
            self.afterwards()

    async def _relay(self, send: Send) -> None:
        try:
            while chunk := await anyio.to_thread.run_sync(self._answer.next_chunk):
                self._stuck = anyio.current_time()
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
                self._stuck = None
        except MlaGraphError as error:
            _log.warning("an answer breaks off: %s", error.detail)
        else:
            await send({"type": "http.response.body", "body": b""})

    async def _watch(self, receive: Receive, sending: anyio.CancelScope) -> None:
        """Stop when the client goes, takes too long, or holds up another."""
        until = anyio.current_time() + self._timeout
        gone = False
        while not gone and anyio.current_time() < until and not self._holds_up():
            with anyio.move_on_after(min(_EVERY, self._timeout)):
                gone = (await receive())["type"] == "http.disconnect"
        self._answer.interrupt()
        sending.cancel()

    def _holds_up(self) -> bool:
        stuck = self._stuck is not None and anyio.current_time() - self._stuck > _PATIENCE
        return stuck and self._answer.wanted
