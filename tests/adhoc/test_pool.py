"""Strangers' queries: answered like any other, or ended, and the pool goes on."""

import contextlib
import csv
import errno
import io
import json
import os
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from multiprocessing.connection import Pipe
from pathlib import Path

import pyoxigraph as ox
import pytest

from mla_graph.adhoc import worker
from mla_graph.adhoc.answer import HEAD, AdhocAnswer, Interruption, Kind
from mla_graph.adhoc.outcomes import Limits
from mla_graph.adhoc.pool import AdhocPool, Bounds
from mla_graph.adhoc.process import WorkerProcess
from mla_graph.model.errors import (
    InputError,
    InvalidValue,
    LimitReached,
    QuerySyntaxError,
    StoreUnavailable,
    UnsupportedFormat,
    UpdateRefused,
)
from mla_graph.model.sparql_calls import calls_service

N = 2000
CROSS = "SELECT (COUNT(*) AS ?n) { ?a ?p ?b . ?c ?q ?d . ?e ?r ?f }"
DEADLINE = 1.5


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("store")
    store = ox.Store(str(path))
    p, g = ox.NamedNode("http://e/p"), ox.NamedNode("http://e/g")
    store.bulk_extend(ox.Quad(ox.NamedNode(f"http://e/{i}"), p, ox.Literal(i)) for i in range(N))
    store.add(ox.Quad(g, p, ox.Literal("named"), g))
    store.flush()
    return path


@pytest.fixture(scope="module")
def pool(folder: Path) -> Iterator[AdhocPool]:
    with AdhocPool(folder, size=2, limits=Limits(deadline=DEADLINE, memory=512 << 20)) as pool:
        yield pool


def usual(kind: Kind) -> str:
    return "turtle" if kind == "graph" else "json"


def ask(pool: AdhocPool, text: str) -> object:
    return json.loads(pool.run(text, usual).read())


def limited(pool: AdhocPool) -> LimitReached:
    """How a query that would run for hours ends."""
    with pytest.raises(LimitReached, match=r"longer than 1\.5 s") as caught:
        pool.run(CROSS, usual)
    return caught.value


def works(pool: AdhocPool) -> bool:
    """Whether each worker of the pool answers."""
    return all(ask(pool, "ASK {}") == {"head": {}, "boolean": True} for _ in range(3))


def test_a_table_a_truth_and_a_graph(pool: AdhocPool) -> None:
    table = pool.run("SELECT ?s { ?s ?p 7 }", usual)
    assert (table.kind, table.format) == ("select", "json")
    assert table.media_type == "application/sparql-results+json"
    bindings = json.loads(table.read())["results"]["bindings"]
    assert [row["s"]["value"] for row in bindings] == ["http://e/7"]
    assert ask(pool, "ASK { ?s ?p 99999 }") == {"head": {}, "boolean": False}
    graph = pool.run("CONSTRUCT WHERE { <http://e/7> ?p ?o }", usual)
    assert (graph.kind, graph.media_type) == ("graph", "text/turtle")
    assert len(list(ox.parse(graph.read(), ox.RdfFormat.TURTLE))) == 1


@pytest.mark.parametrize("format", ["json", "xml", "csv", "tsv"])
def test_formats_of_a_table(pool: AdhocPool, format: str) -> None:
    answer = pool.run("SELECT ?s { ?s ?p 7 }", lambda _: format)
    if format == "csv":
        assert list(csv.reader(io.StringIO(answer.read().decode()))) == [["s"], ["http://e/7"]]
    else:
        parsed = ox.parse_query_results(
            answer.read(), ox.QueryResultsFormat.from_media_type(answer.media_type)
        )
        assert [row["s"] for row in parsed] == [ox.NamedNode("http://e/7")]


@pytest.mark.parametrize("format", ["turtle", "ntriples", "jsonld", "rdfxml", "trig", "nquads"])
def test_formats_of_a_graph(pool: AdhocPool, format: str) -> None:
    answer = pool.run("CONSTRUCT WHERE { <http://e/7> ?p ?o }", lambda _: format)
    parsed = ox.parse(answer.read(), ox.RdfFormat.from_media_type(answer.media_type))
    assert [quad.subject for quad in parsed] == [ox.NamedNode("http://e/7")]


@pytest.mark.parametrize(
    ("query", "format", "there_are"),
    [
        ("ASK {}", "csv", "there are json, xml"),
        ("ASK {}", "turtle", "there are json, xml"),
        ("SELECT ?s { ?s ?p ?o }", "turtle", "there are json, xml, csv, tsv"),
        ("CONSTRUCT WHERE { ?s ?p ?o }", "json", "there are turtle, ntriples"),
    ],
)
def test_a_format_that_does_not_fit_the_answer(
    pool: AdhocPool, query: str, format: str, there_are: str
) -> None:
    with pytest.raises(UnsupportedFormat, match=there_are):
        pool.run(query, lambda _: format)
    assert works(pool)


def test_what_the_choice_of_a_format_raises_is_passed_on(pool: AdhocPool) -> None:
    def refuse(kind: Kind) -> str:
        raise LookupError(kind)

    with pytest.raises(LookupError, match="graph"):
        pool.run("CONSTRUCT WHERE { ?s ?p ?o }", refuse)
    assert works(pool)


def test_a_large_answer_is_whole(pool: AdhocPool) -> None:
    query = "SELECT * { ?a ?p ?b . ?c ?q 7 . VALUES ?x { " + "1 " * 10 + "} }"
    answer = pool.run(query, lambda _: "tsv")
    assert answer.size is None
    body = answer.read()
    assert len(body) > HEAD
    assert body.count(b"\n") == 10 * N + 1


@pytest.mark.parametrize("format", ["json", "xml"])
def test_a_table_with_more_rows_than_are_given_is_cut_and_marked(
    pool: AdhocPool, format: str
) -> None:
    query = "SELECT ?s { ?s ?p ?o }"
    for most, truncated in ((N, False), (N - 1, True), (1, True)):
        answer = pool.run(query, lambda _: format, bounds=Bounds(rows=most))
        body = answer.read()
        assert answer.truncated is truncated
        if format == "json":
            document = json.loads(body)
            assert len(document["results"]["bindings"]) == most
            assert list(document)[2:] == ["truncated"] * truncated
        else:
            parsed = ox.parse_query_results(body, ox.QueryResultsFormat.XML)
            assert sum(1 for _ in parsed) == most
            assert (b"<!-- truncated" in body) is truncated
    assert works(pool)


@pytest.mark.parametrize(
    ("query", "format", "bounds", "limit"),
    [
        ("SELECT ?s { ?s ?p ?o }", "csv", Bounds(rows=N - 1), "rows"),
        ("SELECT ?s { ?s ?p ?o }", "tsv", Bounds(rows=N - 1), "rows"),
        ("SELECT ?s { ?s ?p ?o }", "tsv", Bounds(size=1000), "bytes"),
        ("SELECT ?s { ?s ?p ?o }", "json", Bounds(size=20), "bytes"),
        ("CONSTRUCT WHERE { ?s ?p ?o }", "ntriples", Bounds(size=1000), "bytes"),
    ],
)
def test_an_answer_that_cannot_be_marked_as_cut_is_refused(
    pool: AdhocPool, query: str, format: str, bounds: Bounds, limit: str
) -> None:
    with pytest.raises(LimitReached, match=f"more {limit}") as caught:
        pool.run(query, lambda _: format, bounds=bounds)
    assert caught.value.extensions["limit"] == limit
    assert works(pool)


def test_an_answer_breaks_off_where_its_bound_is_reached(pool: AdhocPool) -> None:
    query = "SELECT * { ?a ?p ?b . ?c ?q 7 . VALUES ?x { " + "1 " * 10 + "} }"
    answer = pool.run(query, lambda _: "tsv", bounds=Bounds(rows=9 * N))
    assert answer.size is None
    received = 0
    with pytest.raises(LimitReached, match="more rows"):
        for chunk in answer.chunks:
            received += len(chunk)
    assert received > HEAD
    assert works(pool)


def test_an_answer_that_is_not_read_to_its_end_gives_its_worker_back(folder: Path) -> None:
    with AdhocPool(folder, size=1, spare=0, limits=Limits(wait=0.5)) as pool:
        for _ in range(2):
            answer = pool.run("SELECT * { ?a ?p ?b . ?c ?q ?d }", usual)
            assert answer.next_chunk().startswith(b'{"head"')
            answer.close()
        assert works(pool)


def test_time_in_which_the_answer_is_not_read_does_not_count(folder: Path) -> None:
    query = "SELECT * { ?a ?p ?b . ?c ?q 7 . VALUES ?x { " + "1 " * 10 + "} }"
    with AdhocPool(folder, size=1, spare=0, limits=Limits(deadline=2)) as pool:
        answer = pool.run(query, lambda _: "tsv")
        time.sleep(2.2)
        assert answer.read().count(b"\n") == 10 * N + 1


def test_the_data_set_can_be_chosen(folder: Path, pool: AdhocPool) -> None:
    count = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"

    def number(answer: AdhocAnswer) -> int:
        return int(json.loads(answer.read())["results"]["bindings"][0]["n"]["value"])

    assert number(pool.run(count, usual)) == N
    assert number(pool.run(count, usual, default_graphs=["http://e/g"])) == 1
    assert number(pool.run(count, usual, named_graphs=["http://e/g"])) == 0
    in_named = count.replace("{ ?s ?p ?o }", "{ GRAPH ?g { ?s ?p ?o } }")
    assert number(pool.run(in_named, usual, named_graphs=["http://e/g"])) == 1
    assert number(pool.run(in_named, usual, named_graphs=["http://e/other"])) == 0
    with pytest.raises(InvalidValue, match="default-graph-uri"):
        pool.run(count, usual, default_graphs=["no iri"])
    with AdhocPool(folder, size=1, spare=0, union_default_graph=True) as union:
        assert number(union.run(count, usual)) == N + 1


def test_a_query_is_ended_at_the_deadline_while_another_is_answered(pool: AdhocPool) -> None:
    ended: list[LimitReached] = []
    start = time.monotonic()
    slow = threading.Thread(target=lambda: ended.append(limited(pool)))
    slow.start()
    time.sleep(0.1)
    assert ask(pool, "SELECT (2 AS ?n) {}")
    assert slow.is_alive()
    slow.join()
    assert DEADLINE <= time.monotonic() - start < 3 * DEADLINE
    assert ended[0].extensions["limit"] == "time"
    assert works(pool)


def test_a_query_that_finds_no_free_worker_is_told_so(folder: Path) -> None:
    with AdhocPool(folder, size=1, limits=Limits(deadline=DEADLINE, wait=0.2)) as pool:
        assert works(pool)
        slow = threading.Thread(target=limited, args=(pool,))
        slow.start()
        time.sleep(0.1)
        with pytest.raises(LimitReached, match="busy") as caught:
            pool.run("ASK {}", usual)
        slow.join()
        assert caught.value.extensions["limit"] == "queue"
        assert works(pool)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT (1 AS ?x) { FILTER(" + "(" * 5000 + "1" + ")" * 5000 + ") }",
        "SELECT * " + "{" * 5000 + "}" * 5000,
    ],
    ids=["parentheses", "braces"],
)
def test_deep_nesting_is_an_error_in_the_query(pool: AdhocPool, query: str) -> None:
    with pytest.raises(QuerySyntaxError, match="too deeply nested"):
        pool.run(query, usual)
    assert works(pool)


def busy_worker(before: set[int]) -> int:
    """The child process that has used most of the processor since it began a query."""

    def used(process: int) -> int:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        return int(fields[11]) + int(fields[12])

    began = {each: used(each) for each in children() - before}
    time.sleep(0.3)
    return max(began, key=lambda each: used(each) - began[each])


@pytest.mark.parametrize("fault", [signal.SIGSEGV, signal.SIGBUS, signal.SIGKILL, signal.SIGABRT])
def test_an_innocent_query_whose_worker_ends_is_answered_by_another(
    folder: Path, fault: signal.Signals
) -> None:
    before = children()
    count = "SELECT (COUNT(*) AS ?n) { ?a ?p ?b . ?c ?q ?d }"
    with AdhocPool(folder, size=1, spare=0, limits=Limits(deadline=20)) as pool:
        assert works(pool)
        answers: list[object] = []
        asking = threading.Thread(target=lambda: answers.append(ask(pool, count)))
        asking.start()
        time.sleep(0.1)
        os.kill(busy_worker(before), fault)
        asking.join()
        assert len(answers) == 1
        assert len(children() - before) == 1
        assert works(pool)


def test_a_text_that_crashes_fresh_workers_too_is_at_fault(folder: Path) -> None:
    with AdhocPool(folder, size=1, spare=0) as pool:
        for text in (
            "ASK { FILTER(" + "!" * 200_000 + "true) }",
            "ASK { FILTER(" + "1+" * 90_000 + "1) }",
        ):
            with pytest.raises(QuerySyntaxError, match="too deeply nested"):
                pool.run(text, usual)
            assert works(pool)


def test_what_the_engine_cannot_do_is_told(pool: AdhocPool) -> None:
    with pytest.raises(InputError, match="urn:f"):
        pool.run("SELECT (<urn:f>(1) AS ?x) {}", usual)
    assert works(pool)


def test_a_query_is_ended_when_it_needs_too_much_memory(folder: Path) -> None:
    with AdhocPool(folder, size=1, limits=Limits(deadline=60, memory=320 << 20)) as pool:
        with pytest.raises(LimitReached, match="320 MiB of memory") as caught:
            pool.run("SELECT * { ?a ?p ?b . ?c ?q ?d } ORDER BY ?d ?b", usual)
        assert caught.value.extensions["limit"] == "memory"
        assert works(pool)


def test_a_query_that_nobody_waits_for_is_ended_and_not_begun_again(folder: Path) -> None:
    lost: list[str] = []
    with AdhocPool(folder, size=1, lost=lost.append, limits=Limits(deadline=60)) as pool:
        assert works(pool)
        interruption = Interruption()
        threading.Timer(0.3, interruption.stop).start()
        began = time.monotonic()
        with pytest.raises(LimitReached):
            pool.run(CROSS, usual, interruption=interruption)
        assert time.monotonic() - began < 20
        with pytest.raises(LimitReached, match="before it began"):
            pool.run("ASK {}", usual, interruption=interruption)
        assert works(pool)
    assert lost == ["unread"]


@pytest.fixture
def stand_in() -> Iterator[tuple[str, list[str]]]:
    """An endpoint that notes who calls; nothing must."""
    calls: list[str] = []

    class Endpoint(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            calls.append(self.path)
            self.send_error(404)

        do_POST = do_GET

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Endpoint)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/", calls
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { SERVICE <URL> { ?s ?p ?o } }",
        "SELECT * { SERVICE SILENT <URL> { ?s ?p ?o } }",
        "SELECT * { ?s ?p ?o . OPTIONAL { service<URL>{ ?s ?p ?x } } }",
        "SELECT * { \\u0053ERVICE <URL> { ?s ?p ?o } }",
        "PREFIX : <URL> SELECT * { SERVICE:x { ?s ?p ?o } }",
        "PREFIX : <https://127.0.0.1/> SELECT * { SERVICE:x { ?s ?p ?o } }",
    ],
)
def test_no_other_endpoint_is_called(
    pool: AdhocPool, stand_in: tuple[str, list[str]], query: str
) -> None:
    url, calls = stand_in
    with pytest.raises(InputError, match=r"calls another endpoint \(SERVICE\)"):
        pool.run(query.replace("URL", url), usual)
    assert calls == []
    assert works(pool)


def test_a_graph_that_is_not_in_the_store_is_not_fetched(
    pool: AdhocPool, stand_in: tuple[str, list[str]]
) -> None:
    url, calls = stand_in
    for clause in (f"FROM <{url}>", f"FROM NAMED <{url}>"):
        assert ask(pool, f"ASK {clause} {{ ?s ?p ?o }}") == {"head": {}, "boolean": False}
    assert calls == []


def test_the_worker_itself_can_open_no_connection(folder: Path) -> None:
    """Without the look at the text that comes first, the same query still fails."""
    with Direct(folder, deadline=5) as direct, socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}/"
        for silent in ("", "SILENT"):
            direct.ask(f"SELECT * {{ SERVICE {silent} <{url}> {{ ?s ?p ?o }} }}")
        server.settimeout(0.2)
        with pytest.raises(TimeoutError):
            server.accept()


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?service { ?service ?p 'SERVICE <x>' }",
        "# SERVICE <http://e/>\nASK { ?s <http://e/SERVICE> ?o }",
        'PREFIX service: <urn:> ASK { ?s service:SERVICE "x"@service , service:service }',
        "ASK { ?s ?p '''it's a \"SERVICE\" <http://e/>''' }",
    ],
)
def test_the_word_service_is_allowed_where_it_calls_nothing(pool: AdhocPool, query: str) -> None:
    assert not calls_service(query)
    assert pool.run(query, usual).read()


def test_an_update_is_refused(pool: AdhocPool) -> None:
    for update in ("INSERT DATA { <urn:a> <urn:b> 1 }", "PREFIX a: <urn:a>\nDROP ALL"):
        with pytest.raises(UpdateRefused):
            pool.run(update, usual)
    assert ask(pool, "ASK { <urn:a> ?p ?o }") == {"head": {}, "boolean": False}


def test_a_syntax_error_says_where(pool: AdhocPool) -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        pool.run("SELECT *\nWHERE { ?s ?p }", usual)
    assert caught.value.extensions["line"] == 2
    for text in ("", "SELECT '\ud800' {}", "\x00"):
        with pytest.raises(QuerySyntaxError):
            pool.run(text, usual)
    assert works(pool)


def test_a_folder_that_is_no_store(tmp_path: Path) -> None:
    with (
        AdhocPool(tmp_path / "nowhere", size=1, spare=0) as pool,
        pytest.raises(StoreUnavailable, match="cannot be opened"),
    ):
        pool.run("ASK {}", usual)


def children() -> set[int]:
    found = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(fields[1]) == os.getpid():
            found.add(int(stat.parent.name))
    return found


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def test_workers_are_replaced_and_nothing_is_left_behind(folder: Path) -> None:
    before, files = children(), open_files()
    with AdhocPool(folder, size=1, spare=1, limits=Limits(deadline=0.2)) as pool:
        assert works(pool)
        first = children() - before
        for _ in range(3):
            with pytest.raises(LimitReached):
                pool.run(CROSS, usual)
        assert len(children() - before) == len(first) == 2
        assert not first & children()
        for each in children() - before:  # as the system may do for want of memory
            os.kill(each, signal.SIGKILL)
        time.sleep(0.1)
        assert works(pool)
    assert children() == before
    assert open_files() == files


def test_a_query_that_runs_when_the_pool_closes_is_answered(folder: Path) -> None:
    before = children()
    pool = AdhocPool(folder, size=1, limits=Limits(deadline=20))
    answers: list[object] = []
    count = "SELECT (COUNT(*) AS ?n) { ?a ?p ?b . ?c ?q ?d }"
    asking = threading.Thread(target=lambda: answers.append(ask(pool, count)))
    asking.start()
    time.sleep(0.2)
    pool.close()
    asking.join()
    assert len(answers) == 1
    assert children() == before
    with pytest.raises(StoreUnavailable):
        pool.run("ASK {}", usual)


UNCHECKED = """
import sys
from mla_graph.adhoc import worker
worker.check = lambda text: None
worker.main(*sys.argv[1:])
"""


class Direct:
    """One worker process, without the pool around it and without its look at the text."""

    def __init__(self, folder: Path, deadline: float) -> None:
        self.link, theirs = Pipe()
        arguments = [str(folder), "default", str(1 << 30), str(deadline)]
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-c", UNCHECKED, *arguments],
            stdin=theirs.fileno(),
            stderr=subprocess.DEVNULL,
        )
        theirs.close()
        assert self.link.recv_bytes() == worker.READY

    def send(self, text: str) -> None:
        request = {
            "pieces": [text], "base": None, "default_graph": [], "named_graphs": [],
            "max_rows": None, "max_bytes": None,
        }  # fmt: skip
        self.link.send_bytes(json.dumps(request).encode())

    def ask(self, text: str) -> None:
        """Send a query and take the answer, whatever it is."""
        self.send(text)
        if self.link.recv_bytes()[:1] == worker.KIND:
            self.link.send_bytes(b"csv text/csv")
            while self.link.recv_bytes()[:1] == worker.DATA:
                pass

    def __enter__(self) -> "Direct":
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
        self.link.close()


def test_a_process_of_its_own_costs_a_query_less_than_a_millisecond(
    folder: Path, pool: AdhocPool
) -> None:
    """The best of many, as the machine may be busy."""
    store = ox.Store.read_only(str(folder))
    query = "SELECT ?s { ?s ?p 7 }"

    def best(answer: Callable[[], object]) -> float:
        times = []
        for _ in range(200):
            began = time.perf_counter()
            answer()
            times.append(time.perf_counter() - began)
        return min(times)

    alone = best(lambda: store.query(query).serialize(format=ox.QueryResultsFormat.JSON))
    assert best(lambda: pool.run(query, usual).read()) - alone < 0.001


def test_a_worker_without_a_pool_ends_by_itself(folder: Path) -> None:
    with Direct(folder, deadline=0.1) as busy:
        busy.send(CROSS)
        assert busy.process.wait(timeout=120) == -signal.SIGXCPU
    with Direct(folder, deadline=0.1) as idle:
        idle.link.close()
        assert idle.process.wait(timeout=10) == 0


def test_a_large_service_keeps_its_workers(folder: Path) -> None:
    lost: list[str] = []
    large = b"x" * (700 << 20)
    with AdhocPool(folder, size=1, spare=0, lost=lost.append) as pool:
        for _ in range(3):
            ask(pool, "ASK {}")
    assert len(large) > 512 << 20
    assert lost == []


def test_it_is_told_why_a_worker_was_replaced(folder: Path) -> None:
    lost: list[str] = []
    with AdhocPool(folder, size=1, lost=lost.append, limits=Limits(deadline=DEADLINE)) as pool:
        ask(pool, "ASK {}")
        assert lost == []
        limited(pool)
        assert lost == ["time"]
        unwanted = pool.run("SELECT * { ?a ?p ?b . ?c ?q ?d }", usual)
        unwanted.close()
        assert lost == ["time", "unread"]
        assert works(pool)
    assert lost == ["time", "unread"]


def test_a_worker_that_is_killed_in_the_middle_of_a_message_has_ended(folder: Path) -> None:
    ended = WorkerProcess((str(folder), "default", str(512 << 20), "1"))
    ended.get_ready()
    ended.end()
    ended.link, theirs = Pipe()
    os.write(theirs.fileno(), struct.pack("!i", 100) + b"the first of a hundred bytes")
    theirs.close()
    with pytest.raises(EOFError):
        ended.receive(time.monotonic() + 5, worker.DATA)


def test_a_worker_that_stands_still_is_passed_over(folder: Path) -> None:
    before = children()
    with AdhocPool(folder, size=1, spare=0, limits=Limits(deadline=5)) as pool:
        assert works(pool)
        (stopped,) = children() - before
        os.kill(stopped, signal.SIGSTOP)
        os.waitid(os.P_PID, stopped, os.WSTOPPED | os.WNOWAIT)  # the signal has reached it
        since = time.monotonic()
        assert works(pool)
        assert time.monotonic() - since < 4
        assert stopped not in children()


def test_workers_that_cannot_be_started_are_missing_until_they_can(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.EMFILE, "Too many open files")

    before = children()
    with AdhocPool(folder, size=2, spare=0, limits=Limits(deadline=5)) as pool:
        for each in children() - before:
            os.kill(each, signal.SIGKILL)
        time.sleep(0.1)
        with monkeypatch.context() as exhausted:
            exhausted.setattr(subprocess, "Popen", refuse)
            for _ in range(3):
                with pytest.raises(StoreUnavailable, match="Too many open files"):
                    pool.run("ASK {}", usual)
            pool.heal()
            assert pool.fault is not None
        pool.heal()
        assert pool.fault is None
        assert len(children() - before) == 2
        assert works(pool)


def test_slow_queries_of_one_client_leave_a_worker_to_others(folder: Path) -> None:
    with AdhocPool(folder, size=2, spare=0, limits=Limits(deadline=DEADLINE)) as pool:

        def slow() -> None:
            with pytest.raises(LimitReached):
                pool.run(CROSS, usual, interruption=Interruption("a"))

        asking = [threading.Thread(target=slow) for _ in range(3)]
        for each in asking:
            each.start()
        time.sleep(0.2)
        since = time.monotonic()
        assert pool.run("ASK {}", usual, interruption=Interruption("b")).read()
        assert time.monotonic() - since < DEADLINE / 2
        for each in asking:
            each.join()


def test_who_waits_for_a_turn_in_vain_waits_no_longer(folder: Path) -> None:
    with AdhocPool(folder, size=1, spare=0, limits=Limits(deadline=5)) as pool:
        first = pool.run("SELECT * { ?a ?p ?b . ?c ?q ?d }", usual)
        interruption = Interruption()
        threading.Timer(0.1, interruption.stop).start()
        since = time.monotonic()
        with pytest.raises(LimitReached):
            pool.run("ASK {}", usual, interruption=interruption)
        assert time.monotonic() - since < 2
        first.close()


def test_a_hostile_text_costs_the_service_nothing(folder: Path) -> None:
    """Looking for brackets and calls in it takes a second or more, in the worker."""
    with AdhocPool(folder, size=1, spare=0) as pool:
        since = time.thread_time()
        for text in ("ASK {" + "{}" * 200_000 + "}", "#\n" * 200_000 + "x"):
            with contextlib.suppress(InputError):
                pool.run(text, usual).read()
        assert time.thread_time() - since < 0.15


@pytest.mark.parametrize(
    ("query", "format"),
    [
        ('SELECT ("\\u0001" AS ?x) {}', "xml"),
        ('CONSTRUCT { <urn:a> <urn:b> "\\uFFFE" } {}', "rdfxml"),
    ],
)
def test_what_xml_cannot_hold_is_refused_in_xml(pool: AdhocPool, query: str, format: str) -> None:
    with pytest.raises(InputError, match="XML cannot"):
        pool.run(query, lambda kind: format).read()
    assert works(pool)
