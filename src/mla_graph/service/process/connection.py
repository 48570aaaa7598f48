"""One HTTP/1.1 connection with bounds: uvicorn's protocol, fed one whole message at a time.

httptools bounds neither heads nor times. Here a head reaches its parser when it is whole and
within the limits, and the next request when the one before it has been answered.
"""

import logging
import re
import socket
from asyncio import BaseTransport, Transport
from enum import Enum, auto
from typing import Any, Final, cast

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from mla_graph.service.process import refusals
from mla_graph.service.process.connections import Connections
from mla_graph.service.process.refusals import Refusal

_log = logging.getLogger(__name__)

HEADERS: Final = 100
"""Header fields of one request, as in Apache."""

SEND_BUFFER: Final = 256 << 10
"""Bytes of an answer that the kernel keeps for a client that does not read."""

WRITE_BUFFER: Final = 16 << 10
"""Bytes of an answer beyond those that wait here; the answer goes on when they are fewer."""

TAKEN: Final = 64 << 10
"""Bytes of an answer that a client must take within the send time."""

_AHEAD: Final = 64 << 10
"""Bytes of later requests that are kept while one is answered."""

_FRAMING: Final = 64 << 10
"""Bytes of chunk sizes, extensions and trailers, beside eight for each byte of the body."""

_BODY_MARGIN: Final = 1 << 20
"""Bytes beyond the limit on bodies, so that the application is the first to refuse one."""

_LINGER_BYTES: Final = 8 << 20
_LINGER_SECONDS: Final = 2.0
"""What is read after a refusal: to close with unread bytes would take the answer away."""

_END: Final = b"\r\n\r\n"
_UPGRADE: Final = re.compile(rb"\r\nUpgrade:[^\r]*", re.IGNORECASE)
_HOST: Final = re.compile(rb"([\w.~!$&'()*+,;=%-]*|\[[0-9A-Fa-f:.]+\])(:\d{0,5})?", re.ASCII)


class _State(Enum):
    WAITING = auto()
    """For a head."""
    RECEIVING = auto()
    """A body."""
    ANSWERING = auto()
    """A request that is whole."""
    LEAVING = auto()
    """Refused; what still comes is discarded."""


_WAITING, _RECEIVING, _ANSWERING, _LEAVING = _State  # an attribute of an Enum is slow


class Connection(HttpToolsProtocol):
    """A connection that ends when it takes too much room or time."""

    def __init__(self, connections: Connections, **arguments: Any) -> None:
        """Make one of the connections; the other arguments are uvicorn's."""
        super().__init__(**arguments)
        self._connections = connections
        self._limits = connections.limits
        self._state = _WAITING
        self._since = self._sent_at = self.loop.time()
        self._unread = b""
        self._begun = self._last = False
        self._left: int | None = 0
        self._fed = self._body = self._discarded = self._unsent = 0

    def connection_made(self, transport: BaseTransport) -> None:
        """Begin, or refuse a connection too many."""
        super().connection_made(cast(Transport, transport))
        cast(Transport, transport).set_write_buffer_limits(WRITE_BUFFER)
        if (plain := transport.get_extra_info("socket")) is not None:
            plain.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
        if refusal := self._connections.admit(self):
            self._refuse(refusal)

    def connection_lost(self, exc: Exception | None) -> None:
        """End."""
        self._connections.forget(self)
        self._unread = b""
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read whole messages and keep the rest."""
        if self._state is _LEAVING:
            self._discarded += len(data)
            if self._discarded > _LINGER_BYTES:
                self.drop()
            return
        if self._unread:
            data, self._unread = self._unread + data, b""
        try:
            while data:
                data = self._take(data)
        except Refusal as refusal:
            self._refuse(refusal)

    def _take(self, data: bytes) -> bytes:
        """Take one head, or what there is of a body; give back the rest."""
        if self._state is _WAITING:
            return self._take_head(data)
        if self._state is _RECEIVING:
            taken = data if self._left is None else data[: self._left]
            self._take_body(taken)
            return data[len(taken) :]
        self._unread = b"" if self._last else data
        if len(data) > _AHEAD:
            self.flow.pause_reading()
        return b""

    def _take_head(self, data: bytes) -> bytes:
        data = data.lstrip(b"\r\n")  # RFC 9112, section 2.2
        if not data:
            return b""
        end = data.find(_END)
        self._check_size(data, end)
        if end < 0:
            if not self._begun:
                self._begun, self._since = True, self.loop.time()
            self._unread = data
            return b""
        head = data[: end + len(_END)]
        # RFC 9110, section 7.8: a server may ignore Upgrade. The parser would skip the body.
        self._feed(_UPGRADE.sub(b"", head))
        return data[end + len(_END) :]

    def _check_size(self, data: bytes, end: int) -> None:
        limits, size = self._limits, end if end >= 0 else len(data)
        if size <= min(limits.address, limits.head):
            return
        line = data.find(b"\r\n")
        if (line if line >= 0 else size) > limits.address:
            raise refusals.address_too_long(limits.address)
        if size > limits.head:
            detail = f"Address and headers are larger than {limits.head} bytes."
            raise refusals.head_too_large(detail)

    def _take_body(self, data: bytes) -> None:
        if self._left is not None:
            if not data:
                raise refusals.malformed()
            self._left -= len(data)
        self._fed += len(data)
        self._feed(data)
        if self._fed - self._body > _FRAMING + 8 * self._body:
            detail = f"Chunk extensions and trailers are larger than {_FRAMING} bytes."
            raise refusals.head_too_large(detail)

    def _feed(self, data: bytes) -> None:
        """Parse; the parser calls the methods below.

        Raises:
            Refusal: it is not a request that is taken.
        """
        try:
            self.parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade) as error:
            if isinstance(error.__context__, Refusal):
                raise error.__context__ from None
            raise refusals.malformed() from None

    def on_message_begin(self) -> None:
        """Begin a request; none may follow a chunked body in the same bytes."""
        if self._state is not _WAITING:
            raise refusals.malformed()
        super().on_message_begin()

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header field; trailers are dropped."""
        if self._state is _WAITING:
            self.headers.append((name.lower(), value))

    def on_headers_complete(self) -> None:
        """Check the head and hand the request to the application.

        Raises:
            Refusal: the head breaks a rule of HTTP.
        """
        hosts = [value for name, value in self.headers if name == b"host"]
        version = self.parser.get_http_version()
        if version not in ("1.1", "1.0"):
            raise refusals.malformed("The service speaks HTTP/1.1.")
        if len(hosts) > 1 or (version == "1.1" and not hosts):
            raise refusals.malformed("A request has one Host.")  # RFC 9112, section 3.2
        if hosts and not _HOST.fullmatch(hosts[0]):
            raise refusals.malformed("The Host is not the name of a host.")
        if len(self.headers) > HEADERS:
            raise refusals.head_too_large(f"There are more than {HEADERS} header fields.")
        fields = dict(self.headers)
        chunked = b"transfer-encoding" in fields
        self._left = None if chunked else int(fields.get(b"content-length", 0))
        self.expect_100_continue = fields.get(b"expect", b"").lower() == b"100-continue"
        super().on_headers_complete()
        self._state = _RECEIVING
        if self._left != 0:
            self._since, self._fed, self._body = self.loop.time(), 0, 0
        self._connections.works(self)

    def on_body(self, body: bytes) -> None:
        """Take a piece of the body.

        Raises:
            Refusal: it is too large, and the application reads it nevertheless or not at all.
        """
        self._body += len(body)
        if self._body > self._limits.body + _BODY_MARGIN:
            raise refusals.body_too_large(self._limits.body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        """End the request; it may have been answered before."""
        super().on_message_complete()
        self._state = _ANSWERING
        if self.cycle.response_complete:
            self._await_head()

    def on_response_complete(self) -> None:
        """Go on with the next request."""
        self.server_state.total_requests += 1
        if self.transport.is_closing():
            return
        self.flow.resume_reading()
        if self._last:
            self._leave()
        elif self._state is _ANSWERING:
            self._await_head()
            if self._unread:
                self.data_received(b"")
        else:
            self._connections.waits(self)  # the rest of a body that nobody reads

    def _await_head(self) -> None:
        self._state, self._since = _WAITING, self.loop.time()
        self._begun = False
        self._connections.waits(self)

    def resume_writing(self) -> None:
        """Note that the client reads."""
        self._unsent, self._sent_at = 0, self.loop.time()
        super().resume_writing()

    def check(self, now: float) -> None:
        """End the connection if one of its times is over; called every second."""
        if self._is_unread(now):
            self.drop()
            return
        if self.transport.is_closing():
            return
        limits, waited = self._limits, now - self._since
        if self._state is _WAITING:
            self._check_wait(now, waited)
        elif self._state is _RECEIVING:
            if self.flow.read_paused:
                self._since = now
            elif waited > limits.body_time:
                self._refuse(refusals.late("body", limits.body_time))
        elif self._state is _LEAVING and waited > _LINGER_SECONDS:
            self.drop()

    def _check_wait(self, now: float, waited: float) -> None:
        if self._begun:
            if waited > self._limits.head_time:
                self._refuse(refusals.late("head", self._limits.head_time))
        elif self._unsent:
            self._since = now
        elif waited > self._limits.idle_time:
            self.transport.close()

    def _is_unread(self, now: float) -> bool:
        """Tell whether the client has not taken enough of an answer within the send time."""
        size = self.transport.get_write_buffer_size()
        if not size or size + TAKEN <= self._unsent:
            self._unsent, self._sent_at = size, now
            return False
        self._unsent = max(size, self._unsent)
        return now - self._sent_at > self._limits.send_time

    def drop(self) -> None:
        """End the connection at once."""
        self.transport.abort()

    def _refuse(self, refusal: Refusal) -> None:
        """Answer in place of the application, unless it answers or has answered this request."""
        _log.info("Refused %s: %s", refusal.name, refusal)
        cycle = self.cycle
        unanswered = cycle is not None and not cycle.response_complete
        if unanswered and self._state is _ANSWERING:
            self._last, cycle.keep_alive = True, False
            return
        if unanswered:
            cycle.disconnected = True
            cycle.message_event.set()
        if self.transport.is_closing():
            return
        if self._state is _WAITING or (unanswered and not cycle.response_started):
            self.transport.write(refusal.response(self.server_state.default_headers))
        self._leave()

    def _leave(self) -> None:
        """Send no more, and read for a moment what the client still sends."""
        self._state, self._since, self._unread = _LEAVING, self.loop.time(), b""
        self._connections.waits(self)
        self.transport.write_eof()
        self.flow.resume_reading()
