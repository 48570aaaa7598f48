"""Content codings: who gets which, and the tags of coded bodies."""

import gzip
import time

import brotli
import pytest
import zstandard
from httpx import Response
from starlette.testclient import TestClient

from mla_graph.service.wire import reply
from mla_graph.service.wire.reply import chosen

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
        ("", ""),
        ("identity", ""),
        ("gzip", "gzip"),
        ("x-gzip", "gzip"),
        ("GZIP", "gzip"),
        ("gzip, deflate, br, zstd", "zstd"),
        ("gzip, br;q=0.5", "gzip"),
        ("gzip;q=0.2, br ; q=0.9", "br"),
        ("gzip;q=0", ""),
        ("*", "zstd"),
        ("*;q=0.5, zstd;q=0", "br"),
        ("gzip;q=0.5, identity", ""),
        ("*;q=0", ""),
        ("br;q=high", ""),
        ("deflate", ""),
    ],
)
def test_the_coding_that_the_caller_likes_best_is_chosen(accept_encoding: str, coding: str) -> None:
    assert chosen(accept_encoding) == coding


@pytest.mark.parametrize("piece", [",", "gzip;q=0.1,", ";q=", "a"])
def test_a_longer_accept_encoding_takes_no_longer(piece: str) -> None:
    for size in (8_000, 16_000, 64_000):
        header = piece * (size // len(piece))
        best = min(_seconds(header + str(n)) for n in range(3))
        assert best < 0.01


def _seconds(header: str) -> float:
    since = time.thread_time()
    chosen(header)
    return time.thread_time() - since


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


@pytest.mark.parametrize(
    ("path", "times"),
    [(f"{LEGAL_BASES}&limit=77", 1), ("/ontology?format=ntriples", 1), ("/sparql", 3)],
)
def test_a_body_with_a_tag_is_compressed_once(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, path: str, times: int
) -> None:
    compressed = 0
    compress = brotli.compress

    def counted(body: bytes, quality: int) -> bytes:
        nonlocal compressed
        compressed += 1
        return compress(body, quality=quality)

    while not client.context.served.store.never_waits:  # type: ignore[attr-defined]
        time.sleep(0.05)  # until the copy in memory has taken the place of the store on disk
    monkeypatch.setattr(brotli, "compress", counted)
    bodies = {raw(client, path, Accept_Encoding="br")[1] for _ in range(3)}
    assert len(bodies) == 1 and compressed == times


def test_a_stream_is_coded_as_it_comes(client: TestClient) -> None:
    path = "/sparql?query=SELECT*%7B%3Fs+%3Fp+%3Fo%7DLIMIT+5000"
    plain = client.get(path, headers={"Accept-Encoding": "identity"})
    coded, body = raw(client, path, Accept_Encoding="gzip")
    assert coded.headers["content-encoding"] == "gzip" and "content-length" not in coded.headers
    assert gzip.decompress(body) == plain.content


def test_short_bodies_stay_as_they_are(client: TestClient) -> None:
    short, _ = raw(client, "/health/live", Accept_Encoding="gzip")
    assert "content-encoding" not in short.headers
    assert reply.MINIMUM_SIZE == 1024


def test_a_file_that_lies_packed_is_sent_as_it_is(client: TestClient) -> None:
    packed = client.get("/dumps/mla-graph.nt.gz").content
    coded, body = raw(client, "/dumps/mla-graph.nt", Accept_Encoding="gzip, br, zstd")
    assert body == packed and coded.headers["content-encoding"] == "gzip"
