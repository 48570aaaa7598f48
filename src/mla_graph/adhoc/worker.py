"""The process that parses and answers strangers' queries.

It is run as a script and imports nothing of the package, so that it starts quickly. Its standard
input is a socket to the pool. Every message of the worker starts with one of the letters below;
the pool sends a request, and, told the kind of answer, the media type to write it in (nothing: the
answer is not wanted).
"""

import json
import math
import os
import resource
import sys
from multiprocessing.connection import Connection
from typing import Final

import pyoxigraph as ox

READY: Final = b"r"
KIND: Final = b"k"
DATA: Final = b"d"
END: Final = b"e"
LAST: Final = b"l"
"""As END, and the worker ends too: it has grown, and a fresh one is smaller."""
FAILED: Final = b"f"
"""Followed by syntax, memory or store, a blank, and the engine's message."""

CHUNK: Final = 1 << 16


class _Chunks:
    """What the engine writes, gathered into chunks for the pool."""

    def __init__(self, link: Connection) -> None:
        self._link = link
        self._held = bytearray(DATA)

    def write(self, data: bytes) -> int:
        self._held += data
        if len(self._held) >= CHUNK:
            self.flush()
        return len(data)

    def flush(self) -> None:
        if len(self._held) > len(DATA):
            self._link.send_bytes(self._held)
            self._held = bytearray(DATA)


def confine(memory: int) -> None:
    """Limit memory, leave the processor to others, and open no file or socket from here on."""
    os.nice(19)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))


def answer(store: ox.Store, union: bool, request: bytes, link: Connection) -> None:
    """Answer one request. The messages are KIND, then DATA …; or FAILED at any point."""
    asked = json.loads(request)
    graphs = {
        key: [ox.NamedNode(iri) for iri in asked[key]] or None
        for key in ("default_graph", "named_graphs")
    }
    if not graphs["default_graph"] and graphs["named_graphs"]:
        graphs["default_graph"] = []  # SPARQL 1.1 Protocol, section 2.1.4: only these graphs
    answered = store.query(
        asked["text"],
        use_default_graph_as_union=union and graphs["default_graph"] is None,
        default_graph=graphs["default_graph"],  # type: ignore[arg-type]
        named_graphs=graphs["named_graphs"],  # type: ignore[arg-type]
    )
    if isinstance(answered, ox.QueryTriples):
        link.send_bytes(KIND + b"graph")
    else:
        link.send_bytes(
            KIND + (b"select" if isinstance(answered, ox.QuerySolutions) else b"boolean")
        )
    media_type = link.recv_bytes().decode()
    if not media_type:
        return
    chunks = _Chunks(link)
    if isinstance(answered, ox.QueryTriples):
        answered.serialize(chunks, ox.RdfFormat.from_media_type(media_type))  # type: ignore[arg-type]
    else:
        answered.serialize(chunks, ox.QueryResultsFormat.from_media_type(media_type))  # type: ignore[arg-type]
    chunks.flush()


def main(folder: str, union: str, memory: str, deadline: str) -> None:
    """Open the store, say READY, and answer until the pool closes its end."""
    link = Connection(0)
    try:
        store = ox.Store.read_only(folder)
    except OSError as error:
        link.send_bytes(FAILED + f"store {error}".encode())
        return
    confine(int(memory))
    link.send_bytes(READY)
    while True:
        try:
            request = link.recv_bytes()
        except EOFError:
            return
        _limit_time(float(deadline))
        try:
            answer(store, union == "union", request, link)
        except SyntaxError as error:
            link.send_bytes(FAILED + f"syntax {error}".encode())
        except MemoryError:
            link.send_bytes(FAILED + b"memory ")
        except BrokenPipeError:
            return
        except OSError as error:
            link.send_bytes(FAILED + f"store {error}".encode())
        else:
            grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 > int(memory) // 2
            link.send_bytes(LAST if grown else END)


def _limit_time(deadline: float) -> None:
    """The pool keeps the deadline; this ends a worker whose pool was itself killed."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = math.ceil(used.ru_utime + used.ru_stime + deadline) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, resource.RLIM_INFINITY))


if __name__ == "__main__":
    main(*sys.argv[1:])
