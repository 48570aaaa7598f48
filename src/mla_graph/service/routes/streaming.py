"""Large answers, sent while they are being written."""

import logging
from collections.abc import Callable, Mapping

import anyio
import anyio.to_thread
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from mla_graph.adhoc.answer import AdhocAnswer
from mla_graph.model.errors import MlaGraphError

_log = logging.getLogger(__name__)


class Relayed(StreamingResponse):
    """Relays a worker's answer chunk by chunk, as fast as the client takes it.

    What goes wrong on the way can no longer be told by the status: the answer then breaks off
    without its end, which every client sees as an incomplete transfer. So does an answer that the
    client has not taken in ``timeout`` seconds, as it keeps a worker busy.
    """

    def __init__(self, answer: AdhocAnswer, headers: Mapping[str, str], *, timeout: float) -> None:
        super().__init__(iter(()), headers=headers)
        self.afterwards: Callable[[], None] = lambda: None
        """Called when the answer has been sent or has broken off."""
        self._answer = answer
        self._timeout = timeout

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
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
        except MlaGraphError as error:
            _log.warning("an answer breaks off: %s", error.detail)
        else:
            await send({"type": "http.response.body", "body": b""})

    async def _watch(self, receive: Receive, sending: anyio.CancelScope) -> None:
        """Stop when the client goes or takes too long."""
        with anyio.move_on_after(self._timeout):
            while (await receive())["type"] != "http.disconnect":
                pass
        self._answer.interrupt()
        sending.cancel()
