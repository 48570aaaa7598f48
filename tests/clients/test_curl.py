"""curl, as people try a service from a shell."""

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest
import rdflib

pytestmark = pytest.mark.clients

STATES = "/api/queries/states"


def curl(*arguments: str | Path) -> bytes:
    """What curl writes to its output; a failure of curl is the test's."""
    command: Sequence[str | Path] = ["curl", "--silent", "--show-error", "--max-time", "60"]
    return subprocess.run([*command, *arguments], check=True, capture_output=True).stdout


def status_and_header(name: str, *arguments: str | Path) -> tuple[int, str]:
    """The status of the answer and one of its headers."""
    wanted = f"%{{stderr}}%{{http_code}} %header{{{name}}}"
    found = subprocess.run(
        ["curl", "--silent", "--max-time", "60", "--output", "/dev/null", "--write-out", wanted,
         *arguments],
        check=True, capture_output=True, text=True,
    ).stderr  # fmt: skip
    status, _, value = found.partition(" ")
    return int(status), value.strip()


@pytest.mark.parametrize(
    ("path", "accept", "media_type"),
    [
        (STATES, "*/*", "application/sparql-results+json"),
        (STATES, "application/json", "application/json"),
        (STATES, "text/csv", "text/csv"),
        ("/id/state/lu", "*/*", "text/turtle"),
        ("/id/state/lu", "text/html", "text/html"),
        ("/id/state/lu", "application/ld+json", "application/ld+json"),
        ("/ontology", "text/turtle", "text/turtle"),
        ("/sparql", "*/*", "text/turtle"),
    ],
)
def test_the_accept_header_decides(service: str, path: str, accept: str, media_type: str) -> None:
    status, found = status_and_header("content-type", "-H", f"Accept: {accept}", service + path)
    assert (status, found.split(";")[0]) == (200, media_type)


def test_an_unknown_type_is_not_acceptable_and_says_what_is(service: str) -> None:
    problem = json.loads(curl("-H", "Accept: image/png", service + STATES))
    assert problem["status"] == 406 and "text/csv" in problem["valid"]


@pytest.mark.parametrize("path", [STATES, "/ontology", "/id/state/lu", "/openapi.json"])
def test_compressed_answers_are_the_same_and_smaller(service: str, path: str) -> None:
    plain = curl(service + path)
    size = "%{size_download}"
    whole = subprocess.run(
        ["curl", "--silent", "--compressed", "--write-out", size, service + path],
        check=True, capture_output=True,
    ).stdout  # fmt: skip
    body, sent = whole[: len(plain)], int(whole[len(plain) :])
    assert body == plain
    assert sent < len(plain)


@pytest.mark.parametrize("extra", [[], ["--compressed"]], ids=["plain", "compressed"])
@pytest.mark.parametrize(
    "path", [STATES, "/id/state/lu", "/ontology", "/api/dossier?requesting=BE&executing=LU&"
             "measure=A.30&on=2024-05-01"],
)  # fmt: skip
def test_a_copy_with_its_etag_is_still_good(
    service: str, tmp_path: Path, path: str, extra: list[str]
) -> None:
    tag, copy = tmp_path / "tag", tmp_path / "copy"
    curl(*extra, "--etag-save", tag, "--output", copy, service + path)
    assert tag.read_text().strip() and copy.stat().st_size
    status, _ = status_and_header("etag", *extra, "--etag-compare", tag, service + path)
    assert status == 304


def test_head_has_the_headers_of_get_and_no_body(service: str) -> None:
    for path in (STATES, "/id/state/lu", "/ontology", "/"):
        got = status_and_header("content-type", service + path)
        assert status_and_header("content-type", "--head", service + path) == got


def test_a_query_from_a_file_and_from_the_command_line(service: str, tmp_path: Path) -> None:
    text = "CONSTRUCT WHERE { <https://w3id.org/mla-graph/id/state/lu> ?p ?o }"
    file = tmp_path / "query.rq"
    file.write_text(text)
    direct = curl("-H", "Content-Type: application/sparql-query", "--data-binary", f"@{file}",
                  f"{service}/sparql")  # fmt: skip
    form = curl("--data-urlencode", f"query={text}", f"{service}/sparql")
    address = curl("--get", "--data-urlencode", f"query={text}", f"{service}/sparql")
    graphs = [rdflib.Graph().parse(data=answer, format="turtle") for answer in
              (direct, form, address)]  # fmt: skip
    assert len(graphs[0]) > 5
    assert {frozenset(graph) for graph in graphs} == {frozenset(graphs[0])}
