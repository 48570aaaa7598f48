"""``/dumps/``: the whole graph as files that can be checked, resumed and cited."""

import gzip
import hashlib
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest
from starlette.testclient import TestClient

from mla_graph.release.directory import Release, beside, read
from mla_graph.service.routes.dumps import files
from mla_graph.store.embedded import EmbeddedStore

from .conftest import BROWSER, Serve

PLAIN = {"Accept-Encoding": "identity"}
DUMPS = {
    "ttl": ox.RdfFormat.TURTLE,
    "nt": ox.RdfFormat.N_TRIPLES,
    "jsonld": ox.RdfFormat.JSON_LD,
    "nq": ox.RdfFormat.N_QUADS,
    "trig": ox.RdfFormat.TRIG,
}


@pytest.mark.parametrize("ending", DUMPS)
def test_every_dump_holds_the_graph_packed_or_not(
    client: TestClient, shipped_release: Release, ending: str
) -> None:
    answer = client.get(f"/dumps/mla-graph.{ending}", headers=PLAIN)
    assert answer.headers["content-type"].partition(";")[0] == DUMPS[ending].media_type
    quads = sum(1 for _ in ox.parse(answer.content, format=DUMPS[ending]))
    manifest = shipped_release.manifest
    assert quads == (manifest.quads if ending in ("nq", "trig") else manifest.merged.triples)
    packed = client.get(f"/dumps/mla-graph.{ending}.gz", headers=PLAIN)
    assert packed.headers["content-type"] == "application/gzip"
    assert gzip.decompress(packed.content) == answer.content


def test_the_list_tells_size_checksum_licence_and_version(
    client: TestClient, shipped_release: Release
) -> None:
    listed = client.get("/dumps/").json()
    assert listed["release"] == shipped_release.id
    assert listed["licence"]["name"] == "CC-BY-4.0"
    assert {file["name"] for file in listed["data"]} == {
        f"mla-graph.{ending}{packed}" for ending in DUMPS for packed in ("", ".gz")
    }
    for file in listed["data"]:
        if file["compressed"] or file["name"].endswith((".ttl", ".nq")):
            content = client.get(file["href"], headers=PLAIN).content
            assert (len(content), hashlib.sha256(content).hexdigest()) == (
                file["bytes"],
                file["sha256"],
            )
    page = client.get("/dumps/", headers={"Accept": BROWSER}).text
    assert all(file["href"] in page and file["sha256"] in page for file in listed["data"])


def test_the_checksums_are_what_sha256sum_reads(client: TestClient, tmp_path: Path) -> None:
    for name in ("mla-graph.ttl", "mla-graph.nq.gz", "SHA256SUMS"):
        (tmp_path / name).write_bytes(client.get(f"/dumps/{name}", headers=PLAIN).content)
    check = ["sha256sum", "--check", "--strict", "--ignore-missing", "SHA256SUMS"]
    said = subprocess.run(check, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert said.stdout.splitlines() == ["mla-graph.ttl: OK", "mla-graph.nq.gz: OK"]


@pytest.mark.parametrize("name", ["mla-graph.nq", "mla-graph.ttl", "mla-graph.ttl.gz"])
def test_head_tells_the_size_and_sends_nothing(
    client: TestClient, shipped_release: Release, name: str
) -> None:
    answer = client.head(f"/dumps/{name}", headers=PLAIN)
    assert answer.status_code == 200 and answer.content == b""
    file = shipped_release.manifest.dumps[name]
    assert answer.headers["content-length"] == str(file.bytes)
    assert answer.headers["etag"] == f'"{file.sha256}"'


@pytest.mark.parametrize("name", ["mla-graph.nq", "mla-graph.trig.gz"])
def test_a_download_can_be_resumed(client: TestClient, name: str) -> None:
    whole = client.get(f"/dumps/{name}", headers=PLAIN)
    first = {"Range": "bytes=100-199", "Accept-Encoding": "gzip"}
    part = client.get(f"/dumps/{name}", headers=first | {"If-Range": whole.headers["etag"]})
    assert part.status_code == 206
    assert part.content == whole.content[100:200]


@pytest.mark.parametrize("beyond", ["bytes=999999999999-", "bytes=-0"])
def test_a_range_beyond_the_end_is_refused_with_the_size(
    client: TestClient, shipped_release: Release, beyond: str
) -> None:
    size = shipped_release.nquads.stat().st_size
    answer = client.get("/dumps/mla-graph.nq", headers=PLAIN | {"Range": beyond})
    assert answer.status_code == 416
    assert answer.headers["content-range"] == f"bytes */{size}"
    assert answer.headers["content-type"] == "application/problem+json"
    assert str(size) in answer.json()["detail"]
    other = {"Range": beyond, "If-Range": '"another version"'}
    with client.stream("GET", "/dumps/mla-graph.nq", headers=PLAIN | other) as whole:
        assert whole.status_code == 200


@pytest.mark.parametrize(
    "ranges",
    ["bytes=0-,0-,0-", "bytes=0-0,2-2,4-4", "bytes=" + "-," * 900, "lines=1-2", "bytes=5-2", "x"],
)
def test_other_ranges_than_one_are_not_heeded(client: TestClient, ranges: str) -> None:
    whole = client.head("/dumps/mla-graph.nq", headers=PLAIN)
    answer = client.head("/dumps/mla-graph.nq", headers=PLAIN | {"Range": ranges})
    assert answer.status_code == 200
    assert answer.headers["content-length"] == whole.headers["content-length"]


def test_who_takes_gzip_gets_the_packed_file_as_it_lies_on_disk(
    client: TestClient, shipped_release: Release
) -> None:
    answer = client.get("/dumps/mla-graph.jsonld", headers={"Accept-Encoding": "br, gzip;q=0.8"})
    assert answer.headers["content-encoding"] == "gzip"
    told = shipped_release.manifest.dumps
    assert answer.headers["content-length"] == str(told["mla-graph.jsonld.gz"].bytes)
    assert answer.headers["etag"] == f'"{told["mla-graph.jsonld.gz"].sha256}"'
    assert hashlib.sha256(answer.content).hexdigest() == told["mla-graph.jsonld"].sha256
    refused = client.head("/dumps/mla-graph.jsonld", headers={"Accept-Encoding": "gzip;q=0, br"})
    assert "content-encoding" not in refused.headers


def test_a_copy_that_is_still_good_is_not_sent_again(client: TestClient) -> None:
    tag = client.head("/dumps/mla-graph.nt").headers["etag"]
    assert client.get("/dumps/mla-graph.nt", headers={"If-None-Match": tag}).status_code == 304


def test_each_version_keeps_its_address(client: TestClient, shipped_release: Release) -> None:
    folder = f"/dumps/{shipped_release.id}/"
    assert client.get(folder).json() == client.get("/dumps/").json()
    assert client.get(f"{folder}SHA256SUMS").text == client.get("/dumps/SHA256SUMS").text
    answer = client.head(f"{folder}mla-graph.ttl.gz")
    assert answer.status_code == 200 and "immutable" in answer.headers["cache-control"]
    assert "immutable" not in client.head("/dumps/mla-graph.ttl.gz").headers["cache-control"]


def test_an_earlier_release_answers_as_long_as_it_lies_on_disk(
    client: TestClient, shipped_release: Release, tmp_path: Path
) -> None:
    """The folder of releases, with a former one that holds other files."""
    former = "f" * 64
    older = tmp_path / "releases" / former
    (older / "dumps").mkdir(parents=True)
    (older / "dumps" / "mla-graph.nt.gz").write_bytes(gzip.compress(b""))
    manifest = shipped_release.manifest
    name = "mla-graph.nt.gz"
    replace(
        manifest, id=former, created="2000-01-01T00:00:00+00:00", dumps={name: manifest.dumps[name]}
    ).write(older)
    served = Release(tmp_path / "releases" / shipped_release.id, manifest)
    served.path.symlink_to(shipped_release.path)
    context = client.context  # type: ignore[attr-defined]
    before = context.served
    context.served = replace(before, release=served)
    try:
        listed = [one["id"] for one in client.get("/dumps/").json()["releases"]]
        assert listed == [shipped_release.id, former]
        found = client.get(f"/dumps/{former}/{name}", headers=PLAIN)
        assert gzip.decompress(found.content) == b""
        assert client.get(f"/dumps/{former}/mla-graph.ttl").status_code == 404
        shutil.rmtree(older)
        gone = client.get(f"/dumps/{former}/{name}")
        assert gone.status_code == 404
        assert gone.json()["nearest"] == [f"/dumps/{shipped_release.id}/"]
    finally:
        context.served = before


@pytest.mark.parametrize("release", ["0" * 64, "..", "%2e%2e", "latest"])
def test_an_unknown_release_is_a_problem(client: TestClient, release: str) -> None:
    answer = client.get(f"/dumps/{release}/mla-graph.nq")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


def test_only_folders_named_by_their_content_are_releases(
    shipped_release: Release, tmp_path: Path
) -> None:
    for name in ("0" * 64, "backup"):
        shutil.copytree(
            shipped_release.path, tmp_path / name, ignore=shutil.ignore_patterns("*.nq*", "store")
        )
    found = read(tmp_path / "backup")
    assert found is not None and beside(found) == [found]
    assert {file.name for file in files(found)} == set(shipped_release.manifest.dumps)


def test_a_store_without_release_has_no_dumps(serve: Serve) -> None:
    client = serve(store=EmbeddedStore.in_memory())
    assert client.get("/dumps/").json() == {"data": [], "release": None}
    assert client.get("/dumps/mla-graph.nt").status_code == 404
    assert client.get("/dumps/SHA256SUMS").status_code == 404
    assert "no files to download" in client.get("/dumps/", headers={"Accept": BROWSER}).text
