"""Two ways to write graphs: Graph Store HTTP Protocol and SPARQL Update.

https://www.w3.org/TR/sparql11-http-rdf-update/ · https://www.w3.org/TR/sparql11-update/

Both only add triples and delete whole graphs. To add a triple a second time changes nothing, so
that every request may be sent again when its answer was lost; where a blank node came twice, the
check that follows notices.
"""

from collections.abc import Callable
from typing import Final, Protocol
from urllib.parse import urlencode

from mla_graph.publish.content import Lines
from mla_graph.publish.sending import Sender, SmallerOnly

_FORM: Final = "application/x-www-form-urlencoded"
_SMALLEST: Final = 100
"""Triples. A server that takes no more than fewer of them is not one to publish to."""

Sent = Callable[[int], None]


class Writer(Protocol):
    """Where graphs are sent."""

    @property
    def address(self) -> str:
        """The address, for people."""

    def add(self, graph: str, lines: Lines, sent: Sent) -> None:
        """Add triples to the graph, made if missing; ``sent`` is told the number of each piece.

        Raises:
            PublishFailed: the server does not take them.
        """

    def delete(self, graph: str) -> None:
        """Delete the graph, if it is there.

        Raises:
            PublishFailed: the server does not.
        """


class GraphStore:
    """A server of the Graph Store HTTP Protocol."""

    def __init__(self, address: str, sender: Sender, piece: int = 50_000) -> None:
        """Send to the address at most ``piece`` triples in one request."""
        self.address = address
        self._sender, self._piece = sender, piece

    def add(self, graph: str, lines: Lines, sent: Sent) -> None:
        """Add by POST; see ``Writer.add``."""

        def post(piece: list[bytes], blank: bool) -> None:
            self._sender.send(
                "POST",
                self.address,
                fields={"graph": graph},
                content=b"\n".join(piece) + b"\n",
                media_type="text/turtle",
            )

        _in_pieces(lines, self._piece, post, sent)

    def delete(self, graph: str) -> None:
        """DELETE; see ``Writer.delete``."""
        self._sender.send("DELETE", self.address, fields={"graph": graph}, missing_is_fine=True)


class Updates:
    """A server of SPARQL 1.1 Update."""

    def __init__(self, address: str, sender: Sender, piece: int = 1_000) -> None:
        """Send to the address at most ``piece`` triples in one request.

        Some engines' parsers run out of memory at 5,000.
        """
        self.address = address
        self._sender, self._piece = sender, piece

    def add(self, graph: str, lines: Lines, sent: Sent) -> None:
        """Add by INSERT DATA; see ``Writer.add``."""

        def insert(piece: list[bytes], blank: bool) -> None:
            triples = b"\n".join(piece).decode()
            # Some engines take no blank node in INSERT DATA; a template makes one everywhere.
            form, end = ("INSERT", "WHERE {}") if blank else ("INSERT DATA", "")
            self._update(f"{form} {{ GRAPH <{graph}> {{\n{triples}\n}} }} {end}")

        _in_pieces(lines, self._piece, insert, sent)

    def delete(self, graph: str) -> None:
        """DROP; see ``Writer.delete``."""
        self._update(f"DROP SILENT GRAPH <{graph}>")

    def _update(self, text: str) -> None:
        content = urlencode({"update": text}).encode()
        self._sender.send("POST", self.address, content=content, media_type=_FORM)


def _in_pieces(
    lines: Lines, size: int, send: Callable[[list[bytes], bool], None], sent: Sent
) -> None:
    """Send the lines in pieces, smaller ones if the server finds them too large."""
    if lines.blank:  # in one piece: the name of a blank node ends with the request
        send(lines.blank, True)
        sent(len(lines.blank))
    begin = 0
    while begin < len(lines.ground):
        piece = lines.ground[begin : begin + size]
        try:
            send(piece, False)
        except SmallerOnly:
            if size <= _SMALLEST:
                raise
            size //= 4
            continue
        sent(len(piece))
        begin += size
