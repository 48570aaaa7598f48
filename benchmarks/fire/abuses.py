"""Abuses of the service: one generator of variants for each kind that once took it down."""

import random
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from benchmarks.fire.client import HOST, address, reset_on_close
from benchmarks.servers.attacks import FLOODS, ODDITIES, SILENCES, status

Act = Callable[[int, random.Random], str]
"""Abuse the service once; gives what it answered."""

_MIB: Final = 1 << 20
_ROOM: Final = _MIB - 64
_FORM: Final = "application/x-www-form-urlencoded"
_JSON: Final = "application/json"
_QUERY: Final = "application/sparql-query"
_SLOW: Final = b"SELECT (COUNT(*) AS ?n) { ?a ?p ?b . ?c ?q ?d . ?e ?r ?f }"
_ENDLESS: Final = b"SELECT * { ?a ?p ?b . ?c ?q ?d }"


@dataclass(frozen=True)
class Abuse:
    """A kind of abuse; ``held`` are the answers that it may get, ``clients`` act at once."""

    kind: str
    name: str
    act: Act
    held: tuple[str, ...]
    clients: int = 2


def abuses() -> Iterator[Abuse]:
    """List every abuse."""
    for name, (begin, then) in FLOODS.items():
        refused = ("400", "408", "413", "414", "431", "200", "reset")
        yield Abuse("R1", name, _flood(begin, then), refused)
    for name, (content_type, body) in _BODIES.items():
        yield Abuse("R2", name, _posted(content_type, body), ("200", "400", "406", "503"))
    for name, header in _HEADERS.items():
        yield Abuse("R2", name, _got(header), ("200", "304", "400", "406", "415", "431"))
    yield Abuse("R3", "long addresses, each another", _addresses, ("400", "200"))
    yield Abuse("R3", "small questions, each another", _questions, ("400", "200"))
    yield Abuse("R4", "left after a moment", _left, ("left",), clients=4)
    yield Abuse("R4", "slow queries of one client", _asked_by_one(_SLOW), ("503", "429"))
    yield Abuse("R4", "answers that nobody reads", _unread(_ENDLESS), ("left",))
    for name, begin in SILENCES.items():
        yield Abuse("R5", f"crowd: {name}", _crowd(begin), ("left",))
    yield Abuse("R5", "dumps that nobody reads", _unread_dumps, ("left",))
    for name, sent in ODDITIES.items():
        yield Abuse("R9", name, _raw(sent), ("200", "400", "200+200+200", "400+400", "200+400"))
    yield Abuse("R8", "many ranges", _ranges, ("200",))
    yield Abuse("R6", "descriptors of the service used up", _crowd(b"", 1200), ("left",), clients=1)


def _pieces(*texts: bytes) -> Callable[[random.Random], bytes]:
    """Repeat one of the texts, or a mixture, up to the most that is read."""

    def made(chance: random.Random) -> bytes:
        chosen = b"".join(chance.choices(texts, k=chance.randint(1, 3)))
        return chosen * (chance.randint(_ROOM // 2, _ROOM) // len(chosen))

    return made


def _framed(
    before: bytes, inside: Callable[[random.Random], bytes], after: bytes
) -> Callable[[random.Random], bytes]:
    def made(chance: random.Random) -> bytes:
        return before + inside(chance)[: _ROOM - len(before) - len(after)] + after

    return made


_BODIES: Final[dict[str, tuple[str, Callable[[random.Random], bytes]]]] = {
    "parameters without number": (_FORM, _pieces(b"a&", b"&", b"a=b&", b"%61=1&")),
    "form of escapes": (_FORM, _framed(b"query=", _pieces(b"%41", b"%22", b"+", b"%0A"), b"")),
    "field format": (
        _FORM, _framed(b"query=ASK{}&format=", _pieces(b'"', b"a/b;", b"\\", b","), b""),
    ),
    "blanks and comments": (_QUERY, _framed(b"", _pieces(b" ", b"\n", b"#\n", b"\t"), b"ASK{")),
    "literal with brackets": (
        _QUERY, _framed(b'ASK{?s ?p "', _pieces(b"{", b"([", b"\\n", b"aaaa"), b'"}'),
    ),
    "brackets": (_QUERY, _framed(b"ASK{", _pieces(b"{}", b"{", b"(", b"[]", b'"""'), b"}")),
    "tokens": (
        _QUERY, _framed(b"ASK{", _pieces(b"SERVICE ", b"a:b ", b"<", b"?a ", b"@a-a"), b"}"),
    ),
    "JSON": (_JSON, _framed(b"[", _pieces(b"[", b"1,", b'{"a":', b'"\\u0041",'), b"1]")),
}  # fmt: skip

_HEADERS: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "Accept": ("Accept", ('"', '""', '"\\', "a/b;q=1,", ",", ";q=", '*/*;a="b",', "text/html ")),
    "Accept-Encoding": ("Accept-Encoding", ("gzip,", ";q=0,", "a;", "*")),
    "If-None-Match": ("If-None-Match", ('"a",', "W/", '-br"', "*,")),
    "Content-Type": ("Content-Type", ("a;", ";charset=", '"', "/")),
    "Range": ("Range", ("bytes=0-,", "0-0,", "-,", "1-2,")),
    "X-Request-ID": ("X-Request-ID", ("a", "/", "%")),
    "Cookie": ("Cookie", ("a=b;", "=")),
}


def _request(method: str, path: str, headers: dict[str, str], body: bytes = b"") -> bytes:
    lines = [f"{method} {path} HTTP/1.1", f"Host: {HOST}", "Connection: close"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    if body:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode() + body


def _connect(port: int, chance: random.Random, timeout: float = 30) -> socket.socket:
    source = (address(chance.randrange(250), 4), 0)
    return socket.create_connection((HOST, port), timeout, source)


def _answer(connection: socket.socket) -> str:
    """Read the whole answer, and keep its beginning."""
    first = b""
    with suppress(OSError):
        while piece := connection.recv(_MIB):
            first = (first + piece)[:65536] if len(first) < 65536 else first
    return status(first)


def _sent(port: int, chance: random.Random, data: bytes) -> str:
    with _connect(port, chance) as connection:
        with suppress(OSError):
            connection.sendall(data)
        return _answer(connection)


def _raw(data: bytes) -> Act:
    def act(port: int, chance: random.Random) -> str:
        with _connect(port, chance) as connection:
            connection.sendall(data)
            connection.settimeout(1)
            return _answer(connection)

    return act


def _flood(begin: bytes, then: bytes) -> Act:
    def act(port: int, chance: random.Random) -> str:
        with _connect(port, chance) as connection:
            with suppress(OSError):
                connection.sendall(begin)
                for _ in range(chance.randint(64, 64 * _MIB // len(then))):
                    connection.sendall(then)
            connection.settimeout(1)
            told = b""
            with suppress(OSError):
                told = connection.recv(4096)
        return status(told) if told else "reset"

    return act


def _posted(content_type: str, body: Callable[[random.Random], bytes]) -> Act:
    def act(port: int, chance: random.Random) -> str:
        path = "/api/batch" if content_type == "application/json" else "/sparql"
        return _sent(
            port, chance, _request("POST", path, {"Content-Type": content_type}, body(chance))
        )

    return act


def _got(header: tuple[str, tuple[str, ...]]) -> Act:
    name, texts = header

    def act(port: int, chance: random.Random) -> str:
        text = "".join(chance.choices(texts, k=chance.randint(1, 3)))
        value = text * (chance.randint(4_000, 63_000) // len(text))
        path = chance.choice(("/", "/api/queries/states", "/dumps/SHA256SUMS", "/id/state/lu"))
        return _sent(port, chance, _request("GET", path, {name: value}))

    return act


def _several(port: int, chance: random.Random, paths: list[str]) -> str:
    """Send requests one after the other; gives the last answer."""
    told = ""
    for path in paths:
        told = _sent(port, chance, _request("GET", path, {}))
    return told


def _addresses(port: int, chance: random.Random) -> str:
    long = "".join(chance.choices("abcdefgh", k=30_000))
    return _several(port, chance, [f"/?{long}{n}" for n in range(20)])


def _questions(port: int, chance: random.Random) -> str:
    first = chance.randrange(1 << 30)
    return _several(
        port, chance, [f"/api/queries/search?q={quote(str(first + n))}" for n in range(20)]
    )


def _left(port: int, chance: random.Random) -> str:
    for path in ("/sparql?query=" + quote(_SLOW.decode()), "/api/queries/coverage?format=html"):
        for _ in range(16):
            with _connect(port, chance) as connection:
                reset_on_close(connection)
                connection.sendall(_request("GET", path, {}))
                time.sleep(chance.uniform(0, 0.1))
    return "left"


def _asked_by_one(query: bytes) -> Act:
    def act(port: int, chance: random.Random) -> str:
        with ExitStack() as stack:
            asked = []
            for _ in range(4):
                source = (address(7, 5), 0)
                one = stack.enter_context(socket.create_connection((HOST, port), 30, source))
                one.sendall(_request("POST", "/sparql", {"Content-Type": _QUERY}, query))
                asked.append(one)
            ask = _request("POST", "/sparql", {"Content-Type": _QUERY}, b"ASK {}")
            since = time.monotonic()
            if (other := _sent(port, chance, ask)) != "200":
                return f"another client: {other}"
            if (waited := time.monotonic() - since) > 3:
                return f"another client waited {waited:.1f} s"
            return _answer(asked[-1])

    return act


def _unread(query: bytes) -> Act:
    def act(port: int, chance: random.Random) -> str:
        with ExitStack() as stack:
            for number in range(4):
                source = (address(number, 6), 0)
                one = stack.enter_context(socket.create_connection((HOST, port), 30, source))
                one.sendall(_request("POST", "/sparql", {"Content-Type": _QUERY}, query))
            time.sleep(1)
            ask = _request("POST", "/sparql", {"Content-Type": _QUERY}, b"ASK {}")
            other = _sent(port, chance, ask)
        return "left" if other == "200" else f"another client: {other}"

    return act


def _unread_dumps(port: int, chance: random.Random) -> str:
    with ExitStack() as stack:
        for _ in range(100):
            one = stack.enter_context(_connect(port, chance))
            one.sendall(_request("GET", f"/dumps/mla-graph.{chance.choice(('nq', 'ttl'))}", {}))
        time.sleep(3)
    return "left"


def _crowd(begin: bytes, count: int = 300) -> Act:
    def act(port: int, chance: random.Random) -> str:
        with ExitStack() as stack:
            for _ in range(count):
                with suppress(OSError):
                    one = stack.enter_context(_connect(port, chance, 1))
                    one.sendall(begin)
            time.sleep(2)
        return "left"

    return act


def _ranges(port: int, chance: random.Random) -> str:
    ranges = ",".join(f"{n}-{n + chance.randint(0, 9)}" for n in range(5_000))
    with _connect(port, chance) as connection:
        connection.sendall(_request("HEAD", "/dumps/mla-graph.nq", {"Range": f"bytes={ranges}"}))
        return _answer(connection)
