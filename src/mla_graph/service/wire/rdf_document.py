"""Writing a small graph so that people can read it too."""

import re
from collections.abc import Iterable
from typing import Final

import pyoxigraph as ox

from mla_graph.model.statements import SPACES
from mla_graph.store.formats import DUMPS, TRIPLES

_RDF: Final = TRIPLES | DUMPS
_STRING: Final = re.compile(rb'"(?:[^"\\]|\\.)*\\n(?:[^"\\]|\\.)*"')
_ESCAPE: Final = re.compile(rb"\\(.)")


def document(triples: Iterable[ox.Triple], format: str) -> bytes:
    """Triples in one of ``formats.TRIPLES`` or ``DUMPS``, sorted, with the prefixes that they use.

    The same triples give the same bytes, whichever engine found them and in which order. Turtle
    has a text of several lines as it was written, between triple quotes.
    """
    ordered = sorted(triples, key=str)
    text = "\n".join(map(str, ordered))
    used = {prefix: space for prefix, space in SPACES.items() if f"<{space}" in text}
    body: bytes | None = ox.serialize(ordered, format=_RDF[format], prefixes=used)
    if format != "turtle":
        return body or b""
    return _STRING.sub(lambda found: _long(found[0]), body or b"")


def _long(string: bytes) -> bytes:
    """A string of Turtle between triple quotes (Turtle, section 2.5.1)."""
    plain = _ESCAPE.sub(_unescaped, string[1:-1])
    if b'"""' in plain or plain.endswith(b'"'):
        return string
    return b'"""' + plain + b'"""'


def _unescaped(found: re.Match[bytes]) -> bytes:
    return {b"n": b"\n", b'"': b'"'}.get(found[1], found[0])
