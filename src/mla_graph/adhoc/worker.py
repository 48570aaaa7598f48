"""The process that parses and answers strangers' queries.

It imports next to nothing of the package, so that it starts quickly. Its standard input is a socket
to the pool. Every message of the worker starts with one of the letters below; the pool sends a
request with the tables that belong to it, and, told the kind of answer, the name of the format and
the media type to write it in (nothing: the answer is not wanted).
"""

import json
import math
import os
import resource
import sys
import threading
from collections.abc import Mapping, Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Final

import pyoxigraph as ox

from mla_graph.adhoc.bounded import Bounded
from mla_graph.adhoc.text import check
from mla_graph.model.errors import InputError, UpdateRefused
from mla_graph.model.sparql_text import refusal

READY: Final = b"r"
TABLES: Final = b"t"
"""Followed by the tables that cannot be read and may be missing, as JSON: number to reason."""
KIND: Final = b"k"
DATA: Final = b"d"
CUT: Final = b"c"
"""Followed by rows or bytes, whichever bound the answer has reached; then END."""
END: Final = b"e"
LAST: Final = b"l"
"""As END, and the worker ends too: it has grown, and a fresh one is smaller."""
FAILED: Final = b"f"
"""Followed by refused, query, memory or store, a blank, and a message; refused: see ``_told``."""

PRIORITY: Final = 19
"""The least: a worker leaves the processor to the service, from its start."""

_STATM: Final = "/proc/self/statm"

_STACK: Final = 16 << 20
"""Mapped before memory is limited: the stack of the main thread may not grow afterwards."""


def confine(memory: int) -> None:
    """Limit memory, and open no file or socket from here on."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    if hard != resource.RLIM_INFINITY:
        memory = min(memory, hard)
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))


def answer(store: ox.Store, union: bool, asked: Mapping[str, Any], link: Connection) -> None:
    """Answer one request.

    The messages are TABLES if it has some, KIND, then DATA …, then CUT if it was cut.
    """
    graphs = {
        key: [ox.NamedNode(iri) for iri in asked[key]] or None
        for key in ("default_graph", "named_graphs")
    }
    if not graphs["default_graph"] and graphs["named_graphs"]:
        graphs["default_graph"] = []  # SPARQL 1.1 Protocol, section 2.1.4: only these graphs
    text = _text(asked["pieces"], link)
    check("".join(piece for piece in asked["pieces"] if isinstance(piece, str)))
    try:
        answered = store.query(
            text,
            base_iri=asked["base"],
            use_default_graph_as_union=union and graphs["default_graph"] is None,
            default_graph=graphs["default_graph"],  # type: ignore[arg-type]
            named_graphs=graphs["named_graphs"],  # type: ignore[arg-type]
        )
    except SyntaxError as error:
        raise refusal(text, str(error)) from None
    kinds = {ox.QueryTriples: b"graph", ox.QuerySolutions: b"select", ox.QueryBoolean: b"boolean"}
    link.send_bytes(KIND + kinds[type(answered)])
    format, _, media_type = link.recv_bytes().decode().partition(" ")
    if not format:
        return
    output = Bounded(
        lambda data: link.send_bytes(DATA + data), format, asked["max_rows"], asked["max_bytes"]
    )
    try:
        if isinstance(answered, ox.QueryTriples):
            answered.serialize(output, ox.RdfFormat.from_media_type(media_type))  # type: ignore[arg-type]
        else:
            answered.serialize(output, ox.QueryResultsFormat.from_media_type(media_type))  # type: ignore[arg-type]
        output.finish()
    except BufferError:
        pass  # told by output.cut
    if output.cut is not None:
        link.send_bytes(CUT + output.cut.encode())


def _text(pieces: Sequence[Any], link: Connection) -> str:
    """Compose the text of the query with the tables from the link."""
    texts: list[str] = []
    unread: dict[int, str] = {}
    tables = [(piece, link.recv_bytes()) for piece in pieces if not isinstance(piece, str)]
    for number, (table, body) in enumerate(tables):
        try:
            texts.append(inline_table(body, table["table"]))
        except ValueError as error:
            if not table["silent"]:
                raise
            unread[number] = str(error)
            texts.append("")
    if tables:
        link.send_bytes(TABLES + json.dumps(unread).encode())
    inlined = iter(texts)
    return "".join(piece if isinstance(piece, str) else next(inlined) for piece in pieces)


def inline_table(body: bytes, media_type: str) -> str:
    """Write the results of a query elsewhere as a VALUES block.

    Raises:
        ValueError: they are no table, or hold a blank node, which no query text can name.
    """
    format = ox.QueryResultsFormat.from_media_type(media_type)
    try:
        results = ox.parse_query_results(body, format=format)
    except SyntaxError as error:
        raise ValueError(f"The other endpoint's results cannot be read: {error}") from None
    if not isinstance(results, ox.QuerySolutions):
        raise ValueError("The other endpoint gave no table of results.")
    names = " ".join(str(variable) for variable in results.variables)
    try:
        rows = "\n".join(f"({' '.join(map(_term, row))})" for row in results)
    except SyntaxError as error:
        raise ValueError(f"The other endpoint's results cannot be read: {error}") from None
    return f"VALUES ({names}) {{ {rows} }}"


def _term(term: object) -> str:
    if isinstance(term, ox.BlankNode):
        raise ValueError("The other endpoint's results hold a blank node; ask for IRIs and values.")
    return "UNDEF" if term is None else str(term)


def main(folder: str, union: str, memory: str, deadline: str) -> None:
    """Open the store, say READY, and answer until the pool closes its end."""
    link = Connection(0)
    try:
        store = ox.Store.read_only(folder)
    except OSError as error:
        link.send_bytes(FAILED + f"store {error}".encode())
        return
    threading.stack_size(_STACK)
    ready = threading.Event()
    # No file can be opened once the process is confined.
    statm = os.open(_STATM, os.O_RDONLY) if Path(_STATM).exists() else None
    serving = threading.Thread(
        daemon=True,  # it would wait for ever if this process cannot be confined
        target=_serve,
        args=(ready, store, union == "union", int(memory), float(deadline), link, statm),
    )
    serving.start()
    confine(int(memory))
    ready.set()
    serving.join()


def _serve(
    confined: threading.Event,
    store: ox.Store,
    union: bool,
    memory: int,
    deadline: float,
    link: Connection,
    statm: int | None,
) -> None:
    confined.wait()
    link.send_bytes(READY)
    while True:
        try:
            request = link.recv_bytes()
        except EOFError:
            return
        _limit_time(deadline)
        try:
            answer(store, union, json.loads(request), link)
        except InputError as error:
            link.send_bytes(FAILED + b"refused " + json.dumps(_told(error)).encode())
        except MemoryError:
            link.send_bytes(FAILED + b"memory ")
        except (BrokenPipeError, EOFError):
            return
        except OSError as error:
            link.send_bytes(FAILED + f"store {error}".encode())
        except (RuntimeError, ValueError) as error:
            link.send_bytes(FAILED + f"query {error}".encode())
        else:
            link.send_bytes(LAST if _resident(statm) > memory // 2 else END)


def _told(error: InputError) -> dict[str, Any]:
    return {
        "update": isinstance(error, UpdateRefused),
        "detail": error.detail,
        "place": error.extensions,
    }


def _resident(statm: int | None) -> int:
    """Return the memory that this process holds, in bytes; ``statm`` is /proc/self/statm, open.

    The peak of getrusage(2) begins at the size of the parent on Linux: a large service would take
    each of its workers for grown. It is read only where there is no /proc.
    """
    if statm is None:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return int(os.pread(statm, 128, 0).split()[1]) * resource.getpagesize()


def _limit_time(deadline: float) -> None:
    """Limit processor time, for a worker whose pool was itself killed."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = math.ceil(used.ru_utime + used.ru_stime + deadline) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, resource.RLIM_INFINITY))


if __name__ == "__main__":
    main(*sys.argv[1:])
