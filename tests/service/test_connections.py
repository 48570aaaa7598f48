"""Connections that send too much, too slowly or oddly, and what the server does with them."""

import contextlib
import json
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from mla_graph.release.directory import Release

from .test_processes import Server

MIB = 1 << 20
HOST = b"Host: localhost\r\n"
LIVE = b"GET /health/live HTTP/1.1\r\n" + HOST
ASK = b"ASK { ?s ?p ?o }"
POST = b"POST /sparql HTTP/1.1\r\n" + HOST + b"Content-Type: application/sparql-query\r\n"
CHUNKED = POST + b"Transfer-Encoding: chunked\r\n\r\n"
SHORT = {
    "MLA_IDLE_TIMEOUT": "1",
    "MLA_HEAD_TIMEOUT": "2",
    "MLA_BODY_TIMEOUT": "2",
    "MLA_SEND_TIMEOUT": "3",
    "MLA_MAX_ADDRESS": "3000",
    "MLA_MAX_HEAD": "6000",
    "MLA_MAX_PARAMETERS": "50",
    "MLA_CONNECTIONS_PER_CLIENT": "1000",
    "MLA_MEMORY_QUADS": "1",  # no copy in memory, for which start and stop would wait
}


@pytest.fixture(scope="module")
def server(shipped_release: Release, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running(shipped_release, tmp_path_factory.mktemp("server"), **SHORT) as service:
        yield service


@contextlib.contextmanager
def running(
    release: Release, folder: Path, descriptors: int | None = None, **environ: str
) -> Iterator[Server]:
    service = Server(release.path, folder / "log", 1, environ, descriptors)
    try:
        yield service
    finally:
        service.process.terminate()
        service.process.wait(timeout=40)


def connect(server: Server) -> socket.socket:
    return socket.create_connection(("127.0.0.1", server.port), timeout=20)


def everything(connection: socket.socket) -> bytes:
    """All that comes until the server ends the connection."""
    answer = b""
    with contextlib.suppress(ConnectionError):
        while piece := connection.recv(65536):
            answer += piece
    return answer


def answers(server: Server, *sent: bytes) -> bytes:
    with connect(server) as connection:
        for piece in sent:
            connection.sendall(piece)
            time.sleep(0.05)
        return everything(connection)


def statuses(answer: bytes) -> list[int]:
    return [int(part[:3]) for part in answer.split(b"HTTP/1.1 ")[1:]]


def flood(server: Server, begin: bytes, then: bytes) -> bytes:
    """Send for ever, up to 64 MiB; the server has to end it before."""
    with connect(server) as connection:
        connection.sendall(begin)
        with pytest.raises((ConnectionError, TimeoutError)):
            for _ in range(64 * MIB // len(then)):
                connection.sendall(then)
            connection.shutdown(socket.SHUT_WR)
            raise AssertionError("the server took all of it")
        return everything(connection)


@pytest.mark.parametrize(
    ("begin", "then"),
    [
        (b"GET /", b"a" * 65536),
        (LIVE + b"X: ", b"a" * 65536),
        (LIVE, b"a: b\r\n" * 9000),
        (CHUNKED + b"1\r\nA\r\n0\r\nX: ", b"a" * 65536),
        (CHUNKED + b"1\r\nA\r\n0\r\n", b"a: b\r\n" * 9000),
        (CHUNKED + b"1;", b"a" * 65536),
        (LIVE + b"Content-Length: 99999999999\r\n\r\n", b"a" * 65536),
        (LIVE + b"Transfer-Encoding: chunked\r\n\r\n", b"1000\r\n" + b"a" * 4096 + b"\r\n"),
    ],
    ids=["address", "header", "headers", "trailer", "trailers", "extension", "length", "chunks"],
)  # fmt: skip
def test_what_never_ends_is_ended_and_takes_no_memory(
    server: Server, begin: bytes, then: bytes
) -> None:
    process = psutil.Process(server.process.pid)
    before, since = process.memory_info().rss, time.monotonic()
    flood(server, begin, then)
    assert process.memory_info().rss - before < 20 * MIB
    assert time.monotonic() - since < 5
    assert server.get("/health/live").status_code == 200


@pytest.mark.parametrize(
    ("sent", "status", "code"),
    [
        (b"GET /" + b"a" * 3_000 + b" HTTP/1.1\r\n" + HOST + b"\r\n", 414, "address-too-long"),
        (LIVE + b"X: " + b"a" * 6_000 + b"\r\n\r\n", 431, "headers-too-large"),
        (LIVE + b"a: b\r\n" * 101 + b"\r\n", 431, "headers-too-large"),
        (CHUNKED + b"1;" + b"a" * 70_000 + b"\r\n", 431, "headers-too-large"),
        (b"GET /health/live\r\n\r\n", 400, "malformed-request"),
        (b"GET /health/live HTTP/1.1\r\n\r\n", 400, "malformed-request"),
        (LIVE + b"Host: other\r\n\r\n", 400, "malformed-request"),
        (b'GET / HTTP/1.1\r\nHost: "><script>\r\n\r\n', 400, "malformed-request"),
        (b"CONNECT localhost:80 HTTP/1.1\r\n" + HOST + b"\r\n", 400, "malformed-request"),
        (POST + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\n", 400, "malformed-request"),
        (POST + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400,
         "malformed-request"),
        (b"\x16\x03\x01\x02\x00" + b"a" * 100 + b"\r\n\r\n", 400, "malformed-request"),
    ],
)  # fmt: skip
def test_a_refused_request_gets_a_problem_document(
    server: Server, sent: bytes, status: int, code: str
) -> None:
    head, _, body = answers(server, sent).partition(b"\r\n\r\n")
    assert statuses(head) == [status]
    assert b"content-type: application/problem+json" in head and b"connection: close" in head
    problem = json.loads(body)
    assert problem["status"] == status and problem["type"].endswith(f"/{code}")
    assert problem["title"] and problem["detail"]
    assert f"x-request-id: {problem['requestId']}".encode() in head


@pytest.mark.parametrize("number", [50, 51])
def test_an_address_has_so_many_parameters_at_most(server: Server, number: int) -> None:
    names = "&".join(f"a{i}" for i in range(number))
    answer = server.get(f"/dumps/?{names}")
    assert answer.status_code == 400
    assert ("at most 50 parameters" in answer.json()["detail"]) == (number > 50)


@pytest.mark.parametrize(
    ("sent", "seconds", "status"),
    [
        (b"", 1, []),
        (LIVE + b"\r\n", 1, [200]),
        (b"\r\n", 1, []),
        (LIVE + b"X: a", 2, [408]),
        (POST + b"Content-Length: 9\r\n\r\nASK", 2, [408]),
    ],
    ids=["nothing sent", "idle after an answer", "an empty line", "half a head", "half a body"],
)
def test_a_connection_that_goes_silent_is_closed(
    server: Server, sent: bytes, seconds: float, status: list[int]
) -> None:
    since = time.monotonic()
    assert statuses(answers(server, sent)) == status
    assert seconds - 0.1 < time.monotonic() - since < seconds + 2.5


def test_a_head_that_comes_byte_by_byte_is_closed_in_time(server: Server) -> None:
    since = time.monotonic()
    with connect(server) as connection:
        connection.sendall(LIVE + b"X: ")
        with pytest.raises(ConnectionError):
            while time.monotonic() - since < 15:
                connection.sendall(b"a")
                time.sleep(0.1)
    assert time.monotonic() - since < 7


def test_a_head_in_pieces_is_one_head(server: Server) -> None:
    request = LIVE + b"Connection: close\r\n\r\n"
    pieces = [request[at : at + 7] for at in range(0, len(request), 7)]
    assert statuses(answers(server, *pieces)) == [200]


def test_an_answer_that_nobody_reads_is_broken_off(server: Server) -> None:
    with connect(server) as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        dumps = server.get("/dumps/", format="json").json()
        largest = max(dumps["data"], key=lambda each: each["bytes"])
        connection.sendall(f"GET {largest['href']} HTTP/1.1\r\n".encode() + HOST + b"\r\n")
        mine = connection.getsockname()[1]

        def held() -> bool:
            return any(
                each.raddr and each.raddr.port == mine
                for each in psutil.Process(server.process.pid).net_connections("tcp")
            )

        server.wait_for(held)
        since = time.monotonic()
        server.wait_for(lambda: not held())
        assert time.monotonic() - since < 8


@pytest.mark.parametrize("name", [b"Upgrade", b"upgrade", b"UPGRADE"])
@pytest.mark.parametrize("apart", [False, True], ids=["in one piece", "after the head"])
def test_an_upgrade_with_a_body_is_answered(server: Server, apart: bool, name: bytes) -> None:
    head = POST + (
        b"Connection: Upgrade, HTTP2-Settings\r\n" + name + b": h2c\r\n"
        b"HTTP2-Settings: AAMAAABk\r\nContent-Length: 16\r\n\r\n"
    )
    answer = answers(server, head, ASK) if apart else answers(server, head + ASK)
    assert statuses(answer) == [200] and b"true" in answer


def test_requests_sent_ahead_are_answered_in_turn(server: Server) -> None:
    pipelined = LIVE + b"\r\n" + POST + b"Content-Length: 16\r\n\r\n" + ASK + LIVE + b"X: "
    answer = answers(server, pipelined, b"a\r\nConnection: close\r\n\r\n")
    assert statuses(answer) == [200, 200, 200]


def test_what_follows_a_good_request_does_not_take_its_answer(server: Server) -> None:
    answer = answers(server, POST + b"Content-Length: 16\r\n\r\n" + ASK + b"nonsense\r\n\r\n")
    assert statuses(answer) == [200, 400]


def test_a_trailer_changes_no_header(server: Server) -> None:
    body = b"10\r\n" + ASK + b"\r\n0\r\nAccept: text/csv\r\n\r\n"
    answer = answers(server, CHUNKED + body)
    assert statuses(answer) == [200] and b"text/csv" not in answer


def test_a_body_beyond_the_limit_gets_the_answer_of_the_application(server: Server) -> None:
    answer = answers(server, POST + b"Content-Length: 3000000\r\n\r\n", b"a" * 3_000_000)
    assert statuses(answer) == [413] and b"requestId" in answer


def test_idle_connections_beyond_the_descriptors_do_not_end_the_service(
    shipped_release: Release, tmp_path: Path
) -> None:
    environ = SHORT | {"MLA_IDLE_TIMEOUT": "600", "MLA_MAX_CONNECTIONS": "100000"}
    with (
        running(shipped_release, tmp_path, 1024, **environ) as server,
        contextlib.ExitStack() as stack,
    ):
        for _ in range(1200):
            stack.enter_context(contextlib.suppress(OSError))
            stack.enter_context(connect(server))
        for _ in range(10):
            assert statuses(answers(server, LIVE + b"Connection: close\r\n\r\n")) == [200]


def test_a_client_with_too_many_connections_loses_the_one_idle_longest(
    shipped_release: Release, tmp_path: Path
) -> None:
    environ = SHORT | {"MLA_IDLE_TIMEOUT": "600", "MLA_CONNECTIONS_PER_CLIENT": "10"}
    with running(shipped_release, tmp_path, **environ) as server, contextlib.ExitStack() as stack:
        idle = [stack.enter_context(connect(server)) for _ in range(10)]
        assert statuses(answers(server, LIVE + b"Connection: close\r\n\r\n")) == [200]
        assert idle[0].recv(1) == b""
        idle[1].setblocking(False)
        with pytest.raises(BlockingIOError):
            idle[1].recv(1)


def test_a_client_whose_connections_all_work_gets_no_more(
    shipped_release: Release, tmp_path: Path
) -> None:
    environ = SHORT | {"MLA_BODY_TIMEOUT": "600", "MLA_CONNECTIONS_PER_CLIENT": "10"}
    with running(shipped_release, tmp_path, **environ) as server, contextlib.ExitStack() as stack:
        working = [stack.enter_context(connect(server)) for _ in range(10)]
        for each in working:
            each.sendall(POST + b"Content-Length: 16\r\n\r\nASK")
        time.sleep(0.5)
        for _ in range(3):
            refused = answers(server, LIVE + b"\r\n")
            assert statuses(refused) == [503] and b"retry-after" in refused
        working[0].sendall(ASK[3:])
        assert b"200" in working[0].recv(4096)
