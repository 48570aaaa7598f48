"""How an endpoint is reached: attempts and time, credentials, TLS."""

import gc
import hashlib
import socket
import ssl
import time
import urllib.request
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import trustme
from click.testing import CliRunner

from mla_graph.cli.main import main
from mla_graph.cli.stores import open_store
from mla_graph.model.errors import InvalidValue, LimitReached, QuerySyntaxError, StoreUnavailable
from mla_graph.model.settings import Secret, Settings
from mla_graph.service.serve import _environment
from mla_graph.store.access import Access
from mla_graph.store.http import ATTEMPTS
from mla_graph.store.remote import RemoteStore

from .stand_in import Exchange, Respond, endpoint, fixed, results

QUERY = "SELECT ?x { ?x ?y ?z }"
TABLE = "application/sparql-results+json"
PASSWORD = "open sésame"
whole = fixed(results())


class Turns:
    """Answers by turns, the last one for ever; counts the requests and when they came."""

    def __init__(self, *responses: Respond) -> None:
        self.responses = list(responses)
        self.times: list[float] = []

    def __call__(self, exchange: Exchange) -> None:
        self.times.append(time.monotonic())
        turn = min(len(self.times), len(self.responses))
        self.responses[turn - 1](exchange)


def status(number: int, **headers: str) -> Respond:
    return lambda exchange: exchange.answer(b"Not now", "text/plain", number, **headers)


def hang_up(exchange: Exchange) -> None:
    exchange.connection.shutdown(socket.SHUT_RDWR)


def cut_off(exchange: Exchange) -> None:
    exchange.answer(b"{", TABLE, length=999)


def stall(exchange: Exchange) -> None:
    exchange.answer(b"{", TABLE, length=999)
    time.sleep(30)


def trickle(exchange: Exchange) -> None:
    for letter in b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n":
        exchange.wfile.write(bytes([letter]))
        time.sleep(0.4)


# Attempts and time.


def deadlock(exchange: Exchange) -> None:
    exchange.answer(b"Virtuoso 40001 Error SR172: Transaction deadlocked", "text/plain", 500)


@pytest.mark.parametrize("fault", [*map(status, (429, 502, 503, 504)), hang_up, cut_off, deadlock])
def test_what_passes_is_tried_again(fault: Respond) -> None:
    turns = Turns(fault, fault, whole)
    with endpoint(turns) as url:
        assert list(RemoteStore(url, timeout=10).query(QUERY)) == []
    assert len(turns.times) == 3


@pytest.mark.filterwarnings("error::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("fault", [status(503), hang_up, cut_off])
def test_the_first_attempt_keeps_nothing_of_the_second(fault: Respond) -> None:
    """An answer may be dropped only in the thread that read it."""
    gc.collect()
    gc.disable()
    try:
        with endpoint(Turns(fault, whole)) as url, ThreadPoolExecutor(1) as other:
            rows = other.submit(lambda: len(list(RemoteStore(url, timeout=10).query(QUERY))))
            assert rows.result() == 0
        gc.collect()
    finally:
        gc.enable()


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (status(500), StoreUnavailable),
        (status(404), StoreUnavailable),
        (status(403), StoreUnavailable),
        (status(400), QuerySyntaxError),
        (fixed("{", TABLE), StoreUnavailable),
    ],
)
def test_what_does_not_pass_is_not_tried_again(fault: Respond, error: type[Exception]) -> None:
    turns = Turns(fault)
    with endpoint(turns) as url, pytest.raises(error):
        RemoteStore(url, timeout=10).query(QUERY)
    assert len(turns.times) == 1


def test_an_endpoint_says_when_it_wants_to_be_asked_again() -> None:
    turns = Turns(status(503, Retry_After="1"), whole)
    with endpoint(turns) as url:
        RemoteStore(url, timeout=10).query(QUERY)
    assert turns.times[1] - turns.times[0] >= 1


def test_a_pause_beyond_the_time_is_not_waited_for() -> None:
    since = time.monotonic()
    with (
        endpoint(status(429, Retry_After="30")) as url,
        pytest.raises(StoreUnavailable, match="429"),
    ):
        RemoteStore(url, timeout=25).query(QUERY)
    assert time.monotonic() - since < 20


def test_attempts_come_to_an_end() -> None:
    turns = Turns(status(503))
    with endpoint(turns) as url, pytest.raises(StoreUnavailable, match="503: Not now"):
        RemoteStore(url, timeout=30).query(QUERY)
    assert len(turns.times) == ATTEMPTS


@pytest.mark.parametrize("slow", [stall, trickle])
@pytest.mark.parametrize("keep_alive", [True, False])
def test_a_slow_answer_does_not_outlast_the_time(slow: Respond, keep_alive: bool) -> None:
    since = time.monotonic()
    with (
        endpoint(slow, keep_alive=keep_alive) as url,
        pytest.raises(StoreUnavailable, match="in time"),
    ):
        RemoteStore(url, timeout=0.5).query(QUERY)
    assert time.monotonic() - since < 10


def test_a_connection_that_does_not_come_about_is_given_up_early() -> None:
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        address = full.getsockname()
        waiting = [socket.socket() for _ in range(3)]
        for each in waiting:
            each.setblocking(False)
            each.connect_ex(address)
        store = RemoteStore(
            f"http://127.0.0.1:{address[1]}/", timeout=10, access=Access(connect_timeout=0.2)
        )
        with pytest.raises(StoreUnavailable, match=r"no connection within 0\.2 s"):
            store.query(QUERY)
        for each in waiting:
            each.close()


def test_the_times_for_an_endpoint_are_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLA_REMOTE_TIMEOUT", "0.4")
    monkeypatch.setenv("MLA_REMOTE_CONNECT_TIMEOUT", "0.3")
    with endpoint(stall) as url:
        since = time.monotonic()
        with pytest.raises(StoreUnavailable, match="in time"):
            open_store(url, False, Settings.from_environ())
        assert time.monotonic() - since < 5
    assert Access.from_settings(Settings.from_environ()).connect_timeout == 0.3


def test_one_connection_serves_many_queries_until_it_is_closed() -> None:
    ports = set()

    def note(exchange: Exchange) -> None:
        ports.add(exchange.client_address)
        whole(exchange)

    with endpoint(note, keep_alive=True) as url:
        store = RemoteStore(url)
        for _ in range(5):
            store.query(QUERY)
        assert len(ports) == 1
        store.close()
        store.query(QUERY)
        assert len(ports) == 2


@pytest.mark.skipif(not hasattr(socket, "TCP_QUICKACK"), reason="only Linux waits, and can be told")
def test_a_server_that_waits_to_hear_that_a_piece_came_hears_it_at_once() -> None:
    """Nagle's algorithm, as Virtuoso has it: else each answer takes 40 ms more."""

    def in_pieces(exchange: Exchange) -> None:
        exchange.answer(b"", TABLE, length=len(results()))
        exchange.wfile.write(results()[:9].encode())
        exchange.wfile.write(results()[9:].encode())

    times = []
    with endpoint(in_pieces, keep_alive=True) as url:
        store = RemoteStore(url)
        for _ in range(30):
            since = time.monotonic()
            store.query(QUERY)
            times.append(time.monotonic() - since)
    assert sorted(times)[12] < 0.035


def test_a_proxy_of_the_environment_is_told_the_whole_address(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen: list[str] = []

    def note(exchange: Exchange) -> None:
        seen.append(exchange.path)
        whole(exchange)

    with endpoint(note) as proxy:
        monkeypatch.setenv("http_proxy", proxy.removesuffix("/sparql"))
        RemoteStore("http://graphs.example/sparql").query(QUERY)
        monkeypatch.setenv("no_proxy", "127.0.0.1")
        RemoteStore(proxy).query(QUERY)
    assert seen[0].startswith("http://graphs.example/sparql?query=SELECT")
    assert seen[1].startswith("/sparql?query=SELECT")


def test_a_redirect_is_told_and_not_followed() -> None:
    other = Turns(whole)
    with endpoint(other) as elsewhere, endpoint(status(307, Location=elsewhere)) as url:
        with pytest.raises(StoreUnavailable, match="sends us elsewhere") as caught:
            RemoteStore(url, access=Access("bearer", token=Secret("t0ken"))).query(QUERY)
        assert elsewhere in caught.value.detail
    assert not other.times


# Credentials.


def asks(kind: str, header: str) -> Respond:
    def respond(exchange: Exchange) -> None:
        if exchange.headers["Authorization"] == header:
            whole(exchange)
        else:
            exchange.answer(b"Who are you?", "text/plain", 401, WWW_Authenticate=kind)

    return respond


def test_basic_and_bearer_credentials_are_sent() -> None:
    password = Access("basic", "Aladdin", Secret("open sesame"))
    with endpoint(asks("Basic", "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==")) as url:
        RemoteStore(url, access=password).query(QUERY)
    with endpoint(asks("Bearer", "Bearer t0ken")) as url:
        RemoteStore(url, access=Access("bearer", token=Secret("t0ken"))).query(QUERY)


class Digest:
    """An endpoint with digest authentication, whose nonce is good for two requests."""

    def __init__(self) -> None:
        self.asked = self.let_in = 0

    def __call__(self, exchange: Exchange) -> None:
        self.asked += 1
        header = exchange.headers.get("Authorization", "")
        items = urllib.request.parse_http_list(header.removeprefix("Digest "))
        said = urllib.request.parse_keqv_list(items)
        nonce = f"nonce{self.let_in // 2}"
        if said.get("nonce") == nonce and said["response"] == self.response(said, exchange):
            self.let_in += 1
            whole(exchange)
        else:
            challenge = f'Digest realm="graphs", nonce="{nonce}", qop="auth", algorithm=MD5'
            exchange.answer(b"", "text/plain", 401, WWW_Authenticate=challenge)

    @staticmethod
    def response(said: dict[str, str], exchange: Exchange) -> str:
        one = md5(["dba", "graphs", "secret"])
        two = md5([exchange.command, exchange.path])
        return md5([one, said["nonce"], said["nc"], said["cnonce"], said["qop"], two])


def md5(parts: Iterable[str]) -> str:
    return hashlib.md5(":".join(parts).encode()).hexdigest()


def test_digest_credentials_are_sent_and_kept_for_the_next_query() -> None:
    server = Digest()
    with endpoint(server) as url:
        store = RemoteStore(url, access=Access("digest", "dba", Secret("secret")))
        for _ in range(4):
            store.query(QUERY)
        store.query(f"{QUERY} # {'long' * 1000}")
    assert (server.let_in, server.asked) == (5, 8)


def test_a_wrong_password_is_told_after_one_try() -> None:
    server = Digest()
    store_of = Access("digest", "dba", Secret("guess"))
    with endpoint(server) as url, pytest.raises(StoreUnavailable, match="credentials for digest"):
        RemoteStore(url, access=store_of).query(QUERY)
    assert server.asked == 2


def test_an_unknown_digest_is_told() -> None:
    kind = 'Digest realm="r", nonce="n", qop="auth", algorithm=SHA-3'
    with (
        endpoint(asks(kind, "")) as url,
        pytest.raises(StoreUnavailable, match="digest that is"),
    ):
        RemoteStore(url, access=Access("digest", "dba", Secret("x"))).query(QUERY)


def test_an_endpoint_that_asks_for_credentials_says_where_they_are_told() -> None:
    with (
        endpoint(asks("Basic", "")) as url,
        pytest.raises(
            StoreUnavailable,
            match=r"401: Who are you\?\)\. .* by MLA_REMOTE_AUTH",
        ),
    ):
        RemoteStore(url).query(QUERY)


def test_a_server_that_repeats_a_secret_does_not_bring_it_to_light() -> None:
    def echo(exchange: Exchange) -> None:
        exchange.answer(f"{exchange.headers}{PASSWORD} t0ken".encode(), "text/plain", 403)

    for access in (
        Access("basic", "me", Secret(PASSWORD)),
        Access("bearer", token=Secret("t0ken"), password=Secret(PASSWORD)),
    ):
        with endpoint(echo) as url, pytest.raises(StoreUnavailable) as caught:
            RemoteStore(url, access=access).query(QUERY)
        sent = access.header()["Authorization"].split()[1]
        assert not any(secret in caught.value.detail for secret in (PASSWORD, sent))


def test_a_password_in_the_address_is_refused_and_not_repeated() -> None:
    with pytest.raises(InvalidValue, match="MLA_REMOTE_PASSWORD") as caught:
        RemoteStore("https://me:hunter2@example.org/sparql")
    assert "hunter2" not in f"{caught.value.detail} {caught.value.extensions}"


def test_secrets_are_not_shown(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MLA_HOME", str(tmp_path))
    monkeypatch.setenv("MLA_REMOTE_PASSWORD", PASSWORD)
    monkeypatch.setenv("MLA_REMOTE_TOKEN", "t0ken")
    output = CliRunner().invoke(main, ["doctor", "--no-build"]).output
    settings = Settings.from_environ()
    shown = f"{output} {settings} {Access.from_settings(settings)}"
    assert "MLA_REMOTE_PASSWORD" in output
    assert PASSWORD not in shown
    assert "t0ken" not in shown
    with pytest.raises(InvalidValue, match="MLA_REMOTE_TOKEN") as caught:
        Settings.from_environ({"MLA_REMOTE_TOKEN": "t0ken\r\nX: y"})
    assert "t0ken" not in f"{caught.value.detail} {caught.value.extensions}"


@pytest.mark.parametrize(
    ("environment", "variable"),
    [
        ({"MLA_REMOTE_AUTH": "kerberos"}, "MLA_REMOTE_AUTH"),
        ({"MLA_REMOTE_AUTH": "basic", "MLA_REMOTE_USER": "me"}, "MLA_REMOTE_PASSWORD"),
        ({"MLA_REMOTE_AUTH": "digest", "MLA_REMOTE_PASSWORD": "x"}, "MLA_REMOTE_USER"),
        ({"MLA_REMOTE_AUTH": "bearer"}, "MLA_REMOTE_TOKEN"),
        ({"MLA_REMOTE_CA_FILE": "/no/such.pem"}, "MLA_REMOTE_CA_FILE"),
        ({"MLA_REMOTE_CLIENT_KEY": "/no/such.pem"}, "MLA_REMOTE_CLIENT_CERT"),
        ({"MLA_REMOTE_GRAPH": "merged"}, "MLA_REMOTE_GRAPH"),
    ],
)
def test_settings_that_cannot_work_are_told_before_anything_is_sent(
    environment: dict[str, str], variable: str
) -> None:
    with pytest.raises(InvalidValue, match=variable):
        RemoteStore.from_settings("https://example.org/", Settings.from_environ(environment))


def test_settings_reach_the_endpoint() -> None:
    seen: list[str] = []

    def note(exchange: Exchange) -> None:
        seen.append(f"{exchange.path} {exchange.headers['Authorization']}")
        exchange.answer(b" " * 2000, TABLE)

    settings = Settings.from_environ(
        {
            "MLA_REMOTE_GRAPH": "urn:test:graph",
            "MLA_REMOTE_AUTH": "bearer",
            "MLA_REMOTE_TOKEN": "t0ken",
            "MLA_REMOTE_MAX_BYTES": "1000",
        }
    )
    with endpoint(note) as url, pytest.raises(LimitReached, match="1,000 bytes"):
        RemoteStore.from_settings(url, settings).query(QUERY)
    assert "default-graph-uri=urn%3Atest%3Agraph" in seen[0]
    assert seen[0].endswith(" Bearer t0ken")


def test_each_process_of_the_service_is_told_the_secrets() -> None:
    settings = Settings.from_environ({"MLA_REMOTE_TOKEN": "t0ken"})
    told = Settings.from_environ(_environment("https://example.org/", False, settings))
    assert told.remote_token and told.remote_token.reveal() == "t0ken"


# TLS.


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def ca_file(authority: trustme.CA, tmp_path: Path) -> Path:
    path = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(path)
    return path


def certified(authority: trustme.CA, name: str = "127.0.0.1") -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    return context


def test_an_endpoint_is_trusted_by_the_authority_that_was_named(
    authority: trustme.CA, ca_file: Path
) -> None:
    with endpoint(whole, certified(authority)) as url:
        RemoteStore(url, access=Access(ca_file=ca_file)).query(QUERY)


@pytest.mark.parametrize(("name", "named"), [("127.0.0.1", False), ("192.0.2.1", True)])
def test_a_certificate_of_unknown_origin_or_of_another_host_is_refused_at_once(
    authority: trustme.CA, ca_file: Path, name: str, named: bool
) -> None:
    turns = Turns(whole)
    access = Access("bearer", token=Secret("t0ken"), ca_file=ca_file if named else None)
    with (
        endpoint(turns, certified(authority, name)) as url,
        pytest.raises(StoreUnavailable, match=r"fails at TLS: .*certificate verify failed"),
    ):
        RemoteStore(url, access=access).query(QUERY)
    assert not turns.times


def test_a_client_certificate_is_shown_to_an_endpoint_that_asks_for_it(
    authority: trustme.CA, ca_file: Path, tmp_path: Path
) -> None:
    context = certified(authority)
    context.verify_mode = ssl.CERT_REQUIRED
    authority.configure_trust(context)
    ours = authority.issue_cert("client@example.org")
    cert, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    ours.cert_chain_pems[0].write_to_path(cert)
    ours.private_key_pem.write_to_path(key)
    with endpoint(whole, context) as url:
        shown = Access(ca_file=ca_file, client_cert=cert, client_key=key)
        RemoteStore(url, access=shown).query(QUERY)
        with pytest.raises(StoreUnavailable, match=r"fails at TLS|cannot be reached"):
            RemoteStore(url, timeout=5, access=Access(ca_file=ca_file)).query(QUERY)
