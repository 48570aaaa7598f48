"""What a server may answer instead, and what the publisher is told to do about it."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from mla_graph.cli.main import main
from mla_graph.model.errors import PublishFailed
from mla_graph.model.settings import Secret
from mla_graph.publish.addresses import checked
from mla_graph.publish.content import Lines
from mla_graph.publish.sending import Sender
from mla_graph.publish.server import connect
from mla_graph.publish.writers import GraphStore, Updates
from mla_graph.store.access import Access

from ..conftest import quiet
from ..store.stand_in import Exchange, endpoint

LINES = Lines([b'<urn:%d> <urn:p> "some text" .' % number for number in range(2_000)], [])


def answering(status: int, text: str = "", **headers: str) -> Callable[[Exchange], None]:
    return lambda exchange: exchange.answer(text.encode(), "text/plain", status, **headers)


def add(url: str, access: Access | None = None, patience: float = 0.3) -> None:
    GraphStore(url, Sender(access or Access(), patience=patience)).add("urn:g", LINES, quiet_count)


def quiet_count(count: int) -> None:
    """Take the number of triples sent."""


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (answering(401), "MLA_REMOTE_USER"),
        (answering(403), "does not allow"),
        (answering(500, "Virtuoso 42000 Error SR186:SECURITY: No permission"), "does not allow"),
        (answering(404), "--graph-store"),
        (answering(405), "--update"),
        (answering(501), "--update"),
        (answering(413), "raise the limit"),
        (answering(507), "disk .* is full"),
        (answering(500, "write failed: No space left on device"), "disk .* is full"),
        (answering(302, Location="https://example.org/data"), "https://example.org/data"),
        (answering(500, "a fault\nin line 2"), "a fault in line 2"),
        (answering(503), "503"),
    ],
)
def test_each_refusal_says_what_to_do(answer: Callable[[Exchange], None], told: str) -> None:
    with endpoint(answer) as url, pytest.raises(PublishFailed, match=told):
        add(url)


@pytest.mark.parametrize(
    "busy",
    [
        b"Virtuoso 40001 Error SR172: Transaction deadlocked",
        b"<h3>Error 40001</h3> <xmp>SR172: Transaction deadlocked</xmp>",
        b"SR197: Non unique primary key on DB.DBA.RDF_LANGUAGE.",
    ],
)
def test_a_server_that_is_busy_is_asked_again(busy: bytes) -> None:
    answers = iter([503, 429, 500, 204])

    def respond(exchange: Exchange) -> None:
        status = next(answers)
        text = b"" if status == 204 else busy
        exchange.answer(text, "text/plain", status)

    heard: list[str] = []
    with endpoint(respond) as url:
        GraphStore(url, Sender(Access(), patience=30, told=heard.append)).add(
            "urn:g", LINES, quiet_count
        )
    assert len(heard) == 3 and "503" in heard[0]


def test_a_server_that_is_not_there_is_waited_for_only_so_long_and_once() -> None:
    heard: list[str] = []
    writer = GraphStore(
        "http://127.0.0.1:9/store", Sender(Access(), patience=0.3, told=heard.append)
    )
    with pytest.raises(PublishFailed, match="cannot be reached"):
        writer.delete("urn:g")
    assert heard
    heard.clear()
    with pytest.raises(PublishFailed, match="cannot be reached"):
        writer.delete("urn:g")
    assert not heard


def test_pieces_get_smaller_where_large_ones_are_refused() -> None:
    sizes: list[int] = []

    def respond(exchange: Exchange) -> None:
        size = int(exchange.headers["Content-Length"])
        if size > 30_000:
            exchange.answer(b"", "text/plain", 413)
        else:
            sizes.append(size)
            exchange.answer(b"", "text/plain", 204)

    with endpoint(respond) as url:
        GraphStore(url, Sender(Access()), piece=2_000).add("urn:g", LINES, quiet_count)
    assert sum(sizes) == sum(len(line) + 1 for line in LINES.ground)


def test_no_message_shows_a_password() -> None:
    access = Access("basic", user="me", password=Secret("quite secret"))

    def respond(exchange: Exchange) -> None:
        text = f"who is {exchange.headers['Authorization']} with quite secret?"
        exchange.answer(text.encode(), "text/plain", 500)

    with endpoint(respond) as url, pytest.raises(PublishFailed) as raised:
        add(url, access)
    assert "who is" in raised.value.detail
    assert "secret" not in raised.value.detail and "Basic b" not in raised.value.detail


@pytest.mark.parametrize("address", ["http://me:pw@example.org/x", "ftp://example.org", "sparql"])
def test_an_address_with_a_password_or_of_another_kind_is_refused(
    address: str, settings: Any
) -> None:
    run = CliRunner().invoke(main, ["publish", "--to", address])
    assert run.exit_code == 2 and "pw" not in run.stderr
    with pytest.raises(Exception, match="MLA_REMOTE_USER"):
        checked(address)


def test_the_command_says_that_no_server_is_there(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("MLA_HOME", str(tmp_path))
    run = CliRunner().invoke(main, ["publish", "--to", "http://127.0.0.1:9/query"])
    assert run.exit_code == 3
    assert "The release is not published" in run.stderr and "127.0.0.1:9" in run.stderr
    assert "Traceback" not in run.stderr


def test_a_server_of_an_unknown_kind_has_to_be_named(settings: Any) -> None:
    def respond(exchange: Exchange) -> None:
        exchange.answer(b'{"head": {}, "boolean": true}', "application/sparql-results+json")

    with (
        endpoint(respond) as url,
        pytest.raises(PublishFailed, match="--graph-store"),
        connect(url, settings, told=quiet),
    ):
        pass


@pytest.mark.parametrize("kind", [GraphStore, Updates])
def test_virtuoso_wants_to_know_who_writes(virtuoso_server: Any, kind: Any) -> None:
    address = (
        virtuoso_server.graph_store_auth_url if kind is GraphStore else virtuoso_server.update_url
    )
    for access, told in (
        (Access(), "wants to know who writes"),
        (Access("digest", user="dba", password=Secret("wrong")), "does not accept the user"),
    ):
        with pytest.raises(PublishFailed, match=told):
            kind(address, Sender(access, patience=0.3)).delete("urn:g")
    with pytest.raises(PublishFailed, match="does not allow"):
        Updates(virtuoso_server.query_url, Sender(Access())).add("urn:g", LINES, quiet_count)


def test_a_cut_connection_is_tried_again() -> None:
    seen = threading.Event()

    def respond(exchange: Exchange) -> None:
        if not seen.is_set():
            seen.set()
            exchange.connection.close()
            return
        exchange.answer(b"", "text/plain", 204)

    with endpoint(respond) as url:
        add(url, patience=30)
    assert seen.is_set()
