"""Content codings: who gets which, and the tags of coded bodies."""

import gzip
from collections.abc import AsyncIterator

import brotli
import pytest
import zstandard
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from mla_graph.service.wire import coding
from mla_graph.service.wire.coding import ContentCoding, chosen

from .conftest import LEGAL_BASES

DECODE = {"gzip": gzip.decompress, "br": brotli.decompress, "zstd": zstandard.decompress}


def raw(client: TestClient, path: str, **headers: str) -> tuple[Response, bytes]:
    """The answer with its body as it was sent."""
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    with client.stream("GET", path, headers=sent) as answer:
        return answer, b"".join(answer.iter_raw())


@pytest.mark.parametrize(
    ("accept_encoding", "coding"),
    [
        ("", None),
        ("identity", None),
        ("gzip", "gzip"),
        ("x-gzip", "gzip"),
        ("GZIP", "gzip"),
        ("gzip, deflate, br, zstd", "zstd"),
        ("gzip, br;q=0.5", "gzip"),
        ("gzip;q=0.2, br ; q=0.9", "br"),
        ("gzip;q=0", None),
        ("*", "zstd"),
        ("*;q=0.5, zstd;q=0", "br"),
        ("gzip;q=0.5, identity", None),
        ("*;q=0", None),
        ("br;q=high", None),
        ("deflate", None),
    ],
)
def test_the_coding_that_the_caller_likes_best_is_chosen(
    accept_encoding: str, coding: str | None
) -> None:
    assert chosen(accept_encoding) == coding


@pytest.mark.parametrize("name", DECODE)
def test_a_coded_answer_is_the_plain_one_with_a_tag_of_its_own(
    client: TestClient, name: str
) -> None:
    plain = client.get(LEGAL_BASES, headers={"Accept-Encoding": "identity"})
    for _ in range(2):  # the second comes from the bodies that are kept
        coded, body = raw(client, LEGAL_BASES, Accept_Encoding=name)
        assert coded.headers["content-encoding"] == name
        assert DECODE[name](body) == plain.content
        assert int(coded.headers["content-length"]) == len(body)
        assert coded.headers["etag"] == plain.headers["etag"][:-1] + f'-{name}"'
        assert "Accept-Encoding" in coded.headers["vary"]
        assert coded.headers["content-type"] == plain.headers["content-type"]


def test_a_copy_in_any_coding_is_known(client: TestClient) -> None:
    plain = client.get(LEGAL_BASES, headers={"Accept-Encoding": "identity"}).headers["etag"]
    coded = plain[:-1] + '-br"'
    for copies, told in (
        (plain, plain),
        (coded, coded),
        (f"W/{coded}", coded),
        (f'"other-br", {plain}, {coded}', coded),
        ("*", plain),
    ):
        again, body = raw(client, LEGAL_BASES, Accept_Encoding="br", If_None_Match=copies)
        assert (again.status_code, body) == (304, b"")
        assert again.headers["etag"] == told
        assert "Accept-Encoding" in again.headers["vary"]
    other, _ = raw(client, LEGAL_BASES, Accept_Encoding="br", If_None_Match='"other-br"')
    assert other.status_code == 200


def test_a_body_with_a_tag_is_compressed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    compressed = 0
    compress = brotli.compress

    def counted(body: bytes, quality: int) -> bytes:
        nonlocal compressed
        compressed += 1
        return compress(body, quality=quality)

    monkeypatch.setattr(brotli, "compress", counted)

    async def answer(request: Request) -> Response:
        headers = {"ETag": '"a"'} if request.url.path == "/tagged" else {}
        return Response("x" * 5000, headers=headers, media_type="text/plain")

    app = Starlette(routes=[Route("/tagged", answer), Route("/plain", answer)])
    app.add_middleware(ContentCoding)
    http = TestClient(app)
    for path, times in (("/tagged", 1), ("/plain", 3)):
        compressed = 0
        bodies = {raw(http, path, Accept_Encoding="br")[1] for _ in range(3)}
        assert len(bodies) == 1 and compressed == times


def test_a_stream_is_coded_as_it_comes_and_not_kept() -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for number in range(50):
            yield b"%d," % number * 1000

    async def answer(request: Request) -> Response:
        return StreamingResponse(chunks(), headers={"ETag": '"a"'}, media_type="text/csv")

    app = Starlette(routes=[Route("/", answer)])
    layer = ContentCoding(app)
    http = TestClient(layer)
    for _ in range(2):
        coded, body = raw(http, "/", Accept_Encoding="gzip")
        assert coded.headers["etag"] == '"a-gzip"' and "content-length" not in coded.headers
        assert gzip.decompress(body).count(b",") == 50_000
    assert layer._kept.get('/ "a" gzip') is None


def test_short_and_packed_bodies_stay_as_they_are(client: TestClient) -> None:
    short, _ = raw(client, "/health/live", Accept_Encoding="gzip")
    assert "content-encoding" not in short.headers
    assert coding.MINIMUM_SIZE == 1024


def test_what_the_application_packed_itself_is_sent_as_it_is() -> None:
    packed = gzip.compress(b"x" * 5000)

    async def answer(request: Request) -> Response:
        assert request.headers["accept-encoding"] == "gzip, br, zstd"
        headers = {"ETag": '"packed"', "Content-Encoding": "gzip"}
        return Response(packed, headers=headers, media_type="text/csv")

    app = Starlette(routes=[Route("/", answer)])
    app.add_middleware(ContentCoding)
    coded, body = raw(TestClient(app), "/", Accept_Encoding="gzip, br, zstd")
    assert body == packed and coded.headers["content-encoding"] == "gzip"
    assert coded.headers["etag"] == '"packed"'
