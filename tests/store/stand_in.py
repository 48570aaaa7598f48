"""Endpoints that do what a test wants."""

import json
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Exchange(BaseHTTPRequestHandler):
    """One request to a stand-in endpoint."""

    protocol_version = "HTTP/1.1"
    respond: Callable[["Exchange"], None]
    keep_alive: bool

    def do_GET(self) -> None:
        self.close_connection = not self.keep_alive
        type(self).respond(self)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.do_GET()

    def answer(
        self,
        body: bytes,
        media_type: str,
        status: int = 200,
        length: int | None = None,
        **more: str,
    ) -> None:
        """Send a whole answer; ``length`` is what is announced instead of the body's own.

        ``more`` are headers; a ``Server`` among them stands in place of Python's own.
        """
        self.send_response_only(status)
        self.send_header("Server", more.pop("Server", self.version_string()))
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        for name, value in more.items():
            self.send_header(name.replace("_", "-"), value)
        if self.close_connection:
            # Else the client may send its next request before it sees that nobody listens.
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: clients hang up here."""


Respond = Callable[[Exchange], None]


@contextmanager
def endpoint(
    respond: Respond, tls: ssl.SSLContext | None = None, keep_alive: bool = False
) -> Iterator[str]:
    """An endpoint at 127.0.0.1 where each request is answered by ``respond``."""
    members = {"respond": staticmethod(respond), "keep_alive": keep_alive}
    server = _Server(("127.0.0.1", 0), type("StandIn", (Exchange,), members))
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield f"{'https' if tls else 'http'}://127.0.0.1:{server.server_port}/sparql"
    finally:
        server.shutdown()
        server.server_close()


def fixed(
    body: bytes | str, media_type: str = "application/sparql-results+json", **more: str
) -> Respond:
    """Always the same answer."""
    content = body.encode() if isinstance(body, str) else body
    return lambda exchange: exchange.answer(content, media_type, **more)


def results(*rows: dict[str, dict[str, str]]) -> str:
    """SPARQL results with these rows."""
    names = sorted({name for row in rows for name in row}) or ["x"]
    return json.dumps({"head": {"vars": names}, "results": {"bindings": rows}})
